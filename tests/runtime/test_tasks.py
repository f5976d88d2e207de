"""Tasks are owned: a failure is told, and closing waits until all have ended."""

import asyncio

from wschat_tui.runtime.tasks import Tasks


async def test_what_raises_is_told():
    told = asyncio.get_running_loop().create_future()

    async def fail():
        raise ValueError("ours")

    Tasks(told.set_result).start(fail(), "failing")
    assert isinstance(await told, ValueError)


async def test_closing_cancels_and_waits():
    faults, ended = [], []

    async def work():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    tasks = Tasks(faults.append)
    task = tasks.start(work(), "working")
    await asyncio.sleep(0)
    await tasks.close()
    assert (task.get_name(), ended, faults) == ("working", [True], [])


async def test_a_task_can_close_its_own_owner():
    tasks = Tasks(lambda fault: None)
    done = asyncio.Event()

    async def work():
        await tasks.close()
        done.set()

    tasks.start(work(), "closing")
    await done.wait()
