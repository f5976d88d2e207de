"""The server's rules: a connection's request in, deliveries out. No socket, no clock, no chance."""

from dataclasses import dataclass, field
from typing import assert_never

from mock_server import chat, people, relay
from mock_server.accounts import Accounts
from mock_server.calls import Calls
from mock_server.ids import Ids
from mock_server.manners import MANNERS, Manners
from mock_server.roster import Connection, Roster
from mock_server.turn import Delivery, Refused, Turn
from mock_server.world import World
from wschat_tui.protocol.events import ErrorReply
from wschat_tui.protocol.requests import (
    AuthRefresh,
    CallAnswer,
    CallEnd,
    CallIce,
    CallOffer,
    ChatDelete,
    ChatEdit,
    ChatReaction,
    ChatRead,
    ChatRedact,
    ChatSend,
    ChatTyping,
    PresencePing,
    PresenceSet,
    Request,
    RoomJoin,
    RoomLeave,
)


@dataclass
class Hub:
    """What the server knows, and what it makes of each request."""

    world: World
    accounts: Accounts
    manners: Manners = MANNERS["standard"]
    roster: Roster = field(default_factory=Roster)
    calls: Calls = field(default_factory=Calls)

    def connect(self, user_id: str, now: int, ids: Ids) -> tuple[Connection, list[Delivery]]:
        """A user opened a connection."""
        connection = Connection(
            ids.new("conn", user_id, now), user_id, ids.new("device", user_id, now)
        )
        return connection, people.arrive(self._turn(connection, None, now, ids))

    def disconnect(self, connection: Connection, now: int, ids: Ids) -> list[Delivery]:
        """A connection closed, however it ended."""
        return people.depart(self._turn(connection, None, now, ids))

    def handle(
        self, connection: Connection, op_id: str | None, request: Request, now: int, ids: Ids
    ) -> list[Delivery]:
        """Do what a connection asks. What may not be done is answered with a sentence."""
        turn = self._turn(connection, op_id, now, ids)
        try:
            return _answered(turn, request)
        except Refused as refused:
            return turn.answer(ErrorReply(code="ERR_HANDLER_FAILED", message=str(refused)))

    def admit(
        self, connection: Connection, network_id: str, user_id: str, now: int, ids: Ids
    ) -> list[Delivery]:
        """Make a user a member of a network, on behalf of who is connected here."""
        return people.admit(self._turn(connection, None, now, ids), network_id, user_id)

    def expel(
        self, connection: Connection, network_id: str, user_id: str, now: int, ids: Ids
    ) -> list[Delivery]:
        """End a user's membership of a network."""
        return people.expel(self._turn(connection, None, now, ids), network_id, user_id)

    def _turn(self, connection: Connection, op_id: str | None, now: int, ids: Ids) -> Turn:
        return Turn(
            self.world,
            self.roster,
            self.accounts,
            self.calls,
            self.manners,
            connection,
            op_id,
            now,
            ids,
        )


def _answered(turn: Turn, request: Request) -> list[Delivery]:  # noqa: C901, PLR0911, PLR0912
    match request:
        case AuthRefresh():
            return people.refresh(turn, request)
        case ChatSend():
            return chat.send(turn, request)
        case ChatEdit():
            return chat.edit(turn, request)
        case ChatDelete():
            return chat.delete(turn, request)
        case ChatRedact():
            return chat.redact(turn, request)
        case ChatRead():
            return chat.read(turn, request)
        case ChatReaction():
            return chat.react(turn, request)
        case ChatTyping():
            return chat.typing(turn, request)
        case CallOffer():
            return relay.offer(turn, request)
        case CallAnswer():
            return relay.answer(turn, request)
        case CallIce():
            return relay.ice(turn, request)
        case CallEnd():
            return relay.end(turn, request)
        case RoomJoin():
            return people.join(turn, request)
        case RoomLeave():
            return people.leave(turn, request)
        case PresenceSet():
            return people.set_status(turn, request)
        case PresencePing():
            return people.ping(turn, request)
        case _:
            assert_never(request)
