"""The message cursor: one letter acts, and only what is allowed is offered."""

import pytest

from wschat_tui.runtime.services import Whereabouts
from wschat_tui.state.inputs import (
    DeleteAsked,
    DiscardAsked,
    EditAsked,
    ReactAsked,
    RedactAsked,
    ResendAsked,
    Tick,
    Typed,
    UnreadAsked,
    Written,
)
from wschat_tui.state.server_inputs import MemberListed, MembersListed
from wschat_tui.ui.screens.files import FilesScreen

LOBBY = "network:lobby"


def under_cursor(seat):
    return seat.chat.room.messages.message.body


async def test_escape_puts_the_cursor_on_the_newest_message_and_back(sit, talk):
    talk.says("bob", "one")
    talk.says("bob", "two")
    async with sit() as seat:
        await seat.press("escape")
        assert under_cursor(seat) == "two"
        assert "reply" in seat.lines[-1]
        await seat.press("escape")
        assert seat.chat.room.messages.message is None
        assert seat.app.focused is seat.chat.room.box.composer


async def test_the_cursor_moves_by_letters_arrows_and_ends(sit, talk):
    for number in range(5):
        talk.says("bob", f"line {number}")
    async with sit() as seat:
        await seat.press("escape", "k")
        assert under_cursor(seat) == "line 3"
        await seat.press("up")
        assert under_cursor(seat) == "line 2"
        await seat.press("j")
        assert under_cursor(seat) == "line 3"
        await seat.press("g")
        assert under_cursor(seat) == "line 0"
        await seat.press("G")
        assert under_cursor(seat) == "line 4"
        await seat.press("down")
        assert under_cursor(seat) == "line 4"


async def test_r_replies_in_a_thread_beside_the_room(sit, talk):
    root = talk.says("bob", "shall we?")
    async with sit() as seat:
        await seat.press("escape", "r")
        assert talk.session.state.thread == root
        assert seat.app.focused is seat.chat.thread.box.composer
        assert "Thread in #lobby   no replies yet" in seat.shown
        await seat.type("yes")
        await seat.press("enter")
        assert [(one.text, one.parent_id) for one in talk.asked(Typed)] == [("yes", root)]


async def test_e_edits_mine_and_is_not_offered_for_others(sit, talk):
    talk.says("alice", "mine")
    talk.says("bob", "not mine")
    async with sit() as seat:
        await seat.press("escape")
        assert "edit" not in seat.lines[-1]
        await seat.press("e")
        assert seat.text == ""
        await seat.press("k")
        assert "edit" in seat.lines[-1]
        await seat.press("e")
        assert seat.text == "mine"


@pytest.mark.parametrize(
    ("key", "command", "sentence"),
    [
        ("e", "edit", "You can edit your own messages"),
        ("d", "delete", "You can delete your own messages"),
        ("D", "delete hard", "You can delete your own messages"),
        ("x", "redact", "Moderators and admins redact messages"),
        ("o", "", "There is no link in this message."),
        ("s", "", "No spoiler is hidden in this message."),
    ],
)
async def test_a_key_that_is_not_for_this_message_says_why_as_its_command_does(
    sit, talk, key, command, sentence
):
    talk.says("bob", "not mine")
    talk.session.feed(MembersListed(LOBBY, (MemberListed("alice", "alice", "", "member"),)))
    async with sit() as seat:
        await seat.press("escape", key)
        assert seat.app.screen is seat.chat
        (said,) = seat.toasts
        assert said.startswith(sentence)
        if command:
            await seat.press("slash")
            await seat.type(command)
            await seat.press("enter")
            assert seat.toasts[-1] == said


@pytest.mark.parametrize(("key", "mode"), [("d", "soft"), ("D", "hard")])
async def test_d_deletes_after_a_question(sit, talk, key, mode):
    mine = talk.says("alice", "oops")
    async with sit() as seat:
        await seat.press("escape", key)
        assert "Delete “oops”?" in seat.shown
        assert talk.asked(DeleteAsked) == []
        await seat.press("y")
        assert [(one.message_id, one.mode) for one in talk.asked(DeleteAsked)] == [(mine, mode)]


async def test_a_question_answered_no_does_nothing(sit, talk):
    talk.says("alice", "stays")
    async with sit() as seat:
        await seat.press("escape", "d", "escape")
        assert talk.asked(DeleteAsked) == []


async def test_x_redacts_where_one_may(sit, talk):
    message = talk.says("bob", "secret")
    async with sit() as seat:
        talk.session.feed(MembersListed(LOBBY, (MemberListed("alice", "alice", "", "member"),)))
        await seat.press("escape", "x")
        assert "redact" not in seat.lines[-1]
        assert seat.app.screen is seat.chat
        talk.session.feed(MembersListed(LOBBY, (MemberListed("alice", "alice", "", "moderator"),)))
        await seat.press("x")
        assert "Put [REDACTED] in place of “secret” by bob?" in seat.shown
        await seat.press("y")
        assert [one.message_id for one in talk.asked(RedactAsked)] == [message]


async def test_t_picks_a_reaction(sit, talk):
    message = talk.says("bob", "nice")
    async with sit() as seat:
        await seat.press("escape", "t")
        await seat.type("tada")
        await seat.press("enter")
        assert [(one.message_id, one.reaction) for one in talk.asked(ReactAsked)] == [
            (message, "🎉")
        ]


async def test_y_copies_and_tells_what_is_known_of_it(sit, talk, monkeypatch):
    """S7: the clipboard is written for the user's own key, and for nothing else."""
    talk.says("bob", "text [b]to[/b] copy")
    async with sit() as seat:
        for variable in ("TMUX", "STY", "TERM_PROGRAM"):
            monkeypatch.delenv(variable, raising=False)
        assert seat.app.clipboard == ""
        await seat.press("escape", "y")
        assert seat.app.clipboard == "text [b]to[/b] copy"
        assert "if this terminal lets programs write there" in seat.toasts[-1]
        monkeypatch.setenv("TMUX", "/tmp/tmux")
        await seat.press("y")
        assert "set-clipboard" in seat.toasts[-1]


async def test_o_asks_before_it_opens_a_link_and_names_the_host(sit, talk, monkeypatch):
    opened = []

    async def open_link(url):
        opened.append(url)
        return ""

    monkeypatch.setattr("wschat_tui.ui.opener.open_link", open_link)
    talk.says("bob", "see https://xn--e1awd7f.example/a?b=1, please")
    async with sit() as seat:
        await seat.press("escape", "o")
        assert "xn--e1awd7f.example." in seat.shown
        assert opened == []
        await seat.press("y")
        await seat.app.workers.wait_for_complete()
        assert opened == ["https://xn--e1awd7f.example/a?b=1"]


class NoFiles:
    """Every file is refused, for a reason that is shown."""

    def whereabouts(self, url):
        return Whereabouts("", "", refusal="Nobody has it.")


FILE = {"url": "/v1/uploads/1/plan.pdf", "name": "plan.pdf", "size": 812}
SHOWN = {"id": "f1", "scope": LOBBY, "user_id": "bob", "body": "look", "attachments": [FILE]}


async def test_a_lists_what_is_attached(sit, talk):
    talk.session.files = NoFiles()
    talk.says("bob", "plain")
    async with sit() as seat:
        await seat.press("escape")
        assert "files" not in seat.lines[-1]
        await seat.press("a")
        assert "No file is attached here." in seat.toasts[-1]
        talk.hear(("chat.message", SHOWN))
        await seat.settle()
        await seat.press("j")
        assert "files" in seat.lines[-1]
        await seat.press("a")
        assert isinstance(seat.app.screen, FilesScreen)
        assert "Nobody has it." in seat.shown


async def test_files_is_a_command_too(sit, talk):
    talk.session.files = NoFiles()
    talk.hear(("chat.message", SHOWN))
    talk.says("bob", "plain")
    async with sit() as seat:
        await seat.type("/files")
        await seat.press("enter")
        assert isinstance(seat.app.screen, FilesScreen)


async def test_without_a_session_there_are_no_files(sit, talk):
    talk.hear(("chat.message", SHOWN))
    async with sit() as seat:
        await seat.press("escape", "a")
        assert "once a session is open" in seat.toasts[-1]


async def test_i_tells_all_about_it(sit, talk):
    talk.says("bob", "hello")
    async with sit() as seat:
        await seat.press("escape", "i")
        assert "About this message" in seat.shown


async def test_u_marks_as_unread_from_there_and_reading_on_does_not_undo_it(sit, talk):
    first = talk.says("bob", "one")
    talk.says("bob", "two")
    async with sit() as seat:
        assert talk.session.state.rooms[LOBBY].unread == 0
        await seat.press("escape", "k", "u")
        assert [one.message_id for one in talk.asked(UnreadAsked)] == [first]
        assert talk.session.state.rooms[LOBBY].unread == 2
        await seat.press("j", "escape")
        assert talk.session.state.rooms[LOBBY].unread == 2
        assert "new messages" in seat.shown


async def test_m_mentions_its_author(sit, talk):
    talk.says("bob", "one")
    async with sit() as seat:
        await seat.press("escape", "m")
        assert seat.text == "@bob "
        assert seat.app.focused is seat.chat.room.box.composer


async def test_r_and_x_send_again_and_discard_what_did_not_arrive(sit, talk):
    async with sit() as seat:
        await seat.type("lost")
        await seat.press("enter")
        op_id = talk.op_of("chat.send")
        talk.session.feed(Written(op_id, talk.at), Tick(talk.at + 10_000))
        await seat.settle()
        await seat.press("escape")
        assert "r send again  x discard" in seat.lines[-1]
        await seat.press("r")
        assert [one.op_id for one in talk.asked(ResendAsked)] == [op_id]
        talk.session.feed(Written(op_id, talk.at), Tick(talk.at + 20_000))
        await seat.settle()
        await seat.press("x")
        assert [one.op_id for one in talk.asked(DiscardAsked)] == [op_id]
        assert "lost" not in seat.shown


async def test_slash_types_a_command_about_the_message_under_the_cursor(sit, talk):
    first = talk.says("alice", "one")
    talk.says("alice", "two")
    async with sit() as seat:
        await seat.press("escape", "k", "slash")
        await seat.type("edit uno")
        await seat.press("enter")
        assert [(one.message_id, one.text) for one in talk.asked(EditAsked)] == [(first, "uno")]


async def test_paging_works_while_writing(sit, talk):
    for number in range(200):
        talk.says("bob", f"line {number}")
    async with sit() as seat:
        assert "line 199" in seat.shown
        await seat.press("pageup", "pageup")
        assert "line 199" not in seat.shown
        talk.says("bob", "news")
        await seat.settle()
        assert "news" not in seat.shown
        assert "1 new ↓" in seat.shown
        await seat.press("ctrl+end")
        assert "news" in seat.shown
        assert "new ↓" not in seat.shown


async def test_s_shows_a_spoiler_and_hides_it_again(sit, talk):
    talk.says("bob", "it was ||the gardener|| after all")
    async with sit() as seat:
        await seat.press("escape")
        assert "the gardener" not in seat.shown
        await seat.press("s")
        assert "the gardener" in seat.shown
        await seat.press("s")
        assert "the gardener" not in seat.shown
