"""Pages of a room, threads, what is unread, and changes of messages that are not loaded."""

from dataclasses import replace

import pytest

from wschat_tui.protocol.events import (
    ChatDeleted,
    ChatEdited,
    ChatReactionUpdate,
    ChatReadUpdate,
    ChatRedacted,
)
from wschat_tui.state.history.archive_effects import (
    Amend,
    DropMessages,
    KeepMessages,
    KeepPerson,
    KeepPlace,
    KeepRoom,
    ReadPage,
    ReadThread,
    RoomRecord,
)
from wschat_tui.state.history.archive_inputs import Amended, PageRead, ThreadRead
from wschat_tui.state.history.gaps import START
from wschat_tui.state.model import Person, Reaction
from wschat_tui.state.tally import unread
from wschat_tui.state.text import SafeText

SCOPE = "network:n1"
ROOM = RoomRecord(SCOPE, joined=True)


def numbers(messages):
    return [int(one.id[1:]) for one in messages]


@pytest.fixture
async def kept(archives, note):
    """A room of a hundred, between others of another room."""
    kept = await archives()
    lines = [note(one) for one in range(100)]
    others = [note(1_000 + one, scope="host", at=1_000 + one) for one in range(100)]
    kept.run(KeepMessages(tuple(lines)), KeepMessages(tuple(others)), KeepRoom(ROOM))
    return kept


@pytest.mark.parametrize(
    ("way", "anchor", "limit", "found", "above", "below"),
    [
        ("newest", "", 5, range(95, 100), True, False),
        ("newest", "", 500, range(100), False, False),
        ("newest", "", 0, range(0), True, False),
        ("older", "m50", 5, range(45, 50), True, True),
        ("older", "m3", 5, range(3), False, True),
        ("older", "m0", 5, range(0), False, True),
        ("newer", "m50", 5, range(51, 56), True, True),
        ("newer", "m97", 5, range(98, 100), True, False),
        ("newer", "m99", 5, range(0), True, False),
        ("around", "m50", 10, range(45, 55), True, True),
        ("around", "m1", 10, range(10), False, True),
        ("around", "m99", 10, range(94, 100), True, False),
        ("around", "unknown", 10, range(0), False, False),
        ("around", START, 10, range(10), False, True),
        ("newer", START, 5, range(5), False, True),
        ("older", "unknown", 10, range(0), False, False),
    ],
)
async def test_pages(kept, way, anchor, limit, found, above, below):
    page = await kept.answer(ReadPage(SCOPE, way, anchor, limit))
    assert (page.scope, page.way, page.anchor) == (SCOPE, way, anchor)
    assert numbers(page.messages) == list(found)
    assert (page.above, page.below) == (above, below)


async def test_a_room_that_nothing_is_known_of_has_an_empty_page(kept):
    page = await kept.answer(ReadPage("dm:u1:u7", "newest"))
    assert page == PageRead("dm:u1:u7", "newest", "", (), above=False, below=False)


@pytest.mark.parametrize(
    ("read", "anchor", "parted"),
    [("m9", "m50", True), ("", "m50", True), ("m9", "m20", False), ("m30", "m50", False)],
)
async def test_a_count_says_whether_some_of_what_is_counted_is_missing(
    kept, note, read, anchor, parted
):
    row = replace(note(20), id="gap:m20", kind="gap")
    other = replace(note(1_010, scope="host", at=15), id="gap:m1010", kind="gap")
    posing = replace(note(12), id="gap:not")
    kept.run(KeepMessages((row, other, posing)), KeepRoom(replace(ROOM, last_read=read)))
    page = await kept.answer(ReadPage(SCOPE, "older", anchor, 0))
    assert page.parted is parted


async def test_a_page_has_two_thousand_messages_at_most(archives, note):
    kept = await archives()
    kept.run(KeepMessages(tuple(note(one) for one in range(2_100))))
    page = await kept.answer(ReadPage(SCOPE, "newest", "", 10_000))
    assert numbers(page.messages) == list(range(100, 2_100))


async def test_unread_is_counted_as_the_state_counts(archives, note):
    """Below the last message read: others' messages that are not deleted, and missed calls."""
    kept = await archives()
    lines = (
        note(0),
        note(1),
        note(2, mentions_me=True),
        note(3, author="u1"),
        note(4, author="somebody", op_id="o1", delivery="sent"),
        note(5, deleted=True, body=""),
        note(6, redacted=True),
        note(7, kind="call", mentions_me=True),
        note(8, kind="call"),
        note(9, kind="gap", author=""),
        note(10, author="u9"),
    )
    kept.run(KeepMessages(lines), KeepRoom(replace(ROOM, last_read="m0")))
    page = await kept.answer(ReadPage(SCOPE, "newest", "", 0))
    news = unread(lines, "m0", "u1")
    assert page.unread == len(news) == 5
    assert page.mentions == sum(one.mentions_me for one in news) == 2
    assert page.last_read == "m0"
    above = await kept.answer(ReadPage(SCOPE, "newest", "", 4))
    assert (above.unread, above.mentions) == (3, 1)


async def test_without_a_read_mark_all_is_unread_and_one_that_is_gone_still_counts(archives, note):
    kept = await archives()
    kept.run(KeepMessages(tuple(note(one) for one in range(10))), KeepRoom(ROOM))
    count = ReadPage(SCOPE, "newest", "", 0)
    assert (await kept.answer(count)).unread == 10
    kept.run(KeepRoom(replace(ROOM, last_read="m5")))
    assert (await kept.answer(count)).unread == 4
    kept.run(DropMessages(("m5",)))
    assert (await kept.answer(count)).unread == 4
    # The state still names it, and the row of the room is written again.
    kept.run(KeepRoom(replace(ROOM, last_read="m5", title=SafeText("New"))))
    assert (await kept.answer(count)).unread == 4
    kept.run(KeepRoom(replace(ROOM, last_read="m2")))
    assert (await kept.answer(count)).unread == 6
    kept.run(KeepRoom(replace(ROOM, last_read="")))
    assert (await kept.answer(count)).unread == 9


async def test_what_i_wrote_is_no_news_once_it_is_known_who_i_am(archives, note):
    kept = await archives(me="")
    kept.run(KeepMessages((note(1, author="u1"), note(2))), KeepRoom(ROOM))
    count = ReadPage(SCOPE, "newest", "", 0)
    assert (await kept.answer(count)).unread == 2
    kept.run(KeepPlace("u1", ""))
    assert (await kept.answer(count)).unread == 1
    kept.run(KeepMessages((note(3, author="u1"),)))
    assert (await kept.answer(count)).unread == 1


async def test_at_the_opening_each_room_brings_its_end_and_what_counts_above(archives, note):
    kept = await archives()
    lobby = tuple(note(one, mentions_me=one == 50) for one in range(300))
    host = tuple(note(1_000 + one, scope="host") for one in range(31))
    kept.run(KeepMessages(lobby), KeepMessages(host))
    kept.run(KeepRoom(replace(ROOM, last_read="m9")), KeepRoom(RoomRecord("host")))
    kept.run(KeepPlace("u1", SCOPE))
    await kept.archive.close()
    first, second = (await archives()).opened.rooms
    assert numbers(first.messages) == list(range(1_001, 1_031))
    assert (first.above, first.unread, first.mentions) == (True, 1, 0)
    assert numbers(second.messages) == list(range(100, 300))
    assert (second.above, second.unread, second.mentions) == (True, 90, 1)


async def test_a_thread_has_its_root_and_its_newest_replies_in_order(archives, note):
    kept = await archives()
    kept.run(KeepMessages((note(1), note(2), note(3, parent_id="m1"))))
    kept.run(KeepMessages(tuple(note(one, parent_id="m1") for one in range(10, 1_012))))
    told = await kept.answer(ReadThread(SCOPE, "m1"))
    assert (told.scope, told.root) == (SCOPE, "m1")
    assert numbers(told.messages) == [1, *range(12, 1_012)]
    assert await kept.answer(ReadThread(SCOPE, "m7")) == ThreadRead(SCOPE, "m7", ())


# ---- what happens to messages that are not loaded


async def amended(kept, change, me="u1"):
    return await kept.answer(Amend(change, me))


async def test_an_edit_changes_the_kept_message_by_the_states_own_rules(kept):
    kept.run(KeepPerson(Person("u1", SafeText("Alice"))))
    change = ChatEdited(message_id="m5", new_body="see @Alice\x07", edited_at="")
    told = await amended(kept, change)
    assert isinstance(told, Amended)
    assert (told.scope, told.message_id, told.change) == (SCOPE, "m5", change)
    assert told.message.body == "see @Alice␇"
    assert told.message.edited
    assert told.message.mentions_me
    assert told.message.revision == 1
    assert [one.body for one in await kept.revisions("m5")] == ["words of 5"]
    page = await kept.answer(ReadPage(SCOPE, "around", "m5", 1))
    assert page.messages == (told.message,)


async def test_reactions_gather_on_a_kept_message(kept):
    for user, action in (("u3", "add"), ("u4", "add"), ("u3", "remove")):
        told = await amended(
            kept,
            ChatReactionUpdate(message_id="m5", user_id=user, reaction="👍", action=action),
        )
    assert told.message.reactions == (Reaction("👍", ("u4",)),)
    assert told.message.body == "words of 5"


async def test_deletions_and_redactions_reach_kept_messages(kept):
    soft = await amended(kept, ChatDeleted(message_id="m5", mode="soft", deleted_at=""))
    assert soft.message.deleted
    assert soft.message.body == ""
    hard = await amended(kept, ChatDeleted(message_id="m6", mode="hard", deleted_at=""))
    assert hard.message is None
    masked = await amended(kept, ChatRedacted(message_id="m7", new_body="", redacted_at=""))
    assert (masked.message.body, masked.message.redacted) == ("[REDACTED]", True)
    page = await kept.answer(ReadPage(SCOPE, "around", "m7", 6))
    assert [one.body for one in page.messages] == [
        "words of 3",
        "words of 4",
        "",
        "[REDACTED]",
        "words of 8",
        "words of 9",
    ]


async def test_a_hard_deletion_of_the_last_message_read_tells_where_the_mark_is_now(kept):
    kept.run(KeepRoom(replace(ROOM, last_read="m6")))
    told = await amended(kept, ChatDeleted(message_id="m6", mode="hard", deleted_at=""))
    assert (told.message, told.last_read) == (None, "m5")


async def test_what_is_not_kept_is_not_answered_and_events_in_a_room_do_not_change(kept, note):
    kept.run(KeepMessages((note(200, kind="call"),)))
    change = ChatDeleted(message_id="m777", mode="soft", deleted_at="")
    assert await amended(kept, change) is None
    told = await amended(kept, ChatDeleted(message_id="m200", mode="hard", deleted_at=""))
    assert told.message == note(200, kind="call")


async def test_read_marks_at_kept_messages_count_where_they_are_news(kept):
    def read(number, user):
        return ChatReadUpdate(message_id=f"m{number}", user_id=user, room=SCOPE)

    told = await amended(kept, read(40, "u1"))
    assert (told.message.id, told.last_read) == ("m40", "m40")
    assert (await amended(kept, read(30, "u1"))).last_read == "m40"
    assert (await kept.answer(ReadPage(SCOPE, "newest", "", 0))).unread == 59
    for number in (20, 60, 50):
        await amended(kept, read(number, "u2"))
    assert await kept.sql("select user, message from receipt") == [("u2", "m60")]


async def test_a_room_that_is_held_unread_is_not_read_from_another_device(kept):
    kept.run(KeepRoom(replace(ROOM, last_read="m10", held=True)))
    change = ChatReadUpdate(message_id="m40", user_id="u1", room=SCOPE)
    assert (await amended(kept, change)).last_read == "m10"
