"""Where the past begins, where some of it may be missing, and what is new below."""

import pytest

from wschat_tui.state.inputs import HistoryFailed, LinkConnecting, LinkDown, LinkUp

pytestmark = pytest.mark.snapshot
TEAM = "network:team"


def test_first_page_is_loading(picture, story):
    story.go(TEAM)
    assert picture("80x24")


def test_earlier_messages_are_loading(picture, story):
    story.go(TEAM).at("09:00", days_ago=1)
    story.past(*(story.message("bob", f"line {n}") for n in range(6)), more=True)
    assert picture("80x24")


def test_server_keeps_no_history(picture, story):
    story.go(TEAM)
    story.talk.session.feed(HistoryFailed(TEAM, "There is none.", absent=True))
    story.at("10:05").post("bob", "said while I was here")
    assert picture("80x24")


@pytest.mark.parametrize("known", ["asked for", "not to be had"])
def test_messages_may_be_missing(picture, story, known):
    before = story.post("bob", "before the link was lost")
    session, at = story.talk.session, story.talk.at
    session.feed(LinkDown("gone", at, at + 1000, 1), LinkConnecting(1), LinkUp(at + 2000, "up2"))
    story.at("10:20")
    page = [story.message("mia", f"much later, {n}") for n in range(3)]
    story.past(*page, more=True, hole=before)
    if known == "not to be had":
        session.feed(HistoryFailed("network:lobby", "The server did not answer."))
    assert picture("80x24")


def test_scrolled_up_with_news_below(picture, story):
    for number in range(80):
        story.post(("bob", "mia")[number // 4 % 2], f"line {number}")

    async def read_on_above(seat):
        await seat.press("pageup", "pageup")
        for number in range(12):
            story.post("carol", f"news {number}")
        story.type("carol")

    assert picture("80x24", read_on_above)


def test_more_new_messages_than_fit_begin_at_their_rule(picture, story):
    for number in range(40):
        story.post("bob", f"line {number}")
    story.look_away()
    for number in range(40):
        story.post("mia", f"news {number}")
    assert picture("80x24")
