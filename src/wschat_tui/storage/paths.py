"""Where the client keeps its files: settings, data, logs and downloads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

APP = "wschat-tui"
HOME = "WSCHAT_HOME"


@dataclass(frozen=True, slots=True)
class Places:
    """The directories of one user of this client; naming them creates nothing.

    config_dir: settings.toml. data_dir: what must survive (history, the encrypted token file).
    state_dir: logs and crash reports. downloads_dir: files that the user saved.
    """

    config_dir: Path
    data_dir: Path
    state_dir: Path
    downloads_dir: Path

    @property
    def settings_file(self) -> Path:
        """The settings, as TOML."""
        return self.config_dir / "settings.toml"

    @property
    def token_file(self) -> Path:
        """The opt-in encrypted token store."""
        return self.data_dir / "tokens.vault"

    @property
    def history_dir(self) -> Path:
        """The histories, a file each account."""
        return self.data_dir / "history"

    @property
    def log_file(self) -> Path:
        """The log of all runs, rotated."""
        return self.state_dir / "wschat.log"

    @property
    def faults_file(self) -> Path:
        """Where the interpreter writes the stacks when it dies of a signal."""
        return self.state_dir / "faults.log"


def find(home: Path | None, env: Mapping[str, str]) -> Places:
    """The places below `home`, else below WSCHAT_HOME of `env`, else those of the platform."""
    chosen = home or (Path(env[HOME]) if env.get(HOME) else None)
    return below(chosen) if chosen else _of_the_platform()


def below(home: Path) -> Places:
    """All places in one directory, so that a run leaves nothing anywhere else."""
    root = home.expanduser().absolute()
    return Places(root / "config", root / "data", root / "state", root / "downloads")


def _of_the_platform() -> Places:
    from platformdirs import PlatformDirs

    dirs = PlatformDirs(APP, appauthor=False)
    return Places(
        config_dir=dirs.user_config_path,
        data_dir=dirs.user_data_path,
        state_dir=dirs.user_state_path,
        downloads_dir=dirs.user_downloads_path / APP,
    )
