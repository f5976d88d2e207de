"""Renewing tokens: in time, once, and stored before the old pair is dropped (F4, F25)."""

import asyncio
import base64
import json

import pytest

from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.link.auth import TokenSupply
from wschat_tui.protocol.tokens import Tokens

NOW = 1_700_000_000_000


class Account:
    """A supply, its clock, and what it stored and posted."""

    def __init__(self, tokens, *answers):
        self.at = 0.0
        self.stored, self.posted = [], []
        self.answers = list(answers)
        self.supply = TokenSupply(
            tokens,
            store=self.store,
            post=self.post if answers else None,
            wall=lambda: NOW + int(self.at * 1000),
            clock=lambda: self.at,
        )

    async def store(self, tokens):
        self.stored.append((tokens, self.supply.tokens))

    async def post(self, token):
        self.posted.append(token)
        return self.answers.pop(0)


def pair(name, life=None, at=0.0):
    ends = None if life is None else NOW + int((at + life) * 1000)
    return Tokens(f"{name}-access", f"{name}-refresh", ends)


def granted(name, life):
    return {
        "access_token": f"{name}-access",
        "refresh_token": f"{name}-refresh",
        "expires_in": life,
    }


async def test_without_tokens():
    account = Account(None)
    assert account.supply.access is None
    assert account.supply.tokens is None
    assert account.supply.sound
    assert account.supply.due_in() is None
    assert not account.supply.ended
    assert await account.supply.renew(None) == "login"
    assert not await account.supply.refresh(None)


async def test_unsound_token():
    assert not Account(Tokens("a\r\nb")).supply.sound
    assert Account(Tokens("a")).supply.sound


async def test_due_at_four_fifths_of_the_life():
    account = Account(pair("old", 900))
    assert account.supply.due_in() == pytest.approx(720)
    account.at = 700
    assert account.supply.due_in() == pytest.approx(20)
    account.at = 900
    assert account.supply.due_in() == 0.0
    assert account.supply.ended


@pytest.mark.parametrize(
    "tokens", [Tokens("a", "r"), Tokens("a", None, NOW + 900_000)], ids=["no end", "no refresh"]
)
async def test_never_due(tokens):
    assert Account(tokens).supply.due_in() is None


async def test_end_is_read_from_a_jwt_where_nobody_told_it():
    body = base64.urlsafe_b64encode(json.dumps({"exp": NOW // 1000 + 100}).encode()).decode()
    account = Account(Tokens(f"e30.{body}.s", "r"))
    assert account.supply.due_in() == pytest.approx(80)


async def test_a_pair_that_has_ended_is_due_at_once():
    assert Account(pair("old", -5)).supply.due_in() == 0.0


async def test_renewed_over_http_and_stored_before_the_old_is_dropped():
    """F25."""
    account = Account(pair("old"), pair("new", 900))
    assert await account.supply.renew("old-access") == "renewed"
    assert account.posted == ["old-refresh"]
    assert account.stored == [(pair("new", 900), pair("old"))]
    assert account.supply.access == "new-access"
    assert account.supply.due_in() == pytest.approx(720)


async def test_a_pair_without_refresh_token_keeps_the_old_one():
    account = Account(pair("old"), Tokens("new-access"))
    await account.supply.renew("old-access")
    assert account.supply.tokens == Tokens("new-access", "old-refresh")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Refused("ERR", "no", 401), "login"),
        (Refused("ERR", "no", 400), "login"),
        (Refused("redirect", "no", 302), "login"),
        (Refused("ERR", "slow", 429), "later"),
        (Refused("ERR", "down", 503), "later"),
        (Unreachable("gone"), "later"),
        (Absent(), "login"),
    ],
)
async def test_not_renewed(answer, outcome):
    account = Account(pair("old"), answer)
    assert await account.supply.renew("old-access") == outcome
    assert account.stored == []
    assert account.supply.access == "old-access"


async def test_a_token_that_was_renewed_meanwhile_is_just_used():
    account = Account(pair("new"), pair("newer"))
    assert await account.supply.renew("old-access") == "renewed"
    assert account.posted == []


async def test_two_who_ask_at_once_spend_one_refresh_token():
    account = Account(pair("old"), pair("new"), pair("newer"))
    outcomes = await asyncio.gather(*(account.supply.renew("old-access") for _ in range(2)))
    assert outcomes == ["renewed", "renewed"]
    assert account.posted == ["old-refresh"]


async def test_refreshed_over_the_socket():
    account = Account(pair("old", 900))
    account.at = 720
    asked = []

    async def ask(request):
        asked.append(request)
        return granted("new", 900)

    assert await account.supply.refresh(ask)
    assert [request.refresh_token for request in asked] == ["old-refresh"]
    assert account.supply.access == "new-access"
    assert account.stored == [(pair("new", 900, 720), pair("old", 900))]
    assert account.supply.due_in() == pytest.approx(720)


@pytest.mark.parametrize("answer", [None, {}, {"access_token": "a\n"}, "x"])
async def test_refresh_that_fails_is_tried_in_the_middle_of_what_is_left(answer):
    account = Account(pair("old", 900))
    account.at = 720

    async def ask(_):
        return answer

    waits = []
    while (due := account.supply.due_in()) is not None:
        account.at += due
        waits.append(account.at)
        assert not await account.supply.refresh(ask)
        assert len(waits) < 20
    assert waits[:3] == pytest.approx([720, 810, 855])
    assert 895 < waits[-1] < 900
    assert account.stored == []
    assert account.supply.access == "old-access"


async def test_a_life_of_no_length_is_not_refreshed_without_rest():
    account = Account(pair("old", 1))

    async def ask(_):
        return granted("new", 1)

    await account.supply.refresh(ask)
    assert account.supply.due_in() == pytest.approx(1.0)


async def test_late_ack_counts_unless_there_is_a_newer_pair():
    account = Account(pair("old", 900))
    requests = []

    async def ask(request):
        requests.append(request)

    await account.supply.refresh(ask)
    await account.supply.late(requests[0], None)
    assert account.supply.access == "old-access"
    await account.supply.late(requests[0], granted("late", 900))
    assert account.supply.access == "late-access"
    await account.supply.late(requests[0], granted("later still", 900))
    assert account.supply.access == "late-access"
    account.supply.adopt(None)
    await account.supply.late(requests[0], granted("late", 900))
    assert account.supply.access is None


async def test_tokens_without_refresh_are_not_refreshed_over_the_socket():
    account = Account(Tokens("a"))
    assert not await account.supply.refresh(None)
    assert account.supply.due_in() is None
