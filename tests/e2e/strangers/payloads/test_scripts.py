"""S1, R1, R7: what verbs print of strangers' words, on a terminal as well as in a pipe."""

import pytest

pytestmark = [pytest.mark.pty, pytest.mark.slow, pytest.mark.timeout(600)]


ALONE = ("--source", "silence", "--user", "alice")


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["words", "json"])
def test_the_lines_of_a_script_that_follows_the_chat(screen, puppet, told, kit, form):
    """S1, R1: `wschat tail`."""
    one = screen("tail", *form, "--server", puppet.url, "--user", "alice", token="of-alice")
    one.wait_for("Connected to")
    puppet.connected()
    for n, (user, text) in enumerate(zip(told.words("n", 300), told.words("b"), strict=True)):
        puppet.tell(kit.chat(n, "host", user, text))
    last = kit.chat(99, "host", "bob", "the end")
    puppet.tell("no JSON: \x1b]52;c;aGFj\x07 \x9b31m \u202e", last)
    one.wait_for("the end")
    assert kit.obeyed(one.raw) == []
    one.press("ctrl+c")
    assert one.code() == 130


def test_what_keeps_a_script_out(screen, puppet, told, kit):
    """S1, R7: a server's reasons on stderr."""
    for number in kit.ROUNDS[-1:] if not kit.COMPLETE else kit.ROUNDS:
        puppet.refuses = {"error": {"code": "E", "message": told.words("g")[number]}}
        one = screen("send", "host", "x", "--server", puppet.url, "--user", "a", token="of-alice")
        assert one.code() != 0
        assert f"g{number:02}" in one.raw.decode()
        assert kit.obeyed(one.raw) == []


def test_what_the_doctor_says_of_strange_settings_and_servers(screen, puppet, told, kit, tmp_path):
    """S1, R1: `wschat doctor`, with a profile and a server whose words are hostile."""
    place = tmp_path / "wschat" / "config"
    place.mkdir(parents=True)
    (place / "settings.toml").write_text("".join(told.profiles()))
    puppet.pages = told.pages()
    for number in kit.ROUNDS[-1:] if not kit.COMPLETE else kit.ROUNDS:
        puppet.refuses = {"error": {"code": "E", "message": told.words("g")[number]}}
        user = kit.typed(told.words("k", 60)[number])
        one = screen("doctor", "--server", puppet.url, "--user", user, token="of-alice")
        one.code()
        assert kit.obeyed(one.raw) == []


ALIKE = 12
"""Callers that one `wschat answer` is told of: from the seventeenth in a minute on it is silent."""


def test_what_somebody_who_is_called_says(screen, puppet, told, kit):
    """S1, R1: `wschat call`, whose figures are JSON and whose words are not."""
    reasons, users = told.words("z", 200), told.words("n", 300)
    puppet.callers = {"Bearer of-alice": "alice"}
    for times, number in enumerate(kit.ROUNDS if kit.COMPLETE else kit.ROUNDS[-1:], 1):
        user = kit.typed(users[number])
        one = screen("call", user, *ALONE, "--server", puppet.url, token="of-alice")
        there = puppet.said_by(times, "call.offer")
        there.send(kit.event("call.end", from_user=user, reason=reasons[number]))
        assert one.code() != 0
        assert f"z{number:02}".encode() in one.raw
        assert kit.obeyed(one.raw) == []


def test_what_somebody_who_calls_says(screen, puppet, told, kit):
    """S1, R1: `wschat answer`."""
    reasons, users = told.words("z", 200), told.words("n", 300)
    for times, few in enumerate(batched(kit.ROUNDS, ALIKE), 1):
        one = screen("answer", *ALONE, "--server", puppet.url, token="of-alice")
        one.wait_for("Waiting for calls")
        puppet.connected(times)
        for number in few:
            call = {"call_type": "audio", "sdp": kit.offer(reasons[number])}
            puppet.tell(kit.event("call.offer", from_user=users[number], **call))
            one.wait_for(f"n{number:02}", "Take it?")
            puppet.tell(kit.event("call.end", from_user=users[number], reason=reasons[number]))
            one.wait_for(rings_no_more(few.index(number) + 1))
        assert kit.obeyed(one.raw) == []
        one.press("ctrl+c")
        assert one.code() == 130


def rings_no_more(times):
    """A fact: this was said so often."""
    return lambda one: one.raw.count(b"It rings no more.") >= times


def batched(numbers, most):
    """The numbers in order, so many at a time."""
    return [numbers[at : at + most] for at in range(0, len(numbers), most)]


def test_the_id_of_a_message_that_was_sent(screen, puppet, told, kit):
    """S1, R1: `wschat send` prints what the server called the message."""
    for number in kit.ROUNDS[-1:] if not kit.COMPLETE else kit.ROUNDS:
        puppet.message_id = told.words("i", 100)[number]
        one = screen("send", "host", "x", "--server", puppet.url, "--user", "a", token="of-alice")
        one.code()
        assert f"i{number:02}".encode() in one.raw
        assert kit.obeyed(one.raw) == []


def test_the_profiles(screen, told, kit, tmp_path):
    """S1, R1: `wschat profiles`, of settings that name strange users."""
    place = tmp_path / "wschat" / "config"
    place.mkdir(parents=True)
    (place / "settings.toml").write_text("".join(told.profiles()))
    one = screen("profiles")
    assert one.code() == 0
    assert b"p35" in one.raw
    # Three tabs a line are ours.
    assert one.raw.count(b"\t") == 3 * 36
    assert kit.obeyed(one.raw.replace(b"\t", b" ")) == []
