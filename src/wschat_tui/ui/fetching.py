"""Older messages fetched from the server for a search, room after room, with its progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.select import ordered_rooms
from wschat_tui.ui.render import room_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.runtime.services import Fetched, Outcome, SessionView
    from wschat_tui.state.model import State


class Fetching:
    """Fetches what the server has of one room, or of all that were joined."""

    def __init__(
        self, session: SessionView, scope: str, told: Callable[[str, int, int | None], None]
    ) -> None:
        """told: a sentence, how many came of a room, and when the oldest of them was posted."""
        self._session = session
        self._scope = scope
        self._told = told

    async def run(self) -> Outcome | None:
        """How it went; None where nothing is kept, so that nothing is fetched."""
        archive = self._session.archive
        if archive is None:
            return None
        return await archive.fetch(scopes_of(self._session.state, self._scope), self._hear)

    def _hear(self, fetched: Fetched) -> None:
        name = room_name(self._session.state, fetched.scope)
        self._told(f"Fetching {name}", fetched.messages, fetched.back_to)


def scopes_of(state: State, scope: str) -> tuple[str, ...]:
    """The rooms to fetch: the one that is meant, else the open one, then the others."""
    if scope:
        return (scope,)
    joined = (room.scope for room in ordered_rooms(state) if room.joined or room.messages)
    return tuple(sorted(joined, key=lambda one: one != state.focus))
