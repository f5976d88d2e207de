"""Chromium, the page that it shows, and the mock server between the page and us, each a process."""

import asyncio
import itertools
import math
import os
import shutil
import struct
import subprocess
import sys
import warnings
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import ptyprocess
import pyte
import pytest
import pytest_asyncio

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

TABLE = os.environ.get("INTEROP_TABLE")
"""The file that the table of calls is written to, if it is to be written."""

PAGE = Path(__file__).parent / "page"
TYPES = {".html": "text/html", ".js": "text/javascript"}

HERTZ = 700
"""What the page's microphone hears."""
LEFT, RIGHT = (40, 160, 70), (190, 60, 160)
"""What the page's camera sees."""

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--auto-accept-this-tab-capture",
    "--use-fake-device-for-media-stream",
    # A page that may not use the microphone names its addresses by made-up names, as at home.
    "--enable-features=WebRtcHideLocalIpsWithMdns",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of this folder need Chromium, one of it for all, and say so where it is not there."""
    for item in items:
        if Path(item.path).parent != Path(__file__).parent:
            continue
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group("browser"))
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="chromium is not installed"))


ROWS: dict[str, tuple[str, dict[str, int]]] = {}
"""Of each test with a sentence of its own, and its dialect: how it ended, and the page's times."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Note what the table of calls is made of."""
    report = yield
    said = (getattr(item, "obj", None) and item.obj.__doc__) or ""
    if report.when == "call" and said:
        kept = dict(report.user_properties)
        where = f"{said.splitlines()[0].rstrip('.')} | {kept.get('dialect', 'standard')}"
        before, _ = ROWS.get(where, ("passed", {}))
        outcome = report.outcome if before == "passed" else before
        ROWS[where] = (outcome, kept.get("times", {}))
    return report


def pytest_sessionfinish() -> None:
    """Write the table, where the environment names a file for it."""
    if not TABLE or not ROWS:
        return
    named = ("connected", "sound", "picture")
    lines = [
        "| Call | Dialect | Result | Connected | First sound | First picture |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for where, (outcome, times) in ROWS.items():
        spans = [f"{times[name]} ms" if name in times else "" for name in named]
        lines.append(f"| {where} | {outcome} | {' | '.join(spans)} |")
    from importlib.metadata import version

    asked = [str(CHROMIUM), "--version"]
    shown = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    about = f"{shown.split(' built')[0].strip()}, aiortc {version('aiortc')}, av {version('av')}"
    Path(TABLE).write_text(HEAD.format(about=about) + "\n".join(lines) + "\n", "utf-8")


HEAD = """# Calls with a browser

Written by `make interop`: this program and {about}, on one machine,
through the mock server. The browser runs headless with a page of standard WebRTC that shares no
code with the program (`tests/browser/page`), a tone for a microphone and two colours for a camera.
Where a call carries sound or pictures, it passes when their pitch and colours were measured, not
just when it connected. Times are the page's, from its own call or acceptance on, and for a picture
that is added later from the moment it is asked for; they hold the page's share of a busy machine.

"""


def luma(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """A colour as Y, U and V of the narrow range (ITU-R BT.601)."""
    red, green, blue = (part / 255 for part in colour)
    y = 16 + 65.481 * red + 128.553 * green + 24.966 * blue
    u = 128 - 37.797 * red - 74.203 * green + 112.0 * blue
    v = 128 + 112.0 * red - 93.786 * green - 18.214 * blue
    return round(y), round(u), round(v)


def write_sound(path: Path) -> None:
    """A second of a sine; Chromium plays it again and again."""
    samples = [round(12000 * math.sin(2 * math.pi * HERTZ * n / 48000)) for n in range(48000)]
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48000, 48000, "NONE", ""))
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


def write_picture(path: Path) -> None:
    """Two colours, side by side, as uncompressed video."""
    width, height = 320, 180
    planes = []
    for part, (columns, rows) in enumerate(((width, height), (160, 90), (160, 90))):
        half = columns // 2
        line = bytes([luma(LEFT)[part]]) * half + bytes([luma(RIGHT)[part]]) * half
        planes.append(line * rows)
    frame = b"FRAME\n" + b"".join(planes)
    head = f"YUV4MPEG2 W{width} H{height} F15:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + frame * 4)


@pytest.fixture(scope="session")
def fakes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What stands for a microphone and a camera: a sound and a picture."""
    folder = tmp_path_factory.mktemp("fakes")
    sound, picture = folder / "tone.wav", folder / "colours.y4m"
    write_sound(sound)
    write_picture(picture)
    return sound, picture


async def _give(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request for a file of the page."""
    request = await reader.readuntil(b"\r\n\r\n")
    name = request.split()[1].decode().lstrip("/") or "index.html"
    path = PAGE / Path(name).name
    body = path.read_bytes() if path.is_file() else b""
    status = "200 OK" if body else "404 Not Found"
    kind = TYPES.get(path.suffix, "text/plain")
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
    await writer.drain()
    writer.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page_url() -> AsyncIterator[str]:
    server = await asyncio.start_server(_give, "127.0.0.1", 0)
    async with server:
        # The name counts as a secure place, where pages may ask for a microphone.
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}/"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium(
    fakes: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Any]:
    from playwright.async_api import async_playwright

    sound, picture = fakes
    flags = [
        *FLAGS,
        f"--use-file-for-fake-audio-capture={sound}",
        f"--use-file-for-fake-video-capture={picture}",
    ]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    home = str(tmp_path_factory.mktemp("home"))
    own = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"), home)
    async with async_playwright() as player:
        browser = await player.chromium.launch(
            executable_path=CHROMIUM, args=flags, env={**os.environ, **own}
        )
        yield browser
        await browser.close()


class Page:
    """A browser's window with a phone in it, and what may be waited for there."""

    def __init__(self, page: Any) -> None:
        self.page = page

    async def do(self, script: str, *args: Any) -> Any:
        """Run JavaScript in which `phone` is the phone and `args` are given."""
        return await self.page.evaluate(f"(args) => (async () => {{ {script} }})()", list(args))

    async def until(self, fact: str, within: float = 30) -> Any:
        """Wait until a JavaScript expression is true, and give it."""
        try:
            found = await self.page.wait_for_function(fact, timeout=within * 1000, polling=50)
        except Exception as error:
            report = await self.do("return await phone.report()")
            raise AssertionError(f"not in time: {fact}\n{report}") from error
        return await found.json_value()

    async def hears(self, hertz: float) -> None:
        """Wait until this pitch comes."""
        await self.until(f"Math.abs(phone.hertz() - {hertz}) < 15")

    async def sees(self, *expected: tuple[int, int, int], height: float = 0.4) -> None:
        """Wait until the picture that comes has these colours, from the left."""
        near = (
            f"phone.colours({len(expected)}, {height}).every((it, i) =>"
            f" it.every((part, k) => Math.abs(part - {[list(c) for c in expected]}[i][k]) < 32))"
        )
        await self.until(f"phone.pictures > 2 && {near}")

    async def close(self) -> None:
        await self.page.context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_page(chromium: Any, page_url: str) -> AsyncIterator[Callable[..., Any]]:
    """Open windows: for a user, at a server, with or without leave to use the microphone."""
    async with AsyncExitStack() as stack:

        async def open_one(url: str, user: str, dialect: str, *, devices: bool = True) -> Page:
            context = await chromium.new_context(permissions=["microphone", "camera"] * devices)
            stack.push_async_callback(context.close)
            page = await context.new_page()
            await page.goto(page_url)
            await page.wait_for_function("window.Phone !== undefined")
            made = Page(page)
            script = "window.phone = new Phone(...args); await phone.wire.opened"
            await made.do(script, user, f"{url}?token=dev:{user}", dialect)
            return made

        yield open_one


@asynccontextmanager
async def running(dialect: str, *flags: str) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "mock_server", "--port", "0", "--rate", "0"),
        *("--dialect", dialect, "--exit-with-stdin", *flags),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield (await process.stdout.readline()).decode().split()[1]
    finally:
        process.stdin.close()
        await process.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def serve() -> AsyncIterator[Callable[..., Any]]:
    """Start mock servers, each a process of its own; gives where their sockets are."""
    async with AsyncExitStack() as stack:

        async def start(dialect: str, *flags: str) -> str:
            return await stack.enter_async_context(running(dialect, *flags))

        yield start


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
        from wschat_tui.state.call_inputs import HangUpAsked

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
        from wschat_tui.state.call_inputs import RecordAsked

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
