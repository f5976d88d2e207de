"""What the measured programs need around them: an empty home, a server, weechat's folder."""

from __future__ import annotations

import compileall
import contextlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import mock_server
import wschat_tui

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_WEECHAT = "weechat is not installed here, so it is left out (Debian: weechat-curses)."


def compiled() -> None:
    """Have every module of ours compiled, as those of an installed program are."""
    for package in (wschat_tui, mock_server):
        compileall.compile_dir(Path(str(package.__file__)).parent, quiet=2)


def wschat(*arguments: str) -> list[str]:
    """The command that starts the program of this checkout."""
    return [sys.executable, "-m", "wschat_tui", *arguments]


def weechat(folder: Path) -> list[str] | None:
    """The command that starts weechat with nothing set up; None where it is not installed."""
    return ["weechat", "-d", str(folder / "weechat")] if shutil.which("weechat") else None


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder for the length of a measurement."""
    with tempfile.TemporaryDirectory(prefix="wschat-benchmark-") as name:
        yield Path(name)


@contextlib.contextmanager
def server(module: str, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server in a process of its own: its URL, and the process, which ends with its stdin."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout.readline().removeprefix("ready ").strip(), process
        process.stdin.close()
        process.terminate()


def mock() -> contextlib.AbstractContextManager[tuple[str, subprocess.Popen[str]]]:
    """The bundled server, with nobody in it who acts."""
    return server("mock_server", "--port", "0", "--no-bots", "--exit-with-stdin")
