"""SpotiChat: live chat for people who hear the same song."""
