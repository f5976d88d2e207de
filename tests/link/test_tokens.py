"""Reading tokens, and what an access token says about itself."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wschat_tui.link.tokens import Claims, claims, sendable, tokens_from
from wschat_tui.protocol.tokens import Tokens

CANARY = "canary-3f9a"


def jwt(document, *, raw=None):
    body = raw if raw is not None else json.dumps(document).encode()
    part = base64.urlsafe_b64encode(body).rstrip(b"=").decode()
    return f"e30.{part}.sig"


def test_no_repr_shows_a_token():
    tokens = Tokens(CANARY, CANARY + "-r", 5)
    assert CANARY not in repr(tokens) + str(tokens) + f"{tokens}"
    assert "expires_at=5" in repr(tokens)


@pytest.mark.parametrize("token", ["a", "dev:alice", jwt({}), "~!", "x" * 16384])
def test_sendable(token):
    assert sendable(token)


@pytest.mark.parametrize(
    "token",
    ["", "a b", "a\r\nX-Evil: 1", "a\n", "a\r", "\ta", "a\x00", "é", "a\x7f", "x" * 16385],
)
def test_not_sendable(token):
    assert not sendable(token)


def test_pair_is_read():
    data = {"access_token": "a", "refresh_token": "r", "expires_in": 900}
    assert tokens_from(data, 1000) == Tokens("a", "r", 901_000)


@pytest.mark.parametrize(
    ("data", "tokens"),
    [
        ({"access_token": "a"}, Tokens("a")),
        ({"access_token": "a", "refresh_token": "r\n"}, Tokens("a")),
        ({"access_token": "a", "refresh_token": 5}, Tokens("a")),
        ({"access_token": "a", "expires_in": True}, Tokens("a")),
        ({"access_token": "a", "expires_in": -1}, Tokens("a")),
        ({"access_token": "a", "expires_in": 0}, Tokens("a")),
        ({"access_token": "a", "expires_in": "900"}, Tokens("a")),
        ({"access_token": "a", "expires_in": float("nan")}, Tokens("a")),
        ({"access_token": "a", "expires_in": 1e300}, Tokens("a")),
        ({"access_token": "a", "expires_in": 1.9}, Tokens("a", None, 1000)),
        ({"access_token": "a", "expires_in": 10**10}, Tokens("a", None, 315_360_000_000)),
        ({"access_token": "a\r\n"}, None),
        ({"access_token": 5}, None),
        ({"refresh_token": "r"}, None),
        ({}, None),
        (None, None),
        ([], None),
    ],
)
def test_odd_answers(data, tokens):
    assert tokens_from(data, 0) == tokens


@pytest.mark.parametrize(
    ("document", "read"),
    [
        ({"user_id": "alice", "sub": "u1", "exp": 1700000000}, Claims("alice", 1700000000_000)),
        ({"sub": "u1"}, Claims("u1", None)),
        ({"user_id": "", "sub": "u1", "exp": 1.5}, Claims("u1", 1000)),
        ({"user_id": 7, "sub": None, "exp": "soon"}, Claims(None, None)),
        ({"user_id": "x" * 1025, "exp": True}, Claims(None, None)),
        ({"exp": 1e12}, Claims(None, None)),
        ([], Claims(None, None)),
    ],
)
def test_claims(document, read):
    assert claims(jwt(document)) == read


@pytest.mark.parametrize(
    "token", ["", "dev:alice", "a.b", "a.b.c.d", "a.€.c", "..", jwt(0, raw=b"\xff{"), "a.A.c"]
)
def test_what_is_no_jwt_claims_nothing(token):
    assert claims(token) == Claims(None, None)


@given(st.text(max_size=60), st.binary(max_size=60))
def test_claims_never_raise(text, raw):
    assert isinstance(claims(text), Claims)
    assert isinstance(claims(jwt(0, raw=raw)), Claims)
