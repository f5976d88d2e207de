"""Before there is a session, and when another is wanted."""

from wschat_tui.runtime.services import Outcome, ProfileInfo, Profiles
from wschat_tui.ui.screens.login import LoginScreen
from wschat_tui.ui.screens.profiles import ProfilesScreen
from wschat_tui.ui.screens.welcome import WelcomeScreen

WORK = ProfileInfo("work", "wss://chat.example.org/v1/ws", "alice", is_default=True)


async def settled(seat):
    await seat.pilot.pause()
    await seat.app.workers.wait_for_complete()
    await seat.settle()


async def test_without_a_profile_the_ways_in_come_first(sit):
    async with sit(start="welcome") as seat:
        assert isinstance(seat.app.screen, WelcomeScreen)
        assert seat.program.opened == []
        await seat.press("d")
        await settled(seat)
        assert seat.program.opened == ["demo"]
        assert seat.app.screen is seat.chat


async def test_a_login_opens_the_profile_it_made_and_giving_up_leads_back(sit):
    async with sit(start="welcome") as seat:
        await seat.press("c")
        assert isinstance(seat.app.screen, LoginScreen)
        await seat.press("escape")
        await settled(seat)
        assert isinstance(seat.app.screen, WelcomeScreen)
        await seat.press("t")
        seat.app.screen.dismiss(Outcome(ok=True, profile="work"))
        await settled(seat)
        assert seat.program.opened == ["work"]


async def test_a_profile_is_chosen_from_the_list_and_giving_up_leads_back(sit):
    async with sit(start="welcome", profiles=Profiles((WORK,), ("line 3: odd",))) as seat:
        assert "line 3: odd" in seat.shown
        await seat.press("p")
        assert isinstance(seat.app.screen, ProfilesScreen)
        await seat.press("escape")
        await settled(seat)
        assert isinstance(seat.app.screen, WelcomeScreen)
        await seat.press("p")
        await settled(seat)
        await seat.press("enter")
        await settled(seat)
        assert seat.program.opened == ["work"]


async def test_quitting_from_the_ways_in_ends_the_program(sit):
    async with sit(start="welcome") as seat:
        await seat.press("q")
        await seat.pilot.pause()
    assert seat.program.closed


async def test_profiles_open_over_the_chat_and_the_chosen_one_takes_its_place(sit, talk):
    async with sit(profiles=Profiles((WORK,))) as seat:
        await seat.type("/profiles")
        await seat.press("enter")
        await settled(seat)
        assert isinstance(seat.app.screen, ProfilesScreen)
        seat.app.screen.dismiss("work")
        await settled(seat)
        assert seat.program.opened == ["", "work"]
        assert talk.wire.closed
