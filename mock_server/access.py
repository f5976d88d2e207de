"""Who may enter which scope."""

from mock_server.world import World
from wschat_tui.protocol.scopes import canonical, dm_peer, kind_of


def refusal(world: World, user_id: str, scope: str) -> str | None:
    """Why this user may not enter this scope, in a sentence; None where they may.

    Opaque rooms are open to everybody and exist as soon as somebody joins them.
    """
    kind = kind_of(scope)
    _, _, name = scope.partition(":")
    if kind == "network":
        return _network(world, user_id, name)
    if kind == "tenant" and name != world.users[user_id].tenant:
        return f"You do not belong to the tenant {quoted(name)}."
    if kind == "direct":
        return _direct(world, user_id, scope)
    return None


def members_of(scope: str, user_id: str) -> frozenset[str]:
    """The two users of a direct chat of `user_id`."""
    return frozenset({user_id, dm_peer(scope, user_id) or user_id})


def named(scope: str, user_id: str) -> str:
    """The scope in the one spelling that the server uses."""
    return canonical(scope, user_id)


def quoted(text: str) -> str:
    """A stranger's word inside a sentence: short, and on one line."""
    line = " ".join(text.split())
    return f"'{line if len(line) <= 64 else line[:63] + '…'}'"


def _network(world: World, user_id: str, name: str) -> str | None:
    if name not in world.networks:
        return f"There is no network {quoted(name)}."
    if user_id not in world.members[name]:
        return f"Only members may enter the network {quoted(name)}, and you are not one."
    return None


def _direct(world: World, user_id: str, scope: str) -> str | None:
    peer = dm_peer(scope, user_id) or ""
    if peer in world.users:
        return None
    if ":" in peer:
        return "This direct chat is between two other people."
    return f"There is no user {quoted(peer)}."
