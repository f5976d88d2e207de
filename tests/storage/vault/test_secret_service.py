"""The real thing: gnome-keyring on a session bus of its own, in a home of its own."""

import json
import os
import shutil
import subprocess
import sys

import pytest

MISSING = [
    name for name in ("dbus-run-session", "gnome-keyring-daemon") if shutil.which(name) is None
]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

CHILD = """
import asyncio, dataclasses, json, pathlib, sys
from wschat_tui.storage.vault.keyring_probe import describe
from wschat_tui.storage.paths import below
from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.vault.vault import open_vault

URL, ME = "wss://chat.example.test", "alice@work"
OLD = Tokens("canary-old-access", "canary-old-refresh", 1)
NEW = Tokens("canary-new-access", None, 2)
told = {}

def lock():
    import secretstorage
    secretstorage.get_default_collection(secretstorage.dbus_init()).lock()

async def main():
    told["report"] = dataclasses.asdict(await describe())
    vault = await open_vault(below(pathlib.Path("own")), {})
    told["where"] = vault.where
    told["absent"] = str(await vault.get(URL, ME))
    told["put"] = str(await vault.put(URL, ME, OLD))
    again = await open_vault(below(pathlib.Path("own")), {})
    told["kept"] = await again.get(URL, ME) == OLD
    told["swap"] = str(await again.swap(URL, ME, NEW))
    told["swapped"] = await vault.get(URL, ME) == NEW
    told["elsewhere"] = str(await vault.get("wss://evil.test", ME))
    if "lock" in sys.argv:
        await asyncio.to_thread(lock)
        told["locked"] = str(await vault.get(URL, ME))
        told["locked_put"] = str(await vault.put(URL, ME, OLD))
        told["locked_where"] = vault.where
        told["locked_report"] = dataclasses.asdict(await describe())
    else:
        told["delete"] = str(await vault.delete(URL, ME))
        told["gone"] = str(await vault.get(URL, ME))

asyncio.run(main())
print(json.dumps(told))
"""


@pytest.fixture
def on_a_bus(tmp_path):
    """Run the child with a Secret Service, or with a bus alone."""

    def run(start, *args):
        script = f'{start}; exec "$0" -c "$1" "${{@:2}}"'
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"PYTHON_KEYRING_BACKEND", "DISPLAY", "WAYLAND_DISPLAY"}
        }
        done = subprocess.run(
            ["dbus-run-session", "--", "bash", "-c", script, sys.executable, CHILD, *args],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=50,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


UNLOCKED = "printf pass | gnome-keyring-daemon --unlock --components=secrets >/dev/null"


def test_tokens_live_in_the_secret_service(on_a_bus, home):
    told = on_a_bus(UNLOCKED)
    assert told["report"]["usable"], told
    assert told["report"]["backend"] == "keyring.backends.SecretService.Keyring"
    assert told["where"] == "in the system keyring (Secret Service)"
    assert (told["absent"], told["put"], told["swap"]) == ("None", "None", "None")
    assert (told["kept"], told["swapped"]) == (True, True)
    assert told["elsewhere"] == "None"
    assert (told["delete"], told["gone"]) == ("None", "None")
    files = [path for path in home.rglob("*.keyring") if path.is_file()]
    assert files
    assert all(b"canary" not in path.read_bytes() for path in files)


def test_a_keyring_that_is_locked_meanwhile_is_a_sentence(on_a_bus):
    told = on_a_bus(UNLOCKED, "lock")
    assert told["kept"], told
    assert told["locked"].startswith("The system keyring was of no use: it ")
    assert told["locked_put"].startswith("The system keyring was of no use: it ")
    assert "The new token is kept in memory only" in told["locked_put"]
    assert told["locked_where"] == "in memory only, until you quit"
    assert not told["locked_report"]["usable"]
    assert "canary" not in json.dumps(told)


def test_a_bus_that_cannot_ask_for_a_password_is_a_sentence(on_a_bus):
    told = on_a_bus("gnome-keyring-daemon --start --components=secrets >/dev/null")
    assert not told["report"]["usable"], told
    assert told["put"].endswith("wschat --token-store=file.")
    assert "kept in memory only" in told["put"]
    assert not told["kept"]
