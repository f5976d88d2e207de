"""The picture that I send: fresh times, no key frames asked for, and a pace that can be kept."""

import asyncio
import threading
import time

import av
import numpy as np
import pytest
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.mediastreams import MediaStreamError
from av.video.frame import PictureType

from wschat_tui.media.setup import Setup
from wschat_tui.media.sources import picture as picture_module
from wschat_tui.media.sources.card import card, initials
from wschat_tui.media.sources.missing import Missing
from wschat_tui.media.sources.pace import SLOWEST, Pace
from wschat_tui.media.sources.picture import PictureTrack, open_picture
from wschat_tui.media.sources.scenes import scene_of
from wschat_tui.media.sources.shape import fitted, shaped
from wschat_tui.media.sources.studio import Studio

pytestmark = pytest.mark.usefixtures("leaves_nothing")

SETUP = Setup(name="Alice Liddell")


def grey(value: int, size=(64, 48)) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0]), value, np.uint8), "gray")
    frame = frame.reformat(format="yuv420p")
    frame.pict_type = PictureType.I
    frame.pts = 5
    return frame


def steady(rate: float, size=(64, 48)):
    """A source of so many pictures a second, marked as key frames as raw sources mark theirs."""

    def take(stop: threading.Event):
        number = 0
        while not stop.wait(1 / rate):
            number += 1
            yield grey(number % 250, size)

    return take


def failing(stop: threading.Event):
    raise Missing("There is nothing: a card is sent.")
    yield


@pytest.fixture
async def show():
    """Make a track of a source; it is stopped at the end."""
    tracks = []

    async def shown(take, rate: float = 200.0) -> PictureTrack:
        studio = Studio(take, (1280, 720), "Alice Liddell")
        await studio.ready(5)
        tracks.append(PictureTrack(studio, rate))
        return tracks[-1]

    yield shown
    for track in tracks:
        track.stop()
        await track.gone()


async def test_pictures_are_stamped_anew_and_none_asks_to_be_a_key_frame(show) -> None:
    track = await show(steady(100))
    frames = [await track.recv() for _ in range(4)]
    assert {frame.pict_type for frame in frames} == {PictureType.NONE}
    assert {frame.time_base.denominator for frame in frames} == {90_000}
    assert all(np.diff([frame.pts for frame in frames]) > 0)


async def test_an_encoder_makes_one_key_frame_of_many_raw_pictures(show) -> None:
    track = await show(steady(100))
    encoder = Vp8Encoder()
    keys = 0
    for _ in range(15):
        payloads, _ = encoder.encode(await track.recv())
        # Behind aiortc's descriptor, the lowest bit of VP8's first byte is 0 in key frames.
        descriptor = 1 + (3 if payloads[0][0] & 0x80 else 0)
        keys += not payloads[0][descriptor] & 1
    assert keys == 1


async def test_times_go_on_where_one_source_follows_another(show) -> None:
    first = (await (await show(steady(100))).recv()).pts
    second = (await (await show(steady(100))).recv()).pts
    assert second > first


async def test_no_more_pictures_are_sent_than_the_rate_allows(show) -> None:
    track = await show(steady(200), rate=20)
    await track.recv()
    began = time.monotonic()
    for _ in range(6):
        await track.recv()
    assert time.monotonic() - began >= 6 / 20 - 0.01


async def test_the_newest_picture_is_sent_and_older_ones_are_lost(show, until) -> None:
    go, done = threading.Event(), threading.Event()

    def burst(stop):
        yield grey(100)
        go.wait(10)
        yield from (grey(value) for value in range(110, 200, 10))
        done.set()
        stop.wait()

    track = await show(burst)
    await track.recv()
    go.set()
    until(done.is_set)
    assert (await track.recv()).to_ndarray()[0, 0] == pytest.approx(190, abs=30)
    assert track.latest.to_ndarray()[0, 0] == (await track.recv()).to_ndarray()[0, 0]


async def test_a_picture_that_stays_is_sent_again_now_and_then(show, monkeypatch) -> None:
    monkeypatch.setattr(picture_module, "STILL", 0.05)

    def once(stop):
        yield grey(7)
        stop.wait()

    track = await show(once)
    began = time.monotonic()
    frames = [await track.recv() for _ in range(3)]
    assert frames[0] is frames[2]
    assert time.monotonic() - began >= 0.1 - 0.005


async def test_what_is_seen_now_is_there_without_being_sent(show) -> None:
    track = await show(steady(100))
    first = track.latest
    for _ in range(1000):
        if track.latest is not first:
            break
        await asyncio.sleep(0.005)
    assert track.latest is not first
    assert (await track.recv()).width == 64


async def test_pictures_that_are_sent_are_told_to_the_tap(show) -> None:
    track, tapped = await show(steady(100)), []
    track.tap = tapped.append
    assert [await track.recv(), await track.recv()] == tapped


async def test_a_missing_source_becomes_a_card_with_initials_and_a_sentence(show, is_near) -> None:
    track = await show(failing)
    frame = await track.recv()
    assert track.notice == "There is nothing: a card is sent."
    assert is_near(frame.to_ndarray(), card("Alice Liddell").to_ndarray(), by=0)


async def test_a_source_that_breaks_off_is_told(show) -> None:
    def breaking(stop):
        yield grey(1)
        raise OSError(19, "No such device")

    track = await show(breaking)
    async with asyncio.timeout(5):
        while not track.notice:
            await track.recv()
    assert track.notice.startswith("The picture broke off ([Errno 19] No such device): a card")


async def test_a_stopped_track_ends_its_source_and_whoever_waits(show) -> None:
    track = await show(steady(2))
    await track.recv()
    waiting = asyncio.get_running_loop().create_task(track.recv())
    await asyncio.sleep(0)
    track.stop()
    began = time.monotonic()
    with pytest.raises(MediaStreamError):
        await waiting
    assert time.monotonic() - began < 0.4
    with pytest.raises(MediaStreamError):
        await track.recv()


async def test_a_slow_opening_is_not_waited_for_without_end(opened, monkeypatch) -> None:
    monkeypatch.setattr(picture_module, "OPENING", 0.01)
    monkeypatch.setattr(
        picture_module, "scene_of", lambda *_: scene_of("command", "sleep 60", SETUP)
    )
    began = time.monotonic()
    await opened(open_picture, "camera", "", SETUP)
    assert time.monotonic() - began < 2


# ---- what is shown


@pytest.mark.parametrize("shows", ["camera", "screen", "pattern"])
async def test_a_trial_shows_the_pattern_in_place_of_devices(
    opened, shows, colour_at, is_near
) -> None:
    track = await opened(open_picture, shows, "", Setup(fake=True))
    frame = await track.recv()
    assert (track.notice, frame.width, frame.height) == ("", 640, 360)
    assert is_near(colour_at(frame, 0.36, 0.3), (16, 235, 235))


async def test_the_pattern_shows_its_bars_and_moves(opened, colour_at, is_near) -> None:
    track = await opened(open_picture, "pattern", "", SETUP)
    frames = [await track.recv() for _ in range(3)]
    bars = [colour_at(frames[0], (number + 0.5) / 7, 0.4) for number in range(7)]
    expected = [
        (235, 235, 235), (235, 235, 16), (16, 235, 235), (16, 235, 16),
        (235, 16, 235), (235, 16, 16), (16, 16, 235),
    ]  # fmt: skip
    assert all(is_near(bar, one, by=6) for bar, one in zip(bars, expected, strict=True))
    assert not np.array_equal(frames[0].to_ndarray(), frames[2].to_ndarray())


async def test_nothing_is_shown_as_a_card_without_a_complaint(opened) -> None:
    track = await opened(open_picture, "", "", SETUP)
    assert (await track.recv()).width == 640
    assert track.notice == ""


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Alice Liddell", "AL"),
        ("bob", "BO"),
        ("x", "X"),
        ("Anna Maria von Berg", "AB"),
        ("  *** ", "?"),
        ("", "?"),
        ("élodie", "ÉL"),
        ("(root)", "RO"),
    ],
)
def test_initials(name, letters) -> None:
    assert initials(name) == letters


def test_a_card_belongs_to_its_name() -> None:
    one, same, other = card("alice"), card("alice"), card("bob")
    assert np.array_equal(one.to_ndarray(), same.to_ndarray())
    assert not np.array_equal(one.to_ndarray(), other.to_ndarray())
    letters = one.to_ndarray(format="rgb24")
    assert (letters.min(axis=2) > 230).sum() > 1000


# ---- shape and pace


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((640, 360), (640, 360)),
        ((641, 361), (640, 360)),
        ((1920, 1080), (1280, 720)),
        ((1080, 1920), (404, 720)),
        ((1, 1), (16, 16)),
        ((5000, 3), (1280, 16)),
    ],
)
def test_sizes_are_even_and_within_the_limit(size, expected) -> None:
    assert fitted(size, (1280, 720)) == expected


def test_a_picture_that_fits_is_not_made_anew() -> None:
    frame = grey(1)
    assert shaped(frame, (1280, 720)) is frame
    assert shaped(frame, (32, 32)).width == 32


def paced(pace: Pace, busy: float, pictures: int, now: float = 0.0) -> float:
    """Send so many pictures that each keep the sender busy; gives the seconds it took."""
    began = now
    for _ in range(pictures):
        pace.back(now)
        now += pace.wait(now)
        pace.leave(now)
        now += busy
    return now - began


def test_a_quick_sender_gets_the_full_rate() -> None:
    assert paced(Pace(30), 0.005, 60) == pytest.approx(2, abs=0.05)


def test_a_slow_encoder_gets_fewer_pictures_and_some_rest() -> None:
    pace = Pace(30)
    paced(pace, 0.1, 50)
    assert pace.rate == pytest.approx(7, abs=0.1)
    assert paced(pace, 0.1, 20, now=100) == pytest.approx(20 / 7, abs=0.2)


def test_one_hiccup_does_not_slow_the_rest() -> None:
    pace = Pace(30)
    paced(pace, 0.005, 10)
    paced(pace, 0.1, 1, now=50)
    paced(pace, 0.005, 10, now=60)
    assert pace.rate == 30


def test_a_lossy_link_gets_fewer_pictures_until_it_is_free_again() -> None:
    pace = Pace(30)
    pace.link(50)
    assert pace.rate == pytest.approx(24)
    for _ in range(50):
        pace.link(50)
    assert pace.rate == pytest.approx(7.5)
    pace.link(5)
    assert pace.rate == pytest.approx(7.5)
    for _ in range(50):
        pace.link(0)
    assert pace.rate == 30


def test_a_rate_below_the_slowest_is_kept() -> None:
    pace = Pace(1.0)
    assert (pace.rate, SLOWEST) == (1.0, 2.0)


def test_a_pause_is_not_made_up_for() -> None:
    pace = Pace(10)
    paced(pace, 0.0, 5)
    assert paced(pace, 0.0, 10, now=1000) == pytest.approx(0.9, abs=0.11)
