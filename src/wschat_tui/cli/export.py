"""`wschat export`: what is kept on this disk, on stdout, as JSON, text or a page for a browser."""

from __future__ import annotations

import asyncio
from difflib import get_close_matches
from typing import TYPE_CHECKING

from wschat_tui.cli import export_html, export_json, export_text
from wschat_tui.cli.exits import Exit
from wschat_tui.cli.export_text import place_of
from wschat_tui.cli.history import files_named, history_meant
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import mute, pour, say
from wschat_tui.state.resolve import room_named
from wschat_tui.state.select import title_of
from wschat_tui.storage.archive.fates import why
from wschat_tui.storage.archive.reader import HistoryReader, HistoryUnread, reading

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from wschat_tui.runtime.choice import Choice
    from wschat_tui.state.model import State

FORMATS: dict[str, Callable[[HistoryReader, State, str], Iterator[str]]] = {
    "json": export_json.lines,
    "text": export_text.lines,
    "html": export_html.lines,
}
"""Each gives the lines of a document: of a room, or of all where the scope is empty."""


def run(options: argparse.Namespace) -> int:
    """Write the history, or one room of it, to stdout."""
    file = asyncio.run(_file(choice_from(options), options.name))
    if isinstance(file, int):
        return file
    try:
        return _export(file, options.room or "", options.format)
    except HistoryUnread as error:
        say(str(error.trouble))
        return Exit.REFUSED
    except BrokenPipeError:
        raise
    except OSError as error:
        mute()
        say(f"The output could not be written, as {why(error)}; what is there is not all of it.")
        return Exit.REFUSED


def _export(file: Path, room: str, form: str) -> int:
    with reading(file) as history:
        state = history.state()
        scope = room_named(state, room) if room else ""
        if scope is None:
            say(f"No room that is kept here is called {room}{_meant(state, room)}")
            return Exit.USAGE
        if history.is_empty(scope):
            say("No message is kept there." if scope else "No message is kept of this account.")
        pour(FORMATS[form](history, state, scope))
    return Exit.OK


async def _file(choice: Choice, name: str | None) -> Path | int:
    """The history that is named, else that of the account that is meant."""
    if not name:
        return await history_meant(choice)
    files = await files_named(choice, [name])
    return files if isinstance(files, int) else files[0]


def _meant(state: State, room: str) -> str:
    """What may have been meant: rooms with a like name, or the way to all."""
    words = {
        one.casefold(): scope for scope in state.rooms for one in (scope, title_of(state, scope))
    }
    like = get_close_matches(room.casefold().removeprefix("#"), words, n=3, cutoff=0.6)
    scopes = dict.fromkeys(words[one] for one in like)
    told = " or ".join(f"{place_of(state, scope)} ({scope})" for scope in scopes)
    return f"; did you mean {told}?" if told else "; without --room all are written."
