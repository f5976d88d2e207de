"""Yes or no, and one line of text."""

import pytest
from textual.widgets import Button, Input

from wschat_tui.ui.screens.confirm import AskScreen, ConfirmScreen

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


async def test_a_line_of_text_is_given_by_enter_and_by_the_button(stage):
    for last in ("enter", "button"):
        app = stage(AskScreen("What should stand in its place?", placeholder="[removed]"))
        async with app.run_test() as pilot:
            await pilot.press(*"gone")
            await (pilot.press("enter") if last == "enter" else pilot.click("#yes"))
            await pilot.pause()
        assert app.results == ["gone"]


@pytest.mark.parametrize("way", ["escape", "button"])
async def test_asking_can_be_given_up(stage, way):
    app = stage(AskScreen("What?", value="kept"))
    async with app.run_test() as pilot:
        assert app.screen.query_one(Input).value == "kept"
        await (pilot.press("escape") if way == "escape" else pilot.click("#no"))
        await pilot.pause()
    assert app.results == [None]


async def test_no_more_is_typed_than_the_limit(stage):
    app = stage(AskScreen("Name?", limit=3))
    async with app.run_test() as pilot:
        await pilot.press(*"abcdef", "enter")
        await pilot.pause()
    assert app.results == ["abc"]


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)])
def test_how_confirm_looks(snap_compare, stage, size):
    assert snap_compare(stage(confirm(danger=True)), terminal_size=size)


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_how_asking_looks(snap_compare, stage, size):
    ask = AskScreen("What should stand in its place?", placeholder="[removed]", yes="Redact")
    assert snap_compare(stage(ask, "wschat-light"), terminal_size=size)
