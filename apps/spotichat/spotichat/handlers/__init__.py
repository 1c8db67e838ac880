"""What answers requests: thin, all knowledge is elsewhere."""
