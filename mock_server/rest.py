"""The routes beside the socket: login, history, files, networks, health."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import BodyPartReader, web
from aiohttp.typedefs import Handler

from mock_server import access
from mock_server.accounts import Pair
from mock_server.clock import from_rfc3339
from mock_server.records import Message, Upload, User
from mock_server.switchboard import Switchboard
from mock_server.written import written

MAX_UPLOAD = 10 * 1024 * 1024
"""Bytes of the largest file taken."""

MAX_KEPT = 256 * 1024 * 1024
"""Bytes of all files together."""

MAX_PAGE = 100
"""Messages in the largest page of history."""

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Rest:
    """HTTP beside the socket. Errors are `{code, message}` with an HTTP status."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._board = switchboard
        self._hub = switchboard.hub
        self._world = switchboard.hub.world

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/healthz", self._health),
            web.post("/v1/auth/login", self._login),
            web.post("/v1/auth/refresh", self._refresh),
            web.get("/v1/chat", self._history),
            web.post("/v1/uploads", self._upload),
            web.get("/v1/uploads/{id}/{name}", self._download),
            web.get("/v1/networks", self._networks),
            web.get("/v1/networks/{id}/members", self._members),
            web.get("/v1/networks/{id}/ice-config", self._ice),
        ]

    def whose(self, request: web.Request) -> User | None:
        """The user whose access token the request carries: in its header, or as `?token=`."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        given = token.strip() if kind.lower() == "bearer" else request.query.get("token", "")
        return self._hub.accounts.by_access(given, self._board.clock.now())

    def _must_be_someone(self, request: web.Request) -> User:
        user = self.whose(request)
        if user is None:
            raise Failure(401, "ERR_UNAUTHORIZED", "The access token is missing, wrong or expired.")
        return user

    async def _health(self, _: web.Request) -> web.StreamResponse:
        return web.json_response({"status": "ok"})

    async def _login(self, request: web.Request) -> web.StreamResponse:
        body = await _document(request)
        user = self._hub.accounts.by_password(_text(body, "email"), _text(body, "password"))
        if user is None:
            raise Failure(401, "ERR_UNAUTHORIZED", "The address or the password is wrong.")
        return await self._granted(user, self._hub.accounts.grant(user, *self._stamps()))

    async def _refresh(self, request: web.Request) -> web.StreamResponse:
        token = _text(await _document(request), "refresh_token")
        traded = self._hub.accounts.rotate(token, *self._stamps())
        if traded is None:
            sentence = "The refresh token is wrong, expired or already used; log in again."
            raise Failure(401, "ERR_UNAUTHORIZED", sentence)
        return await self._granted(*traded)

    async def _granted(self, user: User, pair: Pair) -> web.StreamResponse:
        await self._settled()
        who = {"id": user.id, "name": user.name, "email": user.email, "role": user.role}
        data = {**pair.to_wire(), "token_type": "Bearer", "user": who}
        return web.json_response({"data": data})

    async def _history(self, request: web.Request) -> web.StreamResponse:
        """A page of a scope's messages, newest first, and a cursor to the page before it."""
        user = self._must_be_someone(request)
        scope = request.query.get("scope", "")
        if not scope:
            raise Failure(400, "ERR_INVALID_REQUEST", "Say which scope.")
        if reason := access.refusal(self._world, user.id, scope):
            raise Failure(403, "ERR_FORBIDDEN", reason)
        scope, limit = access.named(scope, user.id), _limit(request)
        found = self._world.before(scope, self._start(request, scope), limit + 1)
        page, more = found[:limit], len(found) > limit
        await self._settled()
        return web.json_response(
            {
                "messages": [self._shown(message) for message in page],
                "next_cursor": str(page[-1].seq) if more else None,
                "has_more": more,
            }
        )

    def _start(self, request: web.Request, scope: str) -> int:
        """The place before which the page ends: a cursor, a message's id, or an RFC 3339 time."""
        cursor, before = request.query.get("cursor", ""), request.query.get("before", "")
        if cursor:
            if not re.fullmatch(r"[0-9]{1,18}", cursor):
                raise Failure(400, "ERR_INVALID_REQUEST", "The cursor is not one of this server's.")
            return int(cursor)
        if not before:
            return self._world.next_seq()
        message = self._world.messages.get(before)
        if message is not None and message.scope == scope:
            return message.seq
        at = from_rfc3339(before)
        if at is None:
            sentence = "'before' is neither a message of this scope nor a time."
            raise Failure(400, "ERR_INVALID_REQUEST", sentence)
        return self._world.place_at(scope, at)

    def _shown(self, message: Message) -> dict[str, Any]:
        kinds = self._world.reactions.get(message.id, {})
        reactions = [{"reaction": kind, "user_ids": people} for kind, people in kinds.items()]
        return written(message) | ({"reactions": reactions} if reactions else {})

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        user = self._must_be_someone(request)
        part = await _file_part(request)
        name = safe_name(part.filename or "")
        content_type = _media_type(part.headers.get("Content-Type", ""))
        content = await _content(part)
        kept = sum(len(each.content) for each in self._world.uploads.values())
        if kept + len(content) > MAX_KEPT:
            raise Failure(507, "ERR_STORAGE_FULL", "The server keeps no more files.")
        upload = Upload(self._board.ids.secret(user.id), user.id, name, content_type, content)
        self._world.keep(upload)
        await self._settled()
        url = f"{request.scheme}://{request.host}/v1/uploads/{upload.id}/{quote(name)}"
        return web.json_response({"url": url, "filename": name, "size": len(content)})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A file, for who has its address: the id in it cannot be guessed."""
        upload = self._world.uploads.get(request.match_info["id"])
        if upload is None or upload.name != request.match_info["name"]:
            raise Failure(404, "ERR_NOT_FOUND", "There is no such file.")
        return web.Response(
            body=upload.content,
            headers={
                "Content-Type": upload.content_type,
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(upload.name)}",
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
            },
        )

    async def _networks(self, request: web.Request) -> web.StreamResponse:
        user = self._must_be_someone(request)
        networks = [
            {
                "id": network.id,
                "name": network.name,
                "scope": f"network:{network.id}",
                "member_count": len(self._world.members[network.id]),
            }
            for network in self._world.networks.values()
            if user.id in self._world.members[network.id]
        ]
        return web.json_response({"networks": networks})

    async def _members(self, request: web.Request) -> web.StreamResponse:
        network_id = self._network(request)
        members = [
            {
                "user_id": user.id,
                "name": user.name,
                "role": user.role,
                "status": self._hub.roster.status(user.id),
            }
            for user in map(self._world.users.__getitem__, self._world.members[network_id])
        ]
        return web.json_response({"members": members})

    async def _ice(self, request: web.Request) -> web.StreamResponse:
        """No server of others is named: on one machine, calls need none."""
        self._network(request)
        return web.json_response({"stun_servers": []})

    def _network(self, request: web.Request) -> str:
        user, network_id = self._must_be_someone(request), request.match_info["id"]
        if reason := access.refusal(self._world, user.id, f"network:{network_id}"):
            raise Failure(403, "ERR_FORBIDDEN", reason)
        return network_id

    def _stamps(self) -> "tuple[int, Any]":
        return self._board.clock.now(), self._board.ids

    async def _settled(self) -> None:
        """What is answered is kept first."""
        kept = asyncio.Event()
        self._board.settle(kept.set)
        await kept.wait()


class Failure(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def response(self) -> web.Response:
        return web.json_response({"code": self.code, "message": str(self)}, status=self.status)


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every failure in the one shape, and refuse pages of other origins."""
    if not _from_here(request.headers.get("Origin")):
        sentence = "A page of another origin may not use this server."
        return Failure(403, "ERR_FORBIDDEN", sentence).response()
    try:
        return await handler(request)
    except Failure as failure:
        return failure.response()
    except web.HTTPException as error:
        return Failure(error.status, f"ERR_HTTP_{error.status}", error.reason + ".").response()


def safe_name(name: str) -> str:
    """A file's own name: no folders, no control characters, no leading dots, at most 120 bytes."""
    base = re.split(r"[/\\]", name)[-1]
    plain = "".join(letter for letter in base if letter.isprintable()).strip(" .")
    short = plain.encode()[-120:].decode(errors="ignore")
    return short or "file"


def _media_type(given: str) -> str:
    """A media type (RFC 6838) without its parameters; what is none is just bytes."""
    plain = given.partition(";")[0].strip().lower()
    named = re.fullmatch(
        r"[a-z0-9][\w!#$&^.+-]{0,126}/[a-z0-9][\w!#$&^.+-]{0,126}", plain, re.ASCII
    )
    return plain if named else "application/octet-stream"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that host."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _from_here(origin: str | None) -> bool:
    """No browser, or a page served from this machine."""
    if origin is None:
        return True
    try:
        return is_loopback(urlsplit(origin).hostname or "")
    except ValueError:
        return False


async def _document(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Failure(400, "ERR_INVALID_REQUEST", "The body is not a JSON object.")
    return body


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise Failure(400, "ERR_INVALID_REQUEST", f"'{key}' is missing.")
    return value


def _limit(request: web.Request) -> int:
    given = request.query.get("limit", "50")
    if not re.fullmatch(r"[0-9]{1,9}", given) or int(given) < 1:
        raise Failure(400, "ERR_INVALID_REQUEST", "'limit' is not a count.")
    return min(int(given), MAX_PAGE)


async def _file_part(request: web.Request) -> BodyPartReader:
    if not request.content_type.startswith("multipart/"):
        raise Failure(400, "ERR_INVALID_REQUEST", "Send the file as multipart, in the part 'file'.")
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "file":
                return part
    except ValueError:
        raise Failure(400, "ERR_INVALID_REQUEST", "The multipart body is broken.") from None
    raise Failure(400, "ERR_INVALID_REQUEST", "There is no part 'file'.")


async def _content(part: BodyPartReader) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        content += chunk
        if len(content) > MAX_UPLOAD:
            raise Failure(413, "ERR_TOO_LARGE", "A file may have 10 MiB at most.")
    return bytes(content)
