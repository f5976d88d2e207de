"""Words that both sides can read to each other, made of the keys at both ends of the line.

If somebody stands between the two, each end sees another key, and the words differ. Whoever
relays the call could grind short ones, so they carry 66 bits.
"""

from __future__ import annotations

import re
from hashlib import sha256

from mnemonic import Mnemonic

COUNT = 6
"""Of 11 bits each (BIP 39, the English list)."""

_KNOWN = tuple(Mnemonic("english").wordlist)
"""Read from a file, so before any loop runs."""

_FINGERPRINT = re.compile(r"(?mi)^a=fingerprint:sha-256 +((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\s*$")


def fingerprint(sdp: str) -> bytes | None:
    """The SHA-256 of the certificate that a description names (RFC 8122), if it names one."""
    found = {one.upper() for one in _FINGERPRINT.findall(sdp)}
    return bytes.fromhex(found.pop().replace(":", "")) if len(found) == 1 else None


def words(mine: bytes, theirs: bytes) -> tuple[str, ...]:
    """The same on both sides: the order of the two does not count."""
    digest = int.from_bytes(sha256(b"".join(sorted((mine, theirs)))).digest(), "big")
    return tuple(_KNOWN[digest >> (256 - 11 * (place + 1)) & 0x7FF] for place in range(COUNT))
