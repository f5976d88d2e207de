"""S1, R1, R7: what verbs print of strangers' words, on a terminal as well as in a pipe."""

import pytest

pytestmark = [pytest.mark.pty, pytest.mark.slow, pytest.mark.timeout(600)]


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
        user = told.words("k", 60)[number].replace("\0", "")
        user = user.encode("utf-8", "ignore").decode()
        one = screen("doctor", "--server", puppet.url, "--user", user, token="of-alice")
        one.code()
        assert kit.obeyed(one.raw) == []


def test_what_a_call_and_its_caller_say(screen, puppet, told, kit):
    """S1, R1: `wschat call` and `wschat answer`, whose figures are JSON and whose words are not."""
    reasons, users = told.words("z", 200), told.words("n", 300)
    puppet.callers = {"Bearer of-alice": "alice"}
    where = ("--source", "silence", "--server", puppet.url, "--user", "alice")
    user = users[31]
    one = screen("call", user, *where, token="of-alice")
    there = puppet.heard_of("call.offer", 1)
    there.send(kit.event("call.end", from_user=user, reason=reasons[31]))
    assert one.code() != 0
    assert b"z31" in one.raw
    assert kit.obeyed(one.raw) == []
    one = screen("answer", *where, token="of-alice")
    one.wait_for("Waiting for calls")
    puppet.connected(2)
    for number in (7, 31):
        offer = kit.offer(reasons[number])
        puppet.tell(kit.event("call.offer", from_user=users[number], call_type="audio", sdp=offer))
        one.wait_for(f"n{number:02}", "Take it?")
        puppet.tell(kit.event("call.end", from_user=users[number], reason=reasons[number]))
        one.wait_for("It rings no more.")
    assert kit.obeyed(one.raw) == []
    one.press("ctrl+c")
    assert one.code() == 130


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
