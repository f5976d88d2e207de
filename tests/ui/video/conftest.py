"""An app whose paintings reach a terminal by an emulator, and a source of pictures by hand."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pyte
import pytest
from rich.console import Console
from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.app import ComposeResult
from textual.containers import Container
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input, Static

from wschat_tui.media.picture.canvas import Canvas
from wschat_tui.ui.frozen import PatientApp
from wschat_tui.ui.widgets.video import Video

CONSOLE = Console(color_system="truecolor", force_terminal=True)

Dots = list[list[tuple[str, ...]]]


class Glass:
    """What a terminal shows of what was written to it."""

    def __init__(self, columns: int, lines: int) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self.screen)
        self.bytes = 0

    def write(self, text: str) -> None:
        self.bytes += len(text.encode())
        self._stream.feed(text)

    def dots(self) -> Dots:
        """For each cell its upper and lower colour, or the letter and its colours."""
        return [
            [self._dots(self.screen.buffer[line][column]) for column in range(self.screen.columns)]
            for line in range(self.screen.lines)
        ]

    def _dots(self, char: pyte.screens.Char) -> tuple[str, ...]:
        ink, ground = char.fg, char.bg
        shown = {"▀": (ink, ground), "▄": (ground, ink), " ": (ground, ground), "█": (ink, ink)}
        return shown.get(char.data, (char.data, ink, ground))


class Theatre(PatientApp):
    """A video in a frame, a line above it and one to type in below; all that it paints is kept."""

    CSS = """
    Container { border: round $primary; }
    #small { display: none; layer: above; width: 12; height: 4; offset: 20 2; }
    Screen { layers: default above; }
    Input { height: 3; }
    """

    def __init__(self, canvas: Canvas, ability: str, pace: int) -> None:
        super().__init__()
        self.canvas = canvas
        self.small = Canvas()
        self.asked: list[tuple[int, int]] = []
        self._ability: Any = ability
        self._pace = pace
        self.glass = Glass(0, 0)
        self.spans: list[list[tuple[int, int, int]]] = []

    def compose(self) -> ComposeResult:
        yield Static("a call", markup=False)
        with Container():
            yield Video(
                self._source,
                title="Bob [b]Builder\x1b[2J",
                sentence="The camera is off.",
                pace=self._pace,
                id="large",
            )
        yield Video(
            lambda columns, rows: self.small.picture(columns, rows, self._ability), id="small"
        )
        yield Input(id="typed")

    def _source(self, columns: int, rows: int) -> Any:
        self.asked.append((columns, rows))
        return self.canvas.picture(columns, rows, self._ability)

    @property
    def video(self) -> Video:
        return self.query_one("#large", Video)

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        if not isinstance(renderable, CompositorUpdate) or self._batch_count:
            return
        if (self.glass.screen.columns, self.glass.screen.lines) != self.size:
            self.glass = Glass(*self.size)
        if not isinstance(renderable, LayoutUpdate):
            self.spans.append(list(renderable.spans))
        followed: Any = self._standing.followed(renderable, self.size)
        self.glass.write(followed.render_segments(CONSOLE))

    def expected(self) -> Dots:
        """What the terminal must show, painted anew and with plain strips alone."""
        glass = Glass(*self.size)
        for line, strip in enumerate(self.screen._compositor.render_strips()):
            glass.write(f"\x1b[{line + 1}H" + Strip(list(strip)).render(CONSOLE))
        return glass.dots()


@pytest.fixture
def theatre() -> Callable[..., Theatre]:
    """Make an app with a video: `theatre(canvas)`."""

    def make(canvas: Canvas | None = None, ability: str = "truecolor", pace: int = 60) -> Theatre:
        return Theatre(canvas or Canvas(), ability, pace)

    return make


@pytest.fixture
def until() -> Callable[..., Awaitable[None]]:
    """Wait until something is so, for at most ten seconds."""

    async def wait(pilot: Pilot[None], fact: Callable[[], object]) -> None:
        async with asyncio.timeout(50):
            while not fact():
                await pilot.pause(0.01)

    return wait


@pytest.fixture
def still(until: Any) -> Callable[..., Awaitable[None]]:
    """Wait until the newest frame is painted, and nothing else is to be."""

    def settled(app: Any) -> bool:
        picture = app.video.display and app.video.picture
        return (
            not app.screen._compositor._dirty_regions
            and not app.screen._dirty_widgets
            and app.video._message_queue.empty()
            and (not picture or (picture.columns, picture.rows) == app.video.size)
        )

    async def wait(pilot: Pilot[None]) -> None:
        app: Any = pilot.app
        app.video.look()
        for _ in range(2):
            await pilot.pause()
            await until(pilot, lambda: settled(app))

    return wait


@pytest.fixture
def noise() -> Callable[..., Any]:
    """Make a frame of coarse random colours: `noise(seed, width, height)`."""
    import av

    def make(seed: int, width: int = 64, height: int = 36) -> av.VideoFrame:
        colours = np.random.default_rng(seed).integers(0, 2, (height, width, 3)) * 255
        return av.VideoFrame.from_ndarray(colours.astype(np.uint8), format="rgb24")

    return make
