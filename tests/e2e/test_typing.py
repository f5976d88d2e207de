"""A known text is typed at every stage, and compared with what the composer holds."""

import os
import signal

import pytest

pytestmark = pytest.mark.pty

ROOM = "network:lobby"
BACK = b"\x7f"


@pytest.fixture
def begin(screen, mock):
    """Start as alice, and wait for nothing."""
    return lambda: screen("--server", mock.url, "--user", "alice", token="dev:alice")


@pytest.fixture
def chat(begin):
    """Alice in the lobby."""
    terminal = begin()
    terminal.wait_for("● online", "Message #Lobby")
    return terminal


def composed(text):
    """Whether the row with the cursor's bar holds this text and no other."""
    return lambda screen: any(row.split("▌ ")[-1].strip(" ▏") == text for row in screen.lines)


STAGES = {
    "before anything": lambda _: True,
    "in raw mode": lambda one: b"\x1b[?1049h" in one.raw,
    "at the first picture": lambda one: "Message" in one.text,
    "while it connects": lambda one: "connecting" in one.text or "online" in one.text,
}


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_is_lost_that_is_typed_while_it_starts(begin, stage):
    terminal = begin()
    terminal.wait_for(STAGES[stage])
    text = "/typed at once, from the first key on"
    terminal.type(text)
    terminal.wait_for("● online", composed(text))


def test_nothing_is_lost_key_by_key_while_it_starts(begin):
    terminal, text = begin(), "one key for each thing that the program does meanwhile"
    for character in text:
        written = len(terminal.raw)
        terminal.type(character)
        # Until it has written more, or is where it will stay.
        terminal.wait_for(lambda one, was=written: len(one.raw) > was or "online" in one.text)
    terminal.wait_for("● online", composed(text))


@pytest.mark.parametrize("length", [1, 10, 200])
def test_a_stopped_program_finds_all_that_was_typed_meanwhile(chat, length):
    text = ("0123456789" * 20)[:length][:60]
    chat.signal(signal.SIGSTOP)
    os.waitid(os.P_PID, chat.pid, os.WSTOPPED | os.WNOWAIT)
    for character in "x" * length:
        chat.type(character)
    chat.write(BACK * length)
    chat.type("/" + text)
    chat.signal(signal.SIGCONT)
    chat.wait_for(composed("/" + text))


def test_keys_go_where_they_were_meant_while_panels_open_and_close(chat):
    chat.write(b"\x0bbetween\x1b")
    # Both may be written in one go: what counts is that it was there.
    chat.wait_for(lambda one: b"Go to" in one.raw and "Go to" not in one.text)
    chat.write(b"kept" + b"\x1bOP")
    chat.wait_for("Esc")
    chat.write(b"\x1bkeys are for")
    chat.wait_for(composed("keptkeys are for"))


def test_keys_go_where_they_were_meant_while_a_room_is_left_for_another(chat):
    chat.write(b"/dm bob\rhello bob")
    chat.wait_for("@ Bob", composed("hello bob"))


def test_nothing_is_lost_while_the_link_is(chat, mock):
    mock.stop(signal.SIGKILL)
    chat.type("/typed ")
    chat.wait_for("trying again")
    chat.type("in the ")
    mock.start()
    chat.write(b"\x12dark")
    chat.wait_for("● online", composed("/typed in the dark"))


def test_escape_and_what_follows_in_one_read_are_all_heard(chat, mock, person):
    person("bob", mock, ROOM).say(ROOM, "somebody's words")
    chat.wait_for("somebody's words")
    chat.write(b"\x1b")
    chat.wait_for("Esc write")
    chat.write(b"\x1b" + b"words of more letters than the longest sequence has")
    chat.wait_for(composed("words of more letters than the longest sequence has"))
