"""Whether this installation can take calls, and the loading of what takes them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from wschat_tui.state.text import clean

if TYPE_CHECKING:
    from wschat_tui.media.engine import Engine

NEEDED = ("aiortc", "av", "mnemonic", "numpy", "PIL", "pyte")
"""The modules without which there are no calls; sound may come by one of several ways."""

EXTRA = "'wschat-tui[calls]'"


def missing() -> str:
    """What calls lack here, as a sentence, or nothing; looks for files, and loads none."""
    lacking = [name for name in NEEDED if not _there(name)]
    if not lacking:
        return ""
    names = ", ".join(lacking)
    return f"Calls need packages that are not here ({names}); `pip install {EXTRA}` adds them."


def _there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def load_engine() -> type[Engine] | str:
    """The maker of calls, or a sentence why it cannot be loaded. Takes about a second."""
    lack = missing()
    if lack:
        return lack
    try:
        from wschat_tui.media.engine import Engine
    except Exception as error:  # noqa: BLE001  a broken wheel fails in ways of its own
        why = clean(f"{type(error).__name__}: {error}", one_line=True, limit=200)
        mend = f"`pip install --force-reinstall {EXTRA}` puts them right"
        return f"The packages for calls cannot be loaded ({why}); {mend}."
    return Engine
