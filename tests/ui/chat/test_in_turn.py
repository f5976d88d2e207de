"""Keys that come faster than the screen: none is lost, and each goes where it was meant to go."""

import asyncio
from types import SimpleNamespace

import pytest
from textual import events
from textual.keys import _character_to_key
from textual.widgets import Input

from wschat_tui.state.inputs import DraftKept, Typed
from wschat_tui.ui import in_turn
from wschat_tui.ui.chords import Chord

BACK = "\x7f"
NAMES = {"\r": "enter", "\x1b": "escape", BACK: "backspace", "\x0b": "ctrl+k", "\t": "tab"}


def key_of(character):
    return events.Key(NAMES.get(character) or _character_to_key(character), character)


async def at_once(seat, text):
    """All of it is in the queue before the first of it is looked at."""
    for character in text:
        seat.app.post_message(key_of(character))
    await seat.settle()


async def test_a_letter_after_backspace_is_not_what_backspace_deletes(sit):
    async with sit() as seat:
        await at_once(seat, "/join" + BACK * 9 + "/away")
        assert seat.text == "/away"


async def test_arrows_move_before_the_letters_that_follow(sit):
    async with sit() as seat:
        left = [events.Key("left", None) for _ in range(3)]
        for event in (*map(key_of, "held"), *left, *map(key_of, "X"), events.Key("end", None)):
            seat.app.post_message(event)
        await at_once(seat, "!")
        assert seat.text == "hXeld!"


async def test_two_hundred_letters_and_deletions_are_kept_in_order(sit):
    async with sit() as seat:
        await at_once(seat, "".join(f"word{number}" + BACK * 3 for number in range(100)))
        assert seat.text == "".join(f"word{number}"[:-3] for number in range(100))


async def test_what_follows_a_slash_on_the_messages_is_written(sit, talk):
    talk.says("bob", "first")
    async with sit() as seat:
        await seat.press("escape")
        await at_once(seat, "/join den")
        assert seat.text == "/join den"


async def test_what_follows_the_key_for_writing_is_written(sit, talk):
    talk.says("bob", "first")
    async with sit() as seat:
        await seat.press("escape")
        await at_once(seat, "cdelete nothing")
        assert seat.text == "delete nothing"


async def test_what_follows_escape_on_the_messages_is_written(sit, talk):
    talk.says("bob", "first")
    async with sit() as seat:
        await at_once(seat, "\x1b\x1bhello")
        assert seat.text == "hello"


async def test_what_follows_the_answer_to_a_question_is_written(sit):
    async with sit() as seat:
        await seat.paste("\n".join(map(str, range(25))))
        await at_once(seat, "nhello")
        assert seat.text == "hello"


@pytest.mark.parametrize("answer", ["y", "\r"])
async def test_what_follows_yes_comes_after_what_it_was_about(sit, answer):
    async with sit() as seat:
        for event in (events.Paste("\n".join(map(str, range(25)))), *map(key_of, answer + "hi")):
            seat.app.post_message(event)
        await seat.settle()
        assert seat.text.endswith("24hi")


async def test_a_panel_gets_what_is_typed_after_its_key_and_the_chat_what_follows_enter(sit, talk):
    async with sit() as seat:
        await at_once(seat, "draft\x0bteam\rfor the team")
        assert (talk.session.state.focus, seat.text) == ("network:team", "for the team")
        assert talk.session.state.rooms["network:lobby"].drafts[""] == "draft"


async def test_a_field_of_a_panel_deletes_what_was_there(sit):
    async with sit() as seat:
        await at_once(seat, "\x0bteal" + BACK + "m")
        assert seat.app.screen.query_one(Input).value == "team"


async def test_a_message_goes_to_the_room_that_was_clicked_before_it_was_typed(sit, talk):
    async with sit() as seat:
        line = next(y for y, text in enumerate(seat.lines) if "team" in text[:20])
        where = dict.fromkeys(("delta_x", "delta_y"), 0) | {"x": 4, "y": line, "button": 1}
        flags = dict.fromkeys(("shift", "meta", "ctrl"), False)
        more = {"screen_x": 4, "screen_y": line}
        for kind in (events.MouseDown, events.MouseUp):
            seat.app.post_message(kind(None, **where, **flags, **more))
        await at_once(seat, "hello\r")
        assert [(one.scope, one.text) for one in talk.asked(Typed)] == [("network:team", "hello")]


async def test_what_is_typed_before_there_is_a_room_goes_along_into_it(chat_app, seat_of, talk):
    app = chat_app()
    opening, session = asyncio.Event(), talk.session

    async def open_late(profile=""):
        await opening.wait()
        return session

    app.services.open = open_late
    async with app.run_test(size=(120, 36)) as pilot:
        seat = seat_of(pilot)
        await at_once(seat, "early\r")
        assert seat.text == "early"
        assert "being opened" in seat.toasts[0]
        opening.set()
        await app.workers.wait_for_complete()
        await seat.settle()
        assert (seat.text, session.state.focus) == ("early", "network:lobby")
        assert session.state.rooms["network:lobby"].drafts[""] == "early"


async def test_what_is_typed_early_stands_below_what_was_left_unsent(chat_app, seat_of, talk):
    app = chat_app()
    opening, session = asyncio.Event(), talk.session
    session.feed(DraftKept("network:lobby", "", "left"))

    async def open_late(profile=""):
        await opening.wait()
        return session

    app.services.open = open_late
    async with app.run_test(size=(120, 36)) as pilot:
        seat = seat_of(pilot)
        await at_once(seat, "early")
        opening.set()
        await app.workers.wait_for_complete()
        await seat.settle()
        assert seat.text == "left\nearly"


async def test_keys_before_the_first_picture_wait_for_it(chat_app, seat_of):
    app = chat_app()
    for character in "at once":
        app.post_message(key_of(character))
    async with app.run_test(size=(120, 36)) as pilot:
        seat = seat_of(pilot)
        await app.workers.wait_for_complete()
        await seat.settle()
        assert seat.text == "at once"


async def test_a_queue_that_takes_nothing_holds_nobody_up_for_ever(monkeypatch):
    """A safety net; and a program that was stopped has not looked, so that its keys keep order."""
    monkeypatch.setattr(in_turn, "LOOK", 0.001)
    over = asyncio.Event()
    stuck = SimpleNamespace(call_later=lambda _: True)
    in_turn.Settling(lambda: [stuck], over.set).begin([stuck])
    async with asyncio.timeout(50):
        await over.wait()


async def chords(seat, *chords):
    """Keys as our parser tells them of bytes that came at once."""
    for event in chords:
        seat.app.post_message(event)
    await seat.settle()


def chord(character, *, among=True):
    return Chord(events.Key(_character_to_key(character), character), among=among)


async def test_escape_and_a_slash_in_one_are_both_heard(sit, talk):
    talk.says("bob", "first")
    async with sit() as seat:
        await seat.press("escape")
        await chords(seat, chord("/", among=False), *map(key_of, "join den"))
        assert seat.text == "/join den"


async def test_escape_closes_a_panel_and_the_letter_it_came_with_is_written(sit):
    async with sit() as seat:
        await seat.press("ctrl+k")
        await chords(seat, chord("h"), *map(key_of, "ello"))
        assert (seat.app.screen, seat.text) == (seat.chat, "hello")


async def test_alt_and_a_letter_that_mean_nothing_write_the_letter(sit):
    async with sit() as seat:
        await at_once(seat, "re")
        await chords(seat, chord("d", among=False))
        assert (seat.text, seat.chat.focused) == ("red", seat.chat.room.box.composer)


async def test_alt_and_a_key_that_mean_something_do_that(sit):
    async with sit() as seat:
        await at_once(seat, "one")
        enter = Chord(events.Key("enter", "\r"), among=False)
        await chords(seat, enter, *map(key_of, "two"))
        assert seat.text == "one\ntwo"


async def test_alt_and_enter_where_that_means_nothing_is_enter(sit, talk):
    async with sit() as seat:
        await at_once(seat, "\x0bteam")
        await chords(seat, Chord(events.Key("enter", "\r"), among=False))
        assert talk.session.state.focus == "network:team"
