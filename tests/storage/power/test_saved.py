"""The power fails while files are saved: each is the old one or the new one, and what was said to
be saved is the new one (F19, F25)."""

import os

import pytest

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.settings.problems import SettingsError
from wschat_tui.storage.settings.read import load_settings
from wschat_tui.storage.vault.file_store import FileStore, open_store

pytest.importorskip("cryptography", reason="the extra `vault` is not installed")

ORIGIN, ACCOUNT = "wss://chat.example.test:443", "alice@work"

# Saves one thing after the other, and says of each when it is saved.
CLIENT = """
import os, pathlib, stat, sys
from wschat_tui.storage import private

root = pathlib.Path(sys.argv[1]) / "new" / "folders"
if "no folders" in sys.argv:
    private.sync_dir = lambda path: None
if "no bytes" in sys.argv:
    sync = os.fsync
    os.fsync = lambda number: stat.S_ISDIR(os.fstat(number).st_mode) and sync(number)

KEEP
for number in range(40):
    keep(number)
    os.write(1, f"{number}\\n".encode())
"""

SETTINGS = """
from wschat_tui.storage.settings import write

def keep(number):
    write.set_value(root / "settings.toml", "ui.theme", f"theme-{number}")
"""

TOKENS = """
from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.vault.file_store import open_store

store = open_store(root / "tokens", "open sesame", 4)

def keep(number):
    store.write("wss://chat.example.test:443", "alice@work", Tokens(f"pair-{number}"))
"""

DOWNLOADS = """
from wschat_tui.storage.downloads import Download

def keep(number):
    download = Download(root / "downloads", "report.txt")
    for _ in range(3):
        download.write(b"data" * 1000)
    download.keep()
"""


def theme(folder):
    found = load_settings(folder / "settings.toml").ui.theme
    return int(found.removeprefix("theme-")) if found else -1


def pair(folder):
    if not folder.exists():
        return -1
    store = open_store(folder / "tokens", "open sesame", 4)
    assert isinstance(store, FileStore)
    found = store.read(ORIGIN, ACCOUNT)
    assert found is None or isinstance(found, Tokens)
    return -1 if found is None else int(found.access.removeprefix("pair-"))


def downloads(folder):
    """What has the final name is whole, and what is not whole has another."""
    found = list((folder / "downloads").glob("*.txt"))
    assert all(one.read_bytes() == b"data" * 3000 for one in found)
    return len(found) - 1


KINDS = {
    "settings": (SETTINGS, theme),
    "tokens": (TOKENS, pair),
    "downloads": (DOWNLOADS, downloads),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_saved_is_whole_after_the_power_failed(traced, left, kind):
    """F19, F25."""
    audit(written(traced, kind), left, kind)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS if "POWER" in os.environ else ["downloads"])
@pytest.mark.parametrize("without", ["no folders", "no bytes"])
def test_without_a_sync_the_audit_finds_what_was_lost(traced, left, kind, without):
    """F19."""
    taken = written(traced, kind, without)
    with pytest.raises((AssertionError, SettingsError)):
        audit(taken, left, kind, 200)


def written(traced, kind, *without):
    _root, trace = traced
    return trace().run(CLIENT.replace("KEEP", KINDS[kind][0]), *without)


def audit(taken, left, kind, *count):
    newest, reached = KINDS[kind][1], set()
    for told in taken.disks(left, 3, *count):
        number = newest(left / "new" / "folders")
        assert number in (len(told) - 1, len(told))
        reached.add(number)
    assert len(reached) > 5
