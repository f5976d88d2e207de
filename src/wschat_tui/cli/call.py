"""`wschat call USER`: place a call, print how it goes, and fail where no media flowed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from wschat_tui.cli.call_opening import calling
from wschat_tui.cli.call_options import wanted_from
from wschat_tui.cli.exits import Exit
from wschat_tui.cli.following import Following, Refusals, Scene
from wschat_tui.cli.options import choice_from
from wschat_tui.cli.speech import say
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.state.calls.call_inputs import CallAsked

if TYPE_CHECKING:
    import argparse

    from wschat_tui.cli.call_options import Wanted


def run(options: argparse.Namespace) -> int:
    """Call somebody; the exit code says whether media flowed as wanted."""
    wanted = wanted_from(options)
    if isinstance(wanted, str):
        say(wanted)
        return Exit.USAGE
    return asyncio.run(_call(options, wanted))


async def _call(options: argparse.Namespace, wanted: Wanted) -> int:
    clock, refusals = SystemClock(), Refusals()
    choice, relay_only = choice_from(options), options.relay_only
    async with calling(choice, wanted, clock, relay_only=relay_only, tap=refusals.hear) as client:
        if isinstance(client, int):
            return client
        return await _placed(Scene(client, wanted, clock, refusals), options.callee)


async def _placed(scene: Scene, user: str) -> int:
    client, wanted, call = scene.client, scene.wanted, scene.clock.op_id()
    asked = CallAsked(call, scene.clock.now(), user, wanted.kind, wanted.shows, wanted.what)
    client.session.feed(asked)
    if client.state.call is None or client.state.call.id != call:
        say(" ".join(client.words) or f"{user} cannot be called; nothing was sent.")
        return Exit.USAGE
    return await Following(scene, call).to_the_end()
