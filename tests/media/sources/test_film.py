"""Media files: pictures and sound in their time, a word at the end, and no trouble with bad ones."""

import asyncio
import time

import numpy as np
import pytest

from wschat_tui.media.blocks import SAMPLES
from wschat_tui.media.setup import Setup
from wschat_tui.media.sources.film import Film
from wschat_tui.media.sources.film_sound import FilmSound
from wschat_tui.media.sources.picture import open_picture
from wschat_tui.media.sources.sound import open_sound

pytestmark = pytest.mark.usefixtures("leaves_nothing")


async def collected(sound, seconds: float) -> np.ndarray:
    end, parts = time.monotonic() + seconds, []
    while time.monotonic() < end:
        parts.append((await sound.recv()).to_ndarray().reshape(-1))
    return np.concatenate(parts)


async def test_a_file_sends_its_picture_and_its_sound_together(
    opened, make_film, colour_at, is_near, pitch_of
) -> None:
    path = make_film(seconds=1.2)
    picture = await opened(open_picture, "file", str(path), Setup(name="bob"))
    sound = await opened(open_sound, Setup(sound="silence"))
    sound.beside = picture.sound

    async def look() -> list[tuple[float, tuple[int, int, int]]]:
        seen = []
        began = time.monotonic()
        while not picture.notice:
            frame = await picture.recv()
            seen.append((time.monotonic() - began, colour_at(frame)))
        return seen

    seen, heard = await asyncio.gather(look(), collected(sound, 1.0))
    assert (seen[0][0], is_near(seen[0][1], (255, 0, 0))) == (pytest.approx(0, abs=0.2), True)
    changed = next(at for at, colour in seen if is_near(colour, (0, 0, 255)))
    assert changed == pytest.approx(0.6, abs=0.25)
    assert len(seen) >= 12
    loud = np.flatnonzero(np.abs(heard) > 1000)
    assert pitch_of(heard[loud[0] : loud[0] + 24_000]) == pytest.approx(1000, abs=5)
    assert picture.notice == (
        "The file film.mkv has ended: a card and silence are sent. Send it again, or something"
        " else."
    )


async def test_the_sound_of_a_file_in_place_of_the_microphone(opened, make_film, pitch_of) -> None:
    sound = await opened(open_sound, Setup(sound=str(make_film(seconds=0.6))))
    assert sound.notice == ""
    heard = await collected(sound, 1.0)
    loud = np.flatnonzero(np.abs(heard) > 1000)
    # All of it, from its start, without a hole.
    assert loud[-1] - loud[0] == pytest.approx(0.6 * 48_000, abs=0.06 * 48_000)
    assert pitch_of(heard[loud[0] : loud[0] + 19_200]) == pytest.approx(1000, abs=5)
    assert sound.notice == (
        "The file film.mkv has ended: silence is sent. Send it again, or something else."
    )


async def test_a_file_begins_when_it_is_first_sent(opened, make_film) -> None:
    sound = await opened(open_sound, Setup(sound=str(make_film(seconds=0.4, colours=()))))
    await asyncio.sleep(0.3)
    heard = await collected(sound, 0.6)
    loud = np.flatnonzero(np.abs(heard) > 1000)
    assert loud[-1] - loud[0] > 0.3 * 48_000


def test_a_film_may_begin_anew_at_its_end(make_film, taking, until, colour_at, is_near) -> None:
    film = Film(str(make_film(seconds=0.3)), loop=True)
    taken = taking(film)
    until(lambda: len(taken.frames) > 9)
    colours = [is_near(colour_at(frame), (255, 0, 0)) for frame in taken.frames]
    assert colours[:9] == [True, True, True, False, False, False, True, True, True]


def test_a_photograph_stays(tmp_path, taking, until) -> None:
    from PIL import Image

    Image.new("RGB", (200, 100), "green").save(tmp_path / "a.png")
    taken = taking(Film(str(tmp_path / "a.png")))
    until(lambda: taken.frames)
    time.sleep(0.1)
    assert (taken.ended, taken.missing, len(taken.frames)) == (False, "", 1)


def test_a_file_of_sound_alone_shows_a_card_while_it_sounds(make_film, taking, until) -> None:
    film = Film(str(make_film(seconds=0.3, colours=())), name="bob")
    taken = taking(film)
    until(lambda: taken.ended)
    assert [frame.width for frame in taken.frames] == [640]
    assert film.sound.any
    assert "has ended" in taken.missing


def test_a_silent_film_is_shown_to_its_end(make_film, taking, until) -> None:
    film = Film(str(make_film(seconds=0.3, pitch=None)))
    taken = taking(film)
    until(lambda: taken.ended)
    assert len(taken.frames) == 6
    assert film.sound.take() is None


def test_pictures_that_are_rare_leave_no_hole_in_the_sound(make_film, taking, until) -> None:
    film = Film(str(make_film(seconds=2.0, rate=1)))
    taken = taking(film)
    until(lambda: film.sound._waiting)
    holes, due, end = 0, time.monotonic(), time.monotonic() + 1.5
    while due < end:
        due += 0.02
        holes += film.sound.take() is None
        time.sleep(max(0, due - time.monotonic()))
    # One at most, before the sound flows.
    assert holes <= 2
    taken.end()


def test_a_film_can_be_stopped_at_any_time(make_film, taking, until) -> None:
    taken = taking(Film(str(make_film(seconds=30, rate=1))))
    until(lambda: taken.frames)
    began = time.monotonic()
    taken.end()
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("none.mkv", "there is no such file"),
        (".", "there is no such file"),
        ("text.txt", "it is no media file of a known kind"),
        ("empty.mkv", ""),
        ("nul\0.mkv", ""),
    ],
)
async def test_a_file_that_cannot_be_played_is_told(opened, name, why, tmp_path) -> None:
    (tmp_path / "text.txt").write_text("This is no film.\n" * 50)
    (tmp_path / "empty.mkv").touch()
    picture = await opened(open_picture, "file", f"{tmp_path}/{name}", Setup())
    assert why in picture.notice
    assert "cannot be played" in picture.notice
    assert "\0" not in picture.notice
    assert (await picture.recv()).width == 640
    sound = await opened(open_sound, Setup(sound=f"{tmp_path}/{name}"))
    assert sound.notice.endswith("silence is sent. Name another.")
    assert not (await sound.recv()).to_ndarray().any()


async def test_a_file_that_may_not_be_read_is_told(opened, make_film, monkeypatch) -> None:
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    path = make_film()
    # Root, who may run these tests, is refused nothing.
    monkeypatch.setattr("wschat_tui.media.sources.film.av.open", refused)
    picture = await opened(open_picture, "file", str(path), Setup())
    assert "(Permission denied): a card and silence are sent" in picture.notice


def test_a_film_without_sound_has_none_to_send(make_film) -> None:
    film = Film(str(make_film(pitch=None)), pictures=False)
    assert "it has no sound" in film.check()


def test_a_list_of_files_leads_nowhere_but_to_files(tmp_path) -> None:
    (tmp_path / "a.m3u8").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/secret.ts\n"
    )
    assert "cannot be played" in Film(str(tmp_path / "a.m3u8")).check()


def test_a_broken_part_is_left_out(make_film, tmp_path, taking, until) -> None:
    whole = make_film(seconds=1.0).read_bytes()
    middle = len(whole) // 2
    (tmp_path / "cut.mkv").write_bytes(whole[:middle] + bytes(200) + whole[middle + 200 :])
    taken = taking(Film(str(tmp_path / "cut.mkv")))
    until(lambda: taken.ended)
    assert len(taken.frames) >= 5


# ---- sound with moments


def test_sound_is_given_when_it_is_due_and_lost_when_it_is_stale() -> None:
    sound = FilmSound()
    now = time.monotonic()
    sound.put(now + 30, np.ones(SAMPLES, np.int16))
    assert sound.take() is None
    assert sound.waits
    late = FilmSound()
    late.put(now - 1, np.ones(3 * SAMPLES, np.int16))
    late.put(now - 0.01, np.full(SAMPLES, 2, np.int16))
    assert set(late.take()) == {2}
    assert late.take() is None


def test_sound_of_any_length_becomes_whole_blocks() -> None:
    sound = FilmSound()
    now = time.monotonic() - 0.05
    for number in range(4):
        sound.put(now + number * 0.01, np.full(SAMPLES // 2, number, np.int16))
    blocks = [sound.take(), sound.take()]
    assert [set(block) for block in blocks] == [{0, 1}, {2, 3}]
