"""Real speech from one end of a connection to the other: what comes out is what went in."""

import asyncio
import shutil
import subprocess
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.mediastreams import MediaStreamError

from wschat_tui.media.blocks import RATE
from wschat_tui.media.cards.miniaudio import Miniaudio
from wschat_tui.media.devices import devices
from wschat_tui.media.setup import Setup
from wschat_tui.media.sinks.ring_tone import test_tone as play_test_tone
from wschat_tui.media.sinks.speaker import Speaker
from wschat_tui.media.sources.sound import open_sound

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("leaves_nothing")]

WORDS = "This is a test of the terminal call. One two three four."
WINDOW = RATE // 5
TRIES = 3
"""A machine that is busy with other tests may tear any one of them."""


@pytest.fixture(scope="module")
def speech(tmp_path_factory) -> Path:
    """A spoken sentence at the rate of a call; without a synthesizer, its tests are left out."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    folder = tmp_path_factory.mktemp("speech")
    subprocess.run(["espeak-ng", "-w", folder / "spoken.wav", WORDS], check=True)
    with wave.open(str(folder / "spoken.wav")) as file:
        spoken = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        at = np.arange(0, len(spoken), file.getframerate() / RATE)
    samples = (np.interp(at, np.arange(len(spoken)), spoken) / 2).astype(np.int16)
    with wave.open(str(folder / "speech.wav"), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return folder / "speech.wav"


def samples_of(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)


def likeness(spoken: np.ndarray, heard: np.ndarray) -> list[float]:
    """How like what was heard is to each loud part of what was spoken, wherever it is found.

    Part by part, because a busy machine may leave a hole between two of them.
    """
    spoken, heard = spoken.astype(float), heard.astype(float)
    energy = np.concatenate(([0], np.cumsum(heard**2)))
    found = []
    for begin in range(0, len(spoken) - WINDOW, WINDOW):
        part = spoken[begin : begin + WINDOW]
        if part.std() < 0.3 * spoken.std():
            continue
        size = 1 << (len(heard) + WINDOW).bit_length()
        product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(part, size)), size)
        lags = np.arange(len(heard) - WINDOW)
        power = np.sqrt(np.maximum(energy[lags + WINDOW] - energy[lags], 1)) * np.linalg.norm(part)
        found.append(float((product[: len(lags)] / power).max()))
    return found


async def best(hear, spoken: np.ndarray) -> float:
    """How like what is heard is to what was spoken: the parts that nothing tore, in few tries."""
    found = 0.0
    for _ in range(TRIES):
        alike = likeness(spoken, await hear())
        assert len(alike) >= 8
        found = max(found, float(np.quantile(alike, 0.75)))
        if found >= 0.9:
            break
    return found


async def connected(track, speaker: Speaker):
    """Two ends of a connection on this machine; what the one sends, the other hears."""
    ends = [RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2)]
    listening: list[asyncio.Task] = []

    async def hear(remote) -> None:
        try:
            while True:
                speaker.take(await remote.recv())
        except MediaStreamError:
            """The other end is closed."""

    ends[1].on("track", lambda remote: listening.append(asyncio.create_task(hear(remote))))
    ends[0].addTrack(track)
    await ends[0].setLocalDescription(await ends[0].createOffer())
    await ends[1].setRemoteDescription(ends[0].localDescription)
    await ends[1].setLocalDescription(await ends[1].createAnswer())
    await ends[0].setRemoteDescription(ends[1].localDescription)

    async def close() -> None:
        for end in ends:
            await end.close()
        await asyncio.gather(*listening)
        track.stop()
        await track.gone()
        await speaker.gone()

    return close


def test_likeness_tells_speech_from_noise(speech) -> None:
    spoken = samples_of(speech)
    late = np.concatenate((np.zeros(777), spoken))
    assert min(likeness(spoken, late)) > 0.99
    noise = np.random.default_rng(1).normal(0, 3000, len(spoken) * 2)
    assert max(likeness(spoken, noise)) < 0.4


async def through_a_file(speech: Path) -> np.ndarray:
    """Send the words as a file, and give what is played at the other end."""
    track = await open_sound(Setup(sound=str(speech)))
    speaker = Speaker(Setup(fake=True))
    close = await connected(track, speaker)
    for _ in range(600):
        if track.notice:
            break
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    await close()
    return speaker.heard()


async def test_speech_of_a_file_comes_out_at_the_other_end(speech) -> None:
    assert await best(lambda: through_a_file(speech), samples_of(speech)) >= 0.9


# ---- a real sound server


@pytest.fixture
def sound_server(home, monkeypatch):
    """A private PulseAudio with two ends that go nowhere; left out where it is not installed."""
    for program in ("pulseaudio", "pactl", "paplay", "parec"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    # A socket's path has an end, and a test's folder may be long.
    monkeypatch.setenv("PULSE_RUNTIME_PATH", str(home / ".run"))
    for name in ("PULSE_SERVER", "PULSE_SINK", "PULSE_SOURCE", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    modules = [
        "module-native-protocol-unix",
        "module-null-sink sink_name=mouth rate=48000 channels=1",
        "module-null-sink sink_name=ear rate=48000 channels=1",
    ]
    options = ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]
    options += [part for module in modules for part in ("-L", module)]
    server = subprocess.Popen(
        ["pulseaudio", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(200):
        if subprocess.run(["pactl", "info"], check=False, capture_output=True).returncode == 0:
            break
        time.sleep(0.05)
    else:
        server.kill()
        pytest.skip("pulseaudio does not start here")
    yield server
    server.terminate()
    server.wait(10)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0


async def through_devices(speech: Path, ear: Path) -> np.ndarray:
    """Speak the words into one device, and give what the other plays."""
    track = await open_sound(Setup(microphone="mouth.monitor"))
    speaker = Speaker(Setup(speaker="ear"))
    await speaker.ready(5)
    assert (track.notice, speaker.notice) == ("", "")
    close = await connected(track, speaker)
    record = ["--raw", "--rate=48000", "--channels=1", "--format=s16le", "-d", "ear.monitor"]
    with ear.open("wb") as out:
        recorder = await asyncio.create_subprocess_exec(
            "parec", "--latency-msec=20", *record, stdout=out
        )
        # A sound server may take two seconds to wake a device.
        for _ in range(200):
            if out.seek(0, 2) and not track._source._late:
                break
            await asyncio.sleep(0.05)
        await run("paplay", "--latency-msec=20", "-d", "mouth", str(speech))
        await asyncio.sleep(0.8)
        recorder.terminate()
        await recorder.wait()
    await close()
    return np.fromfile(ear, np.int16)


async def test_speech_goes_from_one_sound_device_to_another(speech, sound_server, tmp_path) -> None:
    ear = tmp_path / "heard.raw"
    assert await best(lambda: through_devices(speech, ear), samples_of(speech)) >= 0.9


async def test_a_sound_server_lists_its_devices_and_plays_a_tone(sound_server) -> None:
    found = {(one.kind, one.id): one for one in await devices(Setup(speaker="ear"))}
    assert found["speaker", "ear"].chosen
    assert found["microphone", "mouth.monitor"].name.startswith("Monitor of")
    assert await play_test_tone(Setup(speaker="ear")) == ""
    notice = await play_test_tone(Setup(speaker="no such one"))
    assert notice.startswith("The speaker that was chosen cannot be opened")


def test_devices_of_a_sound_server_are_let_go_of(sound_server) -> None:
    before = open_files()
    for _ in range(5):
        Miniaudio().play("ear", bytes).close()
        Miniaudio().hear("mouth.monitor", lambda data: None).close()
        Miniaudio().found("speaker")
    assert open_files() == before


async def test_a_sound_server_that_ends_is_told(sound_server) -> None:
    track = await open_sound(Setup())
    for _ in range(500):
        if not track._source._late:
            break
        await track.recv()
    sound_server.kill()
    sound_server.wait(10)
    until = time.monotonic() + 20
    while not track.notice and time.monotonic() < until:
        await track.recv()
    assert track.notice.startswith("The microphone is gone: silence is sent.")
    track.stop()
    await track.gone()
