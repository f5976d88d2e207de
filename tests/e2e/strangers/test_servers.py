"""Servers that refuse, lie or talk nonsense: one sentence each, nothing lost, and life goes on."""

import json

import pytest

pytestmark = pytest.mark.pty

TYPED = "not to be lost"
OFFLINE_KEPT = "what you wrote is kept"


def http(status, *headers, body="", version="1.1"):
    """The bytes of an HTTP answer."""
    head = (
        f"HTTP/{version} {status}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    )
    return "\r\n".join((*head, "", body)).encode()


def says_and_keeps(terminal, *sentence):
    """The sentence is there; what is typed now waits or stays, and the program still listens."""
    terminal.wait_for(*sentence, timeout=40)
    terminal.type(TYPED)
    terminal.wait_for(TYPED)
    terminal.press("enter")
    terminal.wait_for(lambda screen: "◷" in screen.line_with(TYPED), "◷ 1 waiting")
    terminal.press("f1")
    terminal.wait_for("Keys")
    assert not terminal.over


STATUSES = [
    (http("403 Forbidden"), "does not let you in (403)"),
    (http("404 Not Found"), "has no chat at this path (404)"),
    (http("401 Unauthorized"), "does not take your login any more"),
    (http("200 OK", body="<html>hello</html>"), "answered with a page (200)"),
    (http("302 Found", "Location: http://elsewhere.invalid/"), "sends you on to elsewhere.invalid"),
    (http("503 Service Unavailable"), "is not available at the moment (503)"),
    (b"SSH-2.0-OpenSSH_9.2p1\r\n", "does not speak HTTP"),
]


@pytest.mark.parametrize(("answer", "sentence"), STATUSES, ids=[one for _, one in STATUSES])
def test_a_server_that_does_not_let_one_chat_is_told_in_a_sentence(
    screen, raw_server, answer, sentence
):
    where = raw_server(answer)
    terminal = screen("--server", where, token="dev:alice")
    says_and_keeps(terminal, f"{where} {sentence}", OFFLINE_KEPT)


def test_a_port_where_nobody_listens_is_told_and_tried_again(screen, closed_port):
    terminal = screen("--server", f"127.0.0.1:{closed_port}", token="dev:alice")
    says_and_keeps(
        terminal, f"Nothing answers at 127.0.0.1:{closed_port}", OFFLINE_KEPT, "trying again in"
    )


def test_a_name_that_no_one_knows_is_told_and_tried_again(screen):
    terminal = screen("--server", "chat.invalid", token="dev:alice")
    says_and_keeps(terminal, "No address is known for chat.invalid:443", OFFLINE_KEPT)


def test_a_certificate_that_nobody_vouches_for_stops_the_login(screen, strange_server, self_signed):
    where = strange_server(ssl=self_signed)
    terminal = screen("--server", where, token="dev:alice")
    says_and_keeps(
        terminal, "is signed by itself, so the login was not sent", OFFLINE_KEPT, "the CA file"
    )


def test_an_address_that_is_none_is_told_on_the_welcome_screen(screen):
    terminal = screen("--server", "ftp://chat.example.org", token="dev:alice")
    terminal.wait_for("A chat server is not reached by ftp://; use wss://", "Connect to a server")
    assert not terminal.over


def test_garbage_between_good_frames_spoils_nothing(screen, strange_server):
    def said(number, body):
        message = {"id": f"m{number}", "scope": "host", "user_id": "bob", "body": body}
        return json.dumps(
            {"type": "chat.message", "data": message | {"created_at": "2026-01-05T09:00:00Z"}}
        )

    url = strange_server(
        said(1, "before"),
        "this is no JSON",
        '{"type": "chat.message", "data": 7}',
        '{"type": "chat.message", "data": {"id": "half"}}',
        '{"type": "something.new", "data": {"a": [1, 2, 3]}}',
        '{"data": {}}',
        "[[[[" * 2000,
        b"\x00\xff\xfe",
        "\n\n",
        said(2, "between") + "\nnot JSON either\n" + said(3, "after"),
    )
    terminal = screen("--server", url, "--user", "alice", token="secret-of-alice")
    terminal.wait_for("● online", "before", "between", "after")
    terminal.type(TYPED)
    terminal.press("enter")
    terminal.wait_for(lambda one: "◌" in one.line_with(TYPED) or "✓" in one.line_with(TYPED))


# ---- the same faults, met in the login form


FORM_FAULTS = [
    ("ftp://chat.example.org", "A chat server is not reached by ftp://"),
    ("two words", "A server's address has no spaces"),
    ("chat.invalid", "No address is known for chat.invalid:443"),
]


def fill_in(terminal, server):
    """The login form, filled in and sent."""
    terminal.wait_for("Connect to a server")
    terminal.press("c")
    terminal.wait_for("Email", "Password")
    terminal.type(server)
    terminal.press("tab")
    terminal.type("alice@example.test")
    terminal.press("tab")
    terminal.type("sesame")
    terminal.wait_for(server, "alice@example.test", "••••••")
    terminal.press("enter")


def refuses_and_keeps(terminal, server, sentence):
    """The sentence stands in the form, with all that was typed; Escape leads back."""
    terminal.wait_for(sentence, server, "alice@example.test", "••••••", timeout=40)
    terminal.press("escape")
    terminal.wait_for("Try the demo")
    assert not terminal.over


@pytest.mark.parametrize(("server", "sentence"), FORM_FAULTS, ids=[one for one, _ in FORM_FAULTS])
def test_the_login_form_says_what_is_wrong_with_an_address(screen, server, sentence):
    terminal = screen()
    fill_in(terminal, server)
    refuses_and_keeps(terminal, server, sentence)


REFUSALS = [
    (
        http("401 Unauthorized", body='{"code":"ERR_UNAUTHORIZED","message":"No such pair."}'),
        "refused the login: No such pair.",
    ),
    (http("403 Forbidden"), "refused the login: The server refused (403)."),
    (http("404 Not Found"), "has no login by password; import a token instead."),
    (http("200 OK", body="<html>"), "answered in a way that cannot be read."),
    (http("302 Found", "Location: http://elsewhere.invalid/"), "sends you on to elsewhere.invalid"),
    (b"SSH-2.0-OpenSSH_9.2p1\r\n", "does not speak HTTP"),
]


@pytest.mark.parametrize(("answer", "sentence"), REFUSALS, ids=[one for _, one in REFUSALS])
def test_the_login_form_says_how_a_server_refused(screen, raw_server, answer, sentence):
    where = raw_server(answer)
    terminal = screen()
    fill_in(terminal, where)
    refuses_and_keeps(terminal, where, f"{where} {sentence}")


def test_the_login_form_sends_no_password_past_a_certificate_that_nobody_vouches_for(
    screen, strange_server, self_signed
):
    where = strange_server(ssl=self_signed).removesuffix("/v1/ws")
    terminal = screen()
    fill_in(terminal, where)
    refuses_and_keeps(terminal, where, "is signed by itself, so the login was not sent")


def test_the_login_form_says_that_nobody_listens(screen, closed_port):
    terminal = screen()
    fill_in(terminal, f"127.0.0.1:{closed_port}")
    refuses_and_keeps(
        terminal, f"127.0.0.1:{closed_port}", f"Nothing answers at 127.0.0.1:{closed_port}"
    )
