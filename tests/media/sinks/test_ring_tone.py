"""Tones of a call: right in pitch and pause, soft, and silent at once."""

import asyncio

import numpy as np
import pytest

from wschat_tui.media.blocks import BYTES, RATE
from wschat_tui.media.setup import Setup
from wschat_tui.media.sinks import ring_tone
from wschat_tui.media.sinks.ring_tone import RingTone, samples

pytestmark = pytest.mark.usefixtures("leaves_nothing")


async def soon(condition) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    pytest.fail("it did not happen")


def play(card, seconds: float) -> np.ndarray:
    data = b"".join(card.hook(BYTES) for _ in range(round(seconds * 50)))
    return np.frombuffer(data, np.int16)


def test_the_tone_of_a_call_that_goes_out_is_a_telephones(pitch_of) -> None:
    tune = samples("outgoing")
    assert len(tune) == 5 * RATE
    assert pitch_of(tune[:RATE]) == pytest.approx(425, abs=1)
    assert not tune[RATE:].any()


def test_the_tone_of_a_call_that_comes_in_rises_and_pauses(pitch_of) -> None:
    tune = samples("incoming")
    assert pitch_of(tune[: RATE // 5]) == pytest.approx(659, abs=6)
    assert pitch_of(tune[RATE // 4 : RATE // 2]) == pytest.approx(831, abs=6)
    assert not tune[-RATE:].any()


@pytest.mark.parametrize("tune", ring_tone.NOTES)
def test_tones_are_soft_and_do_not_click(tune) -> None:
    wave = samples(tune).astype(int)
    assert 2000 < np.abs(wave).max() < 5000
    assert np.abs(np.diff(wave)).max() < 600
    assert wave[0] == 0


async def test_a_tone_sounds_over_and_over_until_it_is_off(sound_system) -> None:
    ring = RingTone(Setup())
    ring.play("outgoing")
    await soon(lambda: sound_system.card)
    card = sound_system.card
    sound = play(card, 6.0)
    assert sound[: RATE // 2].any()
    assert not sound[RATE : 5 * RATE].any()
    assert sound[5 * RATE :].any()
    ring.play("off")
    assert not play(card, 0.1).any()
    await soon(lambda: not card.open)
    await ring.gone()


async def test_one_tone_takes_the_place_of_another(sound_system) -> None:
    ring = RingTone(Setup(speaker_volume=50))
    ring.play("outgoing")
    await soon(lambda: sound_system.card)
    first = sound_system.card
    ring.play("incoming")
    await soon(lambda: sound_system.card not in {None, first})
    assert not play(first, 0.1).any()
    sound = play(sound_system.card, 1).astype(int)
    assert np.abs(sound - samples("incoming")[:RATE] / 2).max() <= 1
    await ring.gone()
    assert sound_system.card is None


async def test_without_a_speaker_a_tone_is_no_trouble(sound_system) -> None:
    sound_system.speakers.clear()
    ring = RingTone(Setup())
    ring.play("incoming")
    ring.play("off")
    await ring.gone()


async def test_the_speaker_can_be_tried() -> None:
    assert await ring_tone.test_tone(Setup(backend="null")) == ""


async def test_a_try_without_a_speaker_says_what_is_missing(sound_system) -> None:
    sound_system.speakers.clear()
    notice = await ring_tone.test_tone(Setup())
    assert notice.startswith("No speaker (no sound server answers)")


async def test_a_try_ends_though_the_device_never_plays(sound_system, monkeypatch) -> None:
    monkeypatch.setattr(ring_tone, "TESTING", 0.05)
    assert await ring_tone.test_tone(Setup()) == ""
