"""Chromium, the page that it shows, and the mock server between the page and us, each a process."""

import asyncio
import math
import os
import shutil
import struct
import subprocess
import sys
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

TABLE = os.environ.get("INTEROP_TABLE")
"""The file that the table of calls is written to, if it is to be written."""

HERE = Path(__file__).parent
PAGE = HERE / "page"
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
        if HERE not in item.path.parents:
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
