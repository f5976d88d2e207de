"""One event as one line of text, for people and for `grep`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from wschat_tui.protocol import events
from wschat_tui.protocol.scopes import dm_peer
from wschat_tui.state.text import clean, name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wschat_tui.protocol.codec import Received

_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)

LONGEST = 2_000
"""Characters of one line."""


def room_of(received: Received) -> str | None:
    """The room an event is in, as the wire names it; None where it is in none."""
    payload = received.payload
    match payload:
        case events.ChatMessage() | events.ChatTypingUser() | events.ChatEdited():
            return payload.scope
        case events.ChatReadUpdate():
            return payload.room
        case events.ChatReactionUpdate():
            return payload.scope
        case events.MemberJoined() | events.MemberLeft():
            return f"network:{payload.network_id}"
        case _:
            return None


def json_of(received: Received) -> str:
    """The line as it was received; what a terminal would obey or hide is escaped as JSON does."""
    return _OBEYED.sub(_escaped, received.raw.replace("\r", " "))


def _escaped(found: re.Match[str]) -> str:
    halves = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{halves[at : at + 2].hex()}" for at in range(0, len(halves), 2))


def line_of(received: Received, me: str) -> str:
    """`#team bob: hello`; empty for what says nothing to a person (acks and pongs)."""
    return clean(_said(received, me), one_line=True, limit=LONGEST)


def _said(received: Received, me: str) -> str:
    event = received.payload
    saying = _SAYINGS.get(type(event))
    return saying(event, me) if saying is not None else ""


def _message(event: events.ChatMessage, me: str) -> str:
    thread = " (in a thread)" if event.parent_id else ""
    files = "".join(f" [{_url(one)}]" for one in event.attachments or ())
    return f"{_place(event.scope, me)} {name(event.user_id)}{thread}: {event.body}{files}"


def _read(event: events.ChatReadUpdate, me: str) -> str:
    return f"{_place(event.room, me)} {name(event.user_id)} has read up to {event.message_id}"


def _reaction(event: events.ChatReactionUpdate, _me: str) -> str:
    did = "reacted" if event.action == "add" else "took back"
    return f"{name(event.user_id)} {did} {event.reaction} on {name(event.message_id)}"


def _typing(event: events.ChatTypingUser, me: str) -> str:
    did = "types" if event.typing else "stopped typing"
    return f"{_place(event.scope, me)} {name(event.user_id)} {did}"


_SAYINGS: Mapping[type, Callable[[Any, str], str]] = {
    events.ChatMessage: _message,
    events.ChatEdited: lambda event, _: (
        f"message {name(event.message_id)} is now: {event.new_body}"
    ),
    events.ChatDeleted: lambda event, _: f"message {name(event.message_id)} was deleted",
    events.ChatRedacted: lambda event, _: (
        f"message {name(event.message_id)} was redacted: {event.new_body}"
    ),
    events.ChatReadUpdate: _read,
    events.ChatReactionUpdate: _reaction,
    events.ChatTypingUser: _typing,
    events.IncomingOffer: lambda event, _: f"{name(event.from_user)} calls ({event.call_type})",
    events.IncomingAnswer: lambda event, _: f"{name(event.from_user)} answers the call",
    events.IncomingIce: lambda event, _: f"{name(event.from_user)} offers a path for the call",
    events.IncomingEnd: lambda event, _: f"{name(event.from_user)} ended the call ({event.reason})",
    events.MemberJoined: lambda event, _: f"{name(event.user_id)} joined {name(event.network_id)}",
    events.MemberLeft: lambda event, _: f"{name(event.user_id)} left {name(event.network_id)}",
    events.DeviceOnline: lambda event, _: (
        f"{name(event.user_id)} has device {name(event.device_id)} online"
    ),
    events.DeviceOffline: lambda event, _: (
        f"{name(event.user_id)} has device {name(event.device_id)} offline"
    ),
    events.PresenceUpdate: lambda event, _: f"{name(event.user_id)} is {event.status}",
    events.ErrorReply: lambda event, _: f"the server reports {event.code}: {event.message}",
    events.UnknownMessage: lambda event, _: f"unknown event {event.frame_type}",
    events.MalformedMessage: lambda event, _: f"malformed envelope: {' '.join(event.errors)}",
}
"""What is said of each kind of event, given it and who I am; acks and pongs say nothing."""


def _place(scope: str, me: str) -> str:
    peer = dm_peer(scope, me)
    return f"@{name(peer)}" if peer is not None else f"#{name(scope)}"


def _url(item: object) -> str:
    return item if isinstance(item, str) else str(getattr(item, "url", ""))
