"""Somebody calls: seen over every screen, answered from there, heard, and gone when it is over."""

import pytest

from wschat_tui.state.calls.call_inputs import CallAccepted, CallDeclined
from wschat_tui.state.inputs import Typed
from wschat_tui.ui.ringing import BELL_EVERY
from wschat_tui.ui.screens.login import LoginScreen
from wschat_tui.ui.widgets.call_banner import CallBanner

OVER = {
    "the palette": ("ctrl+k",),
    "help": ("f1",),
    "a question": ("escape", "d"),
    "the reactions": ("escape", "t"),
    "details": ("escape", "i"),
}


def banners(seat):
    return list(seat.app.screen.query(CallBanner))


async def test_typing_goes_on_underneath_and_f7_takes_the_call(sit, talk, calls):
    calls.ring()
    async with sit() as seat:
        await seat.type("hello bob")
        assert "bob is calling you: video call" in seat.shown
        assert seat.text == "hello bob"
        await seat.press("f7")
        assert [(one.shows, one.call) for one in talk.asked(CallAccepted)] == [("", "h1.0")]
        assert banners(seat) == []
        assert "connecting" in seat.shown
        assert talk.asked(Typed) == []
        await seat.press("escape")
        assert seat.text == "hello bob"


async def test_f8_takes_it_with_the_camera(sit, talk, calls):
    calls.ring()
    async with sit() as seat:
        await seat.press("f8")
        assert [one.shows for one in talk.asked(CallAccepted)] == ["camera"]


async def test_f9_declines_it(sit, talk, calls):
    calls.ring()
    async with sit() as seat:
        await seat.press("f9")
        assert [one.call for one in talk.asked(CallDeclined)] == ["h1.0"]
        assert banners(seat) == []
        assert talk.sent("call.end")[-1].reason == "declined"


@pytest.mark.parametrize(
    ("line", "kind", "shows"),
    [
        ("/answer", CallAccepted, ""),
        ("/accept video", CallAccepted, "camera"),
        ("/answer terminal", CallAccepted, "terminal"),
        ("/decline", CallDeclined, None),
        ("/reject", CallDeclined, None),
    ],
)
async def test_commands_do_the_same(sit, talk, calls, line, kind, shows):
    calls.ring()
    async with sit() as seat:
        seat.chat.room.box.composer.put(line)
        await seat.press("enter")
        assert [getattr(one, "shows", None) for one in talk.asked(kind)] == [shows]


@pytest.mark.parametrize(
    ("line", "why"), [("/answer loudly", "Answer how?"), ("/answer file", "Which file?")]
)
async def test_an_answer_that_cannot_be_meant_is_refused(sit, talk, calls, line, why):
    calls.ring()
    async with sit() as seat:
        seat.chat.room.box.composer.put(line)
        await seat.press("enter")
        assert why in seat.toasts[-1]
        assert talk.asked(CallAccepted) == []


@pytest.mark.parametrize("keys", OVER.values(), ids=OVER)
async def test_it_is_seen_and_answered_over_every_sheet(sit, talk, calls, keys):
    talk.says("alice", "mine")
    async with sit() as seat:
        await seat.press(*keys)
        sheet = seat.app.screen
        calls.ring("carol", "audio")
        await seat.settle()
        assert "carol is calling you: voice call" in seat.shown
        assert seat.app.screen is sheet
        await seat.press("f7")
        assert len(talk.asked(CallAccepted)) == 1
        assert banners(seat) == []
        assert any("The call with carol is behind this" in one for one in seat.toasts)


async def test_it_is_seen_over_a_form_and_what_is_typed_stays_in_the_form(sit, talk, calls):
    async with sit() as seat:
        await seat.chat.desk._screen.app.push_screen(LoginScreen(seat.program))
        calls.ring()
        await seat.settle()
        await seat.press(*"chat.example.org")
        assert "bob is calling you" in seat.shown
        assert "chat.example.org" in seat.shown
        await seat.press("f9")
        assert len(talk.asked(CallDeclined)) == 1
        assert isinstance(seat.app.screen, LoginScreen)


async def test_it_follows_from_screen_to_screen(sit, calls):
    calls.ring()
    async with sit() as seat:
        await seat.press("ctrl+k")
        assert len(banners(seat)) == 1
        assert "Go to" in seat.shown or "open the room" in seat.shown
        await seat.press("escape")
        assert seat.app.screen is seat.chat
        assert len(banners(seat)) == 1


async def test_it_takes_neither_room_nor_focus(sit, talk, calls):
    talk.says("bob", "hello")
    async with sit() as seat:
        before = seat.lines[6:]
        calls.ring("carol")
        await seat.settle()
        after = seat.lines[6:]
        assert before[:-1] == after[:-1]
        assert seat.app.focused is seat.chat.room.box.composer


async def test_it_goes_when_the_caller_gives_up_and_a_missed_row_stays(sit, talk, calls):
    calls.ring()
    async with sit() as seat:
        assert len(banners(seat)) == 1
        calls.give_up()
        await seat.settle()
        assert banners(seat) == []
        assert not seat.app.screen.has_class("-ringing")
        seat.chat.desk.open_room("dm:alice:bob")
        await seat.settle()
        assert "☏ bob · missed video call" in seat.shown


async def test_a_click_answers(sit, talk, calls):
    calls.ring()
    async with sit() as seat:
        line = next(i for i, one in enumerate(seat.lines) if "F9 decline" in one)
        await seat.pilot.click(offset=(seat.lines[line].index("decline") + 2, line))
        await seat.settle()
        assert len(talk.asked(CallDeclined)) == 1


async def test_how_long_it_rings_is_counted(sit, calls):
    calls.ring(ago=5_000)
    async with sit() as seat:
        assert "rings 0:05" in seat.shown
        seat.program.clock += 7_000
        await seat.settle()
        assert "rings 0:12" in seat.shown


async def test_keys_mean_nothing_when_nobody_calls(sit, talk, calls):
    async with sit() as seat:
        await seat.press("f7", "f8", "f9")
        assert talk.asked(CallAccepted) == talk.asked(CallDeclined) == []
        assert seat.toasts == []


async def test_moved_keys_are_shown_and_heard(sit, talk, calls, look):
    calls.ring()
    async with sit(look=look(keys={"call.accept": "f5"})) as seat:
        assert "F5 take it" in seat.shown
        await seat.press("ctrl+k", "f5")
        assert len(talk.asked(CallAccepted)) == 1


# ---- bell and desktop


@pytest.fixture
def heard(monkeypatch):
    """What went to the terminal beside frames."""
    written = []
    monkeypatch.setattr("textual.app.App.bell", lambda _app: written.append("bell"))
    monkeypatch.setattr(
        "textual.drivers.headless_driver.HeadlessDriver.write",
        lambda _driver, data: written.append(data) if data.startswith("\x1b]9;") else None,
    )
    return written


async def test_the_bell_rings_again_and_again_and_the_desktop_hears_once(sit, calls, heard):
    calls.ring()
    async with sit() as seat:
        note = "\x1b]9;wschat: bob is calling: video call\x07"
        assert sorted(heard) == ["\x1b]9;wschat: bob is calling: video call\x07", "bell"]
        seat.program.clock += 1_000
        await seat.settle()
        assert heard.count("bell") == 1
        seat.program.clock += BELL_EVERY
        await seat.settle()
        assert heard.count("bell") == 2
        assert heard.count(note) == 1
        assert seat.toasts == []


@pytest.mark.parametrize(
    ("settings", "bells", "notes"),
    [({"bell": False}, 0, 1), ({"desktop": False}, 1, 0), ({"toasts": "none"}, 1, 1)],
)
async def test_settings_silence_them(sit, calls, heard, look, settings, bells, notes):
    calls.ring()
    async with sit(look=look(**settings)):
        assert heard.count("bell") == bells
        assert len(heard) - heard.count("bell") == notes


async def test_a_call_that_came_too_soon_is_neither_seen_nor_heard(sit, talk, calls, heard):
    calls.ring(ago=3_000)
    calls.give_up()
    async with sit() as seat:
        heard.clear()
        calls.ring(ago=0)
        assert calls.call.quiet
        await seat.settle()
        assert banners(seat) == []
        assert heard == []


async def test_a_second_caller_hears_busy_and_leaves_a_row(sit, talk, calls):
    calls.talk_with("bob")
    async with sit() as seat:
        calls.ring("carol")
        await seat.settle()
        assert banners(seat) == []
        assert talk.sent("call.end")[-1].reason == "busy"
        assert any("carol called" in one for one in seat.toasts)
