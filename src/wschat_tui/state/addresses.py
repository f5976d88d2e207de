"""Addresses that a stranger may name: which of them this machine tries to reach."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

_HIDDEN = re.compile(r"[0-9a-z-]{1,63}\.local\.?", re.IGNORECASE)
"""What browsers put in place of an address: a name of the local network (multicast DNS)."""


def reachable(text: str, *, loopback: bool) -> bool:
    """An address that may be sent to: no wildcard, multicast or link-local one, and no name but
    those of the local network. loopback: this machine itself is fine.
    """
    if _HIDDEN.fullmatch(text):
        return True
    address = _address(text)
    return (
        address is not None
        and not (address.is_unspecified or address.is_multicast or address.is_link_local)
        and not (address.is_reserved and address.version == 4)
        and (loopback or not address.is_loopback)
    )


def is_here(server: str) -> bool:
    """A server named as `host:port` runs on this machine."""
    host = server.rpartition(":")[0].strip("[]")
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address; one of version 4 that is written as one of version 6 is read as what it is."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return inner or address
