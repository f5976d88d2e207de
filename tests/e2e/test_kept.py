"""What outlives the program: kill -9, a server that is away, a second client, a run without traces."""

import resource
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.pty

ROOM = "network:lobby"


@pytest.fixture
def chat(screen, mock):
    """Open alice's chat; `away`: the server is, so that only the disk can tell."""

    def start(*more, away=False, **options):
        server = ("--server", mock.url, "--user", "alice")
        terminal = screen(*server, *more, token="dev:alice", **options)
        terminal.wait_for("# Lobby", "○" if away else "● online")
        return terminal

    return start


@pytest.fixture
def on_disk(tmp_path):
    """Ask the one history of this test's home."""

    def ask(query, *values):
        (file,) = (tmp_path / "wschat/data/history").glob("*.db")
        with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as connection:
            return connection.execute(query, values).fetchall()

    return ask


def in_own_line(text, sign):
    """A row that holds a text and, at its end, how far it has come."""
    return lambda screen: any(text in line and sign in line for line in screen.lines)


def wschat(beside, *arguments):
    """What another wschat of the same home prints."""
    command = [sys.executable, "-m", "wschat_tui", *arguments]
    done = subprocess.run(command, env=beside.env, capture_output=True, text=True, check=True)
    return done.stdout


def until(true, seconds=25.0):
    """Wait until something is so that no screen shows."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def test_kill_9_and_the_server_away_lose_neither_room_nor_draft_nor_queue(
    chat, mock, person, on_disk
):
    """F19: the power may go at any moment; the next run begins where this one ended."""
    bob = person("bob", mock, ROOM)
    first = chat()
    bob.say(ROOM, "the kettle is on")
    first.wait_for("the kettle is on")
    first.type("two cups please")
    first.press("enter")
    first.wait_for(in_own_line("two cups please", "✓"))
    mock.stop(signal.SIGKILL)
    first.wait_for("connection lost")
    for text in ("written in the dark", "and another one"):
        first.type(text)
        first.press("enter")
        first.wait_for(in_own_line(text, "◷"))
    first.type("half a thought")
    until(lambda: ("half a thought",) in on_disk("select text from draft"))
    first.kill()

    second = chat(away=True)
    second.wait_for("the kettle is on", in_own_line("two cups please", "✓"), "half a thought")
    second.wait_for(in_own_line("written in the dark", "◷"), "◷ 2 waiting")
    second.kill()

    mock.start()
    third = chat()
    third.wait_for(in_own_line("written in the dark", "✓"), in_own_line("and another one", "✓"))
    third.wait_for("half a thought")
    third.wait_gone("waiting")
    said = [one for one in mock.bodies(ROOM) if one.strip()]
    assert said == ["the kettle is on", "two cups please", "written in the dark", "and another one"]


def test_a_quit_with_messages_that_wait_asks_nothing_and_says_that_they_are_kept(chat, mock):
    terminal = chat()
    mock.stop()
    terminal.wait_for("connection lost")
    terminal.type("later")
    terminal.press("enter")
    terminal.wait_for(in_own_line("later", "◷"))
    terminal.press("ctrl+q")
    assert terminal.code() == 0
    assert "it is kept, and goes out when wschat runs again" in terminal.after
    again = chat(away=True)
    again.wait_for(in_own_line("later", "◷"))


def test_a_second_client_of_a_profile_is_told_so_and_works(chat, mock, on_disk):
    """F22."""
    first = chat()
    second = chat()
    second.wait_for("history open elsewhere", "This profile is open in another wschat")
    second.type("from the second")
    second.press("enter")
    second.wait_for(in_own_line("from the second", "✓"))
    first.wait_for("from the second")
    until(lambda: on_disk("select 1 from message where body = 'from the second'"))
    as_alice = ("--server", mock.url, "--user", "alice")
    assert "is open in another wschat" in wschat(first, "doctor", *as_alice)
    assert "from the second" in wschat(first, "export", "--format", "text", *as_alice)
    first.kill()
    second.signal(signal.SIGTERM)
    assert second.code() == 0
    third = chat()
    third.wait_for("from the second")
    assert "elsewhere" not in third.text


def test_without_history_nothing_is_read_and_nothing_is_left(chat, tmp_path, mock):
    """S26."""
    folder = tmp_path / "wschat/data/history"
    terminal = chat("--no-history")
    terminal.type("unseen canary")
    terminal.press("enter")
    terminal.wait_for(in_own_line("unseen canary", "✓"))
    terminal.type("half a thought")
    terminal.wait_for("half a thought")
    terminal.press("ctrl+q")
    terminal.wait_for("1 draft has not been sent")
    terminal.press("y")
    assert terminal.code() == 0
    assert not folder.exists()


def test_a_history_that_cannot_be_read_is_moved_aside_and_said_so(chat, mock, tmp_path):
    """F21: it is never deleted; a new one begins."""
    first = chat()
    first.press("ctrl+q")
    assert first.code() == 0
    (file,) = (tmp_path / "wschat/data/history").glob("*.db")
    garbage = b"this is no history " * 5000
    file.write_bytes(garbage)
    second = chat()
    second.wait_for("The history was broken")
    (aside,) = file.parent.glob("*.broken-*")
    assert aside.read_bytes() == garbage
    second.type("kept again")
    second.press("enter")
    second.wait_for(in_own_line("kept again", "✓"))
    second.kill()
    third = chat()
    third.wait_for("kept again")
    assert "was broken" not in third.text


def test_a_disk_that_takes_nothing_gives_the_message_back_and_heals(chat, mock):
    """F21: no byte can be written, then all can again."""
    terminal = chat()
    terminal.type("before")
    terminal.press("enter")
    terminal.wait_for(in_own_line("before", "✓"))
    _, most = resource.prlimit(terminal.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(terminal.pid, resource.RLIMIT_FSIZE, (0, most))
    terminal.type("no room")
    terminal.press("enter")
    terminal.wait_for("⚠ nothing new is kept", "is back in the composer")
    assert mock.bodies(ROOM) == ["before"]
    resource.prlimit(terminal.pid, resource.RLIMIT_FSIZE, (most, most))
    terminal.wait_gone("nothing new is kept")
    terminal.press("enter")
    terminal.wait_for(in_own_line("no room", "✓"))
    assert mock.bodies(ROOM) == ["before", "no room"]
