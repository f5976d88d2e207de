"""When to tell the others that this user types (PROTOCOL.md, `chat.typing`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

AGAIN = 4_000
"""Milliseconds after which typing is told again while it goes on."""

IDLE = 6_000
"""Milliseconds without a key after which it counts as stopped."""


class TypingNotice:
    """Tells once at the start, again every 4 s while keys come, and once at the end."""

    def __init__(self, tell: Callable[[str, bool], None]) -> None:
        self._tell = tell
        self._scope = ""
        self._told_at = 0
        self._key_at = 0

    @property
    def on(self) -> bool:
        """The others were told that this user types."""
        return bool(self._scope)

    def typed(self, scope: str, now: int) -> None:
        """Keys came for a room."""
        self._key_at = now
        if self._scope != scope:
            self.stop()
        elif now - self._told_at < AGAIN:
            return
        self._scope, self._told_at = scope, now
        self._tell(scope, True)

    def look(self, now: int) -> None:
        """Time passed."""
        if self.on and now - self._key_at >= IDLE:
            self.stop()

    def stop(self) -> None:
        """Sent, cleared, or gone elsewhere."""
        if self._scope:
            scope, self._scope = self._scope, ""
            self._tell(scope, False)
