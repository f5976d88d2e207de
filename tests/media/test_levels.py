"""Meters, and whether a voice is heard."""

import numpy as np
import pytest

from wschat_tui.media.blocks import SAMPLES, silence
from wschat_tui.media.levels import CLOSES, HANG_OVER, OPENS, Meter, Voice, decibels, height


def loud(level: float) -> np.ndarray:
    """A square wave of so many decibels below full scale."""
    wave = np.full(SAMPLES, 32768 * 10 ** (level / 20))
    wave[::2] *= -1
    return np.clip(wave, -32768, 32767).astype(np.int16)


def test_decibels_are_counted_from_full_scale() -> None:
    assert decibels(loud(0)) == pytest.approx(0, abs=0.01)
    assert decibels(loud(-20)) == pytest.approx(-20, abs=0.1)
    assert decibels(silence()) == -60
    assert decibels(np.zeros(0, np.int16)) == -60


def test_a_meter_is_even_in_decibels() -> None:
    assert height(loud(0)) == pytest.approx(1, abs=0.01)
    assert height(loud(-30)) == pytest.approx(0.5, abs=0.01)
    assert height(silence()) == 0


def test_a_meter_rises_at_once_and_falls_slowly() -> None:
    meter = Meter()
    meter.take(loud(-6))
    top = meter.level
    assert top == pytest.approx(0.9, abs=0.01)
    meter.take(silence())
    assert 0.5 < meter.level < top
    for _ in range(30):
        meter.take(silence())
    assert meter.level < 0.02


def test_a_voice_takes_more_to_begin_than_to_go_on() -> None:
    voice, between = Voice(), (OPENS + CLOSES) / 2
    assert not voice.hears(loud(between))
    assert voice.hears(loud(OPENS + 1))
    assert all(voice.hears(loud(between)) for _ in range(3 * HANG_OVER))


def test_a_voice_is_still_heard_for_a_while_after_its_last_sound() -> None:
    voice = Voice()
    voice.hears(loud(OPENS + 1))
    heard = [voice.hears(loud(CLOSES - 1)) for _ in range(HANG_OVER + 3)]
    assert heard == [True] * (HANG_OVER - 1) + [False] * 4
