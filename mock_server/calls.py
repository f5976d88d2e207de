"""The calls in flight, as a table of what each signal makes of them. Nothing here answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from wschat_tui.protocol.objects import CallType

Phase = Literal["idle", "ringing", "connected"]
Signal = Literal["offer", "answer", "end"]

STEPS: Mapping[tuple[Phase, Signal], Phase] = {
    ("idle", "offer"): "ringing",
    ("ringing", "offer"): "ringing",
    ("connected", "offer"): "connected",
    ("ringing", "answer"): "connected",
    ("ringing", "end"): "idle",
    ("connected", "end"): "idle",
}
"""A pair that is missing changes nothing; an offer within a call renegotiates it."""

RING_FOR = 45_000
"""Milliseconds after which an unanswered offer is no call any more."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call between two users. A pair has one at most."""

    caller_id: str
    callee_id: str
    call_type: CallType
    phase: Phase
    since: int
    """When it came into this phase, in milliseconds since the Unix epoch."""


@dataclass
class Calls:
    """What the relayed signals add up to."""

    _calls: dict[frozenset[str], Call] = field(default_factory=dict)

    def between(self, one: str, other: str, now: int) -> Call | None:
        """The call of two users, if there is one."""
        call = self._calls.get(frozenset({one, other}))
        return None if call is None or _rang_out(call, now) else call

    def in_flight(self, now: int) -> list[Call]:
        return [call for call in self._calls.values() if not _rang_out(call, now)]

    def offered(self, caller: str, callee: str, call_type: CallType, now: int) -> None:
        """An offer: a new call, a renegotiation, or glare, where the id that sorts first calls."""
        call = self.between(caller, callee, now)
        if call is None:
            call = Call(caller, callee, call_type, STEPS["idle", "offer"], now)
        elif call.phase == "ringing" and caller < call.caller_id:
            call = Call(caller, callee, call_type, "ringing", now)
        self._calls[frozenset({caller, callee})] = call

    def signalled(self, one: str, other: str, signal: Signal, now: int) -> None:
        """An answer or an end between two users."""
        call = self.between(one, other, now)
        if call is None:
            return
        if signal == "answer" and one == call.caller_id:
            return
        phase = STEPS.get((call.phase, signal), call.phase)
        key = frozenset({one, other})
        if phase == "idle":
            del self._calls[key]
        elif phase != call.phase:
            self._calls[key] = Call(call.caller_id, call.callee_id, call.call_type, phase, now)


def _rang_out(call: Call, now: int) -> bool:
    return call.phase == "ringing" and now - call.since >= RING_FOR
