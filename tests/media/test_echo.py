"""The speaker's sound taken out of the microphone's: wired where it is asked for, told where not."""

import importlib.util
import sys
import types

import numpy as np
import pytest

from wschat_tui.media.blocks import RATE, SAMPLES
from wschat_tui.media.setup import Setup
from wschat_tui.media.sources.echo import MISSING, PIECE, Canceller, cancel_echo

HAS_LIVEKIT = importlib.util.find_spec("livekit") is not None


def ends() -> tuple[types.SimpleNamespace, types.SimpleNamespace]:
    """A track and a speaker, as far as echoes go."""
    return types.SimpleNamespace(clear=len), types.SimpleNamespace(played=len)


@pytest.fixture
def livekit(monkeypatch):
    """In place of the package: takes from each piece of 10 ms the mean of what was played last."""
    last: list[int] = [0]

    class Frame:
        def __init__(self, data, rate, channels, samples) -> None:
            assert (rate, channels, samples) == (RATE, 1, PIECE)
            self.data = data

    class Module:
        def __init__(self, **options) -> None:
            assert options["echo_cancellation"]

        def set_stream_delay_ms(self, delay) -> None: ...

        def process_reverse_stream(self, frame) -> None:
            last[0] = int(np.frombuffer(frame.data, np.int16).mean())

        def process_stream(self, frame) -> None:
            frame.data[:] = (np.frombuffer(frame.data, np.int16) - last[0]).tobytes()

    module = types.ModuleType("livekit.rtc")
    module.AudioFrame, module.AudioProcessingModule = Frame, Module
    monkeypatch.setitem(sys.modules, "livekit", types.ModuleType("livekit"))
    monkeypatch.setitem(sys.modules, "livekit.rtc", module)


def test_echoes_are_left_alone_unless_asked() -> None:
    sound, speaker = ends()
    assert cancel_echo(Setup(), sound, speaker) == ""
    assert (sound.clear, speaker.played) == (None, None)


def test_without_the_package_a_sentence_says_what_helps(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "livekit.rtc", None)
    sound, speaker = ends()
    assert cancel_echo(Setup(echo_cancel=True), sound, speaker) == MISSING
    assert "headphones" in MISSING


@pytest.mark.usefixtures("livekit")
def test_what_is_played_is_taken_out_of_what_is_heard() -> None:
    sound, speaker = ends()
    assert cancel_echo(Setup(echo_cancel=True), sound, speaker) == ""
    speaker.played(np.full(700, 25, np.int16))
    assert set(sound.clear(np.full(SAMPLES, 100, np.int16))) == {75}


@pytest.mark.usefixtures("livekit")
def test_what_is_played_comes_in_any_length() -> None:
    canceller = Canceller()
    for size in (1, 479, 480, 1000, 3):
        canceller.far(np.full(size, 40, np.int16))
    assert set(canceller.near(np.full(SAMPLES, 100, np.int16))) == {60}


@pytest.mark.skipif(not HAS_LIVEKIT, reason="the optional package livekit is not installed")
def test_a_real_canceller_silences_a_real_echo() -> None:
    rng = np.random.default_rng(3)
    played = (rng.normal(0, 3000, RATE * 4)).astype(np.int16)
    echo = np.concatenate((np.zeros(RATE * 6 // 100, np.int16), played))[: len(played)] // 2
    canceller, left = Canceller(), []
    for at in range(0, len(played), SAMPLES):
        canceller.far(played[at : at + SAMPLES])
        left.append(canceller.near(echo[at : at + SAMPLES]))
    late = slice(2 * RATE, None)
    power = np.mean(np.concatenate(left)[late].astype(float) ** 2)
    assert 10 * np.log10(np.mean(echo[late].astype(float) ** 2) / max(power, 1e-9)) > 20
