"""What the program has loaded when its first picture is out: nothing that could have waited."""

import pytest

pytestmark = pytest.mark.pty

NOTE_MODULES = '''
"""Python imports this module by itself when it starts; it notes what is loaded at the first paint."""
import os
import sys
from pathlib import Path

from textual.drivers.linux_driver import LinuxDriver

whole = LinuxDriver.write


def noting(self, data):
    whole(self, data)
    if len(data) > 1000:
        LinuxDriver.write = whole
        Path(os.environ["NOTED_MODULES"]).write_text("\\n".join([*sys.modules, "."]))


LinuxDriver.write = noting
'''
CAN_WAIT = {
    "aiohttp",
    "aiortc",
    "av",
    "cryptography",
    "keyring",
    "miniaudio",
    "mnemonic",
    "numpy",
    "PIL",
    "pydantic",
    "pydantic_core",
    "pyte",
    "sqlite3",
    "textual.widgets._markdown",
    "tomlkit",
    "websockets",
    "wschat_tui.media",
    "wschat_tui.state.calls.call_inputs",
    "wschat_tui.ui.ringing",
    "wschat_tui.ui.screens.call_setup",
    "wschat_tui.ui.widgets.call_pane",
    "wschat_tui.ui.widgets.video",
}


@pytest.fixture
def loaded_at_first_paint(screen, tmp_path):
    """Start the program, wait for a fact, and answer what was loaded when it first painted."""
    (tmp_path / "sitecustomize.py").write_text(NOTE_MODULES)
    notes = tmp_path / "modules"

    def start(*arguments, until, **options):
        terminal = screen(*arguments, PYTHONPATH=str(tmp_path), NOTED_MODULES=str(notes), **options)
        terminal.wait_for(until)
        modules = notes.read_text().split("\n")
        assert modules[-1] == "."
        assert "wschat_tui.ui.screens.chat" in modules
        return set(modules)

    return start


def test_an_empty_home_paints_before_anything_heavy_is_loaded(loaded_at_first_paint):
    modules = loaded_at_first_paint(until="Connect to a server")
    assert sorted(CAN_WAIT & modules) == []


def test_a_chat_paints_before_anything_heavy_is_loaded(loaded_at_first_paint, mock):
    modules = loaded_at_first_paint("--server", mock.url, until="● online", token="dev:alice")
    assert sorted(CAN_WAIT & modules) == []
