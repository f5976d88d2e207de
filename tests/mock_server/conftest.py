"""A hub on a table, with everybody's end of the line: what is asked, and who hears what in answer."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any, NamedTuple

import pytest

from mock_server.accounts import Accounts
from mock_server.clock import SeededClock
from mock_server.hub import Hub
from mock_server.ids import SeededIds
from mock_server.manners import MANNERS
from mock_server.roster import Connection
from mock_server.server import MockServer, Options
from mock_server.turn import Delivery
from mock_server.world import first_world
from wschat_tui.protocol.codec import encode
from wschat_tui.protocol.requests import ChatSend, Request


class Heard(NamedTuple):
    """One envelope, as it reaches one connection."""

    by: str
    type: str
    op_id: str | None
    data: Any


class Stage:
    """A hub, and connections called by short names."""

    def __init__(self, dialect: str = "standard") -> None:
        world = first_world()
        self.clock = SeededClock(step=0)
        self.ids = SeededIds(1)
        self.hub = Hub(world, Accounts(world.users, world.changes), MANNERS[dialect])
        self.world = world
        self._names: dict[str, str] = {}
        self._connections: dict[str, Connection] = {}
        self.heard: list[Heard] = []

    def connect(self, name: str) -> list[Heard]:
        """`alice` connects, or with `alice/2` her second device."""
        connection, deliveries = self.hub.connect(
            name.partition("/")[0], self.clock.now(), self.ids
        )
        self._connections[name] = connection
        self._names[connection.id] = name
        return self._read(deliveries)

    def disconnect(self, name: str) -> list[Heard]:
        connection = self._connections.pop(name)
        return self._read(self.hub.disconnect(connection, self.clock.now(), self.ids))

    def ask(self, name: str, request: Request, op_id: str | None = "op") -> list[Heard]:
        return self._read(
            self.hub.handle(self._connections[name], op_id, request, self.clock.now(), self.ids)
        )

    def say(self, name: str, scope: str, body: str = "hello") -> str:
        """Send a message; gives its id."""
        heard = self.ask(name, ChatSend(scope=scope, body=body))
        return next(h.data for h in heard if h.type == "chat.message")["id"]

    def member(self, name: str, network: str, user: str, *, joins: bool) -> list[Heard]:
        change = self.hub.admit if joins else self.hub.expel
        return self._read(
            change(self._connections[name], network, user, self.clock.now(), self.ids)
        )

    def device(self, name: str) -> str:
        return self._connections[name].device_id

    def _read(self, deliveries: list[Delivery]) -> list[Heard]:
        return [self._one(delivery) for delivery in deliveries]

    def _one(self, delivery: Delivery) -> Heard:
        line = encode(delivery.event, delivery.op_id, self.hub.manners.dialect)
        document = json.loads(line)
        data = document.get("error", document.get("data"))
        return Heard(self._names[delivery.to], document["type"], document.get("op_id"), data)


@pytest.fixture
def make_stage() -> Callable[..., Stage]:
    """A stage for a dialect, with these people on it."""

    def make(*names: str, dialect: str = "standard", rooms: tuple[str, ...] = ()) -> Stage:
        from wschat_tui.protocol.requests import RoomJoin

        stage = Stage(dialect)
        for name in names:
            stage.connect(name)
        for room in rooms:
            for name in names:
                stage.ask(name, RoomJoin(room=room))
        return stage

    return make


@pytest.fixture(params=["standard", "goconnect"])
def dialect(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Any]]:
    """Start servers that end with the test."""
    async with AsyncExitStack() as stack:

        async def start(**options: Any) -> MockServer:
            return await stack.enter_async_context(MockServer(Options(**options)))

        yield start
