"""What only whole processes can show: whom they speak to, and what is left when one is killed."""

import asyncio
import ipaddress
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import ifaddr
import pytest

from wschat_tui.protocol.objects import IceCandidate
from wschat_tui.state.calls.call_effects import OpenMedia, TakeCandidate, TakeDescription
from wschat_tui.state.calls.call_inputs import (
    MediaCandidate,
    MediaDescribed,
    MediaEnded,
    MediaFlowing,
    MediaMeasured,
)

ALONE = Path(__file__).with_name("alone.py")
CALL = "call-1"


def own_addresses():
    found = {"127.0.0.1", "::1"}
    for adapter in ifaddr.get_adapters():
        found |= {one.ip if isinstance(one.ip, str) else one.ip[0] for one in adapter.ips}
    return found


def run_pair(*before):
    done = subprocess.run(
        [*before, sys.executable, str(ALONE), "pair"],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.mark.slow
def test_a_call_within_this_machine_asks_no_name_and_speaks_to_nobody_else():
    seen = run_pair()
    assert seen["flowing"] == 2
    assert seen["asked"] == []
    assert seen["reached"]
    assert set(seen["reached"]) <= own_addresses()


def has_room_of_its_own():
    """Whether this user may make a network without anything in it."""
    unshare = shutil.which("unshare")
    if unshare is None or shutil.which("ip") is None:
        return False
    tried = [unshare, "--net", "--map-root-user", "ip", "link", "set", "lo", "up"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not has_room_of_its_own(), reason="no network namespaces for this user")
def test_where_there_is_no_network_but_loopback_a_call_still_connects():
    alone = 'ip link set lo up && exec "$@"'
    seen = run_pair("unshare", "--net", "--map-root-user", "sh", "-c", alone, "sh")
    assert seen["flowing"] == 2
    assert seen["words"][0] == seen["words"][1]
    assert all(" 127.0.0.1 " in one for one in seen["candidates"])
    assert all(ipaddress.ip_address(one).is_loopback for one in seen["reached"])


@pytest.fixture
async def callee():
    """Another process that takes calls, its words, and what is said to it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ALONE),
        "answer",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    yield process
    if process.returncode is None:
        process.kill()
    await process.wait()
    # What is left in the pipe is of no interest; it is read so that the pipe can close.
    await process.stdout.read()
    process.stdin.close()


@pytest.mark.slow
async def test_a_side_that_is_killed_shows_in_figures_that_no_longer_grow(end, callee):
    one = end("one")

    def say(**what):
        callee.stdin.write(json.dumps(what).encode() + b"\n")

    def pass_on(item):
        if isinstance(item, MediaDescribed):
            say(sdp=item.sdp)
        elif isinstance(item, MediaCandidate):
            say(candidate=item.candidate and item.candidate.candidate)

    async def listen():
        while line := await callee.stdout.readline():
            said = json.loads(line)
            if "candidate" in said:
                text = said["candidate"]
                found = IceCandidate(candidate=text, sdpMLineIndex=0) if text else None
                one.engine.run(TakeCandidate(CALL, found))
            else:
                one.engine.run(TakeDescription(CALL, said["kind"], said["sdp"]))

    one.hear = pass_on
    listening = asyncio.create_task(listen())
    one.engine.run(OpenMedia(CALL, "audio"))
    await one.until(MediaFlowing)
    await one.until(MediaMeasured, lambda told: told.stats.received_packets > 10)
    callee.send_signal(signal.SIGKILL)
    await callee.wait()
    count = len(one.told)
    silent = await one.until(
        MediaMeasured, lambda told: told.stats.received_rate == 0, since=count, seconds=8
    )
    later = await one.until(MediaMeasured, lambda told: told.at > silent.at, since=count, seconds=8)
    assert later.stats.received_packets == silent.stats.received_packets
    # The library itself notices after half a minute; whoever counts packets knows by now.
    assert not one.all(MediaEnded)
    await listening
