"""Every kind of the link's news becomes an input, or is known to concern nobody."""

from typing import get_args

import pytest

from wschat_tui.link import news
from wschat_tui.runtime.news import input_from
from wschat_tui.state import inputs

NOW = 1_795_428_000_000

CASES = [
    (news.Connecting(2), inputs.LinkConnecting(2)),
    (news.Opened("ws://x", None), inputs.LinkUp(NOW, "op0001")),
    (news.Frames(()), inputs.Heard((), NOW, "op0001")),
    (news.Written("a"), inputs.Written("a", NOW)),
    (news.Unsent(("a",)), inputs.Unsent(("a",))),
    (news.RoundTrip(0.0124), inputs.RoundTrip(12)),
    (news.RoundTrip(None), None),
    (news.Silent(17.9), inputs.LinkSilent(17)),
    (news.Lost("gone", 1006, 2.5, 3), inputs.LinkDown("gone", NOW, NOW + 2500, 3)),
    (news.Lost("big", 1009, 0, 1, "a"), inputs.LinkDown("big", NOW, NOW, 1, "a")),
    (news.Stopped("over", "forbidden", 403), inputs.LinkStopped("over", NOW)),
    (news.LoginNeeded("who"), inputs.LinkStopped("who", NOW, login=True)),
]


@pytest.mark.parametrize(("told", "expected"), CASES)
def test_news_becomes_an_input(told, expected, clock):
    assert input_from(told, clock) == expected


def test_no_kind_is_left_out():
    assert {type(told) for told, _ in CASES} == set(get_args(news.News))
