"""Search from the chat: its key and its command open it, Enter goes to the hit."""

from wschat_tui.state.history.archive_inputs import AroundAsked
from wschat_tui.ui.screens.search import SearchScreen


async def test_the_key_opens_it_and_enter_goes_there(sit, talk):
    sought = talk.says("bob", "the kettle is on")
    talk.says("carol", "tea, then")
    async with sit() as seat:
        await seat.press("ctrl+f")
        assert isinstance(seat.app.screen, SearchScreen)
        await seat.pilot.press(*"kettle")
        await seat.app.workers.wait_for_complete()
        await seat.press("enter")
        assert not isinstance(seat.app.screen, SearchScreen)
        (asked,) = talk.asked(AroundAsked)
        assert (asked.scope, asked.message_id) == ("network:lobby", sought)
        assert seat.chat.room.messages.message.id == sought


async def test_the_command_begins_with_what_follows_it(sit, talk):
    talk.says("bob", "the kettle is on")
    async with sit() as seat:
        await seat.type("/search from:bob kett")
        await seat.press("enter")
        await seat.app.workers.wait_for_complete()
        await seat.settle()
        assert "1 found" in seat.shown
        assert "the kettle is on" in seat.shown
        await seat.press("escape")
        assert talk.asked(AroundAsked) == []


async def test_a_room_with_news_opens_at_the_hit_and_not_at_its_first_unread(sit, talk):
    sought = talk.says("bob", "the kettle is on", "network:team")
    for number in range(80):
        talk.says("carol", f"more {number}", "network:team")
    async with sit((80, 24)) as seat:
        await seat.type("/search kettle")
        await seat.press("enter")
        await seat.app.workers.wait_for_complete()
        await seat.press("enter")
        await seat.settle()
        assert talk.session.state.focus == "network:team"
        assert seat.chat.room.messages.message.id == sought
        assert "the kettle is on" in seat.shown
