"""What frames and properties do not show: bounds, secrets, and what a caller may rely on."""

import json
import subprocess
import sys

import pytest
from pydantic import ValidationError

from wschat_tui.protocol import limits
from wschat_tui.protocol.codec import (
    MAX_BODY,
    MAX_FRAME_OUT,
    Received,
    decode_events,
    decode_requests,
    encode,
)
from wschat_tui.protocol.dialects import DIALECTS, GOCONNECT, STANDARD
from wschat_tui.protocol.events import EVENTS, Ack, ChatDeleted, ErrorReply, MalformedMessage
from wschat_tui.protocol.requests import (
    REQUESTS,
    AuthRefresh,
    CallEnd,
    CallIce,
    ChatSend,
    PresencePing,
    RoomJoin,
)

INBOUND = (
    "auth.refresh chat.send chat.edit chat.delete chat.redact chat.read chat.reaction chat.typing "
    "call.offer call.answer call.ice call.end room.join room.leave presence.set presence.ping"
)
OUTBOUND = (
    "chat.message chat.edited chat.deleted chat.redacted chat.read.update chat.reaction.update "
    "chat.typing.user call.offer call.answer call.ice call.end member.joined member.left "
    "device.online device.offline presence.update presence.pong ack error"
)


def payload_of(**frame):
    (item,) = decode_requests(json.dumps(frame))
    return item.payload


def test_the_tables_are_the_protocols_in_its_order():
    assert list(REQUESTS) == INBOUND.split()
    assert list(EVENTS) == OUTBOUND.split()


def test_the_bounds_of_deployed_servers():
    assert (MAX_FRAME_OUT, MAX_BODY) == (524_288, 4_096)
    assert (limits.MAX_FRAME_OUT, limits.MAX_BODY) == (MAX_FRAME_OUT, MAX_BODY)


# What one more character, item or byte makes malformed.
BOUNDS = [
    ("room.join", lambda size: {"room": "r" * size}, limits.MAX_ID),
    ("call.end", lambda size: {"target_id": "bob", "reason": "r" * size}, limits.MAX_ID),
    (
        "chat.send",
        lambda size: {"scope": "s", "body": "", "attachments": ["u"] * size},
        limits.MAX_ATTACHMENTS,
    ),
    (
        "chat.send",
        lambda size: {"scope": "s", "body": "", "attachments": ["u" * size]},
        limits.MAX_URL,
    ),
    (
        "chat.send",
        lambda size: {"scope": "s", "body": "", "attachments": [{"url": "u", "size": size}]},
        limits.MAX_FILE_SIZE,
    ),
    ("call.answer", lambda size: {"target_id": "bob", "sdp": "v" * size}, limits.MAX_SDP),
    (
        "call.ice",
        lambda size: {"target_id": "bob", "candidate": "c" * size},
        limits.MAX_CANDIDATE,
    ),
    (
        "call.ice",
        lambda size: {"target_id": "bob", "candidate": {"candidate": "c", "sdpMLineIndex": size}},
        65_535,
    ),
]


@pytest.mark.parametrize(("kind", "data", "most"), BOUNDS)
def test_a_value_may_be_as_large_as_its_bound_and_no_larger(kind, data, most):
    assert type(payload_of(type=kind, data=data(most))) is REQUESTS[kind]
    assert isinstance(payload_of(type=kind, data=data(most + 1)), MalformedMessage)


def test_a_body_is_bounded_by_its_frame_alone():
    payload = payload_of(type="chat.send", data={"scope": "s", "body": "é" * 1_000_000})
    assert isinstance(payload, ChatSend)
    assert len(payload.body) == 1_000_000


@pytest.mark.parametrize("kind", ["presence.ping", "ping"])
def test_an_op_id_may_be_as_long_as_its_bound_and_no_longer(kind):
    for size in (1, limits.MAX_OP_ID):
        (item,) = decode_requests(json.dumps({"type": kind, "op_id": "o" * size}))
        assert item.op_id == "o" * size
        assert not isinstance(item.payload, MalformedMessage)
    payload = payload_of(type=kind, op_id="o" * (limits.MAX_OP_ID + 1))
    assert payload == MalformedMessage(kind, ("The 'op_id' is not a short text.",))


def test_a_type_that_nobody_knows_is_kept_only_when_it_is_short():
    assert payload_of(type="t" * limits.MAX_TYPE).frame_type == "t" * limits.MAX_TYPE
    assert isinstance(payload_of(type="t" * (limits.MAX_TYPE + 1)), MalformedMessage)


def test_a_reply_never_names_an_operation_that_its_outside_contradicts():
    (item,) = decode_events('{"type":"error","op_id":"a","data":{"op_id":"b","code":"c"}}')
    assert item.op_id == "a"
    assert item.payload == ErrorReply(code="c", op_id="b")
    (item,) = decode_events('{"type":"ack","op_id":"a","data":{"op_id":"b","data":1}}')
    assert (item.op_id, item.payload) == ("a", Ack(data={"op_id": "b", "data": 1}))


def test_secrets_are_in_no_repr_and_in_no_complaint():
    refresh = '{"type":"auth.refresh","op_id":"o","data":{"refresh_token":"s3cret"}}'
    ack = '{"type":"ack","op_id":"o","data":{"access_token":"s3cret","refresh_token":"s3cret"}}'
    bad = '{"type":"auth.refresh","op_id":"o","data":{"refresh_token":["s3cret"]}}'
    items = [*decode_requests(refresh), *decode_events(ack), *decode_requests(bad)]
    assert "s3cret" not in repr(items)
    assert [("s3cret" in item.raw) for item in items] == [True, True, True]
    with pytest.raises(ValidationError) as caught:
        AuthRefresh(refresh_token=["s3cret"])  # type: ignore[arg-type]
    assert "s3cret" not in str(caught.value)


def test_payloads_and_what_is_received_cannot_be_changed():
    (item,) = decode_requests('{"type":"room.join","data":{"room":"host"}}')
    with pytest.raises(AttributeError):
        item.raw = ""
    with pytest.raises(ValidationError):
        item.payload.room = "vault"
    assert isinstance(item, Received)
    assert (item.op_id, item.payload, item.raw) == item


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_what_is_null_and_says_nothing_is_not_written(dialect):
    text = encode(ChatSend(scope="host", body="x", attachments=None, parent_id=None), "o", dialect)
    assert text == '{"type":"chat.send","op_id":"o","data":{"scope":"host","body":"x"}}'
    event = ChatDeleted(message_id="m", deleted_at="t", mode="soft").model_copy(
        update={"deleted_at": None, "mode": None}
    )
    assert encode(event, None, dialect) == '{"type":"chat.deleted","data":{"message_id":"m"}}'


def test_a_null_candidate_says_something_and_is_written():
    assert encode(CallIce(target_id="bob")) == (
        '{"type":"call.ice","data":{"target_id":"bob","candidate":null}}'
    )


def test_a_default_that_is_a_text_is_written():
    assert json.loads(encode(CallEnd(target_id="bob"), None, GOCONNECT)) == {
        "type": "call.end",
        "data": {"targetId": "bob", "signal": {"reason": ""}},
    }


def test_goconnect_relays_nothing_beside_the_three_keys_of_a_call():
    end = CallEnd(target_id="bob", reason="busy", colour="red")
    assert "red" in encode(end, None, STANDARD)
    assert "red" not in encode(end, None, GOCONNECT)


def test_unknown_keys_never_take_the_place_of_known_ones():
    (item,) = decode_events('{"type":"chat.edited","data":{"message_id":"m","id":"x","body":"b"}}')
    assert json.loads(encode(item.payload))["data"] == {"id": "m", "body": "b"}
    ack = Ack(data=1, op_id="planted")
    assert json.loads(encode(ack, "o"))["data"] == {"op_id": "o", "data": 1}


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\u0085", "\x0b", "\x1c"])
def test_only_a_newline_ends_an_envelope(end):
    """S10: other letters that end lines elsewhere stand within a body as they are."""
    body = json.dumps({"type": "error", "data": {"code": "E", "message": "M"}}).replace("M", "a?b")
    whole = body.replace("?", end if end > "\x1f" else f"\\u{ord(end):04x}")
    told = [one.payload for one in decode_events(f"{whole}\n{whole}")]
    assert [one.message for one in told] == [f"a{end}b"] * 2


def test_a_ping_has_no_data():
    assert encode(PresencePing(), "o") == '{"type":"presence.ping","op_id":"o"}'


def test_what_is_not_ascii_is_written_as_it_is():
    assert encode(RoomJoin(room="café \u2028 👋")) == (
        '{"type":"room.join","data":{"room":"café \u2028 👋"}}'
    )


def test_to_wire_names_keys_as_the_source_does():
    send = ChatSend(scope="s", body="b", attachments=({"url": "u"}, "v"), later=None)  # type: ignore[arg-type]
    assert send.to_wire() == {
        "scope": "s",
        "body": "b",
        "attachments": [{"url": "u"}, "v"],
        "later": None,
    }


def test_the_dialects_by_name():
    assert list(DIALECTS) == ["standard", "goconnect"]
    assert [DIALECTS[name].name for name in DIALECTS] == list(DIALECTS)
    assert STANDARD.host_is_joinable
    assert STANDARD.direct_changes_are_told
    assert not GOCONNECT.host_is_joinable
    assert not GOCONNECT.direct_changes_are_told


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_the_tables_of_a_dialect_name_only_what_exists(dialect):
    for tables, models in ((dialect.requests, REQUESTS), (dialect.events, EVENTS)):
        assert set(tables) <= set(models)
        for kind, places in tables.items():
            assert set(places) <= set(models[kind].model_fields)
            assert len(set(places.values())) == len(places)


def test_scopes_dialects_and_limits_are_there_before_the_models_are_loaded():
    program = (
        "import sys; from wschat_tui.protocol import dialects, limits, scopes;"
        "sys.exit('pydantic' in sys.modules or 'pydantic_core' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
