"""`python -m mock_server` as a process, and its command line."""

import asyncio
import builtins
import json
import os
import signal
import socket
import sys

import pytest
from websockets.asyncio.client import connect

from mock_server.__main__ import main, parser
from mock_server.server import MockServer, Options
from wschat_tui.protocol.codec import decode_events, encode
from wschat_tui.protocol.events import Ack
from wschat_tui.protocol.requests import ChatSend


async def start(*flags, **options):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "mock_server",
        "--port",
        "0",
        *flags,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        **options,
    )


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
async def test_a_process_says_that_it_is_ready_serves_and_ends(end):
    process = await start("--json-log", "--bots", "--scenario", "quiet")
    ready, url = (await process.stdout.readline()).decode().split()
    assert ready == "ready"
    assert url.startswith("ws://127.0.0.1:")
    assert url.endswith("/v1/ws")
    headers = {"Authorization": "Bearer dev:alice"}
    async with connect(url, additional_headers=headers, proxy=None) as client:
        assert json.loads(await client.recv())["type"] == "presence.update"
    process.send_signal(end)
    rest, log = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, rest) == (0, b"")
    events = [json.loads(line)["event"] for line in log.decode().splitlines()]
    assert events.count("connected") == 4


async def test_a_port_in_use_is_one_sentence_and_no_traceback():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await start("--port", str(port))
        out, error = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, out) == (3, b"")
    assert error.decode() == (
        f"wschat-mock: Port {port} on 127.0.0.1 cannot be opened (Address already in use);"
        " choose another with --port, or 0 for a free one.\n"
    )


async def test_a_process_ends_with_the_one_that_holds_its_stdin():
    process = await start("--exit-with-stdin", stdin=asyncio.subprocess.PIPE)
    await process.stdout.readline()
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_what_was_acked_outlives_a_server_that_is_killed(tmp_path):
    db = tmp_path / "world.db"
    process = await start("--db", str(db), "--rate", "0")
    url = (await process.stdout.readline()).decode().split()[1]
    acked = []
    async with connect(url + "?token=dev:alice", proxy=None) as client:
        for number in range(30):
            await client.send(encode(ChatSend(scope="host", body=str(number)), str(number)))
            while len(acked) <= number:
                (received,) = decode_events(await client.recv())
                if isinstance(received.payload, Ack):
                    acked.append(received.payload.data["message_id"])
        process.kill()
        await process.wait()
    async with MockServer(Options(db=db)) as server:
        assert [m.id for m in server.hub.world.timeline("host")] == acked


def test_main_serves_until_it_is_told_to_stop(monkeypatch):
    said = []

    def say(line, **options):
        said.append((line.split()[0], options))
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(builtins, "print", say)
    assert main(["--port", "0"]) == 0
    assert said == [("ready", {"flush": True})]


def test_main_ends_when_its_stdin_is_closed(monkeypatch):
    theirs, ours = os.pipe()
    with os.fdopen(theirs) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(builtins, "print", lambda *_, **__: os.close(ours))
        assert main(["--port", "0", "--exit-with-stdin"]) == 0


@pytest.mark.parametrize(
    ("flags", "code", "reason"),
    [
        (["--host", "0.0.0.0"], 2, "give --allow-remote"),
        (["--scenario", "nope"], 2, "The scenario nope cannot be read"),
        (["--db", "/"], 3, "The database / cannot be used"),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(capsys, flags, code, reason):
    assert main(["--port", "0", *flags]) == code
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("wschat-mock: ")
    assert reason in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "flags",
    [
        ["--port", "70000"],
        ["--port", "x"],
        ["--burst", "0"],
        ["--rate", "-1"],
        ["--rate", "inf"],
        ["--access-ttl", "0"],
        ["--max-frame", "0"],
        ["--dialect", "klingon"],
        ["--nonsense"],
    ],
)
def test_flags_that_may_not_be_are_usage_errors(capsys, flags):
    with pytest.raises(SystemExit) as told:
        main(flags)
    assert told.value.code == 2
    assert "usage: wschat-mock" in capsys.readouterr().err


def test_the_defaults_are_those_that_are_documented():
    given = vars(parser().parse_args([]))
    assert given == {
        "host": "127.0.0.1",
        "port": 8765,
        "allow_remote": False,
        "db": None,
        "dialect": "standard",
        "batch": False,
        "rate": 10.0,
        "burst": 20,
        "max_frame": 524_288,
        "seed": None,
        "bots": False,
        "scenario": None,
        "json_log": False,
        "access_ttl": 900.0,
        "exit_with_stdin": False,
    }


def test_every_flag_is_taken(tmp_path):
    text = (
        f"--host ::1 --port 0 --allow-remote --db {tmp_path}/x.db --dialect goconnect --batch"
        " --rate 0 --burst 5 --max-frame 100 --seed 7 --no-bots --scenario quiet --json-log"
        " --access-ttl 1.5 --exit-with-stdin"
    )
    given = vars(parser().parse_args(text.split()))
    assert (given["rate"], given["burst"], given["access_ttl"]) == (0.0, 5, 1.5)
    assert given["db"] == tmp_path / "x.db"
    assert given["bots"] is False
    assert parser().parse_args(["--bots"]).bots is True
