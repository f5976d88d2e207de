"""`wschat tail`: one line an event, for as long as somebody reads."""

from __future__ import annotations

import asyncio
import signal
from functools import partial
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.lines import line_of, room_of
from wschat_tui.cli.opening import open_account
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import out, say
from wschat_tui.protocol.scopes import canonical
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.headless import Headless, headless

if TYPE_CHECKING:
    import argparse

    from wschat_tui.protocol.codec import Received
    from wschat_tui.runtime.choice import Choice
    from wschat_tui.state.model import State


def run(options: argparse.Namespace) -> int:
    """Print events until Ctrl+C, or until the server is gone for good."""
    rooms = tuple(options.room)
    return asyncio.run(_tail(choice_from(options, rooms=rooms), rooms, as_json=options.json))


async def _tail(choice: Choice, rooms: tuple[str, ...], *, as_json: bool) -> int:
    account = await open_account(choice)
    if isinstance(account, int):
        return account
    wanted = frozenset(canonical(room, account.user) for room in rooms)

    def print_events(received: tuple[Received, ...]) -> None:
        for one in received:
            if not wanted or _is_in(one, wanted, account.user):
                text = one.raw if as_json else line_of(one, account.user)
                if text:
                    out(text)

    async with headless(account, SystemClock(), tap=print_events) as client:
        return await _narrate(client)


async def _narrate(client: Headless) -> int:
    """Say how the connection is whenever that changes; end when it is over for good."""
    told = ""
    ended = _interrupted(client)
    while True:
        state = await client.until(partial(_moved_on, told, ended))
        if ended.is_set():
            say("Interrupted.")
            return Exit.INTERRUPTED
        told = _words(state)
        say(told)
        if state.link.phase in {"stopped", "login"}:
            return Exit.NO_LINK


def _moved_on(told: str, ended: asyncio.Event, state: State) -> bool:
    return ended.is_set() or _words(state) != told


def _words(state: State) -> str:
    link = state.link
    match link.phase:
        case "online":
            return f"Connected to {state.server} as {state.me or 'somebody the server knows'}."
        case "connecting" | "idle":
            return f"Connecting to {state.server}…"
        case _:
            return str(link.sentence)


def _is_in(received: Received, wanted: frozenset[str], me: str) -> bool:
    room = room_of(received)
    return room is not None and canonical(room, me) in wanted


def _interrupted(client: Headless) -> asyncio.Event:
    ended = asyncio.Event()

    def end() -> None:
        ended.set()
        client.wake()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, end)
    return ended
