"""Passwords and tokens are in no place where somebody else might look."""

import json
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

pytestmark = pytest.mark.pty

PASSWORD = "canary-password-b1946ac9"
TOKENS = {"access_token": "canary-access-2f64a6be", "refresh_token": "canary-refresh-7d793037"}


@pytest.fixture
def trusting_server():
    """Takes any password, gives the canary tokens, and lets nobody chat. Answers host:port, asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            user = {"id": "alice", "name": "Alice", "email": "alice@example.test"}
            self.answer(200, {"data": TOKENS | {"expires_in": 900, "user": user}})

        def do_GET(self):
            asked.append(str(self.headers["Authorization"]))
            self.answer(403, {"code": "ERR_FORBIDDEN", "message": "Stay outside."})

        def answer(self, status, document):
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="trusting")
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join()


def command_lines():
    """What every process of this machine was started with, as anybody can read it."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            yield (process / "cmdline").read_bytes()
        except OSError:
            continue


def nowhere(secrets, terminal, home):
    """None of the secrets is on the terminal, in a command line or in a file."""
    places = {"terminal": bytes(terminal.raw), "command lines": b"\n".join(command_lines())}
    places |= {str(one): one.read_bytes() for one in home.rglob("*") if one.is_file()}
    for secret in secrets:
        assert not [place for place, held in places.items() if secret.encode() in held]


def test_a_password_and_the_tokens_it_buys_are_seen_nowhere(screen, trusting_server, tmp_path):
    """S13."""
    where, asked = trusting_server
    terminal = screen()
    terminal.wait_for("Connect to a server")
    terminal.press("c")
    terminal.wait_for("Password")
    terminal.type(where)
    terminal.press("tab")
    terminal.type("alice@example.test")
    terminal.press("tab")
    terminal.type(PASSWORD)
    terminal.wait_for("•" * len(PASSWORD))
    terminal.press("enter")
    terminal.wait_for("does not let you in (403)")
    assert any(PASSWORD in one for one in asked)
    assert f"Bearer {TOKENS['access_token']}" in asked
    settings = tmp_path / "wschat/config/settings.toml"
    assert "alice@example.test" in settings.read_text()
    assert (tmp_path / "wschat/state/wschat.log").exists()
    nowhere([PASSWORD, *TOKENS.values()], terminal, tmp_path / "wschat")
    terminal.press("ctrl+q")
    assert terminal.code() == 0
    nowhere([PASSWORD, *TOKENS.values()], terminal, tmp_path / "wschat")


def test_a_token_of_the_environment_is_seen_nowhere(screen, mock, tmp_path):
    """S13."""
    login = {"email": "alice@example.test", "password": "alice"}
    token = mock.ask("/v1/auth/login", login)["data"]["access_token"]
    terminal = screen("--server", mock.url, token=token)
    terminal.wait_for("● online", "Message #Lobby")
    assert token in Path(f"/proc/{terminal.pid}/environ").read_text()
    terminal.type("/whoami")
    terminal.press("enter")
    terminal.wait_for("the token is from WSCHAT_TOKEN")
    nowhere([token], terminal, tmp_path / "wschat")
    mock.stop(signal.SIGKILL)
    terminal.wait_for("trying again in")
    mock.start()
    terminal.press("ctrl+r")
    terminal.wait_for("● online")
    terminal.press("ctrl+q")
    assert terminal.code() == 0
    nowhere([token], terminal, tmp_path / "wschat")


def test_a_token_from_stdin_is_seen_nowhere_and_the_keys_still_work(screen, mock, tmp_path):
    """S13."""
    login = {"email": "alice@example.test", "password": "alice"}
    token = mock.ask("/v1/auth/login", login)["data"]["access_token"]
    given = tmp_path / "given"
    given.write_text(token + "\n")
    terminal = screen("--server", mock.url, "--token-stdin", stdin=given)
    terminal.wait_for("● online", "Message #Lobby")
    terminal.type("typed on the terminal")
    terminal.press("enter")
    terminal.wait_for(lambda one: "✓" in one.line_with("typed on the terminal"))
    nowhere([token], terminal, tmp_path / "wschat")
