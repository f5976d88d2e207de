"""Keyrings of every temper, and places in a directory of the test's own."""

import asyncio
import contextlib
import sqlite3
import threading
from pathlib import Path
from types import SimpleNamespace

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from wschat_tui.state.history.archive_effects import ReadPage
from wschat_tui.state.history.archive_inputs import OutgoingUnkept
from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText
from wschat_tui.storage import redact
from wschat_tui.storage.archive import care
from wschat_tui.storage.archive.archive import Archive
from wschat_tui.storage.archive.backlog import Work
from wschat_tui.storage.paths import Places, below
from wschat_tui.storage.search.search import Search


class Ring(KeyringBackend):
    """A backend that works, in memory; `calls` names what was asked of it."""

    # The library must never choose it by itself in another test.
    viable = False
    priority = 5

    def __init__(self):
        super().__init__()
        self.kept = {}
        self.calls = []

    def get_password(self, service, username):
        self.calls.append(("get", username))
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.calls.append(("set", username))
        self.kept[service, username] = password

    def delete_password(self, service, username):
        self.calls.append(("delete", username))
        if (service, username) not in self.kept:
            raise PasswordDeleteError("No such password!")
        del self.kept[service, username]


class WeakRing(Ring):
    priority = 0.5


class PlaintextKeyring(Ring):
    """Named like the one of keyrings.alt, with a priority that would win."""

    priority = 9


class AltRing(Ring):
    """From the package keyrings.alt, by its module."""


AltRing.__module__ = "keyrings.alt.file"


class CryptFileRing(Ring):
    """From the package keyrings.cryptfile, by its module."""


CryptFileRing.__module__ = "keyrings.cryptfile.cryptfile"


class ChildOfAltRing(AltRing):
    """A class of its own that inherits how it keeps things."""


class NamelessFault(Exception):
    """What a backend raises that the keyring library knows nothing of."""


class UnweighedRing(Ring):
    @property
    def priority(self):
        raise RuntimeError("no D-Bus here")


class LockedRing(Ring):
    def get_password(self, service, username):
        raise KeyringLocked("Failed to unlock the collection!")

    set_password = delete_password = get_password


class OddRing(Ring):
    """Fails in its own way, and quotes what it was given."""

    def set_password(self, service, username, password):
        raise NamelessFault(f"cannot store\x1b[31m {password}\nsorry")


class ForgetfulRing(Ring):
    """Takes everything and keeps nothing."""

    def set_password(self, service, username, password):
        self.calls.append(("set", username))


class StickyRing(Ring):
    """Says that it deletes, and does not."""

    def delete_password(self, service, username):
        self.calls.append(("delete", username))


class SlowRing(Ring):
    """Answers nothing before `release` is set, as with an unlock dialog open."""

    def __init__(self):
        super().__init__()
        self.release = threading.Event()
        self.threads = []

    def get_password(self, service, username):
        self.threads.append(threading.current_thread())
        self.release.wait()
        return super().get_password(service, username)


class Chain(ChainerBackend):
    viable = False
    backends = ()


@pytest.fixture
def rings():
    """The classes of backends, by name."""
    return SimpleNamespace(
        **{
            kind.__name__: kind
            for kind in (
                Ring,
                WeakRing,
                PlaintextKeyring,
                AltRing,
                CryptFileRing,
                ChildOfAltRing,
                UnweighedRing,
                LockedRing,
                OddRing,
                ForgetfulRing,
                StickyRing,
                SlowRing,
                Chain,
            )
        }
    )


@pytest.fixture
def use(monkeypatch):
    """Make a backend the one that the library gives."""
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    return keyring.set_keyring


@pytest.fixture
def places(tmp_path) -> Places:
    return below(tmp_path / "own")


@pytest.fixture
def toml(tmp_path):
    """Write settings.toml and give its path."""

    def write(text: str) -> Path:
        file = tmp_path / "settings.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture(autouse=True)
def nothing_hidden():
    """Secrets of one test are not hidden in the next."""
    yield
    redact.forget()


class Kept:
    """An archive that a test opened, and what it told since."""

    def __init__(self, file, me, clock):
        self.told = []
        self.heard = asyncio.Event()
        self.archive = Archive(file, self.hear, clock, me)
        self.file = file
        self.opened = None

    def hear(self, told):
        self.told.append(told)
        self.heard.set()

    async def hears(self, fits):
        """Wait until something was told that fits; answers it."""
        while True:
            self.heard.clear()
            for told in self.told:
                if fits(told):
                    return told
            await self.heard.wait()

    def run(self, *orders):
        for order in orders:
            self.archive.run(order)

    async def do(self, work):
        """Do something in the thread that has the file open; answers what comes of it."""
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        self.archive._scribe.items.put(
            Work(lambda store: loop.call_soon_threadsafe(answer.set_result, work(store)))
        )
        return await answer

    async def indexed(self):
        """Have the index take in all that was ordered until now."""
        while await self.do(care.fill):
            pass

    async def down(self):
        """Wait until all that was ordered is on the disk, or told to be not."""
        self.archive.after("down", lambda: self.hear("down"))
        await self.hears(lambda one: one == "down" or isinstance(one, OutgoingUnkept))
        self.told = [one for one in self.told if one != "down"]

    async def answer(self, order):
        """What comes of an order that asks for something."""
        self.told.clear()
        self.run(order)
        await self.down()
        return self.told[-1] if self.told else None

    async def newest(self, scope="network:n1", limit=100):
        return await self.answer(ReadPage(scope, "newest", "", limit))

    async def sql(self, statement, *values):
        """Rows of the file, as another program sees them."""
        await self.down()

        def read():
            with contextlib.closing(sqlite3.connect(self.file)) as connection:
                return connection.execute(statement, values).fetchall()

        return await asyncio.to_thread(read)

    async def revisions(self, message_id):
        """What a message said before each of its edits."""
        await self.down()
        search = Search(self.file)
        found = await search.revisions(message_id)
        await search.close()
        return found

    async def until(self, statement, found):
        """Wait until the file says so."""
        while True:
            if await self.sql(statement) == found:
                return
            await asyncio.sleep(0.02)


@pytest.fixture
def history_file(tmp_path):
    return tmp_path / "data" / "history" / "alice.db"


@pytest.fixture
async def archives(history_file):
    """Open archives, one after the other or side by side; all are closed at the end."""
    opened = []

    async def open_one(file=history_file, me="u1", clock=lambda: 5_000):
        kept = Kept(file, me, clock)
        kept.opened = await kept.archive.open()
        opened.append(kept)
        return kept

    yield open_one
    for kept in opened:
        await kept.archive.close()


@pytest.fixture
def note():
    """Make a message; its number is its id and its time."""

    def make(number, scope="network:n1", **fields):
        body = fields.pop("body", f"words of {number}")
        plain = {"author": "u2", "at": 1_000 + number, "source": body, **fields}
        return Message(f"m{number}", scope, body=SafeText(body), **plain)

    return make
