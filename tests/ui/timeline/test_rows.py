from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from rpds import HashTrieMap

from wschat_tui.protocol.scopes import direct
from wschat_tui.state.model import Attachment, Person, Reaction
from wschat_tui.state.text import SafeText
from wschat_tui.ui.days import name_of_day
from wschat_tui.ui.rows import EMPTY, NO_ROOT, rows_of_room, rows_of_thread

DAY = 24 * 60


def outline(rows):
    """Each row in few words: what it is, and what tells it apart."""
    return [
        f"{row.name}{'+' if row.grouped else ''}: {row.message.body}"
        if row.kind == "message"
        else row.text
        for row in rows.rows
    ]


def test_messages_are_headed_by_day_and_grouped_by_author(say, rows_of):
    rows = rows_of(
        say("1", "bob", "one"),
        say("2", "bob", "two", 4.9),
        say("3", "bob", "three", 10),
        say("4", "carol", "four", 10.1),
        say("5", "bob", "five", 10.2),
    )
    assert outline(rows) == [
        "Today",
        "bob: one",
        "bob+: two",
        "bob: three",
        "carol: four",
        "bob: five",
    ]
    assert [row.clock for row in rows.rows] == ["", "12:00", "12:04", "12:10", "12:10", "12:10"]


def test_a_new_day_is_headed_and_ends_a_group(say, rows_of, noon):
    rows = rows_of(
        say("1", "bob", "old", -400 * DAY),
        say("2", "bob", "older", -2 * DAY),
        say("3", "bob", "late", -12 * 60 - 1),
        say("4", "bob", "early", -12 * 60),
    )
    assert outline(rows) == [
        "Mon 21 Oct 2024",
        "bob: old",
        "Sun 23 Nov",
        "bob: older",
        "Yesterday",
        "bob: late",
        "Today",
        "bob: early",
    ]


def test_days_and_times_are_local(say, world):
    state, room = world(say("1", minutes=0))
    rows = rows_of_room(state, room, tz=ZoneInfo("Pacific/Auckland"))
    assert [(row.text, row.clock) for row in rows.rows] == [("Today", ""), ("", "01:00")]


def test_a_time_that_is_none_is_shown_as_unknown(say, rows_of):
    rows = rows_of(say("1"), say("2", at=None), say("3"))
    assert [row.clock for row in rows.rows[1:]] == ["12:00", "--:--", "12:00"]
    assert [row.grouped for row in rows.rows[1:]] == [False, False, False]


def test_a_day_that_comes_back_has_a_key_of_its_own(say, rows_of):
    rows = rows_of(say("1"), say("2", minutes=-DAY), say("3"))
    keys = [row.key for row in rows.rows]
    assert len(set(keys)) == len(keys) == 6


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "Today"),
        (-1, "Yesterday"),
        (1, "Wed 26 Nov"),
        (-2, "Sun 23 Nov"),
        (60, "Sat 24 Jan 2026"),
    ],
)
def test_days_in_words(days, words):
    today = 739_580
    assert name_of_day(today + days, today) == words


def test_the_rule_stands_above_the_first_new_message(say, rows_of):
    rows = rows_of(say("1", "bob", "old"), say("2", "bob", "new"), divider="2")
    assert outline(rows) == ["Today", "bob: old", "new messages", "bob: new"]


def test_the_rule_stands_above_the_next_message_where_the_first_new_one_is_folded_away(
    say, rows_of
):
    old = (say("1", "bob", "root"), say("2", "carol", "reply", parent_id="1"))
    rows = rows_of(*old, divider="2")
    assert outline(rows) == ["Today", "bob: root"]
    grown = rows_of(*old, say("3", "carol", "next"), divider="2", previous=rows)
    assert outline(grown) == ["Today", "bob: root", "new messages", "carol: next"]


def test_events_stand_between_messages_and_end_a_group(say, rows_of):
    rows = rows_of(
        say("1", "bob", "one"),
        say("2", "carol", "", kind="joined"),
        say("3", "bob", "two"),
        say("4", "carol", "", kind="left"),
        say("5", "bob", "video call, declined", kind="call"),
        say("6", "bob", "", kind="call"),
        say("7", "", "", kind="gap"),
    )
    assert outline(rows) == [
        "Today",
        "bob: one",
        "→ carol joined",
        "bob: two",
        "← carol left",
        "☏ bob · video call, declined",
        "☏ bob called",
        "messages may be missing here",
    ]


def test_my_messages_are_mine_before_and_after_the_server_names_them(say, rows_of):
    sending = say("op7", "alice", "hi", op_id="op7", delivery="sending")
    before = rows_of(sending)
    after = rows_of(replace(sending, id="srv1", delivery="sent", revision=1), previous=before)
    assert (
        [row.key for row in before.rows] == [row.key for row in after.rows] == ["day:739580", "op7"]
    )
    assert after.rows[1].mine
    assert after.rows[1].name == "you"
    assert after.rows[1].message.id == "srv1"


def test_readers_are_counted_for_my_messages_alone(say, rows_of):
    rows = rows_of(
        say("1", "alice"),
        say("2", "bob"),
        say("3", "alice"),
        say("4", "alice"),
        receipts=HashTrieMap({"bob": "3", "carol": "1", "alice": "4", "dave": "gone"}),
    )
    assert [row.readers for row in rows.rows[1:]] == [2, 0, 1, 0]


def test_replies_are_folded_under_their_root(say, rows_of):
    rows = rows_of(
        say("1", "bob", "root"),
        say("2", "carol", "a", 1, parent_id="1"),
        say("3", "carol", "b", 2, parent_id="1"),
        say("4", "alice", "c", 3, parent_id="1"),
        say("5", "bob", "d", 4, parent_id="1", deleted=True),
        say("6", "bob", "next", 4),
        last_read="2",
    )
    assert outline(rows) == ["Today", "bob: root", "bob+: next"]
    root = rows.rows[1]
    assert (root.replies, root.last_reply, root.new_replies) == (3, "12:03", 1)


def test_the_last_reply_of_another_day_says_which(say, rows_of):
    rows = rows_of(say("1", minutes=-DAY), say("2", minutes=-DAY + 1, parent_id="1"))
    assert rows.rows[1].last_reply == "Yesterday 12:01"


def test_new_replies_are_counted_from_the_rule_whatever_was_read_since(say, rows_of):
    said = (say("1", "bob"), say("2", "carol", parent_id="1"), say("3", "carol", parent_id="1"))
    assert rows_of(*said, divider="3").rows[1].new_replies == 1
    assert rows_of(*said, divider="3", last_read="3").rows[1].new_replies == 1
    assert rows_of(*said, divider="3", last_read="1").rows[1].new_replies == 2
    assert rows_of(*said).rows[1].new_replies == 0


def test_a_reply_without_its_root_stands_in_the_room_until_the_root_comes(say, rows_of):
    reply = say("2", "carol", "reply", 1, parent_id="1")
    alone = rows_of(reply)
    assert alone.rows[1].in_thread
    both = rows_of(say("1", "bob", "root"), reply, previous=alone)
    assert outline(both) == ["Today", "bob: root"]
    late = rows_of(reply, say("1", "bob", "root", 2), previous=alone)
    assert outline(late) == ["Today", "bob: root"]


def test_a_reply_to_a_reply_is_not_hidden(say, rows_of):
    rows = rows_of(say("1"), say("2", parent_id="1"), say("3", "carol", "deep", parent_id="2"))
    assert outline(rows)[-1] == "carol: deep"
    assert rows.rows[-1].in_thread


@pytest.mark.parametrize(
    ("history", "text", "more"),
    [
        ("unknown", None, True),
        ("more", None, True),
        ("loading", "loading earlier messages…", False),
        ("complete", "the beginning of #lobby", False),
        ("absent", "earlier messages cannot be asked for on this server", False),
    ],
)
def test_above_the_oldest_message_stands_what_the_history_has(say, rows_of, history, text, more):
    rows = rows_of(say("1"), history=history)
    assert outline(rows)[:-2] == ([text] if text else [])
    assert rows.more is more


def test_an_empty_room_says_why(rows_of):
    assert rows_of(history="complete").empty == EMPTY
    assert rows_of(history="absent").empty.startswith("This server keeps no history to ask for")
    assert rows_of(history="unknown").empty == "no messages are loaded yet"
    assert rows_of(history="loading").empty == "loading messages…"
    assert rows_of(refused=SafeText("members only")).empty == "members only"


def test_a_direct_chat_begins_with_a_name(say, world):
    state, room = world(say("1"), history="complete")
    room = replace(room, scope=direct("alice", "bob"), title=SafeText(""))
    state = replace(state, rooms=HashTrieMap({room.scope: room}))
    assert rows_of_room(state, room).rows[0].text == "the beginning of your talk with bob"


# ---- what did not change is the same object


def kept(before, after):
    """How many rows are the same objects as before."""
    return sum(row in set(before.rows) for row in after.rows)


@pytest.fixture
def talk(say):
    return [say(f"{n}", ("bob", "carol", "alice")[n // 2 % 3], f"body {n}", n) for n in range(40)]


def test_nothing_changed_is_the_same_object(talk, world):
    state, room = world(*talk)
    before = rows_of_room(state, room)
    again = replace(room, messages=(*room.messages,), typing=())
    assert rows_of_room(state, again, before) is before


def test_new_messages_leave_the_rows_above_as_they_were(talk, say, rows_of):
    before = rows_of(*talk)
    after = rows_of(*talk, say("x", "bob", "new", 41), previous=before)
    assert after.rows[:-1] == before.rows
    assert after.rows[-1].message.body == "new"


@pytest.mark.parametrize(
    "change",
    [
        {"edited": True},
        {"deleted": True},
        {"reactions": (Reaction("👍", ("bob",)),)},
        {"attachments": (Attachment(SafeText("https://x.test"), SafeText("x")),)},
        {"author": "dave"},
    ],
)
def test_a_changed_message_changes_its_row_and_those_headed_by_it(talk, rows_of, change):
    before = rows_of(*talk)
    talk[20] = replace(talk[20], revision=1, **change)
    after = rows_of(*talk, previous=before)
    assert kept(before, after) >= len(after.rows) - 2
    assert [row.message for row in after.rows if row.kind == "message"] == talk


def test_a_removed_message_takes_its_row_away(talk, rows_of):
    before = rows_of(*talk)
    del talk[20]
    after = rows_of(*talk, previous=before)
    assert len(after.rows) == len(before.rows) - 1
    assert kept(before, after) >= len(after.rows) - 1


def test_older_messages_change_no_row_but_the_first(talk, say, rows_of):
    before = rows_of(*talk)
    older = [say(f"o{n}", "dave", "old", n - 20) for n in range(20)]
    after = rows_of(*older, *talk, previous=before)
    assert kept(before, after) == len(before.rows)


def test_trimming_changes_no_row_but_the_first(talk, rows_of):
    before = rows_of(*talk)
    after = rows_of(*talk[7:], previous=before)
    assert kept(before, after) >= len(after.rows) - 1


def test_a_read_mark_changes_the_rows_of_mine_that_it_passes(talk, say, rows_of):
    before = rows_of(*talk, receipts=HashTrieMap({"bob": "5"}))
    after = rows_of(
        *talk, say("x", minutes=41), receipts=HashTrieMap({"bob": "11"}), previous=before
    )
    fresh = rows_of(*talk, say("x", minutes=41), receipts=HashTrieMap({"bob": "11"}))
    assert [row.readers for row in after.rows] == [row.readers for row in fresh.rows]
    assert kept(before, after) == len(before.rows) - 2


def test_presence_changes_no_row_and_a_name_changes_those_that_bear_it(talk, rows_of):
    people = {one: Person(one, SafeText(one)) for one in ("alice", "bob", "carol")}
    before = rows_of(*talk, people=people)
    away = people | {
        "bob": Person("bob", SafeText("bob"), "away"),
        "eve": Person("eve", SafeText("eve")),
    }
    assert rows_of(*talk, people=away, previous=before).rows == before.rows
    renamed = rows_of(
        *talk, people=people | {"bob": Person("bob", SafeText("Robert"))}, previous=before
    )
    assert {row.name for row in renamed.rows} == {"", "Robert", "carol", "you"}
    assert kept(before, renamed) == sum(row.name != "bob" for row in before.rows)


def test_midnight_changes_the_rules_alone(talk, rows_of, noon):
    before = rows_of(*talk)
    after = rows_of(*talk, previous=before, now=noon + DAY * 60_000)
    assert outline(after)[0] == "Yesterday"
    assert kept(before, after) == len(before.rows) - 1


def test_what_is_taken_from_before_is_what_would_be_made_anew(talk, say, rows_of):
    """A long history of changes, each on top of the rows before, comes out as one pass would."""
    steps = [
        (talk[:10], {}),
        (talk[:20], {}),
        (talk[:20], {"receipts": HashTrieMap({"bob": "9", "carol": "17"})}),
        ([*talk[:20], say("r", "bob", "re", 20, parent_id="3")], {"last_read": "19"}),
        ([*talk[:20], say("r", "bob", "re", 20, parent_id="3"), *talk[20:]], {"last_read": "19"}),
        (talk[5:], {"last_read": "30", "divider": "31", "history": "more"}),
        ([say("o", "carol", "older", -DAY), *talk[5:]], {"history": "complete"}),
        ([], {}),
        (talk, {"receipts": HashTrieMap({"bob": "39"})}),
    ]
    rows = None
    for messages, fields in steps:
        rows = rows_of(*messages, previous=rows, **fields)
        fresh = rows_of(*messages, **fields)
        assert [as_tuple(row) for row in rows.rows] == [as_tuple(row) for row in fresh.rows]


def as_tuple(row):
    return tuple(getattr(row, name) for name in row.__slots__)


# ---- threads


def test_a_thread_is_its_root_and_its_replies(say, world):
    state, room = world(
        say("1", "bob", "root"),
        say("2", "carol", "other"),
        say("3", "carol", "reply", 1, parent_id="1"),
        say("4", "carol", "more", 2, parent_id="1"),
    )
    state = replace(state, places=HashTrieMap({"1": room.scope}))
    rows = rows_of_thread(state, "1")
    assert outline(rows) == ["Today", "bob: root", "carol: reply", "carol+: more"]
    assert [row.replies for row in rows.rows] == [0, 0, 0, 0]
    assert not any(row.in_thread for row in rows.rows)
    assert rows_of_thread(state, "1", rows) is rows
    assert rows_of_thread(state, "nothing", rows).empty == NO_ROOT


def test_the_rows_of_another_place_are_not_taken(say, world):
    state, room = world(say("1"))
    rows = rows_of_room(state, room)
    other = replace(room, scope="network:team")
    assert (
        rows_of_room(replace(state, rooms=HashTrieMap({other.scope: other})), other, rows).scope
        == "network:team"
    )


def test_names_that_call_me(rows_of):
    rows = rows_of(people={"alice": Person("alice", SafeText("Alice B"))})
    assert rows.me == "alice"
    assert rows.called == {"alice", "alice b"}
