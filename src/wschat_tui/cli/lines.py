"""One event as one line of text, for people and for `grep`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wschat_tui.protocol import events
from wschat_tui.protocol.scopes import dm_peer
from wschat_tui.state.text import clean, name

if TYPE_CHECKING:
    from wschat_tui.protocol.codec import Received

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


def line_of(received: Received, me: str) -> str:
    """`#team bob: hello`; empty for what says nothing to a person (acks and pongs)."""
    return clean(_said(received, me), one_line=True, limit=LONGEST)


def _said(received: Received, me: str) -> str:  # noqa: C901, PLR0911, PLR0912 - one line an event
    event = received.payload
    match event:
        case events.ChatMessage():
            thread = " (in a thread)" if event.parent_id else ""
            files = "".join(f" [{_url(one)}]" for one in event.attachments or ())
            return f"{_place(event.scope, me)} {name(event.user_id)}{thread}: {event.body}{files}"
        case events.ChatEdited():
            return f"message {name(event.message_id)} is now: {event.new_body}"
        case events.ChatDeleted():
            return f"message {name(event.message_id)} was deleted"
        case events.ChatRedacted():
            return f"message {name(event.message_id)} was redacted: {event.new_body}"
        case events.ChatReadUpdate():
            return (
                f"{_place(event.room, me)} {name(event.user_id)} has read up to {event.message_id}"
            )
        case events.ChatReactionUpdate():
            did = "reacted" if event.action == "add" else "took back"
            return f"{name(event.user_id)} {did} {event.reaction} on {name(event.message_id)}"
        case events.ChatTypingUser():
            did = "types" if event.typing else "stopped typing"
            return f"{_place(event.scope, me)} {name(event.user_id)} {did}"
        case events.IncomingOffer():
            return f"{name(event.from_user)} calls ({event.call_type})"
        case events.IncomingAnswer():
            return f"{name(event.from_user)} answers the call"
        case events.IncomingIce():
            return f"{name(event.from_user)} offers a path for the call"
        case events.IncomingEnd():
            return f"{name(event.from_user)} ended the call ({event.reason})"
        case events.MemberJoined():
            return f"{name(event.user_id)} joined {name(event.network_id)}"
        case events.MemberLeft():
            return f"{name(event.user_id)} left {name(event.network_id)}"
        case events.DeviceOnline():
            return f"{name(event.user_id)} has device {name(event.device_id)} online"
        case events.DeviceOffline():
            return f"{name(event.user_id)} has device {name(event.device_id)} offline"
        case events.PresenceUpdate():
            return f"{name(event.user_id)} is {event.status}"
        case events.ErrorReply():
            return f"the server reports {event.code}: {event.message}"
        case events.UnknownMessage():
            return f"unknown event {event.frame_type}"
        case events.MalformedMessage():
            return f"malformed envelope: {' '.join(event.errors)}"
        case _:
            return ""


def _place(scope: str, me: str) -> str:
    peer = dm_peer(scope, me)
    return f"@{name(peer)}" if peer is not None else f"#{name(scope)}"


def _url(item: object) -> str:
    return item if isinstance(item, str) else str(getattr(item, "url", ""))
