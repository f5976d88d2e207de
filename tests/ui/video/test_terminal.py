"""A video on a real terminal line, through Textual's own writer, with a toast and typing meanwhile."""

import json
import re
import sys
import time

import pexpect
import pyte
import pytest

PROGRAM = """
import asyncio, json, sys
import av, numpy as np
from textual.containers import Container
from textual.widgets import Input, Static
from wschat_tui.media.picture.canvas import Canvas
from wschat_tui.ui.frozen import PatientApp, waiting_writes
from wschat_tui.ui.widgets.video import Video

canvas = Canvas()

class Program(PatientApp):
    CSS = "Container { border: round $primary; } Input { height: 3; }"

    def compose(self):
        yield Static("a call", markup=False)
        with Container():
            yield Video(lambda *size: canvas.picture(*size, "truecolor"), pace=60)
        yield Input()

    def on_ready(self):
        self.query_one(Input).cursor_blink = False
        self.run_worker(self.show())

    async def show(self):
        video = self.query_one(Video)
        for seed in range(12):
            colours = np.random.default_rng(seed % 3).integers(0, 2, (36, 64, 3)) * 255
            colours[:9] = seed * 20
            canvas.put(av.VideoFrame.from_ndarray(colours.astype(np.uint8), format="rgb24"))
            while video.picture is None or video.picture.number <= seed:
                await asyncio.sleep(0.01)
            self.query_one(Input).value += "x"
            if seed == 3:
                self.notify("Bob shares\\nhis\\nscreen", timeout=60, markup=False)
            if seed == 8:
                self.clear_notifications()
        while self.screen._compositor._dirty_regions or waiting_writes(self._driver):
            await asyncio.sleep(0.05)
        picture, region = video.picture, video.region
        rows = [picture.cells(row) for row in range(picture.rows)]
        with open(sys.argv[1], "w") as file:
            json.dump({"x": region.x, "y": region.y, "rows": rows}, file)

    def on_input_submitted(self):
        self.exit()

Program().run()
"""

OTHER_STRINGS = re.compile(r"\x1b_.*?\x1b\\", re.DOTALL)
"""What terminals that know no such strings skip, and pyte does not."""


@pytest.mark.pty
@pytest.mark.slow
def test_the_terminal_shows_the_newest_picture(tmp_path):
    script, report = tmp_path / "program.py", tmp_path / "report.json"
    script.write_text(PROGRAM)
    env = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PATH": "/usr/bin:/bin"}
    with pexpect.spawn(
        sys.executable,
        [str(script), str(report)],
        dimensions=(22, 64),
        encoding="utf-8",
        env=env,
    ) as child:
        written = read(child, lambda: report.exists() and report.read_text())
        child.send("\r")
        child.expect(pexpect.EOF)
    assert "\x1b_G" in written
    screen = pyte.Screen(64, 22)
    pyte.Stream(screen).feed(OTHER_STRINGS.sub("", written))
    told = json.loads(report.read_text())
    for down, row in enumerate(told["rows"]):
        wanted = [(ink[1:], ground[1:]) for text, ink, ground in row for _ in text]
        line = screen.buffer[told["y"] + down]
        assert [dots(line[told["x"] + across]) for across in range(len(wanted))] == wanted


def read(child, ended):
    """All that is written until something is so and nothing more comes."""
    written = ""
    end = time.monotonic() + 40
    while time.monotonic() < end:
        try:
            written += child.read_nonblocking(65_536, timeout=0.5)
        except pexpect.TIMEOUT:
            if ended():
                return written
    raise AssertionError(written[-500:])


def dots(char):
    """The upper and the lower colour of a cell."""
    ink, ground = char.fg, char.bg
    shown = {"▀": (ink, ground), "▄": (ground, ink), " ": (ground, ground), "█": (ink, ink)}
    return shown.get(char.data, (char.data, ink))
