"""Sleep, standstill and another network are noticed, and what they mean for the link (F2, F23)."""

import asyncio
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from wschat_tui.link.news import Connecting, Lost, Opened, RoundTrip, Stopped
from wschat_tui.link.wake import Moment, Senses, Wake, boot_clock, local_addresses, watch

HOME, CAFE = frozenset({"10.0.0.7"}), frozenset({"192.168.1.20"})
START = Moment(100.0, 5_000.0, 1_700_000_000.0, HOME, "203.0.113.5")


def later(awake=1.0, asleep=0.0, wall=None, **changes):
    """The moment after so many seconds awake and asleep."""
    real = awake + asleep
    return replace(
        START,
        awake=START.awake + awake,
        boot=START.boot + real,
        wall=START.wall + (real if wall is None else wall),
        **changes,
    )


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (later(), None),
        (later(awake=3.9), None),
        (later(awake=4.1), "stalled"),
        (later(asleep=2.9), None),
        (later(asleep=3.1), "slept"),
        (later(asleep=8 * 3600), "slept"),
        (later(wall=3600.0), "slept"),
        (later(wall=-3600.0), None),
        (later(addresses=CAFE), "moved"),
        (later(addresses=HOME | CAFE), "moved"),
        (later(addresses=frozenset()), None),
        (later(addresses=CAFE, peer="198.51.100.9"), None),
    ],
)
def test_one_look_tells_what_happened_since_the_last(moment, reason):
    assert Wake(START).look(moment) == reason


def test_a_network_that_comes_back_is_told_and_only_once():
    wake = Wake(START)
    assert wake.look(later(addresses=frozenset())) is None
    assert wake.look(later(awake=2.0)) == "moved"
    assert wake.look(later(awake=3.0)) is None


async def test_the_watch_nudges_with_the_reason():
    moments = iter([later(), later(awake=2.0, asleep=60.0)])
    told = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(watch(Wake(START, 0.001), lambda: next(moments), told.set_result))
    assert await told == "slept"
    task.cancel()


def test_this_machine_has_a_clock_that_goes_on_and_an_address_towards_itself():
    assert boot_clock() <= boot_clock()
    assert local_addresses("127.0.0.1") == {"127.0.0.1"}
    assert "" not in local_addresses("")
    assert local_addresses("no address") == local_addresses("")


class Machine:
    """What a link's senses are told by a test."""

    def __init__(self) -> None:
        self.asleep = 0.0
        self.at = HOME

    @property
    def senses(self) -> Senses:
        return Senses(
            lambda: asyncio.get_running_loop().time() + self.asleep, lambda _peer: self.at
        )


@pytest.fixture
def machine():
    return Machine()


async def some_turns():
    """Long enough for what was set off to be told."""
    for _ in range(20):
        await asyncio.sleep(0)


async def listen(channel, seen):
    async for _ in channel:
        pass


PATIENT = {"first_delay": 600.0, "longest_delay": 600.0, "look_every": 0.01}
"""Only a nudge ends such a wait within a test."""


@pytest.mark.parametrize("what", ["asleep", "at"])
async def test_a_wait_ends_when_the_machine_wakes_or_its_network_changes(
    watch, chat_server, quick, machine, what
):
    closes = [True]

    async def once(channel, seen):
        if closes:
            closes.pop()
            await channel.close(1012)
        else:
            await listen(channel, seen)

    server = await chat_server(once)
    link = watch(server.url, timers=replace(quick, **PATIENT), senses=machine.senses)
    lost = await link.get(Lost)
    assert lost.retry_in > 100
    setattr(machine, what, 60.0 if what == "asleep" else CAFE)
    await link.get(Opened, 2)
    assert link.all(Connecting)[1] == Connecting(1)


async def test_a_wait_that_the_server_asked_for_goes_on(watch, raw_server, quick, machine):
    answer = "HTTP/1.1 503 Busy\r\nRetry-After: 300\r\nContent-Length: 0\r\n\r\n"

    async def busy(reader, writer, seen):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer.encode())
        await writer.drain()
        writer.close()

    server = await raw_server(busy)
    link = watch(server.url, timers=replace(quick, look_every=0.01), senses=machine.senses)
    assert (await link.get(Lost)).retry_in >= 300
    link.link.nudge("moved")
    link.link.nudge("slept")
    await some_turns()
    assert len(link.all(Connecting)) == 1


async def test_what_was_given_up_stays_so(watch, chat_server, quick, machine):
    async def unwelcome(channel, seen):
        await channel.close(1008)

    server = await chat_server(unwelcome)
    link = watch(server.url, timers=quick, senses=machine.senses)
    await link.get(Stopped)
    link.link.nudge("slept")
    await some_turns()
    assert len(link.all(Connecting)) == 1


async def test_a_dead_link_is_noticed_soon_after_waking(watch, chat_server, quick, machine):
    """The sum of the timers is 30 s and more here; the probe has half a second (F2)."""
    frozen = asyncio.Event()

    async def freeze(channel, seen):
        if not frozen.is_set():
            frozen.set()
            channel.transport.pause_reading()
            await channel.wait_closed()
        await listen(channel, seen)

    server = await chat_server(freeze)
    timers = replace(quick, look_every=0.01, probe_timeout=0.5)
    assert timers.dead_after > 30
    link = watch(server.url, timers=timers, senses=machine.senses)
    await link.get(Opened)
    await frozen.wait()
    machine.asleep = 3600.0
    await link.get(Opened, 2)


async def test_a_link_that_answers_lives_on_through_any_number_of_nudges(
    watch, chat_server, quick, machine
):
    server = await chat_server(listen)
    timers = replace(quick, look_every=0.01, probe_timeout=5.0)
    link = watch(server.url, timers=timers, senses=machine.senses)
    await link.get(Opened)
    for number in range(5):
        machine.at = frozenset({f"10.0.0.{number}"})
        link.link.nudge("moved")
        await asyncio.sleep(0.02)
    assert link.all(Lost) == []
    assert len(link.all(Opened)) == 1


async def test_an_opening_on_the_old_network_is_not_waited_for(watch, raw_server, quick, machine):
    came = asyncio.Queue()

    async def silent(reader, writer, seen):
        await came.put(None)
        await reader.read()
        writer.close()

    server = await raw_server(silent)
    timers = replace(quick, open_timeout=600.0, look_every=0.01)
    link = watch(server.url, timers=timers, senses=machine.senses)
    await came.get()
    machine.at = CAFE
    await came.get()
    assert link.all(Lost) == []
    assert not link.all(RoundTrip)


ROAM = """
import asyncio, itertools, subprocess, time
from websockets.asyncio.server import serve
from wschat_tui.link.auth import TokenSupply
from wschat_tui.link.client import Link
from wschat_tui.link.news import Lost, Opened
from wschat_tui.link.options import Options, Timers

def ip(*words):
    subprocess.run(["ip", *words], check=True)

async def attend(socket):
    socket.transport.pause_reading()
    await socket.wait_closed()

async def store(tokens):
    pass

async def roam():
    told, ids = asyncio.Queue(), itertools.count()
    timers = Timers(first_delay=600, longest_delay=600, probe_timeout=1.0, look_every=0.2)
    link = Link(
        Options("ws://10.9.0.1:8765/", timers=timers),
        TokenSupply(None, store=store, post=None, wall=lambda: 0),
        told.put_nowait,
        new_id=lambda: str(next(ids)),
        wall=lambda: time.time_ns() // 1_000_000,
    )

    async def until(kind):
        while not isinstance(news := await told.get(), kind):
            pass
        print(kind.__name__, flush=True)
        return news

    running = asyncio.get_running_loop().create_task(link.run())
    assert (await until(Lost)).retry_in > 100
    # There before the network is: a look between the two would try once, and find nobody.
    async with serve(attend, "0.0.0.0", 8765, close_timeout=0.1):
        ip("addr", "add", "10.9.0.1/24", "dev", "lo")
        ip("route", "add", "default", "dev", "lo", "src", "10.9.0.1")
        await until(Opened)
        ip("addr", "add", "10.9.1.1/24", "dev", "lo")
        ip("addr", "del", "10.9.0.1/24", "dev", "lo")
        ip("route", "add", "default", "dev", "lo", "src", "10.9.1.1")
        await until(Lost)
        link.close()
        await running

async def main():
    async with asyncio.timeout(20):
        await roam()

asyncio.run(main())
"""
"""Runs in a network of its own: it appears, then it is another one, and the server says nothing."""


def has_a_network_of_its_own():
    """Whether this user may make a network without anything in it."""
    unshare = shutil.which("unshare")
    if unshare is None or shutil.which("ip") is None:
        return False
    tried = [unshare, "--net", "--map-root-user", "ip", "link", "set", "lo", "up"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not has_a_network_of_its_own(), reason="no network namespaces for this user")
def test_a_real_network_that_appears_is_used_and_one_that_is_left_is_given_up():
    """The next try would come in ten minutes, and a dead link be noticed in half a minute."""
    alone = 'ip link set lo up && exec "$@"'
    command = ["unshare", "--net", "--map-root-user", "sh", "-c", alone, "sh"]
    done = subprocess.run(
        [*command, sys.executable, "-c", ROAM], capture_output=True, text=True, check=False
    )
    assert (done.stdout.split(), done.returncode) == (["Lost", "Opened", "Lost"], 0), done.stderr
