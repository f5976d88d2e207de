"""The mock server on a port: WebSocket and HTTP with aiohttp, around the hub."""

import asyncio
import os
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from aiohttp import web

from mock_server import past
from mock_server.access import quoted
from mock_server.accounts import Accounts
from mock_server.bots import Troupe
from mock_server.clock import SeededClock, WallClock
from mock_server.hub import Hub
from mock_server.ids import RandomIds, SeededIds
from mock_server.log import Log
from mock_server.manners import MANNERS
from mock_server.options import Options
from mock_server.pace import Bucket
from mock_server.rest import Failure, Rest, errors_as_json, is_loopback
from mock_server.roster import Connection
from mock_server.scenario import EMPTY, BrokenScenario, Scenario, load
from mock_server.sockets import Socket
from mock_server.store import Store
from mock_server.switchboard import Switchboard
from mock_server.world import first_world
from wschat_tui.protocol.codec import decode_requests
from wschat_tui.protocol.events import ErrorReply, MalformedMessage, UnknownMessage

if TYPE_CHECKING:
    from wschat_tui.protocol.requests import Request

__all__ = ["CannotStart", "MockServer", "Options"]

HEARTBEAT = 54.0
"""Seconds between the server's pings."""


class CannotStart(Exception):
    """The server does not start; its text says why and what to do."""

    def __init__(self, sentence: str, exit_code: int = 3) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
        """2 where a flag may not be; 3 where the world refuses a port or a file."""


class MockServer:
    """A server to talk to: `async with MockServer(Options()) as server: … server.url`."""

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        if not self.options.allow_remote and not is_loopback(self.options.host):
            raise CannotStart(
                f"{self.options.host} can be reached by others, and the mock server's passwords"
                " are no secret; give --allow-remote if that is meant.",
                exit_code=2,
            )
        self.clock = self.options.clock or _clock(self.options.seed)
        seed = self.options.seed
        self.ids = RandomIds() if seed is None else SeededIds(seed)
        world = first_world()
        self.hub = Hub(
            world,
            Accounts(
                world.users,
                world.changes,
                self.options.access_ttl,
                dev_tokens=is_loopback(self.options.host),
            ),
            MANNERS[self.options.dialect],
        )
        log = Log(self.clock, self.options.json_log)
        self.board = Switchboard(self.hub, self.clock, self.ids, log)
        self._rest = Rest(self.board)
        self._runner: web.AppRunner | None = None
        self._troupe: Troupe | None = None
        self._play: asyncio.Task[None] | None = None
        self.url = ""
        """Where the WebSocket is, such as `ws://127.0.0.1:8765/v1/ws`."""
        self.http_url = ""
        """Where the HTTP routes are, such as `http://127.0.0.1:8765`."""

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except CannotStart:
            await self._stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def _start(self) -> None:
        scenario = await self._scenario()
        if self.options.db is not None:
            await self._open_store(self.options.db)
        labels = self._remember(scenario)
        await self._listen()
        if self.options.bots:
            seed, tempo = self.options.seed, self.options.tempo
            loopback = is_loopback(self.options.host)
            self._perform(Troupe(scenario, self.board, labels, seed, tempo, loopback=loopback))

    async def _stop(self) -> None:
        if self._play is not None:
            self._play.cancel()
            await asyncio.wait([self._play])
        if self._troupe is not None:
            await self._troupe.close()
        if self._runner is not None:
            for site in self._runner.sites:
                await site.stop()
            await asyncio.gather(*(peer.end() for peer in self._sockets()))
            await self._runner.cleanup()
        if self.board.store is not None:
            await asyncio.to_thread(self.board.store.close)

    def connections(self, user_id: str | None = None) -> list[Connection]:
        """The open connections, of one user or of all."""
        roster = self.hub.roster
        return list(roster.connections.values() if user_id is None else roster.of(user_id))

    async def drop_all(self, code: int | None = None) -> None:
        """Close every client's connection with this code, or, without one, cut it at once."""
        await asyncio.gather(*(peer.drop(code) for peer in self._sockets()))

    def _sockets(self) -> list[Socket]:
        return [peer for peer in self.board.peers.values() if isinstance(peer, Socket)]

    async def _scenario(self) -> Scenario:
        name = self.options.scenario or ("demo" if self.options.bots else None)
        if name is None:
            return EMPTY
        try:
            scenario = await asyncio.to_thread(load, name)
            past.people(self.hub.world, scenario)
        except BrokenScenario as error:
            raise CannotStart(str(error), exit_code=2) from None
        return scenario

    async def _open_store(self, path: Path) -> None:
        loop = asyncio.get_running_loop()
        try:
            store = await asyncio.to_thread(Store, path, loop.call_soon_threadsafe, _complain)
            tokens = await asyncio.to_thread(store.load, self.hub.world)
        except (sqlite3.Error, OSError) as error:
            why = _reason(error) if isinstance(error, OSError) else error
            raise CannotStart(f"The database {path} cannot be used: {why}.") from None
        self.hub.accounts.tokens.update((token.digest, token) for token in tokens)
        self.board.store = store
        self._resume()

    def _resume(self) -> None:
        """Go on after what was stored: seeded ids and times do not come twice."""
        world = self.hub.world
        for message in world.messages.values():
            self.clock.reach(message.created_at)
        if isinstance(self.ids, SeededIds):
            kept = (world.messages, world.uploads, self.hub.accounts.tokens)
            self.ids.after = sum(len(records) for records in kept)

    def _remember(self, scenario: Scenario) -> dict[str, str]:
        """Lay the scenario's past into a world that has none."""
        if self.hub.world.messages:
            return {}
        try:
            return past.happened(
                self.hub.world, scenario, self.clock.now(), self.clock.zone, self.ids
            )
        except BrokenScenario as error:
            raise CannotStart(str(error), exit_code=2) from None

    def _perform(self, troupe: Troupe) -> None:
        troupe.gather()
        self._troupe = troupe
        self._play = asyncio.get_running_loop().create_task(troupe.play(), name="bots")
        self._play.add_done_callback(_crashed)

    async def _listen(self) -> None:
        app = web.Application(middlewares=[errors_as_json])
        app.add_routes([web.get("/v1/ws", self._attend), *self._rest.routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=3.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.options.host, self.options.port)
        try:
            await site.start()
        except OSError as error:
            raise CannotStart(
                f"Port {self.options.port} on {self.options.host} cannot be opened"
                f" ({_reason(error)}); choose another with --port, or 0 for a free one."
            ) from None
        host, port, *_ = self._runner.addresses[0]
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.url, self.http_url = f"ws://{place}/v1/ws", f"http://{place}"

    async def _attend(self, request: web.Request) -> web.StreamResponse:
        user, transport = self._rest.whose(request), request.transport
        if user is None or transport is None:
            self.board.log.note("refused", status=401)
            raise Failure(401, "ERR_UNAUTHORIZED", "The access token is missing, wrong or expired.")
        response = web.WebSocketResponse(
            heartbeat=HEARTBEAT, max_msg_size=self.options.max_frame + 1, timeout=2.0
        )
        await response.prepare(request)
        socket = Socket(
            response, transport, batch=self.options.batch, max_frame=self.options.max_frame
        )
        connection = self.board.connect(user.id, socket)
        if self._troupe is not None:
            self._troupe.arrived(user.id)
        bucket = Bucket(self.options.rate, self.options.burst)
        try:
            await socket.attend(lambda frame: self._hear(connection, bucket, frame), connection.id)
        finally:
            self.board.disconnect(connection)
            if self._troupe is not None:
                self._troupe.left(user.id)
        return response

    def _hear(self, connection: Connection, bucket: Bucket, frame: str | bytes) -> None:
        """Take one frame of a client, envelope by envelope."""
        for received in decode_requests(frame):
            payload = received.payload
            if not bucket.take(asyncio.get_running_loop().time()):
                self._refuse(connection, "ERR_RATE_LIMIT", "You send too fast; this was dropped.")
            elif isinstance(payload, UnknownMessage):
                kind = quoted(payload.frame_type)
                self._refuse(connection, "ERR_INVALID_MESSAGE", f"There is no message type {kind}.")
            elif isinstance(payload, MalformedMessage):
                self._refuse(connection, "ERR_INVALID_MESSAGE", " ".join(payload.errors))
            else:
                self.board.request(connection, received.op_id, cast("Request", payload))

    def _refuse(self, connection: Connection, code: str, sentence: str) -> None:
        self.board.log.note("refused", connection=connection.id, code=code)
        self.board.answer(connection, ErrorReply(code=code, message=sentence))


def _clock(seed: int | None) -> WallClock | SeededClock:
    return WallClock() if seed is None else SeededClock()


def _reason(error: OSError) -> str:
    """What the system calls it, where it has a word for it."""
    return os.strerror(error.errno) if error.errno is not None and error.errno > 0 else str(error)


def _crashed(play: asyncio.Task[None]) -> None:
    """A fault of the bots is ours: it is shown when it happens, and the server goes on."""
    if not play.cancelled() and play.exception() is not None:
        facts = {"message": "The bots stopped.", "exception": play.exception(), "task": play}
        play.get_loop().call_exception_handler(facts)


def _complain(sentence: str) -> None:
    with suppress(OSError):
        sys.stderr.write(f"wschat-mock: {sentence}\n")
