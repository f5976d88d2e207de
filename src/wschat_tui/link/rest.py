"""What a server offers beside the socket: history, networks, files (spec section 8)."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from wschat_tui.link import replies
from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.link.exchange import Done, Outcome, unread
from wschat_tui.link.upload import Form, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from wschat_tui.link.auth import TokenSupply
    from wschat_tui.link.exchange import Body, Exchange
    from wschat_tui.link.upload import Progress

T = TypeVar("T")


class Rest:
    """Requests in the user's name. Each gives what was asked for, or the value that says why not.

    `Absent` means that this server has no such thing, which is no fault.
    """

    def __init__(self, exchange: Exchange, supply: TokenSupply) -> None:
        self._exchange = exchange
        self._supply = supply

    async def history(
        self, scope: str, *, before: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> replies.History | Refused | Unreachable | Absent:
        """A page of a scope's past: before a message id or time, or the page of a cursor."""
        asked = {"scope": scope, "before": before, "limit": str(limit), "cursor": cursor}
        query = {key: value for key, value in asked.items() if value}
        return _read(replies.history, await self._ask("GET", "/v1/chat", query=query))

    async def networks(self) -> tuple[replies.Network, ...] | Refused | Unreachable | Absent:
        """The networks that the user belongs to."""
        return _read(replies.networks, await self._ask("GET", "/v1/networks"))

    async def members(
        self, network: str
    ) -> tuple[replies.Member, ...] | Refused | Unreachable | Absent:
        """The members of a network."""
        return _read(replies.members, await self._ask("GET", _of(network, "members")))

    async def ice_config(self, network: str) -> replies.IceConfig | Refused | Unreachable | Absent:
        """How the calls of a network find a path."""
        return _read(replies.ice_config, await self._ask("GET", _of(network, "ice-config")))

    async def upload(
        self, path: Path, progress: Progress = lambda _sent, _size: None
    ) -> replies.Uploaded | Refused | Unreachable | Absent:
        """Send a file of at most 10 MiB, to be named in `attachments`."""
        size = await measure(path)
        if isinstance(size, str):
            return Refused("file", size, 0)
        with Form(path, size, progress) as form:
            outcome = await self._ask("POST", "/v1/uploads", body=form.body)
        if isinstance(outcome, Unreachable) and form.broken:
            return Refused("file", f"{path.name!r} could not be read to its end; send it again.", 0)
        answer = _read(replies.uploaded, outcome)
        if isinstance(answer, replies.Uploaded):
            return replace(answer, url=self._exchange.absolute(answer.url))
        return answer

    async def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Callable[[], Body] | None = None,
    ) -> Outcome:
        """Ask with the access token; where it is refused, once more with a renewed one."""
        token = self._supply.access
        outcome = await self._once(method, path, token, query, body)
        refused = isinstance(outcome, Refused) and outcome.status == HTTPStatus.UNAUTHORIZED
        if refused and await self._supply.renew(token) == "renewed":
            return await self._once(method, path, self._supply.access, query, body)
        return outcome

    async def _once(
        self,
        method: str,
        path: str,
        token: str | None,
        query: Mapping[str, str] | None,
        body: Callable[[], Body] | None,
    ) -> Outcome:
        return await self._exchange.ask(
            method, path, token=token, query=query, body=body() if body else None
        )


def _of(network: str, what: str) -> str:
    return f"/v1/networks/{quote(network, safe='')}/{what}"


def _read(
    reader: Callable[[Any], T | None], outcome: Outcome
) -> T | Refused | Unreachable | Absent:
    if not isinstance(outcome, Done):
        return outcome
    read = reader(outcome.document)
    return Unreachable(unread("The server")) if read is None else read
