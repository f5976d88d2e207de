"""An installation that has the packages for calls, and cannot load them."""

import pytest

from wschat_tui.cli import call_opening
from wschat_tui.cli.main import main


@pytest.mark.parametrize("verb", [["call", "bob"], ["answer", "--auto"]])
def test_packages_that_are_there_and_broken_are_told_at_once(verb, home, monkeypatch, capsys):
    monkeypatch.setenv("WSCHAT_TOKEN", "dev:alice")
    monkeypatch.setattr(call_opening, "load_engine", lambda: "The packages are broken.")
    assert main([*verb, "--server", "ws://127.0.0.1:9/v1/ws"]) == 6
    assert capsys.readouterr().err == "The packages are broken.\n"
