"""Pictures of this terminal, made of the rows that the screen hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.media.sources.missing import Missing
from wschat_tui.media.sources.page import RATE, Page

if TYPE_CHECKING:
    import threading
    from collections.abc import Generator

    import av

    from wschat_tui.media.sources.terminal_feed import TerminalFeed

PATIENCE = 3.0
"""Seconds that a screen has to hand over its first rows."""

NO_TERMINAL = (
    "No screen is drawn here that could be shown: a card with your initials is sent. Show a"
    " command instead."
)


class Terminal:
    """Takes pictures of a feed, for as long as they are wanted."""

    def __init__(self, feed: TerminalFeed | None) -> None:
        self._feed = feed

    def __call__(self, stop: threading.Event) -> Generator[av.VideoFrame, None, None]:
        """A picture whenever a row has changed, RATE a second at most."""
        if self._feed is None:
            raise Missing(NO_TERMINAL)
        self._feed.begin()
        try:
            yield from self._pictures(self._feed, stop)
        finally:
            self._feed.end()

    def _pictures(
        self, feed: TerminalFeed, stop: threading.Event
    ) -> Generator[av.VideoFrame, None, None]:
        page, seen, waited = None, 0, 0.0
        while True:
            number, columns, rows = feed.newest()
            if page is None and not rows and waited > PATIENCE:
                raise Missing(NO_TERMINAL)
            if number != seen and columns and rows:
                seen = number
                if page is None or (page.columns, page.rows) != (columns, len(rows)):
                    page = Page(columns, len(rows))
                if page.draw(enumerate(rows)):
                    yield page.frame()
            if stop.wait(1 / RATE):
                return
            waited += 1 / RATE
