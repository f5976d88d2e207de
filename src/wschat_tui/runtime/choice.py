"""What the command line says about which account to open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Choice:
    """Options of the command line; what is empty is taken from the settings."""

    server: str = ""
    user: str = ""
    profile: str = ""
    home: Path | None = None
    dialect: str = ""
    ca_file: Path | None = None
    insecure: bool = False
    token: str = field(default="", repr=False)
    """Read from stdin; never an argument."""
    token_store: Literal["auto", "file", "memory"] = "auto"  # noqa: S105  the name of a place
    passphrase: str | None = field(default=None, repr=False)
    rooms: tuple[str, ...] = ()
    """Rooms to join beside the profile's."""
    demo: bool = False
    history: bool = True
    """False: nothing is read from the disk's history in this run, and nothing is written there."""
