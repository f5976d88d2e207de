"""Escape and the key after it: a terminal sends the same for both as for Alt and the key.

Who presses Escape and types on is heard as one read where the machine is busy. Textual then waits
for more of a sequence, and makes one key of what it took: Escape is lost, or becomes a letter.
Here a letter ends the sequence, and where Alt with it means nothing, both keys are delivered.
"""

from __future__ import annotations

import re
import sys
from itertools import chain
from typing import TYPE_CHECKING

from textual import events
from textual._xterm_parser import XTermParser
from textual.app import App

from wschat_tui.ui.terminal import steady
from wschat_tui.ui.widgets.field import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.binding import Binding
    from textual.driver import Driver
    from textual.message import Message

_ESCAPE = "\x1b"
_BEGINS = frozenset(f"[OP]_^X{_ESCAPE}")
"""What follows Escape in the sequences of keys and in what terminals answer."""

_PIECES = re.compile(f"{_ESCAPE}|[^{_ESCAPE}]+")
_PASTE_BEGINS, _PASTE_ENDS = f"{_ESCAPE}[200~", f"{_ESCAPE}[201~"


class Chord(events.Key):
    """Escape and a letter that came in one read; `key` is that of Alt with the letter."""

    def __init__(self, key: events.Key, *, among: bool) -> None:
        """`among`: more letters came in that read, as they do where somebody types on."""
        self.letter = events.Key(key.key, key.character)
        self.among = among
        super().__init__(f"alt+{_folded(key.key)}", key.character)


def _folded(name: str) -> str:
    """A capital as the library names it with Alt."""
    return f"shift+{name.lower()}" if len(name) == 1 and name.isupper() else name


class ChordParser(XTermParser):
    """Ends Escape and a letter with the letter, and Escape alone with the read that it came in."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._escaped = False
        self._pasting = False
        self._among = False
        self._recent = ""

    def feed(self, data: str) -> Iterator[Message]:
        """The events that are complete with these characters; none of them ends the input."""
        if not data:
            yield from super().feed(data)
        if data and self._letter_follows(data):
            # A terminal writes the two of a chord at once.
            yield from self._end_sequence()
            self._escaped = False
        for piece in _PIECES.findall(data):
            if self._letter_follows(piece):
                self._among = len(piece) > 1
                yield from super().feed(piece[0])
                yield from self._end_sequence()
                yield from super().feed(piece[1:]) if piece[1:] else ()
            else:
                yield from super().feed(piece)
            self._notice(piece)

    def _letter_follows(self, text: str) -> bool:
        return self._escaped and not self._pasting and text[0] not in _BEGINS

    def _end_sequence(self) -> Iterable[Message]:
        """Have what stands there taken as keys, as after a pause; nothing where none waits."""
        if self._timeout_time is not None:
            self._timeout_time = 0.0
            yield from self.tick()

    def _notice(self, piece: str) -> None:
        self._escaped = piece == _ESCAPE
        seen = self._recent + piece
        self._recent = seen[1 - len(_PASTE_BEGINS) :]
        begins, ends = seen.rfind(_PASTE_BEGINS), seen.rfind(_PASTE_ENDS)
        if begins != ends:
            self._pasting = begins > ends

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        """As the library's, which forgets Alt with all but letters, and makes `¡` of Alt and 1."""
        if sequence[0] == _ESCAPE and len(sequence) == 2:
            listed = not sequence[1].isprintable() or sequence[1].isalpha()
            return super()._sequence_to_key_events(sequence) if listed else ()
        found = super()._sequence_to_key_events(sequence)
        return chain.from_iterable(map(self._with_alt, found)) if alt else found

    def _with_alt(self, key: events.Key) -> tuple[events.Key, ...]:
        if key.is_printable or key.key == "enter":
            return (Chord(key, among=self._among),)
        # Alt and Ctrl together mean nothing anywhere here.
        return (events.Key("escape", _ESCAPE), key) if key.key.startswith("ctrl+") else (key,)


class Chords(App[None]):
    """Takes an Alt key that means nothing here for what else it may be: Escape, then the letter."""

    def get_driver_class(self) -> type[Driver]:
        """The library's, reading keys by our parser; the driver makes its own by that name."""
        found = super().get_driver_class()
        module = sys.modules[found.__module__]
        if hasattr(module, "XTermParser"):
            vars(module)["XTermParser"] = ChordParser
        return steady(found)

    def apart(self, event: events.Key) -> tuple[events.Key, ...]:
        """The keys that one from the terminal stands for.

        Alone in a composer, Alt and a letter is a habit from elsewhere, and writes the letter:
        Escape would make a command of it.
        """
        if not isinstance(event, Chord):
            return (event,)
        if self.hears(event.key):
            return (events.Key(event.key, event.character),)
        writing = isinstance(self.focused, Field) and not self.screen.is_modal
        if not event.is_printable or (writing and not event.among):
            return (event.letter,)
        return (events.Key("escape", _ESCAPE), event.letter)

    def hears(self, key: str) -> bool:
        """Whether somebody listens to a key here."""
        field = self.focused
        own = isinstance(field, Field) and field.hears(key)
        return own or bool(self.bound(key))

    def bound(self, key: str) -> list[Binding]:
        """What a key is bound to on the way from the focus up, also where it does nothing now."""
        chain = self.screen._binding_chain  # noqa: SLF001  # The public one asks every action.
        return [one for _, found in chain for one in found.key_to_bindings.get(key, ())]
