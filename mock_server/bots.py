"""The people of a scenario: they connect, act and answer through the hub, as anybody does."""

import asyncio
from dataclasses import dataclass, field
from string import Template
from typing import assert_never

from mock_server import access
from mock_server.call_bot import Heard, Telephones
from mock_server.call_line import Order
from mock_server.director import Bindings, Cue, Director, Doing, Occasion, Typing
from mock_server.records import Message
from mock_server.roster import Connection
from mock_server.scenario import (
    Admit,
    Appear,
    Come,
    Delete,
    Edit,
    Enter,
    Phone,
    React,
    Read,
    Redact,
    Say,
    Scenario,
)
from mock_server.switchboard import Parcel, Switchboard
from wschat_tui.protocol.events import Ack, ChatMessage, ChatReactionUpdate, ErrorReply
from wschat_tui.protocol.requests import (
    ChatDelete,
    ChatEdit,
    ChatReaction,
    ChatRead,
    ChatRedact,
    ChatSend,
    ChatTyping,
    PresenceSet,
    Request,
    RoomJoin,
    RoomLeave,
)
from wschat_tui.protocol.scopes import direct, kind_of

Asking = Typing | Say | React | Edit | Delete | Redact | Read | Appear | Enter
"""What is done by a request."""


@dataclass
class Bot:
    """A played person's end of a connection."""

    who: str
    troupe: "Troupe"
    connection: Connection = field(init=False)

    def deliver(self, parcel: Parcel) -> None:
        self.troupe.perceive(self.who, parcel)


class Troupe:
    """All who are played."""

    def __init__(
        self,
        scenario: Scenario,
        board: Switchboard,
        labels: dict[str, str],
        seed: int | None,
        tempo: float,
        *,
        loopback: bool = False,
    ) -> None:
        self._scenario = scenario
        self._board = board
        self._director = Director(scenario, seed)
        self._labels = dict(labels)
        self._tempo = tempo
        self._bots: dict[str, Bot] = {}
        self._telephones = Telephones(scenario.telephones, self._phone, loopback=loopback)
        self._moved = asyncio.Event()
        self._began = False
        self._started = 0.0
        self._epoch = 0
        self._acting = False
        self._op = 0

    def gather(self) -> None:
        """Those who are there from the start come in."""
        for who in self._scenario.present:
            self._come(who)

    async def play(self) -> None:
        """Do what is due, when it is, until cancelled."""
        while True:
            self._moved.clear()
            for cue in self._director.due(self._time()):
                self._board.clock.reach(self._epoch + round(cue.at * 1000))
                self._do(cue)
            due = self._director.next_at()
            pause = None if due is None else max(0.0, due - self._time()) / self._tempo
            try:
                async with asyncio.timeout(pause):
                    await self._moved.wait()
            except TimeoutError:
                continue

    def arrived(self, user_id: str) -> None:
        """A person connected."""
        self._director.watched += 1
        self._telephones.seen(user_id, there=True)
        if not self._began:
            self._begin(user_id)
            return
        for who in self._bots:
            if self._happen(Occasion("connect", who, user_id)):
                return

    def _begin(self, user_id: str) -> None:
        """The script's time and the clock's start together, however long nobody was there."""
        self._began = True
        self._started = asyncio.get_running_loop().time()
        self._epoch = self._board.clock.now()
        self._director.begin(0.0, self._names(user_id))
        self._moved.set()

    def left(self, user_id: str) -> None:
        """A person's connection closed."""
        self._director.watched -= 1
        if not self._board.hub.roster.of(user_id):
            self._telephones.seen(user_id, there=False)

    async def close(self) -> None:
        """End the calls there are."""
        await self._telephones.close()

    def perceive(self, who: str, parcel: Parcel) -> None:
        """One who is played was told something; what a person did may be answered."""
        event = parcel.event
        if isinstance(event, Heard):
            self._rung(who, event)
        elif self._acting:
            return
        elif isinstance(event, ChatMessage) and event.user_id != who:
            self._heard(who, event)
        elif isinstance(event, ChatReactionUpdate) and event.action == "add":
            message = self._board.hub.world.messages.get(event.message_id)
            if message is not None and message.user_id == who != event.user_id:
                self._happen(self._about("react", who, event.user_id, message))

    def _rung(self, who: str, event: Heard) -> None:
        """Somebody's telephone: it is theirs to answer, and the script may have a word on it."""
        if self._telephones.hear(who, event):
            scope = direct(who, event.from_user)
            self._happen(Occasion("call", who, event.from_user, scope))

    def _heard(self, who: str, event: ChatMessage) -> None:
        message = self._board.hub.world.messages[event.id]
        for kind in self._kinds(who, message):
            if self._happen(self._about(kind, who, message.user_id, message)):
                return

    def _kinds(self, who: str, message: Message) -> list[str]:
        """What a message is to one who hears it, the closest first."""
        world = self._board.hub.world
        if kind_of(message.scope) == "direct":
            return ["direct"]
        said = message.body.casefold()
        names = (f"@{who.casefold()}", f"@{world.users[who].name.casefold()}")
        parent = world.messages.get(message.parent_id or "")
        mention = ["mention"] if any(name in said for name in names) else []
        reply = ["reply"] if parent is not None and parent.user_id == who else []
        return [*mention, *reply, "say"]

    def _about(self, kind: str, who: str, me: str, message: Message) -> Occasion:
        bindings = {"it": message.id, "thread": message.parent_id or ""}
        return Occasion(kind, who, me, message.scope, message.body, bindings)

    def _happen(self, occasion: Occasion) -> bool:
        named = Occasion(
            occasion.event,
            occasion.who,
            occasion.me,
            occasion.scope,
            occasion.body,
            {**self._names(occasion.me), **occasion.bindings},
        )
        answered = self._director.happen(named, self._time())
        self._moved.set()
        return answered

    def _names(self, user_id: str) -> Bindings:
        return {"me": user_id, "Me": self._board.hub.world.users[user_id].name}

    def _time(self) -> float:
        return (asyncio.get_running_loop().time() - self._started) * self._tempo

    def _do(self, cue: Cue) -> None:
        self._acting = True
        try:
            self._act(cue.doing, cue.bindings)
        finally:
            self._acting = False

    def _act(self, doing: Doing, names: Bindings) -> None:
        who = _filled(doing.who, names)
        match doing:
            case Come(do="come"):
                self._come(who)
            case Come():
                self._go(who)
            case Admit():
                bot = self._bots.get(who)
                if bot is not None:
                    joins = doing.do == "admit"
                    self._board.member(bot.connection, doing.network, doing.user, joins=joins)
            case Phone():
                user, order = _filled(doing.user, names), Order(doing.do, doing.kind)
                self._telephones.order(who, user, order)
            case _:
                request = self._request(doing, who, names)
                label = doing.label if isinstance(doing, Say) else None
                if request is not None:
                    self._ask(who, request, label)

    def _request(self, doing: Asking, who: str, names: Bindings) -> Request | None:  # noqa: PLR0911
        match doing:
            case Typing():
                return ChatTyping(scope=_filled(doing.to, names), typing=doing.typing)
            case Say():
                return self._said(doing, names)
            case React():
                return self._reacted(doing, names)
            case Edit():
                return ChatEdit(
                    message_id=self._id(doing.on, names), new_body=_filled(doing.body, names)
                )
            case Delete():
                return ChatDelete(message_id=self._id(doing.on, names), mode=doing.mode)
            case Redact():
                return ChatRedact(message_id=self._id(doing.on, names), mask=doing.mask)
            case Read():
                return self._read(doing, who, names)
            case Appear():
                return PresenceSet(status=doing.status)
            case Enter():
                return (
                    RoomJoin(room=doing.room) if doing.do == "join" else RoomLeave(room=doing.room)
                )
            case _:
                assert_never(doing)

    def _said(self, act: Say, names: Bindings) -> Request:
        parent = None if act.reply_to is None else self._id(act.reply_to, names)
        return ChatSend(
            scope=_filled(act.to, names),
            body=_filled(act.body, names),
            attachments=act.attachments or None,
            parent_id=parent or None,
        )

    def _reacted(self, act: React, names: Bindings) -> Request | None:
        message = self._board.hub.world.messages.get(self._id(act.on, names))
        if message is None:
            return None
        return ChatReaction(
            message_id=message.id, reaction=act.reaction, action=act.action, scope=message.scope
        )

    def _read(self, act: Read, who: str, names: Bindings) -> Request | None:
        scope = access.named(_filled(act.to, names), who)
        timeline = self._board.hub.world.timeline(scope)
        if act.on is None and not timeline:
            return None
        last = timeline[-1].id if act.on is None else self._id(act.on, names)
        return ChatRead(message_id=last, room=scope)

    def _id(self, label: str, names: Bindings) -> str:
        """A message's id: what a label or a binding stands for."""
        return _filled(label, names) if label.startswith("$") else self._labels.get(label, label)

    def _phone(self, who: str, request: Request) -> None:
        """What a telephone sends, outside of the script."""
        self._ask(who, request, None)

    def _ask(self, who: str, request: Request, label: str | None) -> None:
        bot = self._bots.get(who)
        if bot is None:
            return
        self._op += 1
        for each in self._board.request(bot.connection, f"{who}-{self._op}", request):
            if isinstance(each.event, Ack) and label is not None:
                self._labels[label] = each.event.data["message_id"]
            elif isinstance(each.event, ErrorReply):
                self._board.log.note("bot refused", user=who, reason=each.event.message)

    def _come(self, who: str) -> None:
        if who in self._bots:
            return
        bot = Bot(who, self)
        bot.connection = self._board.connect(who, bot)
        self._bots[who] = bot
        for room in self._scenario.rooms:
            if access.refusal(self._board.hub.world, who, room) is None:
                self._ask(who, RoomJoin(room=room), None)

    def _go(self, who: str) -> None:
        if bot := self._bots.pop(who, None):
            self._board.disconnect(bot.connection)


def _filled(text: str, names: Bindings) -> str:
    return Template(text).safe_substitute(names)
