from types import SimpleNamespace

import av
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from wschat_tui.media.intake import Intake
from wschat_tui.media.statistics import Passed


@pytest.fixture
def clock():
    """Seconds that a test sets."""
    return SimpleNamespace(now=1_000.0)


@pytest.fixture
def told():
    return []


@pytest.fixture
def taking(told, clock):
    gear = SimpleNamespace(theirs=SimpleNamespace(put=lambda frame: None), speaker=None)
    return Intake(
        gear,
        Passed(),
        flows=lambda: told.append("flows"),
        picture=told.append,
        record=lambda frame: None,
        clock=lambda: clock.now,
    )


class Track:
    """Gives frames, then ends."""

    def __init__(self, *frames):
        self.frames = list(frames)

    async def recv(self):
        if not self.frames:
            raise MediaStreamError
        return self.frames.pop(0)


def sound():
    made = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.int16), format="s16", layout="mono")
    made.sample_rate = 48_000
    return made


def picture():
    return av.VideoFrame(64, 48, "yuv420p")


async def test_the_first_media_and_those_after_a_silence_are_told(taking, told, clock):
    for moment in (0, 1, 2, 10, 11):
        clock.now = 1_000 + moment
        await taking.read(Track(sound()))
    assert told == ["flows", "flows"]


async def test_pictures_end_where_only_sound_still_comes(taking, told, clock):
    await taking.read(Track(picture(), sound()))
    for moment in (1, 2, 2.5):
        clock.now = 1_000 + moment
        await taking.read(Track(sound()))
        taking.look(may_come=True)
    assert told == ["flows", True, False]
    await taking.read(Track(picture()))
    assert told[-1] is True


async def test_pictures_do_not_end_where_the_whole_line_is_silent(taking, told, clock):
    await taking.read(Track(picture(), sound()))
    clock.now += 60
    taking.look(may_come=True)
    assert told == ["flows", True]


async def test_pictures_without_any_sound_end_after_a_while(taking, told, clock):
    await taking.read(Track(picture()))
    clock.now += 1.5
    taking.look(may_come=True)
    assert told[-1] is True
    clock.now += 1.5
    taking.look(may_come=True)
    taking.look(may_come=True)
    assert told == ["flows", True, False]


async def test_pictures_end_at_once_where_it_was_agreed_that_none_come(taking, told, clock):
    await taking.read(Track(picture(), sound()))
    taking.look(may_come=False)
    assert told[-1] is False
