"""Between hub and connections: stamps what comes, stores what changed, hands out what goes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from mock_server.clock import Clock
from mock_server.hub import Hub
from mock_server.ids import Ids
from mock_server.log import Log
from mock_server.roster import Connection
from mock_server.store import Store
from mock_server.turn import Delivery
from wschat_tui.protocol.codec import encode
from wschat_tui.protocol.dialects import Dialect
from wschat_tui.protocol.events import Event
from wschat_tui.protocol.requests import Request


class Parcel:
    """One event on its way to one or many connections; written once, when the first wants it."""

    def __init__(self, event: Event, op_id: str | None, dialect: Dialect) -> None:
        self.event = event
        self.op_id = op_id
        self._dialect = dialect

    @cached_property
    def line(self) -> str:
        """The envelope, without a newline."""
        return encode(self.event, self.op_id, self._dialect)


class Peer(Protocol):
    """The far end of a connection: a socket, or a bot."""

    def deliver(self, parcel: Parcel) -> None:
        """Take one event. It must not wait, and must not raise."""


@dataclass
class Switchboard:
    """All connections, whoever is at their far end."""

    hub: Hub
    clock: Clock
    ids: Ids
    log: Log
    store: Store | None = None
    peers: dict[str, Peer] = field(default_factory=dict)
    """By connection id."""

    def connect(self, user_id: str, peer: Peer) -> Connection:
        connection, deliveries = self.hub.connect(user_id, self.clock.now(), self.ids)
        self.peers[connection.id] = peer
        self.log.note("connected", connection=connection.id, user=user_id)
        self._dispatch(deliveries)
        return connection

    def disconnect(self, connection: Connection) -> None:
        deliveries = self.hub.disconnect(connection, self.clock.now(), self.ids)
        del self.peers[connection.id]
        self.log.note("disconnected", connection=connection.id, user=connection.user_id)
        self._dispatch(deliveries)

    def request(
        self, connection: Connection, op_id: str | None, request: Request
    ) -> list[Delivery]:
        """Do what a connection asks, and say what it led to."""
        now = self.clock.now()
        deliveries = self.hub.handle(connection, op_id, request, now, self.ids)
        self.log.note(
            "request",
            connection=connection.id,
            user=connection.user_id,
            type=request.frame_type,
            op_id=op_id,
            deliveries=len(deliveries),
        )
        self._dispatch(deliveries)
        return deliveries

    def member(self, connection: Connection, network_id: str, user_id: str, *, joins: bool) -> None:
        """Make or unmake a network's member, on behalf of who is connected here."""
        change = self.hub.admit if joins else self.hub.expel
        self._dispatch(change(connection, network_id, user_id, self.clock.now(), self.ids))

    def answer(self, connection: Connection, event: Event) -> None:
        """Tell one connection something that no request of the tables led to."""
        self._dispatch([Delivery(connection.id, event)])

    def settle(self, then: Callable[[], None]) -> None:
        """Call back when all that was changed until now is kept."""
        changes = self.hub.world.drain()
        if self.store is None:
            then()
        else:
            self.store.keep(changes, then)

    def _dispatch(self, deliveries: Iterable[Delivery]) -> None:
        """Hand out in order; with a store, not before it has kept what is told."""
        parcels: dict[tuple[int, str | None], Parcel] = {}
        dialect = self.hub.manners.dialect
        addressed: list[tuple[str, Parcel]] = []
        for each in deliveries:
            key = (id(each.event), each.op_id)
            if key not in parcels:
                parcels[key] = Parcel(each.event, each.op_id, dialect)
            addressed.append((each.to, parcels[key]))
        self.settle(lambda: self._hand_out(addressed))

    def _hand_out(self, addressed: list[tuple[str, Parcel]]) -> None:
        for to, parcel in addressed:
            if peer := self.peers.get(to):
                peer.deliver(parcel)
