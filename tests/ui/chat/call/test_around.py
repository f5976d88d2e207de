"""Around calls: their rows, leaving the program, what this terminal shows, what is made when."""

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from wschat_tui.state.calls.call_inputs import CallAsked, HangUpAsked
from wschat_tui.state.inputs import Seen
from wschat_tui.ui.screens.call_setup import CallSetupScreen
from wschat_tui.ui.screens.confirm import ConfirmScreen
from wschat_tui.ui.terminal_share import runs

BOB = "dm:alice:bob"

# ---- rows


@pytest.mark.parametrize("key", ["r", "enter"])
async def test_a_missed_call_is_called_back_from_its_row(sit, talk, calls, key):
    calls.ring(ago=60_000)
    calls.give_up()
    async with sit() as seat:
        seat.chat.desk.open_room(BOB)
        await seat.press("escape")
        assert "call back" in seat.lines[-1]
        await seat.press(key)
        assert isinstance(seat.app.screen, CallSetupScreen)
        assert "Call bob" in seat.shown
        await seat.press("enter")
        await seat.until(lambda: talk.asked(CallAsked))
        assert talk.asked(CallAsked)[0].user == "bob"


async def test_a_call_of_mine_names_me_and_calls_them(sit, talk, calls):
    calls.dial("bob")
    calls.give_up(reason="declined")
    async with sit() as seat:
        seat.chat.desk.open_room(BOB)
        await seat.settle()
        assert "☏ you · voice call, declined" in seat.shown
        await seat.press("escape", "r")
        assert "Call bob" in seat.shown


async def test_letters_for_messages_say_why_they_do_nothing_on_a_call(sit, talk, calls):
    calls.dial("bob")
    calls.give_up(reason="declined")
    async with sit() as seat:
        seat.chat.desk.open_room(BOB)
        await seat.press("escape", "e")
        assert "You can edit your own messages" in seat.toasts[-1]


async def test_a_missed_call_differs_from_others_in_words_and_colour(sit, talk, calls):
    calls.ring(ago=60_000)
    calls.give_up()
    calls.dial("bob", ago=30_000)
    calls.give_up(reason="declined")
    async with sit() as seat:
        seat.chat.desk.open_room(BOB)
        await seat.settle()
        rows = [one for one in seat.chat.screen._compositor.render_strips() if "☏" in one.text]
        assert "missed" in rows[0].text
        assert "missed" not in rows[1].text
        looks = [next(s.style.color for s in row if "☏" in s.text) for row in rows]
        assert looks[0] != looks[1]


# ---- leaving


async def test_quitting_in_a_call_asks_and_hangs_up(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("ctrl+q")
        assert isinstance(seat.app.screen, ConfirmScreen)
        assert "You are in a call with bob. Hang up and leave?" in seat.shown
        await seat.press("n")
        assert talk.asked(HangUpAsked) == []
        await seat.press("ctrl+q")
        await seat.pilot.press("y")
        await seat.pilot.pause()
    assert talk.wire.closed
    assert talk.sent("call.end")[-1].reason == "hangup"


async def test_a_call_and_lost_messages_are_one_question(sit, talk, calls):
    calls.talk_with()
    async with sit() as seat:
        await seat.press("escape", *"draft", "ctrl+q")
        assert "You are in a call with bob. 1 draft has" in seat.shown
        assert "lose it?" in seat.shown


async def test_ringing_alone_keeps_nobody_from_leaving(sit, talk, calls):
    calls.ring()
    async with sit() as seat:
        await seat.pilot.press("ctrl+q")
        await seat.pilot.pause()
    assert talk.wire.closed
    assert talk.asked(HangUpAsked) == []


# ---- what is not seen


async def test_what_comes_behind_a_call_is_unread_until_it_is_seen(sit, talk, calls):
    async with sit() as seat:
        calls.talk_with()
        await seat.settle()
        message = talk.says("carol", "hello")
        await seat.settle()
        assert talk.asked(Seen) == []
        assert "1 unread" in seat.shown
        await seat.press("escape")
        assert [one.message_id for one in talk.asked(Seen)] == [message]
        await seat.press("f2")
        assert "unread" not in seat.shown


# ---- this terminal, shared


async def test_this_terminal_is_handed_over_while_somebody_wants_it(sit, talk, calls, media):
    calls.talk_with(shows="terminal")
    async with sit((80, 24)) as seat:
        view = media.terminal
        await seat.pilot.pause(0.3)
        assert view.taken == []
        view.wanted = True
        await seat.until(lambda: view.taken)
        columns, rows = view.taken[-1]
        assert (columns, len(rows)) == (80, 24)
        texts = ["".join(text for text, _, _ in row) for row in rows]
        assert [text.rstrip() for text in texts] == seat.lines
        inks = {ink for row in rows for _, ink, _ in row}
        assert all(ink == "" or (len(ink) == 7 and ink.startswith("#")) for ink in inks)


def handed_over(terminal):
    """The words of the last picture."""
    return " ".join(text for row in terminal.taken[-1][1] for text, _, _ in row)


async def test_it_is_handed_over_anew_only_when_it_changed(sit, talk, calls, media):
    calls.talk_with(shows="terminal")
    media.terminal.wanted = True
    async with sit((80, 24)) as seat:
        await seat.until(lambda: media.terminal.taken)
        await seat.pilot.pause(0.4)
        settled = len(media.terminal.taken)
        await seat.pilot.pause(0.4)
        assert len(media.terminal.taken) == settled
        await seat.press("ctrl+k")
        await seat.until(lambda: "Go to" in handed_over(media.terminal))


async def test_it_is_looked_at_no_more_when_something_else_is_sent(sit, talk, calls, media):
    calls.talk_with(shows="terminal")
    async with sit((80, 24)) as seat:
        assert seat.chat.telephone._terminal._timer is not None
        await seat.press("f8")
        assert seat.chat.telephone._terminal._timer is None
        await seat.press("f9")
        assert seat.chat.telephone._terminal._timer is None


async def test_it_is_rehearsed_before_a_call_too(sit, calls, media):
    media.terminal.wanted = True
    async with sit((80, 24)) as seat:
        seat.chat.telephone.prepare("bob", "terminal")
        await seat.until(lambda: media.terminal.taken)
        await seat.press("escape")
        await seat.until(lambda: not isinstance(seat.app.screen, CallSetupScreen))
        await seat.settle()
        assert seat.chat.telephone._terminal._timer is None


def test_colours_of_a_line_are_those_that_are_seen():
    red = Style(color="#ff0000", bgcolor="#000000")
    line = Strip(
        [
            Segment("a", red),
            Segment("b", red),
            Segment("c", red + Style(reverse=True)),
            Segment("d", None),
            Segment("e", Style(bold=True)),
        ]
    )
    assert runs(line) == [
        ("ab", "#ff0000", "#000000"),
        ("c", "#000000", "#ff0000"),
        ("de", "", ""),
    ]


# ---- what is made when


async def test_nothing_of_a_call_is_mounted_before_there_is_one(sit, calls):
    async with sit() as seat:
        assert seat.chat.telephone.pane is None
        assert not list(seat.app.screen.query("#call, #call-bar, #call-banner"))
        calls.ring()
        await seat.settle()
        assert seat.chat.telephone.pane is None
        await seat.press("f7")
        assert seat.chat.telephone.pane is not None
