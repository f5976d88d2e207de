"""What the chat screen shows before a session is open: nothing, and it takes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.state.model import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.runtime.services import ArchiveView, FilesView, MediaView
    from wschat_tui.state.effects import GiveBack, Notify
    from wschat_tui.state.inputs import Input


class NoSession:
    """An empty state that never changes."""

    def __init__(self) -> None:
        self.state = State()
        self.media: MediaView | None = None
        self.files: FilesView | None = None
        self.archive: ArchiveView | None = None

    def feed(self, *inputs: Input) -> None:
        """Nobody is there to take them; screens offer nothing that would be lost."""

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:  # noqa: ARG002
        """Nothing will change."""
        return _nothing

    def on_word(self, hear: Callable[[Notify | GiveBack], None]) -> Callable[[], None]:  # noqa: ARG002
        """Nothing will be told."""
        return _nothing

    async def close(self) -> None:
        """There is nothing to close."""


def _nothing() -> None:
    pass
