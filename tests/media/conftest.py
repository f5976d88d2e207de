"""What tests of media share: nothing left behind, and films made here."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from wschat_tui.media.cards import keeper
from wschat_tui.media.cards.kinds import Found, NoCard

OWN = ("picture", "film", "sound device", "no sound device", "recording", "speaker")
"""Names of the threads that sources and sinks begin."""


def own_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name in OWN]


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def leaves_nothing() -> Iterator[None]:
    """Fail a test that leaves a thread of a source or a sink, or an open file, behind it."""
    before = open_files()
    yield
    until = time.monotonic() + 5
    while own_threads() and time.monotonic() < until:
        time.sleep(0.01)
    assert own_threads() == []
    # The loop of an async test is closed after its fixtures are: its own files are three.
    assert open_files() <= before + 3


@pytest.fixture
def until() -> Callable[..., object]:
    """Wait for a condition, in a thread or outside a loop."""

    def wait(condition: Callable[[], object], seconds: float = 10.0) -> object:
        end = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.005)
        return found

    return wait


@pytest.fixture
def pitch_of() -> Callable[..., float]:
    """The strongest frequency of samples, in hertz."""

    def measured(samples: np.ndarray, rate: int = 48_000) -> float:
        window = np.hanning(len(samples))
        spectrum = np.abs(np.fft.rfft(samples * window))
        spectrum[: round(30 * len(samples) / rate)] = 0
        return float(np.argmax(spectrum)) * rate / len(samples)

    return measured


@pytest.fixture
def make_film(tmp_path: Path) -> Callable[..., Path]:
    """Write a small film: red, then blue from its middle on, with a tone."""

    def film(
        name: str = "film.mkv",
        seconds: float = 1.0,
        *,
        rate: int = 20,
        pitch: float | None = 1000.0,
        colours: tuple[str, ...] = ("red", "blue"),
        size: tuple[int, int] = (161, 121),
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w") as out:
            streams = {}
            if colours:
                # Without loss of odd sizes or colours.
                streams["picture"] = out.add_stream("ffv1", rate=rate)
                streams["picture"].width, streams["picture"].height = size
                streams["picture"].pix_fmt = "bgr0"
            if pitch is not None:
                streams["sound"] = out.add_stream("pcm_s16le", rate=44_100, layout="stereo")
            values = {"red": (255, 0, 0), "blue": (0, 0, 255), "green": (0, 255, 0)}
            for number in range(round(seconds * rate) if colours else 0):
                pixels = np.empty((size[1], size[0], 3), np.uint8)
                colour = colours[number * len(colours) // round(seconds * rate)]
                pixels[:] = values[colour]
                frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                frame.pts = number
                out.mux(streams["picture"].encode(frame))
            if pitch is not None:
                at = np.arange(round(seconds * 44_100))
                wave = (8000 * np.sin(2 * np.pi * pitch * at / 44_100)).astype(np.int16)
                both = np.repeat(wave, 2).reshape(1, -1)
                for begin in range(0, len(wave), 1024):
                    part = both[:, 2 * begin : 2 * (begin + 1024)]
                    sound = av.AudioFrame.from_ndarray(part, format="s16", layout="stereo")
                    sound.sample_rate, sound.pts = 44_100, begin
                    out.mux(streams["sound"].encode(sound))
            for stream in streams.values():
                out.mux(stream.encode(None))
        return path

    return film


@dataclass(eq=False)
class FakeCard:
    """An open device. Its hook is called by the test."""

    id: str
    hook: Callable[[Any], Any]
    open: bool = True

    def close(self) -> None:
        self.open = False


@dataclass
class FakeSystem:
    """A sound system whose devices a test plugs in and pulls out."""

    microphones: list[str] = field(default_factory=lambda: ["inside", "headset"])
    speakers: list[str] = field(default_factory=lambda: ["inside", "headset"])
    why: str = "no sound server answers"
    opened: list[FakeCard] = field(default_factory=list)

    @property
    def card(self) -> FakeCard | None:
        """The device that is open now."""
        return next((card for card in reversed(self.opened) if card.open), None)

    def found(self, kind: str) -> list[Found]:
        names = self.microphones if kind == "microphone" else self.speakers
        if not names:
            raise NoCard(self.why)
        return [Found(name, f"The {name} one") for name in names]

    def hear(self, id: str, hear: Callable[[bytes], None]) -> FakeCard:
        return self._open("microphone", id, hear)

    def play(self, id: str, give: Callable[[int], bytes]) -> FakeCard:
        return self._open("speaker", id, give)

    def _open(self, kind: str, id: str, hook: Callable[[Any], Any]) -> FakeCard:
        names = [found.id for found in self.found(kind)]
        if id and id not in names:
            raise NoCard("it is not there")
        self.opened.append(FakeCard(id or names[0], hook))
        return self.opened[-1]


@pytest.fixture
def sound_system(monkeypatch: pytest.MonkeyPatch) -> FakeSystem:
    """In place of the machine's own, and quicker to notice what is plugged in or pulled out."""
    system = FakeSystem()
    monkeypatch.setattr(keeper, "SYSTEMS", (lambda: system,))
    monkeypatch.setattr(keeper, "TICK", 0.01)
    monkeypatch.setattr(keeper, "AGAIN", 0.05)
    return system
