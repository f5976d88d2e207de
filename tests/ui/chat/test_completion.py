"""What the composer offers, and how it is taken."""

import pytest

from wschat_tui.state.inputs import JoinAsked, ReactAsked, Typed
from wschat_tui.ui.actions import Parameter
from wschat_tui.ui.completion import offers
from wschat_tui.ui.registry import commands, registry


def texts(state, before, themes=()):
    found = offers(state, before, themes)
    return [one.text for one in found.offers] if found else []


def test_people_here_come_first_and_oneself_never(lobby):
    assert texts(lobby, "hi @") == ["@Bob ", "@Carol ", "@Dave ", "@Mia "]
    assert texts(lobby, "hi @da") == ["@Dave "]
    assert texts(lobby, "(@bo") == ["@Bob "]
    assert texts(lobby, "hi @alice") == []


def test_an_address_is_no_mention(lobby):
    assert texts(lobby, "mail bob@ca") == []


def test_rooms_and_emoji(lobby):
    assert texts(lobby, "see #te") == ["#team "]
    assert texts(lobby, ":tad")[0] == "🎉"
    assert texts(lobby, ":)") == []
    assert texts(lobby, "at 10:30") == []


def test_commands_by_name_alias_and_letters(lobby):
    assert texts(lobby, "/jo")[0] == "/join "
    assert texts(lobby, "/exi") == ["/exit"]
    assert texts(lobby, "text /jo") == []
    assert texts(lobby, "//jo") == []


def test_what_is_complete_is_not_offered(lobby):
    assert texts(lobby, "/join") == []
    assert texts(lobby, "hi @Bob") == []


def test_nothing_is_taken_unasked_where_nothing_is_typed(lobby):
    assert offers(lobby, "/leave ").eager is False
    assert offers(lobby, "/leave t").eager is True
    assert offers(lobby, "@").eager is False


@pytest.mark.parametrize("action", [one for one in registry() if one.slash], ids=lambda one: one.id)
def test_every_parameter_is_completed_from_what_it_is(lobby, action):
    typed = f"/{action.slash.name} "
    for number, parameter in enumerate(action.slash.parameters):
        before = typed + "x " * number
        found = texts(lobby, before + _begin(parameter), ["wschat-dark", "wschat-light"])
        if parameter.kind in {"text", "message"}:
            assert found == []
        else:
            assert found, f"{before}: {parameter.kind}"


def _begin(parameter: Parameter) -> str:
    return "ta" if parameter.kind == "emoji" else ""


def test_choices_of_a_command(lobby):
    assert texts(lobby, "/status ") == ["online", "away", "busy", "offline"]
    assert texts(lobby, "/delete h") == ["hard"]
    assert texts(lobby, "/theme li", ["wschat-dark", "wschat-light"]) == ["wschat-light"]
    assert "join" in texts(lobby, "/help jo")


def test_no_offer_for_more_than_a_command_takes(lobby):
    assert texts(lobby, "/dm bob hello @") == []
    assert texts(lobby, "/quit x") == []


def test_all_commands_are_reachable_by_their_first_letters(lobby):
    for name in commands():
        found = texts(lobby, f"/{name[:-1]}")
        assert not found or any(one.startswith("/") for one in found)


# ---- in the composer


async def test_tab_takes_the_first_offer(sit):
    async with sit() as seat:
        await seat.type("hi @bo")
        assert "@bob" in seat.shown
        await seat.press("tab")
        assert seat.text == "hi @bob "


async def test_arrows_choose_and_enter_takes(sit, talk):
    async with sit() as seat:
        await seat.type("/jo")
        await seat.press("enter")
        assert seat.text == "/join "
        await seat.type("#te")
        await seat.press("enter")
        assert seat.text == "/join team"
        await seat.press("enter")
        assert [one.scope for one in talk.asked(JoinAsked)] == ["network:team"]


async def test_down_goes_to_the_next_offer(sit):
    async with sit() as seat:
        await seat.type("@")
        await seat.press("down", "down", "enter")
        assert seat.text == "@mia "


async def test_enter_sends_where_no_part_of_an_offer_is_typed(sit, talk):
    async with sit() as seat:
        await seat.type("me @")
        await seat.press("enter")
        assert [one.text for one in talk.asked(Typed)] == ["me @"]


async def test_escape_closes_the_offers_and_keeps_the_text(sit):
    async with sit() as seat:
        await seat.type("@b")
        await seat.press("escape")
        assert seat.text == "@b"
        assert seat.chat.room.box.offering == ""
        assert seat.app.focused is seat.chat.room.box.composer
        await seat.press("o")
        assert seat.chat.room.box.offering == "eager"


async def test_a_whole_emoji_name_becomes_the_emoji(sit):
    async with sit() as seat:
        await seat.type("done :tada:")
        assert seat.text == "done 🎉"


async def test_an_offer_can_be_clicked(sit):
    async with sit() as seat:
        await seat.type("@")
        line = next(i for i, one in enumerate(seat.lines) if "@carol" in one)
        await seat.pilot.click(offset=(30, line))
        await seat.settle()
        assert seat.text == "@carol "


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_offers_stand_above_the_composer_at_every_size(sit, size):
    async with sit(size) as seat:
        await seat.type("/")
        composer = next(i for i, one in enumerate(seat.lines) if "▌ /" in one)
        first = next(i for i, one in enumerate(seat.lines) if "/join ROOM" in one)
        assert first < composer
        assert composer == size[1] - 2


async def test_react_without_a_message_takes_the_newest(sit, talk):
    talk.says("bob", "one")
    newest = talk.says("bob", "two")
    async with sit() as seat:
        await seat.type("/react :tada:")
        await seat.press("enter")
        assert [(one.message_id, one.reaction) for one in talk.asked(ReactAsked)] == [
            (newest, "🎉")
        ]
