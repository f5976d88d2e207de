"""The first screen: ways in by key, letter and click, and what went wrong."""

import pytest
from textual.widgets import Static

from wschat_tui.ui.screens.welcome import WelcomeScreen
from wschat_tui.ui.widgets.menu import Menu

PROBLEMS = (
    "settings.toml, line 4: there is no setting them; did you mean theme? It was ignored.",
    "chat.example.org refused the connection. Nothing was lost; check the address or try again.",
)


@pytest.mark.parametrize(
    ("keys", "way"),
    [
        (["enter"], "demo"),
        (["down", "enter"], "connect"),
        (["down", "down", "enter"], "token"),
        (["end", "enter"], "quit"),
        (["up", "enter"], "quit"),
        (["d"], "demo"),
        (["c"], "connect"),
        (["t"], "token"),
        (["p"], "profiles"),
        (["q"], "quit"),
        (["escape"], "quit"),
    ],
)
async def test_keys_choose_a_way_in(stage, keys, way):
    app = stage(WelcomeScreen(profiles=2))
    async with app.run_test() as pilot:
        await pilot.press(*keys)
        await pilot.pause()
    assert app.results == [way]


async def test_a_click_chooses_a_way_in(stage):
    app = stage(WelcomeScreen())
    async with app.run_test() as pilot:
        await pilot.click("#ways", offset=(5, 1))
        await pilot.pause()
    assert app.results == ["connect"]


async def test_profiles_are_offered_only_where_there_are_some(stage):
    app = stage(WelcomeScreen())
    async with app.run_test() as pilot:
        menu = app.screen.query_one(Menu)
        assert "profiles" not in [item.key for item in menu.items]
        await pilot.press("p")
        await pilot.pause()
        assert app.results == []
        app.screen.show_profiles(1)
        assert "one is set up" in "\n".join(item.left.plain for item in menu.items)
        await pilot.press("p")
        await pilot.pause()
    assert app.results == ["profiles"]


async def test_problems_are_told_as_text_and_go_again(stage):
    app = stage(WelcomeScreen(problems=["line 3: [b]x[/]y\x1b[2J is no setting"]))
    async with app.run_test() as pilot:
        place = app.screen.query_one("#problems", Static)
        assert place.display
        assert place.content.plain == "✗ line 3: [b]x[/]y␛[2J is no setting"
        app.screen.tell()
        await pilot.pause()
        assert not place.display


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (200, 60)])
async def test_every_way_in_is_in_sight(stage, size):
    app = stage(WelcomeScreen(profiles=2, problems=PROBLEMS[:1]))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        menu = app.screen.query_one(Menu)
        assert menu.region.height == len(menu.items) == 5
        assert app.screen.region.contains_region(menu.region)


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_how_it_looks(snap_compare, stage, size):
    assert snap_compare(stage(WelcomeScreen()), terminal_size=size)


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
def test_how_it_looks_with_problems(snap_compare, stage, size):
    screen = WelcomeScreen(profiles=2, problems=PROBLEMS)
    assert snap_compare(stage(screen, "wschat-light"), terminal_size=size, press=["down"])
