"""The chaos run in short: kills and a bad network break no promise, and what breaks one is found."""

import asyncio
import contextlib
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from benchmarks.chaos.frames import cut
from benchmarks.chaos.proxy import Proxy
from benchmarks.chaos.weather import STORM, Weather

ROOT = Path(__file__).parents[2]
SEED = os.environ.get("CHAOS_SEED", "7")


def chaos(*arguments):
    """Run it in a process of its own, as `make chaos` does."""
    command = [sys.executable, "-m", "benchmarks", "chaos", "--seed", SEED, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("server", ["history", "ask"])
def test_nothing_is_lost_doubled_mixed_up_or_miscounted(server):
    """F1, F15, F16, F18, F19: 60 messages, 4 clients and 2 servers killed, faults of every kind."""
    size = ("--messages", "60", "--client-kills", "4", "--server-kills", "2")
    run = chaos(*size, "--server", server)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_without_an_outbox_the_audit_finds_what_was_lost():
    """F19: the same run breaks its promise where nothing is kept on the disk."""
    size = ("--messages", "60", "--client-kills", "6", "--server-kills", "1")
    run = chaos(*size, "--server", "history", "--break", "forgetful")
    assert run.returncode == 1, run.stderr
    assert "lost silently: " in run.stdout


# ---- the proxy itself


def frame(text, mask=b""):
    """A text frame, masked as a client's or plain as a server's."""
    body = text.encode()
    size = bytes([len(body)]) if len(body) < 126 else b"\x7e" + len(body).to_bytes(2)
    head = bytes([0x81, size[0] | (0x80 if mask else 0)]) + size[1:]
    masked = bytes(one ^ mask[at % 4] for at, one in enumerate(body)) if mask else body
    return head + mask + masked


@pytest.mark.parametrize("mask", [b"", b"\x01\x80\xff\x00"])
@pytest.mark.parametrize("size", [0, 125, 126, 4000])
def test_frames_are_cut_wherever_the_bytes_are_parted(mask, size):
    text = '{"type":"chat.send","data":{"body":"' + "x" * size + '"}}'
    wire = frame("[]", mask) + frame(text, mask) + frame('{"type":"é"}', mask)
    buffer, found = bytearray(), []
    for at in range(0, len(wire), 7):
        buffer += wire[at : at + 7]
        found += cut(buffer)
    assert b"".join(one.data for one in found) == wire
    assert [one.envelopes() for one in found][2] == [{"type": "é"}]
    assert found[1].envelopes()[0]["data"]["body"] == "x" * size
    assert buffer == b""


def test_weather_is_the_same_for_a_seed_and_as_bad_as_it_says():
    chance = Random(3)
    drawn = [STORM.fault(chance) for _ in range(20_000)]
    again = Random(3)
    assert drawn == [STORM.fault(again) for _ in range(20_000)]
    for name in ("drop", "duplicate", "reorder", "delay", "truncate", "half_open", "reset"):
        assert drawn.count(name) == pytest.approx(20_000 * getattr(STORM, name), rel=0.5)


@pytest.fixture
async def through():
    """What comes out of the proxy, of numbered frames that a server writes, in some weather."""

    async def attempt(weather, count=200):
        async def serve(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")
            writer.write(b"".join(frame(f"[{number}]") for number in range(count)))
            await writer.drain()
            await reader.read(-1)
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server, Proxy(seed=1) as proxy:
            proxy.weather, proxy.upstream = weather, server.sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(
                b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nAuthorization: Bearer dev:a\r\n\r\n"
            )
            try:
                await reader.readuntil(b"\r\n\r\n")
                return await told(reader, count), proxy.ledger
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

    async def told(reader, count):
        """The numbers that come until all have come, nothing more does, or the end."""
        body, numbers = bytearray(), []
        with contextlib.suppress(ConnectionResetError, TimeoutError):
            while not {*range(count)} <= {*numbers}:
                data = await asyncio.wait_for(reader.read(1 << 16), 1)
                if not data:
                    break
                body += data
                numbers += [int(one.data[one.head :].strip(b"[]")) for one in cut(body)]
        return [*numbers, *(["half"] if body else [])]

    return attempt


@pytest.mark.parametrize(
    ("weather", "expected"),
    [
        (Weather(), lambda came: came == list(range(200))),
        (Weather(drop=0.2), lambda came: came == sorted(set(came)) and 120 < len(came) < 190),
        (
            Weather(duplicate=0.2),
            lambda came: sorted(set(came)) == list(range(200)) and len(came) > 210,
        ),
        (
            Weather(reorder=0.2),
            lambda came: sorted(came) == list(range(200)) and came != sorted(came),
        ),
        (Weather(delay=0.05, longest=0.01), lambda came: came == list(range(200))),
        (Weather(truncate=0.1), lambda came: came[-1] == "half" and len(came) < 200),
        (Weather(reset=0.1), lambda came: len(came) < 200),
        (Weather(half_open=0.1), lambda came: len(came) < 200),
    ],
    ids=["calm", "drop", "duplicate", "reorder", "delay", "truncate", "reset", "half open"],
)
async def test_each_fault_is_what_it_is_called(through, weather, expected):
    came, ledger = await through(weather)
    assert expected(came), came
    assert bool(ledger.faults) == (weather != Weather())
