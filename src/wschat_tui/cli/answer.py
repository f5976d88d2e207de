"""`wschat answer`: wait for calls, take them, print how they go."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from wschat_tui.cli.call_opening import calling
from wschat_tui.cli.call_options import wanted_from
from wschat_tui.cli.exits import Exit
from wschat_tui.cli.following import Following, Scene
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import say
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.state.calls.call_inputs import CallAccepted, CallDeclined
from wschat_tui.state.select import name_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from wschat_tui.cli.call_options import Wanted
    from wschat_tui.state.calls.call import Call
    from wschat_tui.state.model import State


def run(options: argparse.Namespace) -> int:
    """Take calls until Ctrl+C, or one with --once."""
    wanted = wanted_from(options)
    if isinstance(wanted, str):
        say(wanted)
        return Exit.USAGE
    if not options.auto and (options.token_stdin or not sys.stdin.isatty()):
        say("There is no terminal to ask on whether to take a call; add --auto to take all.")
        return Exit.USAGE
    return asyncio.run(_answer(options, wanted))


async def _answer(options: argparse.Namespace, wanted: Wanted) -> int:
    clock = SystemClock()
    async with calling(
        choice_from(options), wanted, clock, relay_only=options.relay_only
    ) as client:
        if isinstance(client, int):
            return client
        return await _Reception(Scene(client, wanted, clock), options).serve()


class _Reception:
    """Whoever calls is asked about, or taken, one at a time."""

    def __init__(self, scene: Scene, options: argparse.Namespace) -> None:
        self._scene = scene
        self._client = scene.client
        self._clock = scene.clock
        self._stop = scene.stop
        self._auto: bool = options.auto
        self._caller: str = options.caller or ""
        self._once: bool = options.once

    async def serve(self) -> int:
        """Take calls; the exit code of the only one, or of the interruption."""
        say(f"Waiting for calls as {self._client.state.me}; Ctrl+C ends it.")
        while True:
            call = await self._next_call()
            if isinstance(call, int):
                return call
            code = await self._taken(call)
            if self._stop.asked:
                say("Interrupted.")
                return Exit.INTERRUPTED
            if code is not None and self._once:
                return code

    async def _next_call(self) -> Call | int:
        """The call that rings next, or the exit code where none can come."""
        while True:
            state = await self._client.until(self._has_news)
            self._scene.narration.tell()
            if self._stop.asked:
                say("Interrupted.")
                return Exit.INTERRUPTED
            if state.call is not None and state.call.phase == "in_ringing":
                return state.call
            if state.link.phase in {"stopped", "login"}:
                say(str(state.link.sentence))
                return Exit.NO_LINK

    def _has_news(self, state: State) -> bool:
        rings = state.call is not None and state.call.phase == "in_ringing"
        over = state.link.phase in {"stopped", "login"}
        return rings or over or self._stop.asked or self._scene.narration.news

    async def _taken(self, call: Call) -> int | None:
        """Follow the call to its end if it is taken; None where it was not, or ceased to ring."""
        name = name_of(self._client.state, call.peer)
        if self._caller and call.peer != self._caller:
            say(f"{name} calls ({call.kind}); declined, for only {self._caller} is waited for.")
            self._decline()
            return None
        if not self._auto and not await self._agreed(call, name):
            return None
        op_id, now = self._clock.op_id(), self._clock.now()
        wanted = self._scene.wanted
        self._scene.feed(CallAccepted(op_id, now, wanted.shows, wanted.what))
        return await Following(self._scene, call.id).to_the_end()

    async def _agreed(self, call: Call, name: str) -> bool:
        """Ask on the terminal; the call may end before the answer."""
        say(f"{name} calls ({call.kind}). Take it? [y/n]")
        answer = await self._typed(lambda now: self._gone(now, call))
        if answer is None and not self._stop.asked:
            say("It rings no more.")
            return False
        if answer is not None and answer.strip().lower() in {"y", "yes"}:
            return True
        self._decline()
        return False

    async def _typed(self, gone: Callable[[State], bool]) -> str | None:
        """The line that is typed next; None where there is nothing to answer any more."""
        lines: list[str] = []
        loop = asyncio.get_running_loop()

        def read() -> None:
            lines.append(sys.stdin.readline())
            self._client.wake()

        loop.add_reader(sys.stdin, read)
        try:
            await self._client.until(lambda now: bool(lines) or gone(now))
        finally:
            loop.remove_reader(sys.stdin)
        return lines[0] if lines else None

    def _gone(self, state: State, call: Call) -> bool:
        return self._stop.asked or state.call is None or state.call.id != call.id

    def _decline(self) -> None:
        self._scene.feed(CallDeclined(self._clock.op_id(), self._clock.now()))
