"""The history as screens see it: searched on the disk, completed from the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.runtime.services import Fetched, Outcome
from wschat_tui.state.history.archive_effects import KeepMessages
from wschat_tui.state.reading import message_from
from wschat_tui.state.select import title_of
from wschat_tui.storage.search.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from wschat_tui.link.rest import Rest
    from wschat_tui.state.history.archive_effects import ArchiveOrder
    from wschat_tui.state.history.query import Found, Query, Revision
    from wschat_tui.state.model import Message, State

PAGE = 100
"""Messages asked of the server at a time."""


class Recollection:
    """Implements `services.ArchiveView` on a file and a server."""

    def __init__(
        self,
        file: Path,
        rest: Rest | None,
        order: Callable[[ArchiveOrder], None],
        state: Callable[[], State],
        doubt: Callable[[int], None] = lambda _inode: None,
    ) -> None:
        """order: what is fetched is kept by this. doubt: hears of a broken file, by its inode."""
        self._search = Search(file, doubt)
        self._rest = rest
        self._order = order
        self._state = state

    async def find(self, query: Query, limit: int = 50, below: int | None = None) -> Found | str:
        """A page of what fits, or the sentence why there is none."""
        return await self._search.find(query, limit, below)

    async def revisions(self, message_id: str) -> tuple[Revision, ...]:
        """What a message said before each of its edits, the oldest first."""
        return await self._search.revisions(message_id)

    def cancel(self) -> None:
        """End the search that runs."""
        self._search.cancel()

    async def close(self) -> None:
        """Let the file go."""
        await self._search.close()

    async def fetch(self, scopes: Sequence[str], told: Callable[[Fetched], None]) -> Outcome:
        """Fetch what the server has of rooms and this machine has not, room by room."""
        if self._rest is None or self._state().archive != "ready":
            return Outcome(False, "Older messages are not fetched, as nothing can be kept here.")
        silent, count = 0, 0
        for scope in scopes:
            fetched = await self._fetch(self._rest, scope, told)
            if isinstance(fetched, str):
                return Outcome(False, fetched)
            silent += fetched is None
            count += fetched or 0
        if silent == len(scopes):
            return Outcome(False, "This server keeps no history that could be fetched.")
        return Outcome(True, _done(count))

    async def _fetch(
        self, rest: Rest, scope: str, told: Callable[[Fetched], None]
    ) -> int | str | None:
        """How many messages came; a sentence where that failed; None where there is no history."""
        before, cursor, count = await self._search.oldest(scope), "", 0
        seen: set[str] = set()
        told(Fetched(scope, 0))
        while True:
            page = await rest.history(scope, before=before, cursor=cursor, limit=PAGE)
            if isinstance(page, Absent):
                return None
            if isinstance(page, Refused | Unreachable):
                why = page.message if isinstance(page, Refused) else page.sentence
                return _failed(title_of(self._state(), scope), count, why)
            read = (message_from(event, self._state()) for event in page.messages)
            new = tuple(one for one in read if one.scope == scope and one.id not in seen)
            if new:
                seen.update(one.id for one in new)
                self._order(KeepMessages(new))
                count += len(new)
                before = new[0].id
                told(Fetched(scope, count, _oldest(new)))
            if not page.more or not new:
                return count
            cursor = page.cursor or ""


def _oldest(messages: Sequence[Message]) -> int | None:
    return min((one.at for one in messages if one.at is not None), default=None)


def _done(count: int) -> str:
    if not count:
        return "The server has nothing older than what is kept here."
    return f"{count:,} older messages were fetched; the server has nothing older."


def _failed(title: str, count: int, why: str) -> str:
    kept = f"the {count:,} that came are kept" if count else "nothing was lost"
    return f"Older messages of {title} could not be fetched, {kept}: {why}"
