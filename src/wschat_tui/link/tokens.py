"""The pair of tokens as the link holds it, and what may be read from an access token."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from wschat_tui.protocol.tokens import Tokens

_SENDABLE = re.compile(r"[!-~]{1,16384}")
_LONGEST_LIFE = 10 * 365 * 24 * 3600
_LATEST = 10**11


@dataclass(frozen=True, slots=True)
class Claims:
    """What a JWT says about itself. Read, not verified: good for a name, not for a right."""

    user: str | None
    """`user_id`, else `sub`."""
    expires_at: int | None
    """`exp`, in milliseconds since the Unix epoch."""


def sendable(token: str) -> bool:
    """Whether a token may stand in a header: visible ASCII, no CR or LF (RFC 9110 section 5.5)."""
    return _SENDABLE.fullmatch(token) is not None


def tokens_from(data: Any, now: int) -> Tokens | None:
    """The pair in a login's or refresh's answer, or None. `now` is milliseconds of Unix time."""
    if not isinstance(data, dict):
        return None
    access, refresh = data.get("access_token"), data.get("refresh_token")
    if not isinstance(access, str) or not sendable(access):
        return None
    if not isinstance(refresh, str) or not sendable(refresh):
        refresh = None
    life = _positive(data.get("expires_in"))
    return Tokens(access, refresh, None if life is None else now + min(life, _LONGEST_LIFE) * 1000)


def claims(token: str) -> Claims:
    """The claims of a token if it is a JWT (RFC 7519); all None if it is not."""
    document = _payload(token)
    user = next((document[key] for key in ("user_id", "sub") if _is_name(document.get(key))), None)
    end = _positive(document.get("exp"))
    return Claims(user, None if end is None else end * 1000)


def _payload(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        text = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        document = from_json(text, allow_inf_nan=False)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 1024


def _positive(seconds: Any) -> int | None:
    """A time in whole seconds, if it is one that a calendar holds."""
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    return int(seconds) if 0 < seconds < _LATEST else None
