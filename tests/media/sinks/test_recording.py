"""Recordings: both sides mixed, their picture or mine, and files that others can play."""

import asyncio
import errno
import os
import stat
import time
from fractions import Fraction

import av
import numpy as np
import pytest

from wschat_tui.media.blocks import RATE, SAMPLES, frame_of
from wschat_tui.media.sinks import recording as recording_module
from wschat_tui.media.sinks.desk import PATIENCE, Desk
from wschat_tui.media.sinks.mix import Mix
from wschat_tui.media.sinks.recording import Recording, open_recording
from wschat_tui.media.sinks.times import ASTRAY, Times

pytestmark = pytest.mark.usefixtures("leaves_nothing")

RED, GREEN, BLUE = (220, 20, 20), (20, 220, 20), (20, 20, 220)


def coloured(colour, size=(320, 180), at: float | None = None) -> av.VideoFrame:
    pixels = np.empty((size[1], size[0], 3), np.uint8)
    pixels[:] = colour
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
    if at is not None:
        frame.pts, frame.time_base = round(at * 90_000), Fraction(1, 90_000)
    return frame


def tone(pitch: float, at: float) -> av.AudioFrame:
    begin = round(at * RATE)
    wave = 6000 * np.sin(2 * np.pi * pitch * np.arange(begin, begin + SAMPLES) / RATE)
    return frame_of(wave.astype(np.int16), begin)


class Played:
    """What a player makes of a file."""

    def __init__(self, path) -> None:
        with av.open(str(path)) as film:
            self.codecs = {stream.type: stream.codec_context.name for stream in film.streams}
            frames = list(film.decode(video=0))
        with av.open(str(path)) as film:
            parts = [frame.to_ndarray().reshape(-1) for frame in film.decode(audio=0)]
        self.times = [frame.time for frame in frames]
        self.size = (frames[0].width, frames[0].height)
        self.pictures = [frame.to_ndarray(format="rgb24") for frame in frames]
        self.sound = np.concatenate(parts)

    def shows(self, number: int, colour, x: float = 0.5, y: float = 0.5) -> bool:
        picture = self.pictures[number]
        found = picture[int(y * (len(picture) - 1)), int(x * (len(picture[0]) - 1))]
        return bool(np.abs(found.astype(int) - colour).max() < 40)

    def has(self, pitch: float, begin: float, end: float) -> bool:
        part = self.sound[round(begin * RATE) : round(end * RATE)]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        at = round(pitch * len(part) / RATE)
        return bool(spectrum[at - 3 : at + 4].max() > 0.2 * spectrum.max() > 1)


def written(path, write) -> Played:
    """A file of what was put on a desk."""
    with av.open(str(path), "w") as out:
        desk = Desk(out)
        write(desk)
    return Played(path)


@pytest.mark.parametrize("name", ["call.webm", "call.mkv"])
async def test_a_call_is_recorded_to_a_file_that_can_be_played(name, tmp_path) -> None:
    recording = await open_recording(str(tmp_path / name))
    began = time.monotonic()
    for number in range(25):
        at = number / 50
        recording.sound("theirs", tone(500, at))
        recording.sound("mine", tone(1500, at))
        if number % 2:
            recording.picture("theirs", coloured(RED, at=at))
        await asyncio.sleep(max(0, began + at + 0.02 - time.monotonic()))
    await recording.close()
    assert recording.notice == ""
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    played = Played(tmp_path / name)
    assert played.codecs == {"audio": "opus", "video": "vp8"}
    assert played.size == (320, 180)
    assert len(played.pictures) >= 12
    assert played.shows(5, RED)
    assert played.has(500, 0.1, 0.4)
    assert played.has(1500, 0.1, 0.4)


def test_both_sides_are_heard_at_the_time_they_spoke(tmp_path) -> None:
    def write(desk: Desk) -> None:
        for number in range(100):
            at = number / 50
            if at < 1.2:
                desk.sound("theirs", at, at, tone(500, at))
            if at >= 0.6:
                desk.sound("mine", at, at + 77, tone(1500, at))
            desk.advance(at)
        desk.end(2.0)

    played = written(tmp_path / "a.webm", write)
    assert played.has(500, 0.1, 0.5)
    assert not played.has(1500, 0.1, 0.5)
    assert played.has(500, 0.7, 1.1)
    assert played.has(1500, 0.7, 1.1)
    assert played.has(1500, 1.4, 1.9)
    assert not played.has(500, 1.4, 1.9)
    assert len(played.sound) == pytest.approx(2 * RATE, abs=0.1 * RATE)


def test_sound_that_comes_late_and_in_bursts_is_whole(tmp_path, pitch_of) -> None:
    def write(desk: Desk) -> None:
        for number in range(100):
            # Ten at once, 200 ms late, as after a loop was held up.
            come = (number // 10 + 1) * 0.2
            desk.sound("theirs", come, number / 50, tone(500, number / 50))
            desk.advance(come)
        desk.end(2.4)

    played = written(tmp_path / "a.webm", write)
    loud = [np.abs(played.sound[at : at + 480]).max() for at in range(0, len(played.sound), 480)]
    sounding = np.flatnonzero(np.array(loud) > 0.1)
    assert len(sounding) == sounding[-1] - sounding[0] + 1
    assert len(sounding) == pytest.approx(200, abs=4)


def test_pictures_keep_their_own_distances(tmp_path) -> None:
    def write(desk: Desk) -> None:
        for number, come in enumerate((0.0, 0.13, 0.14, 0.4, 0.41)):
            desk.picture("theirs", come, 5 + number / 10, coloured(RED))
            desk.advance(come)
        desk.end(0.5)

    played = written(tmp_path / "a.webm", write)
    assert np.diff(played.times) == pytest.approx([0.1] * 4, abs=0.002)


def test_mine_is_shown_where_they_send_no_picture(tmp_path) -> None:
    def write(desk: Desk) -> None:
        desk.picture("mine", 0.0, None, coloured(GREEN))
        desk.picture("theirs", 0.1, None, coloured(RED))
        desk.picture("mine", 0.2, None, coloured(GREEN))
        desk.picture("mine", 0.1 + PATIENCE, None, coloured(GREEN))
        desk.end(3)

    played = written(tmp_path / "a.webm", write)
    assert len(played.pictures) == 3
    assert played.shows(0, GREEN)
    assert played.shows(1, RED)
    assert played.shows(2, GREEN)


def test_a_picture_of_another_size_keeps_it(tmp_path) -> None:
    sizes = [(320, 180), (1600, 900), (180, 320), (320, 180)]

    def write(desk: Desk) -> None:
        for number, size in enumerate(sizes * 2):
            colour = (RED, GREEN)[number % 2]
            desk.picture("theirs", number / 10, None, coloured(colour, size))
        desk.end(1)

    played = written(tmp_path / "a.webm", write)
    kept = [(320, 180), (1280, 720), (180, 320), (320, 180)]
    assert [picture.shape[1::-1] for picture in played.pictures] == kept * 2
    assert [played.shows(number, (RED, GREEN)[number % 2]) for number in range(8)] == [True] * 8
    assert played.times == pytest.approx([number / 10 for number in range(8)], abs=0.01)


def test_a_call_without_pictures_has_a_black_one(tmp_path) -> None:
    def write(desk: Desk) -> None:
        for number in range(120):
            desk.sound("mine", number / 50, None, tone(700, number / 50))
            desk.advance(number / 50)
        desk.end(2.4)

    played = written(tmp_path / "a.webm", write)
    assert played.size == (640, 360)
    assert played.shows(0, (0, 0, 0))
    assert played.has(700, 0.2, 2.2)


def test_a_picture_that_stands_is_written_again(tmp_path) -> None:
    def write(desk: Desk) -> None:
        desk.picture("theirs", 0.0, None, coloured(RED))
        for number in range(40):
            desk.advance(number / 10)
        desk.end(4)

    played = written(tmp_path / "a.webm", write)
    assert len(played.pictures) == 4
    assert played.times[-1] == pytest.approx(3, abs=0.1)
    assert played.shows(-1, RED)


def test_a_file_of_nothing_can_be_played_all_the_same(tmp_path) -> None:
    assert written(tmp_path / "a.webm", lambda desk: desk.end(0)).shows(0, (0, 0, 0))


def test_odd_sizes_are_made_even(tmp_path) -> None:
    def write(desk: Desk) -> None:
        desk.picture("theirs", 0.0, None, coloured(RED, (101, 99)))
        desk.end(0.1)

    assert written(tmp_path / "a.mkv", write).size == (100, 98)


# ---- the line of time


def test_times_follow_the_clock_when_they_go_astray() -> None:
    times = Times()
    assert times.second("a", 1.0, 500.0) == 1.0
    assert times.second("a", 1.3, 500.2) == pytest.approx(1.2)
    assert times.second("a", 9.0, 500.4) == 9.0
    assert times.second("a", 9.1, 500.5) == pytest.approx(9.1)
    assert times.second("b", 9.1, 3.0) == 9.1
    assert ASTRAY == 0.5


def test_sound_that_is_too_late_is_left_out() -> None:
    mix = Mix()
    assert not mix.take(0.1).any()
    mix.add("mine", 0.05, np.full(4800, 9, np.int16))
    rest = mix.take(0.2)
    assert len(rest) == 4800
    assert set(rest[:2400]) == {9}
    assert not rest[2400:].any()
    mix.add("mine", 0.0, np.full(4800, 9, np.int16))
    assert not mix.take(0.3).any()


def test_two_loud_sides_are_cut_off_and_do_not_wrap() -> None:
    mix = Mix()
    for side in ("mine", "theirs"):
        mix.add(side, 0.0, np.full(480, 30_000, np.int16))
    assert set(mix.take(0.01)) == {32767}


# ---- files


async def test_a_file_that_is_there_is_never_written_over(tmp_path) -> None:
    path = tmp_path / "kept.webm"
    path.write_text("mine")
    link = tmp_path / "link.webm"
    link.symlink_to(path)
    for one in (path, link):
        sentence = await open_recording(str(one))
        assert sentence == (
            f"{one} is there already: nothing is recorded, and it is kept. Name another file."
        )
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("call.mp4", "does not end in .webm or .mkv"),
        ("call", "does not end in .webm or .mkv"),
        ("nowhere/call.webm", "No such file or directory"),
        ("file.txt/call.webm", "Not a directory"),
        ("nul\0.webm", "null"),
        ("x" * 300 + ".webm", "File name too long"),
    ],
)
async def test_a_path_that_does_not_work_is_told(name, why, tmp_path) -> None:
    (tmp_path / "file.txt").touch()
    sentence = await open_recording(f"{tmp_path}/{name}")
    assert why in sentence
    assert "nothing is recorded" in sentence
    assert "\0" not in sentence


async def test_an_unknown_home_is_told() -> None:
    assert "cannot be written" in await open_recording("~nobody-at-all/call.webm")


async def test_the_home_is_found(home) -> None:
    recording = await open_recording("~/call.mkv")
    await recording.close()
    assert (home / "call.mkv").stat().st_size > 0


class FullDisk:
    """Takes a little, and then no more."""

    def __init__(self, room: int) -> None:
        self.room = room

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None: ...

    def write(self, data: bytes) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def tell(self) -> int:
        return 0


async def test_a_full_disk_ends_the_recording_and_not_the_call() -> None:
    recording = Recording(FullDisk(100), "webm")
    rng = np.random.default_rng(1)
    async with asyncio.timeout(20):
        number = 0
        while not recording.notice:
            noise = rng.integers(0, 255, (270, 320), dtype=np.uint8)
            recording.sound("mine", tone(500, number / 50))
            recording.picture("theirs", av.VideoFrame.from_ndarray(noise, format="yuv420p"))
            number += 1
            await asyncio.sleep(0.005)
    assert recording.notice == (
        "The recording broke off (No space left on device); what was written until then is kept."
        " Make room and record to another file."
    )
    recording.sound("mine", tone(500, 0))
    await recording.close()


async def test_a_slow_machine_leaves_out_pictures_and_no_sound(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(recording_module, "BACKLOG", 0)
    recording = await open_recording(str(tmp_path / "a.webm"))
    recording.picture("theirs", coloured(RED, (100, 100)))
    recording.sound("theirs", tone(500, 0))
    await recording.close()
    assert Played(tmp_path / "a.webm").size == (640, 360)
