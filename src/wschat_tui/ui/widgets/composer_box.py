"""A composer with what belongs to it: draft, edit under way, offers, byte counter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from wschat_tui.protocol.limits import MAX_BODY
from wschat_tui.ui.completion import Offers, closed_emoji, offers
from wschat_tui.ui.later import inputs
from wschat_tui.ui.room_words import placeholder
from wschat_tui.ui.widgets.composer import Composer
from wschat_tui.ui.widgets.menu import Item, Menu

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from textual.app import ComposeResult
    from textual.timer import Timer

    from wschat_tui.state import model
    from wschat_tui.state.inputs import DraftKept
    from wschat_tui.ui.keys import Keymap

COUNT_FROM = 3_500
"""Bytes from which the counter is shown."""

OFFERED = 8
"""Offers that are seen at once; `max-height` of the list."""

_INSET = 2
"""Cells from the left end of the box to its text: a border and a space."""

DRAFT_PAUSE = 0.5
"""Seconds after a key by which a draft is kept, also while more keys come."""


class ComposerBox(Vertical):
    """One place's composer. Switching the place keeps the draft of the one that is left."""

    DEFAULT_CSS = """
    ComposerBox {
        height: auto;
        max-height: 10;
        background: $surface;
        border-left: outer $border-blurred;
        padding: 0 1;
        &.-live { border-left: outer $primary; }
        &.-editing { border-left: outer $warning; }
        & > #banner { display: none; height: 1; color: $text-warning; }
        &.-editing > #banner { display: block; }
        & > Menu {
            display: none;
            overlay: screen;
            constrain: inside none;
            max-height: 8;
            padding: 0 1;
            background: $panel;
        }
        &.-offering > Menu { display: block; }
    }
    """

    class Typed(Message):
        """The text of a composer changed by the user's hand."""

        def __init__(self, box: ComposerBox) -> None:
            super().__init__()
            self.box = box

    def __init__(self, keymap: Keymap, keep: Callable[[DraftKept], None], *, id: str) -> None:
        super().__init__(id=id)
        self.composer = Composer(keymap, self._look, id=f"{id}-text")
        self.scope = ""
        self.thread = ""
        self.editing = ""
        self._menu = Menu(led=True)
        self._banner = Static(id="banner", markup=False)
        self._escape_key = keymap.key_of("composer.leave")
        self._keep = keep
        self._aside = ""
        self._emptied = ""
        self._known = ""
        self._offers: Offers | None = None
        self._dismissed = ""
        self._looked_at: tuple[str, bool] = ("", False)
        self._pause: Timer | None = None
        self._state: model.State | None = None

    def compose(self) -> ComposeResult:
        """The composer; offers and the banner come when they are first needed."""
        yield self.composer

    # ---- what stands in it

    @property
    def text(self) -> str:
        """What is typed."""
        return self.composer.text

    @property
    def size_in_bytes(self) -> int:
        """How many bytes the server would get."""
        return len(self.text.encode("utf-8", "replace"))

    @property
    def counter(self) -> Content:
        """How much of what the server takes is used; empty while that is far off."""
        used = self.size_in_bytes
        if used < COUNT_FROM:
            return Content("")
        style = "bold $text-error" if used > MAX_BODY else "$text-warning"
        return Content.styled(f"{used:,} of {MAX_BODY:,} bytes", style)

    def show(self, state: model.State, scope: str, thread: str = "") -> None:
        """Stand in a place; its draft comes with it."""
        self._state = state
        if (scope, thread) != (self.scope, self.thread):
            self._move(state, scope, thread)
        self.composer.name_purpose(placeholder(state, scope, thread))

    def _move(self, state: model.State, scope: str, thread: str) -> None:
        """Go to another place; what was typed before there was one comes along.

        So does what was begun just now: the user cannot have left, or it would be known by now.
        """
        along = "" if self.scope and self._known else self.text
        self.keep_draft()
        self._end_edit()
        self.scope, self.thread = scope, thread
        room = state.rooms.get(scope)
        draft = room.drafts.get(thread, "") if room is not None else ""
        if along and not draft:
            self.keep_draft()
        else:
            self._put(_joined(draft, along))

    def clear(self) -> None:
        """It was sent: the draft goes too; an edit gives back what it put aside."""
        aside = self._aside
        self._end_edit()
        self._put(aside)
        self.keep_draft()

    def empty(self) -> bool:
        """Take what stands here away, or bring back what this took. False: there is neither."""
        taken, back = self.text, self._emptied
        if not taken and not back:
            return False
        self._put("" if taken else back)
        self._emptied = taken
        self.keep_draft()
        self.post_message(self.Typed(self))
        return True

    def give_back(self, text: str) -> None:
        """Put text back that could not be delivered, before what stands here already."""
        if self.editing:
            self._aside = _joined(text, self._aside)
        else:
            self._put(_joined(text, self.text))
            self.keep_draft()

    def insert(self, text: str) -> None:
        """Insert text at the cursor; a command goes where commands are read: to the start."""
        if text.startswith("/") and self.text:
            return
        self.composer.insert(text)

    def restore(self, text: str) -> None:
        """Stand as before something that did not come about."""
        self._put(text)
        self.keep_draft()

    def keep_draft(self) -> None:
        """Keep what stands here for its place; while editing, what was put aside."""
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        if self.scope:
            text = self._aside if self.editing else self.text
            self._keep(inputs.DraftKept(self.scope, self.thread, text))

    # ---- editing

    def begin_edit(self, message: model.Message) -> None:
        """Change a message here; what stood here waits aside."""
        if not self.editing:
            self._aside = self.text
        self.editing = message.id
        if not self._banner.is_attached:
            self.mount(self._banner, before=self.composer)
        self._banner.update(Content(f"✎ editing your message — {self._escape_key} cancels"))
        self.set_class(True, "-editing")
        self._put(message.source or message.body)

    def cancel_edit(self) -> bool:
        """Leave the message as it is. False where none is edited."""
        if not self.editing:
            return False
        aside = self._aside
        self._end_edit()
        self._put(aside)
        return True

    def _end_edit(self) -> None:
        self.editing = self._aside = ""
        self.set_class(False, "-editing")

    # ---- offers

    @property
    def offering(self) -> Literal["", "some", "eager"]:
        """Whether something is offered; eager: Enter takes it."""
        if self._offers is None:
            return ""
        return "eager" if self._offers.eager else "some"

    def complete(self, move: Literal["next", "previous", "accept", "dismiss"]) -> None:
        """Move in the offers, take the one under the cursor, or close them."""
        if self._offers is None:
            return
        if move == "dismiss":
            self._dismissed = self.composer.before
            self._offer(None)
        elif move == "accept":
            self._accept(self._offers)
        elif not self._offers.eager:
            self._offers = replace(self._offers, eager=True)
            self._show_offers(self._offers, 0 if move == "next" else len(self._offers.offers) - 1)
        elif move == "next":
            self._menu.action_down()
        else:
            self._menu.action_up()

    def _accept(self, found: Offers) -> None:
        at = max(self._menu.cursor, 0)
        length = len(self.composer.before) - found.start
        self._offer(None)
        self.composer.take_back(length, found.offers[at].text)

    def _offer(self, found: Offers | None) -> None:
        if found == self._offers:
            return
        self._offers = found
        self.set_class(found is not None, "-offering")
        if found is not None:
            self._show_offers(found)

    def _show_offers(self, found: Offers, at: int = 0) -> None:
        items = [
            Item(str(index), Content(one.label), Content.styled(one.detail, "$text-muted"))
            for index, one in enumerate(found.offers)
        ]
        self._menu.show(items, keep=str(at))
        if not found.eager:
            self._menu.cursor = -1
        if not self._menu.is_attached:
            self.mount(self._menu, before=0)
        lines = min(len(items), OFFERED)
        self._menu.styles.width = self.outer_size.width
        self._menu.styles.offset = (-_INSET, -lines)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """An offer was clicked."""
        event.stop()
        self.complete("accept")
        self.composer.focus()

    def on_menu_moved(self, event: Menu.Moved) -> None:
        """The offers' cursor is nobody else's matter."""
        event.stop()

    # ---- typing

    def on_composer_moved(self, event: Composer.Moved) -> None:
        """Look for offers; tell of new text, and keep it soon."""
        event.stop()
        self._look()
        if self.text == self._known:
            return
        begun, self._known = not self._known, self.text
        if begun:
            self.keep_draft()
        elif self._pause is None:
            self._pause = self.set_timer(DRAFT_PAUSE, self.keep_draft, name="draft")
        self.post_message(self.Typed(self))

    def _look(self) -> None:
        """Offer what fits the text as it stands; a second look at the same text changes nothing."""
        before = self.composer.before
        if (before, self.composer.has_focus) == self._looked_at:
            return
        self._looked_at = (before, self.composer.has_focus)
        closed = closed_emoji(before)
        if closed is not None and before != self._dismissed:
            start, text = closed
            self._dismissed = before
            self.composer.take_back(len(before) - start, text)
            return
        if (
            self._state is None
            or not before
            or before == self._dismissed
            or not self.composer.has_focus
        ):
            self._offer(None)
            return
        self._dismissed = ""
        self._offer(offers(self._state, before, sorted(self.app.available_themes)))

    def _put(self, text: str) -> None:
        self._known = text
        self._emptied = ""
        self._dismissed = text
        self._looked_at = ("", False)
        self._offer(None)
        self.composer.put(text)


def _joined(text: str, more: str) -> str:
    return f"{text}\n{more}" if more and more != text else text
