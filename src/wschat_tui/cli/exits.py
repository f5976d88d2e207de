"""What the exit codes of every verb mean."""

from enum import IntEnum


class Exit(IntEnum):
    """The whole list; README repeats it."""

    OK = 0
    REFUSED = 1
    """The server, or the one who was called, refused what was asked."""
    USAGE = 2
    """The command line or the settings cannot be read."""
    NO_LINK = 3
    """It was not possible to connect or to log in."""
    TIMED_OUT = 4
    """The server, or the one who was called, did not answer in time."""
    NO_MEDIA = 5
    """A call carried less than was wanted of it, or its connection failed."""
    LACKING = 6
    """This installation cannot do it; the sentence says what to install."""
    INTERRUPTED = 130
    """Ctrl+C."""
