"""What is kept comes back: every order of the state, through the thread and the file."""

import asyncio
import os
import sqlite3
import stat
from dataclasses import replace

import pytest
from rpds import HashTrieMap

from wschat_tui.protocol.requests import ChatDelete, ChatEdit, PresenceSet
from wschat_tui.state.history.archive_effects import (
    DropMessages,
    DropOperation,
    DropOutgoing,
    DropRoom,
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
from wschat_tui.state.history.archive_inputs import ArchiveOpened
from wschat_tui.state.model import Attachment, Operation, Outgoing, Person, Reaction
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive import seats
from wschat_tui.storage.archive.archive import Archive

ROOM = RoomRecord("network:n1", SafeText("Lobby"), joined=True)


def ids(messages):
    return [one.id for one in messages]


async def reopened(archives, kept, **how):
    await kept.archive.close()
    return await archives(**how)


async def test_a_new_history_is_empty_and_may_be_written(archives, history_file):
    kept = await archives()
    assert kept.opened == ArchiveOpened(at=5_000)
    assert await asyncio.to_thread(history_file.exists)


async def test_the_file_its_log_and_its_directory_are_the_users_alone(archives, history_file, note):
    """S26: whatever the umask says, and whatever the directory was."""
    history_file.parent.mkdir(parents=True)
    history_file.parent.chmod(0o777)
    history_file.touch(0o666)
    before = os.umask(0)
    try:
        kept = await archives()
        kept.run(KeepMessages((note(1),)))
        await kept.down()
        modes = {
            one.name: stat.S_IMODE(one.stat().st_mode) for one in history_file.parent.iterdir()
        }
    finally:
        os.umask(before)
    assert stat.S_IMODE(history_file.parent.stat().st_mode) == 0o700
    assert set(modes) == {"alice.db", "alice.db-wal", "alice.db-shm", "alice.db.lock"}
    assert set(modes.values()) == {0o600}


async def test_a_message_comes_back_as_it_was(archives, note):
    whole = note(
        1,
        revision=3,
        parent_id="m0",
        attachments=(Attachment(SafeText("https://x.test/a"), SafeText("a.png"), 7),),
        reactions=(Reaction("👍", ("u3", "u4")),),
        edited=True,
        mentions_me=True,
        problem=SafeText("The edit was refused"),
        source="**raw**",
    )
    mine = note(2, author="u1", delivery="sent", op_id="o1")
    call = note(3, kind="call", mentions_me=True)
    gap = note(4, kind="gap", author="", body="")
    kept = await archives()
    kept.run(KeepMessages((whole, mine, call, gap)), KeepRoom(ROOM))
    again = await reopened(archives, kept)
    assert again.opened.rooms[0].messages == (whole, mine, call, gap)


async def test_what_is_shown_is_cleaned_when_it_is_read(archives, note):
    """A file may be older than a rule, or not from this program."""
    kept = await archives()
    kept.run(KeepMessages((note(1, body="\x1b[31mred\u202e"),)), KeepRoom(ROOM))
    page = await kept.newest()
    assert page.messages[0].body == "␛[31mred<U+202E>"


async def test_rooms_people_drafts_and_the_open_room_come_back(archives, note):
    room = replace(
        ROOM,
        last_read="m1",
        held=True,
        receipts=HashTrieMap({"u2": "m1", "u3": "m2"}),
        complete=True,
        hole="m2",
    )
    kept = await archives(me="")
    kept.run(
        KeepMessages((note(1), note(2))),
        KeepRoom(room),
        KeepRoom(RoomRecord("dm:u1:u9")),
        KeepRoom(RoomRecord("network:left")),
        DropRoom("network:left"),
        KeepPerson(Person("u2", SafeText("Bob"), role=SafeText("admin"))),
        KeepDraft("network:n1", "", "half a thought"),
        KeepDraft("network:n1", "m1", "in the thread"),
        KeepDraft("dm:u1:u9", "", "gone"),
        KeepDraft("dm:u1:u9", "", ""),
        KeepPlace("u1", "network:n1"),
    )
    told = (await reopened(archives, kept, me="")).opened
    direct, lobby = told.rooms
    assert direct.room == RoomRecord("dm:u1:u9")
    assert (direct.messages, direct.drafts) == ((), ())
    assert lobby.room == room
    assert lobby.drafts == (("", "half a thought"), ("m1", "in the thread"))
    assert told.people == (Person("u2", SafeText("Bob"), role=SafeText("admin")),)
    assert told.focus == "network:n1"


async def test_receipts_are_written_where_they_differ_and_go_where_they_went(archives):
    kept = await archives()
    marks = HashTrieMap({"u2": "m1", "u3": "m1"})
    kept.run(KeepRoom(replace(ROOM, receipts=marks)))
    kept.run(KeepRoom(replace(ROOM, receipts=marks.insert("u2", "m2").remove("u3"))))
    assert await kept.sql("select user, message from receipt") == [("u2", "m2")]
    again = await reopened(archives, kept)
    again.run(KeepRoom(replace(ROOM, receipts=HashTrieMap({"u4": "m3"}))))
    assert await again.sql("select user, message from receipt") == [("u4", "m3")]


async def test_the_outbox_comes_back_in_its_order(archives):
    first = Outgoing("o9", "network:n1", "one", None, ("https://x.test/a",), "queued", typed_at=4)
    second = Outgoing("o1", "network:n1", "two", "m1", (), "handed", 7, "m5", 5)
    third = Outgoing("o5", "host", "three", None, (), "queued")
    kept = await archives()
    kept.run(KeepOutgoing(first), KeepOutgoing(second), KeepOutgoing(third))
    kept.run(KeepOutgoing(replace(first, phase="inflight", sent_at=9)), DropOutgoing("o5"))
    told = (await reopened(archives, kept)).opened
    assert told.outbox == (replace(first, phase="inflight", sent_at=9), second)


async def test_requests_that_wait_come_back(archives):
    edit = Operation(
        "o1", "edit", ChatEdit(message_id="m1", new_body="new"), message_id="m1", text="new"
    )
    status = Operation("o2", "status", PresenceSet(status="away"), before="online", quiet=True)
    kept = await archives()
    kept.run(KeepOperation(edit), KeepOperation(status))
    kept.run(KeepOperation(replace(edit, held=True)))
    delete = Operation("o3", "delete", ChatDelete(message_id="m1", mode="hard"))
    kept.run(KeepOperation(delete), DropOperation("o3"))
    told = (await reopened(archives, kept)).opened
    assert told.operations == (replace(edit, held=True), status)


async def test_requests_of_another_version_are_passed_over(archives):
    kept = await archives()
    kept.run(KeepOperation(Operation("o1", "status", PresenceSet(status="away"))))
    await kept.archive.close()
    with sqlite3.connect(kept.file) as db:
        db.execute(
            "insert into operation select 'o2', 'chat.sing', request, '', kept from operation"
        )
        db.execute("insert into operation select 'o3', kind, '{}', '', kept from operation limit 1")
    db.close()
    assert ids_of((await archives()).opened.operations) == ["o1"]


def ids_of(operations):
    return [one.op_id for one in operations]


async def test_a_change_takes_the_old_ones_place_and_an_edit_keeps_the_earlier_bodies(
    archives, note
):
    now = iter(range(100, 1_000))
    kept = await archives(clock=lambda: next(now))
    kept.run(KeepMessages((note(1), note(2), note(3))), KeepRoom(ROOM))
    for revision, body in enumerate(("second", "second", "third"), 1):
        edited = note(2, body=body, edited=True, revision=revision)
        kept.run(KeepMessages((edited,)))
    page = await kept.newest()
    assert [one.body for one in page.messages] == ["words of 1", "third", "words of 3"]
    earlier = await kept.revisions("m2")
    assert [one.body for one in earlier] == ["words of 2", "second"]
    assert earlier[0].until < earlier[1].until
    assert await kept.revisions("m1") == ()


LIKED = (Reaction("👍", ("u3",)),)


@pytest.mark.parametrize(
    ("known", "told", "found"),
    [
        # The server's history has no reactions, and says nothing of who sent it here.
        (
            {"reactions": LIKED, "revision": 1, "op_id": "o1", "delivery": "sent"},
            {},
            {"reactions": LIKED, "op_id": "o1", "delivery": "sent"},
        ),
        # It was edited while this client was away.
        ({}, {"body": "new", "edited": True}, {"body": "new", "edited": True}),
        # An older word comes late.
        (
            {"body": "new", "edited": True, "revision": 1},
            {},
            {"body": "new", "edited": True},
        ),
        ({"body": "", "deleted": True, "revision": 1}, {}, {"body": "", "deleted": True}),
        (
            {"body": "", "redacted": True, "revision": 1},
            {"body": "x", "edited": True},
            {"body": "", "redacted": True},
        ),
        (
            {"reactions": LIKED, "revision": 4},
            {"body": "", "deleted": True},
            {"body": "", "deleted": True},
        ),
        ({"revision": 1}, {"at": None}, {}),
        # What this client did to it since it was loaded stands.
        ({"reactions": LIKED, "revision": 1}, {"revision": 2}, {"revision": 2}),
    ],
)
async def test_a_message_told_again_does_not_undo_what_is_known(archives, note, known, told, found):
    kept = await archives()
    kept.run(KeepMessages((note(1, **known),)), KeepMessages((note(1, **told),)))
    assert (await kept.newest()).messages == (note(1, **found),)


async def test_of_endless_edits_the_newest_hundred_are_kept(archives, note):
    kept = await archives()
    for number in range(110):
        kept.run(KeepMessages((note(1, body=f"body {number}", revision=number),)))
    earlier = await kept.revisions("m1")
    assert [one.body for one in earlier] == [f"body {number}" for number in range(9, 109)]


async def test_a_page_from_the_past_lands_where_it_belongs(archives, note):
    kept = await archives()
    kept.run(KeepMessages(tuple(note(one) for one in (50, 51, 52))))
    kept.run(KeepMessages(tuple(note(one) for one in (10, 20, 30))))
    kept.run(KeepMessages((note(40, scope="host"), note(25), note(51, at=1_005))))
    page = await kept.newest()
    assert ids(page.messages) == ["m51", "m10", "m20", "m25", "m30", "m50", "m52"]


async def test_messages_of_one_millisecond_stand_as_the_server_has_them(archives, note):
    kept = await archives()
    same = {"at": 2_000}
    kept.run(KeepMessages((note(1, **same), note(2, **same))))
    kept.run(KeepMessages((note(4, **same), note(3, **same), note(9))))
    assert ids((await kept.newest()).messages) == ["m9", "m1", "m2", "m4", "m3"]
    kept.run(OrderMessages(("m1", "m3", "m2", "unknown", "m4", "m9")))
    assert ids((await kept.newest()).messages) == ["m9", "m1", "m3", "m2", "m4"]
    kept.run(OrderMessages(("m1", "m3", "m2", "m4")))
    assert ids((await kept.newest()).messages) == ["m9", "m1", "m3", "m2", "m4"]


async def test_more_messages_of_a_millisecond_than_there_are_ties_go_on_in_the_next(
    archives, note, monkeypatch
):
    monkeypatch.setattr(seats, "SHIFT", 2)
    monkeypatch.setattr(seats, "TIES", 4)
    kept = await archives()
    same = tuple(note(one, at=2_000) for one in range(10))
    kept.run(KeepMessages((note(20, at=2_001), note(21, at=2_003))), KeepMessages(same))
    found = ids((await kept.newest()).messages)
    assert found == ["m0", "m1", "m2", "m3", "m20", *(f"m{one}" for one in range(4, 10)), "m21"]


async def test_an_outgoing_message_takes_its_draft_with_it(archives):
    kept = await archives()
    row = Outgoing("o1", "network:n1", "said", None, (), "queued")
    reply = Outgoing("o2", "network:n1", "said", "m1", (), "queued")
    kept.run(KeepRoom(ROOM), KeepDraft("network:n1", "", "said"))
    kept.run(KeepDraft("network:n1", "m1", "said"))
    kept.run(KeepOutgoing(row, emptied=True))
    assert await kept.sql("select thread from draft") == [("m1",)]
    kept.run(KeepOutgoing(reply), KeepOutgoing(reply, emptied=True))
    assert await kept.sql("select thread from draft") == []


async def test_read_marks_move_with_their_message(archives, note):
    kept = await archives()
    kept.run(KeepMessages((note(1, at=2_000), note(2, at=2_000), note(3, at=2_001))))
    kept.run(KeepRoom(replace(ROOM, last_read="m1")), OrderMessages(("m2", "m1")))
    assert (await kept.answer(ReadPage("network:n1", "newest", "", 0))).unread == 1
    kept.run(KeepMessages((note(1, at=3_000),)))
    assert (await kept.answer(ReadPage("network:n1", "newest", "", 0))).unread == 0


@pytest.mark.parametrize("at", [None, -5, 0, 10**30, 253_402_300_799_000])
async def test_any_time_finds_a_place(archives, note, at):
    """F23: nonsense for a time neither fails nor disturbs the others."""
    kept = await archives()
    kept.run(KeepMessages((note(1),)))
    if at is not None and at > 2**62:
        kept.run(KeepMessages((note(2, at=at),)), KeepMessages((note(3),)))
        assert ids((await kept.newest()).messages) == ["m1", "m3"]
        return
    kept.run(KeepMessages((note(2, at=at), note(3, at=at), note(4))))
    page = await kept.newest()
    expected = ["m2", "m3", "m1", "m4"] if at is not None and at < 1 else ["m1", "m2", "m3", "m4"]
    if at == 253_402_300_799_000:
        expected = ["m1", "m4", "m2", "m3"]
    assert ids(page.messages) == expected
    assert {one.id: one.at for one in page.messages}["m2"] == at


async def test_a_record_that_no_column_takes_is_left_out_and_the_others_are_kept(archives, note):
    kept = await archives()
    bad = Outgoing("o1", "network:n1", "half a pair \ud83d", None, (), "handed")
    kept.run(KeepMessages((note(1),)), KeepOutgoing(bad), KeepMessages((note(2, at=1 << 70),)))
    kept.archive.after("o1", lambda: kept.hear("sent"))
    good = Outgoing("o2", "network:n1", "good", None, (), "handed")
    kept.run(KeepOutgoing(good), KeepMessages((note(3),)))
    kept.archive.after("o2", lambda: kept.hear("sent"))
    await kept.hears(lambda told: told == "sent")
    assert kept.told[0].op_id == "o1"
    assert "not sent" in kept.told[0].sentence
    assert kept.told[1] == "sent"
    assert ids((await kept.newest()).messages) == ["m1", "m3"]
    assert (await reopened(archives, kept)).opened.outbox == (good,)


async def test_what_is_dropped_is_gone_and_what_pointed_to_it_points_above(archives, note):
    kept = await archives()
    kept.run(KeepMessages((note(1), note(2), note(3))))
    kept.run(
        KeepRoom(replace(ROOM, last_read="m2", hole="m2", receipts=HashTrieMap({"u2": "m2"}))),
        DropMessages(("m2", "unknown")),
    )
    room = (await reopened(archives, kept)).opened.rooms[0]
    assert ids(room.messages) == ["m1", "m3"]
    assert (room.room.last_read, room.room.hole) == ("m1", "m1")
    assert room.room.receipts == HashTrieMap({"u2": "m1"})


async def test_what_was_ordered_is_on_the_disk_before_what_comes_after(archives):
    kept = await archives()
    order = []
    for number in range(50):
        row = Outgoing(f"o{number}", "host", "x", None, (), "handed")
        kept.run(KeepOutgoing(row))
        kept.archive.after(f"o{number}", lambda number=number: order.append(number))
    assert len(await kept.sql("select 1 from outgoing")) == 50
    assert order == list(range(50))


async def test_an_archive_that_was_never_opened_holds_nobody_up(archives, history_file):
    archive, done = Archive(history_file, None, lambda: 0), []
    archive.after("o1", lambda: done.append("sent"))
    assert done == ["sent"]
    await archive.close()


async def test_the_index_takes_in_what_waits(archives, note):
    kept = await archives()
    kept.run(KeepMessages(tuple(note(one) for one in range(2_500))))
    await kept.indexed()
    assert await kept.sql("select count(*) from search_waiting") == [(0,)]
    kept.run(KeepMessages((note(2_501, body="a xylophone"),)))
    await kept.until("select count(*) from search_waiting", [(0,)])
