"""Fetching a file that a message names: on a key press, from where it says, capped (row S20)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

# Loaded with the first file that is asked for, and not before.
from aiohttp import (  # noqa: TID253
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)

from wschat_tui.link import policy
from wschat_tui.link.exchange import failure_of
from wschat_tui.link.failure import NotOpened
from wschat_tui.link.file_address import FileAddress, judge
from wschat_tui.link.pinned import Pinned, look_up, public_socket
from wschat_tui.link.public import is_public
from wschat_tui.link.way import find_way

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp import ClientResponse

    from wschat_tui.link.auth import TokenSupply
    from wschat_tui.link.options import Options
    from wschat_tui.link.pinned import Lookup
    from wschat_tui.link.way import Way

    Take = Callable[[bytes], Awaitable[None]]
    """Is given the file in pieces, in order."""
    Progress = Callable[[int, int | None], None]
    """Is told the bytes that came so far, and how many it will be where that is known."""

_PIECE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds."""

    connect: float = 10.0
    quiet: float = 20.0
    """Without a byte."""
    whole: float = 600.0


class Fetcher:
    """Gets files for one account. Redirects are not followed, and cookies are not kept."""

    def __init__(
        self,
        options: Options,
        supply: TokenSupply,
        lookup: Lookup = look_up,
        patience: Patience | None = None,
    ) -> None:
        self._options = options
        self._supply = supply
        self._lookup = lookup
        self._patience = patience or Patience()

    def judge(self, url: str) -> FileAddress | str:
        """Where a file is, or the sentence why it is not fetched; asks nobody."""
        return judge(url, self._options.url)

    async def fetch(self, url: str, most: int, take: Take, progress: Progress) -> str:
        """Get a file of at most `most` bytes; empty where all of it came, else why not.

        A file of the chat server comes by the way of the socket; any other one directly, over TLS,
        from addresses of the open internet alone. What `take` raises is passed on.
        """
        told = self.judge(url)
        if isinstance(told, str):
            return told
        pull = _Pull(told, most, take, progress)
        try:
            async with asyncio.timeout(self._patience.whole):
                return await (self._own(pull) if told.own else self._foreign(pull))
        except TimeoutError:
            return f"{told.where} took too long; nothing was kept."
        except ClientError as error:
            return policy.told(failure_of(error), told.where)

    async def _own(self, pull: _Pull) -> str:
        told = pull.told
        way = await find_way(self._options, secret=told.trusted)
        if isinstance(way, NotOpened):
            return policy.told(way, told.where)
        if way.proxy is not None and way.proxy.startswith("socks"):
            return "Files do not come through a SOCKS proxy; nothing was fetched."
        token = self._supply.access if told.trusted else None
        return await self._get(pull, way, TCPConnector(force_close=True), token)

    async def _foreign(self, pull: _Pull) -> str:
        told = pull.told
        options = replace(self._options, url=f"wss://{told.where}/", ca_file=None)
        way = await find_way(options, secret=False)
        if isinstance(way, NotOpened):
            return policy.told(way, told.where)
        if way.proxy is not None:
            # Whom a proxy asks cannot be checked here, and going past it would tell on the user.
            return (
                f"{told.where} is reached by a proxy, which cannot be checked; nothing was fetched."
            )
        addresses = await self._addresses(told)
        if isinstance(addresses, str):
            return addresses
        connector = TCPConnector(
            force_close=True,
            use_dns_cache=False,
            resolver=Pinned(addresses),
            socket_factory=public_socket,
        )
        return await self._get(pull, way, connector, None)

    async def _addresses(self, told: FileAddress) -> list[str] | str:
        """All addresses of a host, looked up once; a sentence where one of them is not public."""
        try:
            async with asyncio.timeout(self._patience.connect):
                found = await self._lookup(told.host, told.port)
        except (OSError, UnicodeError):
            found = []
        if not found:
            return f"No address is known for {told.host}; nothing was fetched."
        if not all(map(is_public, found)):
            return f"{told.host} is not on the open internet; nothing was fetched."
        return found

    async def _get(self, pull: _Pull, way: Way, connector: TCPConnector, token: str | None) -> str:
        patience = self._patience
        headers = {"User-Agent": self._options.user_agent, "Accept-Encoding": "identity"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        async with (
            ClientSession(
                connector=connector,
                trust_env=False,
                cookie_jar=DummyCookieJar(),
                auto_decompress=False,
                timeout=ClientTimeout(sock_connect=patience.connect, sock_read=patience.quiet),
            ) as session,
            session.get(
                pull.told.url,
                headers=headers,
                allow_redirects=False,
                proxy=way.proxy,
                ssl=way.trust or True,
            ) as response,
        ):
            return _refusal(pull, response) or await _read(pull, response)


@dataclass(frozen=True, slots=True)
class _Pull:
    """What is asked for, and where it goes."""

    told: FileAddress
    most: int
    take: Take
    progress: Progress


def _refusal(pull: _Pull, response: ClientResponse) -> str:
    status, where = response.status, pull.told.where
    if 300 <= status < 400:
        return f"{where} sends elsewhere ({status}), which is not followed; nothing was fetched."
    if status != 200:
        return f"{where} did not give the file ({status}); nothing was fetched."
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        return f"{where} sent the file in a form that was not asked for; nothing was kept."
    return _too_large(pull) if (response.content_length or 0) > pull.most else ""


async def _read(pull: _Pull, response: ClientResponse) -> str:
    came = 0
    async for piece in response.content.iter_chunked(_PIECE):
        came += len(piece)
        if came > pull.most:
            return _too_large(pull)
        await pull.take(piece)
        pull.progress(came, response.content_length)
    return ""


def _too_large(pull: _Pull) -> str:
    return f"The file has more than {pull.most // 1024 // 1024} MiB; nothing was kept."
