"""Which servers calls ask for a path: the settings', the chat server's, and never any other."""

import asyncio

import pytest

from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.link.replies import IceConfig, Network, TurnServer
from wschat_tui.media.setup import IceServer
from wschat_tui.runtime import ice
from wschat_tui.runtime.ice import Way, find_way
from wschat_tui.state.model import Room, State
from wschat_tui.storage.settings.calls import Calls

TURN = TurnServer(("turn:relay.test?transport=udp",), "me", "word")


class FakeRest:
    """A server that names paths for some networks."""

    def __init__(self, configs=(), networks=()):
        self.configs, self.answer = dict(configs), networks
        self.asked = []

    async def networks(self):
        self.asked.append("networks")
        return self.answer

    async def ice_config(self, network):
        self.asked.append(network)
        return self.configs.get(network, Absent())


class SilentRest(FakeRest):
    async def ice_config(self, network):
        await asyncio.Event().wait()


def state_in(*scopes):
    rooms = {scope: Room(scope, joined=True) for scope in scopes}
    return State(rooms={**rooms, "network:left": Room("network:left")})


async def found(calls, rest, *scopes, **env):
    return await find_way(calls, rest, lambda: state_in(*scopes), env)


async def test_the_settings_come_first_and_the_server_is_not_asked():
    rest = FakeRest()
    calls = Calls(ice_servers=("stun:a.test", "turn:b.test", "stun:c.test"), turn_user="u")
    way = await found(calls, rest, WSCHAT_TURN_PASSWORD="p")
    assert way.servers == (
        IceServer(("stun:a.test", "stun:c.test")),
        IceServer(("turn:b.test",), "u", "p"),
    )
    assert rest.asked == []
    assert "p" not in repr(way).split("'")


async def test_an_empty_list_means_none_at_all():
    assert (
        await found(Calls(ice_servers=()), FakeRest({"team": IceConfig(("stun:x",), None)}))
        == Way()
    )


async def test_the_password_may_stand_in_a_file_of_its_own(tmp_path):
    file = tmp_path / "turn"
    file.write_text("from the file\n")
    calls = Calls(ice_servers=("turns:b.test:443",), turn_password_file=file)
    assert (await found(calls, FakeRest())).servers[0].credential == "from the file"
    named = await found(calls, FakeRest(), WSCHAT_TURN_PASSWORD="named")
    assert named.servers[0].credential == "named"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
async def test_a_password_that_cannot_be_read_costs_the_relay_and_is_told(tmp_path, content):
    file = tmp_path / "turn"
    if content is not None:
        file.write_bytes(content)
    calls = Calls(ice_servers=("stun:a.test", "turn:b.test"), turn_password_file=file)
    way = await found(calls, FakeRest())
    assert way.servers == (IceServer(("stun:a.test",)),)
    assert str(file) in way.trouble


async def test_else_the_server_is_asked_about_a_network_that_the_user_is_in():
    rest = FakeRest({"team": IceConfig(("stun:s.test",), TURN)})
    way = await found(Calls(), rest, "host", "network:lobby", "network:team")
    assert way.servers == (
        IceServer(("stun:s.test",)),
        IceServer(("turn:relay.test?transport=udp",), "me", "word"),
    )
    assert rest.asked == ["lobby", "team"]


async def test_who_is_in_no_network_asks_for_the_list_first():
    rest = FakeRest({"n2": IceConfig((), None)}, (Network("n2", "N2", "network:n2"),))
    assert await found(Calls(), rest, "host") == Way()
    assert rest.asked == ["networks", "n2"]


@pytest.mark.parametrize("answer", [Absent(), Refused("no", "No.", 403), Unreachable("Gone.")])
async def test_a_server_that_knows_nothing_of_it_costs_nothing(answer):
    assert await found(Calls(), FakeRest({}, answer)) == Way()
    refusing = FakeRest(dict.fromkeys("abcd", answer))
    assert await found(Calls(), refusing, *(f"network:{name}" for name in "abcd")) == Way()
    assert refusing.asked == ["a", "b", "c"]


async def test_what_the_server_names_is_not_believed():
    odd = ("stun:ok.test", "http://x", "stun:[::1]", "turn:x:0", "stun:a b", "stuns:x")
    turn = TurnServer(("turn:", "javascript:1"), "u", "c")
    rest = FakeRest({"team": IceConfig(odd, turn)})
    assert await found(Calls(), rest, "network:team") == Way((IceServer(("stun:ok.test",)),))


async def test_a_silent_server_is_waited_for_a_second_at_most(monkeypatch):
    monkeypatch.setattr(ice, "ASKING", 0.02)
    assert await found(Calls(), SilentRest(), "network:team") == Way()
