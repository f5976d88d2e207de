import threading

import av
import pytest

from wschat_tui.state.calls.call_effects import CloseMedia, Record, Ring, Show
from wschat_tui.state.calls.call_inputs import (
    MediaFlowing,
    MediaMeasured,
    MediaPicture,
    MediaRecording,
)

CALL = "call-1"


@pytest.fixture
def quiet(eventually):
    """Waits until no thread of media is left but those of the test's own loop."""
    before = set(threading.enumerate())

    def left():
        new = set(threading.enumerate()) - before
        return [one for one in new if not one.name.startswith("asyncio_")]

    return lambda: eventually(lambda: not left())


async def test_a_preview_shows_my_picture_and_meters_my_microphone_before_any_call(
    end, eventually, quiet
):
    engine = end("one").engine
    assert await engine.preview(True, "pattern") == ""
    await eventually(lambda: engine.levels().mine > 0.3)
    await eventually(lambda: engine.picture("mine", 40, 12, "truecolor") is not None)
    assert engine.picture("theirs", 40, 12, "truecolor") is None
    assert engine.levels().theirs == 0
    await engine.preview(False)
    await quiet()
    assert engine.picture("mine", 40, 12, "truecolor") is None
    assert engine.levels().mine == 0


async def test_a_preview_tells_what_is_missing(end):
    engine = end("one").engine
    said = await engine.preview(True, "file", "/nowhere/film.mkv")
    assert "card" in said
    await engine.preview(False)


async def test_a_call_takes_over_what_the_preview_opened(line, eventually, quiet):
    await line.one.engine.preview(True, "pattern")
    sound = line.one.engine._gear.sound
    await line.connect("video", "pattern", "")
    await line.other.until(MediaPicture)
    assert line.one.engine._gear.sound is sound
    # The sheet that showed the preview closes when the call begins.
    await line.one.engine.preview(False)
    await eventually(lambda: line.other.engine.levels().theirs > 0.3)
    line.hang_up()
    await quiet()


async def test_both_pictures_are_to_be_seen_at_any_size_and_the_newest_once_only(line, eventually):
    await line.connect("video", "pattern", "pattern")
    one = line.one.engine
    await eventually(lambda: one.picture("theirs", 40, 12, "256") is not None)
    for side in ("theirs", "mine"):
        picture = one.picture(side, 60, 20, "truecolor")
        assert 0 < picture.columns <= 60
        assert 0 < picture.rows <= 20
    number = one.picture("theirs", 60, 20, "truecolor").number
    await eventually(lambda: one.picture("theirs", 60, 20, "truecolor").number > number)
    line.other.engine.run(Show(CALL, ""))
    await eventually(lambda: one.picture("theirs", 60, 20, "truecolor") is None)


async def test_a_key_decides_what_is_sent_where_talking_takes_one(line, eventually):
    line.one.engine.set_talking("push")
    await line.connect()
    await line.other.until(MediaMeasured, lambda told: told.stats.sound_in)
    assert line.one.engine.talking == "push"
    assert not line.one.engine.levels().speaking
    assert line.other.engine.levels().theirs < 0.05
    line.one.engine.push(True)
    await eventually(lambda: line.other.engine.levels().theirs > 0.3)
    assert line.one.engine.levels().speaking
    line.one.engine.push(False)
    await eventually(lambda: line.other.engine.levels().theirs < 0.05)


async def test_volumes_count_at_once_and_for_the_next_call(line, eventually):
    await line.connect()
    await eventually(lambda: line.other.engine.levels().theirs > 0.3)
    line.other.engine.set_volume("speaker", 0)
    await eventually(lambda: line.other.engine.levels().theirs < 0.05)
    line.other.engine.set_volume("speaker", 900)
    assert line.other.engine.volume("speaker") == 200
    line.one.engine.set_volume("microphone", 0)
    assert line.one.engine.volume("microphone") == 0
    await eventually(lambda: line.other.engine.levels().theirs < 0.05)


async def test_devices_change_within_a_call(end, join, eventually):
    # With the paced devices that go nowhere, since others may be missing here.
    one = end("one", fake=False, backend="null", sound="tone")
    other = end("other")
    line = join(one, other)
    await line.connect()
    await eventually(lambda: other.engine.levels().theirs > 0.3)
    for kind in ("microphone", "speaker", "camera", "screen"):
        one.engine.choose(kind, "another one")
    await eventually(lambda: one.engine._gear.setup.screen == "another one")
    assert one.engine._gear.setup.microphone == "another one"
    before = (await other.until(MediaMeasured)).stats.received_packets
    await other.until(MediaMeasured, lambda told: told.stats.received_packets > before + 20)


async def test_what_there_is_to_choose_from_is_asked_of_the_system(end):
    engine = end("one", fake=False, backend="null").engine
    assert all(device.kind in ("camera", "screen") for device in await engine.devices())


async def test_a_tone_sounds_until_it_is_switched_off_and_leaves_nothing(end, quiet):
    engine = end("one").engine
    engine.run(Ring("incoming"))
    engine.run(Ring("outgoing"))
    await engine.test_tone()
    assert engine._ring is not None
    engine.run(Ring("off"))
    engine.run(Ring("off"))
    await quiet()


async def test_a_recording_holds_both_sides_and_is_told_when_it_begins_and_ends(line, tmp_path):
    path = str(tmp_path / "call.webm")
    await line.connect("video", "pattern", "pattern")
    await line.one.until(MediaPicture)
    line.one.engine.run(Record(CALL, path))
    began = await line.one.until(MediaRecording)
    assert (began.path, began.sentence) == (path, "")
    passed = line.one.engine._peers[CALL]._passed
    start = passed.sounds_in
    await line.one.until(MediaMeasured, lambda told: passed.sounds_in > start + 60)
    line.one.engine.run(Record(CALL, ""))
    ended = await line.one.until(MediaRecording, lambda told: not told.path)
    assert ended.sentence == ""
    with av.open(path) as film:
        sounds = list(film.decode(audio=0))
    with av.open(path) as film:
        pictures = list(film.decode(video=0))
    assert sum(frame.samples for frame in sounds) > 48_000
    assert len(pictures) > 10


async def test_a_recording_that_cannot_be_made_is_told_and_the_call_goes_on(line, tmp_path):
    await line.connect()
    line.one.engine.run(Record(CALL, str(tmp_path / "call.txt")))
    told = await line.one.until(MediaRecording)
    assert told.path == ""
    assert "webm" in told.sentence
    await line.other.until(MediaFlowing)


async def test_a_call_that_ends_finishes_its_recording(line, tmp_path, quiet):
    path = tmp_path / "call.mkv"
    await line.connect()
    line.one.engine.run(Record(CALL, str(path)))
    await line.one.until(MediaRecording)
    passed = line.one.engine._peers[CALL]._passed
    await line.one.until(MediaMeasured, lambda told: passed.sounds_in > 30)
    line.one.engine.run(CloseMedia(CALL))
    line.hang_up()
    await quiet()
    with av.open(str(path)) as film:
        assert sum(frame.samples for frame in film.decode(audio=0)) > 10_000
