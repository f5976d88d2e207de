"""An encrypted file as a store of token pairs, for machines without a keyring; opt-in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wschat_tui.storage.private import open_to_others, private_dir, write_atomic
from wschat_tui.storage.trouble import Trouble
from wschat_tui.storage.vault.seal import COST, Seal, new_seal, seal_of
from wschat_tui.storage.vault.tokens import pack, unpack

if TYPE_CHECKING:
    from pathlib import Path

    from wschat_tui.protocol.tokens import Tokens
    from wschat_tui.storage.worker import Late

_PACKAGE_MISSING = Trouble(
    "The encrypted token file needs the package `cryptography`, which is not installed.",
    "Run: pip install 'wschat-tui[vault]'",
)
_NO_PASSPHRASE = Trouble(
    "The encrypted token file needs a passphrase.", "Type one; it is asked for at each start."
)


@dataclass(frozen=True, slots=True)
class FileStore:
    """A `Store` over one file that is rewritten whole; every function reads it anew.

    Another wschat may have written to it since, with the same passphrase.
    """

    path: Path
    seal: Seal

    @property
    def where(self) -> str:
        """A phrase for the status bar."""
        return "in an encrypted file"

    def late(self, answer: Late) -> Trouble:
        """What to say of a call that did not return."""
        what = f"The disk of {self.path} gave no answer within {answer.seconds:g} s."
        return Trouble(what, "Check that it is mounted.")

    def read(self, origin: str, account: str) -> Tokens | Trouble | None:
        """The pair, None when there is none."""
        records = self._load()
        if isinstance(records, Trouble):
            return records
        text = records.get(_key(origin, account))
        return None if text is None else unpack(text, origin, account)

    def write(self, origin: str, account: str, tokens: Tokens) -> Trouble | None:
        """Keep a pair; what was there stays until the new file has been read back."""
        records = self._load()
        if isinstance(records, Trouble):
            return records
        return self._save({**records, _key(origin, account): pack(tokens, origin, account)})

    def swap(self, origin: str, account: str, new: Tokens) -> Trouble | None:
        """Replace a pair; the file is replaced whole, so this is no different from writing."""
        return self.write(origin, account, new)

    def erase(self, origin: str, account: str) -> Trouble | None:
        """Remove a pair."""
        records = self._load()
        if isinstance(records, Trouble) or _key(origin, account) not in records:
            return records if isinstance(records, Trouble) else None
        del records[_key(origin, account)]
        return self._save(records)

    def _load(self) -> dict[str, str] | Trouble:
        data = _read(self.path)
        if data is None or isinstance(data, Trouble):
            return data or {}
        plain = self.seal.open(data)
        return _misfit(self.path) if plain is None else _records(plain)

    def _save(self, records: dict[str, str]) -> Trouble | None:
        try:
            private_dir(self.path.parent)
            write_atomic(self.path, self.seal.close(json.dumps(records).encode()))
        except OSError as error:
            return _unwritten(self.path, error)
        return None


def open_store(path: Path, passphrase: str | None, cost: int = COST) -> FileStore | Trouble:
    """The store in `path`, made on the first write; blocks for the time of one scrypt.

    A passphrase for a file that is there must open it. `cost` is for a file that is not there yet.
    """
    if not passphrase:
        return _NO_PASSPHRASE
    data = _read(path)
    if isinstance(data, Trouble):
        return data
    try:
        seal = new_seal(passphrase, cost) if data is None else seal_of(data, passphrase)
    except ImportError:
        return _PACKAGE_MISSING
    if seal is None or (data is not None and seal.open(data) is None):
        return _misfit(path)
    return FileStore(path, seal)


def _key(origin: str, account: str) -> str:
    return f"{account} {origin}"


def _records(plain: bytes) -> dict[str, str]:
    """What was sealed; only this module seals, so its shape is known."""
    records: Any = json.loads(plain)
    return {str(key): str(value) for key, value in records.items()}


def _read(path: Path) -> bytes | Trouble | None:
    """The bytes of the file; None when there is no file."""
    try:
        if open_to_others(path.stat()):
            what = f"The token file {path} is open to others, so it was not used."
            return Trouble(what, f"Run: chmod 600 {path}")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        what = f"The token file {path} cannot be read ({error.strerror or error})."
        return Trouble(what, "Check who owns it.")


def _misfit(path: Path) -> Trouble:
    return Trouble(
        f"The passphrase does not open {path}, or the file is damaged; nothing in it was changed.",
        "Try the passphrase again, or remove the file and log in anew.",
    )


def _unwritten(path: Path, error: OSError) -> Trouble:
    what = f"The token file {path} could not be written ({error.strerror or error})."
    return Trouble(what, "Check the free space and who owns the directory.")
