"""Keyrings of every temper, and places in a directory of the test's own."""

import threading
from pathlib import Path
from types import SimpleNamespace

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from wschat_tui.storage import redact
from wschat_tui.storage.paths import Places, below


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
