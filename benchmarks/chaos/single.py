"""One client and one fault: a server that hangs up at once, and one that falls silent."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.chaos.proxy import Proxy
from benchmarks.chaos.world import Client, Server
from wschat_tui.link.options import Timers

FLAPPING = 3.0
"""Seconds for which the server hangs up."""

MOST_CONNECTS = 10


async def connects_to_a_flapping_server(folder: Path) -> int:
    """How often a client connects in 3 s to a server that accepts and hangs up."""
    async with Proxy(seed=0) as proxy:
        server = Server(folder / "server.db", proxy)
        client = _client(folder, proxy)
        await server.start()
        proxy.manner = "flapping"
        await client.start()
        while not proxy.ledger.connects["alice"]:  # noqa: ASYNC110  The proxy announces nothing.
            await asyncio.sleep(0.005)
        await asyncio.sleep(FLAPPING)
        connects = proxy.ledger.connects["alice"]
        await client.stop()
        await server.stop()
    return connects


async def seconds_to_notice_a_dead_peer(folder: Path) -> float:
    """From the last byte that came to the moment when the client says that it is not online."""
    clock = asyncio.get_running_loop()
    async with Proxy(seed=0) as proxy:
        server = Server(folder / "server.db", proxy)
        client = _client(folder, proxy)
        await server.start()
        await client.start()
        await client.until(lambda: client.phase == "online")
        proxy.silence("alice")
        began = clock.time()
        await client.until(lambda: client.phase != "online", patience=2 * DEAD_AFTER)
        took = clock.time() - began
        await client.stop()
        await server.stop()
    return took


DEAD_AFTER = Timers().dead_after
"""The sum of the timers, in seconds."""

LATE = 1.0
"""Seconds for the process to say so, on a machine that other processes share."""


def _client(folder: Path, proxy: Proxy) -> Client:
    home = folder / "alice"
    home.mkdir(mode=0o700)
    return Client("alice", home, f"ws://127.0.0.1:{proxy.port}/v1/ws", "--real-timers")
