"""A call followed to its end: figures on stdout, what happens on stderr, hung up in time."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from wschat_tui.cli.call_lines import flowed, last_line, second_line, verdict
from wschat_tui.cli.exits import Exit
from wschat_tui.cli.speech import out, say
from wschat_tui.protocol.events import ErrorReply
from wschat_tui.state.calls.call_inputs import HangUpAsked, RecordAsked
from wschat_tui.state.select import name_of

if TYPE_CHECKING:
    from wschat_tui.cli.call_options import Wanted
    from wschat_tui.protocol.codec import Received
    from wschat_tui.runtime.clock import Clock
    from wschat_tui.runtime.headless import Headless
    from wschat_tui.state.calls.call import Call, CallOver
    from wschat_tui.state.calls.call_inputs import CallInput
    from wschat_tui.state.model import State


class Stop:
    """Ctrl+C, or a request to end: whoever waits for the client is woken."""

    def __init__(self, client: Headless) -> None:
        self.asked = False
        self._client = client
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._ask)

    def _ask(self) -> None:
        self.asked = True
        self._client.wake()


class Narration:
    """What the client has to say beside the call, each sentence once."""

    def __init__(self, client: Headless) -> None:
        self._client = client
        self._heard = 0

    @property
    def news(self) -> bool:
        """There is something to say."""
        return len(self._client.words) > self._heard

    def tell(self) -> None:
        """Say it."""
        for sentence in self._client.words[self._heard :]:
            say(sentence)
        self._heard = len(self._client.words)


class Refusals:
    """What the server would not do, by the op_id of the frame."""

    def __init__(self) -> None:
        self._op_ids: list[str] = []

    def hear(self, received: tuple[Received, ...]) -> None:
        """Look for errors among what came."""
        self._op_ids += [
            one.op_id for one in received if isinstance(one.payload, ErrorReply) and one.op_id
        ]

    def concern(self, call: str) -> bool:
        """A frame of this call was refused; each is numbered behind the call's id."""
        return any(op_id.startswith(call) for op_id in self._op_ids)


class Scene:
    """What every call of a run has in common."""

    def __init__(
        self, client: Headless, wanted: Wanted, clock: Clock, refusals: Refusals | None = None
    ) -> None:
        self.client = client
        self.wanted = wanted
        self.clock = clock
        self.refusals = refusals or Refusals()
        self.stop = Stop(client)
        self.narration = Narration(client)

    def feed(self, *inputs: CallInput) -> None:
        """Hand inputs to the session."""
        self.client.session.feed(*inputs)


class Following:
    """One call, from the moment it is there."""

    def __init__(self, scene: Scene, call: str) -> None:
        self._scene = scene
        self._client = scene.client
        self._id = call
        self._wanted = scene.wanted
        self._stop = scene.stop
        self._clock = scene.clock
        self._narration = scene.narration
        self._last: Call | None = None
        self._deadline: float | None = None
        self._recording = False
        self._recorded = False
        self._seen: frozenset[str] = frozenset()
        self._words: tuple[str, ...] = ()

    async def to_the_end(self) -> int:
        """Print, wait and hang up as wanted; the exit code that the call comes to."""
        if self._wanted.patience is not None:
            self._deadline = asyncio.get_running_loop().time() + self._wanted.patience
        while (call := self._call(self._client.state)) is not None:
            self._note(call)
            try:
                async with asyncio.timeout_at(self._deadline):
                    await self._client.until(self._moved)
            except TimeoutError:
                self._hang_up()
            if self._stop.asked:
                self._hang_up()
        return self._over(self._client.state.call_over)

    def _moved(self, state: State) -> bool:
        call = self._call(state)
        return call is not self._last or self._stop.asked or self._narration.news

    def _call(self, state: State) -> Call | None:
        return state.call if state.call is not None and state.call.id == self._id else None

    def _note(self, call: Call) -> None:
        before, self._last = self._last, call
        self._narration.tell()
        self._seen |= flowed(call.stats)
        self._words = call.words or self._words
        self._recorded |= bool(call.recording)
        for sentence in _changes(before, call, name_of(self._client.state, call.peer)):
            say(sentence)
        if before is not None and before.phase == "out_ringing" != call.phase:
            self._deadline = None
        if call.active_at is not None and (before is None or before.active_at is None):
            self._began()
        if self._wanted.each_second and before is not None and call.stats is not before.stats:
            began = call.active_at or call.phase_at
            out(second_line(call, max(0, self._clock.now() - began) / 1000))

    def _began(self) -> None:
        """Media flow: now the call's time counts, and what is to be recorded is."""
        wanted = self._wanted
        now = asyncio.get_running_loop().time()
        self._deadline = None if wanted.seconds is None else now + wanted.seconds
        if wanted.record and not self._recording:
            self._recording = True
            self._scene.feed(RecordAsked(self._clock.op_id(), self._clock.now(), wanted.record))

    def _hang_up(self) -> None:
        self._deadline = None
        self._scene.feed(HangUpAsked(self._clock.op_id(), self._clock.now()))

    def _over(self, over: CallOver | None) -> int:
        self._narration.tell()
        if over is None or over.id != self._id:
            return Exit.REFUSED
        seen = self._seen | flowed(over.stats)
        refused = self._scene.refusals.concern(self._id)
        code = verdict(over, seen, self._wanted.expect, refused=refused)
        if code is Exit.OK and self._wanted.record and not self._recorded:
            code = Exit.NO_MEDIA
        code = Exit.INTERRUPTED if self._stop.asked else code
        out(last_line(over, seen, code, self._words))
        if over.sentence not in self._client.words[-2:]:
            say(str(over.sentence))
        if code is Exit.NO_MEDIA:
            self._blame(seen)
        return code

    def _blame(self, seen: frozenset[str]) -> None:
        lacking = ", ".join(sorted(self._wanted.expect - seen))
        if lacking:
            say(f"What was expected and did not flow: {lacking}.")
        if self._wanted.record and not self._recorded:
            say("Nothing was recorded.")


def _changes(before: Call | None, now: Call, name: str) -> list[str]:
    """What is new about a call, a sentence each. name: of the other side, cleaned."""
    told = []
    if before is None or before.phase != now.phase:
        told.append(_PHASES[now.phase].format(name=name, kind=now.kind))
    if now.words and (before is None or before.words != now.words):
        told.append(f"Words to compare with the other side: {' '.join(now.words)}.")
    if now.notice and (before is None or before.notice != now.notice):
        told.append(str(now.notice))
    if now.recording and (before is None or before.recording != now.recording):
        told.append(f"Both sides are recorded to {now.recording}.")
    if before is not None and before.reconnecting != now.reconnecting:
        told.append("Nothing comes; reconnecting." if now.reconnecting else "Media flow again.")
    return told


_PHASES = {
    "out_ringing": "Calling {name} ({kind}).",
    "in_ringing": "{name} calls ({kind}).",
    "connecting": "Connecting to {name}.",
    "active": "Connected to {name}.",
}
