"""The history as one page for a browser: no script, nothing fetched, every word escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wschat_tui.cli.export_text import body_of, moment_of, place_of, who
from wschat_tui.state.text import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wschat_tui.state.model import Attachment, Message, State
    from wschat_tui.storage.archive.reader import HistoryReader

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }}
h2 {{ font-size: 1rem; border-bottom: 1px solid; margin-top: 2rem; }}
article {{ margin: .75rem 0; overflow-wrap: anywhere; }}
time, .room, .mark {{ opacity: .65; font-size: .85em; }}
p {{ margin: 0; white-space: pre-wrap; unicode-bidi: isolate; }}
</style>
</head>
<body>
<h1>{title}</h1>"""


def lines(history: HistoryReader, state: State, scope: str) -> Iterator[str]:
    """The page, a heading a day."""
    title = place_of(state, scope) if scope else "All rooms"
    yield _HEAD.format(title=_safe(title))
    day = ""
    for message in history.messages(scope):
        date, _, clock = moment_of(message.at).partition(" ")
        if date != day:
            day = date
            yield f"<h2>{_safe(date)}</h2>"
        yield from _article(state, message, clock, "" if scope else place_of(state, message.scope))
    yield "</body>\n</html>"


def _article(state: State, message: Message, clock: str, place: str) -> Iterator[str]:
    room = f' <span class="room">{_safe(place)}</span>' if place else ""
    thread = ' <span class="mark">in a thread</span>' if message.parent_id else ""
    author = _safe(who(state, message.author))
    yield f"<article><strong><bdi>{author}</bdi></strong> <time>{_safe(clock)}</time>{room}{thread}"
    yield f"<p>{_safe(body_of(message))}</p>"
    yield from (f"<div>{_file(one)}</div>" for one in message.attachments)
    for one in message.reactions:
        given = ", ".join(who(state, user) for user in one.users)
        yield f'<div class="mark"><bdi>{_safe(name(one.text))} {_safe(given)}</bdi></div>'
    yield "</article>"


def _file(file: Attachment) -> str:
    """A file's name; it leads to its address where that is one of the web."""
    shown = f"<bdi>{_safe(file.name)}</bdi>"
    try:
        web = urlsplit(file.url).scheme in {"http", "https"}
    except ValueError:
        web = False
    if not web:
        return f"{shown} <bdi>{_safe(file.url)}</bdi>"
    return f'<a href="{_safe(file.url)}" rel="noopener noreferrer">{shown}</a>'


def _safe(text: str) -> str:
    return escape(text, quote=True)
