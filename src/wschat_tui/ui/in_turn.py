"""What the user does is taken in turn: the next thing when all that the last one led to is done.

Textual hands keys to queues, one a widget. Backspace is found in another queue than the letter that
follows it, a screen that a key opens is there some messages later, and so is the focus that moves.
Whoever types faster than that, or sits at a machine that is busy, would find letters deleted that
came after the Backspace, and others in the composer that were meant for the field of a panel.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Literal

from textual import events
from textual.app import App
from textual.screen import Screen

from wschat_tui.ui.chords import Chords
from wschat_tui.ui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.message_pump import MessagePump
    from textual.widget import Widget

    _Pumps = Callable[[], Sequence[MessagePump]]

Nature = Literal["text", "deed", "glance"]
"""text: a key for a field, in the order of its queue; deed: may lead anywhere; glance: leads
nowhere, as a move of the mouse."""

ROUNDS = 6
"""How often all queues are gone through after a deed. The longest way is that of Enter in a panel:
the key, the field's message, the list's, the panel's result, what it is for, the focus."""

LOOK, LOOKS = 0.25, 40
"""Seconds between two looks, and how many of them without an end until the user is heard anyway.
Looks are counted, since a program that was stopped for an hour has made none of them."""

_GLANCES = (
    events.MouseMove,
    events.MouseScrollUp,
    events.MouseScrollDown,
    events.MouseScrollLeft,
    events.MouseScrollRight,
)


class Settling:
    """A message goes through the queues behind all that is on its way, some times."""

    def __init__(self, pumps: _Pumps, done: Callable[[], None]) -> None:
        """`pumps`: the queues that a round goes through; `done` is called once, at the end."""
        self._pumps = pumps
        self._done: Callable[[], None] | None = done
        self._rounds = ROUNDS
        self._ahead: deque[MessagePump] = deque()
        self._looks = LOOKS
        self._look = asyncio.get_running_loop().call_later(LOOK, self._grow_tired)

    def begin(self, first: Sequence[MessagePump]) -> None:
        """Go; the first round is through these."""
        self._ahead.extend(first)
        self._step()

    def _step(self) -> None:
        while self._done is not None:
            if not self._ahead:
                self._rounds -= 1
                if not self._rounds:
                    self._end()
                    return
                self._ahead.extend(self._pumps())
            # A queue that is closed takes nothing, and nothing is under way in it.
            if self._ahead.popleft().call_later(self._step):
                return

    def _grow_tired(self) -> None:
        self._looks -= 1
        if self._looks:
            self._look = asyncio.get_running_loop().call_later(LOOK, self._grow_tired)
        else:
            self._end()

    def _end(self) -> None:
        done, self._done = self._done, None
        self._look.cancel()
        if done is not None:
            done()


class InTurn(Chords):
    """Holds back what the user does while something before it is still under way.

    Nothing is let in before `let_in`, so that what is typed at the very start has somewhere to go.
    """

    def __init__(self) -> None:
        super().__init__()
        self._line: deque[events.Event] = deque()
        self._returned: deque[events.Event] = deque()
        self._shut = True
        self._settling = False
        self._typing = False

    @property
    def caught_up(self) -> bool:
        """All that the user did has led where it leads."""
        return not (self._shut or self._settling or self._line or self._returned)

    def let_in(self) -> None:
        """From now on there is somebody to take it."""
        if self._shut:
            self._shut = False
            self._settle()

    def hand_back(self, event: events.Key) -> None:
        """A key came to a field that the user had left before: it is what comes next."""
        self._returned.append(event)
        self.call_later(self._take)

    async def on_event(self, event: events.Event) -> None:
        """Keys, the mouse and pastes wait for their turn; all else is taken as it comes."""
        mine = isinstance(event, (events.InputEvent, events.Paste)) and not event.is_forwarded
        if mine:
            self._line.append(event)
            await self._take()
        else:
            await super().on_event(event)

    @property
    def _free(self) -> bool:
        return not (self._shut or self._settling) and bool(self.screen_stack)

    async def _take(self) -> None:
        while self._free and (line := self._returned or self._line):
            if isinstance(key := line[0], events.Key) and (keys := self.apart(key)) != (key,):
                line.popleft()
                line.extendleft(reversed(keys))
            nature = self._nature(line[0])
            if nature == "deed" and self._typing:
                self._settle()
                return
            event = line.popleft()
            way = self._way(event)
            await super().on_event(event)
            if nature == "deed":
                self._settle(way)
            self._typing = self._typing or nature == "text"

    def _settle(self, first: Sequence[MessagePump] = ()) -> None:
        self._settling, self._typing = True, False
        Settling(self._pumps, self._settled).begin(first or self._pumps())

    def _settled(self) -> None:
        self._settling = False
        self.call_later(self._take)

    def _nature(self, event: events.Event) -> Nature:
        if isinstance(event, _GLANCES):
            return "glance"
        field = self.focused
        if isinstance(event, events.Key) and isinstance(field, Field) and field.edits(event):
            # Some keys mean something before a field gets them.
            return "deed" if any(one.priority for one in self.bound(event.key)) else "text"
        return "deed"

    def _way(self, event: events.Event) -> list[MessagePump]:
        """The queues that an event goes through, lowest first."""
        if not self.screen_stack:
            return [self]
        lowest = self.focused or self.screen
        return self._up(self._under(event) if isinstance(event, events.MouseEvent) else lowest)

    def _under(self, event: events.MouseEvent) -> Widget:
        widget, _ = self.screen.get_widget_and_offset_at(round(event.x), round(event.y))
        return widget or self.screen

    def _pumps(self) -> list[MessagePump]:
        return self._up(self.focused or self.screen) if self.screen_stack else [self]

    def _up(self, lowest: Widget) -> list[MessagePump]:
        """From a widget up; the screens that lie under its own; the app last."""
        around = lowest.ancestors_with_self
        above = [one for one in around if not isinstance(one, (Screen, App))]
        return [*above, *reversed(self.screen_stack), self]
