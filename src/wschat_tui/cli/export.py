"""`wschat export`: what is kept on this disk, on stdout, as JSON, text or a page for a browser."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from wschat_tui.cli import export_html, export_json, export_text
from wschat_tui.cli.exits import Exit
from wschat_tui.cli.history import history_meant
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import mute, pour, say
from wschat_tui.state.resolve import room_named
from wschat_tui.storage.archive.fates import why
from wschat_tui.storage.archive.reader import HistoryReader, HistoryUnread, reading

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from wschat_tui.state.model import State

FORMATS: dict[str, Callable[[HistoryReader, State, str], Iterator[str]]] = {
    "json": export_json.lines,
    "text": export_text.lines,
    "html": export_html.lines,
}
"""Each gives the lines of a document: of a room, or of all where the scope is empty."""


def run(options: argparse.Namespace) -> int:
    """Write the history, or one room of it, to stdout."""
    file = asyncio.run(history_meant(choice_from(options)))
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
            say(f"No room that is kept here is called {room}; without --room all are written.")
            return Exit.USAGE
        pour(FORMATS[form](history, state, scope))
    return Exit.OK
