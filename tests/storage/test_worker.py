import asyncio
import subprocess
import sys
import threading

import pytest

from wschat_tui.storage.worker import Late, Worker


async def test_a_call_runs_in_a_daemon_thread_of_its_own():
    def who():
        return threading.current_thread()

    thread = await Worker("wschat-test", 5).call(who)
    assert (thread.name, thread.daemon) == ("wschat-test", True)
    assert thread is not threading.current_thread()


async def test_what_it_raises_is_raised_to_the_caller():
    def fail():
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        await Worker("wschat-test", 5).call(fail)


async def test_a_held_call_is_late_and_so_are_those_after_it_until_it_ends():
    release, worker, started = threading.Event(), Worker("wschat-test", 0.05), []

    def held():
        started.append(threading.current_thread())
        release.wait()

    assert await worker.call(held) == Late(0.05)
    assert await worker.call(lambda: started.append("second")) == Late(0.05)
    release.set()
    await asyncio.to_thread(started[0].join)
    assert await worker.call(lambda: 7) == 7
    assert len(started) == 1


async def test_a_held_call_that_fails_later_disturbs_nobody():
    release, worker, started = threading.Event(), Worker("wschat-test", 0.05), []

    def held():
        started.append(threading.current_thread())
        release.wait()
        raise ValueError("too late")

    assert isinstance(await worker.call(held), Late)
    release.set()
    await asyncio.to_thread(started[0].join)
    assert await worker.call(lambda: 7) == 7


async def test_calls_go_one_at_a_time():
    worker, running, most = Worker("wschat-test", 5), [], []

    def work():
        running.append(1)
        most.append(len(running))
        running.pop()

    await asyncio.gather(*(worker.call(work) for _ in range(20)))
    assert most == [1] * 20


async def test_a_cancelled_caller_leaves_the_thread_to_itself():
    release, entered, worker = threading.Event(), threading.Event(), Worker("wschat-test", 60)

    def held():
        entered.set()
        release.wait()

    async with asyncio.TaskGroup() as group:
        call = group.create_task(worker.call(held), name="call")
        await asyncio.to_thread(entered.wait)
        call.cancel()
    assert isinstance(await worker.call(lambda: 7), Late)
    release.set()


def test_a_held_call_does_not_hold_up_the_exit():
    code = """
import asyncio, threading
from wschat_tui.storage.worker import Worker
print(asyncio.run(Worker("held", 0.05).call(threading.Event().wait)))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "Late(seconds=0.05)\n", "")
