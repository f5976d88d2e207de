"""The media of calls behind the session: loaded at the first use, then ordered about in turn.

What media tells comes from a thread of its own and hops into the session's loop here.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from wschat_tui.state.calls.call_effects import CloseMedia, OpenMedia, Ring
from wschat_tui.state.calls.call_inputs import CallsKnown, MediaEnded
from wschat_tui.state.calls.call_views import Levels

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Literal

    from wschat_tui.media.setup import Setup
    from wschat_tui.runtime.clock import Clock
    from wschat_tui.runtime.services import PictureView, TerminalView
    from wschat_tui.runtime.tasks import Tasks
    from wschat_tui.state.calls.call_effects import MediaOrder
    from wschat_tui.state.calls.call_inputs import CallInput
    from wschat_tui.state.calls.call_views import Ability, Device, Side, Talking
    from wschat_tui.storage.settings.write import Value

    Keep = Callable[[str, Value], None]
    """Write a setting by its dotted name."""


class Engine(Protocol):
    """Whoever makes calls (`media.engine.Engine`); see `MediaView` for what screens ask of it."""

    def run(self, order: MediaOrder) -> None:
        """Begin what is ordered, in order."""
        ...

    async def close(self) -> None:
        """End every connection, device and thread."""
        ...

    def picture(self, side: Side, columns: int, rows: int, ability: Ability) -> PictureView | None:
        """The newest picture fitted into so many cells."""
        ...

    def levels(self) -> Levels:
        """How loud it is now."""
        ...

    async def devices(self) -> tuple[Device, ...]:
        """What there is to choose from."""
        ...

    def choose(self, kind: Literal["microphone", "speaker", "camera", "screen"], id: str) -> None:
        """Use this device from now on."""
        ...

    def set_volume(self, kind: Literal["microphone", "speaker"], percent: int) -> None:
        """From 0 to 200 percent."""
        ...

    def set_talking(self, mode: Talking) -> None:
        """Choose when the microphone is sent."""
        ...

    def push(self, on: bool) -> None:
        """Talk, or stop."""
        ...

    async def preview(self, on: bool, shows: str = "", what: str = "") -> str:
        """Open the microphone and a source before a call."""
        ...

    async def test_tone(self) -> str:
        """Play a short tone."""
        ...


class Maker(Protocol):
    """Loads what calls need and makes an engine of it; a sentence where that is impossible."""

    def __call__(self, setup: Setup, tell: Callable[[CallInput], None]) -> Awaitable[Engine | str]:
        """`tell` may be called from any thread."""
        ...


class CallMedia:
    """An engine that is there from the first use on; until then its settings speak for it."""

    def __init__(
        self,
        make: Maker,
        setup: Setup,
        feed: Callable[[CallInput], None],
        keep: Keep,
        tasks: Tasks,
        clock: Clock,
        *,
        rings: bool = True,
    ) -> None:
        """keep: writes a setting. rings: a tone sounds while a call comes in or goes out."""
        self._make = make
        self._setup = setup
        self._feed = feed
        self._keep = keep
        self._tasks = tasks
        self._clock = clock
        self._rings = rings
        self._loop = asyncio.get_running_loop()
        self._engine: Engine | None = None
        self._starting: asyncio.Task[None] | None = None
        self._orders: list[MediaOrder] = []
        self._hindrance = ""
        self._call = ""
        self._closed = False

    # ---- the edge

    @property
    def busy(self) -> bool:
        """A call is being made, or is on."""
        return bool(self._call)

    def run(self, order: MediaOrder) -> None:
        """Hand the order on, as soon as there is somebody to take it."""
        if self._closed:
            return
        self._note(order)
        self._start()
        if isinstance(order, Ring) and not self._rings:
            return
        if self._engine is not None:
            self._engine.run(order)
        elif self._hindrance:
            self._refuse(order)
        else:
            self._orders.append(order)

    async def close(self) -> None:
        """End the engine, or its making; nothing is told any more."""
        self._closed = True
        self._orders.clear()
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.close()

    # ---- what screens see

    def picture(self, side: Side, columns: int, rows: int, ability: Ability) -> PictureView | None:
        """The newest picture; none before the engine is there."""
        return self._engine.picture(side, columns, rows, ability) if self._engine else None

    def levels(self) -> Levels:
        """How loud it is now."""
        return self._engine.levels() if self._engine else Levels()

    async def devices(self) -> tuple[Device, ...]:
        """What there is to choose from."""
        engine = await self._ready()
        return () if engine is None else await engine.devices()

    def choose(self, kind: Literal["microphone", "speaker", "camera", "screen"], id: str) -> None:
        """Use this device from now on, and in the next run."""
        self._change(**{kind: id})
        if self._engine is not None:
            self._engine.choose(kind, id)

    def volume(self, kind: Literal["microphone", "speaker"]) -> int:
        """Percent."""
        setup = self._setup
        return setup.microphone_volume if kind == "microphone" else setup.speaker_volume

    def set_volume(self, kind: Literal["microphone", "speaker"], percent: int) -> None:
        """From 0 to 200 percent."""
        percent = min(max(percent, 0), 200)
        self._change(**{f"{kind}_volume": percent})
        if self._engine is not None:
            self._engine.set_volume(kind, percent)

    @property
    def talking(self) -> Talking:
        """When the microphone is sent."""
        return self._setup.talking

    def set_talking(self, mode: Talking) -> None:
        """Choose when the microphone is sent."""
        self._change(talking=mode)
        if self._engine is not None:
            self._engine.set_talking(mode)

    def push(self, on: bool) -> None:
        """Talk, or stop, where talking takes a key."""
        if self._engine is not None:
            self._engine.push(on)

    async def preview(self, on: bool, shows: str = "", what: str = "") -> str:
        """Open the microphone and a source before a call; gives what is missing, or nothing."""
        engine = await self._ready()
        return self._hindrance if engine is None else await engine.preview(on, shows, what)

    async def test_tone(self) -> str:
        """Play a short tone on the speaker; gives what is missing, or nothing."""
        engine = await self._ready()
        return self._hindrance if engine is None else await engine.test_tone()

    @property
    def terminal(self) -> TerminalView | None:
        """Where the screen is put to be shared."""
        return self._setup.terminal

    # ---- the engine's beginning

    def _start(self) -> None:
        if self._engine is None and self._starting is None and not self._hindrance:
            self._starting = self._tasks.start(self._begin(), "load calls")

    async def _ready(self) -> Engine | None:
        """The engine, once it is there; None where calls are impossible or over."""
        if self._closed:
            return None
        self._start()
        if self._starting is not None:
            await asyncio.wait({self._starting})
        return self._engine

    async def _begin(self) -> None:
        setup = self._setup
        made = await self._make(setup, self._tell)
        self._starting = None
        orders, self._orders = self._orders, []
        if isinstance(made, str):
            self._hindrance = made
            self._feed(CallsKnown(False, made))
            for order in orders:
                self._refuse(order)
            return
        self._engine = made
        self._catch_up(made, setup)
        for order in orders:
            made.run(order)

    def _catch_up(self, engine: Engine, then: Setup) -> None:
        """Tell the engine what was chosen while it was being made."""
        now = self._setup
        for kind in ("microphone", "speaker", "camera", "screen"):
            if getattr(now, kind) != getattr(then, kind):
                engine.choose(kind, getattr(now, kind))
        engine.set_volume("microphone", now.microphone_volume)
        engine.set_volume("speaker", now.speaker_volume)
        engine.set_talking(now.talking)

    def _note(self, order: MediaOrder) -> None:
        if isinstance(order, OpenMedia):
            self._call = order.call
        elif isinstance(order, CloseMedia) and order.call == self._call:
            self._call = ""

    def _refuse(self, order: MediaOrder) -> None:
        """A call that cannot be made ends; everything else is of no use without one."""
        if isinstance(order, OpenMedia):
            op_id, now = self._clock.op_id(), self._clock.now()
            self._feed(MediaEnded(order.call, op_id, now, "unsupported", self._hindrance))

    def _change(self, **changes: Any) -> None:
        self._setup = replace(self._setup, **changes)
        for name, value in changes.items():
            self._keep(f"calls.{name}", value)

    # ---- from the thread of media to the loop of the session

    def _tell(self, item: CallInput) -> None:
        try:
            self._loop.call_soon_threadsafe(self._hear, item)
        except RuntimeError:
            """The loop is closed: the program has ended, and nobody wants to know."""

    def _hear(self, item: CallInput) -> None:
        if not self._closed:
            self._feed(item)
