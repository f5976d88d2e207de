"""The connection's coming and going."""

import pytest

from wschat_tui.state.effects import Reconnect
from wschat_tui.state.inputs import (
    AttentionChanged,
    LinkConnecting,
    LinkDown,
    LinkSilent,
    LinkStopped,
    RetryAsked,
    RoundTrip,
)
from wschat_tui.state.model import LinkState


def test_the_phases_of_a_link(scene):
    scene.open()
    assert scene.state.link == LinkState()
    scene.play(LinkConnecting(1))
    assert scene.state.link == LinkState("connecting", attempt=1)
    scene.up()
    assert scene.state.link == LinkState("online", ever_online=True)
    scene.play(LinkDown("Lost\x1b it.", scene.T, scene.T + 900, 1))
    assert scene.state.link == LinkState("waiting", "Lost␛ it.", 1, scene.T + 900, ever_online=True)
    scene.play(LinkConnecting(2))
    link = scene.state.link
    assert (link.phase, link.sentence, link.attempt, link.retry_at) == (
        "connecting",
        "Lost␛ it.",
        2,
        None,
    )


@pytest.mark.parametrize(("login", "phase"), [(False, "stopped"), (True, "login")])
def test_giving_up(scene, login, phase):
    scene.open()
    scene.play(LinkStopped("No.", scene.T, login=login))
    assert scene.state.link == LinkState(phase, "No.")


def test_the_heartbeat(online):
    online.play(LinkSilent(7))
    assert (online.state.link.silent, online.state.link.round_trip) == (7, None)
    online.play(RoundTrip(12))
    assert (online.state.link.silent, online.state.link.round_trip) == (0, 12)
    before = online.state
    online.play(RoundTrip(12))
    assert online.state is before
    online.play(LinkSilent(0))
    assert online.state is before


def test_connect_now(scene):
    assert scene.play(RetryAsked()) == [Reconnect()]


def test_attention(online):
    before = online.state
    online.play(AttentionChanged(attentive=True))
    assert online.state is before
    online.play(AttentionChanged(attentive=False))
    assert not online.state.attentive
