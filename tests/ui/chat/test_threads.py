"""Threads: beside the room, with a composer and a draft of their own."""

from wschat_tui.state.inputs import ThreadOpened, Typed

LOBBY = "network:lobby"


async def test_a_click_on_the_summary_opens_the_thread(sit, talk):
    root = talk.says("bob", "shall we?")
    talk.says("carol", "yes", parent=root)
    async with sit() as seat:
        line = next(i for i, one in enumerate(seat.lines) if "↳ 1 reply" in one)
        await seat.pilot.click(offset=(seat.lines[line].index("↳") + 2, line))
        await seat.settle()
        assert talk.session.state.thread == root
        assert "Thread in #lobby   1 reply" in seat.shown


async def test_escape_leads_from_the_reply_to_the_messages_and_out(sit, talk):
    talk.says("bob", "shall we?")
    async with sit() as seat:
        await seat.press("escape", "r", "escape")
        assert seat.app.focused is seat.chat.thread.messages.timeline
        assert seat.chat.thread.messages.message.body == "shall we?"
        await seat.press("alt+t")
        assert talk.session.state.thread == ""
        assert seat.app.focused is seat.chat.room.box.composer
        assert not seat.chat.thread.display


async def test_a_click_on_the_cross_closes_it(sit, talk):
    talk.says("bob", "shall we?")
    async with sit() as seat:
        await seat.press("escape", "r")
        await seat.pilot.click(offset=(118, 1))
        await seat.settle()
        assert ThreadOpened("") in talk.asked(ThreadOpened)


async def test_each_composer_keeps_its_own_draft(sit, talk):
    root = talk.says("bob", "shall we?")
    async with sit() as seat:
        await seat.type("in the room")
        await seat.press("escape", "r")
        await seat.type("in the thread")
        assert seat.text == "in the room"
        await seat.press("alt+t")
        drafts = talk.session.state.rooms[LOBBY].drafts
        assert dict(drafts) == {"": "in the room", root: "in the thread"}
        await seat.press("escape", "r")
        assert seat.chat.thread.box.text == "in the thread"


async def test_it_takes_the_room_s_place_where_it_is_narrow(sit, talk):
    root = talk.says("bob", "shall we?")
    async with sit((80, 24)) as seat:
        await seat.press("escape", "r")
        assert not seat.chat.room.display
        assert seat.app.focused is seat.chat.thread.box.composer
        await seat.type("narrow yes")
        await seat.press("enter")
        assert [(one.text, one.parent_id) for one in talk.asked(Typed)] == [("narrow yes", root)]
        await seat.press("alt+t")
        assert seat.chat.room.display
        assert seat.app.focused is seat.chat.room.box.composer


async def test_up_edits_my_last_reply_of_the_thread_and_not_of_the_room(sit, talk):
    root = talk.says("bob", "shall we?")
    talk.says("alice", "reply of mine", parent=root)
    talk.says("alice", "message of mine")
    async with sit() as seat:
        await seat.press("escape", "k", "r")
        await seat.press("up")
        assert seat.chat.thread.box.text == "reply of mine"


async def test_going_to_another_room_closes_the_thread(sit, talk):
    talk.says("bob", "shall we?")
    async with sit() as seat:
        await seat.press("escape", "r")
        await seat.press("alt+down")
        assert not seat.chat.thread.display
        assert seat.app.focused is seat.chat.room.box.composer


async def test_typing_goes_on_in_the_thread_when_the_window_is_narrowed(sit, talk):
    root = talk.says("bob", "shall we?")
    async with sit() as seat:
        await seat.press("escape", "r")
        seat.chat.room.box.composer.focus()
        await seat.settle()
        await seat.pilot.resize_terminal(80, 24)
        await seat.settle()
        await seat.type("yes")
        assert seat.chat.thread.box.text == "yes"
        await seat.press("enter")
        assert [one.parent_id for one in talk.asked(Typed)] == [root]
