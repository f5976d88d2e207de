"""No core dump of a process that held tokens (S13)."""

import resource
import subprocess
import sys

from wschat_tui.storage.cores import forbid_cores


def test_no_core_is_written_of_any_verb():
    """S13: it is the first thing that the command line does."""
    does = (
        "import resource, sys; from wschat_tui.cli.main import main\n"
        "try: main(['--version'])\n"
        "except SystemExit: print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    )
    done = subprocess.run([sys.executable, "-c", does], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0"


def test_a_system_that_refuses_is_left_alone(monkeypatch):
    def refuses(*_):
        raise ValueError

    monkeypatch.setattr(resource, "setrlimit", refuses)
    forbid_cores()


def test_a_system_without_such_limits(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    forbid_cores()
