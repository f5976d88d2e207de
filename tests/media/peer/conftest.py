"""Two engines and the signalling between them, which a test may watch, delay, change or cut."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import pytest

from wschat_tui.media.engine import Engine
from wschat_tui.media.setup import Setup
from wschat_tui.state.calls.call_effects import (
    CloseMedia,
    OpenMedia,
    Reoffer,
    TakeCandidate,
    TakeDescription,
)
from wschat_tui.state.calls.call_inputs import (
    CallInput,
    MediaCandidate,
    MediaConnected,
    MediaDescribed,
    NegotiationNeeded,
)

T = TypeVar("T")

PATIENCE = 20.0
"""Seconds that a fact is waited for on a busy machine."""

CALL = "call-1"


class End:
    """One side: its engine, and all that it told, in order."""

    def __init__(self, name: str, setup: Setup) -> None:
        ids = itertools.count(1)
        self.name = name
        self.told: list[CallInput] = []
        self.hear: Callable[[CallInput], None] = lambda item: None
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self.engine = Engine(
            self._tell, setup, lambda: time.time_ns() // 1_000_000, lambda: f"{name}-{next(ids)}"
        )

    def _tell(self, item: CallInput) -> None:
        self._loop.call_soon_threadsafe(self._take, item)

    def _take(self, item: CallInput) -> None:
        self.told.append(item)
        self._news.set()
        self.hear(item)

    def all(self, kind: type[T]) -> list[T]:
        return [item for item in self.told if isinstance(item, kind)]

    async def until(
        self,
        kind: type[T],
        fits: Callable[[T], bool] = lambda item: True,
        *,
        since: int = 0,
        seconds: float = PATIENCE,
    ) -> T:
        """The first thing told of this kind that fits, from number `since` on; waits for it."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    self._news.clear()
                    for item in self.told[since:]:
                        if isinstance(item, kind) and fits(item):
                            return item
                    await self._news.wait()
        except TimeoutError:
            told = [str(item)[:300] for item in self.told[since:]]
            pytest.fail(f"{self.name} never told a fitting {kind}, but {told}")


@dataclass
class Line:
    """Signalling between two ends; what it does to each message is up to the test."""

    one: End
    other: End
    kind: str = "audio"
    shows: dict[str, str] = field(default_factory=dict)
    change: Callable[[End, CallInput], CallInput | None] = lambda end, item: item
    accept: bool = True

    def __post_init__(self) -> None:
        self._opened: set[str] = set()
        for end, peer in ((self.one, self.other), (self.other, self.one)):
            end.hear = lambda item, end=end, peer=peer: self._pass_on(end, peer, item)

    def call(self, kind: str = "audio", one: str = "", other: str = "") -> None:
        """The first side calls; each shows what is named."""
        self.kind = kind
        self.shows = {self.one.name: one, self.other.name: other}
        self._opened.add(self.one.name)
        self.one.engine.run(OpenMedia(CALL, kind, shows=one))

    async def connect(self, kind: str = "audio", one: str = "", other: str = "") -> None:
        """Call, and wait until both are connected."""
        self.call(kind, one, other)
        await self.one.until(MediaConnected)
        await self.other.until(MediaConnected)

    def hang_up(self) -> None:
        """End it on both sides; another call may follow."""
        for end in (self.one, self.other):
            end.engine.run(CloseMedia(CALL))
        self._opened.clear()

    def _pass_on(self, end: End, peer: End, item: CallInput) -> None:
        changed = self.change(end, item)
        match changed:
            case MediaDescribed():
                self._describe(peer, changed)
            case MediaCandidate():
                peer.engine.run(TakeCandidate(CALL, changed.candidate))
            case NegotiationNeeded():
                end.engine.run(Reoffer(CALL))
            case _:
                pass

    def _describe(self, peer: End, item: MediaDescribed) -> None:
        if item.kind == "offer" and peer.name not in self._opened:
            if self.accept:
                self._opened.add(peer.name)
                shows = self.shows.get(peer.name, "")
                peer.engine.run(OpenMedia(CALL, self.kind, shows=shows, offer=item.sdp))
        else:
            peer.engine.run(TakeDescription(CALL, item.kind, item.sdp))


@pytest.fixture
def setup() -> Setup:
    """Tones, patterns and no devices."""
    return Setup(fake=True, name="alice")


@pytest.fixture
async def end(setup: Setup) -> AsyncIterator[Callable[..., End]]:
    """Makes ends; they are closed after the test."""
    made: list[End] = []

    def make(name: str = "one", **changes: Any) -> End:
        made.append(End(name, replace(setup, **changes)))
        return made[-1]

    yield make
    for one in made:
        await one.engine.close()


@pytest.fixture
async def line(end: Callable[..., End]) -> Line:
    """Two ends with signalling that works."""
    return Line(end("one"), end("other"))


@pytest.fixture
def join() -> Callable[[End, End], Line]:
    """Puts signalling between two ends of the test's own."""
    return Line


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Waits until something holds."""

    async def wait(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110  what holds has no event
                await asyncio.sleep(0.01)

    return wait
