"""Scopes: the strings that name rooms, and the one spelling of each direct chat."""

from typing import Literal

Kind = Literal["host", "network", "tenant", "direct", "room"]

_PREFIXES: dict[str, Kind] = {"network": "network", "tenant": "tenant", "dm": "direct"}


def kind_of(scope: str) -> Kind:
    """What a scope names; any string without a known prefix is an opaque room."""
    if scope == "host":
        return "host"
    prefix, colon, rest = scope.partition(":")
    return _PREFIXES.get(prefix, "room") if colon and rest else "room"


def direct(one: str, other: str) -> str:
    """The scope of two users' direct chat: `dm:<smaller id>:<larger id>`."""
    first, second = sorted((one, other))
    return f"dm:{first}:{second}"


def dm_peer(scope: str, me: str) -> str | None:
    """The other user of a direct chat, in either spelling; None where it is not one of `me`.

    Ids may hold colons, so the pair is split where one half is `me`.
    """
    if kind_of(scope) != "direct":
        return None
    rest = scope.removeprefix("dm:")
    if me and rest.startswith(me + ":"):
        return rest.removeprefix(me + ":") or None
    if me and rest.endswith(":" + me):
        return rest.removesuffix(":" + me) or None
    return None if rest.count(":") == 1 else rest


def canonical(scope: str, me: str) -> str:
    """The one spelling of a scope: a direct chat of `me` names both users in order.

    Without a known `me` the scope is returned as it came.
    """
    peer = dm_peer(scope, me)
    return direct(me, peer) if me and peer is not None else scope
