"""The speaker: frames in, sound out, another device while it plays."""

import asyncio

import av
import numpy as np
import pytest

from wschat_tui.media.blocks import BYTES, RATE, SAMPLES, frame_of
from wschat_tui.media.setup import Setup
from wschat_tui.media.sinks import speaker as speaker_module
from wschat_tui.media.sinks.speaker import Speaker
from wschat_tui.media.sources.tones import PITCH, Tone

pytestmark = pytest.mark.usefixtures("leaves_nothing")


def frame(value: int, samples: int = SAMPLES) -> av.AudioFrame:
    return frame_of(np.full(samples, value, np.int16), 0)


async def soon(condition) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it did not happen")


@pytest.fixture
async def speaker(sound_system):
    opened = Speaker(Setup())
    await opened.ready(5)
    yield opened
    await opened.gone()


def play(sound_system, size: int = BYTES) -> np.ndarray:
    return np.frombuffer(sound_system.card.hook(size), np.int16)


async def test_what_comes_is_played(sound_system, speaker) -> None:
    for value in (1, 2, 3):
        speaker.take(frame(value))
    assert [set(play(sound_system)) for _ in range(4)] == [{1}, {2}, {3}, {0}]
    assert speaker.gaps == 0
    assert speaker.notice == ""


async def test_both_channels_are_heard(sound_system, speaker) -> None:
    both = np.empty((1, 2 * SAMPLES), np.int16)
    both[:, ::2], both[:, 1::2] = 3000, 1000
    stereo = av.AudioFrame.from_ndarray(both, format="s16", layout="stereo")
    stereo.sample_rate = RATE
    for _ in range(4):
        speaker.take(stereo)
    assert play(sound_system)[100:].mean() == pytest.approx(2000, abs=20)


async def test_volume_and_level(sound_system, speaker) -> None:
    for _ in range(6):
        speaker.take(frame(8000))
    speaker.volume = 200
    play(sound_system)
    assert set(play(sound_system)) == {16000}
    assert speaker.level == pytest.approx(0.9, abs=0.03)
    speaker.close()
    assert speaker.level == 0


async def test_what_is_played_is_told_for_the_echo(sound_system, speaker) -> None:
    played = []
    speaker.played = played.append
    for _ in range(3):
        speaker.take(frame(7))
    play(sound_system)
    assert [set(block) for block in played] == [{7}]


async def test_another_device_plays_on(sound_system, speaker) -> None:
    first = sound_system.card
    for value in (1, 2, 3, 4):
        speaker.take(frame(value))
    assert set(play(sound_system)) == {1}
    speaker.use(Setup(speaker="headset"))
    await speaker.ready(5)
    await soon(lambda: not first.open)
    assert sound_system.card.id == "headset"
    assert set(play(sound_system)) == {2}
    assert not any(first.hook(BYTES))


async def test_a_closed_speaker_is_silent_at_once(sound_system, speaker) -> None:
    for _ in range(4):
        speaker.take(frame(7))
    card = sound_system.card
    speaker.close()
    assert not any(card.hook(BYTES))


async def test_without_a_device_calls_go_on_unheard(sound_system) -> None:
    sound_system.speakers.clear()
    speaker = Speaker(Setup())
    await speaker.ready(5)
    assert speaker.notice == (
        "No speaker (no sound server answers): nothing is heard here. Plug one"
        " in, or start a sound server such as PipeWire or PulseAudio; it is then used at once."
    )
    for _ in range(10):
        speaker.take(frame(700))
    await soon(lambda: speaker.level > 0)
    await speaker.gone()


async def test_a_tone_comes_out_as_it_went_in(pitch_of) -> None:
    speaker, tone = Speaker(Setup(fake=True)), Tone()
    for number in range(40):
        speaker.take(frame_of(await tone.block(), number * SAMPLES))
    await soon(lambda: len(speaker.heard()) >= 0.8 * RATE)
    await speaker.gone()
    heard = speaker.heard()
    begin = np.flatnonzero(heard)[0]
    assert pitch_of(heard[begin : begin + RATE // 2]) == pytest.approx(PITCH, abs=2)


async def test_memory_holds_what_was_heard_last(monkeypatch) -> None:
    monkeypatch.setattr(speaker_module, "REMEMBERED", SAMPLES)
    speaker = Speaker(Setup(fake=True))
    await soon(lambda: len(speaker.heard()) > 0)
    for _ in range(5):
        await asyncio.sleep(0.02)
        assert len(speaker.heard()) <= SAMPLES
    await speaker.gone()
