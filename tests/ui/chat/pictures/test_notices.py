"""Notices at the edge of the screen."""

import pytest

from wschat_tui.state.effects import Notify

pytestmark = pytest.mark.snapshot
LONG = (
    "You cannot join vault: only moderators and admins of this server may enter it, and you are "
    "neither of them. Nothing else changed."
)


@pytest.mark.parametrize("size", ["60x20", "80x24"])
def test_notices_of_every_level(picture, lively, size):
    async def happen(seat):
        seat.talk.says("mia", "@alice can you look at the staging server?", "network:team")
        seat.talk.session.say(Notify("Posted in team."))
        seat.talk.session.say(Notify("The server asks for fewer messages.", "warning"))
        seat.talk.session.say(Notify(LONG, "error"))

    assert picture(size, happen)
