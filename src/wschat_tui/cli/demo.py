"""`wschat demo`: the screen on the bundled server, with people who talk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wschat_tui.cli.chat import show
from wschat_tui.cli.options import choice_from

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Start the bundled server and open the screen as alice."""
    return show(replace(choice_from(options), demo=True))
