"""The past of rooms: fetched, woven in, and marked where some of it may be missing."""

import pytest

from wschat_tui.state.effects import Notify, Recall
from wschat_tui.state.history.gaps import GARBLED
from wschat_tui.state.inputs import (
    HistoryFailed,
    HistoryLoaded,
    LeaveAsked,
    OlderAsked,
    SessionOpened,
)
from wschat_tui.state.model import MAX_LOADED, WINDOW

LOBBY = "network:lobby"
TEAM = "network:team"
BOB = "dm:alice:bob"
START = ":start:network:lobby"


@pytest.fixture
def fresh(scene):
    """Online in the lobby, whose newest page has been asked for."""
    scene.open()
    scene.up()
    return scene


def older(scene, scope=LOBBY):
    return scene.play(OlderAsked(scope))


def failed(scene, sentence="It could not be loaded.", scope=LOBBY, absent=False):
    return scene.play(HistoryFailed(scope, sentence, absent))


# ---- the first page


def test_the_open_room_is_filled_when_the_link_is_up(scene):
    scene.open()
    assert scene.room().history == "unknown"
    assert Recall(LOBBY) in scene.up()
    assert scene.room().history == "loading"


def test_other_rooms_are_filled_when_they_are_opened(fresh):
    assert Recall("host") in fresh.visit("host")
    assert fresh.visit("host") == []


def test_what_was_there_before_counts_as_read(fresh, wire):
    fresh.page(wire.said("m1", "bob"), wire.said("m2", "bob"), more=True, cursor="c1")
    room = fresh.room()
    assert (fresh.ids(), fresh.unread(), room.last_read) == (["m1", "m2"], (0, 0), "m2")
    assert (room.history, room.cursor) == ("more", "c1")
    assert "bob" in room.members
    assert fresh.words == []


def test_what_came_since_counts_as_unread(fresh, wire):
    fresh.visit("host")
    fresh.hear(wire.said("m3", "bob", "@alice", at=3))
    fresh.page(
        wire.said("m1", "bob"), wire.said("m2", "bob"), wire.said("m3", "bob", "@alice", at=3)
    )
    assert (fresh.ids(), fresh.unread()) == (["m1", "m2", "m3"], (1, 1))
    assert fresh.room().last_read == "m2"


def test_an_empty_past(fresh):
    fresh.page()
    assert (fresh.room().history, fresh.ids()) == ("complete", [])
    assert fresh.room().last_read == ""


def test_a_message_once_though_the_page_has_it_twice(fresh, wire):
    fresh.page(wire.said("m1", "bob"), wire.said("m1", "bob"))
    assert fresh.ids() == ["m1"]


def test_messages_of_other_rooms_are_left_out(fresh, wire):
    fresh.hear(wire.said("m9", "bob", scope="host"))
    fresh.page(wire.said("m1", "bob", scope="dm:bob"), wire.said("m9", "bob"))
    assert fresh.ids() == []
    assert fresh.ids("host") == ["m9"]


def test_a_page_of_a_direct_chat_in_either_spelling(fresh, wire):
    fresh.visit(BOB)
    fresh.page(wire.said("m1", "bob", scope=BOB), scope="dm:bob")
    assert fresh.ids(BOB) == ["m1"]


def test_a_page_of_a_room_that_was_left_is_dropped(fresh, wire):
    before = fresh.state
    fresh.page(wire.said("m1", "bob", scope="den"), scope="den")
    failed(fresh, scope="den")
    assert fresh.state is before


def test_what_is_known_is_brought_up_to_date(online, wire):
    online.hear(wire.said("m1", "bob", "helo"))
    online.page(
        wire.said(
            "m1",
            "bob",
            "hello",
            edited_at=wire.stamp(9),
            reactions=[{"reaction": "x", "user_ids": ["c"]}],
        )
    )
    assert (online.message("m1").body, online.message("m1").reactions[0].users) == ("hello", ("c",))


def test_an_id_that_is_an_event_of_ours_is_not_a_message(online, wire):
    online.hear(wire.envelope("member.joined", {"network_id": "lobby", "user_id": "dave"}))
    row = online.ids()[0]
    online.page(wire.said(row, "mallory"))
    assert (online.ids(), online.message(row).kind) == ([row], "joined")


# ---- older pages


def test_older_pages_go_above_and_the_cursor_moves(fresh, wire):
    fresh.page(wire.said("m3", "bob", at=3), more=True, cursor="c1")
    assert older(fresh) == [Recall(LOBBY, "c1", "m3")]
    assert older(fresh) == []
    fresh.page(wire.said("m1", "bob"), wire.said("m2", "bob"), more=False, older=True)
    assert fresh.ids() == ["m1", "m2", "m3"]
    assert (fresh.room().history, fresh.unread()) == ("complete", (0, 0))
    assert older(fresh) == []


def test_the_oldest_that_has_a_name_is_told(fresh, wire):
    fresh.send("o1")
    fresh.hear(wire.ack("o1", "m2"))
    fresh.page(more=True)
    assert older(fresh) == [Recall(LOBBY, "", "m2")]


def test_a_page_that_nobody_waits_for_any_more_is_dropped(fresh, wire):
    fresh.page(wire.said("m3", "bob"), more=True, cursor="c1")
    before = fresh.state
    fresh.page(wire.said("m1", "bob"), older=True)
    assert fresh.state is before


def test_nothing_older_is_fetched_offline_or_of_unknown_rooms(fresh, wire):
    fresh.page(wire.said("m3", "bob"), more=True, cursor="c1")
    fresh.down()
    assert older(fresh) == []
    assert older(fresh, "nowhere") == []


def test_asking_for_more_of_a_room_that_failed_tries_again(fresh):
    failed(fresh)
    assert fresh.room().history == "unknown"
    assert older(fresh) == [Recall(LOBBY)]


def test_there_is_a_bound_to_what_is_loaded(fresh, wire):
    fresh.page(*(wire.said(f"m{i}", "bob") for i in range(MAX_LOADED)), more=True, cursor="c")
    assert older(fresh) == []
    assert fresh.room().history == "more"


# ---- failures


def test_a_failure_is_said_where_one_looks(fresh):
    assert failed(fresh, "No\x1b answer.") == [Notify("No␛ answer.", "warning", LOBBY)]
    fresh.visit("host")
    fresh.visit(LOBBY)
    assert fresh.recalls == [Recall(LOBBY)]
    fresh.visit("host")
    assert failed(fresh) == []


def test_a_failed_older_page_can_be_asked_for_again(fresh, wire):
    fresh.page(wire.said("m3", "bob"), more=True, cursor="c1")
    older(fresh)
    failed(fresh)
    assert older(fresh) == [Recall(LOBBY, "c1", "m3")]


def test_a_failed_first_page_of_a_room_with_messages(fresh, wire):
    fresh.hear(wire.said("m3", "bob"))
    failed(fresh)
    assert older(fresh) == [Recall(LOBBY, "", "m3")]


def test_a_failed_refresh_keeps_what_is_known_of_the_past(online, wire):
    online.down()
    online.up()
    failed(online)
    assert online.room().history == "complete"


def test_a_server_without_history_is_no_failure(fresh):
    assert failed(fresh, "", absent=True) == []
    assert fresh.room().history == "absent"
    assert older(fresh) == []


# ---- what may be missing


def lose(scene):
    scene.down()
    scene.up()
    return [one for one in scene.recalls if one.scope == LOBBY]


@pytest.fixture
def talk(online, wire):
    """Two messages, the second read."""
    online.hear(wire.said("m1", "bob", at=1), wire.said("m2", "bob", at=2))
    online.see("m2")
    return online


def test_after_a_loss_the_rooms_with_messages_are_looked_through(talk, wire):
    talk.hear(wire.said("n1", "bob", scope=TEAM), wire.said("d1", "bob", scope=BOB))
    talk.down()
    talk.up()
    assert {(one.scope, one.hole) for one in talk.recalls} == {
        (LOBBY, "m2"),
        (TEAM, "n1"),
        (BOB, "d1"),
    }
    assert talk.room(TEAM).history == "loading"


def test_a_room_that_was_empty_is_looked_through_too(online, wire):
    online.visit("host")
    assert lose(online) == [Recall(LOBBY, hole=START)]
    online.page(wire.said("m1", "bob"), hole=START)
    assert (online.ids(), online.unread()) == (["m1"], (1, 0))


def test_a_room_that_was_left_is_not_looked_through(talk, wire):
    talk.play(LeaveAsked("l1", talk.T, LOBBY))
    assert lose(talk) == []


def test_a_page_that_meets_what_is_loaded_closes_the_hole(talk, wire):
    assert lose(talk) == [Recall(LOBBY, hole="m2", hole_at=talk.T + 2000)]
    talk.page(
        wire.said("m2", "bob", at=2), wire.said("m3", "bob", "@alice", at=3), more=True, hole="m2"
    )
    assert talk.ids() == ["m1", "m2", "m3"]
    assert (talk.unread(), talk.room().divider) == ((1, 1), "m3")
    assert (talk.room().hole, talk.room().history) == ("", "complete")
    assert talk.words == []


def test_a_page_that_is_the_whole_past_closes_the_hole(talk, wire):
    lose(talk)
    talk.page(wire.said("m3", "bob", at=3), hole="m2")
    assert talk.ids() == ["m1", "m2", "m3"]


def test_a_page_that_does_not_reach_leaves_a_row_that_says_so(talk, wire):
    lose(talk)
    talk.hear(wire.said("m9", "bob", at=9))
    talk.page(
        wire.said("m7", "bob", at=7), wire.said("m8", "bob", at=8), more=True, cursor="c", hole="m2"
    )
    assert talk.ids() == ["m1", "m2", "gap:m2", "m7", "m8", "m9"]
    gap = talk.message("gap:m2")
    assert (gap.kind, gap.at) == ("gap", talk.message("m2").at)
    assert talk.unread() == (3, 0)
    assert (talk.room().history, talk.room().cursor) == ("complete", "")


def test_a_failure_leaves_the_row_and_a_later_page_takes_it_away(talk, wire):
    lose(talk)
    failed(talk)
    assert talk.ids() == ["m1", "m2", "gap:m2"]
    talk.page(wire.said("m2", "bob", at=2), wire.said("m3", "bob", at=3), hole="m2")
    assert talk.ids() == ["m1", "m2", "m3"]


def test_without_history_the_row_is_all_there_is(talk, wire):
    failed(talk, "", absent=True)
    assert lose(talk) == []
    assert talk.ids() == ["m1", "m2", "gap:m2"]
    assert lose(talk) == []
    assert talk.ids() == ["m1", "m2", "gap:m2"]
    talk.hear(wire.said("m3", "bob"))
    lose(talk)
    assert talk.ids() == ["m1", "m2", "gap:m2", "m3", "gap:m3"]


def test_two_losses_leave_two_rows_where_neither_page_reaches(talk, wire):
    lose(talk)
    talk.hear(wire.said("m5", "bob", at=5))
    talk.down()
    assert talk.ids() == ["m1", "m2", "gap:m2", "m5"]
    talk.up()
    assert talk.recalls == [Recall(LOBBY, hole="m5", hole_at=talk.T + 5000)]
    talk.page(wire.said("m4", "bob", at=4), wire.said("m5", "bob", at=5), more=True, hole="m2")
    assert talk.ids() == ["m1", "m2", "gap:m2", "m4", "m5"]
    talk.page(wire.said("m9", "bob", at=9), more=True, hole="m5")
    assert talk.ids() == ["m1", "m2", "gap:m2", "m4", "m5", "gap:m5", "m9"]


def test_failed_tries_to_connect_are_one_loss(talk):
    talk.down()
    for _ in range(5):
        talk.down()
    talk.up()
    assert talk.ids() == ["m1", "m2"]
    assert talk.room().hole == "m2"


def test_a_page_that_was_asked_for_before_the_loss_closes_nothing(online, wire):
    online.hear(wire.said("m1", "bob"))
    online.down()
    online.page(wire.said("m1", "bob"), more=True)
    assert online.room().hole == "m1"


def test_the_message_above_a_hole_may_go(talk, wire):
    lose(talk)
    talk.hear(wire.deleted("m2", "hard"))
    assert talk.room().hole == "m1"
    talk.page(wire.said("m9", "bob", at=9), more=True, hole="m2")
    assert talk.room().hole == "m1"
    failed(talk)
    assert talk.ids() == ["m1", "gap:m1", "m9"]


def test_a_loss_before_anything_was_said_leaves_a_hole_at_the_start(online, wire):
    online.post("o1")
    assert lose(online) == [Recall(LOBBY, hole=START)]
    assert online.room().hole == START
    online.page(hole=START)
    assert (online.room().hole, online.ids()) == ("", ["o1"])


# ---- the window


def test_a_room_keeps_its_newest_messages_and_all_of_mine_that_are_on_their_way(online, wire):
    online.trimmed = True
    online.hear(*(wire.said(f"a{i}", "bob") for i in range(10)))
    online.see("a9")
    online.send("o1", "in doubt")
    online.tick(10_000)
    online.visit("host")
    online.hear(*(wire.said(f"m{i}", "bob") for i in range(WINDOW + 500)))
    assert len(online.ids()) == WINDOW + 1
    assert online.ids()[:2] == ["o1", "m500"]
    assert online.message("o1").delivery == "unconfirmed"
    assert online.unread() == (WINDOW + 500, 0)
    assert (online.room().history, online.room().cursor) == ("more", "")
    online.visit(LOBBY)
    assert older(online) == [Recall(LOBBY, "", "m500")]


def test_the_open_room_keeps_more(online, wire):
    online.hear(*(wire.said(f"m{i}", "bob") for i in range(WINDOW + 500)))
    assert len(online.ids()) == WINDOW + 500
    assert online.room().history == "complete"


def test_a_page_that_comes_after_its_neighbour_was_trimmed_is_dropped(fresh, wire):
    fresh.trimmed = True
    fresh.page(wire.said("m0", "bob"), more=True, cursor="c1")
    older(fresh)
    fresh.visit("host")
    fresh.hear(*(wire.said(f"m{i}", "bob") for i in range(1, WINDOW + 500)))
    fresh.page(wire.said("l1", "bob"), older=True)
    assert "l1" not in fresh.ids()
    assert fresh.room().history == "more"


def test_a_hole_that_was_trimmed_away_needs_no_row(talk, wire):
    talk.trimmed = True
    lose(talk)
    talk.visit("host")
    talk.hear(*(wire.said(f"n{i}", "bob") for i in range(WINDOW + 500)))
    failed(talk)
    assert not [one for one in talk.room().messages if one.kind == "gap"]
    assert talk.room().hole == ""


@pytest.mark.parametrize("history", ["absent", "unknown"])
def test_trimming_promises_no_history_where_none_is_known(scene, wire, history):
    scene.trimmed = True
    scene.play(SessionOpened("alice", "p", "s", "standard", "m"))
    scene.up()
    if history == "absent":
        scene.hear(wire.said("a", "bob"))
        failed(scene, "", absent=True)
    scene.hear(*(wire.said(f"m{i}", "bob") for i in range(WINDOW + 500)))
    assert scene.room().history == history


# ---- rows that are no message


def garbled(scene, *received, scope=LOBBY, **page):
    events = tuple(one.payload for one in received)
    return scene.play(HistoryLoaded(scope, events, "", False, skipped=2, **page))


def test_a_history_that_cannot_be_read_in_part_is_said_once(fresh, wire):
    said = Notify(GARBLED, "warning", LOBBY)
    assert said in garbled(fresh, wire.said("m1", "bob"))
    assert fresh.ids() == ["m1"]
    assert said not in garbled(fresh, wire.said("m1", "bob"))
    assert said not in fresh.visit("host")
    assert said not in fresh.visit(LOBBY)


def test_of_a_room_that_is_not_open_it_is_said_when_it_is_opened(fresh, wire):
    said = Notify(GARBLED, "warning", "host")
    assert said not in garbled(fresh, wire.said("m1", "bob", scope="host"), scope="host")
    assert said in fresh.visit("host")
    assert said not in fresh.visit("host")


@pytest.mark.parametrize(("skipped", "left"), [(0, ["m1", "m3"]), (1, ["m1", "m2", "m3"])])
def test_what_a_page_cannot_tell_of_was_not_taken_out(talk, wire, skipped, left):
    told = [wire.said(f"m{number}", "bob", at=number) for number in (1, 2, 3)]
    talk.hear(*told)
    talk.down()
    talk.up()
    events = (told[0].payload, told[2].payload)
    at = talk.message("m3").at
    talk.play(HistoryLoaded(LOBBY, events, "", False, hole="m3", hole_at=at, skipped=skipped))
    assert talk.ids() == left


def test_without_a_connection_the_header_says_enough(fresh):
    fresh.down()
    assert failed(fresh, "Nobody there.") == []
