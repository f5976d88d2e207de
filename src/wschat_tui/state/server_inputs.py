"""What a server tells beside the socket: who somebody is, its rooms, and who is in them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IdentityKnown:
    """Somebody authoritative (login response, token claim) told this user's id."""

    user: str


@dataclass(frozen=True, slots=True)
class RoomListed:
    """A network of the server's list that this user belongs to: its scope and name."""

    scope: str
    title: str


@dataclass(frozen=True, slots=True)
class RoomsListed:
    """The server's list of networks came."""

    rooms: tuple[RoomListed, ...]
    stamp: str
    at: int


@dataclass(frozen=True, slots=True)
class MemberListed:
    """A member of a network, as the server lists it."""

    user: str
    name: str
    status: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class MembersListed:
    """The members of a room came."""

    scope: str
    members: tuple[MemberListed, ...]


ServerInput = IdentityKnown | RoomsListed | MembersListed
