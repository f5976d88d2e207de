"""A thread with an event loop of its own, so that a slow terminal cannot stutter the sound."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

T = TypeVar("T")

CLEARING = 2.0
"""Seconds between two passes of the collector."""

_cleared = 0.0


class MediaLoop:
    """Begins with the first work given to it, ends when there is none, and may begin again."""

    def __init__(
        self, busy: Callable[[], bool], on_fault: Callable[[str, BaseException | None], None]
    ) -> None:
        """Both are called in the thread; `on_fault` hears what nobody waited for."""
        self._busy = busy
        self._on_fault = on_fault
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._threads: list[threading.Thread] = []
        self._coming = 0
        self._working: set[asyncio.Task[Any]] = set()
        self._closed = False

    @property
    def runs(self) -> bool:
        """There is a thread, with work to do."""
        return self._loop is not None

    def post(self, call: Callable[..., object], *arguments: object) -> None:
        """Call in the thread, in the order posted; from any thread. Ignored once closed."""
        with self._lock:
            if not self._closed:
                self._coming += 1
                self._ensure().call_soon_threadsafe(self._arrive, call, arguments)

    async def run(self, work: Callable[[], Coroutine[Any, Any, T]], closed: T) -> T:
        """Run in the thread, and wait in the loop that asks; `closed` where there is no more."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        asked = future.get_loop()

        def begin() -> None:
            task = asyncio.get_running_loop().create_task(work(), name="asked from outside")
            self._working.add(task)
            task.add_done_callback(self._worked)
            task.add_done_callback(lambda done: _answer(asked, future, done))

        with self._lock:
            if self._closed:
                return closed
            self._coming += 1
            self._ensure().call_soon_threadsafe(self._arrive, begin, ())
        return await future

    def rest(self) -> None:
        """End the thread if there is nothing to do; in the thread alone."""
        with self._lock:
            if self._loop is None or self._coming or self._working or self._busy():
                return
            self._loop.stop()
            self._loop = None

    async def close(self) -> None:
        """Cancel what is left, end the loop and wait for the thread; from another loop."""
        with self._lock:
            self._closed = True
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
            self._loop = None
            threads = self._threads
        for thread in threads:
            await asyncio.to_thread(thread.join)

    def _arrive(self, call: Callable[..., object], arguments: tuple[object, ...]) -> None:
        self._came()
        call(*arguments)

    def _came(self) -> None:
        with self._lock:
            self._coming -= 1

    def _worked(self, task: asyncio.Task[Any]) -> None:
        self._working.discard(task)
        self.rest()

    def _ensure(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._loop.set_exception_handler(self._faulted)
            thread = threading.Thread(target=_serve, args=(self._loop,), name="media", daemon=True)
            self._threads = [*filter(threading.Thread.is_alive, self._threads), thread]
            thread.start()
        return self._loop

    def _faulted(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._on_fault(str(context.get("message", "")), context.get("exception"))


def _answer(
    asked: asyncio.AbstractEventLoop, future: asyncio.Future[T], done: asyncio.Task[T]
) -> None:
    """In the thread; a loop that has ended meanwhile wants no answer."""
    with contextlib.suppress(RuntimeError):
        asked.call_soon_threadsafe(_settle, future, done)


def _settle(future: asyncio.Future[T], done: asyncio.Task[T]) -> None:
    if future.done():
        return
    if done.cancelled():
        future.cancel()
    elif (fault := done.exception()) is not None:
        future.set_exception(fault)
    else:
        future.set_result(done.result())


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    workers = ThreadPoolExecutor(thread_name_prefix="media work")
    loop.set_default_executor(workers)
    try:
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        asyncio.set_event_loop(None)
        # A name that is still being looked up holds up nobody: its thread ends by itself.
        workers.shutdown(wait=False, cancel_futures=True)
        loop.close()
        _clear_away()


def _clear_away() -> None:
    """Free what a call left in rings of objects: with it go the threads of its filters and codecs.

    Nobody waits for anything when a call has just ended. Many short calls share one pass.
    """
    global _cleared  # noqa: PLW0603  the collector is the whole program's, too
    now = time.monotonic()
    if now - _cleared > CLEARING:
        _cleared = now
        gc.collect()
