"""The sound that I send: muted, held, louder, from one source after another."""

import asyncio
import time

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from wschat_tui.media.blocks import RATE, SAMPLES, silence
from wschat_tui.media.levels import HANG_OVER
from wschat_tui.media.setup import Setup
from wschat_tui.media.sources import beat as beat_module
from wschat_tui.media.sources.beat import Beat
from wschat_tui.media.sources.sound import SoundTrack, open_sound, source_of
from wschat_tui.media.sources.talk import LEAD, Talk
from wschat_tui.media.sources.tones import PITCH, Silence, Tone

pytestmark = pytest.mark.usefixtures("leaves_nothing")


def block(value: int) -> np.ndarray:
    return np.full(SAMPLES, value, np.int16)


class Script:
    """Blocks of a constant value each, as they stand in a list; then the last one for ever."""

    notice = "told"

    def __init__(self, *values: int) -> None:
        self.values = list(values)
        self.closed = 0

    async def ready(self, seconds: float) -> None: ...

    async def block(self) -> np.ndarray:
        return block(self.values.pop(0) if len(self.values) > 1 else self.values[0])

    def close(self) -> None:
        self.closed += 1

    async def gone(self) -> None:
        self.closed += 1


async def heard(track: SoundTrack, count: int = 1) -> np.ndarray:
    frames = [await track.recv() for _ in range(count)]
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


async def test_a_tone_has_its_pitch_and_its_pace(opened, pitch_of) -> None:
    track = await opened(open_sound, Setup(fake=True))
    began = time.monotonic()
    samples = await heard(track, 25)
    assert time.monotonic() - began >= 24 * 0.02 - 0.005
    assert pitch_of(samples) == pytest.approx(PITCH, abs=2)
    assert track.level == pytest.approx(0.72, abs=0.02)
    assert track.notice == ""


@pytest.mark.parametrize(
    ("setup", "kind"),
    [
        (Setup(fake=True), Tone),
        (Setup(sound="tone"), Tone),
        (Setup(sound="silence"), Silence),
        (Setup(fake=True, sound="silence"), Silence),
    ],
)
async def test_the_setup_names_what_is_sent(setup, kind) -> None:
    assert isinstance(source_of(setup), kind)


async def test_frames_follow_each_other_without_a_hole_and_tell_their_tap() -> None:
    track, tapped = SoundTrack(Script(7)), []
    track.tap = tapped.append
    frames = [await track.recv() for _ in range(3)]
    assert [frame.pts for frame in frames] == [0, SAMPLES, 2 * SAMPLES]
    assert {(frame.sample_rate, frame.layout.name) for frame in frames} == {(RATE, "mono")}
    assert tapped == frames


async def test_a_muted_track_goes_on_with_zeros_and_still_shows_how_loud_it_is() -> None:
    track = SoundTrack(Script(8000))
    track.muted = True
    assert not (await heard(track, 3)).any()
    assert track.level > 0.5
    assert not track.speaking
    track.muted = False
    assert set(await heard(track)) == {8000}
    assert track.speaking


async def test_volume_changes_over_a_block() -> None:
    track = SoundTrack(Script(1000), volume=200)
    assert set(await heard(track)) == {2000}
    track.volume = 50
    fading = await heard(track)
    assert (fading[0], fading[-1]) == (2000, 500)
    assert set(await heard(track)) == {500}


async def test_the_sound_of_a_picture_is_mixed_in() -> None:
    class Beside:
        def take(self):
            return block(30)

    track = SoundTrack(Script(100))
    track.beside = Beside()
    assert set(await heard(track)) == {130}
    track.talking = "push"
    await heard(track)
    assert set(await heard(track)) == {30}
    track.muted = True
    assert set(await heard(track)) == {0}


async def test_an_echo_is_taken_out_before_anything_else() -> None:
    track = SoundTrack(Script(100), volume=200)
    track.clear = lambda samples: samples - 60
    assert set(await heard(track)) == {80}


async def test_another_source_takes_over_and_the_old_one_is_closed() -> None:
    old, new = Script(1), Script(2)
    track = SoundTrack(old)
    await heard(track)
    track.use(new)
    assert set(await heard(track)) == {2}
    assert old.closed == 1
    track.stop()
    await track.gone()
    assert (old.closed, new.closed) == (2, 2)


async def test_a_stopped_track_says_so_even_to_who_waits() -> None:
    track = SoundTrack(Silence())
    await track.recv()
    waiting = asyncio.get_running_loop().create_task(track.recv())
    await asyncio.sleep(0)
    track.stop()
    with pytest.raises(MediaStreamError):
        await waiting
    with pytest.raises(MediaStreamError):
        await track.recv()


# ---- the gate


def passed(talk: Talk, *values: int) -> list[int]:
    return [int(talk.pass_on(block(value))[-1]) for value in values]


def test_while_it_takes_a_key_only_what_is_held_is_sent() -> None:
    talk = Talk("push")
    assert passed(talk, 900, 900) == [0, 0]
    talk.held = True
    assert talk.pass_on(block(900))[0] == 0
    assert passed(talk, 900) == [900]
    assert talk.open
    talk.held = False
    closing = talk.pass_on(block(900))
    assert (closing[0], closing[-1]) == (900, 0)
    assert passed(talk, 900) == [0]
    assert not talk.open


def test_the_first_syllable_is_sent_though_it_takes_it_to_hear_a_voice() -> None:
    talk = Talk("voice")
    soft, loud = 60, 6000
    quiet = passed(talk, *[soft] * 10)
    assert not any(quiet)
    # The voice begins softly for three blocks, then is loud enough to be heard.
    begun = passed(talk, 200, 210, 220, *[loud] * 10)
    sent = [value for value in begun if value]
    assert sent[:4] == [soft, 200, 210, 220]
    assert LEAD == 4


def test_a_voice_ends_after_its_last_sound_and_not_with_it() -> None:
    talk = Talk("voice")
    passed(talk, *[6000] * (LEAD + 1))
    after = passed(talk, *[0] * (HANG_OVER + LEAD))
    assert after[:LEAD] == [6000] * LEAD
    assert talk.open is False
    assert passed(talk, 0) == [0]


def test_the_lead_is_forgotten_where_no_voice_is_waited_for() -> None:
    talk = Talk("voice")
    passed(talk, *[6000] * 6)
    talk.mode = "open"
    assert passed(talk, 1) == [1]


# ---- the beat


async def test_a_beat_keeps_its_pace_though_its_turns_come_late() -> None:
    beat = Beat(0.01)
    began = time.monotonic()
    for _ in range(20):
        await beat.turn()
        await asyncio.sleep(0.002)
    assert 0.19 <= time.monotonic() - began < 0.6


async def test_a_beat_that_was_held_up_for_long_starts_anew(monkeypatch) -> None:
    now = [0.0]
    monkeypatch.setattr(beat_module.time, "monotonic", lambda: now[0])
    beat, slept = Beat(0.02), []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(beat_module.asyncio, "sleep", sleep)
    await beat.turn()
    now[0] = 30.0
    for _ in range(3):
        await beat.turn()
    assert slept == pytest.approx([0.02, 0.02])


async def test_silence_is_silent_and_may_say_why() -> None:
    source = Silence("Nothing to hear.")
    await source.ready(0)
    assert source.notice == "Nothing to hear."
    assert np.array_equal(await source.block(), silence())
    source.close()
    await source.gone()
