import asyncio
from fractions import Fraction

import av
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.video.frame import PictureType

from wschat_tui.media.outgoing import Outgoing


class Source(MediaStreamTrack):
    """Gives the frames that a test puts in."""

    kind = "audio"

    def __init__(self, *frames):
        super().__init__()
        self.frames = asyncio.Queue()
        for frame in frames:
            self.frames.put_nowait(frame)

    async def recv(self):
        frame = await self.frames.get()
        if isinstance(frame, Exception):
            raise frame
        return frame


def sound(position):
    made = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.int16), format="s16", layout="mono")
    made.sample_rate = 48_000
    made.pts = position
    made.time_base = Fraction(1, 48_000)
    return made


def picture(pts, base=Fraction(1, 1000)):
    made = av.VideoFrame(64, 48, "yuv420p")
    made.pts, made.time_base = pts, base
    made.pict_type = PictureType.I
    return made


@pytest.fixture
def seen():
    return []


@pytest.fixture
def outgoing(seen):
    return lambda kind: Outgoing(kind, seen.append)


async def test_time_runs_on_where_one_source_follows_another(outgoing, seen):
    track = outgoing("audio")
    track.feed(Source(sound(90_000), sound(90_960)))
    first, second = await track.recv(), await track.recv()
    assert second.pts == first.pts + 960
    track.feed(Source(sound(0), sound(960)))
    third, fourth = await track.recv(), await track.recv()
    assert third.pts >= second.pts + 960
    assert fourth.pts == third.pts + 960
    assert seen == [first, second, third, fourth]


async def test_pictures_ask_for_no_key_frames_and_are_timed_in_the_clock_of_video(outgoing):
    track = outgoing("video")
    track.feed(Source(picture(0), picture(40)))
    first, second = await track.recv(), await track.recv()
    assert first.pict_type == second.pict_type == PictureType.NONE
    assert first.time_base == Fraction(1, 90_000)
    assert second.pts - first.pts == 3600


async def test_pictures_whose_time_stands_still_are_sent_with_one_that_moves(outgoing):
    track = outgoing("video")
    track.feed(Source(picture(5), picture(5), picture(3)))
    times = [(await track.recv()).pts for _ in range(3)]
    assert times == sorted(set(times))


async def test_without_a_source_it_waits_for_one(outgoing):
    track = outgoing("audio")
    waiting = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    assert not waiting.done()
    track.feed(Source(sound(0)))
    assert (await waiting).samples == 960


async def test_a_source_that_gives_nothing_is_left_for_another_at_once(outgoing):
    track = outgoing("audio")
    silent = Source()
    track.feed(silent)
    waiting = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    track.feed(Source(sound(0)))
    assert (await waiting).samples == 960
    assert silent.readyState == "live"


@pytest.mark.parametrize("fault", [MediaStreamError(), OSError("unplugged")])
async def test_a_source_that_ends_or_fails_does_not_end_the_sender(outgoing, fault):
    track = outgoing("audio")
    track.feed(Source(fault))
    waiting = asyncio.create_task(track.recv())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    track.feed(Source(sound(0)))
    assert (await waiting).samples == 960


async def test_a_sender_that_is_cancelled_stays_cancelled(outgoing):
    track = outgoing("audio")
    track.feed(Source())
    waiting = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_track_that_was_stopped_gives_nothing_more(outgoing):
    track = outgoing("audio")
    track.feed(Source(sound(0)))
    track.stop()
    with pytest.raises(MediaStreamError):
        await track.recv()
