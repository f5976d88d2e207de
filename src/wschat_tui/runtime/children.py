"""What programs that this one starts may know: its surroundings, and none of its secrets (S13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OURS = "WSCHAT_"
"""Begins the names of our own variables; tokens and a password for TURN come by them."""


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child: everything but our own variables."""
    return {name: value for name, value in env.items() if not name.startswith(OURS)}
