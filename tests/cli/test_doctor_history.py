"""What the doctor says of the history: where it is, who has it, what is amiss (F21, F22)."""

import subprocess
from dataclasses import replace
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
    assert "a folder stands where its file belongs" in text


@pytest.fixture
def read_only(tmp_path):
    """A file system that can only be read."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "wschat", str(place)],
            check=False,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip("mounting a tmpfs is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


async def test_a_disk_that_can_only_be_read_is_told_before_there_is_a_history(
    accounts, account, read_only
):
    """F21: else it says that all is well where nothing can be kept."""
    accounts.places = replace(accounts.places, data_dir=read_only / "data")
    (found,) = await findings(accounts, account())
    where = accounts.places.history_dir
    assert found.grade == "lack"
    assert found.text == f"nothing can be kept below {where}, as its disk can only be read"
    assert found.mend == f"make the disk of {where} writable and start again"


async def test_a_folder_that_is_a_link_to_nowhere_is_told_too(accounts, account, tmp_path):
    link = tmp_path / "data"
    link.symlink_to(tmp_path / "gone")
    accounts.places = replace(accounts.places, data_dir=link)
    (found,) = await findings(accounts, account())
    assert (found.grade, "is a link that leads nowhere" in found.text) == ("lack", True)
