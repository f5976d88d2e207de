"""The mouse, where nothing else tests it."""

from dataclasses import replace

from wschat_tui.runtime.services import Whereabouts
from wschat_tui.state.inputs import LinkStopped, OlderAsked, ReactAsked, RetryAsked
from wschat_tui.ui.screens.files import FilesScreen

LOBBY = "network:lobby"


def place_of(seat, text):
    line = next(i for i, one in enumerate(seat.lines) if text in one)
    return seat.lines[line].index(text) + 1, line


async def test_a_click_on_a_reaction_gives_it_too(sit, talk):
    message = talk.says("bob", "nice")
    talk.hear(
        (
            "chat.reaction.update",
            {"message_id": message, "user_id": "bob", "reaction": "👍", "action": "add"},
        )
    )
    async with sit() as seat:
        await seat.pilot.click(offset=place_of(seat, "👍"))
        await seat.settle()
        asked = talk.asked(ReactAsked)
        assert [(one.message_id, one.reaction) for one in asked] == [(message, "👍")]


async def test_a_click_on_a_link_asks_first(sit, talk):
    talk.says("bob", "see https://example.org/x")
    async with sit() as seat:
        await seat.pilot.click(offset=place_of(seat, "https://"))
        await seat.settle()
        assert "Open https://example.org/x?" in seat.shown


async def test_a_double_click_replies(sit, talk):
    root = talk.says("bob", "shall we?")
    async with sit() as seat:
        await seat.pilot.click(offset=place_of(seat, "shall we?"), times=2)
        await seat.settle()
        assert talk.session.state.thread == root
        assert seat.app.focused is seat.chat.thread.box.composer


async def test_a_click_on_what_went_wrong_tries_again(sit, talk):
    async with sit() as seat:
        talk.session.feed(LinkStopped("The certificate has expired.", talk.at))
        await seat.settle()
        await seat.pilot.click("#trouble")
        await seat.settle()
        assert talk.asked(RetryAsked) == [RetryAsked()]


async def test_a_click_on_a_heading_is_nothing(sit, talk):
    async with sit() as seat:
        await seat.pilot.click("#rooms", offset=(3, 0))
        await seat.pilot.hover("#rooms", offset=(3, 2))
        await seat.pilot.hover("#header")
        await seat.settle()
        assert seat.chat.state.focus == LOBBY


async def test_older_messages_are_asked_for_where_there_may_be_some(sit, talk):
    for number in range(100):
        talk.says("bob", f"line {number}")
    room = talk.session.state.rooms[LOBBY]
    talk.session.state = _with_more(talk.session.state, room)
    async with sit() as seat:
        await seat.press(*["pageup"] * 12)
        assert OlderAsked(LOBBY) in talk.asked(OlderAsked)


def _with_more(state, room):
    return replace(state, rooms=state.rooms.insert(LOBBY, replace(room, history="more")))


async def test_a_click_on_a_file_lists_files_and_fetches_none(sit, talk):
    asked = []

    class Files:
        def whereabouts(self, url):
            asked.append(url)
            return Whereabouts("", "files.example.test")

    talk.session.files = Files()
    message = {"id": "f1", "scope": LOBBY, "user_id": "bob", "body": "look"}
    talk.hear(("chat.message", message | {"attachments": ["https://files.example.test/a.pdf"]}))
    async with sit() as seat:
        await seat.pilot.click(offset=place_of(seat, "a.pdf"))
        await seat.settle()
        assert isinstance(seat.app.screen, FilesScreen)
        assert set(asked) == {"https://files.example.test/a.pdf"}
