"""The colours: enough contrast wherever text stands, and nothing told by colour alone."""

import pytest
from textual.color import Color

from wschat_tui.ui.theme import THEMES

TEXTS = [
    "foreground",
    "text",
    "text-muted",
    "text-primary",
    "text-secondary",
    "text-accent",
    "text-success",
    "text-warning",
    "text-error",
    "primary",
    "secondary",
    "accent",
    "success",
    "warning",
    "error",
]
GROUNDS = ("background", "surface", "panel")


def luminance(color: Color) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = (value / 255 for value in color.rgb)
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def variables(theme) -> dict[str, str]:
    return theme.to_color_system().generate()


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read(theme, ground, text):
    colors = variables(theme)
    assert contrast(Color.parse(colors[text]), Color.parse(colors[ground])) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_cursors_can_be_read(theme):
    colors = variables(theme)
    for kind in ("block-cursor", "input-cursor"):
        pair = Color.parse(colors[f"{kind}-foreground"]), Color.parse(colors[f"{kind}-background"])
        assert contrast(*pair) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_open_room_and_the_one_under_the_cursor_can_be_read(theme):
    colors = variables(theme)
    surface, text = Color.parse(colors["surface"]), Color.parse(colors["text"])
    for tint, alpha in (("foreground", 0.09), ("primary", 0.30)):
        ground = surface.blend(Color.parse(colors[tint]), alpha)
        assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("name", ["wschat-dark", "wschat-light", "nord", "no-such"])
async def test_the_chosen_colours_are_there_from_the_first_picture(sit, look, name):
    async with sit(look=look(theme=name)) as seat:
        chosen = name if name != "no-such" else "wschat-dark"
        assert seat.app.theme == chosen
        panel = Color.parse(seat.app.get_theme(chosen).panel or "")
        assert seat.chat.header.styles.background == panel


@pytest.mark.parametrize("name", ["wschat-dark", "wschat-light", "nord", "gruvbox", "textual-dark"])
async def test_muted_text_is_muted_and_can_be_read_in_every_theme(sit, look, name):
    async with sit(look=look(theme=name)) as seat:
        variables = seat.app.get_css_variables()
        muted, text = Color.parse(variables["text-muted"]), Color.parse(variables["foreground"])
        ground = Color.parse(variables["background"])
        assert 3 <= contrast(muted, ground) < contrast(text, ground)


async def test_no_color_is_obeyed_and_everything_is_still_told(sit, talk, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    talk.says("bob", "@alice", "network:team")
    async with sit() as seat:
        assert seat.app.no_color
        assert "● online" in seat.lines[0]
        assert "@1 1" in seat.shown
        assert "▌# lobby" in seat.shown
        seat.chat.rooms.focus()
        await seat.press("down")
        assert "❯# team" in seat.shown
