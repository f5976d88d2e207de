"""The link and the mock server together: a second implementation on the other end."""

import pytest

from mock_server.server import MockServer
from mock_server.server import Options as MockOptions
from wschat_tui.link.client import Link
from wschat_tui.link.news import LoginNeeded, Lost, Opened, RoundTrip, Written
from wschat_tui.protocol.dialects import DIALECTS
from wschat_tui.protocol.events import Ack, ChatMessage, ErrorReply
from wschat_tui.protocol.requests import ChatSend, RoomJoin
from wschat_tui.protocol.tokens import Tokens


@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("dialect", sorted(DIALECTS))
async def test_a_message_is_acked_and_echoed(watch, supply_of, dialect, batch):
    async with MockServer(MockOptions(dialect=dialect, batch=batch)) as server:
        link = watch(server.url, supply=supply_of("dev:alice"), dialect=DIALECTS[dialect])
        trip = await link.get(RoundTrip)
        assert 0 < trip.seconds < 5
        link.link.send("op-1", ChatSend(scope="network:lobby", body="hello"))
        kinds = {Ack, ChatMessage}
        await link.until(lambda: kinds <= {type(item.payload) for item in link.received})
        acked = next(item for item in link.received if isinstance(item.payload, Ack))
        assert acked.op_id == "op-1"
        await link.close()


async def test_sixty_messages_at_once_are_paced_under_the_servers_limit(watch, supply_of):
    """The server's limit, ten times as fast, as is the pace; not one is dropped."""
    async with MockServer(MockOptions(rate=100.0, burst=20)) as server:
        link = watch(server.url, supply=supply_of("dev:alice"), rate=80.0, burst=15)
        await link.get(Opened)
        for number in range(60):
            link.link.send(f"op-{number}", ChatSend(scope="host", body=str(number)))
        acked = lambda: [item for item in link.received if isinstance(item.payload, Ack)]  # noqa: E731
        await link.until(lambda: len(acked()) == 60)
        assert len(link.all(Written)) == 60
        assert not any(isinstance(item.payload, ErrorReply) for item in link.received)
        await link.close()


async def test_dropped_by_the_server_and_back(watch, supply_of):
    async with MockServer() as server:
        link = watch(server.url, supply=supply_of("dev:alice"))
        await link.get(Opened)
        await server.drop_all(1012)
        assert (await link.get(Lost)).code == 1012
        await link.get(Opened, 2)
        await server.drop_all()
        await link.get(Opened, 3)
        link.link.send("join", RoomJoin(room="network:team"))
        await link.until(lambda: any(item.op_id == "join" for item in link.received))
        await link.close()


async def test_a_frame_over_the_servers_limit_is_the_poison(watch, supply_of):
    async with MockServer(MockOptions(max_frame=2000)) as server:
        link = watch(server.url, supply=supply_of("dev:alice"))
        await link.get(Opened)
        link.link.send("fine", ChatSend(scope="host", body="x"))
        link.link.send("big", ChatSend(scope="host", body="x" * 3000))
        lost = await link.get(Lost)
        assert (lost.code, lost.poison) == (1009, "big")
        await link.close()


async def test_token_renewed_on_the_socket_opens_the_next_connection(watch, exchange_tokens, until):
    async with MockServer(MockOptions(access_ttl=2.0)) as server:
        supply = await exchange_tokens(server.url)
        first = supply.access
        link = watch(server.url, supply=supply)
        await link.get(Opened)
        await until(lambda: supply.access != first or link.all(LoginNeeded))
        await server.drop_all(1012)
        await link.get(Opened, 2)
        assert link.all(LoginNeeded) == []
        await link.close()


@pytest.fixture
def exchange_tokens(supply_of):
    """Log alice in, and give a supply whose clock says that the token is old already."""
    from wschat_tui.link.auth import TokenSupply
    from wschat_tui.link.exchange import Exchange
    from wschat_tui.link.login import Login
    from wschat_tui.link.options import Options

    async def make(url):
        exchange = Exchange(Options(url))
        login = Login(exchange, lambda: 0)
        granted = (await login.login("alice@example.test", "alice")).tokens
        await exchange.close()

        async def store(tokens):
            pass

        aged = Tokens(granted.access, granted.refresh, 50)
        return TokenSupply(aged, store=store, post=login.refresh, wall=lambda: 0)

    return make


async def test_unknown_token_needs_a_login(watch, supply_of):
    async with MockServer() as server:
        link = watch(server.url, supply=supply_of("dev:nobody"))
        needed = await link.get(LoginNeeded)
        assert "log in again" in needed.sentence
        assert isinstance(link.link, Link)


async def test_waiting_until_all_is_written_takes_as_long_as_the_pace(watch, supply_of):
    async with MockServer() as server:
        link = watch(server.url, supply=supply_of("dev:alice"), rate=100.0, burst=2)
        await link.link.drained(5)
        await link.get(Opened)
        for number in range(8):
            link.link.send(f"op-{number}", ChatSend(scope="host", body=str(number)))
        assert link.link.waiting
        await link.link.drained(5)
        assert len(link.all(Written)) == 8
        link.link.slow_down(60)
        link.link.send("late", ChatSend(scope="host", body="late"))
        await link.link.drained(0.01)
        assert link.link.waiting == 1
        await link.close()
