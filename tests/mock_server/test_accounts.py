"""Passwords and tokens: what expires, what is spent, what is kept."""

import pytest

from mock_server.accounts import Accounts
from mock_server.ids import RandomIds
from mock_server.records import Token
from mock_server.world import PEOPLE

USERS = {user.id: user for user in PEOPLE}
ALICE = USERS["alice"]
IDS = RandomIds()


def accounts(**options):
    return Accounts(USERS, [], **options)


@pytest.mark.parametrize("name", list(USERS))
def test_every_account_logs_in_with_its_name(name):
    assert accounts().by_password(f"{name}@example.test", name).id == name
    assert accounts().by_password(f" {name.upper()}@Example.TEST ", name).id == name


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("alice@example.test", "bob"),
        ("alice@example.test", "alicé"),
        ("alice@example.org", "alice"),
        ("alice", "alice"),
        ("eve@example.test", "eve"),
    ],
)
def test_anything_else_does_not(email, password):
    assert accounts().by_password(email, password) is None


def test_an_access_token_holds_for_its_time():
    book = accounts(access_ttl=2)
    pair = book.grant(ALICE, 1000, IDS)
    assert pair.expires_in == 2
    assert book.by_access(pair.access_token, 2999) is ALICE
    assert book.by_access(pair.access_token, 3000) is None
    assert book.by_access(pair.refresh_token, 1000) is None
    assert book.by_access("", 1000) is None


def test_a_refresh_token_is_spent_when_it_is_traded():
    book = accounts(access_ttl=2)
    old = book.grant(ALICE, 0, IDS)
    user, new = book.rotate(old.refresh_token, 10_000, IDS)
    assert user is ALICE
    assert book.by_access(new.access_token, 10_000) is ALICE
    assert book.rotate(old.refresh_token, 10_000, IDS) is None
    assert book.rotate(new.access_token, 10_000, IDS) is None
    assert book.rotate(new.refresh_token, 10_000, IDS, owner="bob") is None
    assert book.rotate(new.refresh_token, 10_000, IDS, owner="alice")


def test_a_refresh_token_holds_for_a_week():
    book, week = accounts(), 7 * 24 * 3600 * 1000
    assert book.rotate(book.grant(ALICE, 0, IDS).refresh_token, week, IDS) is None
    assert book.rotate(book.grant(ALICE, 0, IDS).refresh_token, week - 1, IDS)


def test_tokens_are_kept_as_hashes_and_expired_ones_not_at_all():
    book = accounts(access_ttl=1)
    pair = book.grant(ALICE, 0, IDS)
    assert pair.access_token not in repr(book.changes)
    assert pair.access_token not in repr(pair)
    book.grant(ALICE, 5000, IDS)
    assert [token.there for token in book.changes] == [True, True, False, True, True]
    assert len(book.tokens) == 3


def test_a_token_of_somebody_gone_stands_for_nobody():
    book = accounts()
    pair = book.grant(ALICE, 0, IDS)
    book.users = {}
    assert book.by_access(pair.access_token, 1) is None
    assert book.rotate(pair.refresh_token, 1, IDS) is None


def test_dev_tokens_are_for_this_machine_alone():
    assert accounts().by_access("dev:mia", 0).id == "mia"
    assert accounts().by_access("dev:eve", 0) is None
    assert accounts(dev_tokens=False).by_access("dev:mia", 0) is None


def test_a_lifetime_under_a_second_is_told_as_one():
    assert accounts(access_ttl=0.2).grant(ALICE, 0, IDS).expires_in == 1
    assert Token("d", "alice", "access", 1).there
