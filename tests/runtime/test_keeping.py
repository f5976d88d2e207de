"""Settings that change quickly: each is written in the end as it was last."""

import asyncio

from wschat_tui.runtime.keeping import Keeper
from wschat_tui.runtime.services import Outcome
from wschat_tui.runtime.tasks import Tasks


async def test_values_that_come_while_one_is_written_are_written_once():
    written, told, free = [], [], asyncio.Event()
    tasks = Tasks(told.append)

    async def write(key, value):
        await free.wait()
        written.append((key, value))
        return Outcome(value != 3, "It could not be kept.")

    keeper = Keeper(write, told.append, tasks)
    await keeper.settle()
    keeper.keep("volume", 1)
    await asyncio.sleep(0)
    for value in (2, 3):
        keeper.keep("volume", value)
    keeper.keep("talking", "push")
    free.set()
    await keeper.settle()
    assert written == [("volume", 1), ("volume", 3), ("talking", "push")]
    assert told == ["It could not be kept."]
    keeper.keep("volume", 4)
    await keeper.settle()
    assert written[-1] == ("volume", 4)
    await tasks.close()
