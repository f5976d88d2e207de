"""Picking a reaction: by arrows, by name, by mouse; what is on the message first."""

from dataclasses import replace

import pytest
from textual.widgets import Input, Static

from wschat_tui.state.model import Reaction
from wschat_tui.state.select import message_of
from wschat_tui.ui.screens.react import ReactScreen, recent_of, tiles_of
from wschat_tui.ui.widgets.emoji_grid import EmojiGrid, Tile

PRESENT = (Tile("👍", 2, mine=True), Tile("❤️", 11), Tile("ship it please", 1))


def grid(app):
    return app.screen.query_one(EmojiGrid)


def about(app):
    return app.screen.query_one("#about", Static).content.plain


def lines(app):
    """What the grid draws, line by line."""
    one = grid(app)
    return [one.render_line(y).text.rstrip() for y in range(one.size.height)]


def test_tiles_are_the_reactions_of_the_message(lobby):
    assert tiles_of(lobby, message_of(lobby, "m-1")) == (Tile("👍", 2, mine=True), Tile("🎉", 1))


def test_mine_of_late_are_those_i_gave_newest_message_first(lobby):
    room = lobby.rooms["network:lobby"]
    root, reply = room.messages
    reply = replace(reply, reactions=(Reaction("🚀", ("alice",)), Reaction("👎", ("bob",))))
    changed = replace(
        lobby, rooms=lobby.rooms.insert(room.scope, replace(room, messages=(root, reply)))
    )
    assert recent_of(changed) == ("🚀", "👍")
    assert recent_of(changed, 1) == ("🚀",)
    assert recent_of(replace(changed, me="")) == ()
    assert recent_of(replace(changed, focus="nowhere")) == ()


async def test_enter_takes_the_first_that_is_on_the_message(stage):
    app = stage(ReactScreen(PRESENT))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert about(app) == "👍 :thumbsup:  2 people, you too; Enter takes yours back"
        await pilot.press("enter")
        await pilot.pause()
    assert app.results == ["👍"]


async def test_a_name_finds_it_while_typing(stage):
    app = stage(ReactScreen(PRESENT))
    async with app.run_test() as pilot:
        await pilot.press(*"rocket")
        await pilot.pause()
        assert about(app) == "🚀 :rocket:"
        await pilot.press("enter")
        await pilot.pause()
    assert app.results == ["🚀"]


async def test_what_is_on_the_message_is_found_with_its_count_and_spelling(stage):
    app = stage(ReactScreen(PRESENT))
    async with app.run_test() as pilot:
        await pilot.press(*"heart", "enter")
        await pilot.pause()
    assert app.results == ["❤️"]


async def test_a_click_picks(stage):
    app = stage(ReactScreen(PRESENT))
    async with app.run_test() as pilot:
        await pilot.pause()
        at = lines(app)[1].index("❤")
        await pilot.click(EmojiGrid, offset=(at + 1, 1))
        await pilot.pause()
    assert app.results == ["❤️"]


async def test_a_click_between_tiles_picks_nothing(stage):
    app = stage(ReactScreen(PRESENT))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.click(EmojiGrid, offset=(2, 0))
        await pilot.click(EmojiGrid, offset=(60, 1))
        await pilot.pause()
        assert app.results == []


async def test_the_tile_under_the_mouse_is_told_by_its_ground(stage):
    app = stage(ReactScreen(PRESENT))
    async with app.run_test() as pilot:
        await pilot.pause()
        plain = grid(app).render_line(1)
        await pilot.hover(EmojiGrid, offset=(9, 1))
        assert grid(app).hover == 1
        assert grid(app).render_line(1) != plain
        await pilot.hover(offset=(0, 0))
        assert grid(app).hover == -1


async def test_arrows_go_through_rows_and_columns_and_around(stage):
    app = stage(ReactScreen(PRESENT, ["🦄"]))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("right", "down")
        assert grid(app).current == Tile("🦄")
        await pilot.press("down", "left", "left")
        assert grid(app).current == PRESENT[-1]
        await pilot.press("up")
        assert grid(app).current.count == 0
        await pilot.press("down", "left", "left", "left")
        assert grid(app).current.count == 0
        await pilot.press("right", "enter")
        await pilot.pause()
    assert app.results == ["👍"]


async def test_the_cursor_and_mine_are_told_without_colour(stage):
    app = stage(ReactScreen(PRESENT))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert lines(app)[0] == "On this message"
        assert lines(app)[1].startswith("[👍 2✓]")
        await pilot.press("right")
        assert "[❤ 11]" in lines(app)[1]
        assert lines(app)[1].startswith(" 👍 2✓ ")


async def test_a_reaction_stands_in_one_place_only(stage):
    app = stage(ReactScreen(PRESENT, ["👍", "🎉"]))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        drawn = "\n".join(lines(app))
        assert drawn.count("👍") == drawn.count("🎉") == drawn.count("❤") == 1
        assert drawn.index("Yours lately") < drawn.index("🎉") < drawn.index("Usual")


async def test_any_short_text_can_be_a_reaction_and_a_long_one_cannot(stage):
    app = stage(ReactScreen())
    async with app.run_test() as pilot:
        await pilot.press(*"qqqq")
        await pilot.pause()
        assert lines(app)[0] == "As you typed it"
        app.screen.query_one(Input).value = "q" * 33
        await pilot.pause()
        assert about(app) == "No such emoji; try another name."
        await pilot.press("enter", "left", "down")
        await pilot.pause()
        assert app.results == []
        app.screen.query_one(Input).value = "qqqq"
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
    assert app.results == ["qqqq"]


async def test_a_strangers_reaction_is_drawn_as_text_and_sent_as_it_is(stage):
    hostile = "[@click=app.quit]x[/]\x1b[2J"
    app = stage(ReactScreen([Tile(hostile, 1)]))
    async with app.run_test() as pilot:
        await pilot.pause()
        assert "\x1b" not in "".join(lines(app)) + about(app)
        await pilot.click(EmojiGrid, offset=(3, 1))
        await pilot.pause()
    assert app.results == [hostile]


@pytest.mark.parametrize("way", ["escape", "beside"])
async def test_it_can_be_given_up(stage, way):
    app = stage(ReactScreen(PRESENT))
    async with app.run_test() as pilot:
        await pilot.press(*"ta")
        await (pilot.press("escape") if way == "escape" else pilot.click(offset=(0, 0)))
        await pilot.pause()
    assert app.results == [None]


async def test_many_reactions_scroll_and_keep_the_keys_in_sight(stage):
    many = [Tile(f"r{number}", number) for number in range(1, 150)]
    app = stage(ReactScreen(many))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert app.screen.region.contains_region(app.screen.query_one("Hints").region)
        assert grid(app).max_scroll_y > 0
        await pilot.press("left")
        assert grid(app).scroll_y == grid(app).max_scroll_y
        await pilot.press("right")
        assert grid(app).scroll_y == 0


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)])
def test_how_it_looks(snap_compare, stage, size):
    assert snap_compare(stage(ReactScreen(PRESENT, ["🦄", "🎉"])), terminal_size=size)


@pytest.mark.snapshot
def test_how_a_search_looks(snap_compare, stage):
    screen = ReactScreen(PRESENT)
    assert snap_compare(stage(screen, "wschat-light"), press=[*"he", "right"])
