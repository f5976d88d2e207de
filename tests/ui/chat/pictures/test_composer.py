"""Where one writes: short, tall, full, editing, and with offers."""

import pytest

pytestmark = pytest.mark.snapshot
POEM = "\n".join(f"line {number} of what is typed" for number in range(1, 13))

OFFERS = {"people": "ask @", "emoji": "well done :par", "commands": "/", "rooms": "see #"}


def typed(text):
    async def act(seat):
        await seat.type(text)

    return act


def pasted(text):
    async def act(seat):
        await seat.paste(text)

    return act


def test_editing_my_last_message(picture, story):
    story.post("bob", "what did you say?")
    story.deliver("I said: shall we shipp it?")

    async def edit(seat):
        await seat.press("up")

    assert picture("80x24", edit)


def test_composer_at_its_tallest(picture, story):
    story.post("bob", "tell me all about it")
    assert picture("60x20", pasted(POEM))


def test_bytes_are_counted_near_the_limit(picture):
    assert picture("80x24", pasted("nearly full " * 320))


def test_bytes_are_counted_past_the_limit(picture, story):
    async def act(seat):
        story.type("bob", "carol", "mia")
        await seat.paste("more than full " * 300)
        await seat.press("enter")

    assert picture("80x24", act)


@pytest.mark.parametrize("text", OFFERS.values(), ids=OFFERS)
def test_completion_offers(picture, story, text):
    story.talk.says("bob", "hello", "network:team")
    assert picture("80x24", typed(text))


def test_one_is_typing(picture, story):
    story.post("bob", "wait a moment")
    story.type("bob")
    assert picture("80x24")


def test_many_are_typing(picture, story):
    story.post("bob", "wait a moment")
    story.type("bob", "carol", "dave", "mia")
    assert picture("80x24")
