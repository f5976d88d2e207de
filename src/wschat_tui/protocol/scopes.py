"""Scopes: the strings that name rooms, and the one spelling of each direct chat."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Kind = Literal["host", "network", "tenant", "direct", "room"]
"""What a scope names: everyone, a network's members, a tenant, a direct chat, or an opaque room."""

_PREFIXES: Mapping[str, Kind] = MappingProxyType(
    {"network": "network", "tenant": "tenant", "dm": "direct"}
)


def kind_of(scope: str) -> Kind:
    """What a scope names; any string without a known prefix is an opaque room."""
    if scope == "host":
        return "host"
    prefix, _, rest = scope.partition(":")
    return _PREFIXES.get(prefix, "room") if rest else "room"


def direct(one: str, other: str) -> str:
    """The scope of two users' direct chat: `dm:<smaller id>:<larger id>`.

    Ids are compared by code point, which is also the order of their UTF-8 bytes.
    """
    first, second = sorted((one, other))
    return f"dm:{first}:{second}"


def dm_peer(scope: str, me: str) -> str | None:
    """The other user of a direct chat, in either spelling; None where the scope is none.

    Ids may hold colons, so a pair is known by the half that is `me`; what has no such half names
    the other user alone, since a client is told of no direct chat but its own. Without a known `me`
    a pair has no other side: None. An id that begins with `me:` or ends with `:me` reads as a pair.
    """
    if kind_of(scope) != "direct":
        return None
    named = scope.removeprefix("dm:")
    if not me:
        return None if ":" in named else named
    halves = [half for half in (_before(named, me), _after(named, me)) if half]
    ordered = [half for half in halves if direct(me, half) == scope]
    return next(iter(ordered or halves), named)


def canonical(scope: str, me: str) -> str:
    """The one spelling of a scope: a direct chat of `me` names both users in order.

    Every other scope, and any without a known `me`, is returned as it came.
    """
    peer = dm_peer(scope, me) if me else None
    return scope if peer is None else direct(me, peer)


def _before(named: str, me: str) -> str | None:
    return named.removesuffix(":" + me) if named.endswith(":" + me) else None


def _after(named: str, me: str) -> str | None:
    return named.removeprefix(me + ":") if named.startswith(me + ":") else None
