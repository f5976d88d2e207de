"""One HTTP request beside the socket: same server, no redirects, capped, and errors as values."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

from pydantic_core import to_json

from wschat_tui.link import diagnosis, policy
from wschat_tui.link.address import Address, parse
from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.link.documents import document_of
from wschat_tui.link.failure import Failure, HttpStatus, NotOpened
from wschat_tui.link.replies import error_of
from wschat_tui.link.way import Way, find_way
from wschat_tui.state.text import clean

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from aiohttp import ClientResponse, ClientSession

    from wschat_tui.link.options import Options

MAX_ANSWER = 8 * 1024 * 1024
"""Bytes of the longest answer that is read."""

SECONDS = 15.0
"""How long a request may take in all."""

UPLOAD_SECONDS = 180.0
"""How long sending a file may take in all."""

_MISSING = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class Done:
    """The server answered with a document."""

    document: Any


Outcome = Done | Refused | Unreachable | Absent


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent as it is: bytes in pieces, whose sum is known."""

    content_type: str
    size: int
    pieces: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: dict[str, str] = field(repr=False)
    data: Any = field(repr=False)
    seconds: float


class Exchange:
    """Asks the HTTP side of the server that the socket's URL names, by the same way and trust."""

    def __init__(
        self, options: Options, seconds: float = SECONDS, upload_seconds: float = UPLOAD_SECONDS
    ) -> None:
        self._options = options
        self._seconds = seconds
        self._upload_seconds = upload_seconds
        self._session: ClientSession | None = None

    async def ask(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        query: Mapping[str, str] | None = None,
        document: Any = None,
        body: Body | None = None,
    ) -> Outcome:
        """Send one request. `document` goes as JSON, `body` as it is."""
        address = parse(self._options.url)
        if not isinstance(address, Address):
            return Unreachable(address.sentence)
        way = await find_way(self._options, secret=True)
        if isinstance(way, NotOpened):
            return _unreachable(way, address.where)
        if way.proxy is not None and way.proxy.startswith("socks"):
            return Unreachable("Requests beside the chat do not go through a SOCKS proxy.")
        url = address.http_base + path + (f"?{urlencode(query)}" if query else "")
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        request = _Request(method, url, headers, None, self._seconds)
        if body is not None:
            headers |= {"Content-Type": body.content_type, "Content-Length": str(body.size)}
            request = replace(request, data=body.pieces, seconds=self._upload_seconds)
        elif document is not None:
            headers["Content-Type"] = "application/json"
            request = replace(request, data=to_json(document))
        return await self._sent(request, way, address.where)

    def absolute(self, url: str) -> str:
        """A URL that the server gave, made whole."""
        address = parse(self._options.url)
        return urljoin(address.http_base, url) if isinstance(address, Address) else url

    async def close(self) -> None:
        """Close what is kept open between requests."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _sent(self, request: _Request, way: Way, where: str) -> Outcome:
        from aiohttp import ClientError

        try:
            async with (
                asyncio.timeout(request.seconds),
                self._opened().request(
                    request.method,
                    request.url,
                    headers=request.headers,
                    data=request.data,
                    allow_redirects=False,
                    proxy=way.proxy,
                    ssl=way.trust or True,
                ) as response,
            ):
                return _outcome(response.status, _target(response), await _read(response), where)
        except (ClientError, OSError, UnicodeError) as error:
            return _unreachable(failure_of(error), where)

    def _opened(self) -> ClientSession:
        from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

        if self._session is None:
            self._session = ClientSession(
                # A server may hang up on an idle connection just when a login is sent over it.
                connector=TCPConnector(force_close=True),
                trust_env=False,
                cookie_jar=DummyCookieJar(),
                auto_decompress=False,
                headers={"User-Agent": self._options.user_agent, "Accept-Encoding": "identity"},
                timeout=ClientTimeout(total=None),
            )
        return self._session


async def _read(response: ClientResponse) -> bytes | None:
    """The answer's body, or None where it is too long to read."""
    content = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > MAX_ANSWER:
            return None
    return bytes(content)


def _outcome(status: int, target: str | None, content: bytes | None, where: str) -> Outcome:
    if status in _MISSING:
        return Absent()
    if 300 <= status < 400:
        return Refused("redirect", policy.told(HttpStatus(status, target=target), where), status)
    if content is None:
        return Unreachable(f"{where} answered with more than is read here.")
    document = document_of(content)
    if status >= 400:
        code, message = error_of(document)
        return Refused(code, clean(message, one_line=True, limit=300) or _refusal(status), status)
    return Unreachable(unread(where)) if document is None else Done(document)


def unread(where: str) -> str:
    """What is said about an answer that makes no sense."""
    return f"{where} answered in a way that cannot be read."


def _refusal(status: int) -> str:
    return f"The server refused ({status})."


def _target(response: ClientResponse) -> str | None:
    return diagnosis.redirect_host(response.headers.get("Location", ""))


def _unreachable(failure: Failure, where: str) -> Unreachable:
    return Unreachable(policy.told(failure, where))


def failure_of(error: Exception) -> Failure:
    """The fact behind an exception of the HTTP library, which wraps those of the socket and TLS."""
    from aiohttp import (
        ClientConnectorCertificateError,
        ClientConnectorError,
        ClientHttpProxyError,
        ClientOSError,
        ClientPayloadError,
        ClientProxyConnectionError,
        ClientResponseError,
        ServerDisconnectedError,
    )

    match error:
        case ClientConnectorCertificateError():
            return diagnosis.of_opening(error.certificate_error)
        case ClientProxyConnectionError():
            return NotOpened("proxy_absent")
        case ClientConnectorError():
            return diagnosis.of_opening(error.os_error)
        case ClientHttpProxyError():
            return NotOpened("proxy_refused")
        # Connecting has errors of its own, above: this connection was there, and broke.
        case ServerDisconnectedError() | ClientPayloadError() | ClientOSError():
            return NotOpened("cut")
        case ClientResponseError():
            return NotOpened("not_http")
        case _:
            return diagnosis.of_opening(error)
