"""The call that is on, at every size: ringing there, heard, seen, in trouble."""

import pytest

from wschat_tui.state.calls.call import CallStats

pytestmark = pytest.mark.snapshot
SIZES = ("60x20", "80x24", "160x45")


@pytest.mark.parametrize("size", SIZES)
def test_ringing_there(picture, calls, size):
    calls.dial()
    assert picture(size)


@pytest.mark.parametrize("size", SIZES)
def test_sound_alone(picture, calls, size):
    calls.talk_with()
    assert picture(size)


@pytest.mark.parametrize("size", [*SIZES, "36x10"])
def test_picture_and_mine_in_the_corner(picture, calls, size):
    calls.talk_with(shows="camera", picture=True)
    assert picture(size)


@pytest.mark.parametrize("layout", ["split", "remote"])
@pytest.mark.parametrize("size", ["80x24", "160x45"])
def test_layouts(picture, calls, size, layout):
    calls.talk_with(shows="camera", picture=True)

    async def lay(seat):
        seat.chat.telephone.lay(layout)

    assert picture(size, lay)


@pytest.mark.parametrize("size", ["120x36", "160x45"])
def test_chat_beside(picture, calls, story, size):
    story.go("dm:alice:bob")
    story.post("bob", "can you see my screen?")
    story.deliver("yes, all of it")
    story.go("network:lobby")
    calls.talk_with(shows="camera", picture=True)
    assert picture(size, press("c"))


@pytest.mark.parametrize("size", SIZES)
def test_chat_while_the_call_goes_on(picture, calls, lively, size):
    calls.talk_with()
    calls.change(microphone=False, recording="/home/alice/call-bob.webm")
    assert picture(size, press("escape"))


@pytest.mark.parametrize("size", SIZES)
def test_all_figures(picture, calls, size):
    calls.talk_with(picture=True)
    assert picture(size, press("i"))


@pytest.mark.parametrize("size", ["60x20", "120x36"])
def test_nothing_but_the_picture(picture, calls, size):
    calls.talk_with(shows="camera", picture=True)
    assert picture(size, press("f"))


TROUBLES = {
    "connecting": {"phase": "connecting", "active_at": None, "stats": CallStats(), "words": ()},
    "reconnecting": {"reconnecting": True},
    "server lost": {"signalling_lost": True},
    "no microphone": {"notice": "No microphone was found; silence is sent in its place."},
    "muted, recorded": {"microphone": False, "recording": "/home/alice/call-bob.webm"},
}


@pytest.mark.parametrize("fields", TROUBLES.values(), ids=TROUBLES)
def test_states_in_words(picture, calls, fields):
    calls.talk_with(shows="camera", picture=True)
    calls.change(**fields)
    assert picture("80x24")


@pytest.mark.parametrize("size", ["60x20", "120x36"])
def test_everything_at_once(picture, calls, size):
    calls.talk_with("mia", shows="command")
    fields = TROUBLES["muted, recorded"] | TROUBLES["reconnecting"] | TROUBLES["server lost"]
    calls.change(**fields, shows_what="htop --tree --delay=5 and so on and so forth")
    assert picture(size)


def press(*keys):
    async def act(seat):
        await seat.press(*keys)

    return act
