"""Tokens on their way into and out of a store: checked, packed and unpacked."""

from __future__ import annotations

import json
from typing import Any

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.trouble import Trouble

_LONGEST = 16_384
_FORMAT = 1


def check_token(text: str) -> str | Trouble:
    """`text` without surrounding white space, if it can be sent in a header as it is.

    A token with a line break or a control character could forge headers (RFC 9110 section 5.5),
    and libraries quote it in their errors; so it goes no further than here.
    """
    token = text.strip()
    if not token:
        return Trouble("The token is empty.", "Pass the token that the server gave you.")
    if len(token) > _LONGEST:
        return Trouble(
            f"The token is longer than {_LONGEST} characters, so it was not used.",
            "Check that the right file or text was passed.",
        )
    if not all("!" <= char <= "~" for char in token):
        return Trouble(
            "The token has spaces, control characters or non-ASCII letters, so it was not used.",
            "Pass the token alone, in one line.",
        )
    return token


def check_pair(tokens: Tokens) -> Trouble | None:
    """What is wrong with a pair that is about to be kept, if anything."""
    for text in (tokens.access, tokens.refresh):
        # The pair goes on as it is, so white space around it is wrong here as well.
        checked = text if text is None else check_token(text)
        if isinstance(checked, Trouble):
            return checked
        if checked != text:
            return Trouble(
                "The token has white space around it, so it was not kept.", "Log in again."
            )
    return None


def pack(tokens: Tokens, origin: str, account: str) -> str:
    """One record of a store, as ASCII JSON that names what it belongs to."""
    record = {
        "format": _FORMAT,
        "origin": origin,
        "account": account,
        "access": tokens.access,
        "refresh": tokens.refresh,
        "expires_at": tokens.expires_at,
    }
    return json.dumps(record, separators=(",", ":"))


def unpack(text: str, origin: str, account: str) -> Tokens | None:
    """The pair in a record; None when it is not one of ours, or another account's or origin's."""
    try:
        record: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or (record.get("origin"), record.get("account")) != (
        origin,
        account,
    ):
        return None
    access, refresh, expires_at = (record.get(name) for name in ("access", "refresh", "expires_at"))
    if not isinstance(access, str) or not isinstance(refresh, str | None):
        return None
    if not isinstance(expires_at, int | None) or isinstance(expires_at, bool):
        return None
    tokens = Tokens(access, refresh, expires_at)
    return None if check_pair(tokens) else tokens
