"""A field of one line, as all panels have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from wschat_tui.ui.widgets.field import Field

if TYPE_CHECKING:
    from textual import events


class Entry(Field, Input):
    """One line high, a bar at its left. Its cursor stands still, so that waiting costs nothing."""

    LEADING = ("enter",)

    def __init__(
        self,
        value: str = "",
        placeholder: str = "",
        *,
        limit: int = 0,
        masked: bool = False,
        id: str | None = None,
    ) -> None:
        """`limit`: characters that may be typed; 0 is as many as one likes."""
        super().__init__(
            value,
            placeholder,
            password=masked,
            max_length=limit,
            compact=True,
            classes="entry",
            id=id,
        )
        self.set_reactive(Input.cursor_blink, False)

    async def _on_key(self, event: events.Key) -> None:
        """Edit; letters are the library's matter."""
        await self.obey(event)
