"""Sheets go away once: what was on its way to them does nothing to the screen below."""

from wschat_tui.ui.screens.confirm import ConfirmScreen


async def test_a_second_answer_to_a_question_that_went_is_no_answer(stage):
    """S2: clicks that come faster than a sheet goes away end neither the program nor what is below."""
    below, above = ConfirmScreen("Below?"), ConfirmScreen("Above?")
    app = stage(below)
    async with app.run_test() as pilot:
        app.push_screen(above, app.results.append)
        await pilot.pause()
        above.dismiss(True)
        above.dismiss(True)
        await pilot.pause()
        assert app.screen is below
        below.dismiss(False)
        below.dismiss(False)
        await pilot.pause()
        assert app.results == [True, False]


async def test_a_sheet_that_lies_under_another_stays(stage):
    """S2: only what is on top goes."""
    below, above = ConfirmScreen("Below?"), ConfirmScreen("Above?")
    app = stage(below)
    async with app.run_test() as pilot:
        app.push_screen(above)
        await pilot.pause()
        below.dismiss(True)
        await pilot.pause()
        assert app.screen is above
        assert app.results == []
