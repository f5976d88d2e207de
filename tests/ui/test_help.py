"""Keys and commands: complete, found while one types, in columns where there is room."""

import pytest
from rich.cells import cell_len
from textual.widgets import Input, Static

from wschat_tui.ui.help_pages import filtered, laid_out, pages
from wschat_tui.ui.keys import shown
from wschat_tui.ui.marks import DELIVERY, PRESENCE
from wschat_tui.ui.registry import registry
from wschat_tui.ui.screens.help import HelpScreen


@pytest.fixture
def every():
    return pages(registry())


def texts(app):
    """What both columns say."""
    return "\n".join(app.screen.query_one(one, Static).content.plain for one in ("#left", "#right"))


def test_every_action_is_told_once_with_its_keys_and_command(every):
    rows = [row for section in every for row in section.rows]
    for action in registry():
        command = action.slash.usage if action.slash else ""
        found = [row for row in rows if (row.text, row.command) == (action.sentence, command)]
        keys = {key for row in found for key in row.keys.split()}
        assert {shown(key) for key in action.keys} <= keys, action.id
    signs = len(DELIVERY) + len(PRESENCE)
    assert len(rows) >= len(registry()) + signs


def test_every_sign_is_explained(every):
    explained = {row.keys for section in every for row in section.rows}
    assert {mark.sign for mark in (*DELIVERY.values(), *PRESENCE.values())} <= explained


@pytest.mark.parametrize("width", [33, 40, 58, 96])
def test_no_line_is_wider_than_its_column(every, width):
    for text in laid_out(every, width, 1):
        for line in text.plain.split("\n"):
            assert cell_len(line) <= width, line


def test_two_columns_hold_the_same_as_one_and_are_about_equally_long(every):
    one = laid_out(every, 50, 1)[0].plain
    left, right = (text.plain.split("\n") for text in laid_out(every, 50, 2))
    assert sorted(filter(None, one.split("\n"))) == sorted(filter(None, [*left, *right]))
    assert abs(len(left) - len(right)) < 25
    assert left[0] == every[0].heading


def test_more_columns_than_sections_leaves_some_empty(every):
    texts = laid_out(every[:1], 50, 2)
    assert len(texts) == 2
    assert texts[0].plain
    assert texts[1].plain == ""


@pytest.mark.parametrize("query", ["^k", "/goto", "GO TO A ROOM", "everywhere person"])
def test_the_filter_looks_at_keys_commands_texts_and_headings(every, query):
    found = [row.text for section in filtered(every, query) for row in section.rows]
    assert "Go to a room, a person or a command" in found


def test_the_filter_wants_every_word(every):
    assert filtered(every, "goto zebra") == ()
    assert filtered(every, "") == every


async def test_it_narrows_while_one_types_and_says_where_nothing_is(stage):
    app = stage(HelpScreen(registry()))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "Everywhere" in texts(app)
        await pilot.press(*"/react")
        await pilot.pause()
        assert "/react" in texts(app)
        assert "/goto" not in texts(app)
        await pilot.press(*"[b]")
        await pilot.pause()
        assert texts(app).strip() == "Nothing has “/react[b]” in it. Delete some of it."


async def test_it_begins_with_what_it_is_asked_about(stage):
    app = stage(HelpScreen(registry(), "join"))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.screen.query_one(Input).value == "join"
        assert "/join ROOM" in texts(app)
        assert "/goto" not in texts(app)


@pytest.mark.parametrize(("width", "columns"), [(60, 1), (80, 1), (99, 1), (120, 2), (200, 2)])
async def test_wide_terminals_have_two_columns(stage, width, columns):
    app = stage(HelpScreen(registry()))
    async with app.run_test(size=(width, 30)) as pilot:
        await pilot.pause()
        assert app.screen.query_one("#right").display == (columns == 2)
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert not app.screen.query_one("#right").display


async def test_arrows_and_pages_scroll_while_the_field_has_the_focus(stage):
    app = stage(HelpScreen(registry()))
    async with app.run_test() as pilot:
        await pilot.pause()
        place = app.screen.query_one("#pages")
        await pilot.press("down", "down")
        assert place.scroll_y == 2
        await pilot.press("up")
        assert place.scroll_y == 1
        await pilot.press("pagedown")
        assert place.scroll_y == place.size.height
        await pilot.press("ctrl+end")
        assert place.scroll_y == place.max_scroll_y
        await pilot.press("pageup", "ctrl+home")
        assert place.scroll_y == 0
        await pilot.press("pagedown", *"room")
        await pilot.pause()
        assert place.scroll_y == 0


@pytest.mark.parametrize("key", ["escape", "f1"])
async def test_keys_close_it(stage, key):
    app = stage(HelpScreen(registry()))
    async with app.run_test() as pilot:
        await pilot.press(*"abc", key)
        await pilot.pause()
    assert app.results == [None]


async def test_a_click_beside_it_or_on_the_hint_closes_it(stage):
    for where in ("beside", "hint"):
        app = stage(HelpScreen(registry()))
        async with app.run_test(size=(200, 60)) as pilot:
            await pilot.pause()
            if where == "beside":
                await pilot.click(offset=(0, 0))
            else:
                hints = app.screen.query_one("Hints")
                at = hints.render().plain.index("close")
                await pilot.click("Hints", offset=(at, 0))
            await pilot.pause()
        assert app.results == [None]


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)])
def test_how_it_looks(snap_compare, stage, some_actions, size):
    async def settled(pilot):
        await pilot.pause()

    assert snap_compare(stage(HelpScreen(some_actions)), terminal_size=size, run_before=settled)


@pytest.mark.snapshot
def test_how_the_filter_looks(snap_compare, stage, some_actions):
    screen = HelpScreen(some_actions, "sign")
    assert snap_compare(stage(screen, "wschat-light"), run_before=lambda pilot: pilot.pause())
