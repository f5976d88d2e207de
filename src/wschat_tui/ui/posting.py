"""What stands in a composer as what the session is told, or the sentence why it cannot be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.protocol.limits import MAX_BODY
from wschat_tui.ui import emoji
from wschat_tui.ui.later import inputs

if TYPE_CHECKING:
    from wschat_tui.state.inputs import EditAsked, Typed
    from wschat_tui.ui.widgets.composer_box import ComposerBox


def posting(box: ComposerBox, typed: str, op_id: str, now: int) -> Typed | EditAsked | str:
    """A new message or an edit of one; a sentence where it is too long or has no room to go to."""
    text = emoji.expand(typed)
    size = len(text.encode("utf-8", "replace"))
    if size > MAX_BODY:
        over = size - MAX_BODY
        return (
            f"The message has {size:,} bytes and the server takes {MAX_BODY:,}. "
            f"Nothing was sent; shorten it by {over:,} or send it in parts."
        )
    if not box.scope:
        return "No room is open to post in. The text stays; choose a room first."
    if box.editing:
        return inputs.EditAsked(op_id, now, box.editing, text)
    return inputs.Typed(op_id, now, box.scope, text, box.thread or None)
