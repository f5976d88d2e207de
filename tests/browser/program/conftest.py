"""This program's end of calls: a session within the test, and `wschat` on a terminal."""

import asyncio
import itertools
import os
import sys
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import ptyprocess
import pyte
import pytest
import pytest_asyncio


class Us:
    """This program's end of calls: a session without a screen, with a tone and a pattern to send."""

    def __init__(self, client: Any, clock: Any, folder: Path) -> None:
        self.client = client
        self.clock = clock
        self._folder = folder
        self._numbers = itertools.count()

    @property
    def call(self) -> Any:
        """The call that is on."""
        return self.client.state.call

    @property
    def over(self) -> Any:
        """How the last call went."""
        return self.client.state.call_over

    def do(self, make: Callable[..., Any], *args: Any, **more: Any) -> None:
        """Ask for something as a person would."""
        self.client.session.feed(make(self.clock.op_id(), self.clock.now(), *args, **more))

    async def until(self, fact: Callable[[Any], Any], within: float = 30) -> None:
        """Wait until something is true of the state."""
        try:
            async with asyncio.timeout(within):
                await self.client.until(fact)
        except TimeoutError:
            words = " ".join(self.client.words)
            pytest.fail(f"not in time; {words} {self.call} {self.over}", pytrace=False)

    async def rings(self, user: str) -> None:
        await self.until(lambda now: now.call and now.call.phase == "in_ringing")
        assert self.call.peer == user

    async def active(self) -> None:
        """Wait until media flow in the call."""
        await self.until(lambda now: now.call is not None and now.call.phase == "active")

    async def hang_up(self) -> None:
        """End the call that there may be."""
        from wschat_tui.state.calls.call_inputs import HangUpAsked

        if self.call is not None:
            self.do(HangUpAsked)
            await self.until(lambda now: now.call is None)

    async def ended(self, before: Any, within: float = 30) -> Any:
        """Wait until a call is over that was not, and tell how it went."""
        await self.until(lambda now: now.call is None and now.call_over is not before, within)
        return self.over

    def colours(self, count: int, height: float = 0.4) -> list[tuple[int, ...]]:
        """Those that the terminal shows, in the middle of each column, at a height from 0 to 1."""
        shown = self.client.session.media.picture("theirs", 80, 24, "truecolor")
        if shown is None:
            return []
        row = [
            background
            for text, _, background in shown.cells(round(shown.rows * height))
            for _ in text
        ]
        places = [round((i + 0.5) / count * len(row)) for i in range(count)]
        return [tuple(bytes.fromhex(row[place][1:])) for place in places]

    async def sees(self, *expected: tuple[int, int, int], height: float = 0.4) -> None:
        """Wait until the terminal shows these colours, from the left."""

        def alike() -> bool:
            found = self.colours(len(expected), height)
            return len(found) == len(expected) and all(
                abs(one - other) < 40
                for pair in zip(found, expected, strict=True)
                for one, other in zip(*pair, strict=True)
            )

        try:
            async with asyncio.timeout(30):
                while True:
                    if alike():
                        return
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pytest.fail(f"seen: {self.colours(8)}; {self.call} {self.over}", pytrace=False)

    async def hears(self, hertz: float) -> None:
        """Record until this pitch is in what is recorded of both sides."""
        found: list[float] = []
        try:
            async with asyncio.timeout(30):
                while not any(abs(one - hertz) < 10 for one in found):
                    found = await self._pitches()
        except TimeoutError:
            pytest.fail(f"heard: {found}; {self.call}", pytrace=False)

    async def _pitches(self) -> list[float]:
        from wschat_tui.state.calls.call_inputs import RecordAsked

        path = self._folder / f"{next(self._numbers)}.mkv"
        self.do(RecordAsked, str(path))
        await self.until(lambda now: now.call.recording)
        await asyncio.sleep(1.2)
        self.do(RecordAsked, "")
        await self.until(lambda now: not now.call.recording)
        return await asyncio.to_thread(pitches, path)


def pitches(path: Path) -> list[float]:
    """The two loudest frequencies in the middle of a recording, in hertz."""
    import av
    import numpy as np

    with av.open(str(path)) as file:
        blocks = [
            frame.to_ndarray().reshape(-1, frame.layout.nb_channels)[:, 0]
            if frame.format.is_packed
            else frame.to_ndarray()[0]
            for frame in file.decode(audio=0)
        ]
        rate = file.streams.audio[0].rate
    wave = np.concatenate(blocks).astype(float) if blocks else np.zeros(0)
    wave = wave[len(wave) // 4 :][:16384]
    if len(wave) < 16384 or np.abs(wave).max() == 0:
        return []
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    first = int(np.argmax(spectrum))
    rest = spectrum.copy()
    rest[max(0, first - 8) : first + 9] = 0
    second = int(np.argmax(rest))
    loud = [first] if rest[second] < spectrum[first] / 20 else [first, second]
    return [one * rate / len(wave) for one in loud]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_us(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Callable[..., Any]]:
    """Connect this program to a server, as a user."""
    from wschat_tui.runtime.accounts import Accounts
    from wschat_tui.runtime.call_wiring import setup_of
    from wschat_tui.runtime.choice import Choice
    from wschat_tui.runtime.clock import SystemClock
    from wschat_tui.runtime.headless import headless
    from wschat_tui.storage.paths import below

    async with AsyncExitStack() as stack:

        async def open_one(url: str, user: str, dialect: str, sound: str = "tone") -> Us:
            folder = tmp_path_factory.mktemp(user)
            choice = Choice(server=url, user=user, dialect=dialect, token_store="memory")
            env = {"WSCHAT_TOKEN": f"dev:{user}"}
            account = await Accounts(below(folder), env, choice).find()
            setup = replace(setup_of(account), fake=True, backend="null", sound=sound)
            clock = SystemClock()
            client = await stack.enter_async_context(headless(account, clock, setup=setup))
            us = Us(client, clock, folder)
            await us.until(lambda now: now.calls_ready and now.link.phase == "online")
            return us

        yield open_one


class Terminal:
    """`wschat` in a pseudo-terminal, and what it shows."""

    def __init__(self, arguments: tuple[str, ...], token: str, home: Path) -> None:
        columns, lines = 120, 36
        own = {"WSCHAT_TOKEN": token, "WSCHAT_HOME": str(home), "COLORTERM": "truecolor"}
        with warnings.catch_warnings():
            # Forking beside threads is fine: the child runs a program at once.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = ptyprocess.PtyProcess.spawn(
                [sys.executable, "-m", "wschat_tui", *arguments],
                env={**os.environ, "TERM": "xterm-256color", **own},
                dimensions=(lines, columns),
            )
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._moved = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        os.set_blocking(self._process.fd, False)
        self._loop.add_reader(self._process.fd, self._read)

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def write(self, data: bytes) -> None:
        """Press keys, as the bytes that they send."""
        os.write(self._process.fd, data)

    async def until(self, fact: Callable[[], Any]) -> None:
        """Wait until something is to be seen."""
        try:
            async with asyncio.timeout(30):
                while not fact():
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            pytest.fail(f"not seen:\n{self.text}", pytrace=False)

    def close(self) -> None:
        self._loop.remove_reader(self._process.fd)
        self._process.close(force=True)

    def _read(self) -> None:
        try:
            self._stream.feed(os.read(self._process.fd, 65536))
        except OSError:
            self._loop.remove_reader(self._process.fd)
        self._moved.set()


@pytest_asyncio.fixture(loop_scope="module")
async def open_terminal(tmp_path: Path) -> AsyncIterator[Callable[..., Terminal]]:
    """Start `wschat` on a terminal."""
    made: list[Terminal] = []

    def open_one(*arguments: str, token: str) -> Terminal:
        made.append(Terminal(arguments, token, tmp_path))
        return made[-1]

    yield open_one
    for terminal in made:
        terminal.close()
