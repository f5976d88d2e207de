"""By which STUN and TURN servers calls find a path: the settings' word, else the chat server's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.media.setup import IceServer
from wschat_tui.protocol.scopes import kind_of
from wschat_tui.storage.settings.calls import names_ice_server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wschat_tui.link.replies import IceConfig, Network
    from wschat_tui.state.model import State
    from wschat_tui.storage.settings.calls import Calls

    Answer = IceConfig | Refused | Unreachable | Absent

ASKING = 1.0
"""Seconds that the chat server has to name its servers; a call waits no longer for them."""

ASKED = 3
"""Networks that are asked about at most: any that lets this user in will do."""

PASSWORD = "WSCHAT_TURN_PASSWORD"  # noqa: S105  the name of a variable


class Asked(Protocol):
    """The server's HTTP side, as far as calls need it (`link.rest.Rest`)."""

    async def networks(self) -> tuple[Network, ...] | Refused | Unreachable | Absent:
        """The networks that the user belongs to."""

    async def ice_config(self, network: str) -> Answer:
        """How the calls of a network find a path."""


@dataclass(frozen=True, slots=True)
class Way:
    """The servers to use, and what hinders the use of one, as a sentence."""

    servers: tuple[IceServer, ...] = ()
    trouble: str = ""


async def find_way(
    calls: Calls, rest: Asked, state: Callable[[], State], env: Mapping[str, str]
) -> Way:
    """The servers of the settings; where these name none, those of the chat server's ice-config."""
    if calls.ice_servers is not None:
        return await asyncio.to_thread(_chosen, calls, calls.ice_servers, env)
    try:
        async with asyncio.timeout(ASKING):
            return Way(await _told(rest, state()))
    except TimeoutError:
        return Way()


def _chosen(calls: Calls, urls: tuple[str, ...], env: Mapping[str, str]) -> Way:
    """The settings' servers. All relays share one user: the library uses one of them anyway."""
    stun = tuple(url for url in urls if url.startswith("stun"))
    turn = tuple(url for url in urls if url not in stun)
    plain = (IceServer(stun),) if stun else ()
    if not turn:
        return Way(plain)
    password, trouble = _password(calls, env)
    if trouble:
        return Way(plain, trouble)
    return Way((*plain, IceServer(turn, calls.turn_user or "", password)))


def _password(calls: Calls, env: Mapping[str, str]) -> tuple[str, str]:
    """The password for TURN, and why there is none; a server may do without."""
    if env.get(PASSWORD) or calls.turn_password_file is None:
        return env.get(PASSWORD, ""), ""
    file = calls.turn_password_file
    try:
        return file.read_text("utf-8").strip(), ""
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        return "", f"The TURN password in {file} cannot be read ({why}); calls go without TURN."


async def _told(rest: Asked, state: State) -> tuple[IceServer, ...]:
    networks = [scope for scope, room in state.rooms.items() if room.joined]
    named = [one.removeprefix("network:") for one in networks if kind_of(one) == "network"]
    for network in (named or await _networks(rest))[:ASKED]:
        config = await rest.ice_config(network)
        if not isinstance(config, Absent | Refused | Unreachable):
            return _servers(config)
    return ()


async def _networks(rest: Asked) -> list[str]:
    networks = await rest.networks()
    if isinstance(networks, Absent | Refused | Unreachable):
        return []
    return [one.id for one in networks]


def _servers(config: IceConfig) -> tuple[IceServer, ...]:
    """What a server names is a stranger's word: addresses that are none are left out."""
    stun, turn = tuple(filter(names_ice_server, config.stun)), config.turn
    relays = tuple(filter(names_ice_server, turn.urls)) if turn else ()
    plain = (IceServer(stun),) if stun else ()
    if turn is None or not relays:
        return plain
    return (*plain, IceServer(relays, turn.username, turn.credential))
