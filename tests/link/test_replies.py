"""Answers beside the socket, as servers write them and as they should not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wschat_tui.link import replies
from wschat_tui.link.replies import IceConfig, LoggedIn, Member, Network, TurnServer, Uploaded
from wschat_tui.protocol.tokens import Tokens

PAIR = {"access_token": "a", "refresh_token": "r", "expires_in": 1, "token_type": "Bearer"}


def row(number, at):
    return {
        "id": f"m{number}",
        "scope": "host",
        "user_id": "bob",
        "body": "x",
        "created_at": at,
    }


@pytest.mark.parametrize(
    ("document", "user"),
    [
        ({"data": {**PAIR, "user": {"id": "alice"}}}, "alice"),
        ({**PAIR, "user": {"user_id": "alice"}}, "alice"),
        ({"data": PAIR}, None),
        ({"data": {**PAIR, "user": "alice"}}, None),
        ({"data": {**PAIR, "user": {"id": 7}}}, None),
    ],
)
def test_login(document, user):
    assert replies.logged_in(document, 0) == LoggedIn(Tokens("a", "r", 1000), user)


def test_history_newest_first_is_turned_round():
    rows = [row(2, "2024-01-01T00:00:02Z"), row(1, "2024-01-01T00:00:01Z")]
    page = replies.history({"messages": rows, "next_cursor": "c", "has_more": True})
    assert [message.id for message in page.messages] == ["m1", "m2"]
    assert (page.cursor, page.more, page.skipped) == ("c", True, 0)


def test_history_oldest_first_stays():
    rows = [row(1, "2024-01-01T01:00:00+01:00"), row(2, "2024-01-01T00:00:02Z")]
    page = replies.history({"data": {"messages": rows}})
    assert [message.id for message in page.messages] == ["m1", "m2"]
    assert (page.cursor, page.more) == (None, False)


def test_history_of_one_moment_or_no_moment_is_newest_first():
    for at in ("2024-01-01T00:00:01Z", "?", "9999-12-31T23:59:59+99:99"):
        page = replies.history({"messages": [row(2, at), row(1, at)]})
        assert [message.id for message in page.messages] == ["m1", "m2"]


def test_history_skips_and_counts_what_is_no_message():
    page = replies.history({"messages": [5, {"id": ""}, row(1, "?")], "next_cursor": "c"})
    assert [message.id for message in page.messages] == ["m1"]
    assert (page.skipped, page.more) == (2, True)
    assert replies.history({"messages": []}).messages == ()


def test_networks():
    named = Network("n1", "One", "network:n1")
    assert replies.networks({"networks": [{"id": "n1", "name": "One"}]}) == (named,)
    assert replies.networks([{"network_id": "n2", "scope": "x"}, 5, {}]) == (
        Network("n2", "n2", "x"),
    )
    assert replies.networks({"data": [{"id": "n1", "name": "One"}]}) == (named,)
    assert replies.networks({"data": {"networks": []}}) == ()


def test_members():
    rows = [
        {"user_id": "bob", "display_name": "Bob", "role": "admin", "status": "away"},
        {"id": "x"},
    ]
    assert replies.members({"members": rows}) == (
        Member("bob", "Bob", "admin", "away"),
        Member("x", "x", "", ""),
    )


@pytest.mark.parametrize(
    ("document", "config"),
    [
        ({"stun_servers": []}, IceConfig((), None)),
        (
            {"stun_servers": ["stun:a", {"urls": ["stun:b"]}, 5, [["x"]]]},
            IceConfig(("stun:a", "stun:b"), None),
        ),
        (
            {
                "data": {
                    "stun_servers": "stun:a",
                    "turn_server": {"url": "turn:t", "username": "u", "password": "p"},
                }
            },
            IceConfig(("stun:a",), TurnServer(("turn:t",), "u", "p")),
        ),
        ({"stun_servers": None, "turn_server": {}}, IceConfig((), None)),
    ],
)
def test_ice_config(document, config):
    assert replies.ice_config(document) == config


def test_the_right_to_a_relay_shows_in_no_repr():
    assert "secret" not in repr(TurnServer(("turn:t",), "u", "secret"))


def test_upload():
    assert replies.uploaded({"url": "/f", "filename": "a", "size": 3}) == Uploaded("/f", "a", 3)
    assert replies.uploaded({"data": {"url": "/f", "size": -3}}) == Uploaded("/f", "", 0)
    assert replies.uploaded({"filename": "a"}) is None


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"code": "ERR", "message": "No."}, ("ERR", "No.")),
        ({"error": {"code": "ERR", "message": "No."}}, ("ERR", "No.")),
        ({"error": "no", "code": "E"}, ("E", "")),
        ({"message": "x" * 2000}, ("", "")),
        ("no", ("", "")),
    ],
)
def test_error(document, error):
    assert replies.error_of(document) == error


READERS = [
    replies.history,
    replies.networks,
    replies.members,
    replies.ice_config,
    replies.uploaded,
    replies.error_of,
    lambda document: replies.logged_in(document, 0),
]

KEYS = st.sampled_from(
    [
        "data",
        "messages",
        "networks",
        "members",
        "id",
        "url",
        "urls",
        "name",
        "access_token",
        "user",
        "stun_servers",
        "turn_server",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=12,
)


@given(JSON)
def test_no_document_makes_a_reader_raise(document):
    for reader in READERS:
        reader(document)


@pytest.mark.parametrize("reader", READERS[:5])
@pytest.mark.parametrize("document", [None, 5, "x", {"data": 5}])
def test_no_answer_at_all(reader, document):
    assert reader(document) is None
