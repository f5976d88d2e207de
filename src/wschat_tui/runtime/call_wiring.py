"""Builds the media edge of a session: settings, servers and engine brought together."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from wschat_tui.link.address import Address, parse
from wschat_tui.media.setup import Setup
from wschat_tui.media.sources.terminal_feed import TerminalFeed
from wschat_tui.runtime.call_loading import load_engine, missing
from wschat_tui.runtime.calls import CallMedia
from wschat_tui.runtime.ice import find_way
from wschat_tui.state.calls.call_inputs import CallsKnown
from wschat_tui.state.effects import Notify

if TYPE_CHECKING:
    from collections.abc import Callable

    from wschat_tui.media.engine import Engine
    from wschat_tui.runtime.accounts import Account
    from wschat_tui.runtime.calls import Keep
    from wschat_tui.runtime.clock import Clock
    from wschat_tui.runtime.ice import Asked
    from wschat_tui.runtime.session import Session
    from wschat_tui.runtime.tasks import Tasks
    from wschat_tui.state.calls.call_inputs import CallInput


def setup_of(account: Account) -> Setup:
    """How calls of this account are made, as far as the settings say it."""
    calls, address = account.calls, parse(account.profile.server)
    return Setup(
        relay_only=bool(calls.relay_only),
        loopback_ok=isinstance(address, Address) and address.loopback,
        backend=calls.backend,
        microphone=calls.microphone,
        speaker=calls.speaker,
        camera=calls.camera,
        screen=calls.screen,
        microphone_volume=calls.microphone_volume,
        speaker_volume=calls.speaker_volume,
        talking=calls.talking,
        echo_cancel=calls.echo_cancel,
        name=account.user,
    )


def setup_on_screen(account: Account) -> Setup:
    """The same, with a place where the screen puts what it draws, so that calls can show it."""
    return replace(setup_of(account), terminal=TerminalFeed())


def open_media(
    account: Account,
    setup: Setup,
    session: Callable[[], Session],
    rest: Asked,
    keep: Keep,
    tasks: Tasks,
    clock: Clock,
) -> CallMedia:
    """The media of a session, none of it loaded yet; whether it can be is told soon."""

    async def make(setup: Setup, tell: Callable[[CallInput], None]) -> Engine | str:
        finding = find_way(account.calls, rest, lambda: session().state, os.environ)
        loaded, way = await asyncio.gather(asyncio.to_thread(load_engine), finding)
        if isinstance(loaded, str):
            return loaded
        if way.trouble:
            session().say(Notify(way.trouble, "warning"))
        return loaded(tell, replace(setup, ice_servers=way.servers), clock.now, clock.op_id)

    def feed(item: CallInput) -> None:
        session().feed(item)

    return CallMedia(make, setup, feed, keep, tasks, clock, rings=account.calls.ring)


async def look_for_calls(session: Session) -> None:
    """Tell the state whether calls can be taken here."""
    lack = await asyncio.to_thread(missing)
    if lack:
        session.media = None
    session.feed(CallsKnown(not lack, lack))
