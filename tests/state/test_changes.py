"""What becomes of messages, in whatever order it is told."""

import pytest

from wschat_tui.state import changes
from wschat_tui.state.early import MAX_EARLY
from wschat_tui.state.inputs import AttentionChanged, ThreadOpened
from wschat_tui.state.model import Attachment, Reaction
from wschat_tui.state.select import thread_of

LOBBY = "network:lobby"


def test_an_edit(online, wire):
    online.hear(wire.said("m1", "bob", "helo"), wire.edited("m1", "hello\x1b"))
    message = online.message("m1")
    assert (message.body, message.source, message.edited) == ("hello␛", "hello\x1b", True)


def test_an_edit_told_as_a_whole_message(online, wire):
    online.hear(wire.said("m1", "bob", "helo", attachments=["https://x.test/a"]))
    whole = {"id": "m1", "body": "hello", "user_id": "bob", "scope": LOBBY}
    online.hear(wire.envelope("chat.edited", whole))
    assert (online.message("m1").body, len(online.message("m1").attachments)) == ("hello", 1)
    online.hear(wire.envelope("chat.edited", whole | {"attachments": []}))
    assert online.message("m1").attachments == ()
    online.hear(wire.envelope("chat.edited", whole | {"attachments": ["https://x.test/b"]}))
    assert online.message("m1").attachments == (Attachment("https://x.test/b", "b"),)


def test_an_edit_that_tells_of_a_redaction_or_a_deletion(online, wire):
    online.hear(wire.said("m1", "bob", "secret"), wire.edited("m1", "[mask]", redacted=True))
    assert (online.message("m1").body, online.message("m1").redacted) == ("[mask]", True)
    online.hear(wire.edited("m1", "x", deleted_at=wire.stamp(3)))
    assert online.message("m1").deleted


def test_the_same_edit_twice_changes_once(online, wire):
    online.hear(wire.said("m1", "bob"), wire.edited("m1", "other"))
    before = online.message("m1")
    online.hear(wire.edited("m1", "other"))
    assert online.message("m1") is before


def test_an_edit_adds_and_takes_back_a_mention(online, wire):
    online.hear(wire.said("m1", "bob", "hi"), wire.edited("m1", "hi @alice"))
    assert online.unread() == (1, 1)
    online.hear(wire.edited("m1", "hi"))
    assert online.unread() == (1, 0)


def test_my_own_words_never_mention_me(online, wire):
    online.hear(wire.said("m1", "alice", "hi"), wire.edited("m1", "hi @alice"))
    assert not online.message("m1").mentions_me


def test_a_soft_deletion_leaves_a_tombstone_that_is_no_news(online, wire):
    online.hear(
        wire.said("m1", "bob", "@alice", attachments=["https://x.test/a"]),
        wire.reacted("m1", "carol"),
        wire.deleted("m1"),
    )
    message = online.message("m1")
    assert (message.deleted, message.body, message.source) == (True, "", "")
    assert (message.attachments, message.reactions, message.mentions_me) == ((), (), False)
    assert online.unread() == (0, 0)
    online.hear(wire.deleted("m1"), wire.edited("m1", "back"), wire.redacted("m1"))
    online.hear(wire.reacted("m1", "dave"))
    assert online.message("m1") is message


def test_a_deletion_without_a_mode_is_soft(online, wire):
    online.hear(wire.said("m1", "bob"))
    online.hear(wire.envelope("chat.deleted", {"message_id": "m1", "deleted_at": wire.stamp(2)}))
    assert online.message("m1").deleted


def test_a_hard_deletion_takes_it_out(online, wire):
    online.hear(wire.said("m1", "bob"), wire.said("m2", "bob", "@alice"))
    online.hear(wire.deleted("m2", "hard"))
    assert (online.ids(), online.unread()) == (["m1"], (1, 0))


def test_what_pointed_to_a_removed_message_points_to_its_neighbour(online, wire):
    online.hear(*(wire.said(f"m{i}", "bob") for i in range(1, 6)))
    online.hear(wire.read("m3", "bob"), wire.read("m1", "carol"))
    online.see("m3")
    online.hear(wire.deleted("m3", "hard"))
    assert online.room().last_read == "m2"
    assert online.unread() == (2, 0)
    assert dict(online.room().receipts.items()) == {"bob": "m2", "carol": "m1"}
    online.hear(wire.deleted("m1", "hard"), wire.deleted("m2", "hard"))
    assert (online.room().last_read, online.unread()) == ("", (2, 0))
    assert dict(online.room().receipts.items()) == {}


def test_the_divider_goes_to_the_next_when_its_message_is_removed(online, wire):
    online.visit("host")
    online.hear(wire.said("m1", "bob"), wire.said("m2", "bob"))
    online.hear(wire.deleted("m1", "hard"))
    assert online.room().divider == "m2"
    online.hear(wire.deleted("m2", "hard"))
    assert (online.room().divider, online.unread()) == ("", (0, 0))


def test_a_thread_whose_root_is_removed_stays_readable(online, wire):
    online.hear(wire.said("m1", "bob"), wire.said("m2", "carol", "reply", parent_id="m1"))
    online.play(ThreadOpened("m1"))
    online.hear(wire.deleted("m1", "hard"))
    assert online.ids() == ["m2"]
    assert [one.id for one in thread_of(online.state, online.state.thread)] == ["m2"]


def test_a_redaction_leaves_nothing_of_the_body(online, wire):
    online.hear(wire.said("m1", "bob", "secret @alice", attachments=["https://x.test/a"]))
    online.hear(wire.redacted("m1", "[by mia]"))
    message = online.message("m1")
    assert (message.body, message.source, message.redacted) == ("[by mia]", "", True)
    assert (message.attachments, online.unread()) == ((), (1, 0))


def test_a_redaction_of_other_servers(online, wire):
    online.hear(wire.said("m1", "bob", "secret"))
    online.hear(
        wire.envelope(
            "chat.redacted", {"message_id": "m1", "redaction_mask": "", "redacted_by": "mia"}
        )
    )
    assert online.message("m1").body == "[REDACTED]"


def test_an_edit_that_comes_late_does_not_uncover_what_was_redacted(online, wire):
    online.hear(wire.said("m1", "bob", "a secret"), wire.redacted("m1"))
    online.hear(wire.edited("m1", "the secret"))
    assert online.message("m1").body == "[gone]"


def test_reactions_are_sets_in_the_order_given(online, wire):
    online.hear(
        wire.said("m1", "bob"),
        wire.reacted("m1", "carol"),
        wire.reacted("m1", "bob", "🎉"),
        wire.reacted("m1", "dave"),
        wire.reacted("m1", "carol"),
    )
    assert online.message("m1").reactions == (
        Reaction("👍", ("carol", "dave")),
        Reaction("🎉", ("bob",)),
    )
    online.hear(wire.reacted("m1", "bob", "🎉", "remove"), wire.reacted("m1", "zoe", "x", "remove"))
    assert online.message("m1").reactions == (Reaction("👍", ("carol", "dave")),)


def test_there_is_a_bound_to_different_reactions(online, wire):
    online.hear(wire.said("m1", "bob"), *(wire.reacted("m1", "bob", f"r{i}") for i in range(70)))
    assert len(online.message("m1").reactions) == 64
    online.hear(wire.reacted("m1", "carol", "r3"), wire.reacted("m1", "carol", "r69"))
    assert online.message("m1").reactions[3].users == ("bob", "carol")
    assert len(online.message("m1").reactions) == 64


@pytest.mark.parametrize("attentive", [True, False])
def test_a_change_is_never_announced(online, wire, attentive):
    online.hear(wire.said("m1", "bob", scope="dm:bob"))
    online.play(AttentionChanged(attentive))
    online.hear(wire.edited("m1", "@alice"))
    assert online.words == []


# ---- what is told before its message


def test_what_comes_early_is_applied_when_the_message_comes(online, wire):
    online.hear(
        wire.edited("m1", "hello"),
        wire.reacted("m1", "carol"),
        wire.read("m1", "carol"),
        wire.deleted("m2"),
        wire.redacted("m3", "[x]"),
    )
    online.hear(*(wire.said(f"m{i}", "bob", "helo") for i in (1, 2, 3)))
    assert (online.message("m1").body, online.message("m1").edited) == ("hello", True)
    assert online.message("m1").reactions == (Reaction("👍", ("carol",)),)
    assert online.room().receipts["carol"] == "m1"
    assert online.message("m2").deleted
    assert online.message("m3").body == "[x]"
    assert not online.state.early


def test_what_was_removed_before_it_came_is_not_there(online, wire):
    online.hear(wire.deleted("m1", "hard"), wire.reacted("m1", "carol"), wire.said("m1", "bob"))
    assert (online.ids(), online.unread()) == ([], (0, 0))


def test_what_comes_early_and_is_read_by_me(online, wire):
    online.hear(wire.read("m2", "alice"))
    online.hear(wire.said("m1", "bob"), wire.said("m2", "bob"), wire.said("m3", "bob"))
    assert (online.room().last_read, online.unread()) == ("m2", (1, 0))


def test_there_is_a_bound_to_what_waits_and_the_oldest_go_first(online, wire):
    online.hear(*(wire.reacted(f"m{i}", "bob") for i in range(MAX_EARLY + 5)))
    assert len(online.state.early) == MAX_EARLY
    assert "m4" not in online.state.early
    assert "m5" in online.state.early


def test_the_bound_holds_for_one_message_too(online, wire):
    online.hear(*(wire.reacted("m1", f"u{i}") for i in range(MAX_EARLY + 5)))
    assert len(online.state.early["m1"]) == MAX_EARLY
    online.hear(wire.said("m1", "bob"))
    assert online.message("m1").reactions[0].users[0] == "u5"


def test_early_words_of_a_message_that_history_has(online, wire):
    online.hear(wire.edited("m1", "hello"))
    online.page(wire.said("m1", "bob", "helo"))
    assert online.message("m1").body == "hello"


def test_there_are_no_other_changes():
    with pytest.raises(AssertionError):
        changes._apply(None, None, object())
