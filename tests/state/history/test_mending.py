"""A history that broke while it was open: what is known in memory is kept again (F21)."""

from dataclasses import replace

from wschat_tui.protocol.requests import PresenceSet
from wschat_tui.state.effects import Notify, Recall
from wschat_tui.state.history.archive_effects import (
    DropOperation,
    DropOutgoing,
    KeepDraft,
    KeepMessages,
    KeepOperation,
    KeepOutgoing,
    KeepPerson,
    KeepPlace,
    KeepRoom,
    OrderMessages,
    ReadPage,
    RoomRecord,
)
from wschat_tui.state.history.archive_inputs import (
    ArchiveMended,
    ArchiveOpened,
    ArchiveStalled,
    PageRead,
    RoomKept,
)
from wschat_tui.state.inputs import DraftKept, OlderAsked, StatusAsked
from wschat_tui.state.model import Message, Operation, Outgoing, Past, Person
from wschat_tui.state.text import SafeText

LOBBY = "network:lobby"


def line(scene, number, at=None):
    when = scene.T + (number if at is None else at) * 1000
    return Message(f"m{number}", LOBBY, "bob", SafeText("hi"), when)


def begin(scene, *, above=True):
    """A room that is kept to its beginning; of what is kept, m11 to m20 are loaded."""
    scene.trimmed = True
    scene.open()
    record = RoomRecord(LOBBY, "lobby", True, "m20", complete=True)
    lines = (*(line(scene, number) for number in range(11, 20)), line(scene, 20, at=19))
    bob = Person("bob", SafeText("Bob"))
    kept = RoomKept(record, lines, above, 0, 0)
    scene.play(ArchiveOpened(scene.T, (kept,), (bob,), focus=LOBBY))
    return scene


def mend(scene, **found):
    scene.play(ArchiveMended(ArchiveOpened(scene.now, word="It was broken.", **found)))
    return list(scene.effects)


def only(effects, kind):
    return [one for one in effects if isinstance(one, kind)]


def lobby(effects):
    return next(one.room for one in only(effects, KeepRoom) if one.room.scope == LOBBY)


def test_all_that_is_loaded_is_kept_again(scene):
    begin(scene)
    effects = mend(scene)
    (keep,) = only(effects, KeepMessages)
    assert [one.id for one in keep.messages] == [f"m{number}" for number in range(11, 21)]
    assert only(effects, OrderMessages) == [OrderMessages(("m19", "m20"))]
    assert [one.person.id for one in only(effects, KeepPerson)] == ["bob"]
    room = lobby(effects)
    assert (room.title, room.joined, room.last_read) == ("lobby", True, "m20")
    assert only(effects, KeepPlace) == [KeepPlace("alice", LOBBY)]
    assert Notify("It was broken.", "warning") in effects
    assert {one.room.scope for one in only(effects, KeepRoom)} == {"host", LOBBY}


def test_what_is_above_may_be_on_the_server_alone(scene):
    """A room is not said to begin where its past is lost."""
    begin(scene).rejoin()
    effects = mend(scene)
    assert scene.room().history == "more"
    assert not lobby(effects).complete
    # What the new file has above is asked when all this is on its way to it.
    assert effects[-1] == ReadPage(LOBBY, "older", "m11", 0)
    scene.play(PageRead(LOBBY, "older", "m11", (), above=False, below=True, last_read="m20"))
    assert scene.play(OlderAsked(LOBBY)) == [Recall(LOBBY, "", "m11")]


def test_a_room_that_is_loaded_to_its_beginning_is_whole(scene):
    begin(scene, above=False)
    assert lobby(mend(scene)).complete


def test_whoever_waits_for_a_page_asks_again(scene):
    begin(scene).rejoin()
    scene.play(OlderAsked(LOBBY))
    assert scene.room().reading
    past = (line(scene, 5), line(scene, 6))
    scene.state = replace(
        scene.state, past=Past(LOBBY, past, above=True), sought=("o9", "m3"), thread_past=past[:1]
    )
    (keep,) = only(mend(scene), KeepMessages)
    assert [one.id for one in keep.messages][:2] == ["m5", "m6"]
    assert (scene.state.past, scene.state.sought) == (None, ("", ""))
    assert not scene.room().reading


def test_what_was_typed_is_kept_again_and_what_is_over_is_not_sent_once_more(scene):
    begin(scene)
    scene.play(ArchiveStalled("The disk is full."))
    scene.post("o1", "hi")
    scene.play(DraftKept(LOBBY, "", "typed"))
    scene.play(StatusAsked("o2", scene.now, "away"))
    old = Outgoing("o0", LOBBY, "was sent", None, (), "queued")
    done = Operation("o3", "status", PresenceSet(status="online"))
    rooms = (
        RoomKept(RoomRecord(LOBBY), (), False, 0, 0, (("", "ty"), ("m11", "sent long ago"))),
        RoomKept(RoomRecord("network:left"), (), False, 0, 0, (("", "x"),)),
    )
    effects = mend(scene, outbox=(old,), operations=(done,), rooms=rooms)
    assert [one.row.op_id for one in only(effects, KeepOutgoing)] == ["o1"]
    assert [one.operation.op_id for one in only(effects, KeepOperation)] == ["o2"]
    assert only(effects, DropOutgoing) == [DropOutgoing("o0")]
    assert only(effects, DropOperation) == [DropOperation("o3")]
    assert only(effects, KeepDraft) == [
        KeepDraft(LOBBY, "", "typed"),
        KeepDraft(LOBBY, "m11", ""),
        KeepDraft("network:left", "", ""),
    ]
    assert scene.state.archive_word == ""
