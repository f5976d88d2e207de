"""The beginning: what is loaded before the first picture, and what an idle screen costs."""

import json
import signal
import subprocess
import sys

import pexpect
import pytest

HEAVY = ["pydantic", "websockets", "sqlite3", "keyring", "aiohttp", "PIL", "numpy", "av", "aiortc"]

SCRIPT = """
import asyncio, json, sys
from wschat_tui.runtime.services import Look
from wschat_tui.ui.app import WschatApp

class Program:
    start = "chat"
    look = Look()
    def now(self): return 1_700_000_000_000
    def op_id(self): return "op"
    async def open(self, profile=""): await asyncio.Event().wait()
    async def close(self): pass

def shown(app):
    if not hasattr(app, "first") and app.chat.is_mounted and app.chat.size.width:
        app.first = sorted(sys.modules)

WschatApp.post_display_hook = shown

async def main():
    app = WschatApp(Program())
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert app.chat.room.box.composer.region.width > 0
        print(json.dumps(app.first))

asyncio.run(main())
"""


RUN = """
import asyncio
from wschat_tui.runtime.services import Look
from wschat_tui.ui.app import WschatApp

class Program:
    start = "chat"
    look = Look()
    def now(self): return 1_700_000_000_000
    def op_id(self): return "op"
    async def open(self, profile=""): await asyncio.Event().wait()
    async def close(self): print("closed", flush=True)

WschatApp(Program()).run()
"""


@pytest.mark.pty
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["term", "hup"])
def test_a_signal_ends_the_program_like_a_quit_and_puts_the_terminal_back(tmp_path, number):
    script = tmp_path / "run.py"
    script.write_text(RUN)
    child = pexpect.spawn(sys.executable, [str(script)], dimensions=(24, 80), timeout=30)
    child.expect_exact("starting")
    child.kill(number)
    child.expect_exact("\x1b[?1049l")
    child.expect_exact("closed")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_nothing_heavy_is_loaded_before_the_first_picture(tmp_path):
    script = tmp_path / "first_picture.py"
    script.write_text(SCRIPT)
    ran = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    loaded = {name.split(".")[0] for name in json.loads(ran.stdout)}
    assert "textual" in loaded
    assert loaded.isdisjoint(HEAVY), sorted(loaded.intersection(HEAVY))
    assert "textual.widgets._markdown" not in json.loads(ran.stdout)


async def test_an_idle_screen_has_no_timer_of_ours(sit):
    async with sit() as seat:
        ours = [seat.chat, *seat.chat.query("*")]
        names = {timer.name for node in ours for timer in node._timers if timer._active.is_set()}
        assert not names & {"countdown", "typing", "draft"}
        assert not seat.chat.room.box.composer.cursor_blink
