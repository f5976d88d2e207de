import json

import pytest

from wschat_tui.protocol.tokens import Tokens
from wschat_tui.storage.trouble import Trouble
from wschat_tui.storage.vault.tokens import check_pair, check_token, pack, unpack

ORIGIN = "wss://chat.example.test:443"


def test_no_repr_shows_a_token():
    pair = Tokens("canary-access", "canary-refresh", 7)
    for shown in (repr(pair), str(pair), f"{pair}", f"{[pair]}"):
        assert "canary" not in shown
    assert repr(pair) == "Tokens(access=hidden, refresh=hidden, expires_at=7)"
    assert repr(Tokens("x")) == "Tokens(access=hidden, refresh=None, expires_at=None)"


def test_white_space_around_a_token_goes():
    assert check_token(" abc.DEF-1~\r\n") == "abc.DEF-1~"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "The token is empty."),
        (" \n", "The token is empty."),
        ("canary\r\nX-Evil: 1", "The token has spaces, control characters or non-ASCII letters"),
        ("canary\x00", "The token has spaces, control characters or non-ASCII letters"),
        ("canary\x1b[0m", "The token has spaces, control characters or non-ASCII letters"),
        ("canary x", "The token has spaces, control characters or non-ASCII letters"),
        ("canaryü", "The token has spaces, control characters or non-ASCII letters"),
        ("canary\x7f", "The token has spaces, control characters or non-ASCII letters"),
        ("c" * 16_385, "The token is longer than 16384 characters"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_not_quoted(text, what):
    trouble = check_token(text)
    assert isinstance(trouble, Trouble)
    assert trouble.what.startswith(what)
    assert trouble.mend
    assert "canary" not in str(trouble)
    assert str(trouble) == f"{trouble.what} {trouble.mend}"


@pytest.mark.parametrize("pair", [Tokens("a\nb"), Tokens("a", "b\rc"), Tokens("a", ""), Tokens("")])
def test_a_pair_is_refused_for_either_half(pair):
    assert isinstance(check_pair(pair), Trouble)


def test_a_pair_with_white_space_around_it_is_refused():
    assert (
        check_pair(Tokens(" a")).what == "The token has white space around it, so it was not kept."
    )
    assert check_pair(Tokens("a", "b")) is None


@pytest.mark.parametrize("pair", [Tokens("a"), Tokens("a", "b", 1), Tokens('q"\\', None, 0)])
def test_a_record_reads_back(pair):
    text = pack(pair, ORIGIN, "alice@work")
    assert text.isascii()
    assert unpack(text, ORIGIN, "alice@work") == pair


def test_a_record_belongs_to_its_origin_and_account():
    text = pack(Tokens("a"), ORIGIN, "alice@work")
    assert unpack(text, "wss://evil.test:443", "alice@work") is None
    assert unpack(text, ORIGIN, "bob@work") is None


@pytest.mark.parametrize(
    "change",
    [
        {"access": None},
        {"access": 1},
        {"access": "a\nb"},
        {"refresh": 1},
        {"expires_at": "1"},
        {"expires_at": 1.5},
        {"expires_at": True},
        {"origin": None},
    ],
)
def test_a_record_that_is_not_ours_is_none(change):
    record = json.loads(pack(Tokens("a"), ORIGIN, "alice@work")) | change
    assert unpack(json.dumps(record), ORIGIN, "alice@work") is None


@pytest.mark.parametrize("text", ["", "hunter2", "[]", "null", "[" * 100_000])
def test_text_that_is_no_record_is_none(text):
    assert unpack(text, ORIGIN, "alice@work") is None
