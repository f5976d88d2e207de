"""`wschat tail`: a process whose stdout another program reads line by line."""

import json
import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.usefixtures("as_alice")


@pytest.fixture
def tail(server):
    """Start `wschat tail`, connected and in the room."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "wschat_tui", "tail", "--server", server, "--user", "alice",
             *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ),
        )  # fmt: skip
        started.append(process)
        for line in process.stderr:
            if line.startswith("Connected"):
                break
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def lines_until(process, word):
    seen = []
    for line in process.stdout:
        seen.append(line)
        if word in line:
            return seen
    raise AssertionError(seen)


def test_prints_a_line_an_event_and_ends_on_ctrl_c(tail, wschat, server):
    process = tail()
    wschat("send", "--server", server, "--user", "alice", "dm:bob", "a word for bob")
    assert lines_until(process, "a word for bob")[-1] == "@bob alice: a word for bob\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130


def test_json_is_the_envelope_as_received(tail, wschat, server):
    process = tail("--json")
    wschat("send", "--server", server, "--user", "alice", "host", "as received")
    envelope = json.loads(lines_until(process, "as received")[-1])
    assert envelope["type"] == "chat.message"
    assert envelope["data"]["body"] == "as received"


def test_a_room_shows_that_room_alone(tail, wschat, server):
    process = tail("--room", "network:team", "--json")
    wschat("send", "--server", server, "--user", "alice", "network:lobby", "elsewhere")
    wschat("send", "--server", server, "--user", "alice", "network:team", "in here")
    assert not [line for line in lines_until(process, "in here") if "elsewhere" in line]


def test_a_refused_token_ends_it_with_exit_3(server, monkeypatch):
    monkeypatch.setenv("WSCHAT_TOKEN", "dev:nobody")
    done = subprocess.run(
        [sys.executable, "-m", "wschat_tui", "tail", "--server", server],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_ends_it_in_silence(server):
    command = [sys.executable, "-m", "wschat_tui", "tail", "--server", server, "--user", "alice"]
    tail = subprocess.Popen(
        [*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    tail.stdout.readline()
    tail.stdout.close()
    subprocess.run(
        [sys.executable, "-m", "wschat_tui", "send", "--server", server, "host", "to nobody"],
        stdout=subprocess.DEVNULL, check=True, timeout=30,
    )  # fmt: skip
    said = tail.stderr.read()
    tail.stderr.close()
    assert tail.wait(10) == 0
    assert [line.split()[0] for line in said.splitlines()] == ["Connecting", "Connected"]


def test_rooms_that_refuse_are_said_and_end_it_with_exit_1(server):
    done = subprocess.run(
        [sys.executable, "-m", "wschat_tui", "tail", "--server", server, "--user", "alice",
         "--room", "network:vault"],
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "You cannot join vault" in done.stderr


def test_letters_that_stdout_lacks_are_written_as_escapes(tail, wschat, server, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    process = tail()
    wschat("send", "--server", server, "--user", "alice", "host", "caf\u00e9 \U0001f389")
    assert lines_until(process, "caf")[-1].endswith("caf\\xe9 \\U0001f389\n")
