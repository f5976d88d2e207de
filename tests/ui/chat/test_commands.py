"""Slash commands: what they do, and that a refused one leaves its text."""

from wschat_tui.state.inputs import (
    DeleteAsked,
    EditAsked,
    RedactAsked,
    RetryAsked,
    Seen,
    ThreadOpened,
    Typed,
    UnreadAsked,
)

LOBBY = "network:lobby"


async def run(seat, line):
    """Type a command and press Enter; offers are closed first, as somebody who ignores them would."""
    await seat.type(line)
    if seat.chat.desk.box.offering == "eager":
        await seat.press("escape")
    await seat.press("enter")


async def test_an_unknown_command_stays_and_the_nearest_is_named(sit, talk):
    async with sit() as seat:
        await run(seat, "/jion lobby")
        assert seat.text == "/jion lobby"
        assert "did you mean /join?" in seat.toasts[-1]
        assert talk.asked(Typed) == []


async def test_two_slashes_send_one(sit, talk):
    async with sit() as seat:
        await run(seat, "//join is a command")
        assert [one.text for one in talk.asked(Typed)] == ["/join is a command"]


REFUSED = {
    "/join": "/join ROOM",
    "/dm": "/dm PERSON",
    "/open nowhere": "/join nowhere",
    "/msg team": "/msg ROOM MESSAGE",
    "/status sleepy": "online|away|busy|offline",
    "/edit": "your own messages",
    "/delete": "your own messages",
    "/delete softly": "/delete soft",
    "/react": "no message",
    "/react :nothing_like_it:": "no message",
    "/copy": "no message",
    "/thread": "no message",
    "/unread": "no message",
    "/details": "no message",
    "/redact": "Moderators",
    "/resend": "Nothing here failed",
    "/discard": "Nothing here waits",
    "/retry": "connection is up",
    "/theme nothing": "wschat-dark",
    "/me": "/me TEXT",
    "/call bob": "not known yet whether this installation can take calls",
    "/answer": "Nobody is calling",
    "/decline": "Nobody is calling",
    "/hangup": "No call is on",
    "/mute": "No call is on",
    "/read": "nothing here",
}


async def test_a_refused_command_says_why_and_stays(sit):
    async with sit() as seat:
        for line, word in REFUSED.items():
            seat.chat.room.box.composer.put(line)
            seat.program.clock += 10_000
            await seat.press("enter")
            assert word in seat.toasts[-1], line
            assert seat.text == line


async def test_commands_about_my_last_message(sit, talk):
    mine = talk.says("alice", "one")
    talk.says("bob", "two")
    async with sit() as seat:
        await run(seat, "/edit uno")
        assert [(one.message_id, one.text) for one in talk.asked(EditAsked)] == [(mine, "uno")]
        await run(seat, "/delete hard")
        await seat.press("y")
        assert [(one.message_id, one.mode) for one in talk.asked(DeleteAsked)] == [(mine, "hard")]


async def test_edit_alone_begins_an_edit(sit, talk):
    talk.says("alice", "one")
    async with sit() as seat:
        await run(seat, "/edit")
        assert seat.text == "one"
        assert seat.chat.room.box.editing


async def test_commands_about_the_newest_message(sit, talk):
    newest = talk.says("bob", "two")
    async with sit() as seat:
        await run(seat, "/redact [hidden]")
        await seat.press("y")
        asked = talk.asked(RedactAsked)
        assert [(one.message_id, one.mask) for one in asked] == [(newest, "[hidden]")]
        await run(seat, "/thread good idea")
        assert ThreadOpened(newest) in talk.asked(ThreadOpened)
        assert seat.chat.thread.box.text == "good idea"


async def test_read_and_unread(sit, talk):
    message = talk.says("bob", "one")
    async with sit() as seat:
        await run(seat, "/unread")
        assert [one.message_id for one in talk.asked(UnreadAsked)] == [message]
        talk.forget()
        await run(seat, "/read")
        assert [one.message_id for one in talk.asked(Seen)] == [message]
        assert talk.session.state.rooms[LOBBY].unread == 0


async def test_me_says_what_i_do(sit, talk):
    async with sit() as seat:
        await run(seat, "/me waves")
        assert [one.text for one in talk.asked(Typed)] == ["_waves_"]


async def test_whoami_tells_where_the_token_is(sit):
    async with sit() as seat:
        await run(seat, "/whoami")
        assert seat.toasts[-1] == (
            "You are alice on wss://chat.example.org/v1/ws; the token is in memory."
        )


async def test_a_theme_is_taken_and_kept(sit):
    async with sit() as seat:
        await run(seat, "/theme wschat-light")
        await seat.app.workers.wait_for_complete()
        assert seat.app.theme == "wschat-light"
        assert seat.program.settings == [("ui.theme", "wschat-light")]


async def test_help_opens_on_what_was_asked(sit):
    async with sit() as seat:
        await run(seat, "/help join")
        assert "Keys and commands" in seat.shown
        assert "/join ROOM" in seat.shown


async def test_retry_connects_now(sit, talk):
    from wschat_tui.state.inputs import LinkDown

    async with sit() as seat:
        talk.session.feed(LinkDown("Connection lost.", talk.at, talk.at + 9_000, 1))
        await run(seat, "/retry")
        assert talk.asked(RetryAsked) == [RetryAsked()]


async def test_quit_closes_the_session_and_the_program(sit, talk):
    async with sit() as seat:
        await run(seat, "/quit")
        await seat.pilot.pause()
    assert talk.wire.closed
    assert seat.program.closed
