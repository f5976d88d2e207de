"""The camera: how it is opened, and what is said where that fails. No machine of ours has one."""

import sys
import types

import av
import numpy as np
import pytest

from wschat_tui.media import eyes
from wschat_tui.media.setup import Setup
from wschat_tui.media.sources import live
from wschat_tui.media.sources.camera import Camera
from wschat_tui.media.sources.picture import open_picture

pytestmark = pytest.mark.usefixtures("leaves_nothing")


def frame() -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24")


class Device:
    """A camera with three pictures."""

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None: ...

    def decode(self, video: int):
        yield from (frame(), frame(), frame())


@pytest.fixture
def opening(monkeypatch):
    """Every `av.open`, with what it was given; faults that come before a device can be named."""

    opening = types.SimpleNamespace(calls=[], faults=[])

    def opened(file, **options):
        opening.calls.append((file, options["format"], options["options"]))
        if opening.faults:
            raise opening.faults.pop(0)
        return Device()

    monkeypatch.setattr(live.av, "open", opened)
    return opening


@pytest.fixture
def video_nodes(tmp_path, monkeypatch):
    """Two cameras, the first with a second node for what is not a picture."""
    dev, sys_ = tmp_path / "dev", tmp_path / "sys"
    dev.mkdir()
    for name, index, title in (
        ("video10", "0", "Desk\x1b[31m"), ("video2", "0", "Lid"), ("video3", "1", "Lid"),
    ):  # fmt: skip
        (dev / name).touch()
        (sys_ / name).mkdir(parents=True)
        (sys_ / name / "index").write_text(index + "\n")
        (sys_ / name / "name").write_text(title + "\n")
    (dev / "vhost-net").touch()
    monkeypatch.setattr(eyes, "DEV", dev)
    monkeypatch.setattr(eyes, "SYS", sys_)
    return dev


def test_the_first_camera_is_opened_at_a_size_that_suits_calls(opening, video_nodes, taking, until):
    taken = taking(Camera(""))
    until(lambda: taken.ended)
    assert opening.calls == [
        (f"{video_nodes}/video2", "v4l2", {"video_size": "640x360", "framerate": "30"})
    ]
    assert len(taken.frames) == 3
    assert taken.missing.startswith(f"The camera {video_nodes}/video2 has stopped: a card")


def test_the_chosen_camera_is_opened(opening, taking, until) -> None:
    taken = taking(Camera("/dev/video7"))
    until(lambda: taken.ended)
    assert opening.calls[0][0] == "/dev/video7"


@pytest.mark.parametrize(
    ("platform", "file", "system", "tries"),
    [("darwin", "Lid:none", "avfoundation", 3), ("win32", "video=Lid", "dshow", 2)],
)
def test_other_systems_have_other_words(
    platform, file, system, tries, opening, taking, until, monkeypatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    opening.faults = [OSError(5, "Input/output error") for _ in range(tries - 1)]
    taken = taking(Camera("Lid"))
    until(lambda: taken.ended)
    assert len(taken.frames) == 3
    assert {(call[0], call[1]) for call in opening.calls} == {(file, system)}
    assert len(opening.calls) == tries
    assert len({str(call[2]) for call in opening.calls}) == tries


@pytest.mark.parametrize(
    ("fault", "said", "tried"),
    [
        (FileNotFoundError(2, "No such file"), "is not there: a card", 1),
        (PermissionError(13, "Permission denied"), "may not be used by this program: a card", 1),
        (OSError(16, "Device or resource busy"), "is in use by another program: a card", 2),
        (av.error.InvalidDataError(1, "Invalid data"), "has failed (", 2),
    ],
)
def test_what_fails_is_said_in_a_sentence(fault, said, tried, opening, taking, until) -> None:
    opening.faults = [fault] * 3
    taken = taking(Camera("/dev/video0"))
    until(lambda: taken.ended)
    assert taken.missing.startswith(f"The camera /dev/video0 {said}")
    assert taken.missing.endswith("or share a screen, a file or this terminal.")
    assert len(opening.calls) == tried


async def test_a_machine_without_a_camera_sends_a_card(opened, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(eyes, "DEV", tmp_path)
    track = await opened(open_picture, "camera", "", Setup(name="bob"))
    assert track.notice == (
        "There is no camera: a card with your initials is sent. Plug one in, or share a screen, a"
        " file or this terminal."
    )
    assert (await track.recv()).width == 640


async def test_a_camera_that_is_not_there_sends_a_card(opened) -> None:
    track = await opened(open_picture, "camera", "", Setup(name="bob", camera="/dev/video-none"))
    assert track.notice.startswith("The camera /dev/video-none is not there")


async def test_what_is_no_camera_sends_a_card(opened, tmp_path) -> None:
    (tmp_path / "file").write_text("no camera")
    track = await opened(
        open_picture, "camera", "", Setup(name="bob", camera=str(tmp_path / "file"))
    )
    assert track.notice.startswith(f"The camera {tmp_path}/file has failed (")
