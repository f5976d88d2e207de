"""What a server says beside the socket, as JSON: read tolerantly, and never raising."""

import contextlib
from typing import Any

from pydantic_core import from_json

from wschat_tui.protocol.surrogates import mended


def document_of(content: bytes) -> Any:
    """What an answer says; None where it is no JSON.

    Half a character in one person's words does not make the words of all others unreadable.
    """
    with contextlib.suppress(ValueError):
        return from_json(content, allow_inf_nan=False)
    with contextlib.suppress(ValueError):
        whole = mended(content.decode("utf-8", "replace").encode())
        return from_json(whole, allow_inf_nan=False)
    return None
