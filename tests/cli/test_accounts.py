"""`wschat login`, `logout`, `profiles` and `doctor`."""

import io
import os
import subprocess
import sys

import pytest

from wschat_tui.runtime.history import history_of_profile
from wschat_tui.storage.addresses import origin_of
from wschat_tui.storage.paths import find
from wschat_tui.storage.settings.read import load_settings
from wschat_tui.storage.vault.file_store import open_store

NO_RING = "The system keyring was not looked into: no system keyring was found."


@pytest.fixture
def typed(monkeypatch):
    """Text on stdin, as a pipeline gives it."""

    def put(text):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return put


@pytest.fixture
def keyring_file(monkeypatch, tmp_path):
    """The passphrase of the encrypted token file, as it would be typed."""
    monkeypatch.setattr("getpass.getpass", lambda *_: "correct horse")


def test_logs_in_keeps_the_tokens_and_needs_no_other_word_after(
    wschat, server, typed, keyring_file
):
    typed("alice\n")
    login = wschat(
        "login", "--server", server, "--email", "alice@example.test", "--profile", "work",
        "--token-store", "file",
    )  # fmt: skip
    assert (login.code, login.out) == (0, "")
    assert "in an encrypted file" in login.err
    assert "Each start needs --token-store=file" in login.err
    listed = wschat("profiles", "--token-store", "file")
    assert listed.out.startswith("* work\t")
    assert "\talice\tlogged in" in listed.out
    assert wschat("send", "--token-store", "file", "host", "hello").code == 0
    assert "are deleted" in wschat("logout", "--token-store", "file").err
    again = wschat("logout", "--token-store", "file")
    assert (again.code, again.err) == (0, f"'work' had no tokens. {NO_RING}\n")
    assert "logged out" in wschat("profiles", "--token-store", "file").out
    assert wschat("send", "--token-store", "file", "host", "hello").code == 3


def test_forget_removes_the_profile(wschat, server, typed, keyring_file):
    typed("bob\n")
    wschat("login", "--server", server, "--email", "bob@example.test", "--token-store", "file")
    assert wschat("logout", "--forget", "--token-store", "file").code == 0
    assert "There are no profiles yet" in wschat("profiles").err


def test_logging_out_says_what_becomes_of_the_history(
    wschat, server, typed, keyring_file, tmp_path
):
    store = ("--token-store", "file")
    typed("bob\n")
    wschat("login", "--server", server, "--email", "bob@example.test", "--profile", "b", *store)
    where = find(None, os.environ)
    settings = load_settings(where.settings_file)
    file = history_of_profile(where, "b", settings.profiles["b"])
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x" * 2_000_000)
    assert "stays on this disk (2.0 MB)" in wschat("logout", *store).err
    assert file.exists()
    gone = wschat("logout", "--forget", "--delete-history", *store)
    assert gone.code == 0
    history = "Its history is deleted (2.0 MB)."
    assert gone.err == f"'b' is logged out and removed. {NO_RING} {history}\n"
    assert not file.exists()


def test_a_login_that_cannot_be_kept_is_exit_3_and_says_what_to_do(wschat, server, typed):
    typed("alice\n")
    said = wschat("login", "--server", server, "--email", "alice@example.test")
    assert said.code == 3
    assert "nowhere to keep its tokens" in said.err
    assert "--token-store=file" in said.err


def test_a_wrong_password_is_exit_3(wschat, server, typed):
    typed("wrong\n")
    said = wschat("login", "--server", server, "--email", "alice@example.test")
    assert said.code == 3
    assert "refused the login" in said.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "No server is named"),
        (("--server", "ws://localhost:1"), "An email and a password are needed"),
        (("--server", "ftp://x", "--email", "a@example.test"), "is not reached by"),
    ],
)
def test_what_is_missing_is_said(wschat, typed, arguments, word):
    typed("secret\n" if "--email" in arguments else "")
    said = wschat("login", *arguments)
    assert said.code in {2, 3}
    assert word in said.err


def test_a_token_can_be_imported(wschat, server, typed, keyring_file):
    typed("dev:carol\n")
    said = wschat("login", "--server", server, "--user", "carol", "--token-stdin",
                  "--token-store", "file")  # fmt: skip
    assert said.code == 0
    assert wschat("send", "--token-store", "file", "host", "hello").code == 0


def test_the_default_can_be_chosen(wschat, server, typed, keyring_file):
    for name in ("alice", "bob"):
        typed(f"{name}\n")
        wschat("login", "--server", server, "--email", f"{name}@example.test",
               "--profile", name, "--token-store", "file")  # fmt: skip
    assert wschat("profiles", "--default", "bob").code == 0
    assert "* bob" in wschat("profiles").out
    assert wschat("profiles", "--default", "nobody").code == 2


@pytest.mark.parametrize("verb", [("profiles",), ("login", "--server", "localhost"), ("logout",)])
def test_settings_that_cannot_be_read_are_exit_2_with_line_and_key(wschat, tmp_path, verb):
    folder = tmp_path / "wschat" / "config"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text('[ui]\nthme = "x"\n')
    said = wschat(*verb)
    assert said.code == 2
    assert "settings.toml line 2" in said.err
    assert "ui.theme" in said.err


def test_logout_without_a_profile_says_so(wschat):
    assert wschat("logout").code == 2
    assert wschat("logout", "--profile", "nobody").code == 2


def test_doctor_names_every_lack_with_its_mend(wschat):
    said = wschat("doctor")
    assert said.code == 0
    assert "lack  keyring" in said.out
    assert "→" in said.out


def test_doctor_tries_the_server_that_is_named(wschat, server, monkeypatch):
    monkeypatch.setenv("WSCHAT_TOKEN", "dev:alice")
    assert "lets you in" in wschat("doctor", "--server", server, "--user", "alice").out
    monkeypatch.setenv("WSCHAT_TOKEN", "dev:nobody")
    assert "lack  server" in wschat("doctor", "--server", server).out


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"NO_COLOR": "1"}, "none, as NO_COLOR asks"),
        ({"COLORTERM": "truecolor"}, "16 million"),
        ({"TMUX": "x"}, "set-clipboard on"),
        ({"SSH_CONNECTION": "x"}, "ssh"),
        ({"HTTPS_PROXY": "http://127.0.0.1:9"}, "loopback goes direct"),
    ],
)
def test_doctor_reads_the_terminal(wschat, monkeypatch, env, words):
    for key, value in env.items():
        monkeypatch.setenv(key, value)
    assert words in wschat("doctor").out


def test_a_passphrase_is_not_asked_for_without_a_terminal(server):
    done = subprocess.run(
        [sys.executable, "-m", "wschat_tui", "profiles", "--token-store=file"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False,
        start_new_session=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        "The passphrase of the token file is asked for on a terminal, and there is none.\n"
    )


@pytest.fixture
def in_the_file(wschat, server, typed, keyring_file):
    """Alice is logged in as `work`, her tokens are in the encrypted file."""
    typed("alice\n")
    login = ("login", "--server", server, "--email", "alice@example.test", "--profile", "work")
    assert wschat(*login, "--token-store", "file").code == 0
    return find(None, os.environ).token_file


@pytest.mark.parametrize("more", [(), ("--forget",)])
def test_a_plain_logout_without_a_terminal_says_what_may_still_hold_tokens(
    wschat, in_the_file, typed, more
):
    typed("")
    said = wschat("logout", *more)
    assert said.code == 2
    assert f"{in_the_file} was not looked into" in said.err
    assert "Tokens of 'work' may still be in it" in said.err
    assert "wschat logout --profile work --token-store file" in said.err
    assert (
        "logged in, tokens in an encrypted file" in wschat("profiles", "--token-store", "file").out
    )
    listed = wschat("profiles")
    assert f"{in_the_file} was not looked into" in listed.err
    assert listed.out.startswith("* work\t")


def test_a_plain_logout_asks_for_the_passphrase_and_ends_the_tokens_in_the_file(
    wschat, in_the_file, monkeypatch
):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    said = wschat("logout")
    assert said.code == 0, said.err
    assert "There is an encrypted token file here" in said.err
    assert "The tokens of 'work' are deleted." in said.err
    assert "logged out" in wschat("profiles", "--token-store", "file").out


def test_a_wrong_passphrase_ends_nothing_and_says_so(wschat, in_the_file, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda *_: "wrong horse")
    said = wschat("logout")
    assert said.code == 2
    assert "does not open" in said.err
    assert "may still be in it" in said.err


def test_a_token_of_the_environment_does_not_keep_a_logout_from_the_file(
    wschat, in_the_file, monkeypatch
):
    monkeypatch.setenv("WSCHAT_TOKEN", "dev:alice")
    said = wschat("logout", "--token-store", "file")
    assert said.code == 0, said.err
    assert "The tokens of 'work' are deleted." in said.err
    assert "WSCHAT_TOKEN is set here, and is yours to unset." in said.err
    monkeypatch.delenv("WSCHAT_TOKEN")
    assert "logged out" in wschat("profiles", "--token-store", "file").out


def test_another_login_under_the_same_name_leaves_no_tokens_that_nothing_names(
    wschat, in_the_file, server, typed
):
    typed("bob\n")
    login = ("login", "--server", server, "--email", "bob@example.test", "--profile", "work")
    assert wschat(*login, "--token-store", "file").code == 0
    store = open_store(in_the_file, "correct horse")
    assert list(store._load()) == [f"bob@work {origin_of(server)}"]
