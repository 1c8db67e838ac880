"""What the launcher says when it cannot go on."""


class LaunchError(Exception):
    """The suite cannot run; the text says what happened and what to do next."""


class Stopped(Exception):  # noqa: N818 - somebody asked for the end, which is no error
    """Somebody pressed Ctrl-C or sent SIGTERM while the suite was starting."""
