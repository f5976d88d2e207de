"""The call that is on: every key and command of it."""

import pytest

from wschat_tui.state.calls.call_inputs import HangUpAsked, MuteAsked, RecordAsked, ShowAsked
from wschat_tui.state.calls.call_views import Levels
from wschat_tui.state.inputs import LinkDown
from wschat_tui.state.server_inputs import MemberListed, MembersListed
from wschat_tui.ui.screens.call_devices import CallDevicesScreen
from wschat_tui.ui.screens.call_share import CallShareScreen
from wschat_tui.ui.screens.call_verify import CallVerifyScreen
from wschat_tui.ui.screens.confirm import ConfirmScreen
from wschat_tui.ui.widgets.video import Video


async def run(seat, line):
    """Type a command in the chat."""
    if seat.chat.telephone.shown == "alone":
        await seat.press("escape")
    seat.chat.room.box.composer.put(line)
    await seat.press("enter")


def videos(seat):
    return [one for one in seat.chat.query(Video) if one.region]


async def test_hanging_up_goes_back_to_the_chat(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("f9")
        assert len(talk.asked(HangUpAsked)) == 1
        assert "Message #lobby" in seat.shown
        assert seat.app.focused is seat.chat.room.box.composer
        assert talk.sent("call.end")[-1].reason == "hangup"


async def test_muting_is_told_in_words(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        assert "microphone on" in seat.shown
        await seat.press("f7")
        assert talk.asked(MuteAsked) == [MuteAsked(microphone=False)]
        assert "muted" in seat.shown
        assert "microphone on" not in seat.shown
        await seat.press("f7")
        assert "microphone on" in seat.shown


async def test_muting_works_over_a_sheet(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("ctrl+k", "f7")
        assert talk.asked(MuteAsked) == [MuteAsked(microphone=False)]


async def test_the_camera_goes_on_and_off(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("f8")
        assert "camera on" in seat.shown
        await seat.until(lambda: len(videos(seat)) == 1)
        await seat.press("f8")
        assert [one.shows for one in talk.asked(ShowAsked)] == ["camera", ""]
        assert "no picture sent" in seat.shown
        await seat.until(lambda: videos(seat) == [])


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("/hangup", HangUpAsked),
        ("/bye", HangUpAsked),
        ("/mute", MuteAsked),
        ("/unmute", MuteAsked),
        ("/camera", ShowAsked),
        ("/share screen", ShowAsked),
        ("/share nothing", ShowAsked),
        ("/share file film.mkv", ShowAsked),
    ],
)
async def test_commands_do_the_same_from_the_chat(sit, talk, calls, line, asked):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("escape")
        await run(seat, line)
        assert len(talk.asked(asked)) == 1
        assert seat.text == ""


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("/share everything", "Share what?"),
        ("/share command", "Which command?"),
        ("/layout heap", "Arrange them how?"),
        ("/talking never", "Talk when?"),
        ("/talk", "does not wait for a key"),
        ("/volume 300", "How loud?"),
        ("/volume speaker loud", "How loud?"),
        ("/record song.mp3", ".webm or .mkv"),
    ],
)
async def test_a_command_that_cannot_be_meant_is_refused_and_stays(sit, talk, calls, line, why):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("escape")
        await run(seat, line)
        assert why in seat.toasts[-1]
        assert seat.text == line


@pytest.mark.parametrize(
    "line",
    ["/share", "/talk", "/layout", "/fullscreen", "/stats", "/verify", "/record", "/camera"],
)
async def test_without_a_call_commands_say_so(sit, talk, calls, line):
    async with sit() as seat:
        await run(seat, line)
        assert seat.toasts[-1] in {
            "No call is on.",
            "That can be done once the call is connected.",
        }


# ---- what is shared


async def test_the_share_menu_begins_at_what_is_sent(sit, talk, calls):
    calls.talk_with(shows="camera")
    async with sit() as seat:
        await seat.press("s")
        assert isinstance(seat.app.screen, CallShareScreen)
        await seat.press("down", "enter")
        assert [one.shows for one in talk.asked(ShowAsked)] == ["screen"]


async def test_a_command_is_asked_for_its_words(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("s", "up", "up", "up", "enter")
        await seat.press("enter")
        assert isinstance(seat.app.screen, CallShareScreen)
        await seat.press(*"top", "enter")
        assert [(one.shows, one.what) for one in talk.asked(ShowAsked)] == [("command", "top")]
        assert "top is shared" in seat.shown


async def test_escape_in_the_share_menu_changes_nothing(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("s", "up", "up", "enter", "escape", "escape")
        assert talk.asked(ShowAsked) == []
        assert seat.app.screen is seat.chat


# ---- talking


async def test_talking_modes_go_round_and_are_told(sit, calls, media):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("t")
        assert media.talking == "push"
        assert "while a key says so" in seat.toasts[-1]
        await seat.press("t")
        assert media.talking == "voice"
        await run(seat, "/talking open")
        assert media.talking == "open"


async def test_a_tap_talks_until_the_next_tap(sit, calls, media, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("wschat_tui.ui.telephone._now", lambda: now[0])
    media.talking = "push"
    media.heard = Levels(speaking=False)
    calls.talk_with()
    async with sit() as seat:
        assert "hold Space to talk" in seat.shown
        await seat.press("space")
        assert media.asked[-1] == ("push", True)
        now[0] += 5
        await seat.until(lambda: not seat.chat.telephone._key.waits)
        assert media.asked[-1] == ("push", True)
        await seat.press("space")
        assert media.asked[-1] == ("push", False)


async def test_a_held_key_talks_until_it_comes_no_more(sit, calls, media, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("wschat_tui.ui.telephone._now", lambda: now[0])
    media.talking = "push"
    calls.talk_with()
    async with sit() as seat:
        for _ in range(4):
            await seat.press("space")
            now[0] += 0.2
        assert media.asked[-1] == ("push", True)
        now[0] += 1
        await seat.until(lambda: media.asked[-1] == ("push", False))


async def test_who_hangs_up_while_talking_talks_no_more(sit, calls, media):
    media.talking = "push"
    calls.talk_with()
    async with sit() as seat:
        await seat.press("space", "f9")
        assert media.asked[-1] == ("push", False)


# ---- devices and volumes


async def test_the_speaker_is_made_louder_and_quieter(sit, calls, media):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("plus", "plus", "minus")
        assert media.volume("speaker") == 110
        assert "speaker 110 %" in seat.shown
        await run(seat, "/volume microphone 80%")
        assert media.volume("microphone") == 80
        await run(seat, "/volume")
        assert "The speaker is at 110 %" in seat.toasts[-1]


async def test_devices_volumes_and_talking_in_one_sheet(sit, calls, media):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("d")
        assert isinstance(seat.app.screen, CallDevicesScreen)
        await seat.app.workers.wait_for_complete()
        await seat.press("right")
        assert media.asked[-1] == ("choose", "microphone", "usb")
        await seat.press("down", "down", "down", "down", "right")
        assert media.volume("speaker") == 110
        await seat.press("down", "left", "down", "right")
        assert media.volume("microphone") == 90
        assert media.talking == "push"
        assert "No terminal tells when a key is" in seat.shown
        await seat.press("t")
        await seat.app.workers.wait_for_complete()
        assert ("tone",) in media.asked
        await seat.press("escape")
        assert seat.app.screen is seat.chat


# ---- how it is seen


async def test_escape_leaves_a_line_over_the_chat_and_f2_comes_back(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("escape")
        assert "12:34  connected · microphone on" in seat.shown
        assert "☎ bob 12:34" in seat.lines[0]
        assert seat.app.focused is seat.chat.room.box.composer
        await seat.type("hello")
        assert seat.text == "hello"
        await seat.press("f2")
        assert seat.app.focused is seat.chat.telephone.pane
        await seat.press("f2")
        assert seat.text == "hello"


async def test_a_click_on_the_line_comes_back(sit, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("escape")
        await seat.pilot.click("#call-bar")
        await seat.settle()
        assert seat.app.focused is seat.chat.telephone.pane


async def test_going_to_another_room_leaves_the_call_on(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("ctrl+k", *"team", "enter")
        assert "Message #team" in seat.shown
        assert "F2 to the call" in seat.shown
        assert talk.asked(HangUpAsked) == []


async def test_the_direct_chat_stands_beside_where_there_is_room(sit, talk, calls):
    calls.talk_with(shows="camera", picture=True)
    async with sit((120, 36)) as seat:
        await seat.press("c")
        assert talk.session.state.focus == "dm:alice:bob"
        assert "Message @bob" in seat.shown
        assert "connected" in seat.shown
        await seat.press("escape")
        assert seat.app.focused is seat.chat.room.box.composer
        await seat.type("hi")
        await seat.press("enter", "f6", "f6", "f6")
        assert "hi" in seat.shown
        seat.chat.telephone.pane.focus()
        await seat.press("c")
        assert "Message @bob" not in seat.shown


async def test_where_there_is_none_the_direct_chat_takes_its_place(sit, talk, calls):
    calls.talk_with()
    async with sit((80, 24)) as seat:
        await seat.press("c")
        assert "Message @bob" in seat.shown
        assert "F2 to the call" in seat.shown


async def test_a_terminal_made_narrow_shows_one_thing_at_a_time(sit, talk, calls):
    calls.talk_with()
    async with sit((120, 36)) as seat:
        await seat.press("c")
        await seat.pilot.resize_terminal(80, 24)
        await seat.settle()
        assert "Message @bob" not in seat.shown
        assert seat.app.focused is seat.chat.telephone.pane
        await seat.pilot.resize_terminal(120, 36)
        await seat.settle()
        assert "Message @bob" in seat.shown


async def test_layouts_go_round(sit, calls):
    calls.talk_with(shows="camera", picture=True)
    async with sit() as seat:
        for layout, count in (("pip", 2), ("split", 2), ("remote", 1)):
            assert seat.chat.telephone.look.layout == layout
            await seat.until(lambda count=count: len(videos(seat)) == count)
            await seat.press("l")
        await run(seat, "/layout split")
        assert seat.chat.telephone.look.layout == "split"


async def test_full_screen_leaves_the_picture_and_a_line(sit, calls):
    calls.talk_with(shows="camera", picture=True)
    async with sit() as seat:
        await seat.press("f")
        assert "wschat" not in seat.shown
        assert "hang up" not in seat.shown
        assert "12:34" in seat.lines[0]
        await seat.press("escape")
        assert "wschat" in seat.shown
        assert "connected" in seat.shown


async def test_figures_as_people_read_them(sit, calls):
    calls.talk_with(picture=True)
    async with sit((160, 45)) as seat:
        line = "42 ms there and back · 0.3 % lost · jitter 4.2 ms · ↓ 812 kb/s ↑ 640 kb/s"
        assert f"{line} · 640x360 at 24/s · VP8, Opus · host to reflexive" in seat.shown
        await seat.press("i")
        assert "through a NAT (STUN)" in seat.shown
        assert "12,345 packets so far" in seat.shown
        await seat.press("i")
        assert "12,345 packets so far" not in seat.shown


async def test_words_are_compared_and_the_verdict_is_kept(sit, calls):
    calls.talk_with()
    async with sit() as seat:
        assert "not verified" in seat.shown
        await seat.press("w")
        assert isinstance(seat.app.screen, CallVerifyScreen)
        assert "maple" in seat.shown
        assert "hang up" in seat.shown
        await seat.press("s")
        assert "✓ verified" in seat.shown
        calls.change(words=("other", "words"))
        await seat.settle()
        assert "not verified" in seat.shown


async def test_words_that_differ_end_the_call(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("w", "d")
        assert len(talk.asked(HangUpAsked)) == 1


async def test_before_it_is_connected_there_is_nothing_to_compare_or_record(sit, talk, calls):
    calls.dial()
    async with sit() as seat:
        await seat.press("w")
        assert "once the call is connected" in seat.toasts[-1]
        seat.program.clock += 9_000
        await seat.press("r")
        assert "once the call is connected" in seat.toasts[-1]


async def test_recording_asks_first_and_stops_by_the_same_key(sit, talk, calls, home):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("r")
        assert isinstance(seat.app.screen, ConfirmScreen)
        assert "~/call-bob-20261124-103000.webm?" in seat.shown
        await seat.press("y")
        (asked,) = talk.asked(RecordAsked)
        assert asked.path == str(home / "call-bob-20261124-103000.webm")
        calls.change(recording="call.webm")
        await seat.settle()
        assert "● recording" in seat.shown
        await seat.press("r")
        assert talk.asked(RecordAsked)[-1].path == ""


async def test_no_name_hides_that_i_am_recorded_and_heard(sit, talk, calls):
    """A stranger chooses a name as long as a line; what matters to me stands behind it."""
    talk.session.feed(MembersListed("network:lobby", (MemberListed("bob", "Bob " * 16),)))
    async with sit() as seat:
        calls.talk_with()
        calls.change(recording="call.webm", microphone=False)
        await seat.settle()
        head = next(line for line in seat.lines if "12:34  connected" in line)
        assert "Bob Bob" in head
        assert head.endswith("muted  ● recording  not verified")
        await seat.press("escape")
        (bar,) = (line for line in seat.lines if "F9 hang up" in line and "☎" in line)
        assert "muted · recording" in bar


async def test_a_recording_may_be_named(sit, talk, calls, home):
    calls.talk_with()
    async with sit() as seat:
        await run(seat, "/record ~/talk.mkv")
        await seat.press("y")
        assert talk.asked(RecordAsked)[-1].path == str(home / "talk.mkv")


# ---- trouble


async def test_meters_follow_what_is_heard(sit, calls, media):
    calls.talk_with()
    async with sit() as seat:
        assert "speaking" in seat.shown
        media.heard = Levels(mine=0.0, theirs=0.0)
        await seat.until(lambda: "quiet" in seat.shown)


async def test_a_lost_server_and_a_silent_path_are_told_in_words(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        talk.session.feed(LinkDown("Lost.", seat.program.clock, seat.program.clock + 9_000, 1))
        await seat.settle()
        assert "The call goes on without it." in seat.shown
        calls.change(reconnecting=True, heard_at=seat.program.clock - 7_000)
        await seat.settle()
        assert "reconnecting, silent for 0:07" in seat.shown


async def test_media_that_went_away_leave_the_call_on_the_screen(sit, talk, calls):
    calls.talk_with(shows="camera", picture=True)
    talk.session.media = None
    async with sit() as seat:
        await seat.press("d", "plus", "t")
        assert "There is no sound here to set" in seat.toasts[-1]
        assert "connected" in seat.shown


async def test_another_call_begins_large_again(sit, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("f", "f9")
        calls.talk_with("carol")
        await seat.settle()
        assert "☎ carol" in seat.shown
        assert "wschat" in seat.shown
