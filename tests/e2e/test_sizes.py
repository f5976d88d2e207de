"""Small, usual and large terminals; and windows that change their size under the program."""

import pytest

pytestmark = pytest.mark.pty

ROOM = "network:lobby"
SIZES = [(60, 20), (80, 24), (120, 36), (200, 60)]


def fits(size):
    """What must be in sight at a size."""
    columns, lines = size

    def seen(screen):
        rows = screen.lines
        inside = all(len(row) <= columns for row in rows) and len(rows) == lines
        rooms, people = columns >= 70, columns >= 100
        return inside and ("ROOMS" in screen.text) == rooms and ("PEOPLE" in screen.text) == people

    return seen


@pytest.mark.parametrize("size", SIZES, ids=[f"{columns}x{lines}" for columns, lines in SIZES])
def test_the_last_message_stays_in_sight_through_every_size(screen, mock, person, size):
    bob = person("bob", mock, ROOM)
    for number in range(1, 9):
        bob.say(ROOM, f"message {number}, long enough to be wrapped wherever it is narrow\n" * 8)
    bob.say(ROOM, "the very last word")
    terminal = screen("--server", mock.url, size=size, token="dev:alice")
    terminal.wait_for("online", "the very last word", fits(size))
    terminal.type("typed before")
    terminal.wait_for("typed before")
    for other in (*(one for one in SIZES if one != size), size):
        terminal.resize(*other)
        terminal.wait_for("the very last word", "typed before", fits(other))
    bob.say(ROOM, "one more word")
    terminal.wait_for("one more word", "typed before")


DEAF = """
import signal
_handle = signal.signal
signal.signal = lambda number, do: None if number == signal.SIGWINCH else _handle(number, do)
"""


def test_a_size_that_nobody_told_of_is_seen(screen, mock):
    terminal = screen("--server", mock.url, size=(80, 24), token="dev:alice", patch=DEAF)
    terminal.wait_for("online", fits((80, 24)))
    terminal.resize(120, 36)
    terminal.wait_for(fits((120, 36)))


@pytest.mark.parametrize("size", [(60, 20), (80, 24)], ids=["60x20", "80x24"])
def test_a_thread_takes_the_place_of_the_room_where_it_is_narrow(screen, mock, person, size):
    bob = person("bob", mock, ROOM)
    root = bob.say(ROOM, "the root")
    bob.say(ROOM, "the first reply", parent_id=root)
    terminal = screen("--server", mock.url, size=size, token="dev:alice")
    terminal.wait_for("the root", "1 reply")
    terminal.press("escape")
    terminal.wait_for("r reply")
    terminal.press("r")
    terminal.wait_for("Thread", "the first reply", "Reply in this thread")
    terminal.resize(120, 36)
    terminal.wait_for("Reply in this thread", "Message #Lobby")
    terminal.resize(*size)
    terminal.wait_for("Reply in this thread", lambda one: "Message #Lobby" not in one.text)
    terminal.press("alt+t")
    terminal.wait_for("Message #Lobby", "1 reply")
