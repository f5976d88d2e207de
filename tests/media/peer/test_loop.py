import asyncio
import threading
import time

import pytest

from wschat_tui.media.loop import MediaLoop


@pytest.fixture
async def made():
    """Makes loops; they are closed after the test. Gives the loop, its busyness and its faults."""
    loops = []

    def make():
        busy, faults = [False], []
        loop = MediaLoop(lambda: busy[0], lambda message, fault: faults.append((message, fault)))
        loops.append(loop)
        return loop, busy, faults

    yield make
    for loop in loops:
        await loop.close()


def threads():
    return [one for one in threading.enumerate() if one.name == "media"]


async def test_work_is_done_in_a_thread_of_its_own_in_the_order_given(made):
    loop, busy, _ = made()
    busy[0] = True
    seen = []
    for number in range(20):
        loop.post(lambda number=number: seen.append((number, threading.current_thread().name)))

    async def last():
        return threading.current_thread().name

    assert await loop.run(last, "") == "media"
    assert seen == [(number, "media") for number in range(20)]


async def test_it_rests_without_work_and_wakes_up_for_more(made, eventually):
    loop, _, _ = made()

    async def work():
        return 1

    assert await loop.run(work, 0) == 1
    await eventually(lambda: not threads())
    assert await loop.run(work, 0) == 1
    await eventually(lambda: not threads())


async def test_it_does_not_rest_while_somebody_is_busy_or_on_the_way(made, eventually):
    loop, busy, _ = made()
    busy[0] = True
    began, release = threading.Event(), asyncio.Event()

    async def work():
        began.set()
        return 2

    assert await loop.run(work, 0) == 2
    assert threads()
    busy[0] = False
    loop.post(loop.rest)
    await eventually(lambda: not threads())
    assert began.is_set()
    assert not release.is_set()


async def test_faults_reach_whoever_waits_and_those_of_nobody_the_handler(made, eventually):
    loop, busy, faults = made()
    busy[0] = True

    async def fail():
        msg = "no"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="no"):
        await loop.run(fail, None)
    loop.post(lambda: 1 / 0)
    await eventually(lambda: len(faults) == 1)
    assert isinstance(faults[0][1], ZeroDivisionError)


async def test_closing_cancels_what_is_left_and_later_work_is_refused(made):
    loop, busy, _ = made()
    busy[0] = True
    ended = []

    async def forever():
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(threading.current_thread().name)

    waiting = asyncio.create_task(loop.run(forever, None))
    await asyncio.sleep(0.05)
    await loop.close()
    assert ended == ["media"]
    with pytest.raises(asyncio.CancelledError):
        await waiting
    loop.post(lambda: ended.append("late"))
    assert await loop.run(forever, "closed") == "closed"
    assert ended == ["media"]
    assert not threads()


async def test_work_in_other_threads_holds_up_no_end(made):
    """Such as a name that a slow server is asked for."""
    loop, busy, _ = made()
    busy[0] = True
    release = threading.Event()

    async def look_up():
        asyncio.get_running_loop().run_in_executor(None, release.wait)

    await loop.run(look_up, None)
    began = time.monotonic()
    await loop.close()
    assert time.monotonic() - began < 5
    release.set()
