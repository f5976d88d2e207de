"""What holds for any payload, not only for those somebody thought of."""

import json
import math
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wschat_tui.protocol.codec import Received, decode_events, decode_requests, encode
from wschat_tui.protocol.dialects import GOCONNECT, STANDARD, Dialect
from wschat_tui.protocol.events import (
    EVENTS,
    Ack,
    ChatDeleted,
    ChatEdited,
    ChatMessage,
    ChatReactionUpdate,
    ChatReadUpdate,
    ChatRedacted,
    ChatTypingUser,
    DeviceOffline,
    DeviceOnline,
    ErrorReply,
    IncomingAnswer,
    IncomingEnd,
    IncomingIce,
    IncomingOffer,
    MalformedMessage,
    MemberJoined,
    MemberLeft,
    PresencePong,
    PresenceUpdate,
    UnknownMessage,
)
from wschat_tui.protocol.objects import Attachment, IceCandidate, SessionDescription
from wschat_tui.protocol.requests import (
    REQUESTS,
    AuthRefresh,
    CallAnswer,
    CallEnd,
    CallIce,
    CallOffer,
    ChatDelete,
    ChatEdit,
    ChatReaction,
    ChatRead,
    ChatRedact,
    ChatSend,
    ChatTyping,
    PresencePing,
    PresenceSet,
    RoomJoin,
    RoomLeave,
)

# Anything UTF-8 can carry, with what splits lines in other alphabets, or in Python, made likely.
TEXT = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from(
        "\n\r\u2028\u2029\u0085\x0b\x0c\x1c\x1d\x1e\x00\x1b\"\\/{}[],:'<&\ufeff\U0001f44b"
    ),
    max_size=24,
)
WORDS = TEXT.filter(bool)
OPTIONAL = st.none() | WORDS
OP_IDS = st.none() | st.text("0123456789ABCDEF-", min_size=1, max_size=36)
NUMBERS = (
    st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
)
JSON = st.recursive(
    st.none() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
# No model has a key that begins so; "x-" is as unknown to this version as it is to any other.
EXTRAS = st.dictionaries(WORDS.map("x-{}".format), JSON, max_size=2)


def made(model: type, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Payloads of a model: its fields, and sometimes keys from the future."""
    known = st.fixed_dictionaries(fields)
    return st.builds(lambda known, extra: model(**known, **extra), known, st.just({}) | EXTRAS)


FILES = made(
    Attachment,
    url=WORDS,
    name=st.none() | TEXT,
    size=st.none() | st.integers(0, 2**53 - 1),
    content_type=st.none() | TEXT,
)
ATTACHMENTS = st.none() | st.lists(WORDS | FILES, max_size=3).map(tuple)
OFFERS = made(SessionDescription, type=st.just("offer"), sdp=TEXT)
ANSWERS = made(SessionDescription, type=st.just("answer"), sdp=TEXT)
CANDIDATES = st.none() | made(
    IceCandidate,
    candidate=TEXT,
    sdpMid=st.none() | TEXT,
    sdpMLineIndex=st.none() | st.integers(0, 65535),
    usernameFragment=st.none() | TEXT,
)
MODES = st.sampled_from(["soft", "hard"])
ACTIONS = st.sampled_from(["add", "remove"])
CALL_TYPES = st.sampled_from(["audio", "video", "screen"])
STATUSES = st.sampled_from(["online", "away", "busy", "offline"])
FLAGS = st.booleans()
MEMBERSHIP = {"network_id": WORDS, "user_id": WORDS, "role": OPTIONAL}
DEVICE = {"device_id": WORDS, "user_id": WORDS, "network_id": OPTIONAL, "platform": OPTIONAL}
MESSAGE = {
    "scope": WORDS,
    "user_id": WORDS,
    "created_at": TEXT,
    "parent_id": OPTIONAL,
    "attachments": ATTACHMENTS,
    "redacted": st.none() | FLAGS,
    "deleted_at": OPTIONAL,
    "edited_at": OPTIONAL,
}

REQUEST_STRATEGIES = {
    AuthRefresh: made(AuthRefresh, refresh_token=TEXT),
    ChatSend: made(ChatSend, scope=WORDS, body=TEXT, attachments=ATTACHMENTS, parent_id=OPTIONAL),
    ChatEdit: made(ChatEdit, message_id=WORDS, new_body=TEXT),
    ChatDelete: made(ChatDelete, message_id=WORDS, mode=MODES),
    ChatRedact: made(ChatRedact, message_id=WORDS, mask=TEXT),
    ChatRead: made(ChatRead, message_id=WORDS, room=WORDS),
    ChatReaction: made(ChatReaction, message_id=WORDS, reaction=WORDS, action=ACTIONS, scope=WORDS),
    ChatTyping: made(ChatTyping, scope=WORDS, typing=FLAGS),
    CallOffer: made(CallOffer, target_id=WORDS, call_type=CALL_TYPES, sdp=OFFERS),
    CallAnswer: made(CallAnswer, target_id=WORDS, sdp=ANSWERS),
    CallIce: made(CallIce, target_id=WORDS, candidate=CANDIDATES),
    CallEnd: made(CallEnd, target_id=WORDS, reason=TEXT),
    RoomJoin: made(RoomJoin, room=WORDS),
    RoomLeave: made(RoomLeave, room=WORDS),
    PresenceSet: made(PresenceSet, status=STATUSES),
    PresencePing: made(PresencePing),
}
EVENT_STRATEGIES = {
    ChatMessage: made(ChatMessage, id=WORDS, body=TEXT, **MESSAGE),
    ChatEdited: made(ChatEdited, message_id=WORDS, new_body=TEXT, **MESSAGE)
    | made(ChatEdited, message_id=WORDS, new_body=TEXT, edited_at=OPTIONAL),
    ChatDeleted: made(ChatDeleted, message_id=WORDS, deleted_at=OPTIONAL, mode=st.none() | MODES),
    ChatRedacted: made(ChatRedacted, message_id=WORDS, new_body=TEXT, redacted_by=OPTIONAL),
    ChatReadUpdate: made(
        ChatReadUpdate, message_id=WORDS, user_id=WORDS, room=WORDS, read_at=OPTIONAL
    ),
    ChatReactionUpdate: made(
        ChatReactionUpdate,
        message_id=WORDS,
        user_id=WORDS,
        reaction=WORDS,
        action=ACTIONS,
        scope=OPTIONAL,
    ),
    ChatTypingUser: made(ChatTypingUser, scope=WORDS, user_id=WORDS, typing=FLAGS),
    IncomingOffer: made(IncomingOffer, from_user=WORDS, call_type=CALL_TYPES, sdp=OFFERS),
    IncomingAnswer: made(IncomingAnswer, from_user=WORDS, sdp=ANSWERS),
    IncomingIce: made(IncomingIce, from_user=WORDS, candidate=CANDIDATES),
    IncomingEnd: made(IncomingEnd, from_user=WORDS, reason=TEXT),
    MemberJoined: made(MemberJoined, **MEMBERSHIP),
    MemberLeft: made(MemberLeft, **MEMBERSHIP),
    DeviceOnline: made(DeviceOnline, **DEVICE),
    DeviceOffline: made(DeviceOffline, **DEVICE),
    PresenceUpdate: made(PresenceUpdate, user_id=WORDS, status=TEXT, since=OPTIONAL),
    PresencePong: made(PresencePong, timestamp=TEXT),
    Ack: made(Ack, data=JSON),
    ErrorReply: made(ErrorReply, code=TEXT, message=TEXT, details=JSON),
}
DIRECTIONS = {
    "requests": (REQUEST_STRATEGIES, decode_requests),
    "events": (EVENT_STRATEGIES, decode_events),
}
ALL = [
    pytest.param(strategy, decode, id=f"{direction}-{model.frame_type}")
    for direction, (strategies, decode) in DIRECTIONS.items()
    for model, strategy in strategies.items()
]

# What a goconnect server writes of each type that it does not write whole; the rest is lost on the way.
CARRIED: dict[type, tuple[str, ...]] = {
    CallOffer: ("target_id", "call_type", "sdp"),
    CallAnswer: ("target_id", "sdp"),
    CallIce: ("target_id", "candidate"),
    CallEnd: ("target_id", "reason"),
    IncomingOffer: ("from_user", "call_type", "sdp"),
    IncomingAnswer: ("from_user", "sdp"),
    IncomingIce: ("from_user", "candidate"),
    IncomingEnd: ("from_user", "reason"),
    ChatEdited: ("message_id", "new_body", "edited_at"),
    ChatDeleted: ("message_id", "mode"),
    ChatRedacted: ("message_id", "new_body", "redacted_by"),
    Ack: ("data",),
}


def test_there_is_a_strategy_for_every_type():
    assert set(REQUEST_STRATEGIES) == set(REQUESTS.values())
    assert set(EVENT_STRATEGIES) == set(EVENTS.values())
    assert (len(REQUESTS), len(EVENTS)) == (16, 19)


def written(payload: Any, op_id: str | None, dialect: Dialect) -> str:
    """The envelope, which is one line of strict JSON with its type first, whatever it holds."""
    text = encode(payload, op_id, dialect)
    assert "\n" not in text
    document = json.loads(text, parse_constant=pytest.fail)
    assert next(iter(document)) == "type"
    assert document["type"] == payload.frame_type
    assert document.get("op_id") == op_id
    return text


@pytest.mark.parametrize(("strategy", "decode"), ALL)
def test_reading_what_the_standard_dialect_wrote_gives_the_same(strategy, decode):
    @settings(max_examples=40)
    @given(strategy, OP_IDS)
    def holds(payload, op_id):
        text = written(payload, op_id, STANDARD)
        assert decode(text) == [(op_id, payload, text)]
        assert set(decode(text)[0].payload.model_extra) == set(payload.model_extra)

    holds()


@pytest.mark.parametrize(("strategy", "decode"), ALL)
def test_reading_what_goconnect_wrote_gives_what_it_can_carry(strategy, decode):
    @settings(max_examples=40)
    @given(strategy, OP_IDS.filter(bool))
    def holds(payload, op_id):
        keys = CARRIED.get(type(payload))
        whole = (
            payload
            if keys is None
            else type(payload)(**{key: getattr(payload, key) for key in keys})
        )
        text = written(payload, op_id, GOCONNECT)
        assert decode(text) == [(op_id, whole, text)]

    holds()


@pytest.mark.parametrize(("strategies", "decode"), DIRECTIONS.values(), ids=DIRECTIONS)
def test_a_batch_is_all_its_envelopes_in_order_and_as_text_or_bytes_the_same(strategies, decode):
    envelopes = st.tuples(OP_IDS, st.one_of(*strategies.values()))
    blanks = st.sampled_from(["", " ", "\t\r", "\r"])

    @given(st.lists(envelopes | blanks | st.just("{bad"), max_size=8))
    def holds(parts):
        lines = [one if isinstance(one, str) else encode(one[1], one[0]) for one in parts]
        items = decode("\n".join(lines))
        assert [item.raw for item in items] == [line for line in lines if line.strip()]
        wanted = [part for part, line in zip(parts, lines, strict=True) if line.strip()]
        for item, part in zip(items, wanted, strict=True):
            if part == "{bad":
                assert isinstance(item.payload, MalformedMessage)
            else:
                assert (item.op_id, item.payload) == part
        assert decode("\n".join(lines).encode()) == items

    holds()


@given(st.text() | st.text(st.characters(), max_size=8))
@example("\ud800")
@example('{"type":"ack","op_id":"\udc80"}')
@example('{"type":"x"}\n\ud83d\n{"type":"y"}')
def test_any_text_is_read_like_its_bytes_and_every_line_is_accounted_for(text):
    whole = text.encode("utf-8", "surrogatepass")
    for decode in (decode_events, decode_requests):
        items = decode(text)
        assert len(items) == sum(1 for line in whole.split(b"\n") if line.strip())
        assert decode(whole) == items
        for item in items:
            item.raw.encode()


@given(st.binary(max_size=40))
@example(b"\xff\xfe\x00")
@example(b'{"type":"ack","op_id":"\xc3("}')
def test_any_bytes_are_read_and_what_is_not_utf8_is_malformed(frame):
    for decode in (decode_events, decode_requests):
        for line, item in zip(
            [one for one in frame.split(b"\n") if one.strip()], decode(frame), strict=True
        ):
            try:
                line.decode()
            except UnicodeDecodeError:
                assert isinstance(item.payload, MalformedMessage)
                assert "\ufffd" in item.raw
            else:
                assert item.raw == line.decode()


@given(st.dictionaries(st.sampled_from(["type", "op_id", "data", "error", "x"]), JSON), OP_IDS)
@example({"type": "ack", "data": {"op_id": {}, "data": 1}}, None)
@example({"type": "error", "op_id": [], "error": {}, "data": {"op_id": 0}}, None)
def test_any_document_is_read(document, op_id):
    for kind in (document.get("type"), *EVENTS, *REQUESTS):
        envelope = {**document, "type": kind} | ({"op_id": op_id} if op_id else {})
        for decode in (decode_events, decode_requests):
            (item,) = decode(json.dumps(envelope))
            assert isinstance(item, Received)
            assert item.op_id is None or isinstance(item.op_id, str)


@given(WORDS, JSON, OP_IDS)
def test_a_type_that_no_table_names_keeps_its_data(kind, data, op_id):
    kind = "x-" + kind
    (item,) = decode_events(json.dumps({"type": kind, "op_id": op_id, "data": data}))
    assert item.payload == UnknownMessage(kind, data)
    assert item.op_id == op_id


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("model", [Ack, ErrorReply])
def test_nothing_that_json_cannot_say_gets_into_a_payload(model, number):
    known = {"code": "x"} if model is ErrorReply else {}
    with pytest.raises(ValueError, match="NaN or an infinite number"):
        model(**known, further={"deep": [1, (2, number)]})
