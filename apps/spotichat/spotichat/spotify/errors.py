"""What can go wrong between us and Spotify, told apart by what is to be done about it."""


class SpotifyError(Exception):
    """Something went wrong; asking again later may help."""


class ExpiredError(SpotifyError):
    """The access token is not good any more (401): refresh it, once."""


class HurriedError(SpotifyError):
    """We ask too often (429); `seconds` is how long Spotify wants to be left alone."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Spotify wants to be left alone for {seconds} s.")
        self.seconds = seconds


class RefusedError(SpotifyError):
    """Spotify does not let this person be asked (403)."""


class DisconnectedError(SpotifyError):
    """There are no tokens of this person, or Spotify has taken them back."""
