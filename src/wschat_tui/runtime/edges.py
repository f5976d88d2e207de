"""Effects carried out: each order of the state, handed to the edge that can do it."""

from __future__ import annotations

from asyncio import Semaphore
from typing import TYPE_CHECKING, assert_never

from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.protocol.requests import ChatSend
from wschat_tui.state.calls.call_effects import MediaOrder
from wschat_tui.state.calls.call_inputs import HangUpAsked
from wschat_tui.state.effects import (
    GiveBack,
    ListMembers,
    ListRooms,
    Notify,
    Recall,
    Reconnect,
    Transmit,
    Verify,
)
from wschat_tui.state.history.archive_effects import ArchiveOrder
from wschat_tui.state.inputs import (
    HistoryFailed,
    HistoryLoaded,
    Input,
    Unsendable,
    Unsent,
    Unverified,
    Verified,
)
from wschat_tui.state.server_inputs import MemberListed, MembersListed, RoomListed, RoomsListed

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from wschat_tui.link.client import Link
    from wschat_tui.link.exchange import Exchange
    from wschat_tui.link.replies import History
    from wschat_tui.link.rest import Rest
    from wschat_tui.runtime.clock import Clock
    from wschat_tui.runtime.tasks import Tasks
    from wschat_tui.state.effects import Effect

    class Archive(Protocol):
        """Where what must outlive the process is kept; without one, memory has to do."""

        def run(self, order: ArchiveOrder) -> None:
            """Begin what is ordered, in order; what it reads comes back as inputs."""

        def after(self, op_id: str, then: Callable[[], None]) -> None:
            """Call `then` in this loop once all that was ordered until now is on the disk.

            Where it cannot be written, `OutgoingUnkept` of this op_id comes instead.
            """

        async def close(self) -> None:
            """Write what is left and let the file go."""

    class Media(Protocol):
        """Where calls get their sound and pictures; without one, calls are declined."""

        def run(self, order: MediaOrder) -> None:
            """Begin what is ordered, in order; its outcome comes back as inputs."""

        @property
        def busy(self) -> bool:
            """A call is being made, or is on."""

        async def close(self) -> None:
            """End every connection, device and thread."""


PAGE = 50
"""Messages asked for in one page of history."""

AT_ONCE = 3
"""Pages of history that are asked for side by side to see what was missed."""

FAREWELL = 1.0
"""Seconds that the end of a call has to be written when everything closes."""


class Edges:
    """Carries effects out; what comes of them is fed back as inputs."""

    def __init__(
        self,
        link: Link,
        rest: Rest | None,
        exchange: Exchange,
        feed: Callable[[Input], None],
        tasks: Tasks,
        clock: Clock,
        archive: Archive | None = None,
        media: Media | None = None,
    ) -> None:
        self._link = link
        self._rest = rest
        self._exchange = exchange
        self._feed = feed
        self._tasks = tasks
        self._clock = clock
        self._archive = archive
        self._media = media
        self._looking = Semaphore(AT_ONCE)
        self._scrolling = Semaphore(AT_ONCE)

    def run(self, effect: Effect) -> None:  # noqa: C901, PLR0912  one case an effect
        """Begin what the effect orders."""
        match effect:
            case Transmit():
                self._transmit_in_turn(effect)
            case Reconnect():
                self._link.retry_now()
            case ListRooms():
                if self._rest is not None:
                    self._tasks.start(self._list_rooms(self._rest), "list rooms")
            case ListMembers():
                if self._rest is not None:
                    self._tasks.start(self._list_members(self._rest, effect), "list members")
            case Recall():
                self._tasks.start(self._recall(effect), "recall history")
            case Verify():
                self._tasks.start(self._verify(effect), "look for messages in doubt")
            case Notify() | GiveBack():
                """The session passes these to the screen."""
            case _ if isinstance(effect, MediaOrder):
                if self._media is not None:
                    self._media.run(effect)
            case _ if isinstance(effect, ArchiveOrder):
                if self._archive is not None:
                    self._archive.run(effect)
            case _:
                assert_never(effect)

    async def close(self) -> None:
        """End a call, close the socket with 1000 and end every task."""
        if self._media is not None:
            await self._hang_up(self._media)
        self._link.close()
        await self._tasks.close()
        await self._exchange.close()
        if self._archive is not None:
            await self._archive.close()

    async def _hang_up(self, media: Media) -> None:
        """A call is ended in words: media that stops says nothing to a browser for 18 seconds."""
        if media.busy:
            self._feed(HangUpAsked(self._clock.op_id(), self._clock.now()))
        await self._link.drained(FAREWELL)
        await media.close()

    def _transmit_in_turn(self, effect: Transmit) -> None:
        """A message is on the disk as being sent before the first byte of it can leave."""
        if self._archive is None or not isinstance(effect.request, ChatSend):
            self._transmit(effect)
            return
        connection = self._link.connection

        def then() -> None:
            """What waited for the disk longer than the connection lasted is ordered anew."""
            if self._link.connection is connection:
                self._transmit(effect)

        self._archive.after(effect.op_id, then)

    def _transmit(self, effect: Transmit) -> None:
        refused = self._link.send(effect.op_id, effect.request)
        if refused is not None and refused.too_large:
            self._feed(Unsendable(effect.op_id, refused.sentence))
        elif refused is not None:
            self._feed(Unsent((effect.op_id,)))

    async def _list_rooms(self, rest: Rest) -> None:
        """Servers without a list of networks are fine: rooms are then joined by name."""
        networks = await rest.networks()
        if isinstance(networks, Absent | Refused | Unreachable):
            return
        rooms = tuple(RoomListed(one.scope, one.name) for one in networks)
        self._feed(RoomsListed(rooms, self._clock.op_id(), self._clock.now()))

    async def _list_members(self, rest: Rest, effect: ListMembers) -> None:
        members = await rest.members(effect.scope.removeprefix("network:"))
        if isinstance(members, Absent | Refused | Unreachable):
            return
        listed = tuple(MemberListed(one.user, one.name, one.status, one.role) for one in members)
        self._feed(MembersListed(effect.scope, listed))

    async def _recall(self, effect: Recall) -> None:
        """Two hundred rooms do not flood a server, and whoever scrolls does not wait for them."""
        if self._rest is None:
            self._feed(HistoryFailed(effect.scope, "", absent=True, hole=effect.hole))
            return
        wanted = bool(effect.before) and effect.pages == 1
        async with self._scrolling if wanted else self._looking:
            page = await self._rest.history(
                effect.scope, before=effect.before, cursor=effect.cursor, limit=PAGE
            )
        match page:
            case Absent():
                self._feed(HistoryFailed(effect.scope, "", absent=True, hole=effect.hole))
            case Refused():
                sentence = f"Earlier messages could not be loaded: {page.message}"
                self._feed(HistoryFailed(effect.scope, sentence, hole=effect.hole))
            case Unreachable():
                sentence = f"Earlier messages could not be loaded: {page.sentence}"
                self._feed(HistoryFailed(effect.scope, sentence, hole=effect.hole))
            case _:
                self._feed(_loaded(effect, page))

    async def _verify(self, effect: Verify) -> None:
        """A server without history is told apart from one whose history fails for a while."""
        scope, check = effect.scope, effect.check
        if self._rest is None:
            self._feed(Unverified(scope, check, self._clock.now(), absent=True))
            return
        page = await self._rest.history(
            scope, before=effect.before, cursor=effect.cursor, limit=PAGE
        )
        now = self._clock.now()
        if isinstance(page, Absent | Refused | Unreachable):
            self._feed(Unverified(scope, check, now, absent=isinstance(page, Absent)))
        else:
            cursor = page.cursor or ""
            told = Verified(scope, check, now, page.messages, cursor, page.more, page.skipped)
            self._feed(told)


def _loaded(effect: Recall, page: History) -> HistoryLoaded:
    older = bool(effect.cursor or effect.before)
    cursor = page.cursor or ""
    return HistoryLoaded(
        effect.scope,
        page.messages,
        cursor,
        page.more,
        older,
        effect.hole,
        effect.before,
        effect.pages,
        effect.hole_at,
        page.skipped,
    )
