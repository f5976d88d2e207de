"""Messages that are older than the settings allow go at the start, once a day."""

import asyncio

import pytest

from wschat_tui.state.history.archive_effects import KeepMessages, ReadPage
from wschat_tui.storage.archive.expiry import DAY, expire

NOW = 100 * DAY


@pytest.fixture
def aged(archives, note):
    """Keep messages of so many days ago, each with its age as its name; closed."""

    async def keep(*days):
        kept = await archives()
        told = tuple(note(NOW - round(age * DAY), body=f"of {age} days") for age in days)
        kept.run(KeepMessages(told))
        await kept.archive.close()

    return keep


async def test_what_is_older_goes(aged, archives, history_file):
    await aged(50, 31.5, 29, 1)
    assert await asyncio.to_thread(expire, history_file, 30, NOW) == 2
    assert await asyncio.to_thread(expire, history_file, 30, NOW) == 0
    kept = await archives()
    page = await kept.answer(ReadPage("network:n1", "newest"))
    assert [one.body for one in page.messages] == ["of 29 days", "of 1 days"]


@pytest.mark.parametrize(("ages", "days"), [((30.5, 2), 30), ((50,), 0), ((), 30)])
async def test_nothing_goes_that_is_hardly_older_or_where_all_is_kept(
    aged, history_file, ages, days
):
    await aged(*ages)
    assert await asyncio.to_thread(expire, history_file, days, NOW) == 0


async def test_a_history_that_another_has_open_waits_for_another_start(
    aged, archives, history_file
):
    await aged(50)
    other = await archives()
    assert await asyncio.to_thread(expire, history_file, 30, NOW) == 0
    await other.archive.close()
    assert await asyncio.to_thread(expire, history_file, 30, NOW) == 1


def test_no_file_and_a_broken_one_are_left_to_who_opens_them(history_file):
    assert expire(history_file, 30, NOW) == 0
    history_file.parent.mkdir(parents=True, exist_ok=True)
    history_file.write_bytes(b"this is no history " * 500)
    assert expire(history_file, 30, NOW) == 0
    assert history_file.read_bytes().startswith(b"this is no history")
