"""The sound systems themselves, with and without a sound server, a library or a package."""

import ctypes
import sys
import types
from pathlib import Path

import pytest

from wschat_tui.media.cards import miniaudio as miniaudio_module
from wschat_tui.media.cards import quiet as quiet_module
from wschat_tui.media.cards.kinds import Found, NoCard
from wschat_tui.media.cards.miniaudio import Miniaudio
from wschat_tui.media.cards.nowhere import Clocks, nowhere
from wschat_tui.media.cards.portaudio import Portaudio

pytestmark = pytest.mark.usefixtures("leaves_nothing")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def native_threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


@pytest.fixture
def no_cards(monkeypatch):
    """A machine without a sound server and without a sound card."""
    monkeypatch.setattr(miniaudio_module, "has_cards", lambda: False)


@pytest.mark.parametrize("system", [lambda: Miniaudio(null=True), Clocks, nowhere])
def test_a_device_that_goes_nowhere_has_the_pace_of_a_real_one(system, until) -> None:
    threads = native_threads()
    heard, played = [], []

    def give(size: int) -> bytes:
        played.append(size)
        return bytes(size)

    microphone = system().hear("", heard.append)
    speaker = system().play("", give)
    until(lambda: len(heard) >= 5 and len(played) >= 5)
    microphone.close()
    speaker.close()
    assert not any(any(data) for data in heard)
    assert {len(data) % 2 for data in heard} == {0}
    until(lambda: native_threads() <= threads)


def test_without_miniaudio_a_clock_keeps_the_pace(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "miniaudio", None)
    assert isinstance(nowhere(), Clocks)
    assert nowhere().found("speaker") == []
    with pytest.raises(NoCard, match="miniaudio is not installed"):
        Miniaudio()


@pytest.mark.usefixtures("no_cards")
def test_a_machine_without_sound_is_told_in_words_and_leaves_nothing_open(capfd) -> None:
    before = open_files()
    for _ in range(3):
        with pytest.raises(NoCard, match="no sound server answers"):
            Miniaudio().play("", bytes)
        with pytest.raises(NoCard, match="no sound server answers"):
            Miniaudio().hear("", lambda data: None)
        with pytest.raises(NoCard):
            Miniaudio().found("microphone")
    assert open_files() == before
    assert capfd.readouterr() == ("", "")


def test_alsa_without_a_card_writes_nothing_into_the_terminal(monkeypatch, capfd) -> None:
    monkeypatch.setattr(miniaudio_module, "has_cards", lambda: True)
    with pytest.raises(NoCard):
        Miniaudio().play("no such card", bytes)
    quiet_module.quiet.cache_clear()
    quiet_module.quiet()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "known"), [(" 0 [PCH ]: HDA-Intel\n", True), ("--- no soundcards ---\n", False)]
)
def test_the_kernel_says_whether_there_is_a_card(text, known, tmp_path, monkeypatch) -> None:
    file = tmp_path / "cards"
    monkeypatch.setattr(quiet_module, "_CARDS", file)
    assert not quiet_module.has_cards()
    file.write_text(text)
    assert quiet_module.has_cards() is known


def test_a_machine_without_alsa_has_nothing_to_quieten(monkeypatch) -> None:
    def missing(name):
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", missing)
    quiet_module.quiet.cache_clear()
    assert quiet_module.quiet() is not None
    quiet_module.quiet.cache_clear()


@pytest.mark.parametrize(
    ("platform", "names"),
    [
        ("linux", ("PULSEAUDIO",)),
        ("darwin", ("COREAUDIO",)),
        ("win32", ("WASAPI", "DSOUND", "WINMM")),
        ("freebsd14", ("SNDIO", "AUDIO4", "OSS")),
    ],
)
@pytest.mark.usefixtures("no_cards")
def test_each_system_has_its_own_ways_to_sound(platform, names, monkeypatch) -> None:
    import miniaudio

    monkeypatch.setattr(sys, "platform", platform)
    assert Miniaudio()._backends == [miniaudio.Backend[name] for name in names]


def test_faults_are_told_as_a_user_would_say_them() -> None:
    import miniaudio

    why = miniaudio_module._why
    assert why(miniaudio.MiniaudioError("failed to init device", -19)).startswith("it is in use")
    assert why(miniaudio.MiniaudioError("x", -6)) == "it may not be used by this program"
    assert why(miniaudio.MiniaudioError("odd", -77)) == "the sound system refused it (odd)"


# ---- PortAudio


class PortAudioError(Exception):
    pass


class FakeStream:
    def __init__(self, **options) -> None:
        self.options = options
        self.state = "stopped"
        if options["device"] == "busy":
            raise PortAudioError("Device unavailable")
        if options["device"] == "nobody":
            raise ValueError("No input device matching 'nobody'")

    def start(self) -> None:
        if self.options["device"] == "broken":
            raise PortAudioError("Unanticipated host error")
        self.state = "started"

    def abort(self) -> None:
        self.state = "aborted"
        if self.options["device"] == "pulled":
            raise PortAudioError("gone")

    def close(self) -> None:
        self.state = "closed"


@pytest.fixture
def portaudio(monkeypatch):
    """In place of sounddevice, whose library no wheel for Linux brings."""
    module = types.ModuleType("sounddevice")
    module.streams = []

    def stream(**options):
        module.streams.append(FakeStream(**options))
        return module.streams[-1]

    module.RawInputStream = module.RawOutputStream = stream
    module.PortAudioError = PortAudioError
    module.query_devices = lambda: [
        {"name": "Mic", "max_input_channels": 1, "max_output_channels": 0},
        {"name": "Box", "max_input_channels": 0, "max_output_channels": 2},
    ]
    monkeypatch.setitem(sys.modules, "sounddevice", module)
    return module


def test_portaudio_lists_what_can_be_used_for_each_end(portaudio) -> None:
    assert Portaudio().found("microphone") == [Found("Mic", "Mic")]
    assert Portaudio().found("speaker") == [Found("Box", "Box")]


def test_portaudio_hears_and_plays_blocks_of_twenty_milliseconds(portaudio) -> None:
    heard = []
    Portaudio().hear("", heard.append)
    Portaudio().play("Box", lambda size: b"\x01" * size)
    microphone, speaker = portaudio.streams
    assert microphone.options["device"] is None
    assert speaker.options["device"] == "Box"
    assert microphone.options["samplerate"] == 48_000
    assert microphone.options["blocksize"] == 960
    microphone.options["callback"](memoryview(b"\x05\x00"), 1, None, None)
    assert heard == [b"\x05\x00"]
    out = bytearray(4)
    speaker.options["callback"](memoryview(out), 2, None, None)
    assert bytes(out) == b"\x01" * 4


def test_portaudio_lets_go_of_a_device_even_if_it_was_pulled_out(portaudio) -> None:
    card = Portaudio().play("Box", bytes)
    card.close()
    assert portaudio.streams[0].state == "closed"
    Portaudio().play("pulled", bytes).close()


@pytest.mark.parametrize("id", ["busy", "nobody", "broken"])
def test_portaudio_says_why_a_device_cannot_be_opened(id, portaudio) -> None:
    with pytest.raises(NoCard, match="the sound system refused it"):
        Portaudio().hear(id, lambda data: None)
    assert all(stream.state == "closed" for stream in portaudio.streams)


def test_portaudio_may_fail_to_list(portaudio) -> None:
    def failing():
        raise PortAudioError("Error querying device -1")

    portaudio.query_devices = failing
    with pytest.raises(NoCard, match="querying"):
        Portaudio().found("speaker")


def test_a_missing_package_and_a_missing_library_are_told_apart(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(NoCard, match="package sounddevice"):
        Portaudio()

    def missing(name):
        raise OSError("PortAudio library not found")

    monkeypatch.setattr("wschat_tui.media.cards.portaudio.import_module", missing)
    with pytest.raises(NoCard, match="libportaudio2"):
        Portaudio()
