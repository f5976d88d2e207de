"""A person's first half hour, in one go: log in, talk, mend, lose the server and have it back."""

import os
import signal
import subprocess
import sys
import tomllib

import pytest

pytestmark = pytest.mark.pty

ROOM = "network:lobby"


def in_own_line(text, sign):
    """A row that holds a text and, at its end, how far it has come."""
    return lambda screen: any(text in line and sign in line for line in screen.lines)


def log_in(screen, port):
    """From the welcome screen to the open room."""
    screen.wait_for("Try the demo", "Connect to a server")
    screen.press("c")
    screen.wait_for("Email", "Password")
    screen.type(f"127.0.0.1:{port}")
    screen.press("tab")
    screen.type("alice@example.test")
    screen.press("tab")
    screen.type("alice")
    screen.wait_for(f"127.0.0.1:{port}", "alice@example.test", "•••••")
    screen.press("enter")
    screen.wait_for("● online", "# Lobby", "Message #Lobby")


def bob_says(text, mock):
    """`wschat send`, as a script of bob's would do it; the id it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "wschat_tui", "send", ROOM, text, "--server", mock.url],
        env=os.environ | {"WSCHAT_TOKEN": "dev:bob"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def talk(screen, mock):
    """Read, answer, reply in a thread, react."""
    bob_says("the kettle is on", mock)
    screen.wait_for(in_own_line("the kettle is on", "Bob"))
    screen.type("two cups please")
    screen.press("enter")
    screen.wait_for(in_own_line("two cups please", "✓"), "Message #Lobby")
    screen.press("escape")
    screen.wait_for("Esc write")
    screen.press("k", "r")
    screen.wait_for("Thread", "Reply in this thread")
    screen.type("with milk")
    screen.press("enter")
    screen.wait_for("with milk", "1 reply")
    screen.press("alt+t")
    screen.wait_gone("Reply in this thread")
    screen.press("escape")
    screen.wait_for("Esc write")
    screen.press("k", "t")
    screen.wait_for("Search by name")
    screen.type("tada")
    screen.wait_for(":tada:")
    screen.press("enter")
    screen.wait_for("🎉 1")


def mend(screen):
    """Edit the last message with ↑, then delete it, asked first."""
    screen.press("escape")
    screen.wait_for("Esc messages")
    screen.press("up")
    screen.wait_for("editing your message")
    screen.press("end")
    screen.type(" and one for mia")
    screen.press("enter")
    screen.wait_for("two cups please and one for mia (edited)")
    screen.press("escape")
    screen.wait_for("Esc write")
    screen.press("d")
    screen.wait_for("Delete “two cups please and one for mia”?")
    screen.press("y")
    screen.wait_for("message deleted")
    screen.press("escape")
    screen.wait_for("Esc messages")


def lose_and_find(screen, mock):
    """The server dies; what is typed meanwhile waits, is seen to wait, and arrives once."""
    mock.stop(signal.SIGKILL)
    screen.wait_for("connection lost — trying again in")
    screen.type("written in the dark")
    screen.press("enter")
    screen.wait_for(in_own_line("written in the dark", "◷"), "◷ 1 waiting")
    mock.start()
    screen.press("ctrl+r")
    screen.wait_for("● online", in_own_line("written in the dark", "✓"))
    screen.wait_gone("waiting")


def test_a_person_logs_in_talks_loses_the_server_and_has_it_back(screen, mock, tmp_path):
    terminal = screen()
    log_in(terminal, mock.port)
    profiles = tomllib.loads((tmp_path / "wschat/config/settings.toml").read_text())["profiles"]
    assert [one["email"] for one in profiles.values()] == ["alice@example.test"]
    talk(terminal, mock)
    mend(terminal)
    lose_and_find(terminal, mock)
    bob_says("there you are", mock)
    terminal.wait_for(in_own_line("there you are", "Bob"))
    said = mock.bodies(ROOM)
    assert said.count("written in the dark") == 1
    assert [one for one in said if one.strip()] == [
        "the kettle is on",
        "with milk",
        "written in the dark",
        "there you are",
    ]
    terminal.type("/quit")
    terminal.press("enter")
    assert terminal.code() == 0
    terminal.check_restored()
