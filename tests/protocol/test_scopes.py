"""Scopes: what they name, and the one spelling of each direct chat."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wschat_tui.protocol.scopes import canonical, direct, dm_peer, kind_of

KINDS = [
    ("host", "host"),
    ("network:lobby", "network"),
    ("network:a:b", "network"),
    ("tenant:acme", "tenant"),
    ("dm:bob", "direct"),
    ("dm:alice:bob", "direct"),
    ("kitchen", "room"),
    ("Host", "room"),
    ("host:1", "room"),
    ("network", "room"),
    ("network:", "room"),
    ("tenant:", "room"),
    ("dm:", "room"),
    ("dm", "room"),
    ("DM:bob", "room"),
    ("team:blue", "room"),
    (":", "room"),
    ("", "room"),
]

# scope, me, the other user, the one spelling
DIRECT = [
    ("dm:bob", "alice", "bob", "dm:alice:bob"),
    ("dm:alice", "bob", "alice", "dm:alice:bob"),
    ("dm:alice:bob", "alice", "bob", "dm:alice:bob"),
    ("dm:alice:bob", "bob", "alice", "dm:alice:bob"),
    # A server that does not put the smaller id first is understood all the same.
    ("dm:bob:alice", "alice", "bob", "dm:alice:bob"),
    ("dm:bob:alice", "bob", "alice", "dm:alice:bob"),
    # A note to oneself.
    ("dm:alice", "alice", "alice", "dm:alice:alice"),
    ("dm:alice:alice", "alice", "alice", "dm:alice:alice"),
    # Capitals come first, and digits before them: by code point, not by any alphabet.
    ("dm:Zoe", "alice", "Zoe", "dm:Zoe:alice"),
    ("dm:10", "9", "10", "dm:10:9"),
    ("dm:émile", "zoe", "émile", "dm:zoe:émile"),
    # Ids with colons, on either side.
    ("dm:oidc:bob", "alice", "oidc:bob", "dm:alice:oidc:bob"),
    ("dm:alice:oidc:bob", "alice", "oidc:bob", "dm:alice:oidc:bob"),
    ("dm:alice:oidc:bob", "oidc:bob", "alice", "dm:alice:oidc:bob"),
    ("dm:alice", "oidc:bob", "alice", "dm:alice:oidc:bob"),
    ("dm:a:b:c:d", "c:d", "a:b", "dm:a:b:c:d"),
    ("dm:@bob:example.test", "@alice:example.test", "@bob:example.test", "dm:@alice:example.test:@bob:example.test"),
    # Where either half could be mine, the one that leaves the pair in its order is.
    ("dm:alice:bob:alice", "alice", "bob:alice", "dm:alice:bob:alice"),
    # Part of an id is not the id.
    ("dm:alice2:bob", "alice", "alice2:bob", "dm:alice:alice2:bob"),
    ("dm:bob:malice", "alice", "bob:malice", "dm:alice:bob:malice"),
]  # fmt: skip

OTHERS = ["host", "network:lobby", "tenant:acme", "kitchen", "dm:", "dm", ""]
# Few letters, so that one id is often part of another.
IDS = st.text("ab:", min_size=1, max_size=5) | st.text("abzé:Z0", min_size=1, max_size=5)
SCOPES = st.text("dm:abhost", max_size=9) | IDS.map("dm:{}".format) | st.sampled_from(OTHERS)


@pytest.mark.parametrize(("scope", "kind"), KINDS)
def test_a_scope_is_named_by_its_prefix(scope, kind):
    assert kind_of(scope) == kind


@pytest.mark.parametrize(("scope", "me", "peer", "spelling"), DIRECT)
def test_a_direct_chat_has_another_side_and_one_spelling(scope, me, peer, spelling):
    assert dm_peer(scope, me) == peer
    assert canonical(scope, me) == spelling


@pytest.mark.parametrize("me", ["alice", ""])
@pytest.mark.parametrize("scope", OTHERS)
def test_what_is_no_direct_chat_has_no_other_side_and_stays_as_it_is(scope, me):
    assert dm_peer(scope, me) is None
    assert canonical(scope, me) == scope


@pytest.mark.parametrize(
    ("scope", "peer"), [("dm:bob", "bob"), ("dm:alice:bob", None), ("dm:a:b:c", None)]
)
def test_without_a_known_me_a_pair_has_no_other_side_and_nothing_is_respelled(scope, peer):
    assert dm_peer(scope, "") == peer
    assert canonical(scope, "") == scope


@given(SCOPES, IDS)
def test_spelling_twice_is_spelling_once(scope, me):
    once = canonical(scope, me)
    assert canonical(once, me) == once
    assert kind_of(once) == kind_of(scope)


@given(IDS, IDS)
def test_a_pair_is_one_room_whoever_is_asked_and_however_it_is_spelled(one, other):
    assert direct(one, other) == direct(other, one)
    assert canonical(direct(one, other), one) == direct(one, other)
    assert canonical(direct(one, other), other) == direct(one, other)


@given(IDS, IDS)
def test_the_short_spelling_is_the_same_room(me, peer):
    # Such an id alone reads as a pair; only the long spelling can say who is meant.
    assume(not peer.startswith(me + ":"))
    assume(not peer.endswith(":" + me))
    assert dm_peer(f"dm:{peer}", me) == peer
    assert canonical(f"dm:{peer}", me) == direct(me, peer)


@given(IDS.filter(lambda one: ":" not in one), IDS.filter(lambda one: ":" not in one))
def test_without_colons_in_ids_nothing_is_ambiguous(me, peer):
    for spelling in (f"dm:{peer}", f"dm:{me}:{peer}", f"dm:{peer}:{me}"):
        assert dm_peer(spelling, me) == peer
        assert canonical(spelling, me) == direct(me, peer)
