"""Blocks of sound: loudness, mixing, and frames of any kind brought to one."""

import av
import numpy as np
import pytest

from wschat_tui.media.blocks import RATE, SAMPLES, Resampler, frame_of, louder, mixed


def block(value: int) -> np.ndarray:
    return np.full(SAMPLES, value, np.int16)


def test_a_block_may_be_made_louder_than_it_can_be_and_is_cut_off() -> None:
    assert louder(block(20_000), 2, 2).max() == 32767
    assert louder(block(-20_000), 2, 2).min() == -32768
    assert louder(block(1000), 0.5, 0.5)[0] == 500


def test_loudness_changes_over_a_block_and_not_at_once() -> None:
    faded = louder(block(10_000), 1, 0)
    assert faded[0] == 10_000
    assert faded[-1] == 0
    assert np.abs(np.diff(faded.astype(int))).max() <= 11


def test_two_blocks_are_heard_at_once() -> None:
    assert mixed(block(100), block(23))[0] == 123
    assert mixed(block(30_000), block(30_000))[0] == 32767


def test_a_frame_says_where_it_belongs() -> None:
    frame = frame_of(block(5), 4800)
    assert (frame.sample_rate, frame.samples, frame.layout.name) == (RATE, SAMPLES, "mono")
    assert float(frame.pts * frame.time_base) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("layout", "rate"), [("stereo", 48_000), ("mono", 8000), ("stereo", 44_100)]
)
def test_any_frame_becomes_samples_of_one_channel(layout, rate, pitch_of) -> None:
    channels = 2 if layout == "stereo" else 1
    resampler, parts = Resampler(), []
    for number in range(50):
        at = np.arange(number * rate // 50, (number + 1) * rate // 50)
        wave = (5000 * np.sin(2 * np.pi * 500 * at / rate)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(
            np.repeat(wave, channels).reshape(1, -1), format="s16", layout=layout
        )
        frame.sample_rate, frame.pts = rate, number * 7
        parts.append(resampler.samples(frame))
    samples = np.concatenate(parts)
    assert len(samples) == pytest.approx(RATE, abs=200)
    assert pitch_of(samples[-24_000:]) == pytest.approx(500, abs=3)
    assert samples.max() == pytest.approx(5000, rel=0.05)


def test_frames_that_change_their_kind_are_taken_as_they_come() -> None:
    resampler = Resampler()
    mono = frame_of(block(100), 0)
    stereo = av.AudioFrame.from_ndarray(np.full((1, 2 * 882), 100, np.int16), "s16", "stereo")
    stereo.sample_rate = 44_100
    assert len(resampler.samples(mono)) == SAMPLES
    assert len(resampler.samples(stereo)) > 0
    assert len(resampler.samples(mono)) == SAMPLES


class Watched:
    """A frame that another thread may be encoding: nothing of it may be changed, for no moment."""

    def __init__(self, frame):
        object.__setattr__(self, "_frame", frame)

    def __getattr__(self, name):
        return getattr(self._frame, name)

    def __setattr__(self, name, value):
        raise AssertionError(f"{name} was changed")


def test_a_frame_that_others_use_is_left_as_it_is() -> None:
    assert len(Resampler().samples(Watched(frame_of(block(100), 4800)))) == SAMPLES
