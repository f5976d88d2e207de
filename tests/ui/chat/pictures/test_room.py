"""The chat screen as a whole, at every size: empty, lively, crowded, and with a thread."""

import pytest

from wschat_tui.state.server_inputs import MemberListed, RoomListed, RoomsListed

pytestmark = pytest.mark.snapshot
SIZES = ("60x20", "80x24", "120x36", "200x60")


@pytest.mark.parametrize("size", SIZES)
def test_first_paint_before_anything_is_known(picture, size):
    assert picture(size, session=False)


@pytest.mark.parametrize("size", SIZES)
def test_empty_room(picture, size):
    assert picture(size)


@pytest.mark.parametrize("size", SIZES)
def test_lively_room(picture, lively, size):
    assert picture(size)


@pytest.mark.parametrize("size", SIZES)
def test_thread_beside_its_room_or_in_its_place(picture, lively, size):
    async def reply(seat):
        await seat.press("escape", "k", "k", "k", "r")
        await seat.type("I will")

    assert picture(size, reply)


@pytest.mark.parametrize("size", SIZES[1:])
def test_crowd_of_40_rooms_60_people_and_2000_messages(picture, story, size):
    crowd(story)
    assert picture(size)


def crowd(story):
    """Many of everything, with names of many lengths."""
    rooms = tuple(RoomListed(f"network:r{n}", name_of_room(n)) for n in range(38))
    story.talk.session.feed(RoomsListed(rooms, "crowd", story.talk.at))
    statuses = ("online", "away", "busy", "offline")
    story.members(
        *(
            MemberListed(f"guest{n}", f"guest {n} {'of the long table' * (n % 7 == 0)}".strip(), s)
            for n in range(59)
            for s in (statuses[n % 4],)
        ),
        MemberListed("alice", "alice", "online"),
    )
    story.at("08:00")
    words = "all of these words are said again and again until the room is full of them"
    page = [story.message(f"guest{n // 3 % 59}", words[: n * 37 % 73 + 3]) for n in range(2000)]
    story.talk.at = int(story.clock.timestamp() * 1000)
    story.talk.hear(*(("chat.message", one) for one in page))
    for n in range(38):
        for _ in range(n * n % 11):
            story.talk.says("guest1", "hello", f"network:r{n}")


def name_of_room(number):
    return f"{('design', 'infra', 'a room with quite a long name', 'QA')[number % 4]}-{number}"
