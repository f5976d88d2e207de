"""Calls of a whole program: its settings reach the engine, and what is chosen reaches the settings."""

import asyncio
import sys
import threading

import pytest
from websockets.asyncio.client import connect

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.runtime import call_wiring
from wschat_tui.runtime.accounts import Account
from wschat_tui.runtime.call_wiring import setup_of
from wschat_tui.runtime.choice import Choice
from wschat_tui.runtime.clock import SystemClock
from wschat_tui.runtime.program import Program
from wschat_tui.runtime.services import LoginForm
from wschat_tui.runtime.wiring import open_session
from wschat_tui.state.calls.call_effects import OpenMedia
from wschat_tui.storage.settings.calls import Calls
from wschat_tui.storage.settings.read import load_settings
from wschat_tui.storage.settings.settings import Profile
from wschat_tui.storage.vault.memory import MemoryVault


def account_on(url, **calls):
    profile = Profile(server=url, user="alice")
    return Account("work", profile, "alice", Tokens("dev:alice"), MemoryVault(), Calls(**calls))


async def until(session, true):
    """Wait until the state is so."""
    moved = asyncio.Event()
    stop = session.listen(moved.set)
    while not true(session.state):
        await moved.wait()
        moved.clear()
    stop()
    return session.state


@pytest.fixture
async def opened(server):
    """Open sessions that can make calls; no thread of media outlives them."""
    before = set(threading.enumerate())
    made = []

    def start(account, **more):
        faults = []
        session = open_session(
            account, SystemClock(), faults.append, setup=setup_of(account), **more
        )
        made.append((session, faults))
        return session

    yield start
    for session, faults in made:
        await session.close()
        assert faults == []
    left = {thread.name for thread in set(threading.enumerate()) - before}
    assert {name for name in left if not name.startswith("asyncio_")} == set()


def test_the_settings_say_how_calls_are_made():
    account = account_on(
        "wss://chat.example.test", microphone="m", camera="c", speaker_volume=40, relay_only=True
    )
    setup = setup_of(account)
    assert (setup.microphone, setup.camera, setup.speaker_volume) == ("m", "c", 40)
    assert (setup.relay_only, setup.loopback_ok, setup.name) == (True, False, "alice")
    assert setup_of(account_on("ws://localhost:1")).loopback_ok


async def test_a_session_knows_soon_that_calls_can_be_made(opened, server):
    session = opened(account_on(server.url))
    state = await until(session, lambda now: now.calls_ready)
    assert state.calls_hindrance == ""
    assert session.media is not None


async def test_a_session_without_the_packages_says_so_and_has_no_media(opened, server, monkeypatch):
    monkeypatch.setitem(sys.modules, "aiortc", None)
    session = opened(account_on(server.url))
    state = await until(session, lambda now: now.calls_hindrance)
    assert "`pip install 'wschat-tui[calls]'`" in state.calls_hindrance
    assert not state.calls_ready
    assert session.media is None


class FakeEngine:
    """Notes how it was made."""

    def __init__(self, setup):
        self.setup = setup

    def set_volume(self, kind, percent):
        pass

    def set_talking(self, mode):
        pass

    def run(self, order):
        pass

    async def close(self):
        pass


@pytest.fixture
def engines(monkeypatch):
    """The engines that are made, in place of real ones."""
    made = asyncio.Queue()

    def make(tell, setup, now, op_id):
        made.put_nowait(FakeEngine(setup))
        return FakeEngine(setup)

    monkeypatch.setattr(call_wiring, "load_engine", lambda: make)
    return made


async def test_the_engine_gets_the_servers_of_the_settings(opened, server, engines):
    account = account_on(server.url, ice_servers=("stun:stun.example.test",))
    session = opened(account)
    session.media.run(OpenMedia("c1", "audio"))
    engine = await engines.get()
    assert engine.setup.ice_servers[0].urls == ("stun:stun.example.test",)


async def test_a_password_that_cannot_be_read_is_told(opened, server, engines, tmp_path):
    missing = tmp_path / "none"
    account = account_on(
        server.url, ice_servers=("turn:t.example.test",), turn_password_file=missing
    )
    session = opened(account)
    words, told = [], asyncio.Event()
    session.on_word(lambda word: (words.append(word.text), told.set()))
    session.media.run(OpenMedia("c1", "audio"))
    await told.wait()
    assert str(missing) in words[-1]
    assert (await engines.get()).setup.ice_servers == ()


async def test_where_no_calls_are_made_one_that_comes_is_left_to_others(server):
    heard, faults, ended = [], [], asyncio.Event()

    def tap(received):
        heard.extend(type(one.payload).__name__ for one in received)
        if "IncomingEnd" in heard:
            ended.set()

    alice = open_session(
        account_on(server.url), SystemClock(), faults.append, beside=False, tap=tap
    )
    await until(alice, lambda now: now.link.phase == "online")
    headers = {"Authorization": "Bearer dev:bob"}
    async with connect(server.url, additional_headers=headers, proxy=None) as bob:
        offer = '{"type":"call.offer","op_id":"o","data":{"target_id":"alice","call_type":"audio","sdp":{"type":"offer","sdp":"v=0"}}}'
        await bob.send(offer)
        end = '{"type":"call.end","op_id":"e","data":{"target_id":"alice","reason":"cancelled"}}'
        await bob.send(end)
        await ended.wait()
        await bob.send('{"type":"presence.ping","op_id":"p","data":{}}')
        answers = []
        while not any('"presence.pong"' in line for line in answers):
            answers += str(await bob.recv()).split("\n")
    assert "IncomingOffer" in heard
    assert not [line for line in answers if "call.end" in line]
    assert alice.state.call is None
    await alice.close()
    assert faults == []


async def test_what_is_chosen_in_a_call_is_kept_in_the_settings(server, tmp_path):
    one = Program(Choice(home=tmp_path, token_store="memory"))
    await one.login(LoginForm(server.url, "work", "alice@example.test", "alice"))
    session = await one.open("work")
    assert session.media.terminal is not None
    for percent in range(100, 150, 10):
        session.media.set_volume("speaker", percent)
    session.media.choose("camera", "/dev/video7")
    await one.close()
    calls = (await asyncio.to_thread(load_settings, one.places.settings_file)).calls
    assert (calls.speaker_volume, calls.camera) == (140, "/dev/video7")
