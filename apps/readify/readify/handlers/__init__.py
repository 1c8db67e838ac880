"""What answers the requests of the website."""
