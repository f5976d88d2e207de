"""Halves of a character beyond U+FFFF, where JSON names only one of them (RFC 8259 section 8.2)."""

import re

_ESCAPES = re.compile(
    rb"""\\(?:
        u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}  # both halves, in order
        |(?P<alone>u[dD][89a-fA-F][0-9a-fA-F]{2})
        |.
    )""",
    re.VERBOSE | re.DOTALL,
)


def mended(line: bytes) -> bytes:
    """A line of JSON with U+FFFD in place of every half without its other half."""
    return _ESCAPES.sub(_whole, line)


def _whole(escape: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if escape["alone"] else escape[0]
