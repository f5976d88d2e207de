"""Sound through miniaudio: PulseAudio and PipeWire, ALSA, Core Audio, WASAPI, and a null device."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from wschat_tui.media.blocks import RATE
from wschat_tui.media.cards.kinds import PERIOD, Found, NoCard
from wschat_tui.media.cards.quiet import has_cards, quiet

if TYPE_CHECKING:
    from collections.abc import Generator

    from wschat_tui.media.cards.kinds import Card, Give, Hear, Kind

_SYSTEMS = {
    # JACK is left out: it writes into the terminal where it does not run.
    "linux": ("PULSEAUDIO", "ALSA"),
    "darwin": ("COREAUDIO",),
    "win32": ("WASAPI", "DSOUND", "WINMM"),
}
_BSD = ("SNDIO", "AUDIO4", "OSS")

_WHY = {
    -6: "it may not be used by this program",
    -19: "it is in use by another program",
    -203: "no sound server answers",
    -204: "the system knows none",
}
"""miniaudio's results, as far as a user can do something about them."""


class Miniaudio:
    """The devices of the system's own sound, or one that goes nowhere at a real one's pace."""

    def __init__(self, *, null: bool = False) -> None:
        """Raises NoCard where the package is not installed, or not for this machine."""
        try:
            self._lib: Any = import_module("miniaudio")
        except (ImportError, OSError) as fault:
            raise NoCard("the package miniaudio is not installed") from fault
        names = ("NULL",) if null else _names()
        self._backends = [self._lib.Backend[name] for name in names]

    def found(self, kind: Kind) -> list[Found]:
        """What there is, the system's default among it."""
        return [Found(_id(self._lib, device), device["name"]) for device in self._listed(kind)]

    def hear(self, id: str, hear: Hear) -> Card:
        """Open a microphone; the default one for an empty id."""
        return self._open("microphone", id, _heard(hear))

    def play(self, id: str, give: Give) -> Card:
        """Open a speaker; the default one for an empty id."""
        return self._open("speaker", id, _given(give))

    def _open(self, kind: Kind, id: str, hook: Generator[Any, Any, None]) -> Card:
        quiet()
        device_id = self._device_id(kind, id)
        next(hook)
        card = _Card(self._lib)
        try:
            card.open(kind, hook, device_id=device_id, backends=self._backends)
        except self._lib.MiniaudioError as fault:
            card.close()
            raise NoCard(_why(fault)) from fault
        return card

    def _device_id(self, kind: Kind, id: str) -> Any:
        """What miniaudio knows the device by; a list without any is told here, not by a fault."""
        listed = self._listed(kind)
        if not listed:
            raise NoCard(_WHY[-204])
        if not id:
            return None
        for device in listed:
            if _id(self._lib, device) == id:
                return device["id"]
        raise NoCard("it is not there")

    def _listed(self, kind: Kind) -> list[dict[str, Any]]:
        if not self._backends:
            raise NoCard(_WHY[-203])
        quiet()
        try:
            devices = self._lib.Devices(self._backends)
            if kind == "microphone":
                return list(devices.get_captures())
            return list(devices.get_playbacks())
        except (self._lib.MiniaudioError, UnicodeDecodeError) as fault:
            raise NoCard(_why(fault)) from fault


class _Card:
    """A device and the connection to its sound server, which miniaudio itself leaves open."""

    def __init__(self, lib: Any) -> None:
        self._lib = lib
        self._contexts: list[Any] = []
        self._device: Any = None

    def open(self, kind: Kind, hook: Generator[Any, Any, None], **options: Any) -> None:
        base = self._lib.CaptureDevice if kind == "microphone" else self._lib.PlaybackDevice
        form = "input_format" if kind == "microphone" else "output_format"
        options[form] = self._lib.SampleFormat.SIGNED16
        made = _remembering(base, self._contexts)
        self._device = made(
            nchannels=1, sample_rate=RATE, buffersize_msec=PERIOD, app_name="wschat", **options
        )
        self._device.start(hook)

    def close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.close()
        while self._contexts:
            self._lib.lib.ma_context_uninit(self._contexts.pop())


def _remembering(base: Any, contexts: list[Any]) -> Any:
    """A kind of device that also keeps its contexts, even where it then cannot be opened."""

    class Remembering(base):  # type: ignore[misc]  # the package has no types
        def _make_context(self, *arguments: Any, **options: Any) -> Any:
            contexts.append(super()._make_context(*arguments, **options))
            return contexts[-1]

    return Remembering


def _names() -> tuple[str, ...]:
    names = _SYSTEMS.get(sys.platform, _BSD)
    return names if has_cards() else tuple(name for name in names if name != "ALSA")


def _id(lib: Any, device: dict[str, Any]) -> str:
    """The system's own id of a device; some are text, and the others numbers."""
    raw = bytes(lib.ffi.buffer(device["id"])).rstrip(b"\0")
    text = raw.decode("latin-1")
    return text if text.isascii() and text.isprintable() and text else raw.hex()


def _why(fault: Exception) -> str:
    code = next((part for part in fault.args if isinstance(part, int)), 0)
    return _WHY.get(code, f"the sound system refused it ({fault.args[0] if fault.args else fault})")


def _heard(hear: Hear) -> Generator[None, bytearray, None]:
    while True:
        hear(bytes((yield)))


def _given(give: Give) -> Generator[bytes, int, None]:
    data = b""
    while True:
        frames = yield data
        data = give(2 * frames)
