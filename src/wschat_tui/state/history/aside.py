"""Messages that are shown though they stand in no live window: the past, and threads from disk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wschat_tui.state.model import Message, Past, State


class Aside:
    """Finds them by their id, without looking through all of them each time."""

    def __init__(self) -> None:
        self._past: Past | None = None
        self._thread: tuple[Message, ...] = ()
        self._known: dict[str, Message] = {}

    def find(self, state: State, message_id: str) -> Message | None:
        """A message by its id."""
        if state.past is not self._past or state.thread_past is not self._thread:
            self._past, self._thread = state.past, state.thread_past
            past = self._past.messages if self._past is not None else ()
            self._known = {one.id: one for one in (*self._thread, *past)}
        return self._known.get(message_id)


def replaced(state: State, message_id: str, *new: Message) -> dict[str, Any]:
    """The state's fields with another message, or none, in the place of one."""
    changes: dict[str, Any] = {}
    if state.past is not None:
        messages = _swapped(state.past.messages, message_id, new)
        changes["past"] = replace(state.past, messages=messages)
    changes["thread_past"] = _swapped(state.thread_past, message_id, new)
    return changes


def _swapped(
    lines: tuple[Message, ...], message_id: str, new: tuple[Message, ...]
) -> tuple[Message, ...]:
    at = next((at for at, one in enumerate(lines) if one.id == message_id), -1)
    return lines if at < 0 else (*lines[:at], *new, *lines[at + 1 :])
