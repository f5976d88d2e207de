"""Actions on what is kept of a call: that it is with the right person, and a recording."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wschat_tui.state.select import name_of
from wschat_tui.ui.actions import Action, Parameter, Slash
from wschat_tui.ui.acts.in_call import NO_CALL, connected, in_call, on_call
from wschat_tui.ui.call_words import recording_file
from wschat_tui.ui.later import call_inputs

if TYPE_CHECKING:
    from wschat_tui.ui.desk import Desk


@in_call
def _verify(desk: Desk, _rest: str) -> None:
    desk.phone.verify()


@in_call
def _record(desk: Desk, rest: str) -> str | None:
    call = desk.state.call
    if call is None:
        return NO_CALL
    if call.recording:
        desk.feed(call_inputs.RecordAsked(desk.op_id(), desk.now(), ""))
        return None
    file = Path(rest).expanduser() if rest else Path.home() / recording_file(call, desk.now())
    if file.suffix not in {".webm", ".mkv"}:
        return "A recording is a .webm or .mkv file; /record FILE, or nothing for a usual name."

    def go() -> None:
        desk.feed(call_inputs.RecordAsked(desk.op_id(), desk.now(), str(file)))

    name = name_of(desk.state, call.peer)
    desk.confirm(f"Record both sides to {_shown(file)}? {name} is told in the chat.", "Record", go)
    return None


def _shown(file: Path) -> str:
    home = Path.home()
    return f"~/{file.relative_to(home)}" if file.is_relative_to(home) else str(file)


ACTIONS = (
    Action(
        "call.verify",
        "Compare words, to know that nobody stands between",
        "Calls",
        _verify,
        keys=("w",),
        context="call",
        slash=Slash("verify"),
        hint="verify",
        allowed=on_call,
        hindrance=connected,
    ),
    Action(
        "call.record",
        "Record both sides, or stop",
        "Calls",
        _record,
        keys=("r",),
        context="call",
        slash=Slash("record", (Parameter("file", "text", required=False),)),
        hint="record",
        allowed=on_call,
        hindrance=connected,
    ),
)
