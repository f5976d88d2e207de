"""The screen around the messages: panes, connection, notices, hints, sheets, failures to open."""

from dataclasses import replace

import pytest
from textual.events import AppBlur, AppFocus
from textual.widgets import Input

from wschat_tui.runtime.services import Look, Outcome
from wschat_tui.state.effects import Notify
from wschat_tui.state.inputs import (
    AttentionChanged,
    LinkDown,
    LinkSilent,
    LinkStopped,
    LinkUp,
    RetryAsked,
)

LOBBY, TEAM = "network:lobby", "network:team"


# ---- panes


@pytest.mark.parametrize(
    ("size", "rooms", "people"),
    [
        ((60, 20), False, False),
        ((80, 24), True, False),
        ((120, 36), True, True),
        ((200, 60), True, True),
    ],
)
async def test_panes_fold_away_where_it_is_narrow(sit, size, rooms, people):
    async with sit(size) as seat:
        assert ("ROOMS" in seat.shown) is rooms
        assert ("PEOPLE" in seat.shown) is people
        assert "F3 rooms" in seat.lines[1] or rooms


async def test_a_folded_room_list_opens_over_the_messages_and_goes_when_a_room_is_chosen(sit):
    async with sit((60, 20)) as seat:
        await seat.press("f3")
        assert seat.app.focused is seat.chat.rooms
        assert "ROOMS" in seat.shown
        await seat.press("down", "enter")
        assert seat.chat.state.focus == TEAM
        assert "ROOMS" not in seat.shown
        await seat.press("f3", "escape")
        assert "ROOMS" not in seat.shown
        assert seat.app.focused is seat.chat.room.box.composer


async def test_panes_are_hidden_and_shown_by_key(sit):
    async with sit() as seat:
        await seat.press("f4")
        assert "PEOPLE" not in seat.shown
        await seat.press("f4", "f3")
        assert "PEOPLE" in seat.shown
        assert "ROOMS" not in seat.shown


async def test_the_layout_follows_the_window(sit):
    async with sit() as seat:
        await seat.pilot.resize_terminal(60, 20)
        await seat.settle()
        assert "ROOMS" not in seat.shown
        await seat.pilot.resize_terminal(120, 36)
        await seat.settle()
        assert "PEOPLE" in seat.shown


async def test_the_focus_goes_round_the_panes(sit):
    async with sit() as seat:
        seen = []
        for _ in range(4):
            await seat.press("f6")
            seen.append(seat.app.focused.id)
        assert set(seen) == {"rooms", "messages-timeline", "composer-text", "people"}


# ---- the connection


async def test_a_lost_connection_counts_down_and_can_be_hurried(sit, talk):
    async with sit() as seat:
        talk.session.feed(
            LinkDown("The connection was lost.", talk.at, seat.program.clock + 7_000, 1)
        )
        await seat.settle()
        assert "○ connection lost — trying again in 7 s  ^R now" in seat.lines[0]
        seat.program.clock += 3_000
        await seat.until(lambda: "in 4 s" in seat.lines[0])
        await seat.press("ctrl+r")
        assert talk.asked(RetryAsked) == [RetryAsked()]
        talk.session.feed(LinkUp(talk.at, "up2"))
        await seat.settle()
        assert "● online" in seat.lines[0]
        assert seat.chat._seconds is None, "an idle clock costs nothing"


async def test_a_click_on_the_connection_tries_again(sit, talk):
    async with sit() as seat:
        talk.session.feed(LinkDown("Lost.", talk.at, seat.program.clock + 7_000, 1))
        await seat.settle()
        await seat.pilot.click("#header", offset=(20, 0))
        await seat.settle()
        assert talk.asked(RetryAsked) == [RetryAsked()]


async def test_a_connection_that_cannot_come_back_offers_no_other_try(sit, talk):
    async with sit() as seat:
        talk.session.feed(LinkStopped("The server has ended; start it again.", talk.at, final=True))
        await seat.settle()
        assert "The server has ended; start it again." in seat.shown
        assert "tries again" not in seat.shown
        await seat.press("ctrl+r")
        assert talk.asked(RetryAsked) == []
        await seat.type("/retry")
        await seat.press("enter")
        assert seat.toasts[-1] == "The server has ended; start it again."


async def test_a_stopped_connection_says_why_until_it_is_mended(sit, talk):
    async with sit() as seat:
        talk.session.feed(LinkStopped("The server's certificate has expired.", talk.at))
        await seat.settle()
        assert "✕ not connected" in seat.lines[0]
        assert (
            "The server's certificate has expired.  ^R or a click tries again now." in seat.lines[1]
        )
        talk.session.feed(LinkUp(talk.at, "up2"))
        await seat.settle()
        assert "certificate" not in seat.shown


async def test_a_refused_token_leads_to_the_login(sit, talk):
    async with sit() as seat:
        talk.session.feed(LinkStopped("Your token is not accepted any more.", talk.at, login=True))
        await seat.settle()
        assert "✕ log in again" in seat.lines[0]
        assert "^R or a click opens the login." in seat.lines[1]
        await seat.press("ctrl+r")
        assert "Your token is not accepted any more." in seat.shown
        assert "chat.example.org" in seat.shown
        await seat.press("escape")
        assert seat.app.screen is seat.chat


async def test_a_login_opens_its_profile_in_place_of_what_was_open(sit, talk):
    async with sit() as seat:
        await seat.type("/login")
        await seat.press("enter")
        seat.app.screen.dismiss(Outcome(ok=True, profile="home"))
        await seat.pilot.pause()
        await seat.app.workers.wait_for_complete()
        await seat.settle()
        assert seat.program.opened == ["", "home"]
        assert talk.wire.closed
        assert "# lobby" in seat.shown


async def test_it_is_said_while_it_is_not_known_who_i_am(sit, talk):
    async with sit() as seat:
        talk.session.state = replace(talk.session.state, me="")
        await seat.settle()
        assert seat.lines[0].endswith("who you are is not known yet")


async def test_it_is_said_where_the_token_is(sit):
    async with sit() as seat:
        assert seat.lines[-1].endswith("token in memory")
    async with sit((60, 20)) as seat:
        assert "token" not in seat.lines[-1]


async def test_silence_is_told(sit, talk):
    async with sit() as seat:
        talk.session.feed(LinkSilent(12))
        await seat.settle()
        assert "no answer for 12 s" in seat.lines[0]


async def test_what_waits_is_counted(sit, talk):
    async with sit() as seat:
        talk.session.feed(LinkDown("Lost.", talk.at, seat.program.clock + 7_000, 1))
        for text in ("one", "two"):
            await seat.type(text)
            await seat.press("enter")
        assert "◷ 2 waiting" in seat.lines[0]


# ---- notices


async def test_a_notice_is_never_markup_and_is_cut(sit):
    async with sit() as seat:
        seat.chat.hear(Notify("x[/]y [@click=app.quit]z[/] " + "long " * 200))
        await seat.settle()
        assert "x[/]y [@click=app.quit]z[/]" in seat.shown
        assert len(seat.toasts[-1]) <= 240


async def test_the_bell_rings_for_what_is_worth_it_and_where_it_is_wanted(sit, monkeypatch):
    rings = []
    for bell in (True, False):
        async with sit(look=Look(bell=bell)) as seat:
            monkeypatch.setattr(seat.app, "bell", lambda: rings.append("ring"))
            seat.chat.hear(Notify("bob: hi", bell=True))
            seat.chat.hear(Notify("nothing much"))
    assert rings == ["ring"]


async def test_the_same_sentence_is_not_said_twice_in_a_row(sit):
    async with sit() as seat:
        seat.chat.hear(Notify("again"))
        seat.chat.hear(Notify("again"))
        await seat.settle()
        assert seat.toasts.count("again") == 1


async def test_an_incoming_call_is_told_and_shown(sit, talk):
    async with sit() as seat:
        talk.hear(("call.offer", {"from_user": "bob", "call_type": "video", "sdp": "v=0"}))
        await seat.settle()
        assert any("bob" in one for one in seat.toasts)


# ---- sheets


async def test_the_palette_goes_to_rooms_people_commands_and_colours(sit, talk):
    async with sit() as seat:
        await seat.press("ctrl+k")
        await seat.type("team")
        await seat.press("enter")
        assert seat.chat.state.focus == TEAM
        assert seat.app.focused is seat.chat.room.box.composer
        await seat.press("ctrl+k")
        await seat.type("join")
        await seat.press("enter")
        assert seat.text == "/join "
        await seat.press("ctrl+k")
        await seat.type("wschat-light")
        await seat.press("enter")
        await seat.app.workers.wait_for_complete()
        assert seat.app.theme == "wschat-light"


async def test_help_shows_every_command(sit):
    async with sit() as seat:
        await seat.press("f1")
        assert "Keys and commands" in seat.shown
        await seat.press("escape")
        assert seat.app.screen is seat.chat


async def test_keys_of_the_chat_mean_nothing_on_a_sheet(sit, talk):
    async with sit() as seat:
        await seat.press("ctrl+k", "alt+down", "escape")
        assert seat.chat.state.focus == LOBBY


async def test_hints_are_clicked(sit):
    async with sit() as seat:
        await seat.pilot.click(offset=(seat.lines[-1].index("F1") + 1, 35))
        await seat.settle()
        assert "Keys and commands" in seat.shown


async def test_remapped_keys_work_and_are_hinted(sit, look):
    async with sit(look=look(keys={"app.help": "f11"})) as seat:
        assert "F11 keys" in seat.lines[-1]
        await seat.press("f11")
        assert "Keys and commands" in seat.shown


async def test_a_bad_remap_is_told_at_the_start(sit, look):
    async with sit(look=look(keys={"message.reply": "e"})) as seat:
        assert any("message.edit" in one for one in seat.toasts)


@pytest.mark.parametrize("preset", ["vim", "emacs"])
async def test_presets_work(sit, talk, look, preset):
    talk.says("bob", "one")
    async with sit(look=look(preset=preset)) as seat:
        await seat.press("escape")
        assert seat.chat.room.messages.message.body == "one"
        await seat.press("i" if preset == "vim" else "ctrl+g")
        assert seat.app.focused is seat.chat.room.box.composer


# ---- beginning and end


async def test_nothing_typed_is_lost_before_a_session_is_there(sit, talk):
    async with sit(refusal="Nobody answers.") as seat:
        assert seat.app.screen is not seat.chat
        seat.app.pop_screen()
        await seat.settle()
        await seat.type("early")
        await seat.press("enter")
        assert seat.text == "early"
        assert "The rooms are still being opened. The text stays" in seat.toasts[-1]


async def test_a_failure_to_open_leads_to_the_ways_in_with_its_sentence(sit):
    async with sit(refusal="Nobody answers at chat.example.org. Check the address.") as seat:
        assert "Nobody answers at chat.example.org." in seat.shown
        assert "Try the demo" in seat.shown
        seat.program.refusal = ""
        await seat.press("d")
        await seat.app.workers.wait_for_complete()
        await seat.settle()
        assert seat.program.opened == ["", "demo"]
        assert "# lobby" in seat.shown


async def test_the_login_form_opens_from_the_ways_in(sit):
    async with sit(refusal="Log in first.") as seat:
        await seat.press("c")
        assert seat.app.screen.query(Input)


async def test_the_session_hears_of_the_terminal_s_focus(sit, talk):
    async with sit() as seat:
        talk.forget()
        seat.app.post_message(AppBlur())
        await seat.settle()
        seat.app.post_message(AppFocus())
        await seat.settle()
        assert talk.asked(AttentionChanged) == [
            AttentionChanged(attentive=False),
            AttentionChanged(attentive=True),
        ]


async def test_ctrl_c_says_how_to_quit_and_ctrl_q_quits(sit, talk):
    async with sit() as seat:
        await seat.press("ctrl+c")
        assert "^Q quits" in seat.toasts[-1]
        await seat.pilot.press("ctrl+q")
        await seat.pilot.pause()
    assert talk.wire.closed
    assert seat.program.closed


async def test_without_a_message_nothing_is_hinted_that_needs_one(sit):
    async with sit() as seat:
        await seat.press("escape")
        assert seat.lines[-1].startswith(" Esc write  ^K go to")


async def test_a_theme_that_there_is_not_is_told(sit):
    async with sit(look=Look(theme="nosuch")) as seat:
        assert seat.toasts == ["There are no colours called nosuch; /theme shows what there is."]
        assert seat.app.theme == "wschat-dark"


async def test_what_is_wrong_with_the_settings_is_told_once(sit):
    async with sit() as seat:
        seat.program.refusal = "settings.toml line 3: 'ui.emoji' is not a setting."
        seat.program.problems = (seat.program.refusal,)
        seat.app.ways_in.open("work")
        await seat.app.workers.wait_for_complete()
        await seat.settle()
        assert seat.shown.count("line 3") == 1


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_the_way_back_and_the_way_out_of_trouble_are_hinted_where_it_is_narrow(
    sit, talk, size
):
    talk.says("bob", "see https://chat.example.org")
    async with sit(size) as seat:
        await seat.press("escape")
        assert seat.lines[-1].startswith(" Esc write  r reply")
        talk.session.feed(LinkDown("gone", seat.program.clock, seat.program.clock + 9000, 2))
        await seat.settle()
        assert "^R connect now" in seat.lines[-1]
        await seat.press("escape")
        assert seat.lines[-1].startswith(" ^R connect now  Esc messages")


async def test_my_status_is_told_while_others_can_see_it(sit, talk):
    async with sit() as seat:
        assert seat.lines[0].endswith("alice  ● online")
        talk.session.feed(LinkStopped("gone", seat.program.clock))
        await seat.settle()
        assert seat.lines[0].endswith(" alice")


async def test_a_click_on_a_reaction_leaves_the_focus_where_one_writes(sit, talk):
    message = talk.says("bob", "shall we?")
    talk.hear(
        (
            "chat.reaction.update",
            {"message_id": message, "user_id": "bob", "reaction": "ok", "action": "add"},
        )
    )
    async with sit() as seat:
        line = next(index for index, text in enumerate(seat.lines) if " ok 1 " in text)
        await seat.pilot.click(offset=(seat.lines[line].index("ok 1"), line))
        await seat.settle()
        assert seat.app.focused is seat.chat.room.box.composer
        await seat.pilot.click(offset=(seat.lines[line - 1].index("shall"), line - 1))
        await seat.settle()
        assert seat.chat.room.messages.live
        assert seat.chat.room.messages.message.id == message
