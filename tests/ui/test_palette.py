"""The quick switcher: what it offers and in which order, finding, choosing."""

from dataclasses import replace

import pytest
from textual.content import Content
from textual.widgets import Input

from wschat_tui.state.model import Person, Room
from wschat_tui.state.text import SafeText
from wschat_tui.ui.actions import Place
from wschat_tui.ui.goto import found, goals_of
from wschat_tui.ui.registry import registry
from wschat_tui.ui.screens.palette import PaletteScreen
from wschat_tui.ui.widgets.menu import Item, Menu

THEMES = ("wschat-dark", "wschat-light")


@pytest.fixture
def goals(lobby):
    return goals_of(
        lobby, registry(), Place(scope=lobby.focus), themes=THEMES, recent=["dm:alice:carol"]
    )


def ids(goals):
    return [goal.id for goal in goals]


def menu(app):
    return app.screen.query_one(Menu)


def test_unread_rooms_come_first_then_recent_ones_then_the_others(goals):
    rooms = [(goal.id, goal.section, goal.right) for goal in goals if goal.kind == "room"]
    assert rooms == [
        ("network:team", "Unread", "@1 3"),
        ("dm:alice:bob", "Unread", "12"),
        ("dm:alice:carol", "Recent", ""),
        ("host", "Rooms", ""),
        ("network:lobby", "Rooms", ""),
    ]
    assert goals[4].detail == "you are here"


def test_people_with_a_direct_chat_are_rooms_and_the_others_people(goals):
    people = [(goal.id, goal.detail) for goal in goals if goal.kind == "person"]
    assert people == [("mia", "busy, direct chat"), ("dave", "offline, direct chat")]
    bob = next(goal for goal in goals if goal.id == "dm:alice:bob")
    assert (bob.title, bob.sign, bob.detail) == ("Bob", "●", "online")


def test_only_actions_that_may_be_run_here_are_offered(lobby, goals):
    offered = set(ids(goals))
    for action in registry():
        allowed = action.palette and action.allowed(lobby, Place(scope=lobby.focus))
        assert (action.id in offered) == allowed
    assert "app.help" in offered
    assert "app.palette" not in offered


def test_keys_and_commands_stand_beside_the_action(goals):
    helping = next(goal for goal in goals if goal.id == "app.help")
    assert (helping.right, helping.detail) == ("F1", "/help [COMMAND]")


def test_a_room_that_is_closed_to_me_or_not_joined_is_told(lobby):
    rooms = lobby.rooms.insert("network:vault", Room("network:vault", refused=SafeText("no")))
    rooms = rooms.insert("network:far", Room("network:far"))
    details = {goal.id: goal.detail for goal in goals_of(replace(lobby, rooms=rooms))}
    assert details["network:vault"] == "you may not enter"
    assert details["network:far"] == "not joined"


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("team", "network:team"),
        ("network:te", "network:team"),
        ("bob", "dm:alice:bob"),
        ("mi", "mia"),
        ("join", "room.join"),
        ("quit", "app.quit"),
        ("light", "wschat-light"),
        ("@ca", "dm:alice:carol"),
        ("#lob", "network:lobby"),
        ("/he", "app.help"),
        ("> colours light", "wschat-light"),
        ("", "network:team"),
        ("#", "network:team"),
    ],
)
def test_a_few_letters_find_it(goals, query, best):
    assert found(goals, query)[0].id == best


@pytest.mark.parametrize(
    ("query", "kinds"),
    [("@", {"person", "room"}), ("#", {"room"}), ("/", {"action", "theme"})],
)
def test_the_first_character_narrows(goals, query, kinds):
    some = found(goals, query)
    assert {goal.kind for goal in some} == kinds
    rooms = {goal.id for goal in some if goal.kind == "room"}
    assert all((room.startswith("dm:")) == (query == "@") for room in rooms)


def test_names_of_strangers_are_cleaned_and_harmless_to_match(lobby):
    hostile = "a-" * 200 + "\x1b[2J[/]"
    people = lobby.people.insert(hostile, Person(hostile, SafeText("[b]x[/]y")))
    goals = goals_of(replace(lobby, people=people))
    goal = next(goal for goal in goals if goal.id == hostile)
    assert goal.title == "[b]x[/]y"
    assert "\x1b" not in "".join(goal.words)
    assert found(goals, "x[/]")[0] is goal


async def test_enter_goes_to_the_first_unread_room(stage, goals):
    app = stage(PaletteScreen(goals))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause()
    assert ids(app.results) == ["network:team"]


async def test_typing_and_arrows_choose(stage, goals):
    app = stage(PaletteScreen(goals))
    async with app.run_test() as pilot:
        await pilot.press(*"@", "down", "up", "down")
        await pilot.pause()
        assert menu(app).current.key == "room:dm:alice:carol"
        await pilot.press(*"mia", "enter")
        await pilot.pause()
    assert [(goal.kind, goal.id) for goal in app.results] == [("person", "mia")]


async def test_the_key_that_opened_it_moves_down(stage, goals):
    app = stage(PaletteScreen(goals))
    async with app.run_test() as pilot:
        await pilot.press("ctrl+k", "enter")
        await pilot.pause()
    assert ids(app.results) == ["dm:alice:bob"]


async def test_a_click_chooses_and_headings_do_not(stage, goals):
    app = stage(PaletteScreen(goals))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        await pilot.click("#goals", offset=(5, 0))
        await pilot.pause()
        assert app.results == []
        await pilot.click("#goals", offset=(5, 2))
        await pilot.pause()
    assert ids(app.results) == ["dm:alice:bob"]


async def test_paging_skips_headings_and_keeps_the_cursor_in_sight(stage, goals):
    app = stage(PaletteScreen(goals))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert menu(app).scroll_y == 0
        for key in ("pagedown", "pagedown", "pageup", "up", "up", "up", "up"):
            await pilot.press(key)
            one = menu(app)
            assert not one.current.heading
            assert 0 <= one.cursor - one.scroll_y < one.size.height
        assert menu(app).size.height > 3


async def test_it_says_what_enter_does_and_where_nothing_fits(stage, goals):
    app = stage(PaletteScreen(goals))
    async with app.run_test() as pilot:
        await pilot.pause()
        hints = app.screen.query_one("Hints")
        assert "open the room" in hints.render().plain
        await pilot.press(*"/quit")
        await pilot.pause()
        assert "do it" in hints.render().plain
        await pilot.press(*"zzzz")
        await pilot.pause()
        assert app.screen.query_one("#nothing").display
        assert not menu(app).display
        await pilot.press("enter", "down", "up", "pagedown")
        await pilot.pause()
        assert app.results == []
        app.screen.query_one(Input).value = ""
        await pilot.pause()
        assert menu(app).display


@pytest.mark.parametrize("way", ["escape", "beside"])
async def test_it_can_be_given_up(stage, goals, way):
    app = stage(PaletteScreen(goals, "te"))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert app.screen.query_one(Input).value == "te"
        await (pilot.press("escape") if way == "escape" else pilot.click(offset=(0, 0)))
        await pilot.pause()
    assert app.results == [None]


@pytest.fixture
def pinned(lobby, some_actions):
    """Goals that stay as they are while the registry grows."""
    return goals_of(lobby, some_actions, themes=THEMES, recent=["dm:alice:carol"])


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)])
def test_how_it_looks(snap_compare, stage, pinned, size):
    assert snap_compare(stage(PaletteScreen(pinned)), terminal_size=size)


@pytest.mark.snapshot
def test_how_a_search_looks(snap_compare, stage, pinned):
    screen = PaletteScreen(pinned)
    assert snap_compare(stage(screen, "wschat-light"), press=[*"a", "down"])


async def test_a_click_on_a_row_that_is_listed_no_more_chooses_nothing(stage):
    """S2: clicks that come before the list has changed on the screen do not end the program."""
    screen = PaletteScreen(())
    app = stage(screen)
    async with app.run_test() as pilot:
        menu = screen.query_one(Menu)
        menu.post_message(Menu.Chosen(menu, Item("room:gone", Content("gone"))))
        await pilot.pause()
        assert app.screen is screen
