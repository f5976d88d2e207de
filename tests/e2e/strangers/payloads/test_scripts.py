"""S1, R1, R7: what verbs print of strangers' words, on a terminal as well as in a pipe."""

import pytest

pytestmark = [pytest.mark.pty, pytest.mark.slow]


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
