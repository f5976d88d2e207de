"""Screens over the chat: one of a kind, and a few deep, however fast keys and clicks come."""

from textual import events

from wschat_tui.ui.screens.call_devices import CallDevicesScreen
from wschat_tui.ui.screens.confirm import ConfirmScreen, LeaveScreen
from wschat_tui.ui.screens.details import Details, DetailsScreen
from wschat_tui.ui.screens.help import HelpScreen
from wschat_tui.ui.screens.palette import PaletteScreen
from wschat_tui.ui.screens.react import ReactScreen
from wschat_tui.ui.stacking import DEEPEST


def kinds(seat):
    return [type(one) for one in seat.app.screen_stack[1:]]


def clicked(seat, text):
    """A press and a release of the mouse on a text, as the terminal's thread hands them over."""
    y = next(number for number, line in enumerate(seat.lines) if text in line)
    x = seat.lines[y].index(text) + 1
    for kind in (events.MouseDown, events.MouseUp):
        seat.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))


async def test_fifty_clicks_on_a_link_ask_once(sit, talk):
    """S2, R4: clicks that are heard before the first has opened its question open none."""
    talk.says("bob", "see https://example.org/x")
    async with sit() as seat:
        for _ in range(50):
            clicked(seat, "https://")
        await seat.until(lambda: kinds(seat))
        await seat.settle()
        assert kinds(seat) == [ConfirmScreen]
        await seat.press("n")
        await seat.settle()
        assert kinds(seat) == []


async def test_keys_that_come_before_a_sheet_is_mounted_open_it_once(sit, talk):
    """R4: the chat may hear what was typed for the sheet; it opens no second one."""
    talk.says("bob", "hello")
    async with sit() as seat:
        for _ in range(30):
            seat.app.action_act("app.help")
            seat.app.chat.desk.run("app.palette")
        await seat.settle()
        assert kinds(seat) == [HelpScreen, PaletteScreen]


async def test_few_sheets_lie_over_each_other_and_the_question_before_leaving_on_top(sit, talk):
    """R4: a further kind over many is forgotten; what keeps messages from being lost is not."""
    async with sit() as seat:
        sheets = [
            HelpScreen(()),
            PaletteScreen(()),
            ConfirmScreen("Well?"),
            DetailsScreen(Details((), "", ""), lambda *_: None),
            ReactScreen((), ()),
            CallDevicesScreen(None),
        ]
        for sheet in sheets:
            await seat.app.push_screen(sheet)
        assert seat.app.screen_stack[1:] == sheets[:DEEPEST]
        for _ in range(3):
            await seat.app.push_screen(LeaveScreen("Leave?"))
        await seat.settle()
        assert kinds(seat) == [*map(type, sheets[:DEEPEST]), LeaveScreen]
