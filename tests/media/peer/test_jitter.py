import random
from fractions import Fraction

import av
import numpy as np
import pytest
from aiortc import RTCRtpReceiver
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as some

from wschat_tui.media.gaps import FADED, LONGEST, Gaps
from wschat_tui.media.jitter import SoundBuffer, quicken


def packet(number):
    made = RtpPacket(sequence_number=number % 65_536, timestamp=number * 960)
    made._data = b"%d" % number
    return made


def handed_on(numbers):
    """What comes out after each packet that goes in."""
    out = []
    buffer = SoundBuffer(lambda packet, frame: out.append(int(frame.data)))
    after = []
    for number in numbers:
        assert buffer.add(packet(number)) == (False, None)
        after.append(list(out))
    return after


def test_each_packet_is_handed_on_as_it_comes():
    assert handed_on([5, 6, 7]) == [[5], [5, 6], [5, 6, 7]]


def test_a_lost_packet_holds_up_one_other_and_nothing_after_it():
    after = handed_on([1, 2, 4, 5, 6])
    assert after == [[1], [1, 2], [1, 2], [1, 2, 4, 5], [1, 2, 4, 5, 6]]


def test_the_buffer_that_it_replaces_stays_late_for_good():
    """Why there is this one at all: were it mended, this would be the place to notice."""
    buffer = JitterBuffer(capacity=16, prefetch=4)
    lag = []
    for number in range(200):
        if number != 50:
            _, frame = buffer.add(packet(number))
            lag.append(number - int(frame.data) if frame else None)
    assert lag[40] <= 4
    assert lag[-1] >= 14


def test_two_packets_that_changed_places_are_put_right():
    assert handed_on([1, 3, 2, 4])[-1] == [1, 2, 3, 4]


def test_a_packet_that_comes_after_its_turn_is_left_out():
    assert handed_on([1, 3, 4, 2, 5])[-1] == [1, 3, 4, 5]
    assert handed_on([1, 2, 2, 1, 3])[-1] == [1, 2, 3]


def test_numbers_go_round():
    assert handed_on([65_534, 65_535, 65_536, 65_537])[-1] == [65_534, 65_535, 65_536, 65_537]
    assert handed_on([65_535, 65_537, 65_538])[-1] == [65_535, 65_537, 65_538]


def test_a_stream_that_begins_anew_is_followed_at_once():
    assert handed_on([1, 2, 30_000, 30_001, 30_002])[-1][-2:] == [30_001, 30_002]
    assert handed_on([30_000, 30_001, 5, 6, 7])[-1][-2:] == [6, 7]


@given(some.lists(some.integers(0, 65_535), min_size=1, max_size=60))
def test_no_order_of_packets_makes_it_hold_more_than_one_or_hand_on_a_packet_twice(numbers):
    out = []
    buffer = SoundBuffer(lambda packet, frame: out.append(int(frame.data)))
    for number in numbers:
        buffer.add(packet(number))
        assert len(buffer._held) <= 1
    assert len(out) <= len(numbers)


def test_of_many_losses_each_costs_itself_alone():
    chance = random.Random(5)
    sent = [number for number in range(5_000) if chance.random() > 0.05]
    assert handed_on(sent)[-1][:-1] == sent[:-1] or handed_on(sent)[-1] == sent


def test_the_receiver_of_this_aiortc_has_what_is_replaced():
    """If this fails, a new aiortc looks different inside: see `media/jitter.py`."""
    receiver = RTCRtpReceiver("audio", _Transport())
    assert quicken(receiver)
    assert isinstance(receiver._RTCRtpReceiver__jitter_buffer, SoundBuffer)


class _Transport:
    state = "new"


@pytest.fixture(autouse=True)
async def loop():
    """aiortc makes events when it is asked for a receiver."""


def frame(position, value=1000):
    sound = np.full((1, 1920), value, np.int16)
    made = av.AudioFrame.from_ndarray(sound, format="s16", layout="stereo")
    made.sample_rate = 48_000
    made.pts = position * 960
    made.time_base = Fraction(1, 48_000)
    return made


def loudness(piece):
    return int(np.abs(piece.to_ndarray()).max())


def test_sound_without_gaps_passes_as_it_is():
    gaps = Gaps()
    frames = [frame(number) for number in range(5)]
    assert [piece for one in frames for piece in gaps.closed(one)] == frames
    assert gaps.filled == 0


def test_what_is_missing_is_made_of_what_came_before_and_fades():
    gaps = Gaps()
    list(gaps.closed(frame(0)))
    *made, last = gaps.closed(frame(6))
    assert [loudness(piece) for piece in made] == [750, 500, 250, 0, 0]
    assert FADED == 3
    assert loudness(last) == 1000
    assert {piece.samples for piece in made} == {960}
    assert gaps.filled == 5


def test_a_frame_that_comes_after_its_place_was_filled_is_left_out():
    gaps = Gaps()
    list(gaps.closed(frame(0)))
    assert len(list(gaps.closed(frame(2)))) == 2
    assert list(gaps.closed(frame(1))) == []
    assert len(list(gaps.closed(frame(3)))) == 1


def test_a_pause_is_not_filled_and_what_follows_goes_on():
    gaps = Gaps()
    list(gaps.closed(frame(0)))
    assert len(list(gaps.closed(frame(LONGEST + 5)))) == 1
    assert len(list(gaps.closed(frame(LONGEST + 6)))) == 1


def test_a_clock_that_is_set_back_is_followed():
    gaps = Gaps()
    list(gaps.closed(frame(1_000)))
    assert len(list(gaps.closed(frame(3)))) == 1
    assert len(list(gaps.closed(frame(4)))) == 1


def test_a_frame_without_a_time_passes():
    gaps = Gaps()
    timeless = frame(0)
    timeless.pts = None
    assert list(gaps.closed(timeless)) == [timeless]
    assert len(list(gaps.closed(frame(9)))) == 1
