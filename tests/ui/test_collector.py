"""The long pass of the garbage collector waits until nothing is drawn."""

import asyncio
import gc

import pytest

from wschat_tui.ui.collector import ENOUGH, Collector


@pytest.fixture
def collector_off():
    """The world as `wschat` starts the screen in it; put back as it was."""
    thresholds = gc.get_threshold()
    gc.disable()
    gc.unfreeze()
    yield
    gc.freeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def passes(generation=2):
    return gc.get_stats()[generation]["collections"]


def make_worthwhile():
    for _ in range(ENOUGH):
        gc.collect(1)


async def until(true):
    for _ in range(2000):
        if true():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it did not come true")


async def test_it_begins_where_the_collector_was_kept_off(collector_off):
    assert gc.get_freeze_count() == 0
    collector = Collector()
    collector.begin()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 10_000
    assert gc.get_threshold()[2] == 1_000_000


async def test_where_the_collector_is_on_nothing_is_touched():
    before = gc.get_threshold()
    collector = Collector(rest=0)
    collector.begin()
    make_worthwhile()
    seen = passes()
    collector.drew()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (gc.get_threshold(), passes()) == (before, seen)


async def test_the_long_pass_comes_when_nothing_was_drawn_for_a_while(collector_off):
    collector = Collector(rest=0.02)
    collector.begin()
    make_worthwhile()
    before = passes()
    collector.drew()
    assert passes() == before
    await until(lambda: passes() == before + 1)


async def test_it_waits_as_long_as_frames_are_drawn(collector_off):
    collector = Collector(rest=0.05)
    collector.begin()
    make_worthwhile()
    before, loop = passes(), asyncio.get_running_loop()
    last = loop.time()
    for _ in range(20):
        collector.drew()
        last = loop.time()
        await asyncio.sleep(0.01)
        # Where this machine slept longer than the rest, the pass may have come.
        if loop.time() - last > 0.04:
            return
    assert passes() == before
    await until(lambda: passes() == before + 1)


async def test_it_does_not_wait_for_ever(collector_off):
    collector = Collector(rest=0.02, longest=0)
    collector.begin()
    make_worthwhile()
    before = passes()

    def draw_and_see():
        collector.drew()
        return passes() > before

    await until(draw_and_see)


async def test_little_to_collect_is_left(collector_off):
    collector = Collector(rest=0)
    collector.begin()
    collector.drew()
    make_worthwhile()
    collector.drew()
    before = passes()
    await until(lambda: passes() == before + 1)
    collector.drew()
    assert collector._due is None


async def test_stopped_it_collects_no_more(collector_off):
    collector = Collector(rest=0)
    collector.begin()
    make_worthwhile()
    before = passes()
    collector.drew()
    collector.stop()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert passes() == before
