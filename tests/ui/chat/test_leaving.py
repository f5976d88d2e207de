"""Leaving: nobody loses a message by a key."""

import pytest
from textual.widgets import Static

from wschat_tui.state.history.archive_inputs import ArchiveOpened, ArchiveStalled
from wschat_tui.state.inputs import LinkDown
from wschat_tui.ui.screens.confirm import ConfirmScreen
from wschat_tui.ui.sheets import ProfileChosen


@pytest.fixture
def stranded(sit, talk):
    """A seat whose link is down, with one message that waits."""

    async def strand(seat):
        talk.session.feed(LinkDown("Lost.", talk.at, seat.program.clock + 7_000, 1))
        await seat.press(*"hello", "enter")
        return seat

    return strand


async def test_nothing_waits_so_nothing_is_asked(sit, talk):
    async with sit() as seat:
        await seat.press(*"/quit", "escape")
        await seat.press("enter")
        await seat.pilot.pause()
    assert talk.wire.closed


async def test_a_message_that_waits_is_asked_about_and_kept(sit, talk, stranded):
    async with sit() as seat:
        await stranded(seat)
        await seat.press("ctrl+q")
        assert "1 message of yours" in seat.shown
        await seat.press("enter")
        assert not isinstance(seat.app.screen, ConfirmScreen)
        assert "hello" in seat.shown
        assert not talk.wire.closed
        await seat.press("ctrl+q")
        await seat.pilot.press("y")
        await seat.pilot.pause()
    assert talk.wire.closed


async def test_asked_again_while_the_question_stands_it_leaves(sit, talk, stranded):
    async with sit() as seat:
        await stranded(seat)
        await seat.press("ctrl+q")
        assert isinstance(seat.app.screen, ConfirmScreen)
        await seat.pilot.press("ctrl+q")
        await seat.pilot.pause()
    assert talk.wire.closed


async def test_another_profile_is_asked_about_too(sit, talk, stranded):
    async with sit() as seat:
        await stranded(seat)
        seat.app.post_message(ProfileChosen("work"))
        await seat.settle()
        assert isinstance(seat.app.screen, ConfirmScreen)
        await seat.press("n")
        assert "work" not in seat.program.opened


async def test_a_draft_is_asked_about(sit, talk):
    async with sit() as seat:
        await seat.type("half a thought")
        await seat.press("ctrl+q")
        assert "1 draft has not been sent" in seat.shown
        await seat.press("enter")
        assert seat.text == "half a thought"
    assert talk.wire.closed


async def test_what_is_on_the_disk_needs_no_question_and_is_told_at_the_end(sit, talk, stranded):
    talk.session.feed(ArchiveOpened(at=talk.at))
    async with sit() as seat:
        await stranded(seat)
        await seat.type("half a thought")
        await seat.pilot.press("ctrl+q")
        await seat.pilot.pause()
    assert talk.wire.closed
    assert seat.app.left_behind == (
        "1 message of yours has not been taken by the server yet; "
        "it is kept, and goes out when wschat runs again."
    )


@pytest.mark.parametrize(
    "told",
    [
        (ArchiveOpened(at=0, writable=False),),
        (ArchiveOpened(at=0), ArchiveStalled("The disk is full.")),
    ],
)
async def test_where_the_disk_takes_nothing_the_question_stands(sit, talk, stranded, told):
    """F21, F22."""
    talk.session.feed(*told)
    async with sit() as seat:
        await stranded(seat)
        await seat.press("ctrl+q")
        assert isinstance(seat.app.screen, ConfirmScreen)
        detail = seat.app.screen.query_one("#detail", Static).content.plain
        assert detail.startswith("What is not sent is kept only while the program runs.")
        await seat.press("n")
    assert seat.app.left_behind == ""
