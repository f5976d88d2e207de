"""What calls find on this machine: packages, devices, and the servers that the settings name."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from wschat_tui.link.stun import silence_of
from wschat_tui.media.setup import Setup
from wschat_tui.runtime.call_loading import load_engine

if TYPE_CHECKING:
    from wschat_tui.runtime.clock import Clock
    from wschat_tui.state.calls.call_inputs import CallInput
    from wschat_tui.state.calls.call_views import Device
    from wschat_tui.storage.settings.calls import Calls

PACKAGES = ("aiortc", "av", "miniaudio")


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found."""

    hindrance: str = ""
    """Why there are no calls here; the rest is empty then."""
    packages: tuple[str, ...] = ()
    devices: tuple[Device, ...] = ()
    servers: tuple[tuple[str, str], ...] = ()
    """STUN and TURN servers with the reason for which one does not answer, or nothing."""


async def survey(calls: Calls, clock: Clock) -> Survey:
    """Load what calls need, list the devices, and ask the servers whether they are there."""
    servers = await _servers(calls)
    loaded = await asyncio.to_thread(load_engine)
    if isinstance(loaded, str):
        return Survey(loaded, servers=servers)
    engine = loaded(_unheard, Setup(backend=calls.backend), clock.now, clock.op_id)
    try:
        devices = await engine.devices()
    finally:
        await engine.close()
    return Survey("", await asyncio.to_thread(_packages), devices, servers)


async def _servers(calls: Calls) -> tuple[tuple[str, str], ...]:
    urls = calls.ice_servers or ()
    silences = await asyncio.gather(*map(silence_of, urls))
    return tuple(zip(urls, silences, strict=True))


def _packages() -> tuple[str, ...]:
    return tuple(map(_versioned, PACKAGES))


def _versioned(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"


def _unheard(_item: CallInput) -> None:
    """No call is made here, so nothing is told."""
