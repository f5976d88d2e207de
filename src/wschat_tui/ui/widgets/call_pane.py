"""The call that is on: pictures or faces, how it stands, who is heard, its figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.binding import BindingsMap
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from wschat_tui.state.calls.call_views import Levels
from wschat_tui.state.select import name_of
from wschat_tui.ui.call_figures import figure_lines
from wschat_tui.ui.call_words import (
    SIGN,
    TALKING,
    kind_now,
    microphone,
    peer,
    sent,
    standing,
    timer,
    worrying,
)
from wschat_tui.ui.widgets.call_face import heard
from wschat_tui.ui.widgets.call_levels import CallLevels, Sounds
from wschat_tui.ui.widgets.call_panel import CallPanel
from wschat_tui.ui.widgets.call_stage import CallStage
from wschat_tui.ui.widgets.line import Line
from wschat_tui.ui.widgets.video_ability import ability_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.app import ComposeResult
    from textual.timer import Timer

    from wschat_tui.runtime.services import MediaView, PictureView
    from wschat_tui.state.calls.call import Call
    from wschat_tui.state.calls.call_views import Side, Talking
    from wschat_tui.state.model import State
    from wschat_tui.ui.keys import Keymap
    from wschat_tui.ui.phone import CallLook

BEAT = 0.1
"""Seconds between two looks at how loud it is."""

_QUIET = Levels()
_SERVER_LOST = "The server is out of reach. The call goes on without it."
_FLAT = 14
"""Lines below which the levels and figures leave their room to the stage."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the pane shows of a call at a moment."""

    state: State
    call: Call
    look: CallLook
    now: int
    unread: int = 0
    """Messages that came meanwhile and are not seen."""
    verified: bool = False

    @property
    def name(self) -> str:
        """The other side."""
        return name_of(self.state, self.call.peer)


class CallPane(Vertical, can_focus=True):
    """Hears the keys of a call while it has the focus."""

    DEFAULT_CSS = """
    CallPane {
        width: 1fr;
        height: 100%;
        background: $background;
        & > #call-title { padding: 0 1; background: $surface; }
        &:focus > #call-title { background: $primary 25%; }
        & > #call-figures { padding: 0 1; color: $text-muted; background: $surface; }
        & > #call-notice {
            height: auto; max-height: 3; padding: 0 1; display: none;
            color: $text; background: $warning 20%;
        }
        &.-noticed > #call-notice { display: block; }
        &.-full > CallLevels { display: none; }
        &.-full, &.-flat, &.-unmeasured { & > #call-figures { display: none; } }
        &.-flat > #call-notice { max-height: 1; }
    }
    """

    def __init__(self, keymap: Keymap, media: Callable[[], MediaView | None]) -> None:
        super().__init__(id="call")
        self._bindings = BindingsMap.merge([keymap.bindings("call"), self._bindings])
        self._media = media
        self._title = Line(id="call-title")
        self.stage = CallStage(self._picture)
        self._levels = CallLevels(id="call-levels")
        self._figures = Line(id="call-figures")
        self._notice = Static(id="call-notice", markup=False)
        self._panel = CallPanel()
        self._scene: Scene | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._title
        yield self._notice
        yield self.stage
        yield self._levels
        yield self._figures

    # ---- what is shown

    def show(self, scene: Scene) -> None:
        """Show the call as it stands."""
        self._scene = scene
        call = scene.call
        self.set_class(scene.look.full, "-full")
        self._title.put(tuple(_title(scene)), _flags(scene))
        self._tell(" ".join(_notices(scene)))
        self.stage.show(scene.look.layout, theirs=call.picture, mine=bool(call.shows))
        self.beat()
        figures = tuple(map(Content, figure_lines(call.stats)))
        self._figures.put(figures)
        self.set_class(not figures[0], "-unmeasured")
        self._explain(scene)

    def rest(self) -> None:
        """The call is over: nothing is asked for pictures or levels any more."""
        self._scene = None
        self.stage.show("pip", theirs=False, mine=False)

    def beat(self) -> None:
        """Show how loud it is."""
        scene, media = self._scene, self._media()
        if scene is None:
            return
        call = scene.call
        levels = media.levels() if media is not None else _QUIET
        if call.phase != "active":
            levels = replace(levels, theirs=0.0)
        talking = media.talking if media is not None else "open"
        word = microphone(call, talking, speaking=levels.speaking)
        self.stage.hear(levels)
        self.stage.theirs.face.name_it(scene.name, _their_word(scene, levels))
        me = name_of(scene.state, scene.state.me)
        self.stage.mine.face.name_it("you", word, me)
        volume = media.volume("speaker") if media is not None else 100
        more = tuple(_more(call, talking, volume))
        self._levels.show(
            Sounds(scene.name, levels.theirs, levels.mine, word, more), meters=not self.stage.faces
        )

    def _picture(self, side: Side, columns: int, rows: int) -> PictureView | None:
        media = self._media()
        if media is None:
            return None
        return media.picture(side, columns, rows, ability_of(self.app))

    def _tell(self, sentence: str) -> None:
        self.set_class(bool(sentence), "-noticed")
        self._notice.update(Content(sentence))

    def _explain(self, scene: Scene) -> None:
        if not self.stage.is_mounted:
            return
        if scene.look.figures and not self._panel.is_attached:
            self._panel = CallPanel()
            self.stage.mount(self._panel)
        elif not scene.look.figures and self._panel.is_attached:
            self._panel.remove()
        if scene.look.figures:
            self._panel.show(scene.call.stats, scene.name)

    # ---- when it is looked at

    def on_show(self) -> None:
        """Meters move while they are seen."""
        if self._timer is None:
            self._timer = self.set_interval(BEAT, self.beat, name="levels")

    def on_hide(self) -> None:
        """Nobody looks."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def on_resize(self) -> None:
        """Little room is for the picture."""
        self.set_class(self.size.height < _FLAT, "-flat")


def _title(scene: Scene) -> Iterator[Content]:
    call = scene.call
    long, short = standing(call, scene.now)
    style = "bold $text-warning" if worrying(call) else ""
    head = Content.assemble(
        (f"{SIGN} ", "bold"), (peer(scene.state, call), "bold"), f"  {timer(call, scene.now)}"
    )
    yield Content.assemble(head, "  ", (long, style), (f"  {kind_now(call)}", "$text-muted"))
    yield Content.assemble(head, "  ", (long, style))
    yield Content.assemble(head, "  ", (short, style))


def _flags(scene: Scene) -> tuple[Content, ...]:
    call = scene.call
    words: list[tuple[str, str]] = [("Esc shrinks it", "$text-muted")] if scene.look.full else []
    if not call.microphone:
        words.append(("muted", "bold $text-warning"))
    if call.recording:
        words.append(("● recording", "bold $text-error"))
    if scene.unread:
        words.append((f"{scene.unread:,} unread", "bold $text-primary"))
    if scene.verified:
        words.append(("✓ verified", "$text-success"))
    elif call.words:
        words.append(("not verified", "$text-muted"))
    return tuple(
        Content("  ").join([Content.styled(*one) for one in words[:count]])
        for count in range(len(words), 0, -1)
    ) or (Content(""),)


def _notices(scene: Scene) -> Iterator[str]:
    call = scene.call
    if call.reconnecting:
        yield f"Nothing comes from {scene.name} at the moment; the call is not given up yet."
    if call.signalling_lost:
        yield _SERVER_LOST
    if call.notice:
        yield call.notice


def _their_word(scene: Scene, levels: Levels) -> str:
    call = scene.call
    if call.phase != "active" or call.reconnecting:
        return standing(call, scene.now)[0]
    return "speaking" if heard(levels.theirs) else "quiet"


def _more(call: Call, talking: Talking, volume: int) -> Iterator[str]:
    yield sent(call)
    if call.recording:
        yield f"recording to {call.recording}"
    if volume != 100:
        yield f"speaker {volume} %"
    if talking != "open":
        yield f"sent {TALKING[talking]}"
