"""Pages beside what is shown: on the disk alone, among the past, and of rooms that were left."""

import pytest

from wschat_tui.state import turn
from wschat_tui.state.effects import Recall
from wschat_tui.state.history import history, past
from wschat_tui.state.history.archive_effects import (
    DropMessages,
    DropRoom,
    KeepMessages,
    KeepPerson,
    KeepRoom,
    ReadPage,
    RoomRecord,
)
from wschat_tui.state.history.archive_inputs import (
    ArchiveOpened,
    AroundAsked,
    GapAsked,
    NewerAsked,
    NewestAsked,
    PageRead,
    RoomKept,
    ThreadRead,
)
from wschat_tui.state.inputs import (
    Heard,
    HistoryLoaded,
    LeaveAsked,
    OlderAsked,
    ThreadOpened,
    UnreadAsked,
)
from wschat_tui.state.model import Message, Person
from wschat_tui.state.server_inputs import MemberListed, MembersListed
from wschat_tui.state.text import SafeText

LOBBY = "network:lobby"
BOB = "dm:alice:bob"


@pytest.fixture
def kept(scene):
    """Makes a message of the disk."""

    def make(number, author="bob", **more):
        at = scene.T + number * 1000
        return Message(f"m{number}", LOBBY, author, SafeText("hi"), at, **more)

    return make


@pytest.fixture
def reopened(scene, kept, monkeypatch):
    """Makes a client that is online in the lobby, of which m11 to m20 are loaded, m6 is read."""
    for module, name, value in (
        (history, "ENOUGH", 5),
        (history, "DEEP", 10),
        (history, "PAGE", 3),
        (past, "PAGE", 3),
        (past, "MOST", 12),
        (past, "JOINED", 4),
    ):
        monkeypatch.setattr(module, name, value)
    scene.trimmed = True

    def make(*lines, above=True, writable=True, complete=True, focus=LOBBY, drafts=()):
        scene.open()
        lines = lines or tuple(kept(number) for number in range(11, 21))
        record = RoomRecord(LOBBY, "lobby", True, "m6", complete=complete)
        room = RoomKept(record, lines, above, 4, 0, drafts)
        scene.play(ArchiveOpened(scene.T, (room,), focus=focus, writable=writable))
        scene.up()
        return scene

    return make


def ordered(scene, kind):
    return [one for one in scene.effects if isinstance(one, kind)]


def kept_ids(scene):
    return [one.id for order in ordered(scene, KeepMessages) for one in order.messages]


def shown(scene):
    return [one.id for one in scene.state.past.messages]


def around(scene, kept, first, last, **more):
    """What is shown of the past is m<first> to m<last>."""
    name = f"m{first}"
    scene.play(AroundAsked("go", scene.T, LOBBY, name))
    lines = tuple(kept(number) for number in range(first, last + 1))
    scene.play(PageRead(LOBBY, "around", name, lines, **{"above": True, "below": True} | more))


def served(scene, wire, numbers, *, before="", hole="", hole_at=None, more=False, pages=1):
    """The server sends a page that goes above a message."""
    events = tuple(wire.said(f"m{number}", "bob", at=number).payload for number in numbers)
    page = HistoryLoaded(LOBBY, events, "c", more, True, hole, before, pages, hole_at)
    return scene.play(page)


# ---- the past slides


def test_a_window_that_is_not_deep_grows_by_scrolling(reopened, kept):
    scene = reopened(kept(19), kept(20))
    scene.play(PageRead(LOBBY, "older", "m19", (kept(18),), above=True, below=True, last_read="m6"))
    scene.play(OlderAsked(LOBBY))
    assert ordered(scene, ReadPage) == [ReadPage(LOBBY, "older", "m18", 3)]
    scene.play(OlderAsked(LOBBY))
    assert ordered(scene, ReadPage) == []


def test_above_the_past_that_the_disk_has_the_server_is_asked(reopened, kept, wire):
    scene = reopened(complete=False)
    scene.page(wire.said("m20", "bob", at=20), hole="m20")
    around(scene, kept, 5, 9, above=False)
    scene.play(OlderAsked(LOBBY))
    assert scene.recalls == [Recall(LOBBY, "", "m5")]


def test_a_disk_that_turns_out_to_have_no_more_sends_the_past_to_the_server(reopened, kept, wire):
    scene = reopened(complete=False)
    scene.page(wire.said("m20", "bob", at=20), hole="m20")
    around(scene, kept, 5, 9)
    scene.play(OlderAsked(LOBBY))
    assert ordered(scene, ReadPage) == [ReadPage(LOBBY, "older", "m5", 3)]
    scene.play(PageRead(LOBBY, "older", "m5", (), above=False, below=False))
    scene.play(OlderAsked(LOBBY))
    assert scene.recalls == [Recall(LOBBY, "", "m5")]


def test_the_end_of_the_room_is_shown_when_it_is_asked_for(reopened, kept):
    scene = reopened()
    around(scene, kept, 5, 9)
    scene.play(NewestAsked("host"))
    assert scene.state.past is not None
    scene.play(NewestAsked(LOBBY))
    assert scene.state.past is None


def test_a_window_shorter_than_what_it_shares_takes_in_the_past(reopened, kept):
    scene = reopened(kept(19), kept(20))
    around(scene, kept, 15, 20)
    scene.play(NewerAsked(LOBBY))
    assert scene.state.past is None
    assert scene.ids() == [f"m{number}" for number in range(15, 21)]
    assert scene.room().above
    assert kept_ids(scene) == []
    assert ordered(scene, ReadPage) == [ReadPage(LOBBY, "older", "m15", 0)]


def test_what_was_meanwhile_deleted_below_the_past_ends_it(reopened, kept):
    scene = reopened()
    around(scene, kept, 5, 9)
    scene.play(PageRead(LOBBY, "newer", "m9", (), above=False, below=False))
    assert scene.state.past is None


def test_the_past_of_a_room_that_is_left_goes_with_it(reopened, kept, wire):
    scene = reopened()
    scene.visit(BOB)
    scene.hear(wire.said("b1", "bob", scope=BOB))
    line = Message("b0", BOB, "bob", SafeText("hi"), scene.T)
    scene.play(AroundAsked("go", scene.T, BOB, "b0"))
    scene.play(PageRead(BOB, "around", "b0", (line,), above=False, below=True))
    assert shown(scene) == ["b0"]
    scene.play(LeaveAsked("l1", scene.T, BOB))
    assert (scene.state.past, BOB in scene.state.rooms) == (None, False)
    assert ordered(scene, DropRoom) == [DropRoom(BOB)]
    assert kept_ids(scene) == ["gap:b1"]


# ---- the server's pages, and where they go


def test_a_page_of_the_server_goes_above_the_past_and_to_the_disk(reopened, kept, wire):
    scene = reopened(complete=False)
    scene.page(wire.said("m20", "bob", at=20), hole="m20")
    around(scene, kept, 5, 9, above=False)
    scene.play(OlderAsked(LOBBY))
    served(scene, wire, range(2, 5), before="m5")
    assert shown(scene)[:4] == ["m2", "m3", "m4", "m5"]
    assert kept_ids(scene) == ["m2", "m3", "m4"]
    assert ordered(scene, ReadPage) == [ReadPage(LOBBY, "older", "m11", 0)]
    assert (scene.ids()[0], scene.room().history) == ("m11", "complete")


def test_a_page_that_follows_a_gap_in_the_past_goes_between(reopened, kept, wire):
    scene = reopened()
    gap = Message("gap:m6", LOBBY, "", SafeText(""), scene.T + 6000, kind="gap")
    lines = (kept(5), kept(6), gap, kept(9), kept(10), kept(11))
    scene.play(AroundAsked("go", scene.T, LOBBY, "m6"))
    scene.play(PageRead(LOBBY, "around", "m6", lines, above=True, below=True))
    scene.play(GapAsked("gap:m6"))
    assert scene.recalls == [Recall(LOBBY, "", "m9", "m6", 1, gap.at)]
    served(scene, wire, (6, 7, 8), before="m9", hole="m6", hole_at=gap.at, more=True)
    assert shown(scene) == ["m5", "m6", "m7", "m8", "m9", "m10", "m11"]
    assert ordered(scene, DropMessages) == [DropMessages(("gap:m6",))]
    assert scene.room().asked == ""


def test_a_gap_at_the_end_of_the_past_is_asked_about_from_the_window(reopened, kept):
    scene = reopened()
    gap = Message("gap:m9", LOBBY, "", SafeText(""), scene.T + 9000, kind="gap")
    scene.play(AroundAsked("go", scene.T, LOBBY, "m9"))
    scene.play(PageRead(LOBBY, "around", "m9", (kept(9), gap), above=True, below=True))
    scene.play(GapAsked("gap:m9"))
    assert scene.recalls == [Recall(LOBBY, "", "m11", "m9", 1, gap.at)]


@pytest.mark.parametrize("writable", [True, False])
def test_a_page_whose_place_is_not_loaded_is_for_the_disk_alone(reopened, wire, writable):
    scene = reopened(writable=writable)
    served(scene, wire, (3, 4), before="m5", hole="m2", more=True, pages=2)
    assert scene.ids()[0] == "m11"
    assert scene.room().above
    assert kept_ids(scene) == (["m3", "m4"] if writable else [])
    assert ReadPage(LOBBY, "older", "m11", 0) in scene.effects


def test_a_hole_that_is_found_above_the_window_has_its_row_taken_from_the_disk(reopened, wire):
    scene = reopened()
    served(scene, wire, (3, 4), before="m5", hole="m3", more=True, pages=2)
    assert ordered(scene, DropMessages) == [DropMessages(("gap:m3",))]


def test_a_hole_above_the_window_gets_its_row_on_the_disk(reopened, wire, monkeypatch):
    monkeypatch.setattr(turn, "WINDOW", 3)
    monkeypatch.setattr(turn, "SLACK", 0)
    scene = reopened()
    scene.hear(*(wire.said(f"m{number}", "bob", at=number) for number in range(21, 25)))
    assert scene.room().hole == "m20"
    served(scene, wire, (), hole="m20", more=True)
    assert kept_ids(scene) == ["gap:m20"]
    assert (scene.ids(), scene.room().hole) == (["m22", "m23", "m24"], "")


def test_a_page_between_whose_ends_a_row_tells_of_a_gap_takes_it_away(online, wire):
    online.hear(wire.said("m1", "bob", at=1))
    online.down()
    online.up()
    online.hear(wire.said("m3", "bob", at=3))
    online.page(wire.said("m3", "bob", at=3), more=True, hole="m1")
    assert online.ids() == ["m1", "gap:m1", "m3"]
    online.page(wire.said("m1", "bob", at=1), wire.said("m3", "bob", at=3), more=True)
    assert online.ids() == ["m1", "m3"]


def test_what_a_page_across_the_hole_lacks_was_taken_out_while_nobody_listened(reopened, wire):
    scene = reopened(above=False)
    at = scene.T + 20_000
    events = tuple(wire.said(f"m{n}", "bob", at=n).payload for n in (18, 20, 21))
    scene.play(HistoryLoaded(LOBBY, events, "c", True, False, "m20", "", 1, at))
    assert scene.ids()[-4:] == ["m17", "m18", "m20", "m21"]
    assert ordered(scene, DropMessages) == [DropMessages(("m19",))]


def test_a_page_that_begins_above_all_that_is_loaded_tells_of_all_of_it(reopened, wire, kept):
    scene = reopened(kept(19), kept(20))
    at = scene.T + 20_000
    events = tuple(wire.said(f"m{n}", "bob", at=n).payload for n in (18, 20))
    scene.play(HistoryLoaded(LOBBY, events, "c", True, False, "m20", "", 1, at))
    assert (scene.ids(), "m18" in kept_ids(scene)) == (["m20"], False)
    assert ordered(scene, DropMessages) == [DropMessages(("m19",))]


def test_what_is_not_kept_of_the_past_is_asked_for_again(reopened, kept, wire):
    scene = reopened(writable=False, complete=False)
    scene.page(wire.said("m20", "bob", at=20), hole="m20")
    around(scene, kept, 5, 9, above=False)
    scene.play(OlderAsked(LOBBY))
    served(scene, wire, range(2, 5), before="m5")
    assert (shown(scene)[0], kept_ids(scene)) == ("m2", [])
    scene.play(NewestAsked(LOBBY))
    around(scene, kept, 5, 9, above=False)
    scene.play(OlderAsked(LOBBY))
    assert scene.recalls == [Recall(LOBBY, "", "m5")]


@pytest.mark.parametrize("writable", [True, False])
def test_only_the_program_that_keeps_a_draft_has_it_in_its_composer(reopened, writable):
    scene = reopened(drafts=(("", "half a thought"),), writable=writable)
    assert dict(scene.room().drafts) == ({"": "half a thought"} if writable else {})


def test_what_a_page_has_above_the_window_is_on_the_disk_already(reopened, kept, wire):
    scene = reopened(kept(19), kept(20))
    scene.page(*(wire.said(f"m{n}", "bob", at=n) for n in range(17, 22)), hole="m20", more=True)
    assert (scene.ids(), scene.room().above) == (["m19", "m20", "m21"], True)
    assert not {"m17", "m18"} & set(kept_ids(scene))


def test_the_rule_above_the_news_stays_where_older_messages_are_trimmed(
    reopened, wire, monkeypatch
):
    scene = reopened()
    monkeypatch.setattr(turn, "WINDOW", 5)
    monkeypatch.setattr(turn, "SLACK", 0)
    scene.play(UnreadAsked("m20"))
    scene.hear(wire.said("m21", "bob", at=21))
    assert (scene.ids()[0], scene.room().divider) == ("m17", "m20")


# ---- rooms, people and messages beside


def test_a_new_room_is_read_from_its_end(reopened, wire, kept):
    scene = reopened()
    scene.play(AroundAsked("go", scene.T, "network:team", "t5"))
    assert ReadPage("network:team", "newest") in scene.effects
    scene.hear(wire.said("t9", "bob", scope="network:team"))
    line = Message("t5", "network:team", "bob", SafeText("hi"), scene.T)
    scene.play(PageRead("network:team", "newest", "", (line,), above=True, below=False))
    assert (scene.ids("network:team"), scene.room("network:team").above) == (["t9"], True)
    assert ordered(scene, ReadPage) == [ReadPage("network:team", "older", "t9", 0)]


def test_a_new_room_shows_the_end_that_was_kept(reopened):
    scene = reopened()
    scene.visit("network:team")
    line = Message("t5", "network:team", "bob", SafeText("hi"), scene.T)
    scene.play(PageRead("network:team", "newest", "", (line,), above=False, below=False))
    assert (scene.ids("network:team"), kept_ids(scene)) == (["t5"], [])


def test_a_page_of_a_room_that_is_gone_is_dropped(reopened):
    scene = reopened()
    before = scene.state
    scene.play(PageRead("den", "older", "m1", (), above=True, below=True))
    assert scene.state is before


def test_an_archive_opens_before_any_room_is_known(scene):
    scene.play(ArchiveOpened(scene.T, people=(Person("bob", SafeText("Bob")),)))
    assert (scene.state.archive, scene.state.focus) == ("ready", "")
    assert scene.state.people["bob"].name == "Bob"


def test_drafts_come_back(reopened):
    scene = reopened(drafts=(("", "half a"), ("m12", "reply")))
    assert dict(scene.room().drafts.items()) == {"": "half a", "m12": "reply"}


def test_how_far_others_read_and_who_they_are_is_kept(reopened, wire):
    scene = reopened()
    scene.hear(wire.read("m15", "bob"))
    (record,) = ordered(scene, KeepRoom)
    assert dict(record.room.receipts.items()) == {"bob": "m15"}
    scene.play(MembersListed(LOBBY, (MemberListed("bob", "Bob", "busy", "admin"),)))
    assert [one.person.name for one in ordered(scene, KeepPerson)] == ["Bob"]
    scene.hear(wire.presence("bob", "online"))
    assert ordered(scene, KeepPerson) == []


def test_changes_reach_a_thread_from_the_disk(reopened, kept, wire):
    scene = reopened()
    scene.play(ThreadOpened("m12"))
    scene.play(ThreadRead(LOBBY, "m12", (kept(4, parent_id="m12"),)))
    scene.hear(wire.edited("m4", "other"))
    assert [one.body for one in scene.state.thread_past] == ["other"]
    assert kept_ids(scene) == ["m4"]


def test_reading_on_over_what_does_not_count_is_not_told(reopened, kept):
    scene = reopened()
    lines = (kept(6), kept(7, "alice"), kept(8))
    scene.play(AroundAsked("go", scene.T, LOBBY, "m6"))
    scene.play(PageRead(LOBBY, "around", "m6", lines, above=True, below=True))
    scene.see("m7")
    assert (scene.room().last_read, scene.sent) == ("m7", [])
    scene.see("m8")
    assert [one.message_id for _, one in scene.sent] == ["m8"]


def test_where_the_newest_was_taken_out_nothing_is_missing_either(online, wire):
    online.hear(wire.said("m1", "bob", at=1), wire.said("m2", "bob", at=2))
    online.down()
    online.up()
    events = tuple(wire.said(f"m{n}", "bob", at=n).payload for n in (1, 3))
    at = online.message("m2").at
    online.play(HistoryLoaded(LOBBY, events, "c", True, False, "m2", "", 1, at))
    assert (online.ids(), online.room().hole) == (["m1", "m3"], "")
    online.down()
    assert (online.ids(), online.room().hole) == (["m1", "m3"], "m3")


def test_a_chat_that_is_left_and_written_to_at_once_begins_anew(online, wire):
    online.visit(BOB)
    online.hear(wire.said("b1", "bob", scope=BOB))
    online.play(
        LeaveAsked("l1", online.T, BOB), Heard((wire.said("b2", "bob", scope=BOB),), online.T, "s")
    )
    assert (online.ids(BOB), online.unread(BOB)) == (["b2"], (1, 0))
    assert list(online.room(BOB).members) == ["bob"]


def test_a_page_that_was_read_before_a_change_does_not_undo_it(reopened, kept, wire):
    scene = reopened(kept(19), kept(20))
    around(scene, kept, 17, 18)
    scene.play(ThreadOpened("m17"))
    scene.hear(wire.edited("m18", "other"))
    reply = kept(18, parent_id="m17")
    scene.play(ThreadRead(LOBBY, "m17", (reply,)))
    scene.play(PageRead(LOBBY, "older", "m19", (kept(18),), above=True, below=True))
    assert scene.ids()[0] == "m18"
    assert scene.message("m18").body == "other"
    assert [one.body for one in scene.state.thread_past] == ["other"]


def test_a_room_that_is_not_open_shows_no_past(reopened):
    scene = reopened()
    scene.play(PageRead(LOBBY, "older", "m11", (), above=True, below=True))
    scene.visit("host")
    scene.play(OlderAsked(LOBBY))
    assert scene.state.past is None
    assert ordered(scene, ReadPage) == [ReadPage(LOBBY, "older", "m11", 3)]
