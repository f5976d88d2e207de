"""Writing: sending, new lines, drafts, editing, refusals; nothing typed is lost."""

import pytest

from wschat_tui.state.inputs import Composing, DraftKept, EditAsked, Typed

LOBBY, TEAM = "network:lobby", "network:team"


async def test_enter_posts_what_was_typed_and_empties_the_composer(sit, talk):
    async with sit() as seat:
        await seat.type("hello world")
        await seat.press("enter")
        assert [(one.scope, one.text, one.parent_id) for one in talk.asked(Typed)] == [
            (LOBBY, "hello world", None)
        ]
        assert seat.text == ""
        assert "hello world" in seat.shown


async def test_a_new_line_is_not_a_send(sit, talk):
    async with sit() as seat:
        for keys in ("alt+enter", "shift+enter", "ctrl+j"):
            await seat.press("a", keys)
        await seat.press("b", "enter")
        assert [one.text for one in talk.asked(Typed)] == ["a\na\na\nb"]


async def test_blank_text_is_not_sent_and_stays(sit, talk):
    async with sit() as seat:
        await seat.type("   ")
        await seat.press("enter")
        assert talk.asked(Typed) == []
        assert seat.text == "   "


async def test_the_composer_grows_to_eight_lines_and_no_more(sit):
    async with sit() as seat:
        heights = []
        for _ in range(12):
            await seat.press("x", "ctrl+j")
            heights.append(seat.chat.room.box.composer.size.height)
        assert heights[0] == 2
        assert heights[-1] == max(heights) == 8


async def test_bytes_are_counted_near_the_limit_and_too_many_are_refused_but_kept(sit, talk):
    async with sit() as seat:
        seat.chat.room.box.composer.put("é" * 1749)
        await seat.press("x")
        assert "bytes" not in seat.shown
        await seat.press("x")
        assert "3,500 of 4,096 bytes" in seat.shown
        seat.chat.room.box.composer.put("é" * 2049)
        await seat.press("enter")
        assert talk.asked(Typed) == []
        assert seat.text == "é" * 2049
        assert "4,098 bytes and the server takes 4,096" in seat.toasts[-1]


async def test_a_paste_is_one_message_and_loses_what_a_terminal_would_obey(sit, talk):
    async with sit() as seat:
        await seat.paste("one\r\ntwo\x1b[31m\x07")
        assert seat.text == "one\ntwo␛[31m␇"
        await seat.press("enter")
        assert len(talk.asked(Typed)) == 1


@pytest.mark.parametrize("keys", [("escape",), ("f6",), ("f6", "f6", "f6")])
async def test_a_paste_outside_the_composer_goes_there(sit, keys):
    async with sit() as seat:
        await seat.press(*keys)
        await seat.paste("pasted")
        assert seat.app.focused is seat.chat.room.box.composer
        assert seat.chat.room.box.composer.text == "pasted"


async def test_a_paste_of_many_lines_asks_first(sit):
    async with sit() as seat:
        text = "\n".join(f"line {number}" for number in range(21))
        await seat.paste(text)
        assert seat.text == ""
        assert "Paste 21 lines as one message?" in seat.shown
        await seat.press("escape")
        assert seat.text == ""
        await seat.paste(text)
        await seat.press("y")
        assert seat.text == text


async def test_drafts_stay_with_their_rooms(sit, talk):
    talk.says("bob", "hi", TEAM)
    async with sit() as seat:
        await seat.type("for the lobby")
        await seat.press("alt+down")
        assert seat.chat.state.focus == TEAM
        assert seat.text == ""
        assert talk.session.state.rooms[LOBBY].drafts.get("") == "for the lobby"
        assert "✎" in next(line for line in seat.lines if "# lobby" in line)
        await seat.type("team")
        await seat.press("alt+up")
        assert seat.text == "for the lobby"


async def test_a_draft_is_kept_after_a_pause_without_leaving_the_room(sit, talk):
    async with sit() as seat:
        await seat.type("half")
        await seat.until(lambda: DraftKept(LOBBY, "", "half") in talk.asked(DraftKept))


async def test_up_in_an_empty_composer_edits_my_last_message(sit, talk):
    mine = talk.says("alice", "teh end")
    talk.says("bob", "?")
    async with sit() as seat:
        await seat.press("up")
        assert seat.text == "teh end"
        assert "editing your message — Esc cancels" in seat.shown
        await seat.press(*["backspace"] * 7)
        await seat.type("the end")
        await seat.press("enter")
        asked = talk.asked(EditAsked)
        assert [(one.message_id, one.text) for one in asked] == [(mine, "the end")]
        assert seat.text == ""
        assert "editing" not in seat.shown


async def test_up_moves_the_cursor_where_something_is_typed(sit, talk):
    talk.says("alice", "old")
    async with sit() as seat:
        await seat.press("a", "ctrl+j", "b", "up", "x")
        assert seat.text == "ax\nb"


async def test_escape_leaves_an_edit_and_gives_back_what_stood_there(sit, talk):
    talk.says("alice", "sent before")
    async with sit() as seat:
        await seat.type("half")
        await seat.press("escape", "e")
        assert seat.text == "sent before"
        await seat.press("escape")
        assert seat.text == "half"
        assert seat.app.focused is seat.chat.room.box.composer
        assert talk.asked(EditAsked) == []


async def test_a_refused_edit_comes_back_before_what_is_typed_meanwhile(sit, talk):
    talk.says("alice", "one")
    async with sit() as seat:
        await seat.press("up")
        await seat.type(" more")
        await seat.press("enter")
        await seat.type("next")
        talk.refuse(talk.op_of("chat.edit"), "too old")
        await seat.settle()
        assert seat.text == "one more\nnext"
        assert "too old" in seat.toasts[-1]


async def test_typing_is_told_once_while_it_lasts_and_its_end_when_sent(sit, talk):
    async with sit() as seat:
        await seat.type("abc")
        assert [one.typing for one in talk.asked(Composing)] == [True]
        seat.program.clock += 4_000
        await seat.type("d")
        assert [one.typing for one in talk.asked(Composing)] == [True, True]
        await seat.press("enter")
        assert [one.typing for one in talk.asked(Composing)] == [True, True, False]
        assert [one.typing for one in talk.sent("chat.typing")] == [True, True, False]


async def test_typing_ends_when_the_text_is_cleared_or_left(sit, talk):
    async with sit() as seat:
        await seat.press("a", "backspace")
        assert [one.typing for one in talk.asked(Composing)] == [True, False]
        await seat.press("a", "escape")
        assert [one.typing for one in talk.asked(Composing)][-1] is False


async def test_a_command_is_no_typing(sit, talk):
    async with sit() as seat:
        await seat.type("/lea")
        assert talk.asked(Composing) == []


async def test_typing_ends_when_another_room_is_opened(sit, talk):
    async with sit() as seat:
        await seat.type("ab")
        await seat.press("alt+down")
        assert [(one.scope, one.typing) for one in talk.asked(Composing)] == [
            (LOBBY, True),
            (LOBBY, False),
        ]


async def test_what_comes_back_to_another_room_waits_there_as_a_draft(sit, talk):
    talk.says("alice", "one")
    async with sit() as seat:
        await seat.press("up")
        await seat.type(" more")
        await seat.press("enter")
        op_id = talk.op_of("chat.edit")
        await seat.type("next")
        await seat.press("alt+down")
        talk.refuse(op_id, "too old")
        await seat.settle()
        assert seat.text == ""
        await seat.press("alt+up")
        assert seat.text == "one more\nnext"


async def test_what_comes_back_during_an_edit_waits_aside(sit, talk):
    talk.says("alice", "first")
    async with sit() as seat:
        await seat.press("up")
        await seat.type("!")
        await seat.press("enter")
        op_id = talk.op_of("chat.edit")
        await seat.press("up")
        talk.refuse(op_id, "too old")
        await seat.settle()
        assert seat.text == "first"
        await seat.press("escape")
        assert seat.text == "first!"


async def test_a_pastes_last_newline_begins_no_line_of_its_own(sit):
    async with sit() as seat:
        await seat.paste("one\n")
        assert seat.text == "one"
        await seat.paste("\n")
        assert seat.text == "one\n"
        await seat.paste("line\r\n" * 20)
        assert seat.text == "one\n" + "\n".join(["line"] * 20)
        await seat.paste("line\n" * 30)
        assert "Paste 30 lines as one message?" in seat.shown


async def test_ctrl_l_empties_the_composer_and_brings_it_back(sit, talk):
    async with sit() as seat:
        await seat.press("ctrl+l")
        assert "Nothing is typed here" in seat.toasts[-1]
        await seat.paste("one\ntwo")
        await seat.press("ctrl+l")
        assert seat.text == ""
        assert talk.asked(DraftKept)[-1].text == ""
        await seat.press("ctrl+l")
        assert seat.text == "one\ntwo"
        assert talk.asked(DraftKept)[-1].text == "one\ntwo"
        await seat.press("ctrl+l")
        await seat.type("hello")
        await seat.press("enter", "ctrl+l")
        assert seat.text == ""


async def test_a_short_name_that_was_pasted_goes_out_as_its_emoji(sit, talk):
    async with sit() as seat:
        await seat.paste("done :tada: with `:rocket:`")
        await seat.press("enter")
        assert [one.text for one in talk.asked(Typed)] == ["done 🎉 with `:rocket:`"]
