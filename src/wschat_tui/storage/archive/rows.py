"""Messages as rows of the history, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from wschat_tui.state.model import Attachment, Kind, Message, Reaction
from wschat_tui.state.tally import counts
from wschat_tui.state.text import clean
from wschat_tui.storage.archive.sound import EARLIEST, LATEST, listed, number, text, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS: tuple[Kind, ...] = ("chat", "call", "gap")
"""Kinds of rows by their number; new ones go to the end."""

COLUMNS = (
    "id, author, at, body, source, kind, revision, edited, deleted, redacted, mentions, sent,"
    " parent, attachments, reactions, op_id, problem"
)
"""What `message_of` reads, in its order, after the scope."""

_PARTS = 4
"""Of an attachment."""

FIELDS = (*COLUMNS.split(", "), "news")
"""What `values_of` gives, in its order."""


def message_of(scope: str, row: Sequence[Any]) -> Message:
    """A message as it was kept. What is shown is cleaned again: the rules may have grown since."""
    if any(type(value) not in kinds for value, kinds in zip(row, _TYPES, strict=False)):
        row = _mended(row)
    (id_, author, at, body, source, kind, revision, edited, deleted, redacted, called, sent) = row[
        :12
    ]
    parent, attachments, reactions, op_id, problem = row[12:17]
    return Message(
        id_,
        scope,
        author,
        clean(body),
        at if at is not None and EARLIEST <= at <= LATEST else None,
        revision,
        KINDS[kind] if 0 <= kind < len(KINDS) else "chat",
        parent,
        _attachments(attachments) if attachments else (),
        _reactions(reactions) if reactions else (),
        bool(edited),
        bool(deleted),
        bool(redacted),
        bool(called),
        "sent" if sent else "received",
        op_id,
        clean(problem, one_line=True),
        body if source is None else source,
    )


_TEXT, _NUMBER = frozenset({str}), frozenset({int})
_TYPES = (
    *(_TEXT, _TEXT, _NUMBER | {type(None)}, _TEXT, _TEXT | {type(None)}),
    *(_NUMBER,) * 7,
    *(_TEXT | {type(None)}, _TEXT, _TEXT, _TEXT, _TEXT),
)
"""What SQLite gives for `COLUMNS` where nobody edited them."""


def _mended(row: Sequence[Any]) -> tuple[Any, ...]:
    """A row that was edited by hand, with each column of the type that it must have."""
    return tuple(_fitting(value, kinds) for value, kinds in zip(row, _TYPES, strict=False))


def _fitting(value: object, kinds: frozenset[type]) -> object:
    if type(value) in kinds:
        return value
    if str in kinds:
        return text(value)
    return None if type(None) in kinds else number(value)


def values_of(message: Message, me: str) -> tuple[object, ...]:
    """A message as it is kept, `FIELDS` in their order."""
    return (
        message.id,
        message.author,
        message.at,
        message.body,
        None if message.source == message.body else message.source,
        KINDS.index(message.kind),
        message.revision,
        message.edited,
        message.deleted,
        message.redacted,
        message.mentions_me,
        message.delivery == "sent",
        message.parent_id,
        _written(message.attachments) if message.attachments else "",
        _given(message.reactions) if message.reactions else "",
        message.op_id,
        message.problem,
        news_of(message, me),
    )


def news_of(message: Message, me: str) -> int | None:
    """What a message counts: 1 as unread, 2 as a call of this user, too; None nothing."""
    return 1 + message.mentions_me if counts(message, me) else None


def _written(attachments: Sequence[Attachment]) -> str:
    return json.dumps(
        [[one.url, one.name, one.size, one.content_type] for one in attachments], ensure_ascii=False
    )


def _attachments(kept: str) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            clean(whole(url), one_line=True),
            clean(whole(name), one_line=True),
            size if type(size) is int else None,
            clean(whole(content_type), one_line=True),
        )
        for url, name, size, content_type in (one for one in listed(kept) if len(one) == _PARTS)
    )


def _given(reactions: Sequence[Reaction]) -> str:
    return json.dumps([[one.text, *one.users] for one in reactions], ensure_ascii=False)


def _reactions(kept: str) -> tuple[Reaction, ...]:
    return tuple(
        Reaction(whole(one[0]), tuple(whole(user) for user in one[1:]))
        for one in listed(kept)
        if one and all(isinstance(each, str) for each in one)
    )
