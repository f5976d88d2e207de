import asyncio
import os
import subprocess
import sys

import pytest

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.trouble import Trouble
from wschat_tui.storage.vault.vault import account_of, open_vault

URL = "wss://chat.example.test/v1/ws"
ME = "alice@work"
PAIR = Tokens("canary-access", "canary-refresh", 7)
NEW = Tokens("canary-new", None, 8)


@pytest.fixture
def token_file(tmp_path):
    file = tmp_path / "token"
    file.write_text("canary-from-file\n")
    file.chmod(0o600)
    return file


def test_the_account_names_user_and_profile():
    assert account_of("alice", "work") == "alice@work"


async def test_a_token_of_the_environment_comes_first(use, rings, places):
    ring = rings.Ring()
    use(ring)
    vault = await open_vault(places, {"WSCHAT_TOKEN": " canary-env\n"}, "auto")
    assert vault.where == "from WSCHAT_TOKEN"
    assert vault.trouble is None
    assert await vault.get(URL, ME) == Tokens("canary-env")
    assert await vault.swap(URL, ME, NEW) is None
    assert await vault.get(URL, ME) == NEW
    assert ring.calls == []
    assert not places.data_dir.exists()


async def test_a_token_of_the_environment_stays_with_whom_it_was_meant_for(places):
    vault = await open_vault(places, {"WSCHAT_TOKEN": "canary-env"})
    assert await vault.get(URL, ME) == Tokens("canary-env")
    assert await vault.get("wss://evil.test", ME) is None
    assert await vault.get(URL, "bob@home") is None
    assert await vault.get(URL, ME) == Tokens("canary-env")


async def test_a_list_does_not_use_up_the_token_of_the_environment(places):
    vault = await open_vault(places, {"WSCHAT_TOKEN": "canary-env"})
    assert not await vault.holds("wss://other.test", ME)
    assert await vault.get(URL, ME) == Tokens("canary-env")
    assert await vault.holds(URL, ME)
    assert not await vault.holds("wss://other.test", ME)


async def test_a_login_or_logout_ends_the_token_of_the_environment(places):
    vault = await open_vault(places, {"WSCHAT_TOKEN": "canary-env"})
    assert await vault.put(URL, ME, NEW) is None
    assert await vault.get(URL, ME) == NEW
    assert await vault.get("wss://other.test", ME) is None
    vault = await open_vault(places, {"WSCHAT_TOKEN": "canary-env"})
    assert await vault.delete(URL, ME) is None
    assert await vault.get(URL, ME) is None


async def test_a_token_file_comes_next(places, token_file):
    env = {"WSCHAT_TOKEN": "", "WSCHAT_TOKEN_FILE": str(token_file)}
    vault = await open_vault(places, env)
    assert vault.where == "from WSCHAT_TOKEN_FILE"
    assert await vault.get(URL, ME) == Tokens("canary-from-file")
    both = await open_vault(places, env | {"WSCHAT_TOKEN": "canary-env"})
    assert both.where == "from WSCHAT_TOKEN"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
async def test_a_token_file_that_others_can_read_is_refused(places, token_file, mode):
    token_file.chmod(mode)
    trouble = await open_vault(places, {"WSCHAT_TOKEN_FILE": str(token_file)})
    assert trouble == Trouble(
        f"The token file {token_file} is open to others (mode {mode:04o}), so it was not used.",
        f"Run: chmod 600 {token_file}",
    )


async def test_a_token_file_that_is_not_there_is_a_sentence(places, tmp_path):
    gone = tmp_path / "gone"
    assert await open_vault(places, {"WSCHAT_TOKEN_FILE": str(gone)}) == Trouble(
        f"The token file {gone} cannot be read (No such file or directory).",
        "Check the path in WSCHAT_TOKEN_FILE.",
    )
    tmp_path.chmod(0o700)
    found = await open_vault(places, {"WSCHAT_TOKEN_FILE": str(tmp_path)})
    assert found.what == f"The token file {tmp_path} cannot be read (Is a directory)."


@pytest.mark.parametrize("source", ["WSCHAT_TOKEN", "WSCHAT_TOKEN_FILE"])
async def test_a_token_that_cannot_be_sent_is_refused_and_not_quoted(places, token_file, source):
    token_file.write_bytes(b"canary\r\nX-Evil: \xff")
    given = str(token_file) if source == "WSCHAT_TOKEN_FILE" else "canary\r\nX-Evil: 1"
    trouble = await open_vault(places, {source: given})
    assert trouble.what.startswith(f"{source}: The token has spaces, control characters")
    assert "canary" not in str(trouble)


async def test_a_pipe_will_do_and_one_that_never_answers_is_given_up(places, tmp_path):
    pipe, silent = tmp_path / "pipe", tmp_path / "silent"
    os.mkfifo(pipe, 0o600)
    os.mkfifo(silent, 0o600)
    late = await open_vault(places, {"WSCHAT_TOKEN_FILE": str(silent)}, seconds=0.05)
    await asyncio.to_thread(silent.write_text, "")
    assert late == Trouble(
        "The token file gave no answer in time.", "Check what WSCHAT_TOKEN_FILE names."
    )
    vault, _ = await asyncio.gather(
        open_vault(places, {"WSCHAT_TOKEN_FILE": str(pipe)}),
        asyncio.to_thread(pipe.write_text, "canary-piped\n"),
    )
    assert await vault.get(URL, ME) == Tokens("canary-piped")


async def test_then_the_keyring(use, rings, places):
    ring = rings.Ring()
    use(ring)
    vault = await open_vault(places, {})
    assert vault.where == f"in the system keyring ({ring.name})"
    assert vault.trouble is None
    assert await vault.put(URL, ME, PAIR) is None
    assert await (await open_vault(places, {})).get(URL, ME) == PAIR
    assert await vault.delete(URL, ME) is None
    assert ring.kept == {}


@pytest.mark.parametrize("kind", ["PlaintextKeyring", "AltRing", "WeakRing", "UnweighedRing"])
async def test_no_token_goes_near_an_unsafe_keyring(use, rings, places, kind):
    ring = getattr(rings, kind)()
    use(ring)
    vault = await open_vault(places, {})
    assert vault.where == "in memory only, until you quit"
    assert vault.trouble.what.startswith(
        "Tokens are kept in memory only, as the keyring cannot be used: it"
    )
    assert await vault.put(URL, ME, PAIR) is None
    assert await vault.swap(URL, ME, NEW) is None
    assert await vault.get(URL, ME) == NEW
    assert await vault.delete(URL, ME) is None
    assert await vault.get(URL, ME) is None
    assert ring.calls == []


async def test_a_keyring_that_cannot_be_found_in_time_means_memory(monkeypatch, places):
    import threading

    release = threading.Event()
    monkeypatch.setattr("keyring.get_keyring", release.wait)
    vault = await open_vault(places, {}, seconds=0.05)
    release.set()
    assert vault.where == "in memory only, until you quit"
    assert "it gave no answer within 0.05 s" in vault.trouble.what


async def test_memory_may_be_chosen(use, rings, places):
    ring = rings.Ring()
    use(ring)
    vault = await open_vault(places, {}, "memory")
    assert vault.where == "in memory only, until you quit"
    assert vault.trouble is None
    await vault.put(URL, ME, PAIR)
    assert await vault.get("wss://evil.test", ME) is None
    assert (await vault.put(URL, ME, Tokens("a\nb"))).what.startswith("The token has spaces")
    assert await vault.get(URL, ME) == PAIR
    assert ring.calls == []


@pytest.mark.slow
async def test_the_encrypted_file_may_be_chosen(use, rings, places):
    pytest.importorskip("cryptography", reason="the extra `vault` is not installed")
    ring = rings.Ring()
    use(ring)
    vault = await open_vault(places, {}, "file", "open sesame")
    assert vault.where == "in an encrypted file"
    assert await vault.put(URL, ME, PAIR) is None
    assert await (await open_vault(places, {}, "file", "open sesame")).get(URL, ME) == PAIR
    wrong = await open_vault(places, {}, "file", "open barley")
    assert wrong.what.startswith("The passphrase does not open")
    assert ring.calls == []


async def test_the_encrypted_file_needs_a_passphrase(places):
    trouble = await open_vault(places, {}, "file")
    assert trouble.what == "The encrypted token file needs a passphrase."


async def test_a_disk_that_does_not_answer_is_a_sentence(places, monkeypatch):
    import threading

    release = threading.Event()
    monkeypatch.setattr(
        "wschat_tui.storage.vault.vault.open_store", lambda *_: release.wait() and None
    )
    trouble = await open_vault(places, {}, "file", "open sesame", seconds=0.05)
    release.set()
    assert trouble.what == "The token file could not be opened in time."


def test_neither_keyring_nor_cryptography_is_loaded_before_it_is_needed():
    code = (
        "import sys, wschat_tui.storage.vault, wschat_tui.storage.logs, wschat_tui.storage.crash; "
        "print(sorted({'keyring', 'cryptography', 'pydantic', 'platformdirs'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_hung_keyring_does_not_hold_up_the_exit(tmp_path):
    (tmp_path / "hung.py").write_text(
        "import threading\n"
        "from keyring.backend import KeyringBackend\n"
        "class Ring(KeyringBackend):\n"
        "    priority = 9\n"
        "    def get_password(self, service, username):\n"
        "        threading.Event().wait()\n"
        "    set_password = delete_password = get_password\n"
    )
    code = """
import asyncio, pathlib
from wschat_tui.storage.paths import below
from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.vault.vault import open_vault
async def main():
    vault = await open_vault(below(pathlib.Path("home")), {}, seconds=0.2)
    print(vault.where)
    print((await vault.put("wss://x", "alice@work", Tokens("canary"))).what)
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=os.environ | {"PYTHON_KEYRING_BACKEND": "hung.Ring", "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "in the system keyring (hung Ring)\n"
        "The system keyring was of no use: it gave no answer within 0.2 s, and may be waiting in an "
        "unlock dialog. The new token is kept in memory only, until you quit.\n"
    )
