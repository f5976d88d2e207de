"""The STUN and TURN servers of a setup, as aiortc wants them: named, or none. Never its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCIceServer, RTCIceTransportPolicy
from aiortc.rtcicetransport import parse_stun_turn_uri

if TYPE_CHECKING:
    from wschat_tui.media.setup import Setup


def configuration(setup: Setup) -> RTCConfiguration:
    """What a connection is made with. All media takes one path (RFC 9143)."""
    policy = RTCIceTransportPolicy.RELAY if setup.relay_only else RTCIceTransportPolicy.ALL
    return RTCConfiguration(
        iceServers=_usable(setup),
        iceTransportPolicy=policy,
        bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
    )


def relays(setup: Setup) -> bool:
    """There is a TURN server."""
    return any(url.startswith("turn") for one in _usable(setup) for url in one.urls)


def lack(setup: Setup) -> str:
    """Why no path may have been found, and what to do."""
    if setup.relay_only and not relays(setup):
        return (
            "Calls are to be relayed, and no TURN server is known: name one in calls.ice_servers, "
            "or set calls.relay_only to false."
        )
    if setup.relay_only:
        return "The TURN server gave no path: look at its address, user and password."
    if not relays(setup):
        return "No path to the other side was found; a TURN server (calls.ice_servers) may help."
    return "No path to the other side was found, not even by the TURN server."


def _usable(setup: Setup) -> list[RTCIceServer]:
    """The servers whose addresses can be read; the others are as good as absent."""
    servers = []
    for one in setup.ice_servers:
        urls = [url for url in one.urls if _readable(url)]
        if urls:
            servers.append(RTCIceServer(urls, one.username or None, one.credential or None))
    return servers


def _readable(url: str) -> bool:
    try:
        parse_stun_turn_uri(url)
    except ValueError:
        return False
    return True
