"""`wschat call` and `wschat answer` in this process, with the other one in a process of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys

import pytest

BOTH = ("--source", "pattern")
pytestmark = pytest.mark.slow


@pytest.fixture
def other(server, tmp_path):
    """Somebody else's `wschat`, at a call or waiting for one."""
    made = []

    def start(name, *arguments, until_it_works=False):
        shell = ["sh", "-c", 'until "$@"; do :; done', "sh"] if until_it_works else []
        process = subprocess.Popen(
            [*shell, sys.executable, "-m", "wschat_tui", *arguments, "--server", server,
             "--user", name, *BOTH],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "WSCHAT_TOKEN": f"dev:{name}", "WSCHAT_HOME": str(tmp_path / name)},
            start_new_session=True,
        )  # fmt: skip
        made.append(process)
        return process

    yield start
    for process in made:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def lines(said):
    return [json.loads(line) for line in said.out.splitlines()]


def test_a_call_prints_its_seconds_and_its_end(wschat, server, other, as_alice):
    bob = other("bob", "answer", "--auto", "--once", "--video")
    assert "Waiting" in bob.stderr.readline()
    said = wschat(
        "call", "bob", "--video", *BOTH, "--for", "2s", "--server", server, "--user", "alice"
    )
    assert (said.code, bob.wait(20)) == (0, 0)
    *seconds, last = lines(said)
    assert {line["event"] for line in seconds} == {"stats"}
    assert (last["event"], last["peer"], last["reason"]) == ("ended", "bob", "hangup")
    assert "Calling" in said.err
    assert "Connected to" in said.err
    assert f"{' '.join(last['words'])}." in said.err


def test_an_answer_prints_its_end_and_who_was_not_wanted(wschat, server, other, as_alice):
    # Who calls before somebody is there to hear it calls again.
    bob = other("bob", "call", "alice", "--for", "1s", "--timeout", "4s", until_it_works=True)
    said = wschat(
        "answer", "--auto", "--once", "--from", "bob", *BOTH, "--stats", "end",
        "--server", server, "--user", "alice",
    )  # fmt: skip
    assert (said.code, bob.wait(20)) == (0, 0)
    (last,) = lines(said)
    assert (last["outgoing"], last["by_me"], last["sound_in"]) == (False, False, True)
    assert "Waiting for calls as alice" in said.err


def test_a_call_that_nobody_takes_is_given_up(wschat, server, other, as_alice):
    said = wschat(
        "call", "dave", *BOTH, "--timeout", "500ms", "--server", server, "--user", "alice"
    )
    assert said.code == 4
    assert lines(said)[-1]["reason"] == "cancelled"
