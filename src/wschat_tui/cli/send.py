"""`wschat send SCOPE BODY`: post a message, wait for the ack, print the message's id."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from wschat_tui.cli.exits import Exit
from wschat_tui.cli.opening import open_account
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import out, say
from wschat_tui.protocol.scopes import kind_of
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.headless import Headless, headless, joined, refusal, scope_of, settled
from wschat_tui.state.inputs import Typed
from wschat_tui.state.text import clean

if TYPE_CHECKING:
    import argparse

    from wschat_tui.runtime.choice import Choice
    from wschat_tui.state.model import Message, State

LOGIN = " Run `wschat login`, or pass another token."


def run(options: argparse.Namespace) -> int:
    """Post one message."""
    if options.body == "-" and options.token_stdin:
        say("The body and the token cannot both come from stdin; give one of them another way.")
        return Exit.USAGE
    rooms = (options.scope,) if kind_of(options.scope) != "direct" else ()
    choice = choice_from(options, rooms=rooms)
    body = _from_stdin() if options.body == "-" else options.body
    if body is None:
        say("What came on stdin is not UTF-8 text; nothing was sent.")
        return Exit.USAGE
    if not body.strip():
        say("There is nothing to send: the body is empty.")
        return Exit.USAGE
    return asyncio.run(_send(options, choice, body))


def _from_stdin() -> str | None:
    """All of stdin; None where it is not text, whatever the locale makes of it."""
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        return None


async def _send(options: argparse.Namespace, choice: Choice, body: str) -> int:
    account = await open_account(choice)
    if isinstance(account, int):
        return account
    clock = SystemClock()
    async with headless(account, clock) as client:
        try:
            async with asyncio.timeout(options.timeout):
                return await _post(client, options, body, clock)
        except TimeoutError:
            return _late(client, options.timeout)


async def _post(
    client: Headless, options: argparse.Namespace, body: str, clock: SystemClock
) -> int:
    state = await client.until(lambda now: settled(now) or now.link.phase == "waiting")
    if state.link.phase != "online":
        mend = LOGIN if state.link.phase == "login" else ""
        say(f"{state.link.sentence.partition(';')[0].rstrip('.')}; nothing was sent.{mend}")
        return Exit.NO_LINK
    scope = scope_of(state, options.scope)
    state = await client.until(lambda now: joined(now, (scope,)) or now.link.phase != "online")
    if refusal(state, scope):
        say(" ".join(client.words) or f"The server did not let you into {options.scope}.")
        return Exit.REFUSED
    op_id = clock.op_id()
    client.session.feed(Typed(op_id, clock.now(), scope, body, options.parent))
    state = await client.until(lambda now: _over(now, op_id))
    return _report(state, client, scope, op_id)


def _over(state: State, op_id: str) -> bool:
    row = next((one for one in state.outbox if one.op_id == op_id), None)
    return row is None or row.phase in {"failed", "unconfirmed"}


def _report(state: State, client: Headless, scope: str, op_id: str) -> int:
    message = _found(state, scope, op_id)
    if message is None:
        say(" ".join(client.words))
        return Exit.USAGE
    if message.delivery == "sent":
        # The server chose it, and may have chosen what a terminal obeys.
        out(clean(message.id, one_line=True))
        return Exit.OK
    if message.delivery == "failed":
        say(f"The server refused the message: {message.problem}.")
        return Exit.REFUSED
    say(f"{message.problem}; the message may or may not have arrived, look before sending again.")
    return Exit.TIMED_OUT


def _found(state: State, scope: str, op_id: str) -> Message | None:
    room = state.rooms.get(scope)
    return (
        next((one for one in reversed(room.messages) if one.op_id == op_id), None) if room else None
    )


def _late(client: Headless, seconds: float) -> int:
    if not client.state.link.ever_online:
        say(f"The server did not answer in {seconds:g} s; nothing was sent.")
        return Exit.TIMED_OUT
    say(
        f"No confirmation in {seconds:g} s; the message may or may not have arrived, "
        "look before sending again."
    )
    return Exit.TIMED_OUT
