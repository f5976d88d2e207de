"""What the disk has above the window: read, shown as past, changed there, and asked again."""

import pytest

from wschat_tui.protocol.requests import ChatRead
from wschat_tui.state import turn
from wschat_tui.state.effects import Recall
from wschat_tui.state.history import history, past
from wschat_tui.state.history.archive_effects import (
    Amend,
    DropMessages,
    KeepMessages,
    OrderMessages,
    ReadPage,
    ReadThread,
    RoomRecord,
)
from wschat_tui.state.history.archive_inputs import (
    Amended,
    ArchiveFailed,
    ArchiveOpened,
    AroundAsked,
    GapAsked,
    NewerAsked,
    NewestAsked,
    PageRead,
    RoomKept,
    ThreadRead,
)
from wschat_tui.state.inputs import HistoryFailed, OlderAsked, ThreadOpened, UnreadAsked
from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText
from wschat_tui.state.turn import Turn

LOBBY = "network:lobby"


@pytest.fixture
def kept(scene):
    """Makes a message of the disk."""

    def make(number, **more):
        at = scene.T + number * 1000
        return Message(f"m{number}", LOBBY, "bob", SafeText("hi"), at, **more)

    return make


@pytest.fixture
def restored(scene, kept, monkeypatch):
    """Online in the lobby; m11 to m20 are loaded, ten more are on the disk, four of them unread."""
    monkeypatch.setattr(history, "ENOUGH", 5)
    monkeypatch.setattr(history, "DEEP", 10)
    monkeypatch.setattr(past, "PAGE", 3)
    monkeypatch.setattr(past, "MOST", 12)
    monkeypatch.setattr(past, "JOINED", 4)
    scene.trimmed = True
    scene.open()
    record = RoomRecord(LOBBY, "lobby", True, "m6", complete=True)
    lines = tuple(kept(number) for number in range(11, 21))
    scene.play(ArchiveOpened(scene.T, (RoomKept(record, lines, True, 4, 0),), focus=LOBBY))
    assert ReadPage(LOBBY, "older", "m11", 10) in scene.effects
    scene.up()
    return scene


def page(scene, way, anchor, numbers, kept, *, above=True, unread=0, read="m6", below=True):
    messages = tuple(kept(number) for number in numbers)
    return scene.play(PageRead(LOBBY, way, anchor, messages, above, below, unread, last_read=read))


def shown(scene):
    return [one.id for one in scene.state.past.messages]


def ordered(scene, kind):
    return [one for one in scene.effects if isinstance(one, kind)]


def test_a_room_begins_with_what_was_kept(restored):
    room = restored.room()
    assert (room.unread, room.unread_above, room.above, room.hole) == (14, 4, True, "m20")
    assert room.reading


def test_a_page_goes_above_and_counts_what_is_above_itself(restored, kept):
    page(restored, "older", "m11", range(8, 11), kept, unread=1)
    assert restored.ids()[:4] == ["m8", "m9", "m10", "m11"]
    assert (restored.unread(), restored.room().unread_above) == ((14, 0), 1)
    assert restored.room().divider == "m8"


def test_a_page_that_comes_twice_or_late_only_counts(restored, kept):
    page(restored, "older", "m11", range(8, 11), kept, unread=1)
    before = restored.ids()
    page(restored, "older", "m11", range(8, 11), kept, unread=1)
    assert restored.ids() == before
    assert ordered(restored, ReadPage) == [ReadPage(LOBBY, "older", "m8", 0)]


def test_a_count_from_another_read_mark_is_asked_for_again(restored, kept):
    page(restored, "older", "m11", range(8, 11), kept, unread=6, read="m1")
    assert ReadPage(LOBBY, "older", "m8", 0) in restored.effects
    page(restored, "older", "m8", (), kept, unread=1)
    assert restored.unread() == (14, 0)


def begin(scene, kept):
    """Scroll up to a stretch that begins above the window."""
    page(scene, "older", "m11", (), kept, unread=4)
    scene.play(OlderAsked(LOBBY))
    assert ReadPage(LOBBY, "older", "m11", 3) in scene.effects
    page(scene, "older", "m11", range(8, 11), kept, unread=1)


def test_the_past_slides_up_and_down_and_is_left(restored, kept):
    begin(restored, kept)
    assert shown(restored)[0] == "m8"
    page(restored, "older", "m8", range(5, 8), kept)
    assert (shown(restored)[0], len(shown(restored))) == ("m5", 12)
    assert restored.ids()[0] == "m11"
    page(restored, "older", "m8", range(5, 8), kept)
    restored.play(NewerAsked(LOBBY))
    assert restored.state.past is None
    assert restored.play(NewerAsked(LOBBY)) == []
    restored.play(NewestAsked(LOBBY))


def test_the_past_meets_the_window_by_what_both_have(restored, kept):
    restored.play(AroundAsked("go", restored.T, LOBBY, "m5"))
    assert ReadPage(LOBBY, "around", "m5", 6) in restored.effects
    page(restored, "around", "m5", range(3, 8), kept)
    assert (restored.state.past.anchor, restored.state.sought) == ("m5", ("go", "m5"))
    restored.play(NewerAsked(LOBBY))
    assert ordered(restored, ReadPage)[-1] == ReadPage(LOBBY, "newer", "m7", 3)
    page(restored, "newer", "m7", range(8, 12), kept)
    page(restored, "newer", "m7", range(8, 12), kept)
    assert shown(restored)[-1] == "m11"
    restored.play(NewerAsked(LOBBY))
    assert shown(restored)[-1] == "m14"
    restored.play(NewerAsked(LOBBY))
    assert restored.state.past is None


def test_where_nothing_is_below_the_window_is_shown(restored, kept):
    restored.play(AroundAsked("go", restored.T, LOBBY, "m5"))
    page(restored, "around", "m5", range(3, 8), kept)
    page(restored, "newer", "m7", (), kept, below=False)
    assert restored.state.past is None


def test_a_hit_that_is_loaded_or_gone(restored, kept):
    restored.play(AroundAsked("go", restored.T, LOBBY, "m12"))
    assert (restored.state.sought, restored.state.past) == (("go", "m12"), None)
    restored.play(AroundAsked("go", restored.T, LOBBY, "m0"))
    page(restored, "around", "m9", (), kept)
    page(restored, "around", "m0", (), kept)
    assert restored.words == ["That message is not kept any more."]
    restored.play(AroundAsked("go", restored.T, LOBBY, "m5"))
    page(restored, "around", "m5", range(3, 8), kept)
    restored.play(AroundAsked("again", restored.T, LOBBY, "m4"))
    assert restored.state.sought == ("again", "m4")


def test_without_an_archive_only_what_is_loaded_is_found(online):
    online.play(AroundAsked("go", online.T, LOBBY, "m5"))
    assert online.words == ["That message is not loaded."]


def test_changes_reach_the_past_and_the_disk(restored, kept, wire):
    begin(restored, kept)
    restored.hear(wire.edited("m9", "other"))
    assert restored.message("m9").body == "other"
    (keep,) = ordered(restored, KeepMessages)
    assert [one.id for one in keep.messages] == ["m9"]
    restored.hear(wire.deleted("m9", "hard"))
    assert "m9" not in shown(restored)
    assert ordered(restored, DropMessages) == [DropMessages(("m9",))]
    assert ReadPage(LOBBY, "older", "m11", 0) in restored.effects
    restored.hear(wire.edited("m12", "both"))
    assert restored.message("m12") in restored.state.past.messages
    restored.post("o1")
    assert restored.state.past is None


def test_changes_of_what_is_not_loaded_are_made_on_the_disk(restored, wire, kept):
    edit = wire.edited("m3", "other")
    restored.hear(edit)
    assert ordered(restored, Amend) == [Amend(edit.payload, "alice")]
    assert "m3" in restored.state.early
    restored.play(Amended(LOBBY, "m3", kept(3), edit.payload, "m6"))
    assert "m3" not in restored.state.early
    mark = wire.read("m8", "alice")
    restored.hear(mark)
    restored.play(Amended(LOBBY, "m8", kept(8), mark.payload, "m8"))
    assert restored.room().last_read == "m8"
    assert ReadPage(LOBBY, "older", "m11", 0) in restored.effects
    gone = wire.deleted("m8", "hard")
    restored.hear(gone, wire.edited("m8", "late"))
    restored.play(Amended(LOBBY, "m8", None, gone.payload, "m7"))
    assert restored.room().last_read == "m7"
    assert len(restored.state.early["m8"]) == 1
    restored.play(Amended("nowhere", "m8", None), Amended(LOBBY, "m12", kept(12)))
    restored.play(Amended(LOBBY, "m7", None, wire.deleted("m7", "hard").payload, "m11"))
    assert (restored.room().last_read, restored.unread()) == ("m11", (9, 0))


def test_what_is_said_of_a_message_before_it_comes_late_waits_and_is_told_the_disk_again(
    restored, wire
):
    edit = wire.edited("m4", "other")
    restored.hear(edit)
    early = restored.state.early
    restored.hear(wire.said("m4", "bob", at=4))
    assert "m4" not in restored.ids()
    assert ordered(restored, Amend) == [Amend(edit.payload, "alice")]
    assert restored.state.early is early


def test_reading_on_in_the_past_moves_the_mark(restored, kept):
    restored.play(AroundAsked("go", restored.T, LOBBY, "m6"))
    page(restored, "around", "m6", range(5, 10), kept)
    asked = restored.see("m8")
    assert restored.room().last_read == "m8"
    assert [one.request for one in asked if hasattr(one, "request")] == [
        ChatRead(message_id="m8", room=LOBBY)
    ]
    restored.see("m5")
    restored.see("nowhere")
    assert restored.room().last_read == "m8"
    restored.play(UnreadAsked("m7"))
    assert (restored.room().last_read, restored.room().held) == ("m6", True)


def test_seeing_the_end_reads_all_of_it(restored):
    restored.see("m20")
    assert restored.unread() == (0, 0)


def test_a_thread_comes_from_the_disk_too(restored, kept):
    restored.play(ThreadOpened("m12"))
    assert ordered(restored, ReadThread) == [ReadThread(LOBBY, "m12")]
    reply = kept(4, parent_id="m12")
    restored.play(ThreadRead(LOBBY, "m12", (reply, kept(12))), ThreadRead(LOBBY, "m1", ()))
    assert restored.state.thread_past == (reply,)


def test_a_message_of_mine_may_be_known_from_a_thread_on_the_disk(restored, kept, wire):
    restored.play(ThreadOpened("m12"))
    restored.play(ThreadRead(LOBBY, "m12", (kept(4, parent_id="m12"),)))
    restored.send("o1", "hi")
    restored.hear(wire.ack("o1", "m4"))
    assert "o1" not in restored.ids()
    assert [(one.id, one.op_id) for one in restored.state.thread_past] == [("m4", "o1")]


def test_a_page_for_the_window_goes_there_also_while_its_top_is_shown_as_past(restored, kept):
    assert restored.room().reading
    restored.visit("host")
    restored.visit(LOBBY)
    past.begin(turn := Turn(restored.state), restored.room())
    restored.state, _ = turn.freeze()
    page(restored, "older", "m11", (9, 10), kept)
    assert (restored.room().reading, restored.ids()[:2]) == (False, ["m9", "m10"])
    assert shown(restored)[:2] == ["m9", "m10"]


def test_what_was_read_last_may_come_again(restored, wire):
    for number in range(21, 24):
        restored.hear(wire.said(f"m{number}", "bob", at=number))
    restored.hear(wire.said("m6", "bob", at=30))
    assert (restored.room().last_read, restored.unread()) == ("m6", (0, 0))


def test_a_message_told_late_goes_to_the_disk(restored, wire):
    restored.hear(wire.said("m4", "bob", at=4))
    assert "m4" not in restored.ids()
    assert [one.id for one in ordered(restored, KeepMessages)[0].messages] == ["m4"]


def test_the_top_of_the_window_goes_and_the_mark_is_led_by_the_disk(restored, wire, kept):
    page(restored, "older", "m11", range(6, 11), kept, read="m6")
    restored.hear(wire.deleted("m6", "hard"))
    assert ordered(restored, DropMessages) == []
    (amend,) = ordered(restored, Amend)
    restored.play(Amended(LOBBY, "m6", None, amend.change, "m5"))
    assert (restored.room().last_read, restored.ids()[0]) == ("m5", "m7")


def test_messages_of_one_moment_keep_their_order(restored, wire):
    page = (wire.said("m21", "bob", at=21), wire.said("m22", "bob", at=21))
    restored.page(wire.said("m20", "bob", at=20), *page, hole="m20")
    assert ordered(restored, OrderMessages) == [OrderMessages(("m21", "m22"))]


def test_a_trimmed_window_is_on_the_disk(restored, wire, monkeypatch):
    monkeypatch.setattr(turn, "WINDOW", 5)
    monkeypatch.setattr(turn, "SLACK", 0)
    restored.play(ThreadOpened("m12"))
    restored.hear(wire.said("m21", "bob", at=21))
    assert restored.ids() == ["m17", "m18", "m19", "m20", "m21"]
    assert (restored.unread(), restored.room().above) == ((15, 0), True)
    assert [one.id for one in restored.state.thread_past] == ["m12"]


def test_an_archive_that_fails_leaves_memory(restored, kept):
    begin(restored, kept)
    restored.play(ArchiveFailed("Full."))
    assert (restored.state.past, restored.room().above) == (None, False)


# ---- gaps


def test_pages_are_followed_up_to_the_hole(restored, wire):
    restored.page(wire.said("m29", "bob", at=29), more=True, cursor="c", hole="m20")
    (recall,) = restored.recalls
    at = restored.T + 20_000
    assert recall == Recall(LOBBY, "c", "m29", "m20", 2, None)
    assert restored.ids()[-2:] == ["gap:m20", "m29"]
    assert restored.room().asked == "gap:m20"
    assert restored.message("gap:m20").at == at


def test_a_gap_is_asked_about_again(restored, wire):
    restored.page(wire.said("m29", "bob", at=29), more=True, hole="m20")
    assert restored.play(GapAsked("gap:m20")) == []
    restored.play(HistoryFailed(LOBBY, "No."))
    assert restored.room().asked == ""
    restored.play(GapAsked("gap:m20"), GapAsked("m20"), GapAsked("nowhere"))
    assert restored.recalls == [Recall(LOBBY, "", "m29", "m20", 1, restored.T + 20_000)]
    restored.down()
    restored.play(HistoryFailed(LOBBY, "No."), GapAsked("gap:m20"))
    assert "Not connected; ask again once you are." in restored.words


def test_a_server_without_history_is_not_asked_again(restored):
    restored.play(HistoryFailed(LOBBY, "", absent=True))
    restored.play(GapAsked("gap:m20"))
    assert restored.words == ["This server keeps no history to ask."]
