"""What is known of whether copying worked: OSC 52 is never answered, so nobody can be sure."""

from collections.abc import Mapping

MOST = 64 * 1024
"""Bytes that are copied; terminals cut or refuse much longer ones."""


def verdict(environ: Mapping[str, str], what: str) -> str:
    """A sentence for the user after `what` ("the text") was sent to the terminal's clipboard."""
    sent = f"{what[:1].upper()}{what[1:]} went to the clipboard"
    if "TMUX" in environ:
        return f"{sent} of tmux; it reaches yours where tmux has set-clipboard on."
    if "STY" in environ:
        return f"{sent} by OSC 52, which screen may not pass on."
    if environ.get("TERM_PROGRAM") == "Apple_Terminal":
        return "Apple's Terminal takes no text from programs: select it with the mouse instead."
    return f"{sent}, if this terminal lets programs write there."
