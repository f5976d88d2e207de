"""The profiles: open, add, default, log out; and a settings file with mistakes."""

from dataclasses import replace

import pytest
from textual.widgets import Static

from wschat_tui.runtime.services import Outcome, ProfileInfo, Profiles
from wschat_tui.ui.screens.confirm import ConfirmScreen
from wschat_tui.ui.screens.login import LoginScreen
from wschat_tui.ui.screens.profiles import ProfilesScreen
from wschat_tui.ui.widgets.menu import Menu
from wschat_tui.ui.widgets.progress import Progress

PROBLEM = "settings.toml, line 4: there is no setting them; did you mean theme? It was ignored."


@pytest.fixture
def profiles(stage, fake_services, some_profiles):
    """Make a profiles screen over three profiles."""
    fake_services.known = some_profiles

    def make(current="", theme="wschat-dark"):
        return stage(ProfilesScreen(fake_services, current), theme)

    return make


def about(app):
    return app.screen.query_one("#about", Static).content.plain


def said(app):
    return app.screen.query_one("#status", Progress).sentence


def names(app):
    return [item.key for item in app.screen.query_one(Menu).items]


async def loaded(pilot):
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_the_cursor_begins_on_the_default_and_enter_opens_it(profiles):
    app = profiles()
    async with app.run_test() as pilot:
        await loaded(pilot)
        assert names(app) == ["work", "home", "a-name-that-goes-on-and-on"]
        assert about(app).startswith("work (default)")
        assert "the system keyring" in about(app)
        await pilot.press("enter")
        await pilot.pause()
    assert app.results == ["work"]


async def test_the_one_that_is_open_is_told(profiles):
    app = profiles("home")
    async with app.run_test() as pilot:
        await loaded(pilot)
        assert about(app).startswith("home (open now)")
        assert "none: opening it asks you to log in" in about(app)


async def test_a_click_opens_one(profiles):
    app = profiles()
    async with app.run_test() as pilot:
        await loaded(pilot)
        await pilot.click("#list", offset=(4, 1))
        await pilot.pause()
    assert app.results == ["home"]


@pytest.mark.parametrize("way", ["key", "click"])
async def test_escape_and_a_click_beside_it_close(profiles, way):
    app = profiles()
    async with app.run_test() as pilot:
        await loaded(pilot)
        await (pilot.press("escape") if way == "key" else pilot.click(offset=(0, 0)))
        await pilot.pause()
    assert app.results == [None]


async def test_another_can_be_made_the_default(profiles, fake_services):
    fake_services.answers = [Outcome(True, "home opens when none is named.")]
    app = profiles()
    async with app.run_test() as pilot:
        await loaded(pilot)
        await pilot.press("down", "m")
        await loaded(pilot)
        assert fake_services.asked == [("default", "home")]
        assert about(app).startswith("home (default)")
        assert said(app) == "home opens when none is named."


async def test_logging_out_asks_first_and_a_stray_enter_keeps_it(profiles, fake_services):
    app = profiles()
    async with app.run_test() as pilot:
        await loaded(pilot)
        await pilot.press("x", "enter")
        await loaded(pilot)
        assert isinstance(app.screen, ProfilesScreen)
    assert fake_services.asked == []


async def test_logging_out_forgets_the_profile_and_says_so(profiles, fake_services):
    fake_services.answers = [Outcome(True, "Logged out of work.")]
    app = profiles()
    async with app.run_test() as pilot:
        await loaded(pilot)
        await pilot.press("x")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press("y")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press("enter")
        await loaded(pilot)
        assert fake_services.asked == [("forget", "work", False)]
        assert names(app) == ["home", "a-name-that-goes-on-and-on"]
        assert said(app) == "Logged out of work."


async def test_what_is_kept_of_it_is_deleted_only_where_the_user_says_so(profiles, fake_services):
    fake_services.answers = [Outcome(True, "Gone."), Outcome(True, "Gone.")]
    app = profiles()
    async with app.run_test() as pilot:
        await loaded(pilot)
        assert "12 MB on this disk" in about(app)
        await pilot.press("x", "y")
        await pilot.pause()
        asked = app.screen.query_one("#question", Static).content.plain
        assert asked == "Delete the history of work on this disk as well?"
        await pilot.press("y")
        await loaded(pilot)
        await pilot.press("x", "y")
        await loaded(pilot)
        assert isinstance(app.screen, ProfilesScreen)
    assert fake_services.asked == [("forget", "work", True), ("forget", "home", False)]


async def test_a_refusal_keeps_the_list_and_says_why(profiles, fake_services):
    fake_services.answers = [Outcome(False, "The keyring is locked. The profile stays.")]
    app = profiles()
    async with app.run_test() as pilot:
        await loaded(pilot)
        await pilot.press("delete", "y", "n")
        await loaded(pilot)
        assert len(names(app)) == 3
        assert said(app) == "The keyring is locked. The profile stays."
        assert app.screen.query_one("#status", Progress).mood == "bad"


async def test_a_new_one_is_logged_in_to_and_then_listed(profiles, fake_services, some_profiles):
    app = profiles()
    async with app.run_test() as pilot:
        await loaded(pilot)
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(app.screen, LoginScreen)
        fake_services.known = replace(
            some_profiles,
            profiles=(*some_profiles.profiles, ProfileInfo("new", "wss://new/v1/ws", "mia", False)),
        )
        app.screen.dismiss(Outcome(True, "Logged in as mia.", profile="new"))
        await pilot.pause()
        await loaded(pilot)
        assert about(app).startswith("new")
        assert said(app) == "Logged in as mia."


async def test_giving_up_a_new_one_changes_nothing(profiles):
    app = profiles()
    async with app.run_test() as pilot:
        await loaded(pilot)
        await pilot.press("t")
        await pilot.pause()
        assert isinstance(app.screen, LoginScreen)
        await pilot.press("escape")
        await loaded(pilot)
        assert isinstance(app.screen, ProfilesScreen)
        assert len(names(app)) == 3


async def test_without_profiles_it_says_how_to_get_one(stage, fake_services):
    app = stage(ProfilesScreen(fake_services))
    async with app.run_test() as pilot:
        await loaded(pilot)
        assert "Press n" in about(app)
        await pilot.press("enter", "m", "x")
        await pilot.pause()
        assert isinstance(app.screen, ProfilesScreen)
    assert fake_services.asked == []
    assert app.results == []


async def test_what_settings_say_is_shown_as_text(stage, fake_services):
    fake_services.known = Profiles(
        (
            ProfileInfo(
                "[b]x[/]y", "wss://[@click=app.quit]e\x1b[2J/v1/ws", "b\u202eob", True, "[/]"
            ),
        ),
        ("line 3: [/]\x1b]0;x\x07",),
    )
    app = stage(ProfilesScreen(fake_services))
    async with app.run_test(size=(120, 36)) as pilot:
        await loaded(pilot)
        picture = app.export_screenshot().replace("&#160;", " ")
        for harmless in ("[b]x[/]y", "[@click=app.quit]e␛[2J", "b&lt;U+202E&gt;ob", "␛]0;x␇"):
            assert harmless in picture


@pytest.mark.snapshot
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 36)])
def test_how_it_looks(snap_compare, profiles, fake_services, some_profiles, size):
    fake_services.known = replace(some_profiles, problems=(PROBLEM,))
    assert snap_compare(profiles("home"), terminal_size=size, run_before=loaded)


@pytest.mark.snapshot
def test_how_logging_out_looks(snap_compare, profiles):
    async def ask(pilot):
        await loaded(pilot)
        await pilot.press("x")
        await pilot.pause()

    assert snap_compare(profiles(theme="wschat-light"), run_before=ask)
