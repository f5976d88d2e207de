"""The message cursor, and what the hint line offers where it stands."""

import pytest

from wschat_tui.state.server_inputs import MemberListed

pytestmark = pytest.mark.snapshot


@pytest.fixture
def said(story):
    story.post("bob", "something of bob's")
    story.post("bob", "and a second line under the same heading")
    story.deliver("something of mine")
    story.post("carol", "see https://chat.example.org/wiki, or ask @dave")
    return story


@pytest.mark.parametrize("size", ["60x20", "80x24"])
def test_cursor_on_a_message_of_another(picture, said, size):
    async def stand(seat):
        await seat.press("escape")

    assert picture(size, stand)


def test_cursor_on_mine(picture, said):
    async def stand(seat):
        await seat.press("escape", "k")

    assert picture("80x24", stand)


def test_cursor_of_a_moderator_on_a_message_of_another(picture, said):
    said.members(MemberListed("alice", "alice", "online", "moderator"), MemberListed("bob", "bob"))

    async def stand(seat):
        await seat.press("escape", "k", "k")

    assert picture("80x24", stand)


def test_cursor_with_the_vim_preset(picture, said):
    async def stand(seat):
        await seat.press("escape")

    assert picture("80x24", stand, preset="vim")
