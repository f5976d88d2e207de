"""The twelve places where a secret might leak (SECURITY.md section 9): a canary is in none of them.

One token is planted: in the environment, on the wire, in the memory of a program that crashes. Each
place is proved to hold something of the run first, so that an empty place proves nothing.
"""

import contextlib
import json
import os
import time
import urllib.request
from pathlib import Path

import pytest

from mock_server.drawings import png

pytestmark = [pytest.mark.pty, pytest.mark.slow]

SINKS = {
    "the terminal": b"wschat failed",
    "the log at DEBUG": b" DEBUG ",
    "the crash report": b"RuntimeError",
    "the history and its write-ahead log": b"look at this",
    "the recording of a call": b"webm",
    "a screenshot": b"<svg",
    "the command lines of all processes": b"wschat_tui",
    "the environment of the demo's server": b"PATH=",
    "the environment of what opens links": b"DISPLAY=",
    "the environment of a shared command": b"TERM=",
    "the environment of the image decoder": b"seen",
    "what the system may write of the memory": b"Max core file size        0 ",
}
"""The places, and what shows that the run got there."""

PLUGIN = '''
"""Python imports this module by itself when it starts: logs tell all, two keys do what none does."""
import logging, os, sys

if "-m" in sys.orig_argv and "wschat_tui" in sys.orig_argv:
    from wschat_tui.storage import logs
    logs.start_logs.__defaults__ = (logging.DEBUG,)

    from wschat_tui.media.still import decode
    decode.COMMAND = (sys.executable, "-I", {spy!r})

    from wschat_tui.ui.widgets.composer import Composer
    whole = Composer._on_key

    async def more(self, event):
        if event.key == "f10":
            logging.getLogger("websockets.client").debug("> Authorization: %s", os.environ["WSCHAT_TOKEN"])
            logging.getLogger("somebody").debug("a token=%s", os.environ["WSCHAT_TOKEN"])
            self.app.save_screenshot({shot!r})
        elif event.key == "f9":
            planted = os.environ["WSCHAT_TOKEN"]
            raise RuntimeError("broken on purpose with " + planted)
        else:
            await whole(self, event)

    Composer._on_key = more
'''

SPY = """
import os, sys
sys.stdin.buffer.read()
with open({out!r}, "w") as file:
    file.write("seen\\n" + "\\n".join(f"{{k}}={{v}}" for k, v in os.environ.items()))
"""


@pytest.fixture
def token(mock):
    """A real token of alice, which no other test has seen."""
    login = {"email": "alice@example.test", "password": "alice"}
    return mock.ask("/v1/auth/login", login)["data"]["access_token"]


@pytest.fixture
def plugin(tmp_path):
    """What makes a program look where no user can; its folders are below the test's own."""
    folder, tools = tmp_path / "plugin", tmp_path / "tools"
    folder.mkdir()
    tools.mkdir()
    spy = tmp_path / "spy.py"
    spy.write_text(SPY.format(out=str(tmp_path / "decoder")))
    (folder / "sitecustomize.py").write_text(
        PLUGIN.format(spy=str(spy), shot=str(tmp_path / "shot.svg"))
    )
    opener = tools / "xdg-open"
    opener.write_text(f"#!/bin/sh\nenv > {tmp_path / 'opener'}\n")
    opener.chmod(0o700)
    path = f"{tools}:{os.environ['PATH']}"
    return {"PYTHONPATH": str(folder), "PATH": path, "DISPLAY": ":77", "WSCHAT_TURN_PASSWORD": "x"}


def until(holds):
    """Wait for a fact outside of any terminal."""
    end = time.monotonic() + 25
    while not (found := holds()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)
    return found


def content(path):
    """What a file holds, once something is in it."""
    return until(lambda: path.exists() and path.read_bytes())


def uploaded(mock):
    """An image on the server; its address there."""
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + png("octopus", 16) + b"\r\n--b--\r\n"
    )
    headers = {
        "Authorization": "Bearer dev:bob",
        "Content-Type": "multipart/form-data; boundary=b",
    }
    request = urllib.request.Request(f"http://127.0.0.1:{mock.port}/v1/uploads", body, headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def children(pid):
    """The processes that a process has started and that still run."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += task.read_text().split()
    return found


def command_lines():
    """What every process of this machine was started with."""
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            lines.append((process / "cmdline").read_bytes())
    return b"\n".join(lines)


def chat(screen, mock, person, token, plugin, tmp_path):
    """Read, view an image, open a link, take a screenshot, crash; what each place holds."""
    bob = person("bob", mock, "network:lobby")
    bob.say("network:lobby", "look at this https://example.org/x", attachments=[uploaded(mock)])
    terminal = screen("--server", mock.url, token=token, **plugin)
    terminal.wait_for("● online", "look at this", "a.png")
    assert token in Path(f"/proc/{terminal.pid}/environ").read_text()
    yield (
        "what the system may write of the memory",
        Path(f"/proc/{terminal.pid}/limits").read_bytes(),
    )
    terminal.press("\x1b[21~")
    yield "a screenshot", content(tmp_path / "shot.svg")
    terminal.press("escape")
    terminal.wait_for("write")
    terminal.press("a")
    terminal.wait_for("view image")
    terminal.press("v")
    yield "the environment of the image decoder", content(tmp_path / "decoder")
    terminal.wait_for("The image is damaged")
    terminal.press("escape")
    terminal.wait_for("view image")
    terminal.press("escape")
    terminal.wait_gone("view image")
    terminal.press("o")
    terminal.wait_for("It leads to example.org.")
    terminal.press("y")
    yield "the environment of what opens links", content(tmp_path / "opener")
    history = until(lambda: list((tmp_path / "wschat/data").rglob("*.db-wal")))
    files = [one for one in history[0].parent.iterdir() if one.is_file()]
    yield "the history and its write-ahead log", b"".join(one.read_bytes() for one in files)
    yield "the command lines of all processes", command_lines()
    terminal.press("escape")
    terminal.wait_for("Esc messages")
    terminal.press("f9")
    assert terminal.code() == 1
    yield "the terminal", bytes(terminal.raw)
    yield "the log at DEBUG", content(tmp_path / "wschat/state/wschat.log")
    [crash] = (tmp_path / "wschat/state").glob("crash-*.txt")
    yield "the crash report", crash.read_bytes()


def call(verb, mock, token, tmp_path):
    """Share a command in a call that is recorded."""
    record, seen = tmp_path / "call.webm", tmp_path / "shared"
    bob = verb("bob", mock, "answer", "--auto", "--once", "--source", "pattern")
    bob.says("Waiting for calls")
    shared = ("--video", "--source", "terminal", "--command", f"env > {seen}; sleep 60")
    alice = verb(
        "alice", mock, "call", "bob", *shared, "--for", "1s", "--record", str(record),
        WSCHAT_TOKEN=token,
    )  # fmt: skip
    yield "the environment of a shared command", content(seen)
    bob.code()
    alice.code()
    yield "the recording of a call", record.read_bytes()


def demo(screen, token):
    """The demo starts a server."""
    terminal = screen("demo", token=token)
    terminal.wait_for("● online")
    [server] = [one for one in children(terminal.pid) if b"mock_server" in _line(one)]
    yield "the environment of the demo's server", Path(f"/proc/{server}/environ").read_bytes()


def _line(pid):
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def test_a_canary_is_in_none_of_the_twelve_sinks(
    screen, mock, person, verb, token, plugin, tmp_path
):
    """S13, S14, S26, F20: 0 of 12."""
    held = dict(demo(screen, token))
    held |= dict(call(verb, mock, token, tmp_path))
    held |= dict(chat(screen, mock, person, token, plugin, tmp_path))
    assert held.keys() == SINKS.keys()
    assert [name for name, proof in SINKS.items() if proof not in held[name]] == []
    assert [name for name, found in held.items() if token.encode() in found] == []
    ours = ("opener", "decoder", "shared")
    assert not [name for name in ours if b"WSCHAT_" in (tmp_path / name).read_bytes()]
