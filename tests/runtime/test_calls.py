"""The media edge: loaded at the first use, ordered in turn, heard through a hop between threads."""

import asyncio
import threading
from dataclasses import replace

import pytest

from wschat_tui.media.setup import Setup
from wschat_tui.runtime.calls import CallMedia
from wschat_tui.runtime.tasks import Tasks
from wschat_tui.state.calls.call_effects import CloseMedia, OpenMedia, Ring, SetMicrophone
from wschat_tui.state.calls.call_inputs import CallsKnown, MediaConnected, MediaEnded
from wschat_tui.state.calls.call_views import Device, Levels

OPEN = OpenMedia("c1", "audio")
CLOSE = CloseMedia("c1")
HEADSET = Device("microphone", "headset", "The headset")


class FakeEngine:
    """Notes what it is told."""

    def __init__(self, setup, tell):
        self.setup, self.tell = setup, tell
        self.ran, self.chosen = [], []
        self.closed = False

    def run(self, order):
        self.ran.append(order)

    async def close(self):
        self.closed = True

    def picture(self, side, columns, rows, ability):
        return (side, columns, rows, ability)

    def levels(self):
        return Levels(0.5, 0.25, True)

    async def devices(self):
        return (HEADSET,)

    def choose(self, kind, id):
        self.chosen.append((kind, id))

    def set_volume(self, kind, percent):
        self.chosen.append((kind, percent))

    def set_talking(self, mode):
        self.chosen.append(("talking", mode))

    def push(self, on):
        self.chosen.append(("push", on))

    async def preview(self, on, shows="", what=""):
        return f"preview {on} {shows}"

    async def test_tone(self):
        return "tone"


class Trial:
    """A media edge whose engine comes when the test lets it."""

    def __init__(self, clock, answer="", **more):
        self.fed, self.kept, self.faults = [], [], []
        self.made = None
        self.answer = answer
        self.here = asyncio.Event()
        self.tasks = Tasks(self.faults.append)
        keep = lambda key, value: self.kept.append((key, value))  # noqa: E731
        self.media = CallMedia(
            self._make, Setup(), self.fed.append, keep, self.tasks, clock, **more
        )

    async def _make(self, setup, tell):
        await self.here.wait()
        if self.answer:
            return self.answer
        self.made = FakeEngine(setup, tell)
        return self.made

    async def arrive(self):
        """Let the engine come, or the sentence."""
        self.here.set()
        await asyncio.gather(*self.tasks._running)


@pytest.fixture
async def trial(clock):
    made = []

    def start(**more):
        made.append(Trial(clock, **more))
        return made[-1]

    yield start
    for one in made:
        await one.media.close()
        await one.tasks.close()
        assert one.faults == []


async def test_nothing_is_loaded_before_the_first_use(trial):
    one = trial()
    assert one.media.picture("theirs", 10, 5, "256") is None
    assert one.media.levels() == Levels()
    one.media.push(True)
    assert (one.media.volume("speaker"), one.media.talking) == (100, "open")
    assert not one.tasks._running


async def test_orders_wait_for_the_engine_and_keep_their_order(trial):
    one = trial()
    one.media.run(OPEN)
    one.media.run(SetMicrophone("c1", False))
    assert one.media.busy
    await one.arrive()
    one.media.run(CLOSE)
    assert one.made.ran == [OPEN, SetMicrophone("c1", False), CLOSE]
    assert not one.media.busy


async def test_the_end_of_another_call_leaves_this_one_busy(trial):
    one = trial()
    one.media.run(OPEN)
    one.media.run(CloseMedia("other"))
    assert one.media.busy


async def test_news_come_in_order_and_in_the_sessions_thread(trial):
    one = trial()
    one.media.run(OPEN)
    await one.arrive()
    threads = set()
    feed, done = one.fed.append, asyncio.Event()

    def note(item):
        threads.add(threading.current_thread())
        feed(item)
        if len(one.fed) == 50:
            done.set()

    one.media._feed = note
    told = [MediaConnected("c1", at) for at in range(50)]
    teller = threading.Thread(target=lambda: [one.made.tell(item) for item in told])
    teller.start()
    await done.wait()
    teller.join()
    assert one.fed == told
    assert threads == {threading.current_thread()}


async def test_without_the_packages_calls_end_with_the_sentence(trial, clock):
    one = trial(answer="There are no calls here.")
    one.media.run(Ring("incoming"))
    one.media.run(OPEN)
    await one.arrive()
    known = CallsKnown(False, "There are no calls here.")
    ended = MediaEnded("c1", "op0001", clock.now(), "unsupported", "There are no calls here.")
    assert one.fed == [known, ended]
    one.media.run(replace(OPEN, call="c2"))
    assert one.fed[2:] == [replace(ended, call="c2", op_id="op0002")]
    assert await one.media.preview(True) == "There are no calls here."
    assert await one.media.test_tone() == "There are no calls here."
    assert await one.media.devices() == ()


async def test_what_asks_the_devices_loads_the_engine(trial):
    one = trial()
    asking = asyncio.gather(
        one.media.devices(), one.media.preview(True, "camera"), one.media.test_tone()
    )
    await asyncio.sleep(0)
    await one.arrive()
    assert await asking == [(HEADSET,), "preview True camera", "tone"]
    assert one.media.picture("mine", 10, 5, "256") == ("mine", 10, 5, "256")
    assert one.media.levels() == Levels(0.5, 0.25, True)


async def test_a_choice_is_kept_and_reaches_an_engine_that_comes_later(trial):
    one = trial()
    one.media.run(OPEN)
    await asyncio.sleep(0)
    one.media.choose("camera", "/dev/video1")
    one.media.set_volume("speaker", 500)
    one.media.set_talking("push")
    await one.arrive()
    assert one.made.chosen == [
        ("camera", "/dev/video1"),
        ("microphone", 100),
        ("speaker", 200),
        ("talking", "push"),
    ]
    one.made.chosen.clear()
    one.media.choose("screen", ":1")
    one.media.set_volume("microphone", -5)
    one.media.set_talking("voice")
    one.media.push(True)
    assert one.made.chosen == [
        ("screen", ":1"),
        ("microphone", 0),
        ("talking", "voice"),
        ("push", True),
    ]
    assert one.kept == [
        ("calls.camera", "/dev/video1"),
        ("calls.speaker_volume", 200),
        ("calls.talking", "push"),
        ("calls.screen", ":1"),
        ("calls.microphone_volume", 0),
        ("calls.talking", "voice"),
    ]
    assert (one.media.volume("microphone"), one.media.talking) == (0, "voice")


async def test_who_wants_no_ringing_hears_none_and_the_engine_is_there_all_the_same(trial):
    one = trial(rings=False)
    one.media.run(Ring("incoming"))
    await one.arrive()
    one.media.run(Ring("off"))
    assert one.made.ran == []


async def test_closing_ends_the_engine_and_what_is_told_after_it_is_not_heard(trial):
    one = trial()
    one.media.run(OPEN)
    await one.arrive()
    await one.media.close()
    one.made.tell(MediaConnected("c1", 1))
    one.media.run(CLOSE)
    await asyncio.sleep(0)
    assert one.made.closed
    assert (one.fed, one.made.ran) == ([], [OPEN])
    assert await one.media.devices() == ()


async def test_closing_while_the_engine_is_made_makes_none(trial):
    one = trial()
    one.media.run(OPEN)
    await asyncio.sleep(0)
    await one.media.close()
    assert one.made is None
    assert not one.tasks._running


def test_news_after_the_loop_is_gone_are_dropped(clock):
    async def begin():
        return Trial(clock).media

    media = asyncio.run(begin())
    media._tell(MediaConnected("c1", 1))
