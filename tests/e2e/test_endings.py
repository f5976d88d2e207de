"""However the program ends, the terminal is the user's again and the exit code tells why."""

import re
import signal
import termios

import pytest

pytestmark = pytest.mark.pty

BREAK_A_WIDGET = '''
"""Python imports this module by itself when it starts; it breaks one key of one widget."""
from wschat_tui.ui.widgets.composer import Composer

whole = Composer._on_key


async def broken(self, event):
    if event.key == "f9":
        planted = "canary-in-a-local-variable"
        raise RuntimeError(f"broken on purpose")
    await whole(self, event)


Composer._on_key = broken
'''


@pytest.fixture
def breakable(tmp_path):
    """What makes F9 in the composer a fault of ours: a folder for PYTHONPATH."""
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    (plugins / "sitecustomize.py").write_text(BREAK_A_WIDGET)
    return str(plugins)


@pytest.fixture
def chat(screen, mock):
    """Alice in the lobby, with something typed."""
    terminal = screen("--server", mock.url, token="dev:alice")
    terminal.wait_for("● online", "Message #Lobby")
    return terminal


def ended(terminal, code):
    """It is over, in good order."""
    assert terminal.code() == code
    terminal.check_restored()
    assert b"Traceback" not in terminal.raw


WAYS = {
    "exit": (lambda chat: chat.press("ctrl+q"), 0),
    "exception": (lambda chat: chat.press("f9"), 1),
    "SIGINT": (lambda chat: chat.signal(signal.SIGINT), 0),
    "SIGTERM": (lambda chat: chat.signal(signal.SIGTERM), 0),
    "SIGHUP": (lambda chat: chat.signal(signal.SIGHUP), 0),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_terminal_is_restored_five_ways_of_five(screen, mock, breakable, way):
    """F20: the main screen, the mouse, the cursor, pastes and the line editor of the shell."""
    terminal = screen("--server", mock.url, token="dev:alice", PYTHONPATH=breakable)
    terminal.wait_for("● online", "Message #Lobby")
    for mode in (b"1049", b"1000", b"2004"):
        assert b"\x1b[?" + mode + b"h" in terminal.raw
    assert not shell_like(terminal)
    end, code = WAYS[way]
    end(terminal)
    ended(terminal, code)
    for mode in (b"1049", b"1000", b"2004"):
        assert b"\x1b[?" + mode + b"l" in terminal.raw
    assert shell_like(terminal)


def shell_like(terminal):
    """Lines are edited and echoed by the terminal, as a shell leaves it to a program."""
    local = termios.tcgetattr(terminal._child.child_fd)[3]
    return bool(local & termios.ICANON) and bool(local & termios.ECHO)


def test_a_signal_asks_nothing_about_what_is_typed(chat):
    """F20."""
    chat.type("half a thou")
    chat.wait_for("half a thou")
    chat.signal(signal.SIGTERM)
    ended(chat, 0)


def test_ctrl_c_tells_how_to_quit_and_does_not(chat):
    chat.type("half a thou")
    chat.press("ctrl+c")
    chat.wait_for("^Q quits.", "half a thou")


def test_leaving_asks_where_something_typed_would_be_lost(screen, mock):
    chat = screen("--server", mock.url, "--no-history", token="dev:alice")
    chat.wait_for("● online", "Message #Lobby")
    chat.type("half a thou")
    chat.wait_for("half a thou")
    chat.press("ctrl+q")
    chat.wait_for("1 draft has not been sent. Leave and lose it?")
    chat.press("n")
    chat.wait_gone("Leave and lose it?")
    assert "half a thou" in chat.text
    chat.press("ctrl+q")
    chat.wait_for("Leave and lose it?")
    chat.press("y")
    ended(chat, 0)


def test_quit_is_a_command(chat):
    chat.type("/quit")
    chat.press("enter")
    ended(chat, 0)


def test_the_welcome_screen_can_be_left(screen):
    terminal = screen()
    terminal.wait_for("Connect to a server")
    terminal.press("q")
    ended(terminal, 0)


def test_a_terminal_that_goes_away_takes_the_program_with_it(chat, mock):
    """F20."""
    chat.hang_up()
    assert chat.code() in {0, -signal.SIGHUP}


FULL_AT_THE_END = """
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver

whole = LinuxDriver.disable_input

def disable_input(self):
    # As many writes wait for a terminal that went as there is room for.
    while self._writer_thread.is_alive():
        self._writer_thread._queue.put("to nobody")
        self._writer_thread.join(0.05)
    while not self._writer_thread._queue.full():
        self._writer_thread._queue.put("")
    whole(self)

LinuxDriver.disable_input = disable_input
"""


def test_a_terminal_that_goes_away_is_not_waited_for(screen, mock):
    """What the terminal does not take any more would fill a queue, and then wait for ever."""
    chat = screen("--server", mock.url, "--user", "alice", token="dev:alice", patch=FULL_AT_THE_END)
    chat.wait_for("● online", "Message #Lobby")
    chat.hang_up()
    assert chat.code() in {0, -signal.SIGHUP}


def test_a_fault_of_ours_is_one_sentence_and_a_file_for_the_user_alone(
    screen, mock, breakable, tmp_path
):
    """S14, F20: no local variables, mode 0600."""
    terminal = screen("--server", mock.url, token="canary-token-of-alice", PYTHONPATH=breakable)
    terminal.wait_for("Message host")
    terminal.press("f9")
    ended(terminal, 1)
    said = terminal.after
    assert re.search(
        r"wschat failed \(RuntimeError\) through a fault of its own; the details are", said
    )
    [file] = (tmp_path / "wschat/state").glob("crash-*.txt")
    assert file.name in re.sub(r"\s", "", said)
    assert file.stat().st_mode & 0o777 == 0o600
    report = file.read_text()
    assert "broken on purpose" in report
    assert "canary" not in report
    assert "canary" not in terminal.raw.decode("utf-8", "replace")
