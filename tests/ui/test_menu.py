"""The list that panels choose from: cursor, mouse, columns."""

import pytest
from textual.app import App
from textual.content import Content

from wschat_tui.ui.widgets.menu import Item, Menu

ITEMS = (
    Item("", Content("Fruit"), heading=True),
    Item("apple", Content("apple"), Content("red")),
    Item("pear", Content("a pear with a name that goes on and on"), Content("green")),
    Item("", Content("Tools"), heading=True),
    Item("saw", Content("漢字漢字漢字漢字漢字漢字漢字漢字"), Content("blunt")),
)


class Kitchen(App[None]):
    """A menu, and what came of it."""

    CSS = "Menu { width: 30; max-height: 3; }"

    def __init__(self, *items, led=False):
        super().__init__()
        self.menu = Menu(*items, led=led)
        self.chosen = []

    def compose(self):
        yield self.menu

    def on_menu_chosen(self, event):
        self.chosen.append(event.item.key)


def line(menu, y):
    return menu.render_line(y).text


async def test_the_cursor_passes_over_headings_and_goes_around():
    app = Kitchen(*ITEMS)
    async with app.run_test() as pilot:
        app.menu.focus()
        keys = []
        for key in ("down", "down", "down", "up", "k", "j", "home", "end", "g", "G"):
            await pilot.press(key)
            keys.append(app.menu.current.key)
    assert keys == [
        "pear",
        "saw",
        "apple",
        "saw",
        "pear",
        "saw",
        "apple",
        "saw",
        "apple",
        "saw",
    ]


async def test_enter_space_and_a_click_choose():
    app = Kitchen(*ITEMS)
    async with app.run_test() as pilot:
        app.menu.focus()
        await pilot.press("enter", "down", "space")
        await pilot.click(Menu, offset=(3, 1))
        await pilot.click(Menu, offset=(3, 0))
        await pilot.pause()
    assert app.chosen == ["apple", "pear", "apple"]


async def test_the_cursor_is_pointed_at_and_columns_keep_apart():
    app = Kitchen(*ITEMS)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert line(app.menu, 0).rstrip() == "Fruit"
        assert line(app.menu, 1).rstrip() == "❯ apple" + " " * 18 + "red"
        assert line(app.menu, 2).rstrip() == "  a pear with a name…  green"
        app.menu.action_last()
        await pilot.pause()
        assert line(app.menu, 2).rstrip() == "❯ 漢字漢字漢字漢字漢…  blunt"


async def test_the_row_under_the_mouse_is_told_by_its_ground():
    app = Kitchen(*ITEMS)
    async with app.run_test() as pilot:
        await pilot.pause()
        plain = app.menu.render_line(2)
        await pilot.hover(Menu, offset=(3, 2))
        assert app.menu.hover == 2
        assert app.menu.render_line(2) != plain
        await pilot.hover(Menu, offset=(3, 0))
        assert app.menu.hover == -1
        await pilot.hover(Menu, offset=(3, 2))
        await pilot.hover(offset=(60, 20))
        assert app.menu.hover == -1


async def test_other_rows_keep_the_cursor_on_its_key():
    app = Kitchen(*ITEMS)
    async with app.run_test() as pilot:
        app.menu.show(ITEMS[3:] + ITEMS[:3], keep="pear")
        await pilot.pause()
        assert app.menu.current.key == "pear"
        app.menu.show(ITEMS, keep="gone")
        assert app.menu.current.key == "apple"


async def test_an_empty_menu_chooses_nothing():
    app = Kitchen(ITEMS[0])
    async with app.run_test() as pilot:
        app.menu.focus()
        await pilot.press("down", "up", "pagedown", "enter", "end")
        assert app.menu.current is None
    assert app.chosen == []


@pytest.mark.parametrize("led", [True, False])
async def test_a_led_menu_leaves_the_focus_to_the_field(led):
    app = Kitchen(*ITEMS, led=led)
    async with app.run_test():
        assert app.menu.focusable == (not led)
