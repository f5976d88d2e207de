"""A history that fails for a while: what was missed is asked for again, and nobody has to."""

import pytest

from wschat_tui.state.history.archive_inputs import GapAsked
from wschat_tui.state.history.retries import WAITS
from wschat_tui.state.inputs import HistoryFailed, HistoryLoaded, LeaveAsked

LOBBY = "network:lobby"


@pytest.fixture
def failed(online, wire):
    """Back after a break in which the lobby went on; its history answered 503."""
    online.page(wire.said("m1", "bob"))
    online.see("m1")
    online.down()
    online.up()
    fail(online)
    return online


def fail(scene, scope=LOBBY, **more):
    return scene.play(HistoryFailed(scope, "Earlier messages could not be loaded: 503.", **more))


def wait(scene, milliseconds, scope=LOBBY):
    """Let time pass, second by second; gives what was asked for."""
    asked = []
    for _ in range(milliseconds // 1_000):
        scene.tick(1_000)
        asked += [one for one in scene.recalls if one.scope == scope]
    return asked


def test_what_was_missed_is_asked_for_again_and_counted(failed, wire):
    assert failed.ids()[-1] == "gap:m1"
    assert wait(failed, 2_000) == []
    (look,) = wait(failed, 1_000)
    assert look.hole == "m1"
    events = [wire.said("m1", "bob").payload, wire.said("m2", "bob", "@alice", at=2).payload]
    failed.play(HistoryLoaded(LOBBY, tuple(events), "", False, hole="m1", hole_at=look.hole_at))
    assert (failed.ids(), failed.unread()) == (["m1", "m2"], (1, 1))
    assert wait(failed, 600_000) == []


def test_it_is_asked_ever_more_rarely_and_said_once(failed):
    for pause in (*WAITS, WAITS[-1]):
        assert wait(failed, pause) == []
        assert len(wait(failed, 1_000)) == 1
        fail(failed)
        assert failed.words == []


def test_who_asks_by_hand_hears_the_answer(failed):
    failed.play(GapAsked("gap:m1"))
    assert failed.recalls
    fail(failed)
    assert failed.words == ["Earlier messages could not be loaded: 503."]


def test_an_answer_that_never_comes_is_waited_for_but_not_for_ever(failed):
    wait(failed, 3_000)
    failed.play(HistoryLoaded("nowhere", (), "", False))
    assert wait(failed, WAITS[-1] - 2_000) == []


def test_a_lost_link_begins_anew(failed):
    failed.down()
    assert wait(failed, 10_000) == []
    failed.up()
    assert wait(failed, 10_000) == []


def test_a_room_of_which_nothing_is_known_is_asked_for_too(online):
    online.visit("den")
    fail(online, "den")
    assert len(wait(online, 10_000, "den")) == 1


def test_a_room_that_was_left_is_forgotten(online):
    online.visit("den")
    fail(online, "den")
    online.play(LeaveAsked("o1", online.now, "den"))
    assert wait(online, 10_000, "den") == []
    assert "den" not in online.state.retries


def test_a_server_without_history_is_left_alone(failed):
    fail(failed, absent=True)
    assert wait(failed, 600_000) == []
