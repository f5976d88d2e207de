"""What lies under the mouse, where it still is part of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

if TYPE_CHECKING:
    from textual.geometry import Offset
    from textual.widget import Widget

Under = tuple["Widget | None", "Offset | None"]


def attached(under: Under) -> Under:
    """Nothing, where that was taken away and the picture still has it: a notice that just went.

    Textual takes the parent of what text is selected in, and there is none any more.
    """
    widget, _ = under
    gone = widget is not None and widget.parent is None and not isinstance(widget, Screen)
    return (None, None) if gone else under
