"""Opens links in the browser of the desktop; a text browser would take the terminal away."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_WAIT = 10.0
"""Seconds for the opener to answer; it hands the link on and ends."""


def opener(environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """The program that hands a link to the desktop; None where there is no desktop."""
    if platform == "darwin":
        return shutil.which("open")
    if "WSL_DISTRO_NAME" in environ:
        return shutil.which("wslview") or shutil.which("explorer.exe")
    if "DISPLAY" in environ or "WAYLAND_DISPLAY" in environ:
        return shutil.which("xdg-open")
    return None


async def open_link(url: str, environ: Mapping[str, str] | None = None) -> str:
    """Open an http(s) link; empty where it went well, else the sentence that says why not."""
    program = opener(os.environ if environ is None else environ)
    if program is None:
        return "There is no browser to open links in here; y copies the message."
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            url,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        code = await asyncio.wait_for(process.wait(), _WAIT)
    except TimeoutError:
        return ""
    except OSError as error:
        return f"The link was not opened: {error.strerror}."
    return f"The link was not opened: {program} ended with {code}." if code else ""
