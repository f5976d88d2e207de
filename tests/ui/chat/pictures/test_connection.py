"""The connection in words: on its way, lost, silent, given up, refused."""

import pytest

from wschat_tui.runtime.session import Session
from wschat_tui.state.inputs import (
    LinkConnecting,
    LinkDown,
    LinkSilent,
    LinkStopped,
    LinkUp,
    RoundTrip,
    SessionOpened,
    Tick,
)

pytestmark = pytest.mark.snapshot
SIZES = ("60x20", "80x24", "120x36")
SERVER = "wss://chat.example.org/v1/ws"


@pytest.fixture
def unbegun(story):
    """A session that has just been opened, before the first try to connect."""
    story.talk.session = Session(story.talk.wire)
    return story


def open_session(story, me="alice"):
    opened = SessionOpened(me, "work", SERVER, "standard", "memory", ("network:lobby",))
    story.talk.session.feed(opened)


def test_connecting(picture, unbegun):
    open_session(unbegun)
    unbegun.talk.session.feed(LinkConnecting(1))
    assert picture("80x24")


def test_not_connected_at_first(picture, unbegun, clock):
    open_session(unbegun)
    sentence = "chat.example.org refused the connection on port 443; is the server running?"
    unbegun.talk.session.feed(LinkConnecting(1), LinkDown(sentence, clock, clock + 4_000, 1))
    assert picture("80x24")


@pytest.mark.parametrize("size", SIZES)
def test_link_is_lost_and_a_countdown_runs(picture, lively, clock, size):
    lost = LinkDown("The server closed the connection.", clock, clock + 12_000, 3)
    lively.talk.session.feed(lost)
    assert picture(size)


def test_link_is_silent(picture, lively):
    lively.talk.session.feed(LinkSilent(18))
    assert picture("80x24")


REASON = (
    "The certificate of chat.example.org is not valid: it expired on 1 November. "
    "Nothing was sent. Tell whoever runs the server, or check this computer's clock."
)


@pytest.mark.parametrize("size", ["60x20", "80x24"])
def test_given_up_for_a_reason(picture, lively, clock, size):
    lively.talk.session.feed(LinkStopped(REASON, clock))
    assert picture(size)


def test_login_is_needed(picture, lively, clock):
    sentence = "The server no longer takes this login. Your drafts are kept; log in again."
    lively.talk.session.feed(LinkStopped(sentence, clock, login=True))
    assert picture("80x24")


def test_who_i_am_is_not_known(picture, unbegun, clock):
    open_session(unbegun, me="")
    up = (LinkConnecting(1), LinkUp(clock, "up"), RoundTrip(1_480), Tick(clock))
    unbegun.talk.session.feed(*up)
    unbegun.post("bob", "@alice, are you there?")
    unbegun.post("alice", "sent from another device of mine")
    unbegun.deliver("sent from here")
    assert picture("80x24")
