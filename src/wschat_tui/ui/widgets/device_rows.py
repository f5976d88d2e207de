"""Microphone, speaker, camera and screen to choose from, and a meter that moves when one speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wschat_tui.ui.overtaking import overtake
from wschat_tui.ui.widgets.call_face import meter
from wschat_tui.ui.widgets.form_row import FormRow
from wschat_tui.ui.widgets.pick import Pick

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from wschat_tui.runtime.services import MediaView
    from wschat_tui.state.calls.call_views import Device

Kind = Literal["microphone", "speaker", "camera", "screen"]

KINDS: dict[Kind, str] = {
    "microphone": "Microphone",
    "speaker": "Speaker",
    "camera": "Camera",
    "screen": "Screen",
}

_NONE: dict[Kind, str] = {
    "microphone": "none found: silence is sent",
    "speaker": "none found: nothing is heard",
    "camera": "none found: a card with your initials is sent",
    "screen": "none found: share this terminal instead",
}
_LOOKING = "looking…"
_USUAL = "the system's own"
_BEAT = 0.1
_CELLS = 16


class DeviceRows(Vertical):
    """Rows of devices; what is picked counts at once."""

    DEFAULT_CSS = """
    DeviceRows {
        height: auto;
        & > #level { padding: 0 0 0 18; height: 1; }
        & > .-hidden { display: none; }
    }
    """

    def __init__(self, media: MediaView) -> None:
        super().__init__(id="devices")
        self._media = media
        self._picks = {kind: Pick(id=kind, nothing=_LOOKING) for kind in KINDS}
        self._rows = {kind: FormRow(KINDS[kind], self._picks[kind]) for kind in KINDS}
        self._level = Static("", id="level", markup=False)
        self._drawn = -1

    def compose(self) -> ComposeResult:
        """The microphone with its meter, then the others."""
        yield self._rows["microphone"]
        yield self._level
        for kind in ("speaker", "camera", "screen"):
            yield self._rows[kind]

    def on_mount(self) -> None:
        """Look for devices, and listen."""
        overtake(self, "devices", self._look)
        self.set_interval(_BEAT, self._listen, name="level")
        self._listen()

    def need(self, kinds: Iterable[Kind]) -> None:
        """Show the rows that matter now."""
        wanted = set(kinds)
        for kind, row in self._rows.items():
            row.set_class(kind not in wanted, "-hidden")

    async def _look(self) -> None:
        found = await self._media.devices()
        for kind, pick in self._picks.items():
            self._offer(kind, pick, [one for one in found if one.kind == kind])

    def _offer(self, kind: Kind, pick: Pick, devices: list[Device]) -> None:
        if kind == "microphone":
            self._level.display = bool(devices)
        if not devices:
            pick.say(_NONE[kind])
            return
        chosen = next((one.id for one in devices if one.chosen), "")
        usual = {} if any(not one.id for one in devices) else {"": _USUAL}
        pick.offer(usual | {one.id: one.name for one in devices}, chosen)

    def on_pick_changed(self, event: Pick.Changed) -> None:
        """Use it from now on."""
        for kind, pick in self._picks.items():
            if pick is event.pick:
                event.stop()
                self._media.choose(kind, event.value)

    def _listen(self) -> None:
        level = self._media.levels().mine
        full = round(level * _CELLS)
        if full != self._drawn:
            self._drawn = full
            words = (
                ("  it hears you", "$text-success")
                if level > 0.3
                else ("  say something", "$text-muted")
            )
            self._level.update(Content.assemble(meter(level, _CELLS, "bold $text-success"), words))
