"""Rooms and people: going, joining, leaving, reading, by keys, mouse and commands."""

from textual.events import AppBlur, AppFocus

from wschat_tui.state.inputs import (
    JoinAsked,
    LeaveAsked,
    RoomOpened,
    Seen,
    StatusAsked,
    Typed,
)
from wschat_tui.state.server_inputs import RoomListed, RoomsListed

LOBBY, TEAM, BOB = "network:lobby", "network:team", "dm:alice:bob"


async def test_alt_a_goes_to_what_is_unread_and_mentions_have_their_own_key(sit, talk):
    talk.says("bob", "hello", TEAM)
    talk.says("bob", "@alice!", BOB)
    async with sit() as seat:
        await seat.press("alt+m")
        assert seat.chat.state.focus == BOB
        await seat.press("alt+a")
        assert seat.chat.state.focus == TEAM
        assert "next unread" not in seat.lines[-1]


async def test_unread_and_mentions_are_counted_apart(sit, talk):
    talk.says("bob", "hello", TEAM)
    talk.says("bob", "@alice!", TEAM)
    async with sit() as seat:
        assert "@1 2" in next(line for line in seat.lines if "# team" in line)


async def test_the_room_list_is_walked_by_arrows_and_opened_by_enter(sit, talk):
    async with sit() as seat:
        seat.chat.rooms.focus()
        await seat.press("down")
        assert seat.chat.rooms.cursor == TEAM
        await seat.press("enter")
        assert seat.chat.state.focus == TEAM
        assert seat.app.focused is seat.chat.room.box.composer


async def test_delete_in_the_room_list_leaves_that_room(sit, talk):
    async with sit() as seat:
        seat.chat.rooms.focus()
        await seat.press("down", "delete")
        assert [one.scope for one in talk.asked(LeaveAsked)] == [TEAM]


async def test_host_cannot_be_left(sit, talk):
    async with sit() as seat:
        await seat.type("/leave host")
        await seat.press("enter")
        assert talk.asked(LeaveAsked) == []
        assert "cannot be left" in seat.toasts[-1]


async def test_a_click_opens_a_room(sit, talk):
    async with sit() as seat:
        await seat.pilot.click("#rooms", offset=(4, 3))
        await seat.settle()
        assert seat.chat.state.focus == TEAM
        assert seat.app.focused is seat.chat.room.box.composer


async def test_a_click_on_a_person_opens_the_direct_chat(sit, talk):
    async with sit() as seat:
        line = next(i for i, one in enumerate(seat.lines) if "bob" in one) - 1
        await seat.pilot.click("#people", offset=(4, line))
        await seat.settle()
        assert [one.scope for one in talk.asked(RoomOpened)] == [BOB]
        assert "Message @bob" in seat.shown


async def test_enter_in_the_people_pane_opens_the_direct_chat_and_at_mentions(sit, talk):
    async with sit() as seat:
        seat.chat.people.focus()
        await seat.press("down", "at")
        assert seat.text == "@bob "
        seat.chat.people.focus()
        await seat.press("down", "enter")
        assert seat.chat.state.focus == BOB


async def test_nobody_talks_with_themselves(sit, talk):
    async with sit() as seat:
        seat.chat.people.focus()
        await seat.press("enter")
        assert talk.asked(RoomOpened) == []
        assert "That is you" in seat.toasts[-1]


async def test_joining_and_leaving_by_command(sit, talk):
    async with sit() as seat:
        await seat.type("/join rust")
        await seat.press("enter")
        assert [one.scope for one in talk.asked(JoinAsked)] == ["network:rust"]
        assert seat.chat.state.focus == "network:rust"
        talk.refuse(talk.op_of("room.join"), "members only")
        await seat.settle()
        assert "You cannot join rust: members only." in seat.toasts[-1]
        assert seat.chat.state.focus == LOBBY
        await seat.type("/leave")
        await seat.press("enter")
        assert [one.scope for one in talk.asked(LeaveAsked)] == [LOBBY]


async def test_a_direct_chat_with_its_first_message(sit, talk):
    async with sit() as seat:
        await seat.type("/dm bob hello there")
        await seat.press("enter")
        assert [(one.scope, one.text) for one in talk.asked(Typed)] == [(BOB, "hello there")]
        assert seat.chat.state.focus == BOB


async def test_posting_elsewhere_stays_here(sit, talk):
    async with sit() as seat:
        await seat.type("/msg team on my way")
        await seat.press("enter")
        assert [(one.scope, one.text) for one in talk.asked(Typed)] == [(TEAM, "on my way")]
        assert seat.chat.state.focus == LOBBY


async def test_names_tells_who_is_here(sit):
    async with sit() as seat:
        await seat.type("/names")
        await seat.press("enter")
        assert seat.toasts[-1].startswith("5 in lobby: alice (online), bob (online), mia (busy)")


async def test_status_by_command_and_by_a_click_on_my_name(sit, talk):
    async with sit() as seat:
        await seat.type("/status away")
        await seat.press("enter")
        assert [one.status for one in talk.asked(StatusAsked)] == ["away"]
        assert "◐ away" in seat.lines[0]
        await seat.pilot.click("#header", offset=(115, 0))
        await seat.settle()
        assert seat.text == "/status "
        assert "● online" in "\n".join(seat.lines[25:])


async def test_what_is_in_view_is_read_and_what_is_not_is_not(sit, talk):
    async with sit() as seat:
        shown = talk.says("bob", "visible")
        await seat.settle()
        assert [(one.scope, one.message_id) for one in talk.asked(Seen)] == [(LOBBY, shown)]
        assert [one.message_id for one in talk.sent("chat.read")] == [shown]
        talk.says("bob", "elsewhere", TEAM)
        await seat.settle()
        assert len(talk.asked(Seen)) == 1


async def test_nothing_is_read_while_the_terminal_is_elsewhere(sit, talk):
    async with sit() as seat:
        seat.app.post_message(AppBlur())
        await seat.settle()
        shown = talk.says("bob", "unseen")
        await seat.settle()
        assert talk.asked(Seen) == []
        seat.app.post_message(AppFocus())
        await seat.settle()
        assert [one.message_id for one in talk.asked(Seen)] == [shown]


async def test_reading_by_hand_where_receipts_are_manual(sit, talk, look):
    async with sit(look=look(receipts="manual")) as seat:
        shown = talk.says("bob", "visible")
        await seat.settle()
        assert talk.asked(Seen) == []
        await seat.press("alt+r")
        assert [one.message_id for one in talk.asked(Seen)] == [shown]


async def test_receipts_without_focus_where_visible_is_enough(sit, talk, look):
    async with sit(look=look(receipts="visible")) as seat:
        seat.app.post_message(AppBlur())
        await seat.settle()
        talk.says("bob", "visible")
        await seat.settle()
        assert len(talk.asked(Seen)) == 1


async def test_typing_goes_on_when_the_room_list_had_the_focus_and_is_folded_away(sit):
    async with sit((80, 24)) as seat:
        seat.chat.rooms.focus()
        await seat.pilot.resize_terminal(60, 20)
        await seat.settle()
        await seat.type("hello")
        assert seat.text == "hello"


async def test_the_room_that_is_open_is_in_sight_in_a_long_list(sit, talk):
    listed = tuple(RoomListed(f"network:r{number}", f"a{number:02}") for number in range(40))
    talk.session.feed(RoomsListed(listed, "many", talk.at))
    async with sit((80, 24)) as seat:
        assert "▌# lobby" in seat.shown
        await seat.type("/open a00")
        await seat.press("enter")
        assert "▌# a00" in seat.shown
        await seat.type("/open team")
        await seat.press("enter")
        assert "▌# team" in seat.shown


async def test_a_draft_is_marked_where_it_is_out_of_sight(sit, talk):
    async with sit() as seat:
        await seat.type("half a sentence")
        seat.chat.room.box.keep_draft()
        await seat.settle()
        assert "✎" not in seat.shown
        await seat.press("alt+down")
        line = next(one for one in seat.lines if "# lobby" in one)
        assert "✎" in line


async def test_a_draft_of_a_thread_is_marked_once_the_thread_is_closed(sit, talk):
    talk.says("bob", "shall we?")
    async with sit() as seat:
        await seat.press("escape", "r")
        await seat.type("half a reply")
        seat.chat.thread.box.keep_draft()
        await seat.settle()
        assert "✎" not in seat.shown
        await seat.press("alt+t")
        assert "✎" in next(one for one in seat.lines if "▌# lobby" in one)
