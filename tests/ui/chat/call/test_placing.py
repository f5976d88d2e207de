"""Calling somebody: whom, from where, how, and why not."""

import asyncio

import pytest

from wschat_tui.state.calls.call_inputs import CallAsked, CallsKnown
from wschat_tui.state.calls.call_views import Device
from wschat_tui.state.inputs import LinkDown
from wschat_tui.ui.screens.call_setup import CallSetupScreen

BOB = "dm:alice:bob"


async def ready(seat):
    """Wait until devices are listed and the rehearsal stands."""
    await seat.app.workers.wait_for_complete()
    await seat.settle()


async def called(seat, talk):
    """Wait until the sheet is gone; answers what was asked."""
    await seat.until(lambda: not isinstance(seat.app.screen, CallSetupScreen))
    await seat.settle()
    return [(one.user, one.kind, one.shows, one.what) for one in talk.asked(CallAsked)]


async def test_f2_then_enter_calls_the_person_of_the_direct_chat(sit, talk, calls, media):
    async with sit() as seat:
        seat.chat.desk.open_room(BOB)
        await seat.press("f2")
        assert "Call bob" in seat.shown
        await seat.press("enter")
        assert await called(seat, talk) == [("bob", "audio", "", "")]
        assert "calling" in seat.shown
        assert media.asked[-1] == ("preview", False, "", "")


async def test_f2_at_once_followed_by_enter_waits_for_no_device(
    sit, talk, calls, media, monkeypatch
):
    monkeypatch.setattr("wschat_tui.ui.rehearsal.PATIENCE", 0.05)
    media.gate = asyncio.Event()
    async with sit() as seat:
        seat.chat.desk.open_room(BOB)
        await seat.pilot.press("f2")
        await seat.pilot.press("enter")
        await seat.until(lambda: talk.asked(CallAsked))
        media.gate.set()


async def test_f2_where_nobody_is_meant_asks_whom_by_a_command(sit, calls):
    async with sit() as seat:
        await seat.press("f2")
        assert seat.text == "/call "
        assert "@bob" in seat.shown


async def test_f2_on_a_message_calls_its_author(sit, talk, calls):
    talk.says("carol", "call me")
    async with sit() as seat:
        await seat.press("escape", "f2")
        assert "Call carol" in seat.shown


@pytest.mark.parametrize(
    ("key", "kind", "shows"),
    [
        ("c", "audio", ""),
        ("v", "video", "camera"),
        ("s", "screen", "screen"),
        ("t", "screen", "terminal"),
    ],
)
async def test_keys_of_the_people_pane(sit, talk, calls, key, kind, shows):
    async with sit() as seat:
        seat.chat.people.focus()
        await seat.press("j", key)
        assert "Call bob" in seat.shown
        await seat.press("enter")
        assert await called(seat, talk) == [("bob", kind, shows, "")]


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("/call bob audio", ("bob", "audio", "", "")),
        ("/call bob video", ("bob", "video", "camera", "")),
        ("/call bob screen", ("bob", "screen", "screen", "")),
        ("/call bob terminal", ("bob", "screen", "terminal", "")),
        ("/call bob command htop -d 5", ("bob", "screen", "command", "htop -d 5")),
        ("/call bob file ~/a film.mkv", ("bob", "video", "file", "~/a film.mkv")),
        ("/call echo pattern", ("echo", "video", "pattern", "")),
    ],
)
async def test_a_command_that_says_how_calls_at_once(sit, talk, calls, line, asked):
    async with sit() as seat:
        seat.chat.room.box.composer.put(line)
        await seat.press("enter")
        assert [(one.user, one.kind, one.shows, one.what) for one in talk.asked(CallAsked)] == [
            asked
        ]


async def test_a_command_may_leave_out_who_in_a_direct_chat(sit, talk, calls):
    async with sit() as seat:
        seat.chat.desk.open_room(BOB)
        seat.chat.room.box.composer.put("/call video")
        await seat.press("enter")
        assert [(one.user, one.shows) for one in talk.asked(CallAsked)] == [("bob", "camera")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("/call bob loudly", "Call how?"),
        ("/call bob command", "Which command?"),
        ("/call bob file", "Which file?"),
        ("/call alice", "That is you"),
    ],
)
async def test_a_command_that_cannot_be_meant_is_refused_and_stays(sit, talk, calls, line, why):
    async with sit() as seat:
        seat.chat.room.box.composer.put(line)
        await seat.press("enter")
        assert why in seat.toasts[-1]
        assert seat.text == line
        assert talk.asked(CallAsked) == []


async def test_without_the_packages_it_says_what_is_missing(sit, talk):
    talk.session.feed(CallsKnown(False, "Calls need another package: pip install 'x[calls]'."))
    async with sit() as seat:
        seat.chat.desk.open_room(BOB)
        await seat.press("f2")
        assert "Calls need another package" in seat.toasts[-1]
        assert "F2 call" not in seat.lines[-1]


async def test_without_a_connection_it_says_so(sit, talk, calls):
    async with sit() as seat:
        seat.chat.desk.open_room(BOB)
        talk.session.feed(LinkDown("Lost.", talk.at, seat.program.clock + 9_000, 1))
        await seat.press("f2")
        assert "no connection to the server" in seat.toasts[-1]


async def test_in_a_call_it_says_so(sit, talk, calls):
    calls.talk_with("carol")
    async with sit() as seat:
        await seat.press("f2")
        seat.chat.room.box.composer.put("/call bob video")
        await seat.press("enter")
        assert "You are in a call with carol" in seat.toasts[-1]


async def test_the_palette_greys_what_cannot_be_done_and_says_why(sit):
    async with sit() as seat:
        await seat.press("ctrl+k", *"/call somebody")
        assert "It is not known yet" in seat.shown
        assert "tell why not" in seat.shown
        await seat.press("enter")
        assert "It is not known yet" in seat.toasts[-1]


# ---- before the call


async def sheet(seat, user="bob"):
    seat.chat.telephone.prepare(user)
    await seat.pilot.pause()
    await ready(seat)


async def test_devices_are_listed_and_a_choice_counts_at_once(sit, calls, media):
    async with sit() as seat:
        await sheet(seat)
        await seat.press("down", "right")
        assert media.asked[-1] == ("choose", "microphone", "usb")
        assert "USB headset" in seat.shown


async def test_the_meter_moves(sit, calls, media):
    from wschat_tui.state.calls.call_views import Levels

    async with sit() as seat:
        await sheet(seat)
        assert "say something" in seat.shown
        media.heard = Levels(mine=0.8)
        await seat.until(lambda: "it hears you" in seat.shown)


async def test_the_camera_is_rehearsed_while_it_is_chosen(sit, calls, media):
    async with sit() as seat:
        await sheet(seat)
        await seat.press("right")
        await ready(seat)
        assert media.asked[-1] == ("preview", True, "camera", "")
        await seat.until(lambda: "▀" in seat.shown)
        await seat.press("left")
        await ready(seat)
        assert media.asked[-1] == ("preview", True, "", "")
        await seat.until(lambda: "▀" not in seat.shown)
        await seat.press("escape")
        await seat.until(lambda: not isinstance(seat.app.screen, CallSetupScreen))
        assert media.asked[-1] == ("preview", False, "", "")


async def test_wishes_are_done_one_after_the_other_and_the_newest_last(sit, calls, media):
    media.gate = asyncio.Event()
    async with sit() as seat:
        seat.chat.telephone.prepare("bob")
        await seat.settle()
        await seat.press("right", "right", "right")
        assert [one for one in media.asked if one[0] == "preview"] == [("preview", True, "", "")]
        media.gate.set()
        await ready(seat)
        assert [one for one in media.asked if one[0] == "preview"][1:] == [
            ("preview", True, "terminal", "")
        ]


async def test_a_command_never_runs_before_the_call(sit, talk, calls, media):
    async with sit() as seat:
        await sheet(seat)
        await seat.press("left", "left", "left", "enter")
        assert "Which command?" in seat.shown
        await seat.type("rm -r x")
        await ready(seat)
        assert {one[1:] for one in media.asked if one[0] == "preview"} <= {
            (True, "", ""),
            (True, "pattern", ""),
        }
        await seat.press("enter")
        assert await called(seat, talk) == [("bob", "screen", "command", "rm -r x")]


async def test_what_is_missing_is_told_and_one_may_still_call(sit, talk, calls, media):
    media.found = ()
    media.missing = "No microphone could be opened: silence is sent."
    async with sit() as seat:
        await sheet(seat)
        assert "none found: silence is sent" in seat.shown
        assert "No microphone could be opened" in seat.shown
        await seat.press("enter")
        assert await called(seat, talk) == [("bob", "audio", "", "")]


async def test_a_tone_is_played_and_what_hinders_it_told(sit, calls, media):
    media.tone = "No speaker could be opened: nothing is heard here."
    async with sit() as seat:
        await sheet(seat)
        await seat.press("t")
        await ready(seat)
        assert ("tone",) in media.asked
        assert "No speaker could be opened" in seat.shown


async def test_somebody_offline_is_told_of(sit, calls):
    async with sit() as seat:
        await sheet(seat, "dave")
        assert "dave is offline" in seat.shown


async def test_a_click_on_a_button_does_the_same(sit, talk, calls):
    async with sit() as seat:
        await sheet(seat)
        await seat.pilot.click("#cancel")
        assert await called(seat, talk) == []
        await sheet(seat)
        await seat.pilot.click("#yes")
        assert await called(seat, talk) == [("bob", "audio", "", "")]


async def test_the_last_choice_is_remembered(sit, talk, calls):
    async with sit() as seat:
        await sheet(seat)
        await seat.press("right", "enter")
        await called(seat, talk)
        calls.give_up(reason="declined")
        await seat.settle()
        await sheet(seat, "mia")
        await seat.press("enter")
        assert (await called(seat, talk))[-1] == ("mia", "video", "camera", "")


async def test_without_media_the_sheet_still_calls(sit, talk, calls):
    talk.session.media = None
    async with sit() as seat:
        await sheet(seat)
        await seat.press("t", "enter")
        assert await called(seat, talk) == [("bob", "audio", "", "")]


async def test_a_device_with_a_hostile_name_is_just_text(sit, calls, media):
    media.found = (Device("speaker", "x", "[bold]nice[/bold]"), Device("speaker", "y", "other"))
    async with sit() as seat:
        await sheet(seat)
        await seat.press("down", "down", "right")
        assert "[bold]nice[/bold]" in seat.shown
