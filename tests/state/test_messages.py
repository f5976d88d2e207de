"""Messages that come, and what of them is news."""

import pytest

from wschat_tui.state.effects import Notify
from wschat_tui.state.inputs import AttentionChanged, UnreadAsked
from wschat_tui.state.model import Attachment, Reaction
from wschat_tui.state.server_inputs import MemberListed, MembersListed

TEAM = "network:team"
BOB = "dm:alice:bob"


def test_a_message_comes(online, wire):
    online.hear(wire.said("m1", "bob", "hello"))
    message = online.message("m1")
    assert (message.author, message.body, message.source) == ("bob", "hello", "hello")
    assert message.at == online.T + 1000
    assert (message.delivery, message.op_id, message.revision) == ("received", "", 0)
    assert "bob" in online.room().members


def test_each_comes_once_however_often_it_is_told(online, wire):
    one, two = wire.said("m1", "bob"), wire.said("m2", "bob")
    online.hear(one, two, one)
    online.hear(two)
    assert online.ids() == ["m1", "m2"]
    assert online.unread() == (2, 0)
    assert online.message("m1").revision == 0


def test_a_bad_time_is_the_moment_it_came(online, wire):
    online.hear(wire.said("m1", "bob", created_at="half past nine"))
    assert online.message("m1").at == online.T


def test_the_first_message_of_an_unknown_room_begins_it(online, wire):
    online.hear(wire.said("m1", "bob", scope=TEAM))
    assert online.room(TEAM).joined
    assert online.unread(TEAM) == (1, 0)


@pytest.mark.parametrize("scope", ["dm:bob", "dm:bob:alice", "dm:alice:bob"])
def test_a_direct_chat_is_one_room_however_it_is_spelled(online, wire, scope):
    online.hear(wire.said("m1", "bob", scope=scope))
    assert online.ids(BOB) == ["m1"]


def test_what_is_mine_is_not_news(online, wire):
    online.hear(wire.said("m1", "alice", "from my phone, @alice"))
    assert online.unread() == (0, 0)
    assert online.effects == ()
    assert not online.message("m1").mentions_me


def test_a_tombstone_is_not_news(online, wire):
    online.hear(wire.said("m1", "bob", "@alice", scope="dm:bob", deleted_at=wire.stamp(2)))
    assert online.unread(BOB) == (0, 0)
    assert online.message("m1").body == ""
    assert online.words == []


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("@alice look", True),
        ("hey @ALICE!", True),
        ("(@Alice Liddell)", True),
        ("@all", True),
        ("@here", True),
        ("@everyone,", True),
        ("alice", False),
        ("@alicent", False),
        ("mail@alice", False),
        ("@ally", False),
        ("@", False),
        ("", False),
    ],
)
def test_mentions_by_id_name_or_all(online, wire, body, called):
    online.play(MembersListed(online.lobby, (MemberListed("alice", "Alice Liddell"),)))
    online.hear(wire.said("m1", "bob", body))
    assert online.message("m1").mentions_me is called
    assert online.unread() == (1, int(called))


def test_a_mention_is_announced_where_nobody_looks(online, wire):
    online.hear(wire.said("m1", "bob", "hi @alice\nthere", scope=TEAM))
    assert online.effects == (Notify("bob in team: hi @alice there", scope=TEAM, bell=True),)
    online.hear(wire.said("m2", "bob", "hi all", scope=TEAM))
    assert online.effects == ()


def test_a_direct_message_is_announced_by_the_name_of_its_author(online, wire):
    online.play(MembersListed(online.lobby, (MemberListed("bob", "Bob B."),)))
    online.hear(wire.said("m1", "bob", "x" * 100, scope="dm:bob"))
    assert online.effects == (Notify(f"Bob B.: {'x' * 79}…", scope=BOB, bell=True),)


def test_a_file_alone_is_announced_as_such(online, wire):
    online.hear(wire.said("m1", "bob", "", scope="dm:bob", attachments=["https://x/cat.png"]))
    assert online.words == ["bob: (attachment)"]


def test_what_one_looks_at_is_not_announced(online, wire):
    online.visit(BOB)
    online.hear(wire.said("m1", "bob", scope="dm:bob"))
    assert online.words == []
    online.play(AttentionChanged(attentive=False))
    online.hear(wire.said("m2", "bob", scope="dm:bob"))
    assert online.words == ["bob: hello"]


def test_the_same_words_are_announced_once_a_turn(online, wire):
    online.hear(*(wire.said(f"m{i}", "bob", "hi", scope="dm:bob") for i in range(5)))
    assert online.words == ["bob: hi"]
    assert online.unread(BOB) == (5, 0)


def test_the_divider_stands_above_the_first_that_nobody_saw(online, wire):
    online.hear(wire.said("m1", "bob"))
    assert online.room().divider == ""
    online.play(AttentionChanged(attentive=False))
    online.see("m1")
    online.hear(wire.said("m2", "bob"), wire.said("m3", "bob"))
    assert online.room().divider == "m2"


def test_the_divider_moves_on_once_all_was_read(online, wire):
    online.play(AttentionChanged(attentive=False))
    online.hear(wire.said("m1", "bob"))
    online.see("m1")
    assert online.room().divider == "m1"
    online.hear(wire.said("m2", "alice"))
    assert online.room().divider == "m1"
    online.hear(wire.said("m3", "bob"))
    assert online.room().divider == "m3"


def test_the_divider_stays_while_something_is_unread(online, wire):
    online.visit("host")
    online.hear(wire.said("m1", "bob"), wire.said("m2", "bob"))
    assert online.room().divider == "m1"
    online.hear(wire.said("m3", "bob"))
    assert online.room().divider == "m1"


def test_who_wrote_has_stopped_typing(online, wire):
    online.hear(wire.types("bob"), wire.types("carol"))
    online.hear(wire.said("m1", "bob"))
    assert [one.user for one in online.room().typing] == ["carol"]


def test_attachments_are_cleaned_and_named(online, wire):
    files = [
        "https://x.test/a/cat%20one.png?size=2",
        "https://x.test/",
        {"url": "https://x.test/f", "name": "re\u202eport.pdf", "size": 9, "content_type": "a/b"},
        {"url": "https://x.test/g\x1b"},
        "https://x.test/h%1B%0A%E2%80%AE.png",
    ]
    online.hear(wire.said("m1", "bob", attachments=files))
    assert online.message("m1").attachments == (
        Attachment("https://x.test/a/cat%20one.png?size=2", "cat one.png"),
        Attachment("https://x.test/", "x.test"),
        Attachment("https://x.test/f", "re<U+202E>port.pdf", 9, "a/b"),
        Attachment("https://x.test/g␛", "g␛"),
        Attachment("https://x.test/h%1B%0A%E2%80%AE.png", "h␛ <U+202E>.png"),
    )


def test_reactions_that_history_adds_are_taken_where_they_make_sense(online, wire):
    told = [
        {"reaction": "👍", "user_ids": ["bob", "carol", 7, "bob"]},
        {"reaction": "👍", "user_ids": ["dave"]},
        {"reaction": "", "user_ids": ["bob"]},
        {"reaction": "x" * 2000, "user_ids": ["bob"]},
        {"reaction": "🎉", "user_ids": []},
        {"reaction": 5},
        "junk",
    ]
    online.hear(wire.said("m1", "bob", reactions=told), wire.said("m2", "bob", reactions={"a": 1}))
    assert online.message("m1").reactions == (Reaction("👍", ("bob", "carol", "dave")),)
    assert online.message("m2").reactions == ()


def test_of_an_endless_body_only_the_beginning_is_kept(online, wire):
    online.hear(wire.said("m1", "bob", "a" * 100_000))
    assert len(online.message("m1").body) <= 16_384
    assert len(online.message("m1").source) == 16_384


# ---- messages that are told again


def test_a_later_word_brings_a_message_up_to_date(online, wire):
    online.hear(wire.said("m1", "bob", "helo"))
    online.hear(wire.said("m1", "bob", "hello @alice", edited_at=wire.stamp(5)))
    message = online.message("m1")
    assert (message.body, message.edited, message.mentions_me) == ("hello @alice", True, True)
    assert (message.revision, online.unread()) == (1, (1, 1))


def test_an_edit_time_that_is_the_time_of_posting_says_that_nothing_was_edited(online, wire):
    online.hear(wire.said("m1", "bob", updated_at=wire.stamp(1.0)))
    assert not online.message("m1").edited


@pytest.mark.parametrize("change", ["edited", "deleted", "redacted"])
def test_an_older_word_undoes_nothing(online, wire, change):
    online.hear(wire.said("m1", "bob", "secret"))
    late = wire.edited("m1", "public") if change == "edited" else getattr(wire, change)("m1")
    online.hear(late)
    before = online.message("m1")
    online.hear(wire.said("m1", "bob", "secret"))
    assert online.message("m1") is before


def test_a_tombstone_told_late_is_believed(online, wire):
    online.hear(wire.said("m1", "bob", "@alice"), wire.edited("m1", "@alice!"))
    online.hear(wire.said("m1", "bob", "", deleted_at=wire.stamp(9)))
    assert online.message("m1").deleted
    assert online.unread() == (0, 0)


def test_a_word_without_a_time_keeps_the_time(online, wire):
    online.hear(wire.said("m1", "bob", at=7))
    online.hear(wire.said("m1", "bob", "other", created_at=""))
    assert (online.message("m1").at, online.message("m1").body) == (online.T + 7000, "other")


def test_reactions_stay_where_the_word_has_none(online, wire):
    online.hear(wire.said("m1", "bob"), wire.reacted("m1", "carol"))
    online.hear(wire.said("m1", "bob", "again"))
    assert online.message("m1").reactions == (Reaction("👍", ("carol",)),)


def test_marking_unread_and_coming_back(online, wire):
    online.hear(*(wire.said(f"m{i}", "bob") for i in range(4)))
    online.see("m3")
    online.play(UnreadAsked("m2"))
    assert (online.unread(), online.room().divider) == ((2, 0), "m2")
    online.see("m3")
    assert online.unread() == (2, 0)
    online.hear(wire.read("m3", "alice"))
    assert online.unread() == (2, 0)
    online.visit("host")
    online.visit(online.lobby)
    assert online.room().divider == "m2"
    online.see("m3")
    assert online.unread() == (0, 0)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("x" * 64, "x" * 64),
        ("x" * 70 + ".jpeg", "x" * 58 + "….jpeg"),
        ("x" * 70 + ".verylongending", "x" * 63 + "…"),
        ("x" * 70, "x" * 63 + "…"),
        ("x" * 70 + ".", "x" * 63 + "…"),
        ("x" * 70 + ".p\u00eat", "x" * 63 + "…"),
        ("x" * 70 + ".a-b", "x" * 63 + "…"),
    ],
)
def test_a_long_file_name_keeps_its_ending(online, wire, told, shown):
    online.hear(wire.said("m1", "bob", attachments=[{"url": "https://x.test/f", "name": told}]))
    [file] = online.message("m1").attachments
    assert file.name == shown
