"""A session and a server, and a connection between them that is lost in the middle of things."""

import asyncio

import pytest
from blockbuster import BlockingError

from mock_server.server import MockServer, Options
from wschat_tui.protocol.tokens import Tokens
from wschat_tui.runtime.accounts import Account
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.wiring import open_session
from wschat_tui.state.inputs import RetryAsked, StatusAsked, Typed
from wschat_tui.storage.settings.read import load_settings
from wschat_tui.storage.settings.settings import Profile
from wschat_tui.storage.vault.memory import MemoryVault

LOBBY = "network:lobby"
WORDS = [f"word {number}" for number in range(20)]


class Seat:
    """A user at a session, who waits for conditions."""

    def __init__(self, url, user):
        self.clock = SystemClock()
        profile = Profile(server=url, user=user, rooms=(LOBBY,), rate=1000, burst=1000)
        account = Account(user, profile, user, Tokens(f"dev:{user}"), MemoryVault())
        self.faults = []
        self.session = open_session(account, self.clock, self.faults.append)

    async def until(self, true):
        moved = asyncio.Event()
        stop = self.session.listen(moved.set)
        while not true(self.session.state):
            assert self.faults == []
            await moved.wait()
            moved.clear()
        stop()

    async def ready(self):
        await self.until(
            lambda now: (
                now.link.phase == "online"
                and not now.operations
                and now.rooms[LOBBY].history == "complete"
            )
        )

    def type(self, *texts):
        self.session.feed(*(Typed(self.op(), self.clock.now(), LOBBY, one) for one in texts))

    def op(self):
        return self.clock.op_id()


@pytest.fixture
async def seat():
    seats = []

    def sit(url, user):
        seats.append(Seat(url, user))
        return seats[-1]

    yield sit
    for one in seats:
        await one.session.close()
        assert one.faults == []


@pytest.mark.slow
async def test_a_reconnect_joins_tells_the_status_reads_the_gap_and_drains_the_outbox(seat):
    """F18: the connection is cut in the middle of a burst, while others go on talking."""
    async with MockServer(Options(rate=0)) as server:
        alice, bob = seat(server.url, "alice"), seat(server.url, "bob")
        await alice.ready()
        await bob.ready()
        alice.session.feed(StatusAsked(alice.op(), alice.clock.now(), "busy"))
        await alice.until(lambda now: not now.operations)
        alice.type(*WORDS)
        world = server.hub.world
        await alice.until(lambda now: len(now.outbox) <= 15)
        (connection,) = server.connections("alice")
        await server.board.peers[connection.id].drop(None)
        server.hub.roster.chosen.clear()
        await alice.until(lambda now: now.link.phase == "waiting")
        bob.type("while you were away")
        await bob.until(lambda now: not now.outbox)
        alice.session.feed(RetryAsked())
        await alice.until(lambda now: now.link.phase == "online" and not now.outbox)
        await alice.ready()
        bodies = [one.body for one in world.messages.values()]
        assert [body for body in bodies if body in WORDS] == WORDS
        assert bodies.count("while you were away") == 1
        room = alice.session.state.rooms[LOBBY]
        assert room.joined
        assert [one.source for one in room.messages] == bodies
        assert {one.delivery for one in room.messages} == {"sent", "received"}
        assert server.hub.roster.status("alice") == "busy"


async def test_a_disk_that_is_read_in_the_loop_fails_a_test(tmp_path):
    """F9: every test watches for calls of ours that block the loop; this one makes one."""
    file = tmp_path / "settings.toml"
    await asyncio.to_thread(file.write_text, "[ui]\nbell = false\n")
    settings = await asyncio.to_thread(load_settings, file)
    assert not settings.ui.bell
    with pytest.raises(BlockingError):
        load_settings(file)
