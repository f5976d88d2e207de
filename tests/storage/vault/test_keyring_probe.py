"""Which keyrings get a token, by the policy of SECURITY.md section 6 (S13)."""

import json
import os
import subprocess
import sys

import pytest

from wschat_tui.storage.vault.keyring_probe import KeyringReport, describe, find_keyring

CHILD = """
import asyncio, json, dataclasses
from wschat_tui.storage.vault.keyring_probe import describe
print(json.dumps(dataclasses.asdict(asyncio.run(describe()))))
"""


def test_a_good_backend_is_taken(use, rings):
    ring = rings.Ring()
    use(ring)
    found = find_keyring()
    assert found.ring is ring
    assert found.report.usable
    assert found.report.priority == 5
    assert found.report.backend.endswith(".Ring")
    assert (found.report.reason, found.report.mend) == ("", "")
    assert found.report.title == ring.name


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("WeakRing", "its priority is 0.5, and below 1 none is recommended"),
        ("PlaintextKeyring", "it keeps secrets in plain text"),
        ("AltRing", "it keeps secrets in plain text or behind weak encryption"),
        ("ChildOfAltRing", "it keeps secrets in plain text or behind weak encryption"),
        ("CryptFileRing", "it asks for its passphrase on the terminal, which the chat screen uses"),
        ("UnweighedRing", "it failed (RuntimeError: no D-Bus here)"),
        ("Chain", "its priority is -1, and below 1 none is recommended"),
    ],
)
def test_a_backend_that_is_not_safe_is_refused_with_the_reason(use, rings, kind, reason):
    use(getattr(rings, kind)())
    found = find_keyring()
    assert found.ring is None
    assert not found.report.usable
    assert found.report.reason == reason
    assert "--token-store=file" in found.report.mend


@pytest.mark.parametrize(
    ("module", "reason", "mend"),
    [
        ("fail", "no system keyring was found", "Install and unlock a Secret Service"),
        (
            "null",
            "the keyring is switched off: it forgets what it is given",
            "PYTHON_KEYRING_BACKEND",
        ),
    ],
)
def test_the_librarys_own_dummies_are_refused(use, module, reason, mend):
    backend = __import__(f"keyring.backends.{module}", fromlist=["Keyring"]).Keyring()
    use(backend)
    found = find_keyring()
    assert found.ring is None
    assert found.report.reason == reason
    assert mend in found.report.mend


def test_in_a_chain_the_first_safe_one_is_taken_alone(use, rings):
    chain, good = rings.Chain(), rings.Ring()
    chain.backends = [rings.PlaintextKeyring(), rings.WeakRing(), good]
    use(chain)
    assert find_keyring().ring is good


def test_a_chain_without_a_safe_one_is_refused_for_its_first(use, rings):
    chain = rings.Chain()
    chain.backends = [rings.PlaintextKeyring(), rings.WeakRing()]
    use(chain)
    found = find_keyring()
    assert found.ring is None
    assert found.report.reason == "it keeps secrets in plain text"


@pytest.mark.parametrize(
    ("module", "title"),
    [
        ("keyring.backends.SecretService", "Secret Service"),
        ("keyring.backends.libsecret", "Secret Service"),
        ("keyring.backends.kwallet", "KWallet"),
        ("keyring.backends.macOS", "macOS Keychain"),
        ("keyring.backends.Windows", "Windows Credential Locker"),
    ],
)
def test_known_backends_have_everyday_names(use, rings, monkeypatch, module, title):
    monkeypatch.setattr(rings.Ring, "__module__", module)
    use(rings.Ring())
    assert find_keyring().report.title == title


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        ("bogus.Backend", "the backend that is configured is not installed"),
        ("bogus", "it failed (ValueError: Empty module name)"),
        ("keyring.backends.null.Nothing", "it failed (AttributeError: "),
        ("keyring.backends.fail.Keyring", "no system keyring was found"),
        ("keyring.backends.null.Keyring", "the keyring is switched off"),
    ],
)
def test_a_wrong_variable_is_a_report(tmp_path, backend, reason):
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        env=os.environ | {"PYTHON_KEYRING_BACKEND": backend},
        capture_output=True,
        text=True,
        check=True,
    )
    report = KeyringReport(**json.loads(done.stdout))
    assert not report.usable
    assert report.reason.startswith(reason)
    assert report.mend


async def test_describe_reads_to_see_that_it_answers(use, rings):
    ring = rings.Ring()
    use(ring)
    assert (await describe()).usable
    assert ring.calls == [("get", "wschat-tui:probe")]


async def test_describe_says_that_it_is_locked(use, rings):
    use(rings.LockedRing())
    report = await describe()
    assert (report.usable, report.reason, report.priority) == (False, "it is locked", 5)
    assert report.mend.startswith("Unlock it and try again.")


async def test_describe_of_what_is_refused_does_not_ask_it(use, rings):
    ring = rings.AltRing()
    use(ring)
    assert not (await describe()).usable
    assert ring.calls == []


async def test_describe_waits_no_longer_than_it_is_told(use, rings):
    ring = rings.SlowRing()
    use(ring)
    report = await describe(0.05)
    ring.release.set()
    assert not report.usable
    assert (
        report.reason == "it gave no answer within 0.05 s, and may be waiting in an unlock dialog"
    )
    assert report.mend.startswith("Unlock it and try again.")


ALTERNATIVE = '''
"""Stands in for keyrings.alt 5: installed, it is what the library chooses where nothing else is."""
import base64, pathlib
from keyring.backend import KeyringBackend
from keyring.compat import properties

KEPT = pathlib.Path({kept!r})


class PlaintextKeyring(KeyringBackend):
    @properties.classproperty
    def priority(cls):
        return 0.5

    def set_password(self, service, username, password):
        KEPT.write_bytes(base64.b64encode(password.encode()))

    def get_password(self, service, username):
        return base64.b64decode(KEPT.read_bytes()).decode() if KEPT.exists() else None

    def delete_password(self, service, username):
        KEPT.unlink()
'''

WITH_IT = """
import asyncio, json, keyring, pathlib, sys
from keyring.backends.chainer import ChainerBackend
from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.vault.keyring_probe import find_keyring
from wschat_tui.storage.paths import below
from wschat_tui.storage.vault.vault import open_vault

async def main():
    vault = await open_vault(below(pathlib.Path("own")), {})
    await vault.put("wss://chat.example.test", "alice@work", Tokens("canary-access"))
    return vault.where

chosen = keyring.get_keyring()
told = {"chosen": type(chosen).__module__ + "." + type(chosen).__qualname__}
if "chain" in sys.argv:
    from keyrings.alt.file import PlaintextKeyring
    ChainerBackend.backends = [PlaintextKeyring(), keyring.backends.fail.Keyring()]
    keyring.set_keyring(ChainerBackend())
told |= {"reason": find_keyring().report.reason, "where": asyncio.run(main())}
print(json.dumps(told))
"""


@pytest.mark.parametrize("chain", [(), ("chain",)], ids=["alone", "in a chain"])
def test_an_alternative_that_is_merely_installed_never_gets_a_token(tmp_path, chain):
    """S13: the library itself would take it without a word."""
    package = tmp_path / "site/keyrings/alt"
    package.mkdir(parents=True)
    kept = tmp_path / "plaintext"
    (package / "file.py").write_text(ALTERNATIVE.format(kept=str(kept)))
    metadata = tmp_path / "site/keyrings.alt-5.0.2.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: keyrings.alt\nVersion: 5.0.2\n"
    )
    (metadata / "entry_points.txt").write_text("[keyring.backends]\nfile = keyrings.alt.file\n")
    unset = {"PYTHON_KEYRING_BACKEND", "DBUS_SESSION_BUS_ADDRESS"}
    done = subprocess.run(
        [sys.executable, "-c", WITH_IT, *chain],
        env={key: value for key, value in os.environ.items() if key not in unset}
        | {"PYTHONPATH": str(tmp_path / "site")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["chosen"] == "keyrings.alt.file.PlaintextKeyring"
    assert told["reason"] == "it keeps secrets in plain text"
    assert told["where"].startswith("in memory only")
    assert not kept.exists()
