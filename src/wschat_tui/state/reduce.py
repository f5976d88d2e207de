"""The one function that makes a new state from an old one: inputs in, state and effects out."""

from typing import assert_never

from wschat_tui.protocol.codec import Received
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
from wschat_tui.state import (
    attention,
    changes,
    identity,
    linkage,
    messages,
    operations,
    people,
    receipts,
    rooms,
    times,
    wishes,
)
from wschat_tui.state.calls import call_ending, call_frames, calls, negotiation, ringing
from wschat_tui.state.calls.call_inputs import CallInput
from wschat_tui.state.effects import Effect, Notify, Reconnect
from wschat_tui.state.history import approaches, history, pages, restoring, retries
from wschat_tui.state.history.archive_inputs import ArchiveInput
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
    Input,
    JoinAsked,
    LeaveAsked,
    LinkConnecting,
    LinkDown,
    LinkSilent,
    LinkStopped,
    LinkUp,
    OlderAsked,
    ReactAsked,
    RedactAsked,
    ResendAsked,
    RetryAsked,
    RoomOpened,
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
    Unverified,
    Verified,
    Written,
)
from wschat_tui.state.model import State
from wschat_tui.state.outbox import checks, delivery
from wschat_tui.state.server_inputs import IdentityKnown, MembersListed, RoomsListed
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn

SECOND = 1_000

MINUTE = 60_000
"""Milliseconds; views that show times need no finer clock."""


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
            call_frames.written(turn, item.op_id)
        case Unsent():
            for op_id in item.op_ids:
                delivery.unsent(turn, op_id)
                call_frames.unsent(turn, op_id)
        case Unsendable():
            _unsendable(turn, item)
        case Tick():
            _tick(turn, item.at)
        case SessionOpened():
            rooms.opened_session(turn, item)
        case IdentityKnown():
            identity.learn(turn, item.user)
        case RoomsListed():
            rooms.listed(turn, item)
        case MembersListed():
            people.listed(turn, item)
        case HistoryLoaded():
            pages.loaded(turn, item)
        case HistoryFailed():
            pages.failed(turn, item)
        case Verified():
            checks.verified(turn, item)
            delivery.pump(turn)
        case Unverified():
            checks.unverified(turn, item)
            delivery.pump(turn)
        case Typed():
            delivery.typed(turn, item)
        case EditAsked():
            wishes.edit(turn, item)
        case DeleteAsked():
            wishes.delete(turn, item)
        case RedactAsked():
            wishes.redact(turn, item)
        case ReactAsked():
            wishes.react(turn, item)
        case JoinAsked():
            rooms.join(turn, item)
        case LeaveAsked():
            rooms.leave(turn, item)
        case StatusAsked():
            wishes.status(turn, item)
        case RoomOpened():
            rooms.open_room(turn, item)
        case ThreadOpened():
            rooms.open_thread(turn, item)
        case Composing():
            rooms.composing(turn, item)
        case DraftKept():
            rooms.keep_draft(turn, item)
        case Seen():
            attention.seen(turn, item)
        case UnreadAsked():
            attention.unread_from(turn, item)
        case ResendAsked():
            if not delivery.resend(turn, item):
                operations.resend(turn, item.op_id)
        case DiscardAsked():
            if not delivery.discard(turn, item):
                operations.discard(turn, item.op_id)
        case OlderAsked():
            history.older(turn, item)
        case AttentionChanged():
            turn.set(attentive=item.attentive)
        case RetryAsked():
            turn.emit(Reconnect())
        case _ if isinstance(item, CallInput):
            calls.fold(turn, item)
        case _ if isinstance(item, ArchiveInput):
            restoring.fold(turn, item)
        case _:
            assert_never(item)


def _heard(turn: Turn, heard: Heard) -> None:
    kinds = [type(one.payload) for one in heard.received]
    turn.count_envelopes(len(kinds), kinds.count(UnknownMessage), kinds.count(MalformedMessage))
    for number, one in enumerate(heard.received):
        _event(turn, one, heard, number)


def _event(  # noqa: C901, PLR0912 - one line a kind of event
    turn: Turn, received: Received, heard: Heard, number: int
) -> None:
    event, at = received.payload, heard.at
    match event:
        case ChatMessage():
            messages.arrive(turn, event, at)
        case ChatEdited() | ChatDeleted() | ChatRedacted():
            changes.change(turn, event)
        case ChatReactionUpdate():
            changes.change(turn, event)
            operations.heard(turn, event)
        case ChatReadUpdate():
            receipts.told(turn, event)
        case ChatTypingUser():
            people.typing(turn, event, at)
        case IncomingOffer():
            ringing.offered(turn, event, at, f"{heard.stamp}.{number}")
        case IncomingAnswer():
            negotiation.answered(turn, event, at)
        case IncomingIce():
            calls.candidate(turn, event, at)
        case IncomingEnd():
            call_ending.told(turn, event, at)
        case MemberJoined() | MemberLeft():
            people.membership(turn, event, at, f"{heard.stamp}.{number}")
        case DeviceOnline() | DeviceOffline():
            people.device(turn, event)
        case PresenceUpdate():
            people.presence(turn, event)
        case Ack():
            _acked(turn, received.op_id or "", event, at)
        case ErrorReply():
            _refused(turn, received.op_id or "", event, at)
        case PresencePong():
            _compare_clocks(turn, event, at)
        case UnknownMessage() | MalformedMessage():
            """Counted."""
        case _:
            """A request's model; a server's frame is never read as one."""


def _acked(turn: Turn, op_id: str, ack: Ack, at: int) -> None:
    if delivery.acked(turn, op_id, ack.data, at):
        changes.catch_up(turn, delivery.named_by(ack.data))
    else:
        operations.acked(turn, op_id)
        delivery.pump(turn)


def _refused(turn: Turn, op_id: str, error: ErrorReply, at: int) -> None:
    if _was_refused(turn, op_id, error, at):
        return
    if error.code == "ERR_RATE_LIMIT":
        said = "The server asks for fewer messages; sending goes on more slowly."
    else:
        said = f"The server reports: {_said(error)}."
    turn.emit(Notify(said, "warning"))


def _unsendable(turn: Turn, item: Unsendable) -> None:
    error = ErrorReply(code="", message=item.sentence)
    if not _was_refused(turn, item.op_id, error, turn.state.now):
        turn.emit(Notify(clean(item.sentence, one_line=True, limit=300), "warning"))


def _was_refused(turn: Turn, op_id: str, error: ErrorReply, at: int) -> bool:
    """One of ours was not taken, and whoever asked for it is told."""
    said = _said(error)
    if delivery.refused(turn, op_id, said) or calls.refused(turn, op_id, error, said, at):
        return True
    operation = operations.refused(turn, op_id, error)
    if operation is not None and operation.verb == "join":
        rooms.join_refused(turn, operation, error)
        delivery.pump(turn)
    return operation is not None


def _said(error: ErrorReply) -> SafeText:
    said = clean(error.message or error.code, one_line=True, limit=200)
    return SafeText(said.rstrip("."))


def _compare_clocks(turn: Turn, pong: PresencePong, at: int) -> None:
    """How far the server's clock is from mine; small steps are the network's."""
    told = times.parse(pong.timestamp)
    if told is not None and abs(told - at - turn.state.skew) >= SECOND:
        turn.set(skew=told - at)


def _tick(turn: Turn, at: int) -> None:
    people.forget_typing(turn, at)
    operations.overdue(turn, at)
    calls.tick(turn, at)
    approaches.look(turn)
    retries.tick(turn, at)
    if at // MINUTE != turn.state.now // MINUTE:
        turn.set(now=at)
        delivery.expire(turn, at)
    delivery.tick(turn, at)
