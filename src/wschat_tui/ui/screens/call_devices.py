"""What calls are heard and seen with, how loud, and when the microphone is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from wschat_tui.ui.overtaking import overtake
from wschat_tui.ui.screens.sheet import Sheet
from wschat_tui.ui.sizes import HEIGHTS, WIDTHS
from wschat_tui.ui.widgets.choice import Choice
from wschat_tui.ui.widgets.device_rows import KINDS, DeviceRows
from wschat_tui.ui.widgets.form_row import FormRow
from wschat_tui.ui.widgets.hints import Hint, Hints
from wschat_tui.ui.widgets.pick import Pick

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from wschat_tui.runtime.services import MediaView
    from wschat_tui.state.calls.call_views import Talking

_TALKING: dict[Talking, tuple[str, str]] = {
    "open": ("always", "The other side hears you all the time, unless you are muted."),
    "push": (
        "by a key",
        (
            "Space talks while it is held. No terminal tells when a key is let go, so talking ends "
            "a third of a second after its last repeat; tapped once, it goes on until the next tap."
        ),
    ),
    "voice": ("by your voice", "Sent while a voice is heard; the first syllable may be cut short."),
}
_STEPS = range(0, 201, 10)
_TONE = "A tone is playing; if you hear nothing, choose another speaker."

Loud = Literal["microphone", "speaker"]
_VOLUMES: dict[str, Loud] = {"hear": "speaker", "speak": "microphone"}


class CallDevicesScreen(Sheet[None]):
    """What is changed here counts at once, in the call that is on too."""

    CSS_PATH = ["../styles/sheet.tcss", "../styles/call_sheets.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,d,q", "close", "Close", show=False),
        Binding("t", "tone", "Test tone", show=False),
        Binding("down,j", "app.focus_next", "Next", show=False),
        Binding("up,k", "app.focus_previous", "Previous", show=False),
    ]

    def __init__(self, media: MediaView) -> None:
        super().__init__(classes="sheet-screen")
        self._media = media
        self._word = ""

    def compose(self) -> ComposeResult:
        """Devices, volumes, when to talk, the keys."""
        modes: dict[str, str] = {mode: label for mode, (label, _) in _TALKING.items()}
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = "Devices"
            with VerticalScroll(classes="sheet-scroll", can_focus=False):
                yield DeviceRows(self._media)
                yield FormRow("You hear at", Pick(id="hear"))
                yield FormRow("You speak at", Pick(id="speak"))
                yield FormRow("You are sent", Choice(modes, self._media.talking, id="talking"))
                yield Static("", id="about", markup=False)
            with Vertical(classes="sheet-foot"):
                yield Hints(
                    Hint("↑↓", "move"),
                    Hint("←→", "change"),
                    Hint("t", "test tone", "screen.tone"),
                    Hint("Esc", "close", "screen.close"),
                )

    def on_mount(self) -> None:
        """Show how things are."""
        self.query_one(DeviceRows).need(KINDS)
        for name, kind in _VOLUMES.items():
            now = self._media.volume(kind)
            steps = sorted({*_STEPS, now})
            labels = {str(percent): f"{percent} %" for percent in steps}
            self.query_one(f"#{name}", Pick).offer(labels, str(now))
        self._explain()
        self.query_one("#microphone", Pick).focus()

    def _explain(self) -> None:
        self.query_one("#about", Static).update(self._word or _TALKING[self._media.talking][1])

    def on_pick_changed(self, event: Pick.Changed) -> None:
        """A volume was changed."""
        kind = _VOLUMES.get(event.pick.id or "")
        if kind is not None:
            event.stop()
            self._media.set_volume(kind, int(event.value))

    @on(Choice.Changed, "#talking")
    def _talks(self, event: Choice.Changed) -> None:
        event.stop()
        self._media.set_talking(next(mode for mode in _TALKING if mode == event.value))
        self._word = ""
        self._explain()

    def action_tone(self) -> None:
        """Play a tone."""
        self._word = _TONE
        self._explain()
        overtake(self, "tone", self._play)

    async def _play(self) -> None:
        self._word = await self._media.test_tone()
        self._explain()

    def on_click(self, event: events.Click) -> None:
        """A click beside the panel closes it."""
        if event.widget is self:
            self.dismiss(None)

    def action_close(self) -> None:
        """Close it."""
        self.dismiss(None)
