"""The one function that makes a new state from an old one: inputs in, state and effects out."""

from dataclasses import replace
from typing import assert_never

from wschat_tui.protocol.codec import Incoming, Received
from wschat_tui.protocol.events import (
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
from wschat_tui.state import calls, delivery, linkage, messages, operations, people, receipts, rooms
from wschat_tui.state.effects import Effect, Notify, Reconnect
from wschat_tui.state.inputs import (
    AttentionChanged,
    Composing,
    DeleteAsked,
    DiscardAsked,
    DraftKept,
    EditAsked,
    Heard,
    HistoryFailed,
    HistoryLoaded,
    IdentityKnown,
    Input,
    JoinAsked,
    LeaveAsked,
    LinkConnecting,
    LinkDown,
    LinkSilent,
    LinkStopped,
    LinkUp,
    MembersListed,
    OlderAsked,
    ReactAsked,
    RedactAsked,
    ResendAsked,
    RetryAsked,
    RoomOpened,
    RoomsListed,
    RoundTrip,
    Seen,
    SessionOpened,
    StatusAsked,
    ThreadOpened,
    Tick,
    Typed,
    UnreadAsked,
    Unsendable,
    Unsent,
    Written,
)
from wschat_tui.state.model import State
from wschat_tui.state.text import clean
from wschat_tui.state.turn import Turn


def reduce(state: State, *inputs: Input) -> tuple[State, tuple[Effect, ...]]:
    """Fold inputs into the state, in order, and say what the world should do about them."""
    turn = Turn(state)
    for item in inputs:
        _fold(turn, item)
    return turn.freeze()


def _fold(turn: Turn, item: Input) -> None:  # noqa: C901, PLR0912, PLR0915 - one line an input
    match item:
        case Heard():
            _heard(turn, item)
        case LinkConnecting():
            linkage.connecting(turn, item)
        case LinkUp():
            linkage.up(turn, item)
        case LinkDown():
            linkage.down(turn, item)
        case LinkStopped():
            linkage.stopped(turn, item)
        case RoundTrip():
            linkage.round_trip(turn, item)
        case LinkSilent():
            linkage.silent(turn, item)
        case Written():
            delivery.written(turn, item.op_id, item.at)
            operations.written(turn, item.op_id, item.at)
        case Unsent():
            for op_id in item.op_ids:
                delivery.unsent(turn, op_id)
        case Unsendable():
            _refused(turn, item.op_id, ErrorReply(code="UNSENDABLE", message=item.sentence))
        case Tick():
            _tick(turn, item.at)
        case SessionOpened():
            rooms.opened_session(turn, item)
        case IdentityKnown():
            turn.set(me=turn.state.me or item.user)
        case RoomsListed():
            rooms.listed(turn, item)
        case MembersListed():
            people.listed(turn, item)
        case HistoryLoaded():
            rooms.loaded(turn, item)
        case HistoryFailed():
            rooms.failed(turn, item)
        case Typed():
            delivery.typed(turn, item)
        case EditAsked():
            operations.edit(turn, item)
        case DeleteAsked():
            operations.delete(turn, item)
        case RedactAsked():
            operations.redact(turn, item)
        case ReactAsked():
            operations.react(turn, item)
        case JoinAsked():
            rooms.join(turn, item)
        case LeaveAsked():
            rooms.leave(turn, item)
        case StatusAsked():
            operations.status(turn, item)
        case RoomOpened():
            rooms.open_room(turn, item)
        case ThreadOpened():
            rooms.open_thread(turn, item)
        case Composing():
            rooms.composing(turn, item)
        case DraftKept():
            rooms.keep_draft(turn, item)
        case Seen():
            receipts.seen(turn, item)
        case UnreadAsked():
            receipts.unread_from(turn, item)
        case ResendAsked():
            if not delivery.resend(turn, item):
                operations.resend(turn, item.op_id)
        case DiscardAsked():
            if not delivery.discard(turn, item):
                operations.discard(turn, item.op_id)
        case OlderAsked():
            rooms.older(turn, item)
        case AttentionChanged():
            turn.set(attentive=item.attentive)
        case RetryAsked():
            turn.emit(Reconnect())
        case _:
            assert_never(item)


def _heard(turn: Turn, heard: Heard) -> None:
    counts = turn.state.counts
    unknown = sum(isinstance(one.payload, UnknownMessage) for one in heard.received)
    malformed = sum(isinstance(one.payload, MalformedMessage) for one in heard.received)
    turn.set(
        counts=replace(
            counts,
            received=counts.received + len(heard.received),
            unknown=counts.unknown + unknown,
            malformed=counts.malformed + malformed,
        )
    )
    for number, one in enumerate(heard.received):
        _event(turn, one, heard.at, f"{heard.stamp}.{number}")


def _event(turn: Turn, received: Received, at: int, op_id: str) -> None:  # noqa: C901, PLR0912
    event: Incoming = received.payload
    match event:
        case ChatMessage():
            messages.arrive(turn, event, at)
        case ChatEdited() | ChatDeleted() | ChatRedacted() | ChatReactionUpdate():
            messages.change(turn, event)
        case ChatReadUpdate():
            receipts.told(turn, event)
        case ChatTypingUser():
            people.typing(turn, event, at)
        case IncomingOffer():
            calls.offered(turn, event, at, op_id)
        case MemberJoined() | MemberLeft():
            people.membership(turn, event, at, op_id)
        case DeviceOnline() | DeviceOffline():
            people.device(turn, event)
        case PresenceUpdate():
            people.presence(turn, event)
        case Ack():
            _acked(turn, received.op_id or "", event)
        case ErrorReply():
            _refused(turn, received.op_id or "", event)
        case IncomingAnswer() | IncomingIce() | IncomingEnd() | PresencePong():
            """No call is on, and the heartbeat reads its pongs itself."""
        case UnknownMessage() | MalformedMessage():
            """Counted."""
        case _:
            """A request's model; a server's frame is never read as one."""


def _acked(turn: Turn, op_id: str, ack: Ack) -> None:
    if not delivery.acked(turn, op_id, ack.data):
        operations.acked(turn, op_id)


def _refused(turn: Turn, op_id: str, error: ErrorReply) -> None:
    said = clean(error.message or error.code, one_line=True, limit=200).rstrip(".")
    if op_id and delivery.refused(turn, op_id, clean(said)):
        return
    operation = operations.refused(turn, op_id, error) if op_id else None
    if operation is not None and operation.verb == "join":
        rooms.join_refused(turn, operation, error)
    elif operation is None and error.code == "ERR_RATE_LIMIT":
        turn.emit(
            Notify("The server asks for fewer messages; sending goes on more slowly.", "warning")
        )
    elif operation is None:
        turn.emit(Notify(f"The server reports: {said}.", "warning"))


def _tick(turn: Turn, at: int) -> None:
    people.forget_typing(turn, at)
    delivery.overdue(turn, at)
    operations.overdue(turn, at)
    typing = any(room.typing for room in turn.rooms())
    if typing or at // 60_000 != turn.state.now // 60_000:
        turn.set(now=at)
