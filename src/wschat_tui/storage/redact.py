"""Taking secrets out of text that is about to be written where others may read it."""

from __future__ import annotations

import re
from urllib.parse import quote

HIDDEN = "[hidden]"
# A shorter value would turn ordinary words into "[hidden]".
_SHORTEST = 8

# Quotes may come escaped: a JSON frame inside a Python repr inside a log line.
_QUOTE = r"\\*[\"']"
# The end of a name is enough, so that `accessToken` and `my_token` count.
_NAME = (
    r"tokens?|passwords?|passwd|passphrase|secrets?|api_?key|authorization|cookies?|credentials?"
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Authorization: Bearer abc
    (re.compile(r"\b(bearer|basic)(\s+|%20)[^\s\"',;\\]+", re.IGNORECASE), rf"\1\2{HIDDEN}"),
    # "access_token": "abc", 'password': 'abc', \"token\": \"abc\", token='abc'
    (
        re.compile(
            rf"({_NAME})({_QUOTE})?(\s*[:=]\s*)({_QUOTE})(?!{re.escape(HIDDEN)}).*?"
            rf"(?:(?<!\\)\4|$)",
            re.IGNORECASE | re.MULTILINE,
        ),
        rf"\1\2\3\4{HIDDEN}\4",
    ),
    # ?access_token=abc&x=1, token: abc
    (
        re.compile(
            rf"({_NAME})(=|:\s+|%3D)(?!(?:bearer|basic)\b|{_QUOTE}|{re.escape(HIDDEN)})"
            rf"[^\s&\"',;)\]}}]+",
            re.IGNORECASE,
        ),
        rf"\1\2{HIDDEN}",
    ),
    # A JSON Web Token wherever it stands.
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), HIDDEN),
)

_known: set[str] = set()


def hide(*secrets: str | None) -> None:
    """Remember values that must never be written, whatever text they turn up in."""
    for secret in secrets:
        if secret and len(secret) >= _SHORTEST:
            _known.update((secret, quote(secret, safe="")))


def forget() -> None:
    """Drop all remembered values."""
    _known.clear()


def redact(text: str) -> str:
    """`text` without the remembered secrets and without anything that looks like one."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
