"""Opens links in the browser of the desktop; a text browser would take the terminal away."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

from wschat_tui.runtime.children import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

_WAIT = 10.0
"""Seconds for the opener to answer; it hands the link on and ends."""

NO_BROWSER = "There is no browser to open links in here; y copies the message."


def openers(environ: Mapping[str, str], platform: str = sys.platform) -> tuple[str, ...]:
    """The programs that may hand a link to the desktop; none where there is no desktop."""
    if platform == "darwin":
        return ("open",)
    if "WSL_DISTRO_NAME" in environ:
        return ("wslview", "explorer.exe")
    if "DISPLAY" in environ or "WAYLAND_DISPLAY" in environ:
        return ("xdg-open",)
    return ()


async def open_link(url: str, environ: Mapping[str, str] | None = None) -> str:
    """Open an http(s) link; empty where it went well, else the sentence that says why not."""
    for program in openers(os.environ if environ is None else environ):
        try:
            return await _hand(program, url)
        except FileNotFoundError:
            continue
        except OSError as error:
            return f"The link was not opened: {error.strerror}."
    return NO_BROWSER


async def _hand(program: str, url: str) -> str:
    none = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        program, url, stdin=none, stdout=none, stderr=none, env=environment(os.environ)
    )
    try:
        code = await asyncio.wait_for(process.wait(), _WAIT)
    except TimeoutError:
        return ""
    return f"The link was not opened: {program} ended with {code}." if code else ""
