"""A history that somebody edited by hand: each row is shown or skipped by itself (S26, F21)."""

import asyncio
import contextlib
import json
import sqlite3

import pytest

from wschat_tui.protocol.requests import RoomJoin
from wschat_tui.state.history.archive_effects import (
    KeepDraft,
    KeepMessages,
    KeepOperation,
    KeepOutgoing,
    KeepPerson,
    KeepRoom,
    RoomRecord,
)
from wschat_tui.state.history.query import Query
from wschat_tui.state.model import Attachment, Operation, Outgoing, Person, Reaction
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive.reader import reading
from wschat_tui.storage.search.search import Search

SCOPE = "network:n1"
CUT = b"cut \xe2\x82 \xff short"

TEXTS = ("author", "body", "source", "parent", "attachments", "reactions", "op_id", "problem")
NUMBERS = ("at", "kind", "revision", "edited", "deleted", "redacted", "mentions", "sent", "news")
FILES = Attachment(SafeText("http://a.example/x"), SafeText("x.png"), 5, SafeText("image/png"))


@pytest.fixture
async def edited(archives, note):
    """A room of ten that was closed, edited by these statements, and opened again."""

    async def again(*statements):
        kept = await archives()
        lines = [
            note(one, attachments=(FILES,), reactions=(Reaction("+", ("u2",)),))
            for one in range(10)
        ]
        kept.run(KeepMessages(tuple(lines)), KeepRoom(RoomRecord(SCOPE, joined=True)))
        kept.run(KeepPerson(Person("u2", SafeText("bob"), role=SafeText("admin"))))
        kept.run(KeepDraft(SCOPE, "", "typed"))
        for number in range(3):
            kept.run(KeepOutgoing(Outgoing(f"o{number}", SCOPE, "mine", None, (), "queued")))
            kept.run(KeepOperation(Operation(f"p{number}", "join", RoomJoin(room=SCOPE))))
        await kept.down()
        await kept.archive.close()

        def edit():
            with contextlib.closing(sqlite3.connect(kept.file)) as base:
                for statement, values in statements:
                    base.execute(statement, values)
                base.commit()

        await asyncio.to_thread(edit)
        return await archives()

    return again


def cut_text(column, number):
    return (
        f"update message set {column} = cast(? as text) where id = ?",
        (CUT, f"m{number}"),
    )


def whole(kept):
    """All that a history shows, by every way that reads it."""
    (room,) = kept.opened.rooms
    with reading(kept.file) as history:
        history.state()
        told = [(one.id, one.body) for one in history.messages()]
    return room, told


WRONG = (CUT, b"\x00\xff", 7.5, 10**15, -3, "words", "{", "[[[1]]]", '[["\\ud800"]]', "[" * 9000)


@pytest.mark.parametrize("column", [*TEXTS, *NUMBERS])
async def test_rows_of_a_wrong_kind_leave_all_others(archives, note, column, history_file):
    """S26: by the pages of a room, by search, by export; then the server changes such a row."""
    kept = await archives()
    ids = [f"m{one}" for one in range(2 * len(WRONG))]
    kept.run(KeepMessages(tuple(note(one) for one in range(len(ids)))), KeepRoom(RoomRecord(SCOPE)))
    await kept.down()
    await kept.archive.close()

    def edit():
        with contextlib.closing(sqlite3.connect(history_file)) as base:
            rows = zip(WRONG, ids[::2], strict=True)
            base.executemany(f"update message set {column} = ? where id = ?", rows)
            base.commit()

    await asyncio.to_thread(edit)
    again = await archives()
    room, _ = await asyncio.to_thread(whole, again)
    assert [one.id for one in room.messages] == ids
    assert [one.body for one in room.messages[1::2]] == [
        f"words of {one}" for one in range(1, 20, 2)
    ]
    search = Search(history_file)
    found = await search.find(Query(words=("words",)))
    assert set(ids[1::2]) <= {hit.message.id for hit in found.hits}
    await search.close()
    again.run(*(KeepMessages((note(one, revision=9, body="new"),)) for one in range(0, 20, 2)))
    page = await again.newest()
    assert [one.id for one in page.messages] == ids


async def test_letters_that_were_cut_are_marked(edited):
    """S26: a text that is no UTF-8 shows what is left of it, in every table that has texts."""
    kept = await edited(
        *(cut_text(column, number) for number, column in enumerate(TEXTS)),
        ("update room set title = cast(? as text), hole = cast(? as text)", (CUT, CUT)),
        ("update person set name = cast(? as text), role = ?", (CUT, CUT)),
        ("update draft set text = cast(? as text)", (CUT,)),
        ("insert into earlier values ('m1', 1, cast(? as text), 'when')", (CUT,)),
    )
    room, told = await asyncio.to_thread(whole, kept)
    assert len(room.messages) == len(told) == 10
    assert room.messages[1].body == "cut \N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER} short"
    assert room.room.title.startswith("cut")
    assert room.drafts[0][1].startswith("cut")
    assert kept.opened.people[0].name.startswith("cut")
    assert kept.opened.people[0].role.startswith("cut")
    search = Search(kept.file)
    assert (await search.revisions("m1"))[0].body.startswith("cut")
    await search.close()


async def test_what_is_attached_and_given_is_passed_over_part_by_part(edited):
    """S26: of a list that was edited, what still is one of its kind is shown."""
    kept = await edited(
        (
            "update message set attachments = ?",
            (json.dumps([["u", "n", "big", None], [1], 5, {}]),),
        ),
        ("update message set reactions = ?", (json.dumps([["+", "u2"], [], ["-", 5], "no"]),)),
    )
    (room,) = kept.opened.rooms
    for one in room.messages:
        assert one.attachments == (Attachment(SafeText("u"), SafeText("n"), None, SafeText("")),)
        assert one.reactions == (Reaction("+", ("u2",)),)


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "[]",
        "{",
        "[" * 9000,
        CUT,
        '{"body": "no phase"}',
        '{"body": 5, "phase": "queued", "parent_id": null, "attachments": [], "verb": 5}',
        '{"body": "x", "phase": "odd", "parent_id": null, "attachments": [], "verb": null}',
        '{"body": "x", "phase": "queued", "parent_id": 1, "attachments": [], "quiet": 1, "verb": ""}',
        '{"body": "x", "phase": "queued", "parent_id": null, "attachments": [1], "acked": "y"}',
    ],
)
async def test_one_message_on_its_way_that_cannot_be_read_leaves_the_others(edited, kept):
    """S26: it stays in the file, and is not sent."""
    again = await edited(
        ("update outgoing set kept = ? where op_id = 'o1'", (kept,)),
        ("update operation set kept = ? where op_id = 'p1'", (kept,)),
    )
    assert [one.op_id for one in again.opened.outbox] == ["o0", "o2"]
    assert [one.op_id for one in again.opened.operations] == ["p0", "p2"]
    assert all(one.attachments == () for one in again.opened.outbox)
