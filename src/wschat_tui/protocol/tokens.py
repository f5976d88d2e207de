"""The pair of tokens that proves to a server who the user is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """What a login or a refresh yields: `{access_token, refresh_token, expires_in}`.

    access: sent as `Authorization: Bearer`. refresh: spent once for a new pair, None when the
    server gives none. expires_at: when `access` ends, milliseconds since the Unix epoch, None if
    unknown.
    """

    access: str
    refresh: str | None = None
    expires_at: int | None = None

    def __repr__(self) -> str:
        """Say which parts there are, never what they are."""
        refresh = None if self.refresh is None else "hidden"
        return f"Tokens(access=hidden, refresh={refresh}, expires_at={self.expires_at})"
