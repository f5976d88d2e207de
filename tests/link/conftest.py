"""Links under test, servers to talk to that behave as told, and certificates of every kind."""

import asyncio
import datetime as dt
import ipaddress
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.server import serve

from wschat_tui.link.auth import TokenSupply
from wschat_tui.link.client import Link
from wschat_tui.link.news import Frames, News
from wschat_tui.link.options import Options, Timers
from wschat_tui.link.wake import SENSES
from wschat_tui.protocol.tokens import Tokens

QUICK = Timers(
    open_timeout=2.0,
    close_timeout=0.3,
    first_delay=0.01,
    longest_delay=0.05,
    silence_step=0.05,
    rate_pause=0.2,
)


class Watch:
    """A link, everything it told, and a way to wait until it has told something."""

    def __init__(self, link_of: Callable[["Watch"], Link]) -> None:
        self.news: list[News] = []
        self._moved = asyncio.Event()
        self.link = link_of(self)
        self.run = asyncio.get_running_loop().create_task(self.link.run(), name="link under test")

    def deliver(self, news: News) -> None:
        self.news.append(news)
        self._moved.set()

    def all(self, kind: type[News]) -> list:
        return [news for news in self.news if isinstance(news, kind)]

    async def until(self, true: Callable[[], object], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not true():
                self._moved.clear()
                await self._moved.wait()

    async def get(self, kind: type[News], number: int = 1):
        """The first, or `number`-th, news of a kind."""
        await self.until(lambda: len(self.all(kind)) >= number)
        return self.all(kind)[number - 1]

    @property
    def received(self) -> list:
        return [item for news in self.all(Frames) for item in news.received]

    async def close(self) -> None:
        self.link.close()
        await self.run


@pytest.fixture
def until() -> Callable[[Callable[[], object]], Awaitable[None]]:
    """Wait until something is true that nobody announces, such as what a server's list holds."""

    async def wait(true: Callable[[], object], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    return wait


@pytest.fixture
def quick() -> Timers:
    return QUICK


@pytest.fixture
def supply_of() -> Callable[..., TokenSupply]:
    """A supply for an access token; `stored` in its namespace holds what it gave to keep."""

    def make(access: str | None = "token-1", refresh: str | None = None, *, post=None, stored=None):
        async def store(tokens: Tokens) -> None:
            if stored is not None:
                stored.append(tokens)

        tokens = None if access is None else Tokens(access, refresh)
        return TokenSupply(tokens, store=store, post=post, wall=lambda: 1_000_000)

    return make


@pytest_asyncio.fixture
async def watch(supply_of, chat_server, raw_server) -> AsyncIterator[Callable[..., Watch]]:
    """Start a link to a URL, and close it after the test, before the servers."""
    started: list[Watch] = []

    def start(
        url: str, *, supply=None, deliver=None, jitter=lambda: 0.5, senses=SENSES, **settings
    ) -> Watch:
        options = Options(url, **{"timers": QUICK, **settings})
        ids = count(1)
        made = Watch(
            lambda watch: Link(
                options,
                supply or supply_of(),
                deliver or watch.deliver,
                new_id=lambda: f"own-{next(ids)}",
                wall=lambda: 1_000_000,
                jitter=jitter,
                senses=senses,
            )
        )
        started.append(made)
        return made

    yield start
    for made in started:
        made.link.close()
    await asyncio.gather(*(made.run for made in started))


@pytest_asyncio.fixture
async def chat_server() -> AsyncIterator[Callable[..., Awaitable[SimpleNamespace]]]:
    """A WebSocket server with the given handler; gives its URL, port and the requests it saw."""
    servers = []

    async def start(handler, *, ssl=None, **settings) -> SimpleNamespace:
        seen = SimpleNamespace(requests=[], frames=[], pings=0)

        async def attend(socket):
            seen.requests.append(socket.request)
            await handler(socket, seen)

        # Its log would hold what clients sent, and stand among what the client logs.
        settings = {"logger": logging.Logger("server", 60), **settings}  # noqa: LOG001
        server = await serve(attend, "127.0.0.1", 0, ssl=ssl, close_timeout=0.5, **settings)
        servers.append(server)
        seen.port = server.sockets[0].getsockname()[1]
        seen.server = server
        seen.url = f"{'wss' if ssl else 'ws'}://127.0.0.1:{seen.port}/v1/ws"
        return seen

    yield start
    for server in servers:
        server.close(close_connections=True)
        await server.wait_closed()


@pytest_asyncio.fixture
async def raw_server() -> AsyncIterator[Callable[..., Awaitable[SimpleNamespace]]]:
    """A TCP server with the given handler of (reader, writer); counts its connections."""
    servers, tasks = [], set()

    async def start(handler, *, ssl=None) -> SimpleNamespace:
        seen = SimpleNamespace(connects=0, heads=[])

        async def attend(reader, writer):
            seen.connects += 1
            task = asyncio.current_task()
            tasks.add(task)
            try:
                await handler(reader, writer, seen)
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                tasks.discard(task)
                writer.transport.abort()

        server = await asyncio.start_server(attend, "127.0.0.1", 0, ssl=ssl)
        servers.append(server)
        seen.port = server.sockets[0].getsockname()[1]
        seen.url = f"{'wss' if ssl else 'ws'}://127.0.0.1:{seen.port}/v1/ws"
        return seen

    yield start
    for server in servers:
        server.close()
    for task in list(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def answering(raw_server):
    """A server that answers each request's head with the next of the given texts, the last for ever."""

    async def start(*answers: str, ssl=None) -> SimpleNamespace:
        async def answer(reader, writer, seen):
            head = await reader.readuntil(b"\r\n\r\n")
            seen.heads.append(head.decode())
            text = answers[min(seen.connects, len(answers)) - 1]
            writer.write(text.encode())
            await writer.drain()

        return await raw_server(answer, ssl=ssl)

    return start


@pytest.fixture(scope="session")
def certificates(tmp_path_factory) -> Callable[..., SimpleNamespace]:
    """Make a certificate for 127.0.0.1: a server's TLS context, and the PEM file of who signed it."""
    folder: Path = tmp_path_factory.mktemp("certificates")
    number = count(1)
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)

    def built(name: str, key, issuer: str, issuer_key, *, ca: bool, host: str, start, end):
        alternative = (
            x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
        )
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .sign(issuer_key, hashes.SHA256())
        )

    def make(
        *, self_signed: bool = False, host: str = "127.0.0.1", start=-1, end=1
    ) -> SimpleNamespace:
        authority_key = ec.generate_private_key(ec.SECP256R1())
        key = authority_key if self_signed else ec.generate_private_key(ec.SECP256R1())
        span = {"start": now + start * day, "end": now + end * day}
        life = {"start": now - day, "end": now + day}
        authority = built(
            "ca", authority_key, "ca", authority_key, ca=True, host="ca.example.test", **life
        )
        name, signer = ("leaf", "leaf") if self_signed else ("leaf", "ca")
        leaf = built(name, key, signer, authority_key, ca=self_signed, host=host, **span)
        stem = folder / str(next(number))
        chain, secret, trusted = (stem.with_suffix(end) for end in (".crt", ".key", ".ca"))
        pem = serialization.Encoding.PEM
        chain.write_bytes(leaf.public_bytes(pem))
        secret.write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        trusted.write_bytes((leaf if self_signed else authority).public_bytes(pem))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, secret)
        return SimpleNamespace(context=context, ca_file=trusted)

    return make
