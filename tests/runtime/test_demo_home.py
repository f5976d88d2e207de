"""What a demo leaves when it is killed is taken away by the next one, and nothing else is."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from wschat_tui.runtime import demo_home
from wschat_tui.storage.archive import lock as archive_lock

DEMO = """
import sys
from wschat_tui.runtime import demo_home
home = demo_home.make()
(home.path / "data").mkdir()
(home.path / "data" / "demo.db").write_bytes(b"words")
print(home.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    made = tmp_path / "tmp"
    made.mkdir()
    monkeypatch.setenv("TMPDIR", str(made))
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    return made


@pytest.fixture
def demo(folder):
    """Start a demo that runs; answers its process and its directory."""
    started = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", DEMO], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        return process, Path(process.stdout.readline().strip())

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_what_a_killed_demo_left_goes_and_that_of_a_running_one_stays(demo, folder):
    killed, left = demo()
    _, running = demo()
    killed.kill()
    killed.wait()
    assert (left / "data" / "demo.db").exists()
    home = demo_home.make()
    assert sorted(folder.iterdir()) == sorted([running, home.path])
    assert (running / "data" / "demo.db").exists()
    home.remove()
    assert list(folder.iterdir()) == [running]


def test_what_nothing_proves_to_be_a_dead_demo_stays(folder):
    (folder / "wschat-demo-notes").mkdir()
    (folder / "wschat-demo-notes" / "mine.txt").write_text("keep")
    (folder / "wschat-demo-file").write_text("keep")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    lock = archive_lock.take(elsewhere / "demo")
    lock.release()
    (folder / "wschat-demo-link").symlink_to(elsewhere)
    linked = folder / "wschat-demo-linked-lock"
    linked.mkdir()
    (linked / "demo.lock").symlink_to(elsewhere / "demo.lock")
    before = sorted(folder.rglob("*"))
    demo_home.remove_dead(folder)
    assert sorted(folder.rglob("*")) == before


def test_another_users_stays(folder, monkeypatch):
    theirs = folder / "wschat-demo-theirs"
    theirs.mkdir()
    archive_lock.take(theirs / "demo").release()
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    demo_home.remove_dead(folder)
    assert theirs.exists()
    monkeypatch.undo()
    demo_home.remove_dead(folder)
    assert not theirs.exists()


def test_one_of_this_process_is_not_taken_for_dead(folder):
    home = demo_home.make()
    demo_home.remove_dead(folder)
    assert home.path.exists()
    home.remove()
    assert not home.path.exists()
