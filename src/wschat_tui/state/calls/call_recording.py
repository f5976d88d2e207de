"""Recording a call: never without the other side being told, in the chat of both."""

from wschat_tui.state.calls.call import Call
from wschat_tui.state.calls.call_effects import Record
from wschat_tui.state.calls.call_inputs import MediaRecording, RecordAsked
from wschat_tui.state.calls.call_media import change
from wschat_tui.state.effects import Notify
from wschat_tui.state.outbox import delivery
from wschat_tui.state.resolve import direct_scope
from wschat_tui.state.text import SafeText, clean
from wschat_tui.state.turn import Turn

BEGUN = "I am recording this call."
ENDED = "I stopped recording this call."


def asked(turn: Turn, wish: RecordAsked) -> None:
    """The user wants the call recorded, or no more; not where nobody can be told."""
    call = turn.state.call
    if call is None or call.phase != "active":
        turn.emit(Notify("There is no call to record.", "warning"))
    elif wish.path and turn.state.link.phase != "online":
        said = "You are not connected, so the other side cannot be told: nothing is recorded."
        turn.emit(Notify(said, "warning", direct_scope(turn.state, call.peer)))
    else:
        turn.emit(Record(call.media, wish.path))


def told(turn: Turn, call: Call, item: MediaRecording) -> None:
    """A recording began, or ended."""
    scope = direct_scope(turn.state, call.peer)
    before = call.recording
    change(turn, call, recording=clean(item.path, one_line=True, limit=300))
    if item.sentence:
        turn.emit(Notify(clean(item.sentence, one_line=True, limit=300), "warning", scope))
    if bool(before) != bool(item.path):
        delivery.announce(turn, item.op_id, item.at, scope, BEGUN if item.path else ENDED)


def cut(turn: Turn, call: Call, at: int) -> None:
    """A recording ends with the media it is made of."""
    if call.recording:
        change(turn, call, recording=SafeText(""))
        scope = direct_scope(turn.state, call.peer)
        delivery.announce(turn, f"{call.media}.recorded", at, scope, ENDED)
