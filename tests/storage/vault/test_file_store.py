import stat
import sys

import pytest

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.trouble import Trouble
from wschat_tui.storage.vault import file_store, seal
from wschat_tui.storage.vault.file_store import FileStore, open_store
from wschat_tui.storage.vault.stored import StoredVault
from wschat_tui.storage.worker import Late, Worker

pytest.importorskip("cryptography", reason="the extra `vault` is not installed")

ORIGIN = "wss://chat.example.test:443"
ME = "alice@work"
PAIR = Tokens("canary-access", "canary-refresh", 7)
NEW = Tokens("canary-new-access", None, 8)
CHEAP = 4


@pytest.fixture
def file(places):
    return places.token_file


@pytest.fixture
def store(file):
    return open_store(file, "open sesame", CHEAP)


def test_nothing_is_written_before_there_is_a_pair(store, file):
    assert isinstance(store, FileStore)
    assert store.read(ORIGIN, ME) is None
    assert store.erase(ORIGIN, ME) is None
    assert not file.parent.exists()
    assert store.where == "in an encrypted file"


def test_a_pair_outlives_the_process_and_nothing_of_it_can_be_read(store, file):
    assert store.write(ORIGIN, ME, PAIR) is None
    again = open_store(file, "open sesame")
    assert again.read(ORIGIN, ME) == PAIR
    assert again.read(ORIGIN, "bob@work") is None
    assert again.read("ws://chat.example.test:80", ME) is None
    data = file.read_bytes()
    for plain in (b"canary", b"alice", b"chat.example.test", b"sesame"):
        assert plain not in data
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_pairs_of_several_accounts_live_side_by_side(store, file):
    store.write(ORIGIN, ME, PAIR)
    other = open_store(file, "open sesame")
    other.write(ORIGIN, "bob@work", NEW)
    assert store.read(ORIGIN, "bob@work") == NEW
    assert store.swap(ORIGIN, ME, NEW) is None
    assert store.erase(ORIGIN, "bob@work") is None
    assert store.read(ORIGIN, ME) == NEW
    assert store.read(ORIGIN, "bob@work") is None


def test_each_writing_looks_different(store, file):
    store.write(ORIGIN, ME, PAIR)
    first = file.read_bytes()
    store.write(ORIGIN, ME, PAIR)
    assert file.read_bytes() != first


def test_the_passphrase_may_be_typed_on_any_keyboard(file):
    open_store(file, "caf\u00e9", CHEAP).write(ORIGIN, ME, PAIR)
    assert open_store(file, "cafe\u0301").read(ORIGIN, ME) == PAIR


def test_a_wrong_passphrase_is_a_sentence_and_changes_nothing(store, file):
    store.write(ORIGIN, ME, PAIR)
    before = file.read_bytes()
    trouble = open_store(file, "open barley")
    assert trouble == Trouble(
        f"The passphrase does not open {file}, or the file is damaged; nothing in it was changed.",
        "Try the passphrase again, or remove the file and log in anew.",
    )
    assert file.read_bytes() == before


@pytest.mark.parametrize("passphrase", [None, ""])
def test_without_a_passphrase_there_is_no_store(file, passphrase):
    assert open_store(file, passphrase).what == "The encrypted token file needs a passphrase."


@pytest.mark.parametrize("place", [0, 16, 20, 40, 60, -1])
def test_a_damaged_file_is_a_sentence(store, file, place, monkeypatch):
    monkeypatch.setattr(seal, "_MOST_COST", CHEAP + 1)
    store.write(ORIGIN, ME, PAIR)
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    assert "does not open" in open_store(file, "open sesame").what
    for trouble in (
        store.read(ORIGIN, ME),
        store.write(ORIGIN, ME, NEW),
        store.erase(ORIGIN, ME),
    ):
        assert "does not open" in trouble.what
    assert file.read_bytes() == bytes(data)


@pytest.mark.parametrize(
    "data", [b"", b"hunter2", b"wschat tokens 1\n", b"wschat tokens 1\n" + b"\x04" * 17]
)
def test_a_file_that_is_not_ours_is_a_sentence(file, data):
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    file.chmod(0o600)
    assert "does not open" in open_store(file, "open sesame").what


def test_a_forged_file_cannot_ask_for_all_the_memory(file):
    file.parent.mkdir(parents=True)
    file.write_bytes(b"wschat tokens 1\n" + bytes([40]) + b"s" * 100)
    file.chmod(0o600)
    assert "does not open" in open_store(file, "open sesame").what


def test_a_file_that_others_can_read_is_refused(store, file):
    store.write(ORIGIN, ME, PAIR)
    file.chmod(0o640)
    trouble = open_store(file, "open sesame")
    assert trouble == Trouble(
        f"The token file {file} is open to others, so it was not used.", f"Run: chmod 600 {file}"
    )
    assert store.read(ORIGIN, ME) == trouble


def test_a_file_that_cannot_be_read_is_a_sentence(file):
    file.mkdir(parents=True, mode=0o700)
    assert open_store(file, "open sesame") == Trouble(
        f"The token file {file} cannot be read (Is a directory).", "Check who owns it."
    )


def test_a_full_disk_is_a_sentence_and_keeps_the_old_pair(store, monkeypatch):
    store.write(ORIGIN, ME, PAIR)

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    trouble = store.swap(ORIGIN, ME, NEW)
    assert trouble.what == (
        f"The token file {store.path} could not be written (No space left on device)."
    )
    assert store.read(ORIGIN, ME) == PAIR


def test_without_the_package_there_is_a_sentence(file, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    assert open_store(file, "open sesame") == Trouble(
        "The encrypted token file needs the package `cryptography`, which is not installed.",
        "Run: pip install 'wschat-tui[vault]'",
    )


def test_a_disk_that_does_not_answer_is_a_sentence(store):
    assert store.late(Late(10.0)).what == f"The disk of {store.path} gave no answer within 10 s."


def test_no_repr_shows_the_key(store):
    assert "sesame" not in repr(store)
    assert "cipher" not in repr(store.seal)


@pytest.mark.slow
def test_the_cost_that_users_get_opens_its_own_file(file):
    open_store(file, "open sesame").write(ORIGIN, ME, PAIR)
    assert file.read_bytes()[16] == seal.COST == file_store.COST == 17
    assert open_store(file, "open sesame").read(ORIGIN, ME) == PAIR


async def test_the_vault_over_it_falls_back_on_memory(store, monkeypatch):
    vault = StoredVault(store, Worker("wschat-test", 5))
    assert await vault.put("wss://chat.example.test", ME, PAIR) is None
    assert await vault.get("wss://chat.example.test", ME) == PAIR

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        trouble = await vault.swap("wss://chat.example.test", ME, NEW)
    assert trouble.what.endswith("The new token is kept in memory only, until you quit.")
    assert await vault.get("wss://chat.example.test", ME) == NEW
    assert await vault.put("wss://chat.example.test", ME, NEW) is None
    assert vault.where == "in an encrypted file"
