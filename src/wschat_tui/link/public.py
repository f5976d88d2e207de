"""Addresses of the open internet, and no others: what a stranger's link may lead to (row S20)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_ASSIGNED = IPv6Network("2000::/3")
"""All of version 6 that is routed so far (RFC 4291 section 2.4)."""

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Addresses of version 4 in a network that has version 6 alone (RFC 6052)."""


def is_public(text: str) -> bool:
    """Whether an address is of another machine on the open internet.

    Not this machine, a private or link-local network, a documentation range, multicast; nor an
    address of version 6 that stands for such a one of version 4.
    """
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return _public4(inner)
        return address in _ASSIGNED and address.is_global
    return _public4(address)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The address of version 4 that one of version 6 leads to: mapped, translated, 6to4, Teredo."""
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    tunnel = address.teredo
    return address.ipv4_mapped or address.sixtofour or (tunnel[1] if tunnel else None)


def _public4(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved
