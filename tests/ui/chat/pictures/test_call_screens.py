"""What lies over other screens when somebody calls, and the sheets before and in a call."""

from dataclasses import replace

import pytest

from wschat_tui.state.calls.call_views import Levels

pytestmark = pytest.mark.snapshot
SIZES = ("60x20", "80x24", "120x36")


@pytest.mark.parametrize("size", SIZES)
def test_somebody_calls(picture, calls, lively, size):
    calls.ring()

    async def write(seat):
        await seat.type("I was writing this")

    assert picture(size, write)


def test_somebody_calls_over_a_sheet(picture, calls):
    calls.ring("mia", "audio")
    assert picture("80x24", press("ctrl+k"))


@pytest.mark.parametrize("size", SIZES)
def test_before_a_call(picture, calls, size):
    assert picture(size, before_calling("carol"))


@pytest.mark.parametrize("size", SIZES)
def test_before_a_call_with_a_camera(picture, calls, size):
    assert picture(size, before_calling("bob", "right"))


def test_before_a_call_without_devices(picture, calls, media):
    media.found = ()
    media.heard = Levels()
    media.missing = "No microphone was found: silence is sent. No camera was found: a card is sent."
    assert picture("80x24", before_calling("dave", "right"))


def test_before_a_call_with_a_command(picture, calls):
    assert picture("80x24", before_calling("bob", "right", "right", "right", "right", "enter"))


@pytest.mark.parametrize("size", SIZES[:2])
def test_devices(picture, calls, media, size):
    media.talking = "push"
    calls.talk_with()
    assert picture(size, press("d"))


@pytest.mark.parametrize("size", SIZES[:2])
def test_share(picture, calls, size):
    calls.talk_with(shows="camera", picture=True)
    assert picture(size, press("s"))


def test_share_a_command(picture, calls):
    calls.talk_with()
    assert picture("80x24", press("s", "up", "up", "up", "enter", *"top"))


@pytest.mark.parametrize("size", SIZES[:2])
def test_verify(picture, calls, size):
    calls.talk_with()
    assert picture(size, press("w"))


def test_verified(picture, calls):
    calls.talk_with()
    assert picture("80x24", press("w", "s"))


def test_leaving_a_call_asks(picture, calls):
    calls.talk_with(shows="camera", picture=True)
    assert picture("80x24", press("ctrl+q"))


def test_recording_asks(picture, calls):
    calls.talk_with()
    assert picture("80x24", press("r"))


def test_palette_without_calls(picture):
    async def act(seat):
        seat.chat.desk.open_room("dm:alice:bob")
        await seat.press("ctrl+k", *"/call")

    assert picture("120x36", act)


@pytest.mark.parametrize("theme", ["wschat-light", "ansi-dark"])
def test_other_colours(picture, calls, theme):
    calls.talk_with(shows="camera", picture=True)
    assert picture("80x24", theme=theme)


def test_light_banner(picture, calls):
    calls.ring()
    assert picture("80x24", theme="wschat-light")


def press(*keys):
    async def act(seat):
        await seat.press(*keys)

    return act


def before_calling(user, *keys):
    async def act(seat):
        seat.chat.telephone.prepare(user)
        await seat.pilot.pause()
        await seat.app.workers.wait_for_complete()
        await seat.press(*keys)
        await seat.app.workers.wait_for_complete()

    return act


def test_without_colours(picture, calls, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    calls.talk_with(shows="camera", picture=True)
    calls.change(microphone=False, reconnecting=True)
    assert picture("80x24")


def test_hostile_names_and_words(picture, calls, talk):
    name = "\x1b]0;x\x07[b]bo\u202eb[/b]" + "w" * 80
    talk.hear(("presence.update", {"user_id": name, "status": "online"}))
    calls.talk_with(name)
    calls.change(
        words=("[red]a", "\x1b[31mb", "c" * 99),
        shows="file",
        shows_what="[b]f\x1b[0m",
        stats=replace(calls.call.stats, audio_codec="[i]o\x1b[1m", local_path="[u]p"),
    )
    assert picture("80x24", press("w"))


def test_notices_stand_below_the_banner(picture, calls, talk):
    calls.ring()

    async def hear(seat):
        talk.says("carol", "@alice are you there?", "network:team")

    assert picture("80x24", hear)
