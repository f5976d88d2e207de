"""What every test stands on: a world without the user's settings, and a loop that must not block.

Nothing here is imported by tests; they ask for fixtures by name.
"""

import gc
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest
from blockbuster import blockbuster_ctx
from hypothesis import settings

# The same examples on every run; a slow machine is no failure; nothing is stored beside the code.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

# Screens change with these, and Textual reads them when it is imported or an app is built.
SCREEN_VARIABLES = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "COLORTERM")
SCREEN_PREFIX = "TEXTUAL"
# The snapshot plugin hands a folder to its worker processes by this name.
KEPT_PREFIX = "TEXTUAL_SNAPSHOT"
# The session bus leads to the keyring of the person who runs the tests.
BUS_VARIABLE = "DBUS_SESSION_BUS_ADDRESS"
# The program's own settings, a token among them, and proxies that would take loopback connections.
OWN_PREFIX = "WSCHAT_"
PROXY_SUFFIX = "_PROXY"

PLACES = {
    "HOME": "",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_RUNTIME_DIR": ".run",
    "XDG_STATE_HOME": ".local/state",
}

# Where a blocking call under our own frames is meant; each with its reason.
MAY_BLOCK = (
    # A module imported on first use is read from disk once; the other choice is a later first paint.
    ("<frozen importlib._bootstrap>", {"_find_and_load", "_lock_unlock_module"}),
    # Textual reads its stylesheets when an app or a screen starts.
    ("textual/css/stylesheet.py", {"read", "read_all"}),
    # A screen with a stylesheet asks where it lies.
    ("textual/_path.py", {"_make_path_object_relative"}),
    # A track that ends waits for its decoder's thread, which is at one frame at most.
    ("aiortc/rtcrtpreceiver.py", {"__stop_decoder"}),
    # Locks that are held for a few instructions, and never while anything is waited for.
    ("wschat_tui/media/loop.py", {"post", "run", "rest", "_came"}),
    ("coverage/collector.py", {"lock_data", "unlock_data"}),
    # A traceback in a failing test reads the source lines that it shows.
    ("linecache.py", {"checkcache", "updatecache"}),
)


# What these run is run by other tests too; to count its lines would cost them half as much again.
UNCOUNTED = (
    "tests/browser/",
    "tests/e2e/",
    "tests/media/peer/test_faults.py",
    "tests/media/peer/test_hostile.py",
    "tests/media/test_speech.py",
    "tests/protocol/test_properties.py",
    "tests/state/calls/test_agreement.py",
    "tests/state/calls/test_any_order.py",
    "tests/state/test_chaos.py",
    "tests/storage/archive/test_unread_truth.py",
    "tests/ui/chat/call/test_answering.py",
    "tests/ui/chat/call/test_in_call.py",
    "tests/ui/chat/call/test_placing.py",
    "tests/ui/chat/pictures/",
    "tests/ui/chat/test_alignment.py",
    "tests/ui/chat/test_in_turn.py",
    "tests/ui/chat/test_kept.py",
    "tests/ui/chat/test_leaving.py",
    "tests/ui/chat/test_messages.py",
    "tests/ui/chat/test_missed.py",
    "tests/ui/chat/test_screen.py",
    "tests/ui/chat/test_stacking.py",
    "tests/ui/chat/test_theme.py",
    "tests/ui/chat/test_threads.py",
    "tests/ui/chat/test_wall.py",
    "tests/ui/chat/test_writing.py",
    "tests/ui/test_login.py",
    "tests/ui/timeline/test_lines.py",
    "tests/ui/video/test_standing.py",
    "tests/ui/video/test_video.py",
    "tests/wire/test_mutations.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """In a worker, leave one count of lines: its plugin begins a second, which nothing ends.

    It would go on where the first pauses, and cost tests that are not counted as much as the others.
    """
    spare = coverage.Coverage.current()
    if hasattr(config, "workerinput") and spare is not None:
        spare.stop()


# Net new objects before the collector looks, and how much rarer each longer pass is.
COLLECTS = (25_000, 10, 10)


def pytest_collection_finish() -> None:
    """Let the garbage collector look rarely, and at nothing but what tests make.

    With Python's own measure it takes a third of the time of a test that opens a screen, where
    thousands of objects come at once; and modules and tests live to the end anyway.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the tests out of the count of covered lines that are to be left out."""
    for item in items:
        if item.nodeid.startswith(UNCOUNTED):
            item.add_marker(pytest.mark.no_cover)


def is_unwanted(name: str) -> bool:
    """Tell whether a variable of the surrounding environment would change what tests see."""
    if name.startswith(KEPT_PREFIX):
        return False
    return (
        name in {*SCREEN_VARIABLES, BUS_VARIABLE}
        or name.startswith((SCREEN_PREFIX, OWN_PREFIX))
        or name.upper().endswith(PROXY_SUFFIX)
    )


def forget_the_users_environment() -> None:
    """Remove what would leak in, and pin what would vary; child processes inherit the result."""
    for name in [name for name in os.environ if is_unwanted(name)]:
        del os.environ[name]
    # A keyring that refuses: no test may read or write the one of the person who runs it.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    os.environ.update(TZ="UTC", LC_ALL="C.UTF-8", TERM="xterm-256color")
    time.tzset()


# Before any test module is imported, for what is read at import time.
forget_the_users_environment()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of the test's own, for this process and its children; returns it."""
    folder = tmp_path / "home"
    (folder / PLACES["XDG_RUNTIME_DIR"]).mkdir(mode=0o700, parents=True)
    for name, place in PLACES.items():
        monkeypatch.setenv(name, str(folder / place))
    return folder


@pytest.fixture(scope="session")
def payloads() -> dict[str, str]:
    """What strangers send to harm: each class of hostile text, and a text of it."""
    rows = json.loads((Path(__file__).parent / "payloads.json").read_text("utf-8"))
    return {row["class"]: row["text"] * row.get("times", 1) for row in rows}


@pytest.fixture(autouse=True, scope="session")
def no_blocking_calls() -> Iterator[None]:
    """Fail a test whose loop runs one of our functions that blocks: disk, sockets, sleep, locks."""
    with blockbuster_ctx(["wschat_tui", "mock_server"]) as guard:
        for function in guard.functions.values():
            for file, names in MAY_BLOCK:
                function.can_block_in(file, names)
        yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish() -> Iterator[None]:
    """Keep secrets of the environment out of the snapshot report, which writes all of it down."""
    kept = dict(os.environ)
    for name in kept:
        if not name.startswith((KEPT_PREFIX, "PYTEST_")):
            del os.environ[name]
    try:
        return (yield)
    finally:
        os.environ.update(kept)
