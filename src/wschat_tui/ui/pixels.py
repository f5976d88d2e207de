"""Whether the terminal draws pictures in true pixels: Kitty's graphics protocol, by a trial.

The protocol's own question is answered with bytes that Textual would take for keys. So a picture of
one dot, three columns wide and not to be seen, is put down, and the terminal is asked where the
cursor is: it stands behind the picture where there is one. Everybody answers that.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import App

PATIENCE = 0.5
"""Seconds in which a terminal answers."""

_WIDE = 3
_ID = 0x77C0_FFEE
_FORGET = "\x1b_Ga=d,d=I,i={},q=2\x1b\\"

TRIAL = (
    "\x1b7\x1b[1;1H"
    f"\x1b_Ga=T,q=2,i={_ID},f=32,s=1,v=1,c={_WIDE},r=1;AAAAAA==\x1b\\"
    "\x1b[6n" + _FORGET.format(_ID) + "\x1b8"
)

OFF = "WSCHAT_NO_PIXELS"
"""Set to anything, pictures stay half blocks."""

_AGAINST = (OFF, "TMUX", "STY", "ZELLIJ", "SSH_CONNECTION", "SSH_TTY")
"""Where these are set, pixels are not wanted, do not pass, or are too dear on their way."""

_PLAIN = ("screen", "tmux", "linux", "dumb", "vt", "cons")
"""Terminals that are known not to, and some that would show the trial as letters."""


def may_try(env: Mapping[str, str]) -> bool:
    """The trial does no harm here, and pixels would be worth it."""
    if any(env.get(name) for name in _AGAINST) or env.get("TERM_PROGRAM") == "Apple_Terminal":
        return False
    return bool(env.get("TERM")) and not env["TERM"].startswith(_PLAIN)


def forgotten(id: int) -> str:
    """What takes a picture away."""
    return _FORGET.format(id)


class Pixels:
    """Tries once, when it is first asked, and tells those who asked when the answer is there."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._state: Literal["untried", "asked", "yes", "no"] = "untried"

    @property
    def can(self) -> bool:
        """The terminal draws them."""
        return self._state == "yes"

    def ask(self, env: Mapping[str, str], write: Callable[[str], object] | None) -> None:
        """Try, unless it was tried; nobody waits for the answer."""
        if self._state != "untried":
            return
        if write is None or self._app.no_color or not may_try(env):
            self._state = "no"
            return
        self._state = "asked"
        write(TRIAL)
        asyncio.get_running_loop().call_later(PATIENCE, self._give_up)

    def answered(self, column: int) -> None:
        """The cursor stands in this column, counted from 0."""
        if self._state == "asked":
            self._state = "yes" if column == _WIDE else "no"
            if column not in {0, _WIDE}:
                self._clean()

    def _give_up(self) -> None:
        if self._state == "asked":
            self._state = "no"
            self._clean()

    def _clean(self) -> None:
        """Paint over what a terminal that knows no such escapes may have shown of them."""
        if self._app.is_running and self._app.screen_stack:
            self._app.screen.refresh()
