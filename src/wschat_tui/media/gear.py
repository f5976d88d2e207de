"""What this side hears, shows and sends with: devices, opened once, for a call or its preview."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, assert_never

from wschat_tui.media.picture.canvas import Canvas
from wschat_tui.media.sinks.speaker import Speaker
from wschat_tui.media.sources.echo import cancel_echo
from wschat_tui.media.sources.picture import open_picture
from wschat_tui.media.sources.sound import open_sound, source_of
from wschat_tui.state.calls.call_views import Levels

if TYPE_CHECKING:
    import av

    from wschat_tui.media.picture.canvas import Picture
    from wschat_tui.media.setup import Setup
    from wschat_tui.media.sources.picture import PictureTrack
    from wschat_tui.media.sources.sound import SoundTrack
    from wschat_tui.state.calls.call import Shown
    from wschat_tui.state.calls.call_views import Ability, Side, Talking

Kind = Literal["microphone", "speaker", "camera", "screen"]


class Gear:
    """Opened and closed in the thread of media; looked at from any thread."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.theirs = Canvas()
        """Where the other side's pictures go."""
        self.sound: SoundTrack | None = None
        self.picture: PictureTrack | None = None
        self.speaker: Speaker | None = None
        self._mine = Canvas()
        self._drawn: av.VideoFrame | None = None
        self._shown: tuple[Shown, str] = ("", "")
        self._muted = False
        self._pushed = False
        self._echo = ""
        self._turn: tuple[asyncio.AbstractEventLoop, asyncio.Lock] | None = None

    # ---- in the thread of media

    @property
    def is_open(self) -> bool:
        """A device may be open."""
        return any(one is not None for one in (self.sound, self.picture, self.speaker))

    @property
    def notice(self) -> str:
        """What is missing, what stands in for it, and, of one thing alone, what to do."""
        parts = (self.sound, self.picture, self.speaker)
        words = [part.notice for part in parts if part is not None]
        told = [word for word in (*words, self._echo) if word]
        if len(told) < 2:
            return "".join(told)
        return " ".join(word.partition(". ")[0].rstrip(".") + "." for word in told)

    async def listen(self) -> SoundTrack:
        """The sound to send; opened if it is not open."""
        async with self._one_at_a_time():
            if self.sound is None:
                self.sound = await open_sound(self.setup)
                self.sound.muted = self._muted
                self.sound.hold(self._pushed)
                self._cancel_echo()
            return self.sound

    async def show(self, shows: Shown, what: str = "") -> PictureTrack | None:
        """The picture to send; opened if something else is, or nothing; none for nothing."""
        async with self._one_at_a_time():
            if (shows, what) != self._shown or (shows and self.picture is None):
                await self._drop_picture()
                if shows:
                    self.picture = await open_picture(shows, what, self.setup)
                    self._shown = (shows, what)
                    self._join()
            return self.picture

    def hear(self) -> Speaker:
        """The speaker; opened if it is not open."""
        if self.speaker is None:
            self.speaker = Speaker(self.setup)
            self._cancel_echo()
        return self.speaker

    def mute(self, *, on: bool) -> None:
        """Send silence, or sound again."""
        self._muted = on
        if self.sound is not None:
            self.sound.muted = on

    async def use(self, kind: Kind, device: str) -> None:
        """Go on with another device."""
        self.setup = _with_device(self.setup, kind, device)
        async with self._one_at_a_time():
            if kind == "microphone" and self.sound is not None:
                self.sound.use(source_of(self.setup))
            elif kind == "speaker" and self.speaker is not None:
                self.speaker.use(self.setup)
            elif kind == self._shown[0]:
                shown = self._shown
                await self._drop_picture()
                self.picture, self._shown = await open_picture(*shown, self.setup), shown
                self._join()

    async def close(self) -> None:
        """Let go of all devices."""
        async with self._one_at_a_time():
            sound, self.sound = self.sound, None
            speaker, self.speaker = self.speaker, None
            await self._drop_picture()
            self.theirs.put(None)
            self._echo = ""
            if sound is not None:
                sound.stop()
                await sound.gone()
            if speaker is not None:
                speaker.close()
                await speaker.gone()

    def _cancel_echo(self) -> None:
        if self.sound is not None and self.speaker is not None:
            self._echo = cancel_echo(self.setup, self.sound, self.speaker)

    async def _drop_picture(self) -> None:
        old, self.picture, self._shown = self.picture, None, ("", "")
        if self.sound is not None:
            self.sound.beside = None
        if old is not None:
            old.stop()
            await old.gone()

    def _join(self) -> None:
        """The sound of a file goes out with my own."""
        if self.sound is not None and self.picture is not None:
            self.sound.beside = self.picture.sound

    def _one_at_a_time(self) -> asyncio.Lock:
        loop = asyncio.get_running_loop()
        if self._turn is None or self._turn[0] is not loop:
            self._turn = (loop, asyncio.Lock())
        return self._turn[1]

    # ---- from any thread

    def levels(self) -> Levels:
        """How loud it is now."""
        sound, speaker = self.sound, self.speaker
        return Levels(
            sound.level if sound else 0.0,
            speaker.level if speaker else 0.0,
            sound.speaking if sound else False,
        )

    def view(self, side: Side, columns: int, rows: int, ability: Ability) -> Picture | None:
        """The newest picture of a side."""
        if side == "theirs":
            return self.theirs.picture(columns, rows, ability)
        picture = self.picture
        latest = picture.latest if picture is not None else None
        if latest is not self._drawn:
            self._drawn = latest
            self._mine.put(latest)
        return self._mine.picture(columns, rows, ability)

    def set_volume(self, kind: Literal["microphone", "speaker"], percent: int) -> None:
        """From 0 to 200 percent."""
        if kind == "microphone":
            self.setup = replace(self.setup, microphone_volume=percent)
        else:
            self.setup = replace(self.setup, speaker_volume=percent)
        part = self.sound if kind == "microphone" else self.speaker
        if part is not None:
            part.volume = percent

    def set_talking(self, mode: Talking) -> None:
        """Choose when the microphone is sent."""
        self.setup = replace(self.setup, talking=mode)
        if self.sound is not None:
            self.sound.talking = mode

    def push(self, *, on: bool) -> None:
        """Talk, or stop, where talking takes a key."""
        self._pushed = on
        if self.sound is not None:
            self.sound.hold(on)


def _with_device(setup: Setup, kind: Kind, device: str) -> Setup:
    match kind:
        case "microphone":
            return replace(setup, microphone=device)
        case "speaker":
            return replace(setup, speaker=device)
        case "camera":
            return replace(setup, camera=device)
        case "screen":
            return replace(setup, screen=device)
        case _:
            assert_never(kind)
