"""`wschat send`: the id on stdout, one sentence on stderr, and an exit code that scripts can trust."""

import io
import socket

import pytest

pytestmark = pytest.mark.usefixtures("as_alice")


@pytest.mark.parametrize("scope", ["host", "network:lobby", "dm:bob", "a-room-of-its-own"])
def test_prints_the_id_of_what_the_server_took(wschat, server, scope):
    said = wschat("send", "--server", server, "--user", "alice", scope, "hello")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("msg_")
    assert said.out.count("\n") == 1


def test_reads_the_body_from_stdin(wschat, server, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"two\nlines\n")))
    assert wschat("send", "--server", server, "--user", "alice", "host", "-").code == 0


def test_stdin_that_is_no_text_is_exit_2(wschat, server, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe")))
    said = wschat("send", "--server", server, "--user", "alice", "host", "-")
    assert (said.code, said.err) == (
        2, "What came on stdin is not UTF-8 text; nothing was sent.\n",
    )  # fmt: skip


def test_replies_in_a_thread(wschat, server):
    root = wschat("send", "--server", server, "--user", "alice", "host", "root").out.strip()
    reply = wschat("send", "--server", server, "--user", "alice", "--parent", root, "host", "re")
    assert reply.code == 0


def test_a_room_that_refuses_is_exit_1(wschat, server):
    said = wschat("send", "--server", server, "--user", "alice", "network:vault", "hello")
    assert (said.code, said.out) == (1, "")
    assert "cannot join vault" in said.err


def test_a_message_that_is_refused_is_exit_1(wschat, server):
    said = wschat("send", "--server", server, "--user", "alice", "--parent", "no-such", "host", "x")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("The server refused the message")


def test_nothing_to_say_is_exit_2(wschat, server):
    assert wschat("send", "--server", server, "host", "  ").code == 2


def test_a_body_too_long_is_exit_2_and_says_how_long(wschat, server):
    said = wschat("send", "--server", server, "--user", "alice", "host", "é" * 2049)
    assert said.code == 2
    assert "4,098 bytes" in said.err


def test_body_and_token_cannot_share_stdin(wschat, server):
    assert wschat("send", "--server", server, "--token-stdin", "host", "-").code == 2


def test_nobody_listening_is_exit_3(wschat):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    said = wschat("send", "--server", f"localhost:{port}", "--user", "alice", "host", "hello")
    assert said.code == 3
    assert said.err == f"Nothing answers at localhost:{port}; nothing was sent.\n"


def test_a_wrong_token_is_exit_3(wschat, server, monkeypatch):
    monkeypatch.setenv("WSCHAT_TOKEN", "dev:nobody")
    said = wschat("send", "--server", server, "--user", "alice", "host", "hello")
    assert said.code == 3
    assert "nothing was sent. Run `wschat login`, or pass another token." in said.err


def test_no_token_is_exit_3_and_says_where_one_may_come_from(wschat, server, monkeypatch):
    monkeypatch.delenv("WSCHAT_TOKEN")
    said = wschat("send", "--server", server, "host", "hello")
    assert said.code == 3
    assert "WSCHAT_TOKEN" in said.err


def test_a_server_that_never_answers_is_exit_4(wschat):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"ws://127.0.0.1:{silent.getsockname()[1]}"
        said = wschat("send", "--server", address, "--timeout", "0.5", "host", "hello")
    assert said.code == 4
    assert "nothing was sent" in said.err


@pytest.mark.parametrize("seconds", ["0", "-1", "3601", "nan", "soon"])
def test_a_timeout_that_cannot_be_is_exit_2(wschat, seconds):
    assert wschat("send", "--timeout", seconds, "host", "hello").code == 2


@pytest.mark.parametrize(
    "address", ["ftp://example.org", "ws://", "example .org", "wss://a:b@example.org"]
)
def test_a_server_that_is_no_address_is_exit_2(wschat, address):
    said = wschat("send", "--server", address, "host", "hello")
    assert said.code == 2
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "arguments", [("", "hi"), ("a room", "hi"), ("--user", "a b", "host", "hi")]
)
def test_a_word_that_is_none_is_exit_2_and_a_sentence(wschat, server, arguments):
    said = wschat("send", "--server", server, *arguments)
    assert said.code == 2
    assert "must be one word" in said.err


def test_seconds_that_are_no_number_are_exit_2(wschat, server):
    said = wschat("send", "--server", server, "--timeout", "soon", "host", "hi")
    assert said.code == 2
    assert "must be a number of seconds" in said.err
