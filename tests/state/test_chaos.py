"""Any inputs, in any order, sensible or not: no exception, and a valid state after each."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wschat_tui.state import history, inputs, turn
from wschat_tui.state.model import State
from wschat_tui.state.reduce import reduce

T = 1_700_000_000_000
SCOPES = (
    "network:lobby",
    "host",
    "dm:bob",
    "dm:alice:bob",
    "dm:alice",
    "den",
    "tenant:a",
    "",
    "x" * 1025,
)
USERS = ("alice", "bob", "carol")
IDS = (
    *(f"m{number}" for number in range(8)),
    *(f"o{number:02}" for number in range(12)),
    "gap:m1",
    "s0.0",
    "",
    "y" * 1024,
)
BODIES = ("hi", "hi", "@alice", "", "a\x1b\u202e\ud800", "x" * 5000)

JOINED = {"network_id": "lobby", "user_id": "dave"}

scopes = st.sampled_from(SCOPES)
users = st.sampled_from(USERS)
ids = st.sampled_from(IDS)
bodies = st.sampled_from(BODIES)
moments = st.integers(0, 40_000).map(lambda ms: T + ms)
reactions = st.sampled_from(["👍", "🎉", "", "z" * 2000])


def payloads():
    """`data` of every kind of event, and of some that are none."""
    stamps = st.sampled_from(["2023-11-14T22:13:21Z", "2023-11-14T22:13:40Z", "never", ""])
    optional = {
        "parent_id": ids,
        "edited_at": stamps,
        "deleted_at": stamps,
        "redacted": st.booleans(),
        "attachments": st.just(["https://x.test/a"]),
        "reactions": st.just([{"reaction": "👍", "user_ids": ["bob"]}]),
    }
    message = {"id": ids, "scope": scopes, "user_id": users, "body": bodies, "created_at": stamps}
    named = {"message_id": ids}
    fields = {
        "chat.message": (message, optional),
        "chat.edited": (named | {"new_body": bodies}, optional),
        "chat.deleted": (named, {"mode": st.sampled_from(["soft", "hard"])}),
        "chat.redacted": (named | {"new_body": bodies}, {}),
        "chat.read.update": (named | {"user_id": users, "room": scopes}, {}),
        "chat.reaction.update": (
            named
            | {
                "user_id": users,
                "reaction": reactions,
                "action": st.sampled_from(["add", "remove"]),
            },
            {},
        ),
        "chat.typing.user": ({"scope": scopes, "user_id": users, "typing": st.booleans()}, {}),
        "call.offer": (
            {"from_user": users, "call_type": st.just("audio"), "sdp": st.just("v=0")},
            {},
        ),
        "member.joined": ({"network_id": st.just("lobby"), "user_id": users}, {}),
        "member.left": ({"network_id": st.just("lobby"), "user_id": users}, {}),
        "device.online": ({"device_id": ids, "user_id": users}, {}),
        "device.offline": ({"device_id": ids, "user_id": users}, {}),
        "presence.update": ({"user_id": users, "status": st.sampled_from(["busy", "odd"])}, {}),
        "chat.poke": ({}, {}),
    }
    return st.sampled_from(sorted(fields)).flatmap(
        lambda kind: st.tuples(
            st.just(kind), st.fixed_dictionaries(fields[kind][0], optional=fields[kind][1])
        )
    )


@st.composite
def received(draw, wire):
    what = draw(st.sampled_from(["event", "event", "event", "ack", "error"]))
    if what == "event":
        kind, data = draw(payloads())
        return wire.envelope(kind, data)
    op_id = draw(ids)
    if what == "ack":
        data = draw(st.sampled_from([None, *({"message_id": one} for one in IDS)]))
        return wire.envelope("ack", data, op_id=op_id)
    code = draw(st.sampled_from(["ERR_RATE_LIMIT", "ERR_HANDLER_FAILED", "ERR_NOT_FOUND"]))
    return wire.refusal(op_id, code)


def told(wire):
    """Inputs of the world."""
    heard = st.lists(received(wire), max_size=6).map(tuple)
    lists = st.lists(ids, max_size=3).map(tuple)
    member = st.builds(inputs.MemberListed, users, bodies, st.just(""), st.just(""))
    members = st.lists(member, max_size=3, unique_by=lambda one: one.user).map(tuple)
    network = st.builds(inputs.RoomListed, scopes, bodies)
    posts = st.lists(received(wire), max_size=5).map(
        lambda found: tuple(
            one.payload
            for one in found
            if one.payload.frame_type == "chat.message" and hasattr(one.payload, "body")
        )
    )
    return st.one_of(
        st.builds(inputs.Heard, heard, moments, st.just("fresh")),
        st.builds(inputs.LinkUp, moments, st.just("fresh")),
        st.builds(inputs.LinkDown, bodies, moments, moments, st.just(1), ids),
        st.builds(inputs.LinkStopped, bodies, moments, ids, st.booleans()),
        st.builds(inputs.Written, ids, moments),
        st.builds(inputs.Unsent, lists),
        st.builds(inputs.Unsendable, ids, bodies),
        st.builds(inputs.Tick, moments),
        st.builds(inputs.IdentityKnown, st.sampled_from(["alice", ""])),
        st.builds(
            inputs.RoomsListed, st.lists(network, max_size=3).map(tuple), st.just("fresh"), moments
        ),
        st.builds(inputs.MembersListed, scopes, members),
        st.builds(inputs.HistoryLoaded, scopes, posts, ids, st.booleans(), st.booleans(), ids),
        st.builds(inputs.HistoryFailed, scopes, bodies, st.booleans()),
    )


def asked():
    """Inputs of the user; the op_id of a new wish is put in when it is played."""
    fresh = st.just("fresh")
    return st.one_of(
        st.builds(inputs.Typed, fresh, moments, scopes, bodies, st.none() | ids),
        st.builds(inputs.EditAsked, fresh, moments, ids, bodies),
        st.builds(inputs.DeleteAsked, fresh, moments, ids, st.sampled_from(["soft", "hard"])),
        st.builds(inputs.RedactAsked, fresh, moments, ids, bodies),
        st.builds(inputs.ReactAsked, fresh, moments, ids, reactions),
        st.builds(inputs.JoinAsked, fresh, moments, scopes),
        st.builds(inputs.LeaveAsked, fresh, moments, scopes),
        st.builds(inputs.StatusAsked, fresh, moments, st.sampled_from(["busy", "online"])),
        st.builds(inputs.RoomOpened, fresh, moments, scopes),
        st.builds(inputs.ThreadOpened, ids),
        st.builds(inputs.Composing, fresh, moments, scopes, st.booleans()),
        st.builds(inputs.DraftKept, scopes, ids, bodies),
        st.builds(inputs.Seen, fresh, moments, scopes, ids, st.booleans()),
        st.builds(inputs.UnreadAsked, ids),
        st.builds(inputs.ResendAsked, ids, moments),
        st.builds(inputs.DiscardAsked, ids),
        st.builds(inputs.OlderAsked, scopes),
        st.builds(inputs.AttentionChanged, st.booleans()),
    )


def with_fresh_ids(item, number, state):
    """The input with an op_id or stamp that nobody knows yet, as it is in life."""
    for name in ("op_id", "stamp"):
        if getattr(item, name, "") == "fresh":
            known = f"o{number:02}" in state.places or name == "stamp"
            return replace(item, **{name: f"s{number}" if known else f"o{number:02}"})
    return item


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("me", ["alice", ""])
@pytest.mark.parametrize("small", [True, False])
def test_every_order_of_inputs_leaves_a_valid_state(wire, valid, monkeypatch, me, small):
    if small:
        monkeypatch.setattr(turn, "WINDOW", 3)
        monkeypatch.setattr(turn, "MAX_LOADED", 5)
        monkeypatch.setattr(turn, "SLACK", 2)
        monkeypatch.setattr(history, "MAX_LOADED", 5)

    @given(st.lists(told(wire) | asked(), min_size=10, max_size=60))
    @settings(max_examples=400)
    def play(script):
        state, _ = reduce(
            State(),
            inputs.SessionOpened(me, "p", "s", "standard", "m", ("network:lobby", "dm:bob")),
            inputs.LinkUp(T, "u0"),
        )
        state, _ = reduce(state, inputs.Heard((wire.envelope("member.joined", JOINED),), T, "s0"))
        for number, unnamed in enumerate(script, 1):
            item = with_fresh_ids(unnamed, number, state)
            after, effects = reduce(state, item)
            valid(after, trimmed=small)
            assert after is state or after != state
            assert reduce(state, item) == (after, effects)
            state = after

    play()
