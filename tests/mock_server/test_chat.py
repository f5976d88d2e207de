"""Messages: who may do what to them, and who hears of it in which order."""

import pytest

from wschat_tui.protocol.requests import (
    ChatDelete,
    ChatEdit,
    ChatReaction,
    ChatRead,
    ChatRedact,
    ChatSend,
    ChatTyping,
    PresencePing,
    RoomJoin,
    RoomLeave,
)

LOBBY = "network:lobby"
MINUTE = 60


def who(heard):
    return [(one.by, one.type) for one in heard]


def refused(heard):
    """The sentence of a refusal, which nobody else hears of."""
    (only,) = heard
    assert (only.type, only.op_id) == ("error", "op")
    assert only.data["code"] == "ERR_HANDLER_FAILED"
    return only.data["message"]


def test_a_message_reaches_the_room_and_all_of_the_senders_devices(make_stage):
    stage = make_stage("alice", "alice/2", "bob", "carol")
    for name in ("alice", "bob"):
        stage.ask(name, RoomJoin(room=LOBBY))
    heard = stage.ask("alice", ChatSend(scope=LOBBY, body="hi"))
    assert who(heard) == [
        ("alice", "ack"),
        ("alice", "chat.message"),
        ("bob", "chat.message"),
        ("alice/2", "chat.message"),
    ]
    ack, message = heard[0], heard[1].data
    assert ack.op_id == "op"
    assert ack.data == {"op_id": "op", "data": {"message_id": message["id"], "status": "sent"}}
    assert message == {
        "id": message["id"],
        "scope": LOBBY,
        "user_id": "alice",
        "body": "hi",
        "created_at": "2026-01-05T10:00:00.000Z",
    }


def test_a_deployed_server_acks_after_the_echo(make_stage):
    stage = make_stage("alice", "bob", dialect="goconnect", rooms=(LOBBY,))
    heard = stage.ask("alice", ChatSend(scope=LOBBY, body="hi"))
    assert who(heard) == [("alice", "chat.message"), ("bob", "chat.message"), ("alice", "ack")]
    assert heard[2].data == {"message_id": heard[0].data["id"], "status": "sent"}


def test_without_an_op_id_there_is_no_ack(make_stage):
    stage = make_stage("alice")
    assert who(stage.ask("alice", ChatSend(scope="host", body="hi"), op_id=None)) == [
        ("alice", "chat.message")
    ]


def test_a_direct_chat_reaches_every_device_of_its_two_users_alone(make_stage):
    stage = make_stage("alice", "bob", "bob/2", "carol")
    heard = stage.ask("bob", ChatSend(scope="dm:alice", body="psst"))
    assert who(heard) == [
        ("bob", "ack"),
        ("alice", "chat.message"),
        ("bob", "chat.message"),
        ("bob/2", "chat.message"),
    ]
    assert heard[1].data["scope"] == "dm:alice:bob"


def test_one_may_write_to_oneself(make_stage):
    stage = make_stage("alice", "bob")
    heard = stage.ask("alice", ChatSend(scope="dm:alice", body="note"))
    assert who(heard) == [("alice", "ack"), ("alice", "chat.message")]
    assert heard[1].data["scope"] == "dm:alice:alice"


def test_replies_and_attachments_are_passed_on_as_they_came(make_stage):
    stage = make_stage("alice", "bob")
    root = stage.say("alice", "host")
    attachments = ["https://x.test/a", {"url": "https://x.test/b", "name": "b", "mine": 1}]
    request = ChatSend(scope="host", body="", parent_id=root, attachments=attachments)
    message = stage.ask("bob", request)[1].data
    assert message["parent_id"] == root
    assert message["attachments"] == attachments


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (ChatSend(scope="dm:bob:carol", body="x"), "This direct chat is between two other people."),
        (ChatSend(scope="dm:nobody", body="x"), "There is no user 'nobody'."),
        (ChatSend(scope="network:nope", body="x"), "There is no network 'nope'."),
        (
            ChatSend(scope="network:vault", body="x"),
            "Only members may enter the network 'vault', and you are not one.",
        ),
        (ChatSend(scope="tenant:other", body="x"), "You do not belong to the tenant 'other'."),
        (ChatSend(scope="kitchen", body="x"), "Join 'kitchen' before you write there."),
        (ChatSend(scope="host", body=" \n"), "The message is empty."),
        (
            ChatSend(scope="host", body="é" * 2049),
            "The message has 4098 bytes; at most 4096 are taken.",
        ),
        (ChatSend(scope="host", body="x", parent_id="m?"), "There is no message 'm?'."),
        (ChatTyping(scope="kitchen", typing=True), "Join 'kitchen' before you write there."),
        (ChatRead(room="host", message_id="m?"), "There is no message 'm?'."),
        (ChatEdit(message_id="m?", new_body="x"), "There is no message 'm?'."),
        (ChatDelete(message_id="m?", mode="soft"), "There is no message 'm?'."),
        (ChatRedact(message_id="m?", mask=""), "Only moderators and admins can redact messages."),
    ],
)
def test_what_may_not_be_is_refused_with_a_sentence_and_the_op_id(
    make_stage, dialect, request_, sentence
):
    stage = make_stage("alice", "bob", dialect=dialect)
    assert refused(stage.ask("alice", request_)) == sentence
    assert stage.world.drain() == []


def test_the_longest_body_is_taken(make_stage):
    stage = make_stage("alice")
    assert stage.say("alice", "host", "é" * 2048)


def test_a_reply_stays_in_its_scope(make_stage):
    stage = make_stage("alice", "bob")
    root = stage.say("alice", "dm:bob")
    request = ChatSend(scope="host", body="x", parent_id=root)
    assert refused(stage.ask("alice", request)) == f"There is no message '{root}' in 'host'."


def test_one_who_left_the_room_still_hears_oneself(make_stage):
    stage = make_stage("alice", "bob", rooms=(LOBBY,))
    stage.ask("alice", RoomLeave(room=LOBBY))
    heard = stage.ask("alice", ChatSend(scope=LOBBY, body="still a member"))
    assert who(heard) == [("alice", "ack"), ("bob", "chat.message"), ("alice", "chat.message")]


# ── Editing ──────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_tells_the_whole_message(make_stage):
    stage = make_stage("alice", "bob")
    message = stage.say("alice", "host")
    stage.clock.advance(5)
    heard = stage.ask("alice", ChatEdit(message_id=message, new_body="better"))
    assert who(heard) == [("alice", "ack"), ("alice", "chat.edited"), ("bob", "chat.edited")]
    assert heard[0].data["data"] == {"message_id": message, "status": "edited"}
    assert heard[2].data == {
        "id": message,
        "scope": "host",
        "user_id": "alice",
        "body": "better",
        "created_at": "2026-01-05T10:00:00.000Z",
        "edited_at": "2026-01-05T10:00:05.000Z",
    }
    assert [old.body for old in stage.world.revisions[message]] == ["hello"]


def test_a_deployed_server_tells_an_edit_in_short(make_stage):
    stage = make_stage("alice", "bob", dialect="goconnect")
    message = stage.say("alice", "host")
    heard = stage.ask("alice", ChatEdit(message_id=message, new_body="better"))
    assert heard[1].data == {
        "message_id": message,
        "new_body": "better",
        "edited_at": "2026-01-05T10:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("editor", "minutes", "outcome"),
    [
        ("alice", 0, None),
        ("alice", 15, None),
        ("alice", 15.01, "A message can be edited for 15 minutes; this one is older."),
        ("bob", 0, "You can edit your own messages only."),
        ("mia", 0, "You can edit your own messages only."),
        ("root", 0, None),
        ("root", 999, None),
    ],
)
def test_one_edits_ones_own_for_a_while_and_admins_any(make_stage, editor, minutes, outcome):
    stage = make_stage("alice", "bob", "mia", "root")
    message = stage.say("alice", "host")
    stage.clock.advance(minutes * MINUTE)
    heard = stage.ask(editor, ChatEdit(message_id=message, new_body="changed"))
    assert (None if heard[0].type == "ack" else refused(heard)) == outcome
    assert (stage.world.messages[message].body == "changed") == (outcome is None)


@pytest.mark.parametrize("body", ["", "é" * 2049])
def test_an_edit_obeys_the_limits_of_a_message(make_stage, body):
    stage = make_stage("alice")
    message = stage.say("alice", "host")
    assert "The message" in refused(stage.ask("alice", ChatEdit(message_id=message, new_body=body)))


def test_a_redacted_message_keeps_its_mask(make_stage):
    stage = make_stage("alice", "mia")
    message = stage.say("alice", "host")
    stage.ask("mia", ChatRedact(message_id=message, mask="***"))
    request = ChatEdit(message_id=message, new_body="again")
    assert refused(stage.ask("alice", request)) == "That message was redacted and keeps its mask."


# ── Deleting and redacting ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", ["soft", "hard"])
@pytest.mark.parametrize(
    ("deleter", "may"), [("alice", True), ("bob", False), ("mia", True), ("root", True)]
)
def test_one_deletes_ones_own_and_moderators_any(make_stage, deleter, may, mode):
    stage = make_stage("alice", "bob", "mia", "root")
    message = stage.say("alice", "host", "secret")
    heard = stage.ask(deleter, ChatDelete(message_id=message, mode=mode))
    if not may:
        assert refused(heard) == "You can delete your own messages; others' need a moderator."
        assert stage.world.messages[message].body == "secret"
        return
    assert who(heard) == [
        (deleter, "ack"),
        *((name, "chat.deleted") for name in ("alice", "bob", "mia", "root")),
    ]
    assert heard[1].data == {"message_id": message, "deleted_at": "2026-01-05T10:00:00.000Z"}
    assert (message in stage.world.messages) == (mode == "soft")


def test_a_deployed_server_tells_how_a_message_was_deleted(make_stage):
    stage = make_stage("alice", dialect="goconnect")
    message = stage.say("alice", "host")
    heard = stage.ask("alice", ChatDelete(message_id=message, mode="hard"))
    assert heard[0].data == {"message_id": message, "mode": "hard"}


def test_deleting_again_changes_nothing_until_it_is_hard(make_stage):
    stage = make_stage("alice", "bob")
    message = stage.say("alice", "host")
    stage.ask("alice", ChatDelete(message_id=message, mode="soft"))
    assert who(stage.ask("alice", ChatDelete(message_id=message, mode="soft"))) == [
        ("alice", "ack")
    ]
    heard = stage.ask("alice", ChatDelete(message_id=message, mode="hard"))
    assert who(heard) == [("alice", "ack"), ("alice", "chat.deleted"), ("bob", "chat.deleted")]
    gone = stage.ask("alice", ChatDelete(message_id=message, mode="hard"))
    assert refused(gone) == f"There is no message '{message}'."


@pytest.mark.parametrize(
    "request_",
    [
        lambda m: ChatEdit(message_id=m, new_body="x"),
        lambda m: ChatSend(scope="host", body="x", parent_id=m),
        lambda m: ChatReaction(message_id=m, reaction="👍", action="add", scope="host"),
    ],
)
def test_a_tombstone_is_left_in_peace(make_stage, request_):
    stage = make_stage("alice")
    message = stage.say("alice", "host")
    stage.ask("alice", ChatDelete(message_id=message, mode="soft"))
    assert refused(stage.ask("alice", request_(message))) == "That message was deleted."


@pytest.mark.parametrize(
    ("redactor", "may"), [("alice", False), ("bob", False), ("mia", True), ("root", True)]
)
def test_moderators_redact(make_stage, redactor, may):
    stage = make_stage("alice", "bob", "mia", "root")
    message = stage.say("alice", "host", "secret")
    heard = stage.ask(redactor, ChatRedact(message_id=message, mask="***"))
    if not may:
        assert refused(heard) == "Only moderators and admins can redact messages."
        return
    assert who(heard)[:2] == [(redactor, "ack"), ("alice", "chat.redacted")]
    assert heard[1].data == {"message_id": message, "new_body": "***"}
    assert stage.world.messages[message].redacted


@pytest.mark.parametrize(
    ("dialect", "mask", "told"),
    [
        ("standard", "***", {"new_body": "***"}),
        ("standard", "", {"new_body": "[REDACTED]"}),
        ("goconnect", "***", {"redaction_mask": "[REDACTED]", "redacted_by": "mia"}),
        ("goconnect", "", {"redaction_mask": "[REDACTED]", "redacted_by": "mia"}),
    ],
)
def test_the_mask_of_each_kind_of_server(make_stage, dialect, mask, told):
    stage = make_stage("alice", "mia", dialect=dialect)
    message = stage.say("alice", "host")
    heard = stage.ask("mia", ChatRedact(message_id=message, mask=mask))
    (seen,) = (one.data for one in heard if one.by == "alice")
    assert seen == {"message_id": message, **told}


def test_a_mask_obeys_the_limits_of_a_message(make_stage):
    stage = make_stage("alice", "mia")
    message = stage.say("alice", "host")
    for mask in (" ", "x" * 4097):
        assert "The message" in refused(stage.ask("mia", ChatRedact(message_id=message, mask=mask)))


def test_moderators_do_not_reach_into_the_direct_chats_of_others(make_stage):
    stage = make_stage("alice", "bob", "mia", "root")
    message = stage.say("alice", "dm:bob")
    for request in (
        ChatRedact(message_id=message, mask=""),
        ChatDelete(message_id=message, mode="hard"),
    ):
        assert refused(stage.ask("root", request)) == f"There is no message '{message}'."


@pytest.mark.parametrize(
    "request_",
    [
        lambda m: ChatEdit(message_id=m, new_body="x"),
        lambda m: ChatDelete(message_id=m, mode="soft"),
        lambda m: ChatRedact(message_id=m, mask="x"),
    ],
)
def test_deployed_servers_do_not_tell_changes_of_direct_chats(make_stage, request_):
    standard = make_stage("mia", "bob")
    assert len(standard.ask("mia", request_(standard.say("mia", "dm:bob")))) == 3
    deployed = make_stage("mia", "bob", dialect="goconnect")
    assert who(deployed.ask("mia", request_(deployed.say("mia", "dm:bob")))) == [("mia", "ack")]


# ── Reading, reacting, typing: never acked ───────────────────────────────────────────────────────


def test_reading_tells_the_room_and_the_reader(make_stage, dialect):
    stage = make_stage("alice", "bob", dialect=dialect)
    message = stage.say("alice", "host")
    heard = stage.ask("bob", ChatRead(room="host", message_id=message))
    assert who(heard) == [("alice", "chat.read.update"), ("bob", "chat.read.update")]
    extras = {"read_at": "2026-01-05T10:00:00.000Z"} if dialect == "goconnect" else {}
    assert heard[0].data == {"message_id": message, "user_id": "bob", "room": "host", **extras}


def test_a_read_mark_only_moves_forward(make_stage):
    stage = make_stage("alice", "bob")
    first, second = stage.say("alice", "host"), stage.say("alice", "host")
    stage.ask("bob", ChatRead(room="host", message_id=second))
    heard = stage.ask("bob", ChatRead(room="host", message_id=first))
    assert who(heard) == [("bob", "chat.read.update")]
    assert heard[0].data["message_id"] == second


def test_a_mark_on_a_removed_message_moves_back(make_stage):
    stage = make_stage("alice", "bob")
    first, second = stage.say("alice", "host"), stage.say("alice", "host")
    stage.ask("bob", ChatRead(room="host", message_id=second))
    stage.ask("alice", ChatDelete(message_id=second, mode="hard"))
    assert stage.world.marks["host", "bob"].message_id == first
    stage.ask("alice", ChatDelete(message_id=first, mode="hard"))
    assert stage.world.marks == {}


def test_reactions_are_sets(make_stage, dialect):
    stage = make_stage("alice", "bob", dialect=dialect)
    message = stage.say("alice", "host")

    def react(action):
        request = ChatReaction(message_id=message, reaction="👍", action=action, scope="host")
        return stage.ask("bob", request)

    both = [("alice", "chat.reaction.update"), ("bob", "chat.reaction.update")]
    heard = react("add")
    assert who(heard) == both
    extras = {"scope": "host"} if dialect == "goconnect" else {}
    assert heard[0].data == {
        "message_id": message,
        "user_id": "bob",
        "reaction": "👍",
        "action": "add",
        **extras,
    }
    assert who(react("add")) == both[1:]
    assert stage.world.reactions[message] == {"👍": ["bob"]}
    assert who(react("remove")) == both
    assert who(react("remove")) == both[1:]
    assert stage.world.reactions[message] == {}


def test_a_reaction_of_one_leaves_those_of_others(make_stage):
    stage = make_stage("alice", "bob")
    message = stage.say("alice", "host")
    for name in ("alice", "bob"):
        stage.ask(name, ChatReaction(message_id=message, reaction="👍", action="add", scope="host"))
    stage.ask(
        "alice", ChatReaction(message_id=message, reaction="👍", action="remove", scope="host")
    )
    assert stage.world.reactions[message] == {"👍": ["bob"]}


def test_typing_is_told_to_everybody_but_the_one_who_types(make_stage):
    stage = make_stage("alice", "alice/2", "bob", "carol", rooms=())
    stage.ask("bob", RoomJoin(room=LOBBY))
    heard = stage.ask("alice", ChatTyping(scope=LOBBY, typing=True))
    assert who(heard) == [("bob", "chat.typing.user"), ("alice/2", "chat.typing.user")]
    assert heard[0].data == {"scope": LOBBY, "user_id": "alice", "typing": True}
    heard = stage.ask("alice", ChatTyping(scope="dm:carol", typing=False))
    assert who(heard) == [("alice/2", "chat.typing.user"), ("carol", "chat.typing.user")]


def test_a_long_word_of_a_stranger_is_short_in_a_sentence(make_stage):
    stage = make_stage("alice")
    sentence = refused(stage.ask("alice", ChatSend(scope="network:" + "x\n" * 300, body="x")))
    assert sentence.startswith("There is no network 'x x x")
    assert len(sentence) < 100
    assert "\n" not in sentence


def test_a_ping_is_answered_with_the_time(make_stage):
    stage = make_stage("alice", "bob")
    (pong,) = stage.ask("alice", PresencePing(), op_id="p1")
    assert pong == ("alice", "presence.pong", "p1", {"timestamp": "2026-01-05T10:00:00.000Z"})
