"""`wschat tail`: one line an event, for as long as somebody reads."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.lines import json_of, line_of, room_of
from wschat_tui.cli.opening import open_account
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import out, say
from wschat_tui.protocol.scopes import canonical
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.headless import Headless, headless, joined, refusal

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
    told = _Teller(rooms, account.user, as_json=as_json)
    async with headless(account, SystemClock(), tap=told.events) as client:
        return await told.narrate(client)


class _Teller:
    """Events on stdout as they come; how the connection is, and what went wrong, on stderr."""

    def __init__(self, rooms: tuple[str, ...], me: str, *, as_json: bool) -> None:
        self._rooms = frozenset(canonical(room, me) for room in rooms)
        self._me = me
        self._as_json = as_json
        self._reader_left: BrokenPipeError | None = None
        self._told = ""
        self._heard = 0

    def events(self, received: tuple[Received, ...]) -> None:
        """Print the events that are wanted.

        A reader that has left is remembered: raised here, it would end the tasks of the link.
        """
        try:
            for one in received:
                if not self._rooms or _is_in(one, self._rooms, self._me):
                    text = json_of(one) if self._as_json else line_of(one, self._me)
                    if text:
                        out(text)
        except BrokenPipeError as error:
            self._reader_left = error

    async def narrate(self, client: Headless) -> int:
        """Say what changes, until there is nothing to come; the exit code."""
        ended = _interrupted(client)
        while True:
            state = await client.until(lambda now: ended.is_set() or self._has_news(client, now))
            if self._reader_left:
                raise self._reader_left
            if ended.is_set():
                say("Interrupted.")
                return Exit.INTERRUPTED
            self._tell(client, state)
            if state.link.phase in {"stopped", "login"}:
                return Exit.NO_LINK
            if self._shut_out(state):
                return Exit.REFUSED

    def _has_news(self, client: Headless, state: State) -> bool:
        unheard = len(client.words) > self._heard
        return unheard or self._reader_left is not None or _words(state) != self._told

    def _tell(self, client: Headless, state: State) -> None:
        if _words(state) != self._told:
            self._told = _words(state)
            say(self._told)
        for sentence in client.words[self._heard :]:
            say(sentence)
        self._heard = len(client.words)

    def _shut_out(self, state: State) -> bool:
        """No room that is wanted lets this user in."""
        rooms = self._rooms
        answered = bool(rooms) and joined(state, tuple(rooms))
        return answered and all(refusal(state, room) for room in rooms)


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
