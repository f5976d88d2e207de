"""What the server answers beside the socket (spec section 8), read tolerantly and made plain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from wschat_tui.link.tokens import tokens_from
from wschat_tui.protocol.events import ChatMessage

if TYPE_CHECKING:
    from wschat_tui.protocol.tokens import Tokens

_LONGEST = 1024
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A login was taken."""

    tokens: Tokens
    user: str | None
    """The user's own id, where the server tells it."""


@dataclass(frozen=True, slots=True)
class History:
    """A page of a scope's past, oldest first."""

    messages: tuple[ChatMessage, ...]
    cursor: str | None
    """Asks for the page before this one."""
    more: bool
    skipped: int
    """Rows that are no `ChatMessage`."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network that the user belongs to."""

    id: str
    name: str
    scope: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a network."""

    user: str
    name: str
    role: str
    status: str


@dataclass(frozen=True, slots=True)
class TurnServer:
    """A relay for calls, and the right to use it."""

    urls: tuple[str, ...]
    username: str
    credential: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class IceConfig:
    """How calls find a path."""

    stun: tuple[str, ...]
    turn: TurnServer | None


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file is on the server."""

    url: str
    name: str
    size: int
    """Bytes."""


def logged_in(document: Any, now: int) -> LoggedIn | None:
    """Read a login's answer. `now` is milliseconds of Unix time."""
    data = _unwrapped(document)
    tokens = tokens_from(data, now)
    user = _dict(data.get("user"))
    return None if tokens is None else LoggedIn(tokens, _text(user, "id", "user_id") or None)


def history(document: Any) -> History | None:
    """Read a page of history. Servers page backwards, so newest first is turned round."""
    data = _unwrapped(document)
    rows = data.get("messages")
    if not isinstance(rows, list):
        return None
    read = [_message(row) for row in rows[:_MOST]]
    messages = [message for message in read if message is not None]
    if messages and _at(messages[0]) >= _at(messages[-1]):
        messages.reverse()
    cursor = _text(data, "next_cursor") or None
    more = data.get("has_more", cursor is not None) is True
    return History(tuple(messages), cursor, more, len(rows) - len(messages))


def networks(document: Any) -> tuple[Network, ...] | None:
    """Read the user's networks."""
    rows = _rows(document, "networks")
    if rows is None:
        return None
    return tuple(
        Network(name, _text(row, "name") or name, _text(row, "scope") or f"network:{name}")
        for row in rows
        if (name := _text(row, "id", "network_id"))
    )


def members(document: Any) -> tuple[Member, ...] | None:
    """Read a network's members."""
    rows = _rows(document, "members")
    if rows is None:
        return None
    return tuple(
        Member(
            user,
            _text(row, "name", "display_name", "username") or user,
            _text(row, "role"),
            _text(row, "status"),
        )
        for row in rows
        if (user := _text(row, "user_id", "id"))
    )


def ice_config(document: Any) -> IceConfig | None:
    """Read how calls find a path: URLs as texts, as lists, or as objects with `url` or `urls`."""
    data = _unwrapped(document)
    if "stun_servers" not in data:
        return None
    turn = _dict(data.get("turn_server"))
    urls = _urls(turn)
    relay = TurnServer(urls, _text(turn, "username"), _text(turn, "credential", "password"))
    return IceConfig(_urls(data["stun_servers"]), relay if urls else None)


def uploaded(document: Any) -> Uploaded | None:
    """Read where a file went. The URL may still be relative."""
    data = _unwrapped(document)
    url, size = _text(data, "url"), data.get("size")
    if not isinstance(size, int) or size < 0:
        size = 0
    return Uploaded(url, _text(data, "filename", "name"), size) if url else None


def error_of(document: Any) -> tuple[str, str]:
    """The code and the message of an error, each empty where there is none."""
    data = _dict(document)
    inner = _dict(data.get("error"))
    return _text(inner or data, "code"), _text(inner or data, "message")


def _unwrapped(document: Any) -> dict[str, Any]:
    data = _dict(document)
    return _dict(data["data"]) if isinstance(data.get("data"), dict) else data


def _rows(document: Any, key: str) -> list[dict[str, Any]] | None:
    rows = document
    if isinstance(document, dict):
        rows = _unwrapped(document).get(key, document.get("data"))
    return [_dict(row) for row in rows[:_MOST]] if isinstance(rows, list) else None


def _urls(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if 0 < len(value) <= _LONGEST else ()
    if isinstance(value, dict):
        return _urls(value.get("urls", value.get("url")))
    if isinstance(value, list):
        return tuple(
            url for item in value[:32] if not isinstance(item, list) for url in _urls(item)
        )
    return ()


def _text(data: dict[str, Any], *keys: str) -> str:
    for key in keys:
        value = data.get(key)
        if isinstance(value, str) and 0 < len(value) <= _LONGEST:
            return value
    return ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _message(row: Any) -> ChatMessage | None:
    try:
        return ChatMessage.model_validate(row)
    except ValidationError:
        return None


def _at(message: ChatMessage) -> float:
    try:
        return datetime.fromisoformat(message.created_at).timestamp()
    except (ValueError, OverflowError):
        return 0.0
