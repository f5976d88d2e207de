"""How far messages of mine have come, and what is offered where they did not arrive."""

import pytest

from wschat_tui.state.inputs import LinkDown

pytestmark = pytest.mark.snapshot


def every_state(story):
    """One message in each state, and one more that waits."""
    story.post("bob", "How is it going?")
    read = story.deliver("read by two")
    story.read(read, "bob", "carol")
    story.deliver("sent")
    failed = story.say("refused, for a reason")
    story.write(failed)
    story.talk.refuse(failed, "You are muted until noon")
    doubtful = story.say("in doubt, after ten seconds")
    story.write(doubtful)
    story.pass_time(10)
    story.write(story.say("sending"))
    story.say("queued behind it")
    story.say("and one more,\nof two lines")


@pytest.mark.parametrize("size", ["60x20", "80x24"])
def test_sent_read_sending_queued_unconfirmed_and_failed(picture, story, size):
    every_state(story)
    assert picture(size)


def test_message_cursor_offers_to_send_again_or_discard(picture, story):
    every_state(story)

    async def stand_on_it(seat):
        await seat.press("escape", "k", "k", "k")

    assert picture("80x24", stand_on_it)


def test_edit_in_doubt_and_edit_refused(picture, story):
    story.deliver("the first")
    story.deliver("the second")

    async def edit(seat):
        await seat.press("escape", "g", "e")
        await seat.type(" edited")
        await seat.press("enter")
        story.write(seat.talk.op_of("chat.edit"))
        story.pass_time(10)
        await seat.press("up")
        await seat.type(" edited")
        await seat.press("enter")
        seat.talk.refuse(seat.talk.op_of("chat.edit"), "Messages can be edited for an hour")

    assert picture("80x24", edit)


def test_what_waits_while_the_link_is_down(picture, story):
    story.post("bob", "still there?")
    lost = story.say("written, and not confirmed")
    story.write(lost)
    at = story.talk.session.state.now
    story.talk.session.feed(LinkDown("The server closed the connection.", at, at + 7_000, 2))
    story.say("waits for the connection")
    story.say("and so does this")
    assert picture("80x24")
