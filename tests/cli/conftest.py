"""A real server process, and the command line run against it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from wschat_tui.cli.main import main


@dataclass(frozen=True)
class Said:
    """What one run of the command line came to."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a quiet mock server in a process of its own."""
    command = [sys.executable, "-m", "mock_server", "--port", "0", "--exit-with-stdin"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("ready ").strip()
        process.terminate()


@pytest.fixture
def wschat(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """Run the command line in this process, with an empty home."""
    monkeypatch.setenv("WSCHAT_HOME", str(tmp_path / "wschat"))

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def as_alice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of alice, as a pipeline gives it."""
    monkeypatch.setenv("WSCHAT_TOKEN", "dev:alice")
