"""Sound through sounddevice (PortAudio), for machines that miniaudio has no wheel for."""

from __future__ import annotations

import threading
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from wschat_tui.media.blocks import RATE
from wschat_tui.media.cards.kinds import PERIOD, Found, NoCard
from wschat_tui.media.cards.quiet import quiet

if TYPE_CHECKING:
    from wschat_tui.media.cards.kinds import Card, Give, Hear, Kind

_ALONE = threading.Lock()
"""PortAudio opens, closes and lists in one thread at a time."""

_CHANNELS = {"microphone": "max_input_channels", "speaker": "max_output_channels"}


class Portaudio:
    """The devices that PortAudio sees; on Linux those of ALSA, and of its plugins."""

    def __init__(self) -> None:
        """Raises NoCard where the package, or the library that it needs, is not installed."""
        quiet()
        try:
            self._lib: Any = import_module("sounddevice")
        except ImportError as fault:
            raise NoCard("the package sounddevice is not installed") from fault
        except OSError as fault:
            raise NoCard("the library PortAudio (libportaudio2) is not installed") from fault

    def found(self, kind: Kind) -> list[Found]:
        """What there is, named by its name."""
        try:
            with _ALONE:
                listed = self._lib.query_devices()
        except self._lib.PortAudioError as fault:
            raise NoCard(_why(fault)) from fault
        return [
            Found(device["name"], device["name"]) for device in listed if device[_CHANNELS[kind]]
        ]

    def hear(self, id: str, hear: Hear) -> Card:
        """Open a microphone; the default one for an empty id."""

        def took(data: Any, *_: Any) -> None:
            hear(bytes(data))

        return self._open(self._lib.RawInputStream, id, took)

    def play(self, id: str, give: Give) -> Card:
        """Open a speaker; the default one for an empty id."""

        def wanted(data: Any, *_: Any) -> None:
            data[:] = give(len(data))

        return self._open(self._lib.RawOutputStream, id, wanted)

    def _open(self, stream: Any, id: str, hook: Any) -> Card:
        with _ALONE:
            return _Card(self._lib, self._started(stream, id, hook))

    def _started(self, stream: Any, id: str, hook: Any) -> Any:
        try:
            opened = stream(
                samplerate=RATE,
                channels=1,
                dtype="int16",
                blocksize=RATE * PERIOD // 1000,
                device=id or None,
                callback=hook,
            )
        # It also says so with ValueError where no device has the name.
        except (self._lib.PortAudioError, ValueError) as fault:
            raise NoCard(_why(fault)) from fault
        try:
            opened.start()
        except self._lib.PortAudioError as fault:
            opened.close()
            raise NoCard(_why(fault)) from fault
        return opened


class _Card:
    def __init__(self, lib: Any, stream: Any) -> None:
        self._lib = lib
        self._stream = stream

    def close(self) -> None:
        # A device that was pulled out cannot be closed in order, and is gone all the same.
        with _ALONE, suppress(self._lib.PortAudioError):
            self._stream.abort()
            self._stream.close()


def _why(fault: Exception) -> str:
    return f"the sound system refused it ({fault.args[0] if fault.args else fault})"
