"""Sources and sinks opened and closed many times: no thread, process or open file stays."""

import gc
from pathlib import Path

import pytest

from wschat_tui.media.setup import Setup
from wschat_tui.media.sinks.recording import open_recording
from wschat_tui.media.sinks.ring_tone import RingTone
from wschat_tui.media.sinks.speaker import Speaker
from wschat_tui.media.sources.picture import open_picture
from wschat_tui.media.sources.sound import open_sound

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("leaves_nothing")]


def left() -> tuple[int, int, int]:
    """Open files, threads and children of this process."""
    gc.collect()
    own = Path("/proc/self")
    children = Path("/proc/self/task").glob("*/children")
    return (
        len(list((own / "fd").iterdir())),
        len(list((own / "task").iterdir())),
        sum(len(one.read_text().split()) for one in children),
    )


async def once(tmp_path, film, number: int) -> None:
    """All there is, a moment each."""
    setup = Setup(name="bob", backend="null", columns=40, rows=6)
    shown = [
        ("pattern", ""), ("camera", ""), ("screen", ""), ("file", str(film)),
        ("file", "none"), ("command", "echo hello; sleep 60"), ("command", "exit"),
    ]  # fmt: skip
    tracks = [await open_picture(shows, what, setup) for shows, what in shown]
    tracks += [await open_sound(setup), await open_sound(Setup(sound=str(film)))]
    speaker, ring = Speaker(setup), RingTone(setup)
    recording = await open_recording(str(tmp_path / f"{number}.webm"))
    ring.play("incoming")
    for track in tracks:
        frame = await track.recv()
        if track.kind == "audio":
            speaker.take(frame)
            recording.sound("mine", frame)
        else:
            recording.picture("mine", frame)
    for track in tracks:
        track.stop()
        await track.gone()
    await ring.gone()
    await speaker.gone()
    await recording.close()


async def test_nothing_is_left_of_what_was_open(make_film, tmp_path, monkeypatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    film = make_film(seconds=0.4)
    # The first round loads libraries, and fills the loop's own pool of threads.
    for number in range(2):
        await once(tmp_path, film, number)
    before = left()
    for number in range(2, 5):
        await once(tmp_path, film, number)
    after = left()
    # The loop's pool may have grown by a thread or two, not by one for each round.
    assert after[0] <= before[0]
    assert after[1] <= before[1] + 2
    assert after[2] <= before[2]
