"""Calls between real programs: one places them, one takes them, a server process between them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import warnings

import av
import numpy as np
import pexpect
import pytest

BOTH = ("--source", "pattern")
PIECE = 16_000
"""Samples of a third of a second: what one gap of the sound can spoil."""
ALL = "sound-in,sound-out,picture-in,picture-out"


@pytest.fixture(params=["standard", "goconnect"])
def either(request, mock_in):
    """A server in each dialect."""
    return mock_in(request.param)


@pytest.fixture
def waiting(verb):
    """Somebody who takes calls, and is ready to."""

    def start(name, server, *arguments):
        one = verb(name, server, "answer", "--auto", *BOTH, *arguments)
        one.says("Waiting for calls")
        return one

    return start


def test_sound_and_pictures_go_both_ways(verb, waiting, either):
    bob = waiting("bob", either, "--once", "--video", "--expect", ALL)
    alice = verb("alice", either, "call", "bob", "--video", *BOTH, "--for", "3s", "--expect", ALL)
    assert (alice.code(), bob.code()) == (0, 0)
    hers, his = alice.ended, bob.ended
    assert (hers["reason"], hers["by_me"], his["by_me"]) == ("hangup", True, False)
    assert (hers["peer"], his["peer"], his["outgoing"]) == ("bob", "alice", False)
    assert 2.5 <= hers["seconds"] <= 6
    assert (hers["audio_codec"], hers["video_codec"]) == ("opus", "VP8")
    assert hers["words"] == his["words"]
    assert len(hers["words"]) >= 6
    for one in (alice, bob):
        figures = one.newest("stats", picture_in=True)
        assert figures["width"] > 0
        assert figures["received_packets"] > 50
        assert figures["round_trip_ms"] is not None
        assert len([line for line in one.out if line["event"] == "stats"]) >= 2


def test_a_call_without_pictures_needs_none(verb, waiting, mock):
    bob = waiting("bob", mock, "--once")
    alice = verb("alice", mock, "call", "bob", *BOTH, "--for", "1s", "--stats", "end")
    assert (alice.code(), bob.code()) == (0, 0)
    assert [line["event"] for line in alice.out] == ["ended"]
    assert (alice.ended["picture_in"], alice.ended["picture_out"]) == (False, False)


def test_whoever_hangs_up_ends_it_for_both(verb, waiting, either):
    bob = waiting("bob", either, "--once", "--for", "1s")
    alice = verb("alice", either, "call", "bob", *BOTH)
    assert (alice.code(), bob.code()) == (0, 0)
    assert (alice.ended["by_me"], bob.ended["by_me"]) == (False, True)


def test_what_was_expected_and_did_not_come_is_exit_5(verb, waiting, mock):
    bob = waiting("bob", mock, "--once")
    alice = verb(
        "alice", mock, "call", "bob", "--video", *BOTH, "--for", "2s", "--expect", "picture-in"
    )
    assert (alice.code(), bob.code()) == (5, 0)
    assert alice.ended["picture_in"] is False
    alice.says("did not flow: picture-in")


def test_ctrl_c_hangs_up_first(verb, waiting, mock):
    bob = waiting("bob", mock, "--once")
    alice = verb("alice", mock, "call", "bob", *BOTH)
    alice.figures(sound_in=True)
    bob.figures(sound_in=True)
    alice.process.send_signal(signal.SIGINT)
    assert alice.code() == 130
    assert alice.ended["exit"] == 130
    assert bob.code(8) == 0
    assert bob.ended["reason"] == "hangup"


def test_who_is_not_wanted_is_declined_and_who_calls_a_second_time_finds_it_busy(
    verb, waiting, either
):
    waiting("bob", either, "--from", "alice")
    carol = verb("carol", either, "call", "bob", *BOTH)
    assert (carol.code(), carol.ended["reason"]) == (1, "declined")
    alice = verb("alice", either, "call", "bob", *BOTH)
    alice.says("Connected")
    dave = verb("dave", either, "call", "bob", *BOTH)
    assert (dave.code(), dave.ended["reason"]) == (1, "busy")
    alice.process.send_signal(signal.SIGTERM)
    assert alice.code() == 130


def test_nobody_answers(verb, person, mock):
    person("bob", mock)
    alice = verb("alice", mock, "call", "bob", *BOTH, "--timeout", "1s")
    assert alice.code() == 4
    assert (alice.ended["sound_in"], alice.ended["seconds"]) == (False, 0)


def test_a_user_who_is_not_there_is_a_sentence(verb, mock):
    alice = verb("alice", mock, "call", "nobody", *BOTH)
    assert alice.code() == 1
    alice.says("There is no user")


@pytest.mark.slow
def test_a_program_that_is_killed_is_missed_and_then_given_up(verb, waiting, mock):
    bob = waiting("bob", mock, "--once")
    alice = verb("alice", mock, "call", "bob", *BOTH)
    bob.figures(sound_in=True)
    alice.process.kill()
    bob.figures(reconnecting=True)
    assert bob.code(40) == 5
    assert bob.ended["reason"] in {"lost", "failed"}
    assert bob.ended["seconds"] < 35


def test_a_server_that_is_gone_does_not_end_a_call(verb, waiting, mock):
    """F24: two programs talk on while the server is away."""
    bob = waiting("bob", mock, "--once")
    alice = verb("alice", mock, "call", "bob", *BOTH)
    bob.figures(sound_in=True)
    mock.stop(signal.SIGKILL)
    before = alice.now(signalling_lost=True)["received_packets"]
    alice.wait_for(lambda one: one.newest("stats")["received_packets"] > before + 100)
    mock.start()
    alice.now(signalling_lost=False, reconnecting=False)
    bob.now(signalling_lost=False, reconnecting=False)
    alice.process.send_signal(signal.SIGINT)
    assert alice.code() == 130
    assert (bob.code(), bob.ended["reason"]) == (0, "hangup")


def test_a_person_is_asked_on_the_terminal_and_may_say_no_and_yes(verb, mock, tmp_path):
    own = {"WSCHAT_HOME": str(tmp_path / "bob"), "WSCHAT_TOKEN": "dev:bob"}
    where = ["--server", mock.url, "--user", "bob"]
    with warnings.catch_warnings():
        # Forking beside readers of other programs is fine: the child runs a program at once.
        warnings.simplefilter("ignore", DeprecationWarning)
        bob = pexpect.spawn(
            sys.executable,
            ["-m", "wschat_tui", "answer", "--once", *BOTH, *where],
            env={**os.environ, **own},
            timeout=25,
            encoding="utf-8",
        )
    try:
        bob.expect_exact("Waiting for calls")
        refused = verb("alice", mock, "call", "bob", *BOTH)
        bob.expect_exact("alice calls (audio). Take it? [y/n]")
        bob.sendline("n")
        assert (refused.code(), refused.ended["reason"]) == (1, "declined")
        gone = verb("carol", mock, "call", "bob", *BOTH, "--timeout", "1s")
        bob.expect_exact("carol calls (audio). Take it? [y/n]")
        assert gone.code() == 4
        bob.expect_exact("It rings no more.")
        taken = verb("dave", mock, "call", "bob", *BOTH, "--for", "1s")
        bob.expect_exact("Take it? [y/n]")
        bob.sendline("yes")
        bob.expect_exact("Connected to dave.")
        assert taken.code() == 0
        bob.expect(pexpect.EOF)
        bob.wait()
        assert bob.exitstatus == 0
    finally:
        bob.close(force=True)


def test_a_command_is_shown_as_it_runs(verb, waiting, mock):
    bob = waiting("bob", mock, "--once", "--expect", "picture-in")
    alice = verb(
        "alice", mock, "call", "bob", "--screen", "--source", "terminal", "--for", "2s",
        "--expect", "picture-out",
    )  # fmt: skip
    assert (alice.code(), bob.code()) == (0, 0)


def settings(tmp_path, name, text):
    """The settings of somebody, in the home that `verb` gives them."""
    place = tmp_path / name / "config"
    place.mkdir(parents=True)
    (place / "settings.toml").write_text(text)


def test_through_a_relay_alone(verb, waiting, mock, tmp_path, relay):
    text = f'[calls]\nice_servers = ["turn:127.0.0.1:{relay}"]\nturn_user = "tester"\n'
    secret = {"WSCHAT_TURN_PASSWORD": "word"}
    settings(tmp_path, "alice", text)
    bob = waiting("bob", mock, "--once")
    alice = verb("alice", mock, "call", "bob", *BOTH, "--relay-only", "--for", "2s", **secret)
    assert (alice.code(), bob.code()) == (0, 0)
    assert alice.newest("stats", sound_in=True)["local_path"] == "relayed"
    assert bob.newest("stats", sound_in=True)["remote_path"] == "relayed"


def test_relay_alone_without_a_relay_is_a_sentence(verb, waiting, mock):
    waiting("bob", mock)
    alice = verb("alice", mock, "call", "bob", *BOTH, "--relay-only")
    assert alice.code(30) == 5
    alice.says("no TURN server is known")


@pytest.fixture
def relay(tmp_path):
    """The port of a TURN server on this machine, for the user `tester` with the password `word`."""
    if shutil.which("turnserver") is None:
        pytest.skip("turnserver (coturn) is not installed")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["turnserver", "--no-cli", "--no-tls", "--no-dtls", "--listening-ip=127.0.0.1",
               "--relay-ip=127.0.0.1", f"--listening-port={port}", "--lt-cred-mech", "--realm=test",
               "--user=tester:word", "--allow-loopback-peers", "--log-file=stdout", "--simple-log",
               f"--userdb={tmp_path / 'turn.db'}", f"--pidfile={tmp_path / 'turn.pid'}",
               "-c", os.devnull]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            answers = "import asyncio; from wschat_tui.link.stun import silence_of; "
            asked = f"print(asyncio.run(silence_of('turn:127.0.0.1:{port}', 10)))"
            done = subprocess.run(
                [sys.executable, "-c", answers + asked], capture_output=True, text=True, check=True
            )
            assert done.stdout == "\n", done.stdout
            yield port
        finally:
            server.kill()


LOOPBACK_UP = """
import fcntl, socket, struct
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
fcntl.ioctl(socket.socket(), SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))
print("up", flush=True)
input()
"""


def test_a_machine_with_no_network_but_itself(verb, mock_in, alone):
    server = mock_in("standard", within=alone)
    bob = verb("bob", server, "answer", "--auto", "--once", *BOTH, within=alone)
    bob.says("Waiting for calls")
    alice = verb("alice", server, "call", "bob", *BOTH, "--for", "1s", within=alone)
    assert (alice.code(), bob.code()) == (0, 0)
    assert alice.ended["local_path"] == "host"


@pytest.fixture
def alone():
    """A process whose network has nothing but the loopback interface; gives its id."""
    probe = ["unshare", "-n", "true"]
    if shutil.which("nsenter") is None or subprocess.run(probe, check=False).returncode:
        pytest.skip("this user may not make a network of its own")
    command = ["unshare", "-n", sys.executable, "-c", LOOPBACK_UP]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield process.pid
        process.communicate(b"\n")


def test_a_program_that_only_listens_leaves_calls_to_others(verb, waiting, mock):
    verb("bob", mock, "tail", "--json").says("Connected")
    bob = waiting("bob", mock, "--once")
    alice = verb("alice", mock, "call", "bob", *BOTH, "--for", "1s")
    assert (alice.code(), bob.code()) == (0, 0)


@pytest.mark.slow
def test_speech_comes_out_as_it_went_in(verb, waiting, either, tmp_path):
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    said = tmp_path / "said.wav"
    words = "The quick brown fox jumps over the lazy dog, and nobody minds."
    subprocess.run(["espeak-ng", "-w", str(said), words], check=True, timeout=20)
    like = 0.0
    for number in range(3):  # A machine that is too busy to play in time may spoil one call.
        heard = tmp_path / f"heard-{number}.webm"
        bob = waiting("bob", either, "--once", "--source", "silence", "--record", str(heard))
        alice = verb("alice", either, "call", "bob", "--source", str(said), "--for", "4s")
        assert (alice.code(), bob.code()) == (0, 0)
        like = likeness(sound_of(said), sound_of(heard))
        if like >= 0.9:
            break
    assert like >= 0.9


def sound_of(file):
    """The samples of a file up to 4 kHz, one channel, 48,000 a second so that shifts are fine."""
    narrow = av.AudioResampler("flt", "mono", 8_000)
    fine = av.AudioResampler("flt", "mono", 48_000)
    with av.open(str(file)) as container:
        frames = [*container.decode(audio=0), None]
        narrowed = [piece for frame in frames for piece in narrow.resample(frame)]
        pieces = [piece for frame in [*narrowed, None] for piece in fine.resample(frame)]
    return np.concatenate([piece.to_ndarray()[0] for piece in pieces])


def likeness(said, heard):
    """The highest normalized correlation of each piece of speech with any part of the other.

    Given is the one in the middle: a machine that is too busy to play in time leaves something
    out, and what comes after it is as good as before.
    """
    pieces = [said[at : at + PIECE] for at in range(0, len(said) - PIECE, PIECE)]
    loud = np.dot(said, said) / len(pieces) / 20
    return float(np.median([_best(one, heard) for one in pieces if np.dot(one, one) > loud]))


def _best(part, heard):
    size = len(part) + len(heard)
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(part, size)), size)
    sums = np.concatenate([[0.0], np.cumsum(heard.astype(float) ** 2)])
    energy = sums[len(part) :] - sums[: -len(part)]
    alike = product[: len(energy)] / np.sqrt(np.maximum(energy, 1e-9) * np.dot(part, part))
    return float(alike.max())
