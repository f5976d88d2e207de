"""The pure parts of calls: words, figures, places, the key to talk, the note on the desktop."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wschat_tui.state.calls.call import Call, CallStats
from wschat_tui.state.model import Person, State
from wschat_tui.state.text import SafeText
from wschat_tui.ui.call_arrangement import arrangement, corner
from wschat_tui.ui.call_figures import all_figures, figure_lines
from wschat_tui.ui.call_words import (
    brief,
    kind_now,
    microphone,
    recording_file,
    sent,
    span,
    standing,
    timer,
)
from wschat_tui.ui.desktop_note import note
from wschat_tui.ui.panes import Wanted, arrange
from wschat_tui.ui.push_to_talk import FIRST_REPEAT, NEXT_REPEAT, PushToTalk

CALL = Call("c", "bob", True, "video", "active", 1_000, 2_000, active_at=10_000, heard_at=60_000)
FULL = CallStats(
    round_trip=42.4,
    loss=0.31,
    jitter=4.2,
    sent_rate=640,
    received_rate=1812,
    received_frames=24.2,
    width=640,
    height=360,
    audio_codec="Opus",
    video_codec="VP8",
    local_path="host",
    remote_path="relayed",
)


# ---- words


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [(-5, "0:00"), (999, "0:00"), (65_000, "1:05"), (754_000, "12:34"), (3_723_000, "1:02:03")],
)
def test_spans(milliseconds, said):
    assert span(milliseconds) == said


def test_the_timer_counts_what_matters_in_each_phase():
    assert timer(CALL, 70_000) == "1:00"
    assert timer(replace(CALL, active_at=None, phase="connecting"), 70_000) == "1:08"
    assert timer(replace(CALL, active_at=None, phase="out_ringing"), 70_000) == "1:09"


@pytest.mark.parametrize(
    ("fields", "long", "short"),
    [
        ({"phase": "out_ringing"}, "ringing there", "ringing"),
        ({"phase": "out_ringing", "told": False}, "calling", "calling"),
        ({"phase": "in_ringing"}, "is calling you: video call", "calls"),
        ({"phase": "connecting"}, "connecting", "connecting"),
        ({}, "connected", "connected"),
        ({"reconnecting": True}, "reconnecting, silent for 0:10", "reconnecting"),
        ({"reconnecting": True, "heard_at": None}, "reconnecting", "reconnecting"),
    ],
)
def test_how_a_call_stands(fields, long, short):
    assert standing(replace(CALL, **fields), 70_000) == (long, short)


def test_a_voice_call_with_pictures_is_none_any_more():
    voice = replace(CALL, kind="audio")
    assert kind_now(voice) == "voice call"
    assert kind_now(replace(voice, picture=True)) == "video call"
    assert kind_now(replace(voice, shows="screen")) == "video call"
    assert kind_now(replace(CALL, kind="screen", picture=True)) == "screen call"


@pytest.mark.parametrize(
    ("shows", "what", "said"),
    [
        ("", "", "no picture sent"),
        ("camera", "", "camera on"),
        ("terminal", "", "this terminal is shared"),
        ("command", "htop", "htop is shared"),
        ("command", "", "a command is shared"),
        ("camera", "htop", "camera on"),
        ("file", "x" * 60, "x" * 39 + "… is shared"),
    ],
)
def test_what_is_sent(shows, what, said):
    assert sent(replace(CALL, shows=shows, shows_what=SafeText(what))) == said


def test_what_becomes_of_my_voice():
    assert microphone(CALL) == "microphone on"
    assert microphone(replace(CALL, microphone=False), "push", speaking=True) == "muted"
    assert microphone(CALL, "push", speaking=False) == "hold Space to talk"
    assert microphone(CALL, "push", speaking=True) == "talking"
    assert microphone(CALL, "voice", speaking=False) == "waits for your voice"


def test_in_a_few_words():
    state = State(people=State().people.insert("bob", Person("bob", SafeText("Bob B."))))
    assert brief(state, CALL, 70_000) == "☎ Bob B. 1:00"
    worse = replace(CALL, reconnecting=True, microphone=False, recording=SafeText("x"))
    assert brief(state, worse, 70_000) == "☎ Bob B. 1:00 reconnecting muted recording"
    ringing = replace(CALL, phase="out_ringing", active_at=None)
    assert brief(state, ringing, 70_000) == "☎ Bob B. 1:09 ringing"


@given(st.text(max_size=300))
def test_a_recording_is_named_without_anything_that_leads_elsewhere(peer):
    name = recording_file(replace(CALL, peer=peer), 1_763_892_351_000)
    assert name.startswith("call-")
    assert name.endswith("-20251123-100551.webm")
    assert not set(name) & set("/\\ \0\n:")
    assert len(name) < 80


# ---- figures


def test_a_line_of_figures_from_long_to_short():
    lines = figure_lines(FULL)
    assert lines[0] == (
        "42 ms there and back · 0.3 % lost · jitter 4.2 ms · ↓ 1.8 Mb/s ↑ 640 kb/s"
        " · 640x360 at 24/s · VP8, Opus · host to relayed"
    )
    assert lines[-1] == "42 ms · 0.3 % lost"
    assert sorted(lines, key=len, reverse=True) == list(lines)


def test_nothing_measured_says_nothing():
    assert figure_lines(CallStats()) == ("",)
    unknown = [one.value for one in all_figures(CallStats(), "bob")]
    assert unknown.count("not known yet") >= 7
    assert "none" in unknown


def test_a_lossless_call_says_so():
    assert "0 % lost" in figure_lines(replace(FULL, loss=0.0))[0]


@given(st.builds(CallStats, audio_codec=st.text(), video_codec=st.text(), local_path=st.text()))
def test_what_strangers_call_their_codecs_stays_short_and_harmless(stats):
    figures = all_figures(replace(stats, remote_path="host", width=1, height=1), "bob")
    for text in (*figure_lines(stats), *(one.value for one in figures)):
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in text)


# ---- where things stand


def test_two_faces_stand_side_by_side_where_it_is_wide():
    assert arrangement("pip", 80, 20, theirs=False, mine=False) == "columns"
    assert arrangement("remote", 40, 30, theirs=False, mine=False) == "rows"


def test_my_picture_is_small_where_there_is_a_corner_for_it():
    assert arrangement("pip", 80, 20, theirs=True, mine=True) == "pip"
    assert arrangement("pip", 36, 8, theirs=True, mine=True) == "single"
    assert arrangement("pip", 80, 20, theirs=True, mine=False) == "single"
    assert arrangement("pip", 80, 20, theirs=False, mine=True) == "columns"
    assert arrangement("remote", 80, 20, theirs=True, mine=True) == "single"
    assert arrangement("remote", 80, 20, theirs=False, mine=True) == "single"
    assert arrangement("split", 80, 20, theirs=True, mine=False) == "columns"


@given(st.integers(44, 400), st.integers(12, 150))
def test_the_corner_lies_within_and_never_hides_half(width, height):
    place = corner(width, height)
    assert 0 <= place.x < place.x + place.columns <= width
    assert 0 <= place.y < place.y + place.rows <= height
    assert place.columns * place.rows <= width * height / 2


@given(st.integers(0, 300), st.sampled_from(["alone", "beside"]), st.booleans())
def test_a_call_always_has_a_place(width, call, thread):
    panes = arrange(width, Wanted(None, None, thread, call))
    assert panes.call in {"alone", "beside"}
    assert panes.rooms == panes.people == "hidden"
    if panes.call == "alone":
        assert not panes.room
        assert panes.thread == "hidden"
    else:
        assert panes.room != thread


def test_lists_lie_over_a_call_where_they_are_asked_for():
    panes = arrange(160, Wanted(rooms=True, people=True, call="alone"))
    assert (panes.rooms, panes.people) == ("over", "over")


# ---- the key to talk


def talked(*presses, until):
    """Press a key at moments; answers from when to when it talked, looked at every 50 ms."""
    key, spans, began = PushToTalk(), [], None
    for step in range(int(until * 20) + 1):
        now = 10 + step / 20
        if any(abs(now - 10 - at) < 0.01 for at in presses):
            key.press(now)
        on = key.look(now)
        if on and began is None:
            began = now - 10
        elif not on and began is not None:
            spans.append((round(began, 2), round(now - 10, 2)))
            began = None
    if began is not None:
        spans.append((round(began, 2), None))
    return spans


def test_held_it_talks_until_shortly_after_the_last_repeat():
    ((began, ended),) = talked(0, 0.5, 0.55, 0.6, 0.65, 0.7, until=3)
    assert began == 0
    assert 0.7 + NEXT_REPEAT <= ended <= 0.7 + NEXT_REPEAT + 0.1


def test_tapped_it_talks_until_the_next_tap():
    assert talked(0, 2, until=4) == [(0, 2)]
    assert talked(0, until=4) == [(0, None)]


def test_the_tap_that_ends_it_may_be_held():
    assert talked(0, 2, 2.3, 2.35, 2.4, 2.45, until=4) == [(0, 2)]


def test_a_slow_first_repeat_is_still_a_held_key():
    ((_, ended),) = talked(0, 0.65, 0.7, until=3)
    assert 0.7 < ended < 1.3
    assert FIRST_REPEAT > 0.65


# ---- the note on the desktop


@pytest.mark.parametrize(
    ("env", "sequence"),
    [
        ({"TERM": "xterm-kitty"}, "\x1b]9;wschat: bob calls\x07"),
        ({"TERM": "foot"}, "\x1b]777;notify;wschat;bob calls\x07"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7200"}, "\x1b]777;notify;wschat;bob calls\x07"),
        (
            {"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"},
            "\x1bPtmux;\x1b\x1b]9;wschat: bob calls\x07\x1b\\",
        ),
        ({"TERM": "dumb"}, ""),
        ({"TERM": "linux"}, ""),
        ({}, ""),
    ],
)
def test_each_terminal_gets_what_it_knows(env, sequence):
    assert note("wschat", "bob calls", env) == sequence


@given(st.text(max_size=400))
def test_no_name_ends_the_sequence_or_begins_another(name):
    for env in ({"TERM": "foot"}, {"TERM": "xterm"}):
        inside = note("wschat", name, env)[2:-1]
        assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in inside)
        assert inside.count(";") == (3 if env["TERM"] == "foot" else 1)
        assert len(inside) < 200
