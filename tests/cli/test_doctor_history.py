"""What the doctor says of the history: where it is, who has it, what is amiss (F21, F22)."""

from types import SimpleNamespace

import pytest

from wschat_tui.cli.doctor_history import findings
from wschat_tui.protocol.tokens import Tokens
from wschat_tui.runtime.accounts import Account, Hindrance
from wschat_tui.runtime.history import history_of
from wschat_tui.storage.archive import lock as archive_lock
from wschat_tui.storage.paths import below
from wschat_tui.storage.settings.history import History
from wschat_tui.storage.settings.settings import Profile
from wschat_tui.storage.vault.memory import MemoryVault


@pytest.fixture
def accounts(tmp_path):
    return SimpleNamespace(places=below(tmp_path))


@pytest.fixture
def account():
    """Make an account of the profile `work`."""

    def make(*, keep=True):
        profile = Profile(server="wss://chat.example.org", user="alice")
        vault = MemoryVault()
        return Account("work", profile, "alice", Tokens("t"), vault, history=History(keep=keep))

    return make


@pytest.fixture
def file(accounts, account):
    """A history of some size."""
    found = history_of(accounts.places, account())
    found.parent.mkdir(parents=True)
    found.write_bytes(b"x" * 500_000)
    return found


async def said(accounts, account):
    return [(one.grade, one.text) for one in await findings(accounts, account)]


async def test_without_an_account_it_says_where_histories_are(accounts):
    told = await said(accounts, Hindrance("No server is known yet."))
    where = f"kept below {accounts.places.history_dir}; `wschat history` lists them"
    assert told == [("ok", where)]


async def test_a_history_that_is_not_kept_or_not_begun(accounts, account):
    assert await said(accounts, account(keep=False)) == [("note", "not kept, as the settings say")]
    ((grade, text),) = await said(accounts, account())
    assert grade == "ok"
    assert text.endswith(".db: nothing yet")
    assert not accounts.places.history_dir.exists()


async def test_its_size_and_what_was_moved_aside(accounts, account, file):
    assert await said(accounts, account()) == [("ok", f"{file}: 500 kB")]
    broken = file.with_name(f"{file.name}.broken-1795428000000")
    broken.write_bytes(b"x")
    amiss = [
        ("lack", f"{broken} could not be read and was moved aside; it goes 30 days after that")
    ]
    assert (await said(accounts, account()))[1:] == amiss
    assert (await said(accounts, Hindrance("No server is known yet.")))[1:] == amiss


async def test_one_that_another_client_has_open(accounts, account, file):
    lock = archive_lock.take(file)
    ((grade, text),) = await said(accounts, account())
    assert grade == "note"
    assert "is open in another wschat" in text
    lock.release()
    assert (await said(accounts, account()))[0][0] == "ok"


async def test_a_folder_that_cannot_be_read_is_a_lack(accounts, account, file):
    file.with_name(f"{file.name}.lock").mkdir()
    ((grade, text),) = await said(accounts, account())
    assert grade == "lack"
    assert "Is a directory" in text
