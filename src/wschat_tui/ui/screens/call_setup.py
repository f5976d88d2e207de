"""Before a call: whom, with what, and whether one is heard and seen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from wschat_tui.state.select import name_of, person_of
from wschat_tui.ui.overtaking import overtake
from wschat_tui.ui.rehearsal import Rehearsal
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.choice import Choice
from wschat_tui.ui.widgets.device_rows import DeviceRows
from wschat_tui.ui.widgets.entry import Entry
from wschat_tui.ui.widgets.form_row import FormRow
from wschat_tui.ui.widgets.hints import Hint, Hints
from wschat_tui.ui.widgets.video import Video
from wschat_tui.ui.widgets.video_ability import ability_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Input

    from wschat_tui.runtime.services import MediaView, PictureView
    from wschat_tui.state.calls.call import Shown
    from wschat_tui.state.model import State
    from wschat_tui.ui.widgets.device_rows import Kind

SENDS: dict[Shown, str] = {
    "": "voice alone",
    "camera": "camera",
    "screen": "screen",
    "terminal": "this terminal",
    "command": "command",
    "file": "file",
    "pattern": "test pattern",
}

_NEEDS: dict[Shown, tuple[str, str]] = {
    "command": ("such as htop", "Which command? Type it; it starts with the call."),
    "file": ("a video or a sound", "Which file? Type its path; it is played to the other side."),
}
_TONE = "A tone is playing; if you hear nothing, choose another speaker."


@dataclass(frozen=True, slots=True)
class Plan:
    """How to call."""

    shows: Shown
    what: str = ""


class CallSetupScreen(Sheet[Plan | None]):
    """Choose how to call a user. Dismisses with a `Plan`, or with None. Enter calls at once."""

    CSS_PATH = ["../styles/sheet.tcss", "../styles/call_setup.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "call", "Call", show=False),
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("t", "tone", "Test tone", show=False),
        Binding("down", "app.focus_next", "Next", show=False),
        Binding("up", "app.focus_previous", "Previous", show=False),
    ]

    def __init__(self, state: State, user: str, media: MediaView | None, shows: Shown = "") -> None:
        """`media`: None where calls have none; `shows`: what is chosen at first."""
        super().__init__(classes="sheet-screen")
        self._state = state
        self._user = user
        self._media = media
        self._shows: Shown = shows
        self._missing = ""
        self._word = ""
        self._rehearsal = Rehearsal(media, self._tell) if media is not None else None
        self._preview = Video(self._picture, title="You", sentence="as the other side will see you")
        self._leaving = False

    def compose(self) -> ComposeResult:
        """What to send, the devices, how one looks, what is missing, two buttons."""
        sends = {str(shows): label for shows, label in SENDS.items()}
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = Content(f"Call {name_of(self._state, self._user)}")
            with VerticalScroll(classes="sheet-scroll", can_focus=False):
                yield FormRow("Send", Choice(sends, self._shows, id="send"))
                yield FormRow("Which", Entry(id="what", limit=1000))
                if self._media is not None:
                    yield DeviceRows(self._media)
                with Vertical(id="preview"):
                    yield self._preview
                yield Static("", id="missing", markup=False)
            with Horizontal(classes="sheet-buttons"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Call", id="yes", variant="primary", compact=True)
            with Vertical(classes="sheet-foot"):
                yield Hints(
                    Hint("Enter", "call", "screen.call"),
                    Hint("←→", "change"),
                    Hint("t", "test tone", "screen.tone"),
                    Hint("Esc", "cancel", "screen.cancel"),
                )

    def on_mount(self) -> None:
        """Ready: Enter calls."""
        self.query_one("#send", Choice).focus()
        self._show()

    # ---- what is chosen

    @on(Choice.Changed, "#send")
    def _sends(self, event: Choice.Changed) -> None:
        event.stop()
        self._shows = next(one for one in SENDS if one == event.value)
        self._word = ""
        self._show()

    def _show(self) -> None:
        """Show what belongs to the choice, and rehearse it."""
        needs = _NEEDS.get(self._shows)
        row = self.query_one("#row-what", FormRow)
        row.display = needs is not None
        if needs is not None:
            self.query_one("#what", Entry).placeholder = needs[0]
        if self._media is not None:
            self.query_one(DeviceRows).need(_kinds(self._shows))
        # What is named by a text begins with the call: a half-typed command must never run.
        seen: Shown = "" if needs is not None else self._shows
        self.query_one("#preview").display = bool(seen)
        self._say()
        if self._rehearsal is not None and not self._leaving:
            self._rehearsal.want(seen)
            self.run_worker(self._rehearsal.run(), name="rehearsal", group="rehearsal")

    def _picture(self, columns: int, rows: int) -> PictureView | None:
        if self._media is None or not self._shows:
            return None
        return self._media.picture("mine", columns, rows, ability_of(self.app))

    def _tell(self, missing: str) -> None:
        self._missing = missing
        if self.is_mounted:
            self._say()

    def _say(self) -> None:
        sentences = [one for one in (self._absent(), self._missing, self._word) if one]
        field = self.query_one("#missing", Static)
        field.display = bool(sentences)
        self.set_class(bool(sentences), "-noted")
        field.update(Content("\n".join(sentences)))

    def _absent(self) -> str:
        person = person_of(self._state, self._user)
        if person.status == "offline" and self._user in self._state.people:
            called = name_of(self._state, self._user)
            return f"{called} is offline as far as the server tells: it may ring for nobody."
        return ""

    # ---- what is done

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button was pressed or clicked."""
        event.stop()
        if event.button.id == "yes":
            self.action_call()
        else:
            self.action_cancel()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter calls from the field as well."""
        event.stop()
        self.action_call()

    def action_call(self) -> None:
        """Call, unless a name is missing."""
        what = self.query_one("#what", Entry).value.strip()
        needs = _NEEDS.get(self._shows)
        if needs is not None and not what:
            self._word = needs[1]
            self._say()
            self.query_one("#what").focus()
            return
        self._leave(Plan(self._shows, what if needs is not None else ""))

    def action_cancel(self) -> None:
        """Call nobody."""
        self._leave(None)

    def action_tone(self) -> None:
        """Play a tone, to know that the other side will be heard."""
        if self._media is not None:
            self._word = _TONE
            self._say()
            overtake(self, "tone", partial(self._play, self._media))

    async def _play(self, media: MediaView) -> None:
        missing = await media.test_tone()
        self._word = missing
        self._say()

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel closes it."""
        if event.widget is self:
            self.action_cancel()

    def _leave(self, plan: Plan | None) -> None:
        """Close the devices first: the call opens them anew."""
        if not self._leaving:
            self._leaving = True
            self.run_worker(self._close(plan), name="leave", group="leave")

    async def _close(self, plan: Plan | None) -> None:
        if self._rehearsal is not None:
            await self._rehearsal.close()
        self.dismiss(plan)


def _kinds(shows: Shown) -> Iterable[Kind]:
    yield from ("microphone", "speaker")
    if shows in {"camera", "screen"}:
        yield "camera" if shows == "camera" else "screen"
