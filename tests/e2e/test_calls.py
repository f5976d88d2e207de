"""Calls between real programs: one places them, one takes them, a server process between them."""

import signal

import pytest

BOTH = ("--source", "pattern")
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


def test_a_call_without_pictures_needs_none(verb, waiting, either):
    bob = waiting("bob", either, "--once")
    alice = verb("alice", either, "call", "bob", *BOTH, "--for", "1s", "--stats", "end")
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


def test_ctrl_c_hangs_up_first(verb, waiting, either):
    bob = waiting("bob", either, "--once")
    alice = verb("alice", either, "call", "bob", *BOTH)
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


def test_nobody_answers(verb, person, either):
    person("bob", either)
    alice = verb("alice", either, "call", "bob", *BOTH, "--timeout", "1s")
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
