"""A stand-in for Spotify: the documented endpoints that SpotiChat asks, and faults on demand."""
