"""The room list and the people: counts, drafts, direct chats, closed doors, devices."""

import pytest

from wschat_tui.state.inputs import DraftKept, LeaveAsked
from wschat_tui.state.server_inputs import MemberListed, RoomListed, RoomsListed

pytestmark = pytest.mark.snapshot


@pytest.fixture
def busy(story):
    """Rooms of every kind, with all that their rows can say."""
    talk = story.talk
    listed = (
        RoomListed("network:lobby", "lobby"),
        RoomListed("network:team", "team"),
        RoomListed("network:vault", "vault"),
        RoomListed("network:garden", "garden"),
        RoomListed("network:long", "a room whose name is far too long for the list"),
    )
    talk.session.feed(RoomsListed(listed, "more", talk.at))
    operations = talk.session.state.operations.values()
    vault = next(one.op_id for one in operations if one.scope == "network:vault")
    talk.refuse(vault, "Only moderators may enter")
    talk.session.feed(LeaveAsked("leave", talk.at, "network:garden"))
    for number in range(3):
        talk.says("carol", f"hello {number}", "network:team")
    talk.says("mia", "@alice please", "network:team")
    for number in range(1234):
        talk.says("bob", f"flood {number}", "network:long")
    story.hear("presence.update", user_id="bob", status="online")
    story.hear("presence.update", user_id="alice", status="busy")
    talk.says("bob", "psst", "dm:alice:bob")
    talk.says("dave", "are you there?", "dm:alice:dave")
    talk.session.feed(DraftKept("dm:alice:dave", "", "not ye"))
    talk.session.feed(DraftKept("network:team", "", "I think"))
    story.post("bob", "the room that is open")
    return story


def test_unread_mentions_drafts_and_direct_chats(picture, busy):
    assert picture("80x24")


def test_rooms_over_the_messages(picture, busy):
    async def show(seat):
        await seat.press("f3", "down")

    assert picture("60x20", show)


def test_unread_elsewhere_is_told_where_the_rooms_are_folded(picture, busy):
    assert picture("60x20")


def test_cursor_in_the_room_list(picture, busy):
    async def go(seat):
        seat.chat.rooms.focus()
        await seat.press("down", "down")

    assert picture("80x24", go)


def test_room_that_i_may_not_enter(picture, busy):
    async def go(seat):
        await seat.type("/join vault")
        await seat.press("enter")
        seat.talk.refuse(seat.talk.op_of("room.join"), "Only moderators may enter")

    assert picture("80x24", go)


def test_room_that_i_have_left_is_joined_again(picture, busy):
    async def go(seat):
        seat.chat.rooms.focus()
        await seat.press("up", "enter")

    assert picture("80x24", go)


def test_direct_chat(picture, busy):
    busy.hear("device.online", user_id="bob", device_id="b1", platform="linux")
    busy.hear("device.online", user_id="bob", device_id="b2", platform="ios")
    busy.go("dm:alice:bob").deliver("yes?")
    assert picture("80x24")


def people(story):
    """Somebody of every status, with devices, roles and long names."""
    story.members(
        MemberListed("alice", "alice", "online"),
        MemberListed("bob", "bob", "online"),
        MemberListed("carol", "carol", "away"),
        MemberListed("dave", "dave", "offline"),
        MemberListed("mia", "mia", "busy", "moderator"),
        MemberListed("root", "root", "online", "admin"),
        MemberListed("eight", "somebody whose name does not fit", "online"),
        MemberListed("nine", "日本語の長い名前です", "away"),
        MemberListed("ten", "ten", "on the phone"),
    )
    for user, devices in (("bob", 3), ("mia", 1), ("eight", 12)):
        for number in range(devices):
            story.hear("device.online", user_id=user, device_id=f"d{number}", platform="linux")
    story.type("carol")


def test_people_with_devices_and_statuses(picture, story):
    people(story)
    assert picture("120x36")


def test_people_over_the_messages(picture, story):
    people(story)

    async def show(seat):
        await seat.press("f4", "down")

    assert picture("80x24", show)
