"""How the screen says that what happens is not kept, or not here (rows F21 and F22)."""

import pytest

from wschat_tui.state.history.archive_inputs import ArchiveFailed, ArchiveOpened, ArchiveStalled

FULL = "The history is not being written, as the disk is full."


@pytest.mark.parametrize(
    ("told", "sign"),
    [
        ((ArchiveOpened(at=0, writable=False),), "⚠ history open elsewhere"),
        ((ArchiveFailed("The history cannot be opened."),), "⚠ history not kept"),
        ((ArchiveOpened(at=0), ArchiveStalled(FULL)), "⚠ nothing new is kept"),
    ],
)
@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_the_header_says_so_as_long_as_it_lasts(sit, talk, told, sign, size):
    talk.session.feed(*told)
    async with sit(size=size) as seat:
        assert sign in seat.shown


async def test_the_header_says_nothing_while_all_is_well(sit, talk):
    talk.session.feed(ArchiveOpened(at=0), ArchiveStalled(FULL), ArchiveStalled(""))
    async with sit() as seat:
        assert "⚠" not in seat.shown


async def test_a_disk_that_fills_up_is_told_in_one_sentence(sit, talk):
    talk.session.feed(ArchiveOpened(at=0))
    async with sit() as seat:
        talk.session.feed(ArchiveStalled(FULL))
        await seat.settle()
        assert [one.message for one in seat.app._notifications] == [FULL]
