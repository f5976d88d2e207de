"""`wschat call` and `wschat answer` before there is a call: what hinders one is a sentence."""

import json
import sys
from dataclasses import replace

import pytest

from wschat_tui.cli.call_lines import flowed, last_line, second_line, verdict
from wschat_tui.cli.exits import Exit
from wschat_tui.state.calls.call import Call, CallOver, CallStats
from wschat_tui.state.text import SafeText

CALL = ("call", "bob", "--source", "pattern")
ANSWER = ("answer", "--auto", "--source", "pattern")


@pytest.mark.parametrize("verb", [CALL, ANSWER])
def test_without_a_login_it_is_exit_3(wschat, server, verb):
    said = wschat(*verb, "--server", server)
    assert (said.code, said.out) == (3, "")
    assert "wschat login" in said.err


@pytest.mark.parametrize("verb", [CALL, ANSWER])
def test_a_refused_token_is_exit_3(wschat, server, verb, monkeypatch):
    monkeypatch.setenv("WSCHAT_TOKEN", "dev:nobody")
    said = wschat(*verb, "--server", server)
    assert (said.code, said.out) == (3, "")
    assert "there is no call" in said.err


def test_no_server_is_exit_3(wschat, as_alice):
    said = wschat(*CALL, "--server", "localhost:9", "--user", "alice")
    assert said.code == 3
    assert "localhost:9" in said.err


@pytest.mark.parametrize("verb", [CALL, ANSWER])
def test_without_the_packages_it_is_exit_6_and_the_mend(wschat, as_alice, verb, monkeypatch):
    monkeypatch.setitem(sys.modules, "aiortc", None)
    said = wschat(*verb, "--server", "localhost:9", "--user", "alice")
    assert (said.code, said.out) == (6, "")
    assert "`pip install 'wschat-tui[calls]'`" in said.err


def test_without_a_terminal_nobody_can_be_asked(wschat, as_alice):
    said = wschat("answer", "--server", "localhost:9", "--user", "alice")
    assert said.code == 2
    assert "--auto" in said.err


def test_calling_oneself_is_a_sentence(wschat, server, as_alice):
    said = wschat("call", "alice", "--source", "pattern", "--server", server, "--user", "alice")
    assert (said.code, said.out) == (2, "")
    assert said.err.strip().endswith(".")


OVER = CallOver("c1", "bob", True, "audio", "hangup", True, SafeText("Over."), 0, 1_000, 4_250)
SOUND = frozenset({"sound-in", "sound-out"})


@pytest.mark.parametrize(
    ("reason", "seen", "code"),
    [
        ("hangup", SOUND, Exit.OK),
        ("hangup", SOUND | {"picture-in"}, Exit.OK),
        ("hangup", {"sound-in"}, Exit.NO_MEDIA),
        ("of its own", SOUND, Exit.OK),
        ("declined", SOUND, Exit.REFUSED),
        ("busy", (), Exit.REFUSED),
        ("unsupported", (), Exit.REFUSED),
        ("no_answer", (), Exit.TIMED_OUT),
        ("cancelled", (), Exit.TIMED_OUT),
        ("lost", SOUND, Exit.NO_MEDIA),
        ("failed", (), Exit.NO_MEDIA),
    ],
)
def test_what_an_end_comes_to(reason, seen, code):
    over = replace(OVER, reason=reason)
    assert verdict(over, frozenset(seen), SOUND, refused=False) is code


def test_an_offer_that_the_server_does_not_take_was_refused():
    over = replace(OVER, reason="failed")
    assert verdict(over, frozenset(), SOUND, refused=True) is Exit.REFUSED


def test_figures_name_their_units_and_flows():
    stats = CallStats(round_trip=1.23456, loss=0.0, sent_frames=29.97, sound_in=True, width=640)
    call = Call("c1", "bob", True, "audio", "active", 0, 0, stats=stats)
    line = json.loads(second_line(call, 2.04))
    assert line["event"] == "stats"
    assert (line["seconds"], line["round_trip_ms"], line["jitter_ms"]) == (2.0, 1.23, None)
    assert (line["sound_in"], line["sound_out"], line["width"]) == (True, False, 640)
    assert flowed(stats) == {"sound-in"}
    last = json.loads(last_line(OVER, SOUND, Exit.OK, ("one", "two")))
    assert (last["event"], last["seconds"], last["reason"]) == ("ended", 3.2, "hangup")
    assert (last["sound_out"], last["picture_in"], last["exit"]) == (True, False, 0)
    assert last["words"] == ["one", "two"]
