"""Names looked up once: whoever checked the addresses connects to them, and to no others (S20)."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

# Loaded with the first file that is asked for, and not before.
from aiohttp.abc import AbstractResolver, ResolveResult  # noqa: TID253

from wschat_tui.link.public import is_public

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Lookup = Callable[[str, int], Awaitable[list[str]]]
    """Gives the addresses of a host for a port. Raises OSError where there are none."""


async def look_up(host: str, port: int) -> list[str]:
    """The addresses that the system knows for a host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


class Pinned(AbstractResolver):
    """Answers with addresses that were found before, whatever the name's server says by now."""

    def __init__(self, addresses: list[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses, for any name."""
        del family
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


def public_socket(info: tuple[int, int, int, str, tuple[str, int]]) -> socket.socket:
    """A socket for an address of the open internet. Raises OSError for any other.

    The last look before a connection: it is the address itself that is judged here.
    """
    family, kind, protocol, _, where = info
    if not is_public(where[0]):
        raise OSError(f"{where[0]} is not on the open internet")
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    return made
