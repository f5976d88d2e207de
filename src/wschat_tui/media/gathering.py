"""Our own addresses: those at hand at once, those that a server must name as they come.

aiortc gathers all in one step and waits 5 s for a server that does not answer, and with one such
server no call connects earlier. Here the addresses of this machine are enough to begin with.
"""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TYPE_CHECKING, Any

import aioice.ice
from aioice import Candidate

from wschat_tui.media.servers import lack
from wschat_tui.protocol.objects import IceCandidate

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from aiortc import RTCPeerConnection

    from wschat_tui.media.setup import Setup

PATIENCE = 5.0
"""Seconds that a STUN or TURN server is waited for."""

LOOPBACK = "127.0.0.1"


class Gathering:
    """The addresses of one connection; made before its first description is set."""

    def __init__(self, pc: RTCPeerConnection, setup: Setup) -> None:
        self._ice: Any = _agent(pc)
        self._servers: tuple[Any, Any] = (None, None)
        self.lack = lack(setup)
        """A sentence for the user, where no address at all is found."""
        self.loopback = setup.loopback_ok
        """127.0.0.1 is used, too: as asked, or since there is no other network."""
        if self._ice is None:
            return
        stun, turn = self._ice.stun_server, self._ice.turn_server
        if setup.relay_only:
            self._relay_alone(turn)
        else:
            self._servers = (stun, turn)
            self._ice.stun_server = self._ice.turn_server = None
            self.loopback = self.loopback or not _addresses()
            if self.loopback:
                self._add_loopback()

    async def late(self, found: Callable[[IceCandidate], None]) -> None:
        """Ask the servers, and tell what they name; ends when all have answered or are given up."""

        def add(candidate: Candidate) -> None:
            self._ice._local_candidates.append(candidate)  # noqa: SLF001
            found(IceCandidate(candidate=f"candidate:{candidate.to_sdp()}", sdpMLineIndex=0))

        stun, turn = self._servers
        async with asyncio.TaskGroup() as asking:
            for host in self._hosts() if stun is not None else ():
                asking.create_task(_ask(self._reflexive(host, stun), add), name="ask STUN")
            if turn is not None:
                asking.create_task(_ask(self._relayed(turn), add), name="ask TURN")

    async def close(self) -> None:
        """Close its sockets, if they are still open."""
        if self._ice is not None:
            await self._ice.close()

    def _add_loopback(self) -> None:
        gather = self._ice.get_component_candidates

        async def gather_with_loopback(
            component: int,
            addresses: list[str],
            timeout: int = 5,  # noqa: ASYNC109  as the library calls it
        ) -> list[Candidate]:
            found: list[Candidate] = await gather(component, [*addresses, LOOPBACK], timeout)
            return found

        self._ice.get_component_candidates = gather_with_loopback

    def _relay_alone(self, server: tuple[str, int] | None) -> None:
        async def gather_relayed(component: int, addresses: list[str]) -> list[Candidate]:
            del component, addresses
            found: list[Candidate] = []
            if server is not None:
                await _ask(self._relayed(server, hidden=True), found.append)
            return found

        self._ice.get_component_candidates = gather_relayed

    def _hosts(self) -> list[Any]:
        hosts = [one for one in self._ice._protocols if one.local_candidate.type == "host"]  # noqa: SLF001
        return [one for one in hosts if _wide(one.local_candidate.host)]

    async def _reflexive(self, protocol: Any, server: tuple[str, int]) -> Candidate:
        candidate, _ = await aioice.ice.server_reflexive_candidate(protocol, server)
        return candidate

    async def _relayed(self, server: tuple[str, int], *, hidden: bool = False) -> Candidate:
        ice = self._ice
        candidate, protocol = await aioice.ice.relayed_candidate(
            component=1,
            hide_related_address=hidden,
            protocol_factory=lambda: aioice.ice.StunProtocol(ice),
            turn_server=server,
            turn_username=ice.turn_username,
            turn_password=ice.turn_password,
            turn_ssl=ice.turn_ssl,
            turn_transport=ice.turn_transport,
        )
        if ice._closing:  # noqa: SLF001
            await protocol.close()
            raise ConnectionError
        ice._protocols.append(protocol)  # noqa: SLF001
        for remote in ice.remote_candidates:
            ice._pair_remote_candidate(remote)  # noqa: SLF001
        ice.sort_check_list()
        return candidate


async def _ask(answer: Coroutine[Any, Any, Candidate], found: Callable[[Candidate], None]) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            candidate = await answer
    except Exception:  # noqa: BLE001  a server that fails, in whatever way, names nothing
        return
    found(candidate)


def _addresses() -> list[str]:
    found: list[str] = aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True)
    return found


def _wide(host: str) -> bool:
    address = ipaddress.ip_address(host)
    return address.version == 4 and not address.is_loopback


def _agent(pc: RTCPeerConnection) -> Any:
    """The part of the library that finds paths, if it looks as in aioice 0.13; else None."""
    transceivers = pc.getTransceivers()
    transport = transceivers[0].receiver.transport.transport if transceivers else None
    agent = getattr(transport, "_connection", None)
    needed = (
        "_protocols",
        "_closing",
        "_local_candidates",
        "_pair_remote_candidate",
        "get_component_candidates",
    )
    whole = all(hasattr(agent, name) for name in (*needed, "sort_check_list", "turn_transport"))
    functions = (
        "get_host_addresses",
        "server_reflexive_candidate",
        "relayed_candidate",
        "StunProtocol",
    )
    return agent if whole and all(hasattr(aioice.ice, name) for name in functions) else None
