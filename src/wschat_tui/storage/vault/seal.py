"""Encryption with a passphrase: scrypt (RFC 7914) makes the key, AES-256-GCM seals the data.

The `cryptography` package is an extra, so it is imported when a seal is made and not before.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MAGIC = b"wschat tokens 1\n"
_SALT = 16
_NONCE = 12
_HEADER = len(_MAGIC) + 1 + _SALT
# 2**17 blocks of 1 KiB: 128 MiB and some 0.4 s a guess, the least that OWASP recommends.
COST = 17
# A file may ask for no more than this, so that a forged one cannot eat the memory.
_MOST_COST = 18


@dataclass(frozen=True, slots=True, repr=False)
class Seal:
    """A key with the header that says how it was made."""

    header: bytes
    cipher: AESGCM

    def close(self, plain: bytes) -> bytes:
        """`plain` as a whole file: header, fresh nonce, ciphertext bound to the header."""
        nonce = secrets.token_bytes(_NONCE)
        return self.header + nonce + self.cipher.encrypt(nonce, plain, self.header)

    def open(self, data: bytes) -> bytes | None:
        """The plain text; None when the passphrase is another or the file is damaged."""
        from cryptography.exceptions import InvalidTag

        nonce, ciphertext = data[_HEADER : _HEADER + _NONCE], data[_HEADER + _NONCE :]
        try:
            return self.cipher.decrypt(nonce, ciphertext, data[:_HEADER])
        except (InvalidTag, ValueError):
            return None


def new_seal(passphrase: str, cost: int = COST) -> Seal:
    """A seal with a salt of its own; `cost` is the base-2 logarithm of scrypt's N."""
    return _seal(_MAGIC + bytes([cost]) + secrets.token_bytes(_SALT), passphrase)


def seal_of(data: bytes, passphrase: str) -> Seal | None:
    """The seal that `data` was closed with, for the right passphrase; None for no file of ours."""
    header = data[:_HEADER]
    if len(header) < _HEADER or not header.startswith(_MAGIC) or _cost(header) > _MOST_COST:
        return None
    return _seal(header, passphrase)


def _cost(header: bytes) -> int:
    return header[len(_MAGIC)]


def _seal(header: bytes, passphrase: str) -> Seal:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    salt = header[len(_MAGIC) + 1 :]
    kdf = Scrypt(salt=salt, length=32, n=2 ** _cost(header), r=8, p=1)
    # Two keyboards may type one letter in two ways; NFC makes them the same.
    return Seal(header, AESGCM(kdf.derive(unicodedata.normalize("NFC", passphrase).encode())))
