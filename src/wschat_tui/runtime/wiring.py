"""Builds a session on real edges: the only place where link, storage and state meet."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wschat_tui.link import news
from wschat_tui.link.address import parse
from wschat_tui.link.answers import Refused
from wschat_tui.link.auth import TokenSupply
from wschat_tui.link.client import Link
from wschat_tui.link.exchange import Exchange
from wschat_tui.link.login import Login
from wschat_tui.link.rest import Rest
from wschat_tui.protocol.events import IncomingOffer
from wschat_tui.runtime.call_wiring import look_for_calls, open_media
from wschat_tui.runtime.edges import Edges
from wschat_tui.runtime.files import Files
from wschat_tui.runtime.history import expire
from wschat_tui.runtime.news import input_from
from wschat_tui.runtime.session import Session
from wschat_tui.runtime.tasks import Tasks
from wschat_tui.state.effects import Notify
from wschat_tui.state.inputs import SessionOpened, Tick

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wschat_tui.link.answers import Absent, Unreachable
    from wschat_tui.media.setup import Setup
    from wschat_tui.protocol.codec import Received
    from wschat_tui.protocol.tokens import Tokens
    from wschat_tui.runtime.accounts import Account
    from wschat_tui.runtime.calls import Keep
    from wschat_tui.runtime.clock import Clock
    from wschat_tui.runtime.recollection import Recollection
    from wschat_tui.state.inputs import Input
    from wschat_tui.storage.archive.archive import Archive

TICK = 1.0
"""Seconds between two looks at what is overdue."""


@dataclass(frozen=True, slots=True)
class Disk:
    """Where a session may write."""

    history: Path | None = None
    """The file in which everything is kept; without one it is gone when the session ends."""
    days: int = 0
    """Messages in it that are older go before it is opened; 0: none."""
    downloads: Path | None = None
    """The folder for files that the user saves; without one there is no fetching them."""


NO_DISK = Disk()


def open_session(
    account: Account,
    clock: Clock,
    on_fault: Callable[[BaseException], None],
    *,
    beside: bool = True,
    tap: Callable[[tuple[Received, ...]], None] | None = None,
    setup: Setup | None = None,
    keep: Keep = lambda _key, _value: None,
    disk: Disk = NO_DISK,
) -> Session:
    """A session on a socket of its own, connecting at once, or as soon as its history is open.

    beside: also ask the server over HTTP for rooms, members and history. tap: hears every envelope
    as received, before the state does. setup: how calls are made; without one they are left to the
    user's other devices. keep: writes a setting that was changed during a call. disk: where
    it may write.
    """
    tasks = Tasks(on_fault)
    exchange = Exchange(account.options)

    def feed(item: Input) -> None:
        session.feed(item)

    def say(word: Notify) -> None:
        session.say(word)

    supply = _supply(account, exchange, clock, say)
    rest = Rest(exchange, supply)
    deliver = _delivery(feed, clock, tap, calls=setup is not None)
    link = Link(account.options, supply, deliver, new_id=clock.op_id, wall=clock.now)
    media = open_media(account, setup, lambda: session, rest, keep, tasks, clock) if setup else None
    archive = _archive(disk.history, feed, clock, account) if disk.history else None
    edges = Edges(
        link, rest if beside else None, exchange, feed, tasks, clock, archive=archive, media=media
    )
    files = Files(account.options, supply, disk.downloads) if disk.downloads is not None else None
    recollection = (
        _recollection(archive, rest if beside else None, lambda: session) if archive else None
    )
    session = Session(edges, media=media, files=files, archive=recollection)
    session.feed(_opened(account), Tick(clock.now()))
    if media is not None:
        tasks.start(look_for_calls(session), "look for calls")
    tasks.start(_begin(session, link, archive, clock, disk), "link")
    tasks.start(_tick(session, clock), "tick")
    return session


def _archive(file: Path, feed: Callable[[Input], None], clock: Clock, account: Account) -> Archive:
    # Verbs that keep nothing need no database.
    from wschat_tui.storage.archive.archive import Archive
    from wschat_tui.storage.archive.whose import Whose

    whose = Whose(account.name, account.profile.server, account.user)
    return Archive(file, feed, clock.now, account.user, whose)


def _recollection(
    archive: Archive, rest: Rest | None, session: Callable[[], Session]
) -> Recollection:
    from wschat_tui.runtime.recollection import Recollection

    return Recollection(archive.file, rest, archive.run, lambda: session().state, archive.doubt)


async def _begin(
    session: Session, link: Link, archive: Archive | None, clock: Clock, disk: Disk
) -> None:
    """Nothing is heard or sent before what was kept is known."""
    try:
        if archive is not None:
            if disk.days:
                await expire(archive.file, disk.days, clock.now())
            session.feed(await archive.open())
    finally:
        session.ready.set()
    await link.run()


def _supply(
    account: Account, exchange: Exchange, clock: Clock, say: Callable[[Notify], None]
) -> TokenSupply:
    """The account's tokens, renewed over HTTP and kept in its vault; `say` hears of trouble."""
    login = Login(exchange, clock.now)
    return TokenSupply(
        account.tokens,
        store=lambda pair: _keep(account, pair, say),
        post=lambda token: _renewed(account, login, token),
        wall=clock.now,
    )


def _delivery(
    feed: Callable[[Input], None],
    clock: Clock,
    tap: Callable[[tuple[Received, ...]], None] | None,
    *,
    calls: bool,
) -> Callable[[news.News], None]:
    """Where the link's news go: to the tap, then as inputs to the session."""

    def deliver(told: news.News) -> None:
        if isinstance(told, news.Frames):
            if tap is not None:
                tap(told.received)
            told = told if calls else _without_calls(told)
        item = input_from(told, clock)
        if item is not None:
            feed(item)

    return deliver


def _without_calls(told: news.Frames) -> news.Frames:
    """Whoever makes no calls must not decline one that rings on the user's other devices."""
    kept = tuple(one for one in told.received if not isinstance(one.payload, IncomingOffer))
    return news.Frames(kept)


def _opened(account: Account) -> SessionOpened:
    address = parse(account.profile.server)
    where = getattr(address, "where", account.profile.server)
    return SessionOpened(
        me=account.user,
        profile=account.name,
        server=where,
        dialect=account.profile.dialect,
        token_home=account.vault.where,
        rooms=account.profile.rooms,
        resend=account.resend,
    )


async def _keep(account: Account, pair: Tokens, say: Callable[[Notify], None]) -> None:
    trouble = await account.keep(pair)
    if trouble is not None:
        say(Notify(str(trouble), "warning"))


async def _renewed(
    account: Account, login: Login, token: str
) -> Tokens | Refused | Unreachable | Absent:
    """A refresh token is good once: where it is refused, another run may have used it already."""
    answer = await login.refresh(token)
    if isinstance(answer, Refused):
        stored = await account.kept()
        if stored is not None and stored.refresh != token:
            return stored
    return answer


async def _tick(session: Session, clock: Clock) -> None:
    while True:
        await asyncio.sleep(TICK)
        session.feed(Tick(clock.now()))
