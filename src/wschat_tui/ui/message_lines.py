"""What a row of the timeline is made of: blocks of text to be wrapped, and how many lines.

Measuring and drawing take the same blocks through the same wrapping, so that a measured height is
the number of lines drawn.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from wschat_tui.state.model import NEVER_AGAIN
from wschat_tui.state.text import clean
from wschat_tui.ui.amount import amount
from wschat_tui.ui.inline import Paragraph, Span, parse
from wschat_tui.ui.wrap import Line, cells, count, count_fold, fit, flow, fold, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wschat_tui.state.model import Attachment, Message
    from wschat_tui.ui.inline import Code
    from wschat_tui.ui.row import Row

BlockKind = Literal["heading", "body", "code", "mark", "rule"]
"""Name and time on a line of their own, text to be copied, code, what the client adds, a rule."""

MAX_LINES = 500
"""Lines of a body, as it was written, that are shown."""

MAX_CHIPS = 30
MAX_FILES = 20
MIN_BODY = 8
EVENT_INDENT = 7
"""Columns before what is said of an event: the bar and the time."""

DELETED = "message deleted"
RESEND = "r\u00a0resend\u00a0·\u00a0x\u00a0discard"
COPY = "y\u00a0copy\u00a0·\u00a0x\u00a0discard"
RETRY = "r\u00a0retry\u00a0·\u00a0x\u00a0discard"
IN_THREAD = "↳ in a thread"
RULES = {"day": "rule", "new": "rule-new", "top": "rule-top"}

_CHANGES_TEXT = re.compile(r"[*_~`|]|^>", re.MULTILINE)


class Layout(NamedTuple):
    """How the columns are dealt out, for a width in cells."""

    width: int
    name: int
    """Columns of the name; 0 where name and time stand on a line of their own."""
    indent: int
    """Columns before the text."""
    body: int
    """Columns of the text of others."""
    mine: int
    """Columns of my own text, which leaves room for how it was delivered."""


def layout_of(width: int) -> Layout:
    """The columns for a width: a wide name column, a narrow one, or none."""
    name = next((size for least, size in ((100, 14), (72, 11), (46, 8)) if width >= least), 0)
    indent = name + 8 if name else 2
    body = max(width - indent - 1, MIN_BODY)
    reserve = 7 if name else 3
    return Layout(width, name, indent, body, max(body - reserve, MIN_BODY))


class Block(NamedTuple):
    """A text that is wrapped by itself, and how it is drawn."""

    text: str
    spans: tuple[Span, ...] = ()
    kind: BlockKind = "body"
    style: str = ""
    lead: str = ""
    """What stands before each of its lines."""
    fill: int = 0
    """Cells that each of its lines takes at least, with what stands before."""
    code: Code | None = None
    """The block of code that this is a line of, whose colours are asked for when it is drawn."""
    number: int = 0


def height(row: Row, layout: Layout) -> int:
    """How many lines a row takes."""
    message = row.message
    if message is None:
        return 1
    if row.kind == "event":
        return count(row.text, _event_width(layout))
    width = layout.mine if row.mine else layout.body
    if _is_plain(row, message):
        body = message.body
        lines = sum(count(part, width) for part in body.split("\n")) if "\n" in body else 0
        return (lines or count(body, width)) + (not layout.name and not row.grouped)
    return sum(len_of(block, width) for block in blocks(row, layout))


def len_of(block: Block, width: int) -> int:
    """How many lines a block takes."""
    if block.kind == "heading":
        return 1
    measure = count_fold if block.kind == "code" else count
    return measure(block.text, max(width - cells(block.lead), 1))


def lines_of(block: Block, width: int) -> list[Line]:
    """Where a block is cut into lines."""
    if block.kind == "heading":
        return [(0, len(block.text))]
    cut = fold if block.kind == "code" else wrap
    return cut(block.text, max(width - cells(block.lead), 1))


def blocks(row: Row, layout: Layout) -> list[Block]:
    """What a message is made of, from top to bottom."""
    message = row.message
    if message is None:
        return [Block(row.text, kind="rule", style=RULES.get(row.kind, "rule"))]
    if row.kind == "event":
        quiet = message.kind == "call" and not message.mentions_me
        return [Block(row.text, style="event-joined" if quiet else f"event-{message.kind}")]
    width = layout.mine if row.mine else layout.body
    made: list[Block] = []
    if not layout.name and not row.grouped:
        made.append(_heading(row, layout))
    made += _body(row, message)
    made += _files(message)
    made += _chips(message, width)
    made += _notes(row, message)
    return made


def width_of(row: Row, layout: Layout) -> int:
    """The cells in which the text of a row is wrapped."""
    if row.kind == "event":
        return _event_width(layout)
    return layout.mine if row.mine else layout.body


def delivery_sign(row: Row) -> tuple[str, str]:
    """How far a message of mine has come, as a sign and its style; empty for others'."""
    message = row.message
    if message is None or not row.mine or message.kind != "chat" or message.deleted:
        return "", ""
    if message.delivery in {"sent", "received"}:
        if row.readers:
            return (f"✓✓ {row.readers}" if row.readers < 1000 else "✓✓ 1k", "read")
        return "✓", "sent"
    return _SIGNS[message.delivery], message.delivery


_SIGNS = {"queued": "◷", "sending": "◌", "unconfirmed": "?", "failed": "✗"}


def _event_width(layout: Layout) -> int:
    return max(layout.width - EVENT_INDENT - 1, MIN_BODY)


def _is_plain(row: Row, message: Message) -> bool:
    """Its height is that of its body."""
    return not (
        message.reactions
        or message.attachments
        or message.edited
        or message.problem
        or message.deleted
        or message.redacted
        or row.replies
        or row.in_thread
        or message.delivery in {"failed", "unconfirmed"}
        or _CHANGES_TEXT.search(message.body)
        or message.body.count("\n") >= MAX_LINES
    )


def _heading(row: Row, layout: Layout) -> Block:
    name = fit(row.name, max(layout.width - 16, 4))
    text = f"{name}  {row.clock}"
    spans = (Span(0, len(name), "name"), Span(len(name), len(text), "time"))
    return Block(text, spans, "heading")


def _body(row: Row, message: Message) -> Iterator[Block]:
    if message.deleted:
        yield Block(DELETED, kind="mark", style="deleted")
        return
    parts = list(parse(message.body)) if message.body or not message.attachments else []
    hidden = len(parts) - MAX_LINES
    del parts[MAX_LINES:]
    style = "redacted" if message.redacted else ""
    style = "pending" if message.delivery in {"queued", "sending"} else style
    note = _note(message)
    if note and parts and parts[-1].code is None:
        parts[-1] = _annotated(parts[-1], note)
        note = ""
    for part in parts:
        yield _block(part, style)
    if note:
        yield Block(note.strip(), (Span(0, len(note) - 1, "meta"),), "mark")
    if hidden > 0:
        yield Block(f"… {hidden:,} more lines", kind="mark", style="meta")
    if row.in_thread:
        yield Block(IN_THREAD, (Span(0, len(IN_THREAD), "thread"),), "mark")


def _note(message: Message) -> str:
    """What is said after a body that is not as it was written."""
    if message.redacted:
        return "" if "redacted" in message.body.casefold() else " (redacted)"
    return " (edited)" if message.edited else ""


def _annotated(part: Paragraph, note: str) -> Paragraph:
    text = part.text + note
    return part._replace(text=text, spans=(*part.spans, Span(len(part.text), len(text), "meta")))


def _block(part: Paragraph, style: str) -> Block:
    if part.code is not None:
        fill = part.code.widest + 3
        return Block(part.text, (), "code", "code-block", "│ ", fill, part.code, part.number)
    if part.quote:
        return Block(part.text, part.spans, style="quote", lead="▎ " * min(part.quote, 3))
    return Block(part.text, part.spans, style=style)


def _files(message: Message) -> Iterator[Block]:
    for file in message.attachments[:MAX_FILES]:
        text = f"📎 {file.name}{_size(file)}"
        yield Block(text, (Span(0, len(text), "file", file.url),))
    if len(message.attachments) > MAX_FILES:
        yield Block(f"and {len(message.attachments) - MAX_FILES} more files", kind="mark")


def _size(file: Attachment) -> str:
    return f" ({amount(file.size)})" if file.size is not None else ""


def _chips(message: Message, width: int) -> Iterator[Block]:
    shown = [
        (fit(clean(one.text, one_line=True, limit=64), max(width - 6, 1)), one)
        for one in message.reactions[:MAX_CHIPS]
    ]
    chips = [f" {text} {len(one.users)} " for text, one in shown]
    for line in flow([cells(chip) for chip in chips], width):
        text, spans = "", []
        for index in line:
            text += " " if text else ""
            start, text = len(text), text + chips[index]
            spans.append(Span(start, len(text), "reaction", shown[index][1].text))
        yield Block(text, tuple(spans), "mark")


def _notes(row: Row, message: Message) -> Iterator[Block]:
    if row.replies:
        yield _thread(row)
    if message.delivery == "unconfirmed":
        why = message.problem or "not confirmed"
        offer = COPY if why.endswith(NEVER_AGAIN) else RESEND
        yield Block(f"{why} — {offer}", kind="mark", style="unconfirmed")
    elif message.delivery == "failed":
        why = message.problem or "not sent"
        yield Block(f"{why} — {RETRY}", kind="mark", style="failed")
    elif message.problem:
        yield Block(message.problem, kind="mark", style="unconfirmed")


def _thread(row: Row) -> Block:
    replies = "1 reply" if row.replies == 1 else f"{row.replies:,} replies"
    text = f"↳ {replies}" + (f" · {row.last_reply}" if row.last_reply else "")
    spans = [Span(0, len(text), "thread")]
    if row.new_replies:
        new = f" · {row.new_replies:,} new"
        spans.append(Span(len(text), len(text) + len(new), "thread-new"))
        text += new
    return Block(text, tuple(spans), "mark")
