"""Planted tokens appear in no log, repr, news or exception, whatever is logged and whatever fails (S13)."""

import json
import logging
import traceback
from dataclasses import replace

import pytest

from wschat_tui.link.answers import Unreachable
from wschat_tui.link.auth import TokenSupply
from wschat_tui.link.exchange import Exchange
from wschat_tui.link.login import Login
from wschat_tui.link.news import LoginNeeded, Lost, Opened, Stopped
from wschat_tui.link.options import Options
from wschat_tui.link.rest import Rest
from wschat_tui.protocol.requests import ChatSend
from wschat_tui.protocol.tokens import Tokens

ACCESS, REFRESH, NEXT = "canary-access-7d1", "canary-refresh-7d1", "canary-next-7d1"
CANARY = "canary-"


@pytest.fixture
def logs(caplog):
    """Everything at DEBUG, for every logger that anybody asks for by name."""
    caplog.set_level(logging.DEBUG)
    for name in (
        "websockets",
        "websockets.client",
        "wschat_tui",
        "wschat_tui.link",
        "aiohttp",
        "asyncio",
    ):
        caplog.set_level(logging.DEBUG, logger=name)
    caplog.set_level(logging.DEBUG, logger="wschat_tui.link.socket")
    return caplog


def supply_of(post=None, life_ms=30):
    async def store(tokens):
        pass

    return TokenSupply(Tokens(ACCESS, REFRESH, life_ms), store=store, post=post, wall=lambda: 0)


def told(link, logs, *more):
    texts = [record.getMessage() + str(record.exc_text or "") for record in logs.records]
    return "\n".join(
        [*texts, *map(repr, link.news), *map(repr, more), repr(link.link), repr(link.run)]
    )


async def refresh(channel, seen):
    async for frame in channel:
        document = json.loads(frame)
        if document["type"] == "auth.refresh":
            data = {"access_token": NEXT, "refresh_token": NEXT, "expires_in": 900}
            await channel.send(
                json.dumps({"type": "ack", "op_id": document["op_id"], "data": data})
            )
            seen.frames.append(document)


@pytest.mark.parametrize("in_url", [False, True])
async def test_opening_refreshing_and_losing(watch, chat_server, logs, in_url, until):
    """S13."""
    server = await chat_server(refresh)
    supply = supply_of()
    link = watch(server.url, supply=supply, token_in_url=in_url)
    await link.get(Opened)
    link.link.send("op", ChatSend(scope="host", body="x"))
    await until(lambda: supply.access == NEXT)
    for channel in list(server.server.connections):
        await channel.close(1011)
    await link.get(Opened, 2)
    assert ACCESS in str(server.requests[0].headers) + server.requests[0].path
    assert NEXT in str(server.requests[1].headers) + server.requests[1].path
    everything = told(link, logs, supply, supply.tokens, server.url)
    assert CANARY not in everything
    assert "DEBUG" not in [
        record.levelname for record in logs.records if record.name.startswith("wschat_tui.link")
    ]


@pytest.mark.parametrize("status", [401, 403, 302, 503])
@pytest.mark.parametrize("in_url", [False, True])
async def test_being_refused(watch, answering, logs, status, in_url):
    """S13."""
    body = json.dumps({"message": "no"})
    server = await answering(
        f"HTTP/1.1 {status} X\r\nLocation: /x\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )

    async def post(token):
        return Unreachable("gone")

    link = watch(server.url, supply=supply_of(post), token_in_url=in_url)
    await link.until(lambda: link.all(Lost) or link.all(Stopped) or link.all(LoginNeeded))
    assert CANARY in server.heads[0]
    assert CANARY not in told(link, logs)


@pytest.mark.parametrize(
    "url", ["wss://127.0.0.1:1", "ws://nowhere.invalid", "ws://x:99999", "wss://nowhere.invalid"]
)
async def test_not_opening(watch, logs, url):
    """S13."""
    link = watch(
        url, supply=supply_of(), token_in_url=True, proxy="http://user:canary-proxy@127.0.0.1:1"
    )
    await link.until(lambda: link.all(Lost) or link.all(Stopped))
    assert CANARY not in told(link, logs)


async def test_library_errors_are_logged_without_secrets(watch, chat_server, logs):
    """The library logs a keepalive that fails as an error, with a traceback."""

    async def deaf(channel, seen):
        channel.transport.pause_reading()
        await channel.wait_closed()

    server = await chat_server(deaf)
    timers = replace(Options("").timers, ping_interval=0.02, ping_timeout=0.02, close_timeout=0.02)
    link = watch(server.url, supply=supply_of(), timers=timers, token_in_url=True)
    await link.get(Lost)
    assert CANARY not in told(link, logs)


async def test_crash_shows_no_token(chat_server, logs, quick):
    """S14."""
    from wschat_tui.link.client import Link

    def deliver(news):
        if isinstance(news, Opened):
            raise ZeroDivisionError

    server = await chat_server(refresh)
    link = Link(
        Options(server.url, timers=quick),
        supply_of(),
        deliver,
        new_id=lambda: "own",
        wall=lambda: 0,
    )
    with pytest.raises(ExceptionGroup) as raised:
        await link.run()
    assert CANARY not in "".join(traceback.format_exception(raised.value))


async def test_requests_beside_the_socket(answering, logs):
    """S13."""
    server = await answering("HTTP/1.1 403 X\r\nContent-Length: 2\r\n\r\n{}", "nonsense\r\n\r\n")
    exchange = Exchange(Options(server.url))
    supply = supply_of()
    try:
        answers = [
            await Login(exchange, lambda: 0).login(
                "alice@example.test", "canary-password", "canary-code"
            ),
            await Login(exchange, lambda: 0).refresh(REFRESH),
            await Rest(exchange, supply).networks(),
        ]
    finally:
        await exchange.close()
    texts = [record.getMessage() for record in logs.records]
    assert CANARY not in "\n".join([*texts, *map(repr, answers), repr(exchange)])


@pytest.mark.parametrize("level", [logging.DEBUG, logging.NOTSET])
def test_no_setting_turns_the_sockets_debug_log_on(level):
    """S13."""
    from wschat_tui.link import connection

    log = connection._SOCKET_LOG
    before = log.level
    try:
        log.setLevel(level)
        assert not log.isEnabledFor(logging.DEBUG)
        assert log.isEnabledFor(logging.ERROR)
    finally:
        log.setLevel(before)
