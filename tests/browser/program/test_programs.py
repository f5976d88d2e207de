"""The programs themselves and Chromium: `wschat answer` without a screen, `wschat` with one."""

import asyncio
import json
import os
import re
import sys

import pytest
import pytest_asyncio

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.pty]

TONE = 440
CAMERA = ((40, 160, 70), (190, 60, 160))
WHITE, YELLOW, CYAN, GREEN = (235, 235, 235), (235, 235, 16), (16, 235, 235), (16, 235, 16)
MAGENTA, RED, BLUE = (235, 16, 235), (235, 16, 16), (16, 16, 235)
PATTERN = (WHITE, YELLOW, CYAN, GREEN, MAGENTA, RED, BLUE)
ALL = "sound-in,sound-out,picture-in,picture-out"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(serve):
    return await serve("standard")


async def test_a_program_without_a_screen_answers_a_browser(url, open_page, tmp_path):
    """`wschat answer` takes the browser's call."""
    page = await open_page(url, "alice", "standard")
    answering = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "wschat_tui", "answer", "--auto", "--once", "--video"),
        *("--source", "pattern", "--expect", ALL, "--server", url, "--user", "bob"),
        env={**os.environ, "WSCHAT_TOKEN": "dev:bob", "WSCHAT_HOME": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        while b"Waiting for calls" not in await answering.stderr.readline():
            pass
    await page.do("await phone.call('bob', ['microphone', 'camera'], 'video')")
    await page.hears(TONE)
    await page.sees(*PATTERN)
    await asyncio.sleep(1.2)
    await page.do("phone.hangUp()")
    out, _ = await asyncio.wait_for(answering.communicate(), 30)
    lines = [json.loads(line) for line in out.splitlines()]
    assert answering.returncode == 0
    measured = [line for line in lines if line["event"] == "stats" and line["picture_in"]]
    assert (measured[-1]["width"], measured[-1]["height"]) == (320, 180)
    assert lines[-1]["reason"] == "hangup"
    await page.close()


HALVES = {" ": ("bg", "bg"), "█": ("fg", "fg"), "▀": ("fg", "bg"), "▄": ("bg", "fg")}
"""What the upper and the lower half of a cell are painted with."""


def shows(terminal, left, right):
    """Whether a picture of these two colours, side by side, is on the screen, in half blocks."""
    rows = [
        "".join(painted(cell, left, right) for _, cell in sorted(row.items()))
        for _, row in sorted(terminal.screen.buffer.items())
    ]
    return len([row for row in rows if re.search(r"L{10,}[^LR]{0,3}R{10,}", row)]) >= 8


def painted(cell, left, right):
    """L or R where both halves of a cell have that colour; else a dot."""
    halves = [getattr(cell, part) for part in HALVES.get(cell.data, ())]
    for letter, colour in (("L", left), ("R", right)):
        if halves and all(near(half, colour) for half in halves):
            return letter
    return "."


def near(text, colour):
    if not re.fullmatch(r"[0-9a-f]{6}", text):
        return False
    return max(abs(a - b) for a, b in zip(bytes.fromhex(text), colour, strict=True)) < 40


async def test_a_person_takes_the_browsers_call_on_the_chat_screen(url, open_page, open_terminal):
    """The browser calls the chat screen, where keys take the call and add a picture."""
    page = await open_page(url, "alice", "standard")
    terminal = open_terminal("--server", url, "--user", "bob", token="dev:bob")
    await terminal.until(lambda: "● online" in terminal.text)
    await page.do("await phone.call('bob', ['microphone', 'camera'], 'video')")
    await terminal.until(lambda: "Incoming call" in terminal.text)
    terminal.write(b"\x1b[18~")
    await page.until("phone.pc.connectionState === 'connected'")
    await terminal.until(lambda: shows(terminal, *CAMERA))
    # There is no camera, so a card stands in for it: a picture like any other.
    terminal.write(b"\x1b[19~")
    await page.until("phone.pictures > 2")
    terminal.write(b"\x1b[20~")
    await page.until("phone.ended === 'hangup'")
    await page.close()
