"""ALSA kept from writing into the terminal, which is ours to draw on."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

_CARDS = Path("/proc/asound/cards")
_HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
"""The handler takes more, which a callee may leave unread."""


@cache
def quiet() -> Any:
    """Give ALSA, where there is one, a handler that says nothing; gives it to keep it alive."""
    handler = _HANDLER(lambda *_: None)
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(handler)
    return handler


def has_cards() -> bool:
    """The kernel knows a sound card; without one, ALSA has only complaints."""
    try:
        text = _CARDS.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "[" in text
