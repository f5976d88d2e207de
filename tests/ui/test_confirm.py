"""Yes or no."""

import pytest
from textual.widgets import Button

from wschat_tui.ui.screens.confirm import ConfirmScreen

QUESTION = "Log out of work and forget it?"


def confirm(*, danger=False):
    detail = "Its tokens are deleted. What is on the server stays there."
    return ConfirmScreen(QUESTION, "Log out", "Keep it", danger=danger, detail=detail)


@pytest.mark.parametrize(
    ("keys", "danger", "answer"),
    [
        (["y"], True, True),
        (["n"], False, False),
        (["escape"], False, False),
        (["enter"], False, True),
        (["enter"], True, False),
        (["tab", "enter"], True, True),
        (["left", "enter"], False, False),
    ],
)
async def test_keys_answer(stage, keys, danger, answer):
    app = stage(confirm(danger=danger))
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        await pilot.pause()
    assert app.results == [answer]


@pytest.mark.parametrize(("button", "answer"), [("#yes", True), ("#no", False)])
async def test_clicks_answer(stage, button, answer):
    app = stage(confirm())
    async with app.run_test() as pilot:
        await pilot.click(button)
        await pilot.pause()
    assert app.results == [answer]


async def test_a_strangers_words_in_the_question_are_text(stage):
    app = stage(ConfirmScreen("Open [@click=app.quit]x[/]y\x1b[2J?", "[b]Yes"))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "[@click=app.quit]x[/]y␛[2J?" in app.export_screenshot().replace("&#160;", " ")
        assert str(app.screen.query_one("#yes", Button).label) == "[b]Yes"


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)])
def test_how_confirm_looks(snap_compare, stage, size):
    assert snap_compare(stage(confirm(danger=True)), terminal_size=size)
