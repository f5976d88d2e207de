"""One request being answered: what the handlers read, and how they say who gets what."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mock_server import access
from mock_server.accounts import Accounts
from mock_server.calls import Calls
from mock_server.clock import rfc3339
from mock_server.ids import Ids
from mock_server.manners import Manners, spelled
from mock_server.records import User
from mock_server.roster import Connection, Roster
from mock_server.world import World
from wschat_tui.protocol.events import Ack, Event, PresenceUpdate
from wschat_tui.protocol.scopes import kind_of


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one connection."""

    to: str
    """The connection's id."""
    event: Event
    op_id: str | None = None


class Refused(Exception):
    """The operation is not done; its text is the sentence that the client gets."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The server as one connection's request meets it, and the deliveries it leads to."""

    world: World
    roster: Roster
    accounts: Accounts
    calls: Calls
    manners: Manners
    connection: Connection
    op_id: str | None
    now: int
    """Milliseconds since the Unix epoch."""
    ids: Ids

    @property
    def user(self) -> User:
        return self.world.users[self.connection.user_id]

    @property
    def stamp(self) -> str:
        return rfc3339(self.now)

    def enter(self, scope: str) -> str:
        """The scope in its one spelling, where this user may enter it."""
        if reason := access.refusal(self.world, self.user.id, scope):
            raise Refused(reason)
        return access.named(scope, self.user.id)

    def audience(self, scope: str) -> list[Connection]:
        """Who hears what happens in a scope: those inside, and every connection of who acts."""
        if kind_of(scope) == "direct":
            people = sorted(access.members_of(scope, self.user.id))
            return [connection for user_id in people for connection in self.roster.of(user_id)]
        heard = {each.id: each for each in self.roster.within(scope)}
        heard |= {each.id: each for each in self.roster.of(self.user.id)}
        return list(heard.values())

    def others(self, scope: str) -> list[Connection]:
        return [each for each in self.audience(scope) if each is not self.connection]

    def tell(self, whom: Iterable[Connection], event: Event) -> list[Delivery]:
        """The same event for each of these connections."""
        told = spelled(event, self.manners)
        return [Delivery(each.id, told) for each in whom]

    def answer(self, event: Event) -> list[Delivery]:
        """An event for the connection that asked, with its op_id."""
        return [Delivery(self.connection.id, event, self.op_id)]

    def done(self, data: Any, caused: list[Delivery]) -> list[Delivery]:
        """The ack and what the operation causes, in this server's order.

        Without an op_id there is nothing to name, so nothing is acked.
        """
        ack = self.answer(Ack(data=data)) if self.op_id is not None else []
        return ack + caused if self.manners.acks_first else caused + ack

    def seen(self, whom: Iterable[Connection], user_id: str, status: str) -> list[Delivery]:
        """A user's presence, for each of these connections."""
        return self.tell(whom, PresenceUpdate(user_id=user_id, status=status, since=self.stamp))
