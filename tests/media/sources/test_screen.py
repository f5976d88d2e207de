"""The screen: an X display's true colours, and a sentence wherever nobody may look."""

import os
import shutil
import subprocess
import sys
import types

import numpy as np
import pytest

from wschat_tui.media.setup import Setup
from wschat_tui.media.sources.picture import open_picture
from wschat_tui.media.sources.screen import Screen

pytestmark = pytest.mark.usefixtures("leaves_nothing")


@pytest.fixture
def no_screen(monkeypatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def display():
    """A screen in memory of 1600x900 pixels; without the program, its tests are left out."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    reader, writer = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writer),
        "-screen",
        "0",
        "1600x900x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    server = subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as told:
        number = told.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)


def paint(display: str, colour: int) -> None:
    """Fill the root window, in X11's own words: no program for it needs to be there."""
    import socket
    import struct

    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(f"/tmp/.X11-unix/X{display[1:]}")
        wire.sendall(struct.pack("<BxHHHHxx", 0x6C, 11, 0, 0, 0))
        head = wire.recv(8, socket.MSG_WAITALL)
        (length,) = struct.unpack_from("<H", head, 6)
        body = wire.recv(4 * length, socket.MSG_WAITALL)
        (base,) = struct.unpack_from("<I", body, 4)
        vendor, formats = struct.unpack_from("<H", body, 16)[0], body[21]
        screen = 32 + (vendor + 3) // 4 * 4 + 8 * formats
        (root,) = struct.unpack_from("<I", body, screen)
        # CreateGC with a foreground, PolyFillRectangle, then GetInputFocus to wait for both.
        context = base + 1
        wire.sendall(struct.pack("<BxHIIII", 55, 5, context, root, 1 << 2, colour))
        wire.sendall(struct.pack("<BxHIIhhHH", 70, 5, root, context, 0, 0, 1600, 900))
        wire.sendall(struct.pack("<BxH", 43, 1))
        wire.recv(32, socket.MSG_WAITALL)


async def test_the_display_is_seen_in_its_colours(
    opened, display, colour_at, is_near, monkeypatch
) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", display)
    paint(display, 0xCC2211)
    track = await opened(open_picture, "screen", "", Setup(name="bob"))
    frame = await track.recv()
    assert track.notice == ""
    assert (frame.width, frame.height) == (1280, 720)
    assert is_near(colour_at(frame, 0.2, 0.8), (0xCC, 0x22, 0x11), by=8)
    paint(display, 0x1122CC)
    for _ in range(30):
        frame = await track.recv()
        if is_near(colour_at(frame, 0.2, 0.8), (0x11, 0x22, 0xCC), by=8):
            break
    else:
        pytest.fail("the screen changed, and its picture did not")


@pytest.mark.usefixtures("no_screen")
async def test_the_chosen_display_is_seen(opened, display) -> None:
    track = await opened(open_picture, "screen", "", Setup(screen=display))
    assert (track.notice, (await track.recv()).width) == ("", 1280)


@pytest.mark.usefixtures("no_screen")
async def test_without_a_display_a_card_is_sent_and_the_terminal_is_offered(opened) -> None:
    track = await opened(open_picture, "screen", "", Setup(name="bob"))
    assert track.notice == (
        "There is no screen here that could be shown: a card with your initials is sent. Share"
        " this terminal, or a command, instead."
    )
    assert (await track.recv()).width == 640


@pytest.mark.usefixtures("no_screen")
def test_wayland_is_said_though_it_has_an_x_server_too(taking, until, monkeypatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    taken = taking(Screen(""))
    until(lambda: taken.ended)
    assert taken.missing.startswith("Wayland lets no program look at the screen")
    assert taken.missing.endswith("Share this terminal, or a command, instead.")


def test_a_display_that_does_not_answer_is_told(taking, until, capfd) -> None:
    taken = taking(Screen(":987"))
    until(lambda: taken.ended)
    assert taken.missing.startswith(
        "The display :987 lets nobody look (Input/output error): a card"
    )
    assert capfd.readouterr() == ("", "")


# ---- macOS and Windows


class ScreenShotError(Exception):
    pass


class Eye:
    monitors = ({"all": True}, {"first": True}, {"second": True})

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None: ...

    def grab(self, monitor):
        if "second" in monitor:
            raise ScreenShotError("CoreGraphics said no")
        shot = types.SimpleNamespace(width=64, height=48)
        pixels = np.zeros((48, 64, 4), np.uint8)
        pixels[:, :, 2] = 200
        shot.raw = bytearray(pixels.tobytes())
        return shot


@pytest.fixture
def mac(monkeypatch):
    module = types.ModuleType("mss")
    module.MSS, module.ScreenShotError = Eye, ScreenShotError
    monkeypatch.setitem(sys.modules, "mss", module)
    monkeypatch.setattr(sys, "platform", "darwin")


@pytest.mark.usefixtures("mac")
def test_elsewhere_the_main_monitor_is_seen(taking, until, colour_at, is_near) -> None:
    taken = taking(Screen(""))
    until(lambda: len(taken.frames) >= 3)
    assert is_near(colour_at(taken.frames[0]), (200, 0, 0))


@pytest.mark.usefixtures("mac")
@pytest.mark.parametrize("id", ["2", "9", "first"])
def test_a_monitor_that_cannot_be_seen_is_told(id, taking, until) -> None:
    taken = taking(Screen(id))
    until(lambda: taken.ended)
    assert taken.missing.startswith("The screen could not be looked at (")


@pytest.mark.usefixtures("mac")
def test_a_missing_package_is_told(taking, until, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "mss", None)
    taken = taking(Screen(""))
    until(lambda: taken.ended)
    assert taken.missing == (
        "The package mss is not installed: a card with your initials is sent. Install"
        " wschat-tui[screen], or share this terminal."
    )
