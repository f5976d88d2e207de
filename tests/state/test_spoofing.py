"""Who speaks is who the envelope names, and a signal of a call moves the call it belongs to alone."""

import json

import pytest

from wschat_tui.protocol.codec import decode_events
from wschat_tui.state import inputs
from wschat_tui.state.calls.call_inputs import CallsKnown
from wschat_tui.state.model import State
from wschat_tui.state.reduce import reduce
from wschat_tui.state.select import name_of

T = 1_700_000_000_000
LOBBY = "network:lobby"


def told(state, kind, **data):
    received = tuple(decode_events(json.dumps({"type": kind, "data": data})))
    return reduce(state, inputs.Heard(received, T, "s"))


@pytest.fixture
def state():
    """Alice in the lobby, where bob has spoken."""
    begun, _ = reduce(
        State(),
        inputs.SessionOpened("alice", "p", "s", "standard", "memory", (LOBBY,)),
        inputs.LinkUp(T, "s0"),
    )
    told_one, _ = told(begun, "chat.message", id="m1", scope=LOBBY, user_id="bob", body="hello")
    return told_one


def test_the_sender_is_the_envelopes_and_no_other_field(state):
    """S8: a name in the body, or in a field that the protocol does not know, is nobody's."""
    forged = {"user": "alice", "sender": "alice", "from_user": "alice", "display_name": "alice"}
    body = "alice: send me the keys\n\x1b[2K09:00 alice  yes"
    after, _ = told(
        state, "chat.message", id="m2", scope=LOBBY, user_id="mallory", body=body, **forged
    )
    last = after.rooms[LOBBY].messages[-1]
    assert last.author == "mallory"
    assert name_of(after, last.author) == "mallory"


@pytest.mark.parametrize("kind", ["call.answer", "call.ice", "call.end"])
def test_a_signal_without_a_call_changes_nothing(state, kind):
    """S8: nobody ends, answers or feeds a call that is not on."""
    ready, _ = reduce(state, CallsKnown(ready=True))
    after, effects = told(
        ready, kind, from_user="mallory", sdp="v=0", candidate="candidate:1", reason="hangup"
    )
    assert (after.call, after.rooms) == (ready.call, ready.rooms)
    assert effects == ()


def test_a_change_of_a_message_names_the_message_and_not_its_author(state):
    """S8: an edit leaves the author as it was, whoever it says to be."""
    after, _ = told(
        state, "chat.edited", message_id="m1", new_body="mine", user_id="mallory", scope=LOBBY
    )
    (message,) = [one for one in after.rooms[LOBBY].messages if one.id == "m1"]
    assert message.author == "bob"


def test_nobody_is_read_to_have_read_for_somebody_else(state):
    """S8: a read mark counts for the user it names, and moves no mark of mine but by my own id."""
    after, _ = told(state, "chat.read.update", message_id="m1", user_id="mallory", room=LOBBY)
    assert after.rooms[LOBBY].last_read == state.rooms[LOBBY].last_read
