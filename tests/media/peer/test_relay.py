"""Calls over a real TURN server (coturn), where it is installed."""

import asyncio
import shutil
import socket

import pytest

from wschat_tui.media.setup import IceServer
from wschat_tui.state.calls.call_inputs import (
    MediaCandidate,
    MediaEnded,
    MediaFlowing,
    MediaMeasured,
)

pytestmark = pytest.mark.skipif(
    shutil.which("turnserver") is None, reason="coturn (turnserver) is not installed"
)


def _free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


@pytest.fixture
async def relay(tmp_path, eventually):
    """The address of a TURN server on this machine; its user is `carol`, the password `blue`."""
    port = _free_port()
    options = [
        f"--listening-port={port}",
        "--listening-ip=127.0.0.1",
        "--relay-ip=127.0.0.1",
        "--allow-loopback-peers",
        "--no-tls",
        "--no-dtls",
        "--no-cli",
        "--lt-cred-mech",
        "--user=carol:blue",
        "--realm=relay.test",
        f"--pidfile={tmp_path / 'pid'}",
        f"--userdb={tmp_path / 'users'}",
        "--log-file=stdout",
        "-n",
    ]
    server = await asyncio.create_subprocess_exec(
        "turnserver",
        *options,
        cwd=tmp_path,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )

    def answers():
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
            return tried.connect_ex(("127.0.0.1", port)) == 0

    await eventually(answers)
    yield f"127.0.0.1:{port}"
    server.terminate()
    await server.wait()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_both_sides_are_reached_by_the_relay_alone_and_see_no_other_address(
    relay, end, join, transport
):
    """S21: relaying alone tells no address."""
    servers = (IceServer((f"turn:{relay}?transport={transport}",), "carol", "blue"),)
    # The relay's own addresses are of this machine, too.
    one = end("one", relay_only=True, loopback_ok=True, ice_servers=servers)
    other = end("other", relay_only=True, loopback_ok=True, ice_servers=servers)
    await join(one, other).connect()
    await one.until(MediaFlowing)
    await other.until(MediaFlowing)
    stats = (await one.until(MediaMeasured)).stats
    assert (stats.local_path, stats.remote_path) == ("relayed", "relayed")
    for side in (one, other):
        named = [told.candidate.candidate for told in side.all(MediaCandidate) if told.candidate]
        assert len(named) == 1
        assert " typ relay raddr 0.0.0.0 rport 9" in named[0]


async def test_a_side_that_only_relays_reaches_one_that_does_not(relay, end, join):
    servers = (IceServer((f"turn:{relay}",), "carol", "blue"),)
    one = end("one", relay_only=True, ice_servers=servers)
    other = end("other", loopback_ok=True)
    await join(one, other).connect()
    await other.until(MediaFlowing)
    stats = (await one.until(MediaMeasured)).stats
    assert stats.local_path == "relayed"


async def test_the_relay_is_one_more_address_where_others_may_be_used(relay, end, join):
    servers = (IceServer((f"turn:{relay}",), "carol", "blue"),)
    one, other = end("one", ice_servers=servers), end("other")
    await join(one, other).connect()
    await one.until(MediaCandidate, lambda told: told.candidate is None)
    kinds = {
        told.candidate.candidate.split(" typ ")[1].split(" ")[0]
        for told in one.all(MediaCandidate)
        if told.candidate
    }
    assert kinds == {"host", "relay"}


async def test_a_wrong_password_for_the_relay_ends_the_call_with_a_hint(relay, end):
    from wschat_tui.state.calls.call_effects import OpenMedia

    servers = (IceServer((f"turn:{relay}",), "carol", "green"),)
    one = end("one", relay_only=True, ice_servers=servers)
    one.engine.run(OpenMedia("call-1", "audio"))
    ended = await one.until(MediaEnded)
    assert "user and password" in ended.sentence
