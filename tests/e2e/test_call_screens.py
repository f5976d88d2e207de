"""Calls on a real screen: placed by a command, drawn in the terminal, ended with the program."""

import pytest

pytestmark = pytest.mark.pty

SILENT = '[calls]\nbackend = "null"\n'


@pytest.fixture
def alice(screen, mock, tmp_path):
    """Alice before her screen, on a machine whose sound goes nowhere."""
    place = tmp_path / "wschat" / "config"
    place.mkdir(parents=True)
    (place / "settings.toml").write_text(SILENT)
    terminal = screen("--server", mock.url, "--user", "alice", token="dev:alice")
    terminal.wait_for("● online")
    return terminal


@pytest.fixture
def bob(verb, mock):
    """Somebody who takes every call, and shows a pattern."""
    one = verb("bob", mock, "answer", "--auto", "--once", "--video", "--source", "pattern")
    one.says("Waiting for calls")
    return one


def half_blocks(screen):
    return screen.text.count("▀") + screen.text.count("▄") > 200


def test_a_call_is_placed_by_a_command_drawn_in_the_terminal_and_ended_by_quitting(alice, bob):
    alice.type("/call bob pattern")
    alice.press("enter")
    bob.figures(sound_in=True, picture_in=True)
    alice.wait_for(half_blocks)
    alice.press("ctrl+q")
    alice.wait_for("You are in a call with Bob", "y quit")
    alice.press("y")
    assert alice.code() == 0
    assert bob.code() == 0
    assert bob.ended["reason"] == "hangup"


def test_a_call_that_comes_rings_on_the_screen_and_is_taken_there(alice, verb, mock):
    bob = verb("bob", mock, "call", "alice", "--video", "--source", "pattern")
    alice.wait_for("Bob is calling you", "F7 take it")
    alice.type("/answer pattern")
    alice.press("enter")
    bob.figures(sound_in=True, picture_in=True)
    alice.wait_for(half_blocks)
    bob.process.send_signal(2)
    assert bob.code() == 130
    alice.wait_for("Message #Lobby", lambda screen: not half_blocks(screen))


def test_in_the_demo_somebody_always_answers(screen, tmp_path):
    place = tmp_path / "wschat" / "config"
    place.mkdir(parents=True)
    (place / "settings.toml").write_text(SILENT)
    demo = screen("demo")
    demo.wait_for("● online", "Message #Lobby")
    demo.type("/call echo pattern")
    demo.press("enter")
    demo.wait_for("Echo", "connected", half_blocks)
    demo.press("f9")
    demo.wait_for("Message #", lambda screen: not half_blocks(screen))
