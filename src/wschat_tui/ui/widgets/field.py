"""What is typed into: keys that edit are obeyed where they arrive, in the order of the letters.

Textual looks for Backspace and arrows only after all above the field have seen them; letters that
were pressed later are in the text by then, and would be the ones that are deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from textual import events
    from textual.widget import Widget as _Beside
else:
    # The library looks for styles along the first base that is a widget, and that is its own.
    _Beside = object


class Field(_Beside):
    """A widget with a text that is edited. Mixed in before the library's own."""

    LEADING: Container[str] = ()
    """Keys that the field knows and that lead elsewhere."""

    def edits(self, event: events.Key) -> bool:
        """Whether a key does nothing but change the text or move in it."""
        known = event.is_printable or event.key in self._bindings.key_to_bindings
        return known and event.key not in self.LEADING

    def hears(self, key: str) -> bool:
        """Whether a key means something here beside what the library binds."""
        return key in self.LEADING

    async def obey(self, event: events.Key) -> bool:
        """Obey a key that edits and is no letter. False: it is none of these."""
        if event.is_printable or not self.edits(event):
            return False
        for binding in self._bindings.key_to_bindings[event.key]:
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return True
        return False
