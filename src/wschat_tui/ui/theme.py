"""The client's own colours, dark and light; text has a contrast of 4.5 or more (WCAG 2, AA)."""

from textual.color import Color
from textual.theme import Theme

DARK = Theme(
    name="wschat-dark",
    primary="#82aaff",
    secondary="#b4a1ff",
    accent="#f2b36b",
    success="#8fd18a",
    warning="#f0c674",
    error="#ff8a80",
    foreground="#d8dde6",
    background="#12151a",
    surface="#181c22",
    panel="#20252d",
    boost="#262c36",
    dark=True,
    variables={
        "text": "#d8dde6",
        "text-muted": "#98a2b0",
        "text-primary": "#82aaff",
        "text-secondary": "#b4a1ff",
        "text-accent": "#f2b36b",
        "text-success": "#8fd18a",
        "text-warning": "#f0c674",
        "text-error": "#ff8a80",
        "block-cursor-foreground": "#0e1116",
        "block-cursor-background": "#82aaff",
        "block-cursor-text-style": "bold",
        "input-cursor-foreground": "#12151a",
        "input-cursor-background": "#d8dde6",
        "border": "#82aaff",
        "border-blurred": "#2e3540",
        "scrollbar": "#39414d",
        "scrollbar-hover": "#4a5462",
        "scrollbar-active": "#82aaff",
        "scrollbar-background": "#12151a",
        "scrollbar-background-hover": "#12151a",
        "scrollbar-background-active": "#12151a",
        "scrollbar-corner-color": "#12151a",
    },
)

LIGHT = Theme(
    name="wschat-light",
    primary="#1f4fbf",
    secondary="#6a3fc4",
    accent="#8f4a00",
    success="#176b2c",
    warning="#7a5200",
    error="#b3201b",
    foreground="#1f242c",
    background="#fcfcfa",
    surface="#f4f4f1",
    panel="#eaeae6",
    boost="#e2e2dd",
    dark=False,
    variables={
        "text": "#1f242c",
        "text-muted": "#58606c",
        "text-primary": "#1f4fbf",
        "text-secondary": "#6a3fc4",
        "text-accent": "#8f4a00",
        "text-success": "#176b2c",
        "text-warning": "#7a5200",
        "text-error": "#b3201b",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#1f4fbf",
        "block-cursor-text-style": "bold",
        "input-cursor-foreground": "#fcfcfa",
        "input-cursor-background": "#1f242c",
        "border": "#1f4fbf",
        "border-blurred": "#c9c9c4",
        "scrollbar": "#c4c4be",
        "scrollbar-hover": "#a9a9a2",
        "scrollbar-active": "#1f4fbf",
        "scrollbar-background": "#fcfcfa",
        "scrollbar-background-hover": "#fcfcfa",
        "scrollbar-background-active": "#fcfcfa",
        "scrollbar-corner-color": "#fcfcfa",
    },
)

THEMES = (DARK, LIGHT)

_MUTED = 0.38
"""How far muted text goes from the foreground towards the background."""


def with_muted(variables: dict[str, str]) -> dict[str, str]:
    """The variables of a theme, with a colour for muted text.

    Most themes give a share of whatever contrasts with the ground, which spans of text cannot use.
    """
    if variables["text-muted"].startswith("auto"):
        ground = Color.parse(variables["background"])
        muted = Color.parse(variables["foreground"]).blend(ground, _MUTED)
        return variables | {"text-muted": muted.hex}
    return variables
