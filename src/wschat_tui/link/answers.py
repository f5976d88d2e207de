"""What a request beside the socket comes to when it fails: values, not exceptions."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refused:
    """The server said no (spec section 8: `{code, message, details?}` with an HTTP status)."""

    code: str
    """The server's word for it, or empty."""
    message: str
    """A sentence to show, the server's own words made harmless."""
    status: int


@dataclass(frozen=True, slots=True)
class Unreachable:
    """There was no answer, or none that can be read."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Absent:
    """This server does not offer it (404, 405 or 501): no fault of anybody."""
