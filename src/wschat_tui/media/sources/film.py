"""A media file at its own pace: pictures for a track, and sound that goes with them."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import av

from wschat_tui.media.blocks import SECONDS, Resampler
from wschat_tui.media.sources.card import card
from wschat_tui.media.sources.film_sound import FilmSound
from wschat_tui.media.sources.missing import Missing
from wschat_tui.media.sources.shape import LIMIT, shaped
from wschat_tui.state.text import clean

if TYPE_CHECKING:
    import threading
    from collections.abc import Generator, Iterator

    from av.container import InputContainer
    from av.stream import Stream

    from wschat_tui.media.blocks import Block

AHEAD = 0.4
"""Seconds that are read before their time."""

_FORMATS = (
    *("matroska", "mov", "avi", "ogg", "flv", "mpeg", "mpegts", "mpegvideo", "asf", "ivf", "gif"),
    *("wav", "flac", "mp3", "aac", "aiff", "au", "caf", "amr", "w64", "ape", "wv", "apng"),
    *("image2", "png_pipe", "jpeg_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe", "svg_pipe"),
)
"""FFmpeg's names. Lists of other files are not among them: they may lead anywhere."""

_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": ",".join(_FORMATS)}

_WAITS = (5.0, 5.0)
"""Seconds for a file to open, and for each of its parts: it may lie on a network's disk."""


class Film:
    """Takes pictures and sound from a file, from its start each time it is called."""

    def __init__(
        self, path: str, name: str = "", *, loop: bool = False, pictures: bool = True
    ) -> None:
        """name: of the user, for the card that is shown where the file has no picture.

        pictures: False leaves them out, and plays the sound alone.
        """
        self._path = path
        self._name = name
        self._loop = loop
        self._pictures = pictures
        self._instead = "a card and silence are sent" if pictures else "silence is sent"
        self.sound = FilmSound()

    def __call__(self, stop: threading.Event) -> Generator[av.VideoFrame, None, None]:
        """The pictures when it is time for them. Raises Missing at the end, and for a bad file."""
        while True:
            shown = yield from self._once(stop)
            # A photograph is a film of one picture.
            if shown == 1 and not self.sound.any:
                stop.wait()
            if stop.is_set():
                return
            if not self._loop:
                raise Missing(
                    f"The file {self._shown} has ended: {self._instead}. Send it again, or"
                    " something else."
                )

    def check(self) -> str:
        """Nothing if the file can be read; else what is wrong with it. On disk: not on a loop."""
        try:
            self._open().close()
        except Missing as missing:
            return missing.sentence
        return ""

    @property
    def _shown(self) -> str:
        return clean(Path(self._path).name, one_line=True, limit=60)

    def _open(self) -> InputContainer:
        path = Path(self._path).expanduser()
        try:
            if not path.is_file():
                raise Missing(self._unreadable("there is no such file"))
            film = av.open(str(path.absolute()), options=dict(_OPTIONS), timeout=_WAITS)
        except (av.FFmpegError, OSError, ValueError) as fault:
            raise Missing(self._unreadable(_why(fault))) from fault
        if not self._streams(film):
            film.close()
            what = "neither pictures nor sound" if self._pictures else "no sound"
            raise Missing(self._unreadable(f"it has {what}"))
        return film

    def _streams(self, film: InputContainer) -> list[Stream]:
        pictures = film.streams.video[:1] if self._pictures else ()
        return [*pictures, *film.streams.audio[:1]]

    def _unreadable(self, why: str) -> str:
        return f"The file {self._shown} cannot be played ({why}): {self._instead}. Name another."

    def _once(self, stop: threading.Event) -> Generator[av.VideoFrame, None, int]:
        """Play it once; gives how many pictures there were."""
        shown = 0
        with self._open() as film:
            if self._pictures and not film.streams.video:
                yield card(self._name)
            began = time.monotonic()
            for due, frame in self._in_time(film, began, stop):
                if stop.wait(max(0.0, due - time.monotonic())):
                    break
                shown += 1
                yield frame
        return shown

    def _in_time(
        self, film: InputContainer, began: float, stop: threading.Event
    ) -> Iterator[tuple[float, av.VideoFrame]]:
        """Pictures with the moment they are due at; nothing is read much before its time."""
        waiting: deque[tuple[float, av.VideoFrame]] = deque()
        for moment, item in _read(film, self._streams(film)):
            due = began + moment
            while waiting and waiting[0][0] <= max(time.monotonic(), due - AHEAD):
                yield waiting.popleft()
            if stop.wait(max(0.0, due - AHEAD - time.monotonic())):
                return
            if isinstance(item, av.VideoFrame):
                waiting.append((due, item))
            else:
                self.sound.put(due, item)
        yield from waiting
        self._let_it_sound(stop)

    def _let_it_sound(self, stop: threading.Event) -> None:
        while self.sound.waits and not stop.wait(SECONDS):
            """The last sound is still to be sent, or to go stale."""


def _read(
    film: InputContainer, streams: list[Stream]
) -> Iterator[tuple[float, av.VideoFrame | Block]]:
    """What is in the file, in its order, and the second it belongs to, without broken parts."""
    resampler = Resampler()
    start: float | None = None
    for packet in film.demux(streams):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            continue
        for frame in frames:
            moment = getattr(frame, "time", None) or 0.0
            start = moment if start is None else start
            if isinstance(frame, av.VideoFrame):
                yield moment - start, shaped(frame, LIMIT)
            elif isinstance(frame, av.AudioFrame):
                yield moment - start, resampler.samples(frame)


def _why(fault: Exception) -> str:
    # Which of these it is depends on how far FFmpeg read.
    if isinstance(fault, ValueError):
        return "it is no media file of a known kind"
    return getattr(fault, "strerror", "") or str(fault)
