"""A client without a screen, in a process of its own: told on stdin what its user does.

Orders and reports are JSON, one a line. What is typed is reported as kept when it is on the disk;
whoever kills the process before that has no promise about it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.chaos.opening import Opened, account_of, opened
from benchmarks.chaos.outcome import name_of
from benchmarks.chaos.telling import told
from wschat_tui.link.options import Timers
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.state.effects import GiveBack, Notify
from wschat_tui.state.inputs import (
    DeleteAsked,
    DiscardAsked,
    DraftKept,
    EditAsked,
    OlderAsked,
    ReactAsked,
    RedactAsked,
    ResendAsked,
    RoomOpened,
    Seen,
    Typed,
)

if TYPE_CHECKING:
    from wschat_tui.state.model import State

QUICK = replace(
    Timers(),
    open_timeout=3.0,
    ping_interval=1.0,
    ping_timeout=1.0,
    close_timeout=1.0,
    longest_delay=1.5,
    silence_step=0.2,
)
"""Timers of a client that is to live through much in little time."""


class Seat:
    """A user at a session."""

    def __init__(self, here: Opened, clock: SystemClock, *, naive: bool = False) -> None:
        self._here = here
        self._session = here.session
        self._clock = clock
        self._phase = ""
        self._naive = naive
        self._session.listen(self._moved)
        self._session.on_word(self._word)

    def do(self, order: dict[str, Any]) -> None:
        """Do what the user does."""
        op_id, at = self._clock.op_id(), self._clock.now()
        match order["do"]:
            case "type":
                self._feed(Typed(op_id, at, order["scope"], order["text"]))
                name = order["name"]
                self._here.after(op_id, lambda: report(kept=name, op=op_id))
            case "see" | "draft" | "edit" | "delete" | "redact" | "react":
                getattr(self, f"_{order['do']}")(order, op_id, at)
                self._here.after(op_id, lambda: report(done=order["deed"]))
            case "open":
                self._feed(RoomOpened(op_id, at, order["scope"]))
            case "older":
                self._feed(OlderAsked(order["scope"]))
            case "resend":
                self._feed(ResendAsked(order["on"], at))
            case "discard":
                self._feed(DiscardAsked(order["on"]))
            case "tell":
                report(told=told(self._session.state))
            case other:
                raise ValueError(other)

    # What is going to be done is reported before it is: who is killed in between may have done it.

    def _see(self, order: dict[str, Any], op_id: str, at: int) -> None:
        """Read a room to its end."""
        room = self._session.state.rooms.get(order["on"])
        named = [one for one in room.messages if one.named] if room else []
        if named:
            me = self._session.state.me
            others = [one.id for one in named if one.author != me and not one.deleted]
            last = named[-1].id
            report(deed=order["deed"], value=last, others=others[-1] if others else "")
            self._feed(Seen(op_id, at, order["on"], last, by_hand=True))

    def _draft(self, order: dict[str, Any], _op_id: str, _at: int) -> None:
        self._feed(DraftKept(order["on"], "", order["value"]))

    def _edit(self, order: dict[str, Any], op_id: str, at: int) -> None:
        if message := self._found(order, op_id):
            self._feed(EditAsked(op_id, at, message, order["value"]))

    def _delete(self, order: dict[str, Any], op_id: str, at: int) -> None:
        if message := self._found(order, op_id):
            self._feed(DeleteAsked(op_id, at, message))

    def _redact(self, order: dict[str, Any], op_id: str, at: int) -> None:
        if message := self._found(order, op_id):
            self._feed(RedactAsked(op_id, at, message, order["value"]))

    def _react(self, order: dict[str, Any], op_id: str, at: int) -> None:
        if message := self._found(order, op_id):
            self._feed(ReactAsked(op_id, at, message, order["value"]))
            asked = self._session.state.operations[op_id].request
            report(deed=order["deed"], action=getattr(asked, "action", ""))

    def _found(self, order: dict[str, Any], op_id: str) -> str:
        """The message of this name, where it is shown, and the server has it and its words."""
        for room in self._session.state.rooms.values():
            for one in room.messages:
                if one.named and name_of(one.source) == order["name"]:
                    report(deed=order["deed"], on=one.id, op=op_id)
                    return one.id
        return ""

    def _feed(self, item: Any) -> None:
        self._session.feed(item)

    def _moved(self) -> None:
        state: State = self._session.state
        if state.link.phase != self._phase:
            self._phase = state.link.phase
            report(phase=self._phase)
        if self._naive and state.link.phase == "online":
            doubtful = [row.op_id for row in state.outbox if row.phase == "unconfirmed"]
            self._session.feed(*(ResendAsked(one, self._clock.now()) for one in doubtful))

    def _word(self, word: Notify | GiveBack) -> None:
        if isinstance(word, Notify) and not word.bell:
            report(word=word.text, level=word.level)


def report(**facts: Any) -> None:
    """One line on stdout."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def live(given: argparse.Namespace) -> None:
    """Open the session and do as told, until stdin ends."""
    clock = SystemClock(lambda: time.time_ns() + given.skew * 10**9)
    timers = Timers() if given.real_timers else QUICK
    account = await account_of(given.server, given.user, tuple(given.room), timers)
    failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    here = await opened(
        account,
        clock,
        lambda fault: failed.done() or failed.set_exception(fault),
        None if given.forgetful else given.home / "history.db",
    )
    seat = Seat(here, clock, naive=given.naive)
    report(ready=given.user)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    async with asyncio.TaskGroup() as group:
        watch = group.create_task(_raise(failed), name="faults")
        async for line in reader:
            seat.do(json.loads(line))
        watch.cancel()
    await here.session.close()


async def _raise(failed: asyncio.Future[None]) -> None:
    await failed


def main() -> None:
    """One life of a client."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--room", action="append", default=[])
    parser.add_argument("--naive", action="store_true", help="send again what is in doubt")
    parser.add_argument("--skew", type=int, default=0, help="seconds that its clock is ahead")
    parser.add_argument("--forgetful", action="store_true", help="keep nothing on the disk")
    parser.add_argument("--real-timers", action="store_true")
    asyncio.run(live(parser.parse_args()))


if __name__ == "__main__":
    main()
