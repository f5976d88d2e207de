"""A command that is shown: in a terminal of its own, without our secrets, gone with the call."""

import errno
import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from wschat_tui.media.setup import Setup
from wschat_tui.media.sources import child as child_module
from wschat_tui.media.sources.child import Child, environment
from wschat_tui.media.sources.command import FLOOD, NO_COMMAND, Command
from wschat_tui.media.sources.missing import Missing
from wschat_tui.media.sources.page import Page
from wschat_tui.media.sources.picture import open_picture

pytestmark = [pytest.mark.usefixtures("leaves_nothing"), pytest.mark.pty]

COLUMNS, ROWS = 40, 6


def lines(frame) -> list[bool]:
    """Whether anything is written in each row."""
    bright = frame.to_ndarray(format="rgb24").max(axis=2) > 120
    return [bool(row.any()) for row in np.split(bright, ROWS)]


def read_all(line: str, seconds: float = 10.0) -> str:
    """What a command writes in its terminal."""
    child, data, end = Child(line, COLUMNS, ROWS), b"", time.monotonic() + seconds
    while (piece := child.read(0.1)) is not None and time.monotonic() < end:
        data += piece
    assert child.code() == 0
    child.close()
    return data.decode().replace("\r\n", "\n")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that ended and whose parent did not look is dead as well.
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


def test_what_a_command_writes_is_seen_in_its_row(taking, until) -> None:
    taken = taking(Command("printf '\\n\\nthird'; exec sleep 60", COLUMNS, ROWS))
    # The cursor stands behind the word.
    until(lambda: taken.frames and lines(taken.frames[-1]) == [False, False, True, *[False] * 3])
    frame = taken.frames[-1]
    page = Page(COLUMNS, ROWS)
    page.draw([(2, (("third", "#d0d0d0", "#121212"), (" ", "#121212", "#d0d0d0")))])
    assert np.array_equal(frame.to_ndarray(), page.frame().to_ndarray())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("exit 3", "The command has ended with code 3."),
        ("kill -9 $$", "The command has ended by signal 9."),
        ("no-such-command-anywhere", "The command has ended with code 127."),
    ],
)
def test_its_end_is_told_on_the_picture_which_stays(line, words, taking, until) -> None:
    taken = taking(Command(line + " 2>/dev/null", COLUMNS, ROWS))
    pen, paper = "#d0d0d0", "#121212"
    page = Page(COLUMNS, ROWS)
    page.draw([(1, ((f" {words} ", paper, pen), (" ", paper, pen)))])
    expected = page.frame().to_ndarray()
    until(lambda: taken.frames and np.array_equal(taken.frames[-1].to_ndarray(), expected))
    assert not taken.ended


async def test_a_command_is_sent_as_a_picture(opened) -> None:
    setup = Setup(name="bob", columns=COLUMNS, rows=ROWS)
    track = await opened(open_picture, "command", "printf hello; exec sleep 60", setup)
    for _ in range(100):
        if lines(await track.recv())[0]:
            break
    assert track.notice == ""
    assert lines(track.latest) == [True, *[False] * 5]


async def test_no_command_is_told(opened) -> None:
    track = await opened(open_picture, "command", "  ", Setup())
    assert track.notice == NO_COMMAND


def test_it_has_a_terminal_of_its_own_and_of_the_right_size() -> None:
    said = read_all("tty >/dev/null && stty size && ps -o sid= -p $$ && echo $$ && : >/dev/tty")
    size, session, shell = said.split("\n")[:3]
    assert size == f"{ROWS} {COLUMNS}"
    assert session.strip() == shell


def test_it_knows_none_of_our_secrets(monkeypatch) -> None:
    monkeypatch.setenv("WSCHAT_TOKEN", "hunter2")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    monkeypatch.setenv("LC_TIME", "C")
    said = read_all("env")
    assert "hunter2" not in said
    assert "TERM=xterm-256color" in said
    assert "LC_TIME=C" in said
    assert environment().keys() <= {
        *child_module.KEPT, "LC_ALL", "LC_TIME", "LC_CTYPE", "TERM", "COLORTERM",
    }  # fmt: skip


def test_it_inherits_no_open_file_of_ours() -> None:
    with Path(os.devnull).open() as kept:
        os.set_inheritable(kept.fileno(), True)
        assert str(kept.fileno()) not in read_all("ls /proc/self/fd").split()


def test_it_ends_with_all_that_it_started(tmp_path, taking, until) -> None:
    file = tmp_path / "pids"
    line = f"trap '' HUP; sleep 600 & echo $$ $! > {file}; wait"
    taken = taking(Command(line, COLUMNS, ROWS))
    pids = until(lambda: file.exists() and [int(pid) for pid in file.read_text().split()])
    began = time.monotonic()
    taken.end()
    assert time.monotonic() - began < 3
    until(lambda: not any(is_alive(pid) for pid in pids))


def test_a_flood_does_not_take_more_than_its_share(taking, until) -> None:
    read: list[int] = []
    original = Child.read

    def counted(self, seconds):
        data = original(self, seconds)
        read.append(len(data or b""))
        return data

    Child.read = counted
    try:
        taken = taking(Command("yes $(seq 20)", COLUMNS, ROWS))
        until(lambda: sum(read) > FLOOD)
        time.sleep(0.5)
        taken.end()
    finally:
        Child.read = original
    # 0.5 s are 4 pictures, and the last piece of each may be a whole one.
    assert sum(read) <= 9 * (FLOOD + 4096)


def test_what_it_asks_of_its_terminal_is_answered(taking, until) -> None:
    line = "stty -icanon -echo; printf '\\033[6n'; dd bs=1 count=6 2>/dev/null | od -c; sleep 60"
    taken = taking(Command(line, COLUMNS, ROWS))
    until(lambda: taken.frames and lines(taken.frames[-1])[:2] == [True, True])


def test_an_answer_that_nobody_reads_is_lost() -> None:
    child = Child("exec sleep 60", COLUMNS, ROWS)
    for _ in range(2000):
        child.answer(b"\x1b[1;1R" * 100)
    child.close()


def test_one_that_does_not_end_by_itself_is_ended() -> None:
    child = Child("exec >/dev/null 2>&1 </dev/null; trap '' HUP; exec sleep 600", COLUMNS, ROWS)
    while child.read(0.1) is not None:
        """The terminal is closed, and the command is not at its end."""
    assert child.code() == -signal.SIGKILL
    child.close()


def test_without_terminals_there_is_a_sentence(monkeypatch, taking, until) -> None:
    def none_left():
        raise OSError(errno.ENOSPC, "out of pty devices")

    monkeypatch.setattr(child_module.os, "openpty", none_left)
    taken = taking(Command("top", COLUMNS, ROWS))
    until(lambda: taken.ended)
    assert taken.missing == (
        "The command could not be started (out of pty devices): a card is sent. Share a file, or"
        " the screen."
    )


def test_without_processes_there_is_a_sentence_and_nothing_stays_open(monkeypatch) -> None:
    def refused(*_, **__):
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(child_module.subprocess, "Popen", refused)
    with pytest.raises(Missing, match="Resource temporarily unavailable"):
        Child("top", COLUMNS, ROWS)


def test_on_windows_there_is_a_sentence(monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(Missing, match="Linux, macOS and BSD alone"):
        Child("dir", COLUMNS, ROWS)
