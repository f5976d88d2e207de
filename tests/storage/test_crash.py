import faulthandler
import os
import stat
import subprocess
import sys

import pytest

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.crash import watch_faults, write_crash
from wschat_tui.storage.redact import hide

AT = 1_700_000_000_000
CANARY = "canary-8zr4"


@pytest.fixture(autouse=True)
def no_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def crashed():
    """An error whose frames, message, cause and note all hold secrets."""
    pair = Tokens(CANARY, CANARY)
    planted = f"{pair.access}-local"
    hide(f"{CANARY}-known")
    try:
        try:
            raise KeyError(f"access_token={CANARY}")
        except KeyError as cause:
            error = RuntimeError(f"Bearer {CANARY} and {CANARY}-known", len(planted))
            error.add_note(f'{{"refresh_token": "{CANARY}"}}')
            raise error from cause
    except RuntimeError as error:
        return error


def test_a_report_has_the_traceback_and_no_secret(places):
    """S14: mode 0600, no local variables."""
    path = write_crash(crashed(), places, AT)
    assert path == places.state_dir / "crash-20231114-221320.txt"
    text = path.read_text()
    assert text.startswith("wschat ")
    assert "crashed at 2023-11-14 22:13:20 UTC" in text
    assert "RuntimeError: " in text
    assert "The above exception was the direct cause" in text
    assert "in crashed" in text
    assert CANARY not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(places.state_dir.stat().st_mode) == 0o700


def test_a_group_of_errors_is_written_with_its_parts(places):
    """S14."""
    group = ExceptionGroup("several", [ValueError(f"token={CANARY}"), crashed()])
    text = write_crash(group, places, AT).read_text()
    assert "ValueError: token=[hidden]" in text
    assert CANARY not in text


def test_letters_that_cannot_be_written_do_not_stop_it(places):
    assert "\\ud800" in write_crash(ValueError("\ud800"), places, AT).read_text()


def test_no_report_is_written_over(places):
    first = write_crash(ValueError("first"), places, AT)
    target = places.state_dir / "elsewhere"
    (places.state_dir / "crash-20231114-221320-1.txt").symlink_to(target)
    second = write_crash(ValueError("second"), places, AT)
    assert second.name == "crash-20231114-221320-2.txt"
    assert "first" in first.read_text()
    assert not target.exists()


def test_where_nothing_can_be_written_it_says_none(places):
    places.state_dir.parent.mkdir(parents=True)
    places.state_dir.write_text("a file")
    assert write_crash(ValueError(), places, AT) is None
    assert watch_faults(places) is None


def test_a_flood_of_reports_ends(places):
    places.state_dir.mkdir(parents=True)
    for number in range(100):
        name = f"crash-20231114-221320{f'-{number}' if number else ''}.txt"
        (places.state_dir / name).touch()
    assert write_crash(ValueError(), places, AT) is None


def test_faults_go_to_a_file_of_the_users_alone(places):
    """S14."""
    # pytest watches for faults itself, and gets its own file back.
    try:
        with watch_faults(places) as file:
            assert faulthandler.is_enabled()
            faulthandler.dump_traceback(file)
            assert stat.S_IMODE(places.faults_file.stat().st_mode) == 0o600
    finally:
        faulthandler.enable(sys.__stderr__)
    assert "test_faults_go_to_a_file" in places.faults_file.read_text()


def test_the_stacks_are_there_after_the_interpreter_died(places):
    """S14."""
    code = f"""
import os, pathlib, signal
from wschat_tui.storage.crash import watch_faults
from wschat_tui.storage.paths import below
def dying():
    os.kill(os.getpid(), signal.SIGABRT)
file = watch_faults(below(pathlib.Path({str(places.state_dir.parent)!r})))
dying()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -6
    assert done.stderr == ""
    assert "in dying" in places.faults_file.read_text()
