"""From the wire's objects to the model's records: cleaned, dated, addressed."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from wschat_tui.protocol.events import ChatMessage
from wschat_tui.protocol.limits import MAX_ID
from wschat_tui.protocol.objects import Attachment as WireAttachment
from wschat_tui.protocol.scopes import canonical, dm_peer
from wschat_tui.state import times
from wschat_tui.state.model import Attachment, Message, Reaction, State
from wschat_tui.state.select import person_of
from wschat_tui.state.text import MAX_BODY_SHOWN, SafeText, clean, name

REDACTED = "[REDACTED]"
"""Shown where a mask is empty."""

MAX_REACTIONS = 64
"""Different reactions kept on one message."""

_ENDING = 8
"""Letters of the longest ending of a file's name that is kept whole."""

_EVERYONE = ("all", "here", "everyone")


def message_from(event: ChatMessage, state: State) -> Message:
    """A `chat.message` as the model keeps it."""
    deleted = event.deleted_at is not None
    body = SafeText("") if deleted else clean(event.body)
    extra, files = event.model_extra, event.attachments
    return Message(
        id=event.id,
        scope=canonical(event.scope, state.me),
        author=event.user_id,
        body=body,
        at=times.parse(event.created_at),
        parent_id=event.parent_id,
        attachments=attachments_from(files) if files and not deleted else (),
        reactions=reactions_from(extra.get("reactions")) if extra and not deleted else (),
        edited=event.edited_at not in (None, event.created_at),
        deleted=deleted,
        redacted=bool(event.redacted),
        mentions_me=event.user_id != state.me and mentions(state, body),
        source="" if deleted else source_of(event.body),
    )


def attachments_from(items: Iterable[str | WireAttachment]) -> tuple[Attachment, ...]:
    """Attachments with a name to show: their own, or the end of the URL."""
    return tuple(_attachment(item) for item in items)


def reactions_from(items: Any) -> tuple[Reaction, ...]:
    """The reactions a server's history may add: `[{reaction, user_ids}]`; anything else is none."""
    found: dict[str, dict[str, None]] = {}
    for item in items[:MAX_REACTIONS] if isinstance(items, list) else ():
        match item:
            case {"reaction": str(text), "user_ids": [*users]} if 0 < len(text) <= MAX_ID:
                given = found.setdefault(text, {})
                given |= dict.fromkeys(one for one in users if isinstance(one, str))
            case _:
                continue
    return tuple(Reaction(text, tuple(users)) for text, users in found.items() if users)


def sound(text: str) -> str:
    """Text as UTF-8 can carry it: what a broken paste left behind becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def source_of(body: str) -> str:
    """A body as it is kept to be edited; of an endless one only the beginning."""
    return body[:MAX_BODY_SHOWN]


def mentions(state: State, body: str) -> bool:
    """The body calls this user, by id or name, or everyone."""
    if "@" not in body:
        return False
    return (
        _calling((state.me, *((person_of(state, state.me).name,) if state.me else ()))).search(body)
        is not None
    )


def wire_scope(scope: str, me: str) -> str:
    """A scope as it is addressed: a direct chat by the other user's id alone."""
    peer = dm_peer(scope, me)
    return f"dm:{peer}" if peer is not None else scope


def _attachment(item: str | WireAttachment) -> Attachment:
    if isinstance(item, str):
        return Attachment(clean(item, one_line=True), _file_name(item))
    return Attachment(
        clean(item.url, one_line=True),
        _whole_ending(item.name) if item.name else _file_name(item.url),
        item.size,
        clean(item.content_type or "", one_line=True, limit=64),
    )


def _file_name(url: str) -> SafeText:
    last = unquote(url.split("?", maxsplit=1)[0].rstrip("/").rpartition("/")[2])
    return _whole_ending(last or url)


def _whole_ending(told: str) -> SafeText:
    """A file's name as it may be shown; a long one loses its middle and not what kind it is."""
    shown, ending = name(told), told.rpartition(".")[2]
    if shown.endswith("…") and len(ending) <= _ENDING and ending.isalnum() and ending.isascii():
        return SafeText(f"{shown[: -len(ending) - 2]}….{ending}")
    return shown


@lru_cache(maxsize=64)
def _calling(names: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(re.escape(one) for one in (*names, *_EVERYONE) if one)
    return re.compile(rf"(?<!\w)@(?:{words})(?!\w)", re.IGNORECASE)
