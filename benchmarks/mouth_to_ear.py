"""How long a word takes from one side's microphone to the other's speaker, and how it sounds.

`python -m benchmarks mouth-to-ear` prints a table. Two real clients call each other over the
bundled server; each has devices of a private PulseAudio, and both ends are recorded beside each
other. Compared with it: the same devices joined inside the sound server, by its own loopback.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import worlds
from benchmarks.tables import Table, ratio, save

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RATE = 48_000
WORDS = "This is a test of the terminal call. One two three four five. Can you hear me now?"
NEEDED = ("pulseaudio", "pactl", "paplay", "parec", "espeak-ng")

PART = RATE * 2 // 5
"""Samples that are compared at once."""
SEARCHED = RATE * 3 // 2

TARGET = 200.0
"""Milliseconds that a call may take: what people notice in a conversation begins above it."""
LIKENESS_TARGET = 0.9

MODULES = (
    "module-native-protocol-unix",
    "module-null-sink sink_name=mouth rate=48000 channels=1",
    "module-null-sink sink_name=ear rate=48000 channels=1",
    "module-null-sink sink_name=nowhere rate=48000 channels=1",
)

LATENCY = "--latency-msec=20"
RAW = ("--raw", "--rate=48000", "--format=s16le", "--channels=1")


@dataclass(frozen=True)
class Way:
    """How words arrived."""

    lags: list[float]
    """Milliseconds, of each part of what was spoken."""
    likeness: list[float]
    """Correlation of each part and what was heard, at its lag."""
    gaps: int | None = None
    """Times of over 60 ms without sound that the client counted."""


@contextlib.contextmanager
def sound_server(folder: Path) -> Iterator[dict[str, str]]:
    """A PulseAudio of our own; gives the variables by which programs find it."""
    runtime = folder / "pulse"
    runtime.mkdir(mode=0o700)
    env = {key: value for key, value in os.environ.items() if not key.startswith("PULSE_")}
    env |= {"PULSE_RUNTIME_PATH": str(runtime), "HOME": str(folder)}
    loads = [part for module in MODULES for part in ("-L", module)]
    options = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", *loads]
    with subprocess.Popen(
        ["pulseaudio", *options], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            while not _answers(env):
                assert server.poll() is None, "pulseaudio does not start here"
                time.sleep(0.1)
            yield env
        finally:
            server.terminate()


def _answers(env: dict[str, str]) -> bool:
    asked = subprocess.run(["pactl", "info"], check=False, env=env, capture_output=True)
    return asked.returncode == 0


class Recorder:
    """What a device plays, and when the first of it was heard, on this machine's clock."""

    def __init__(self, env: dict[str, str], device: str) -> None:
        command = ["parec", LATENCY, *RAW, "-d", f"{device}.monitor"]
        self._process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE)
        self._data = bytearray()
        self.began = float("inf")
        """Seconds; of all pieces that came, the one that came with the least delay says it."""
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        while not self._data:
            time.sleep(0.01)

    def stop(self) -> np.ndarray:
        """All of it."""
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        return np.frombuffer(bytes(self._data[: len(self._data) // 2 * 2]), "<i2").astype(float)

    def _run(self) -> None:
        assert self._process.stdout is not None
        while piece := os.read(self._process.stdout.fileno(), 4096):
            self._data += piece
            self.began = min(self.began, time.monotonic() - len(self._data) / 2 / RATE)


def spoken(folder: Path) -> Path:
    """The words, at the rate of a call."""
    subprocess.run(["espeak-ng", "-w", folder / "spoken.wav", WORDS], check=True)
    with wave.open(str(folder / "spoken.wav")) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        at = np.arange(0, len(samples), file.getframerate() / RATE)
    path = folder / "speech.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.interp(at, np.arange(len(samples)), samples) / 2).astype("<i2"))
    return path


def listen(env: dict[str, str], speech: Path, rounds: int) -> Way:
    """Speak a number of times, and compare what both ends played."""
    way = Way([], [])
    for _ in range(rounds):
        mouth, ear = Recorder(env, "mouth"), Recorder(env, "ear")
        subprocess.run(["paplay", LATENCY, "-d", "mouth", speech], env=env, check=True)
        time.sleep(1.0)
        said, heard = mouth.stop(), ear.stop()
        shift = 1000 * (ear.began - mouth.began)
        for lag, likeness in compared(said, heard):
            way.lags.append(lag + shift)
            way.likeness.append(likeness)
    return way


def compared(said: np.ndarray, heard: np.ndarray) -> Iterator[tuple[float, float]]:
    """Milliseconds by which each loud part is behind, and how like it is then."""
    for begin in range(0, len(said) - PART, PART):
        part = said[begin : begin + PART]
        if part.std() < said.std() / 3:
            continue
        start = max(0, begin - SEARCHED)
        place = heard[start : begin + PART + SEARCHED]
        at = int(np.argmax(_correlated(place, part)))
        alike = float(np.corrcoef(part, place[at : at + PART])[0, 1])
        yield 1000 * (start + at - begin) / RATE, alike


def _correlated(place: np.ndarray, part: np.ndarray) -> np.ndarray:
    size = 1 << (len(place) + len(part)).bit_length()
    product = np.fft.irfft(np.fft.rfft(place, size) * np.conj(np.fft.rfft(part, size)), size)
    return product[: len(place) - len(part) + 1]


def through_a_call(env: dict[str, str], folder: Path, speech: Path, rounds: int) -> Way:
    """One side speaks, the other hears."""
    ends = {
        "alice": {"PULSE_SOURCE": "mouth.monitor", "PULSE_SINK": "nowhere"},
        "bob": {"PULSE_SOURCE": "nowhere.monitor", "PULSE_SINK": "ear"},
    }
    seconds = f"{20 + 12 * rounds}s"
    with contextlib.ExitStack() as stack:
        url, _ = stack.enter_context(worlds.mock())
        clients = {}
        for name, verb in (("bob", ("answer", "--auto")), ("alice", ("call", "bob"))):
            command = worlds.wschat(
                *verb, "--home", str(folder / name), "--server", url, "--audio", "--source", "mic",
                "--stats", "json", "--for", seconds,
            )  # fmt: skip
            told = {**env, **ends[name], "WSCHAT_TOKEN": f"dev:{name}"}
            clients[name] = stack.enter_context(
                subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True)
            )
            time.sleep(2)
        try:
            until_heard(clients["bob"])
            way = listen(env, speech, rounds)
            return Way(way.lags, way.likeness, until_heard(clients["bob"]))
        finally:
            for client in clients.values():
                client.terminate()


def until_heard(client: subprocess.Popen[str]) -> int:
    """Read figures until sound came; gives the gaps that were counted by then."""
    assert client.stdout is not None
    for line in client.stdout:
        stats = json.loads(line)
        stats = stats.get("stats", stats)
        if stats.get("sound_in"):
            return int(stats.get("gaps", 0))
    raise RuntimeError("the call ended before anything was heard")


def through_the_server(env: dict[str, str], speech: Path, rounds: int) -> Way:
    """The same devices, joined inside the sound server."""
    join = ("load-module", "module-loopback", "source=mouth.monitor", "sink=ear", "latency_msec=20")
    told = subprocess.run(["pactl", *join], env=env, check=True, capture_output=True, text=True)
    time.sleep(3)
    way = listen(env, speech, rounds)
    subprocess.run(["pactl", "unload-module", told.stdout.strip()], env=env, check=True)
    return way


def table(call: Way, loop: Way) -> Table:
    """Both ways beside each other."""
    shown = Table(
        "From mouth to ear", ("way", "ms", "95 %", "beside the loopback", "likeness", "gaps")
    )
    alone = statistics.median(loop.lags)
    for name, way in (("wschat, a call of sound", call), ("the sound server's own loopback", loop)):
        ms = statistics.median(way.lags)
        gaps = "" if way.gaps is None else way.gaps
        likeness = f"{statistics.median(way.likeness):.3f}"
        shown.add(
            name,
            f"{ms:.0f}",
            f"{np.percentile(way.lags, 95):.0f}",
            ratio(ms, alone),
            likeness,
            gaps,
        )
    shown.notes.append(
        f"Targets: {TARGET:.0f} ms, likeness {LIKENESS_TARGET}. Both devices ask for 20 ms."
    )
    return shown


def main(arguments: list[str]) -> int:
    """Measure, print, and keep it where asked."""
    parser = argparse.ArgumentParser(prog="benchmarks mouth-to-ear", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="times that the words are spoken")
    parser.add_argument("--save", action="store_true", help="write results/mouth-to-ear.json")
    options = parser.parse_args(arguments)
    lacking = [program for program in NEEDED if shutil.which(program) is None]
    if lacking:
        print(f"Left out: {', '.join(lacking)} is not installed here.")
        return 0
    with worlds.folder() as folder, sound_server(folder) as env:
        speech = spoken(folder)
        loop = through_the_server(env, speech, options.rounds)
        call = through_a_call(env, folder, speech, options.rounds)
    shown = table(call, loop)
    print(shown)
    if options.save:
        figures = {
            name: {"ms": way.lags, "likeness": way.likeness, "gaps": way.gaps}
            for name, way in (("call", call), ("loopback", loop))
        }
        save("mouth-to-ear", [shown], figures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
