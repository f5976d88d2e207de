"""Beside the socket: what the mock server offers, and what other servers do instead (spec section 8)."""

import asyncio
import json
import os
import socket
import threading
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientOSError

from mock_server.server import MockServer
from mock_server.server import Options as MockOptions
from wschat_tui.link import exchange as exchange_module
from wschat_tui.link import rest as rest_module
from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.link.auth import TokenSupply
from wschat_tui.link.documents import document_of
from wschat_tui.link.exchange import Exchange
from wschat_tui.link.login import Login
from wschat_tui.link.news import Opened
from wschat_tui.link.options import Options
from wschat_tui.link.replies import History, IceConfig, LoggedIn, Uploaded
from wschat_tui.link.rest import Rest
from wschat_tui.link.upload import MAX_UPLOAD
from wschat_tui.protocol.requests import ChatSend
from wschat_tui.protocol.tokens import Tokens

NOW = 1_700_000_000_000


@pytest_asyncio.fixture
async def mock():
    async with MockServer(MockOptions(port=0)) as server:
        yield server


@pytest_asyncio.fixture
async def exchange_with():
    made = []

    def start(url, **settings):
        own = {key: settings.pop(key) for key in ("seconds", "upload_seconds") if key in settings}
        made.append(Exchange(Options(url, **settings), **own))
        return made[-1]

    yield start
    for exchange in made:
        await exchange.close()
        await exchange.close()


@pytest.fixture
def rest_with(exchange_with, supply_of):
    def start(url, *, supply=None, **settings):
        return Rest(exchange_with(url, **settings), supply or supply_of("dev:alice"))

    return start


def answer(status, document="", headers=""):
    body = document if isinstance(document, str) else json.dumps(document)
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body.encode())}\r\n{headers}\r\n{body}"


# ---- the mock server


async def test_login_and_what_it_opens(mock, exchange_with, supply_of, watch):
    login = Login(exchange_with(mock.url), lambda: NOW)
    logged = await login.login("alice@example.test", "alice")
    assert isinstance(logged, LoggedIn)
    assert logged.user == "alice"
    assert logged.tokens.refresh
    assert logged.tokens.expires_at > NOW
    link = watch(mock.url, supply=supply_of(logged.tokens.access))
    await link.get(Opened)


async def test_wrong_password(mock, exchange_with):
    refused = await Login(exchange_with(mock.url), lambda: NOW).login("alice@example.test", "x")
    assert isinstance(refused, Refused)
    assert refused.status == 401
    assert "password" in refused.message


async def test_refresh_rotates(mock, exchange_with):
    login = Login(exchange_with(mock.url), lambda: NOW)
    first = (await login.login("bob@example.test", "bob")).tokens
    second = await login.refresh(first.refresh)
    assert isinstance(second, Tokens)
    assert second.access != first.access
    assert (await login.refresh(first.refresh)).status == 401


async def test_link_whose_token_is_refused_renews_it_by_http(mock, exchange_with, watch):
    login = Login(exchange_with(mock.url), lambda: NOW)
    granted = (await login.login("bob@example.test", "bob")).tokens
    stored = []

    async def store(tokens):
        stored.append(tokens)

    supply = TokenSupply(
        Tokens("expired", granted.refresh), store=store, post=login.refresh, wall=lambda: NOW
    )
    await watch(mock.url, supply=supply).get(Opened)
    assert stored == [supply.tokens]
    assert supply.access != "expired"


async def test_history_in_pages_oldest_first(mock, rest_with, watch, supply_of):
    link = watch(mock.url, supply=supply_of("dev:alice"))
    await link.get(Opened)
    for number in range(5):
        link.link.send(f"op-{number}", ChatSend(scope="host", body=f"message {number}"))
        await link.until(lambda: any(item.op_id == f"op-{number}" for item in link.received))  # noqa: B023
    rest = rest_with(mock.url)
    newest = await rest.history("host", limit=3)
    assert isinstance(newest, History)
    assert [message.body for message in newest.messages] == [f"message {n}" for n in (2, 3, 4)]
    assert newest.more
    older = await rest.history("host", limit=3, cursor=newest.cursor)
    assert [message.body for message in older.messages] == ["message 0", "message 1"]
    assert (older.more, older.cursor) == (False, None)
    before = await rest.history("host", before=newest.messages[0].id)
    assert before.messages == older.messages


async def test_networks_members_and_ice(mock, rest_with):
    rest = rest_with(mock.url)
    networks = await rest.networks()
    assert {(each.id, each.scope) for each in networks} == {
        ("lobby", "network:lobby"),
        ("team", "network:team"),
    }
    members = await rest.members("lobby")
    assert {each.user for each in members} >= {"alice", "bob", "carol", "dave"}
    assert {each.role for each in members} >= {"member", "moderator", "admin"}
    assert await rest.ice_config("lobby") == IceConfig((), None)
    refused = await rest.members("vault")
    assert (refused.status, refused.code) == (403, "ERR_FORBIDDEN")
    assert refused.message.startswith("Only members")


async def test_a_network_cannot_climb_out_of_its_path(mock, rest_with):
    answer = await rest_with(mock.url).members("../../../v1/networks?x=")
    assert isinstance(answer, Absent | Refused)


@pytest.mark.parametrize("size", [0, 1, 200_000])
async def test_upload(mock, rest_with, tmp_path, size):
    path = tmp_path / 'a "strange"\n näme.png'
    path.write_bytes(b"x" * size)
    progress = []
    uploaded = await rest_with(mock.url).upload(
        path, lambda sent, all_: progress.append((sent, all_))
    )
    assert isinstance(uploaded, Uploaded)
    assert uploaded.size == size
    assert uploaded.url.startswith(mock.http_url)
    assert progress == sorted(progress)
    assert not progress or progress[-1] == (size, size)
    kept = next(iter(mock.hub.world.uploads.values()))
    assert kept.content == b"x" * size
    assert kept.content_type == "image/png"


async def test_refused_token_is_renewed_once_for_a_request(mock, exchange_with):
    login = Login(exchange_with(mock.url), lambda: NOW)
    granted = (await login.login("alice@example.test", "alice")).tokens

    async def store(tokens):
        pass

    supply = TokenSupply(
        Tokens("expired", granted.refresh), store=store, post=login.refresh, wall=lambda: NOW
    )
    rest = Rest(exchange_with(mock.url), supply)
    assert isinstance(await rest.history("host"), History)
    supply.adopt(Tokens("expired", "spent"))
    assert (await rest.history("host")).status == 401


async def test_two_requests_at_once_spend_one_refresh_token(mock, exchange_with):
    login = Login(exchange_with(mock.url), lambda: NOW)
    granted = (await login.login("alice@example.test", "alice")).tokens
    stored = []

    async def store(tokens):
        stored.append(tokens)

    supply = TokenSupply(
        Tokens("expired", granted.refresh), store=store, post=login.refresh, wall=lambda: NOW
    )
    rest = Rest(exchange_with(mock.url), supply)
    answers = await asyncio.gather(rest.networks(), rest.history("host"))
    assert not any(isinstance(each, Refused) for each in answers)
    assert len(stored) == 1


# ---- files that are not sent


async def test_what_is_not_sent(mock, rest_with, tmp_path):
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(MAX_UPLOAD + 1)
    rest = rest_with(mock.url)
    for path, words in [
        (tmp_path / "missing", "cannot be read"),
        (tmp_path, "is not a file"),
        (big, "more than 10 MiB"),
    ]:
        refused = await rest.upload(path)
        assert (refused.code, refused.status) == ("file", 0)
        assert words in refused.message
        assert "nothing was sent" in refused.message


async def read_all(reader, writer, seen):
    await reader.read()


async def test_file_that_becomes_shorter_while_it_is_sent(raw_server, rest_with, tmp_path):
    async def shorten(reader, writer, seen):
        await reader.read(100)
        path.write_bytes(b"")
        while await reader.read(100_000):
            pass

    path = tmp_path / "file"
    path.write_bytes(bytes(MAX_UPLOAD))
    server = await raw_server(shorten)
    refused = await rest_with(server.url).upload(path)
    assert refused.code == "file"
    assert "could not be read to its end" in refused.message


def open_files():
    return {os.path.realpath(link) for link in Path("/proc/self/fd").glob("*")}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="lists open files by /proc")
async def test_server_that_hangs_up_on_a_file_is_not_the_files_fault(
    raw_server, rest_with, tmp_path, until
):
    async def hang_up(reader, writer, seen):
        await reader.read(100)

    path = tmp_path / "file"
    path.write_bytes(b"x" * 5_000_000)
    server = await raw_server(hang_up)
    unreachable = await rest_with(server.url).upload(path)
    assert "hung up" in unreachable.sentence
    await until(lambda: str(path) not in open_files())


async def test_a_file_that_opens_after_the_server_hung_up_is_closed(
    raw_server, rest_with, tmp_path, monkeypatch, until
):
    async def hang_up(reader, writer, seen):
        await reader.read(100)
        assert await asyncio.to_thread(asked.wait, 30)

    whole, asked, may_open, opened = Path.open, threading.Event(), threading.Event(), []

    def slow_to_open(path, *args):
        asked.set()
        assert may_open.wait(30)
        opened.append(whole(path, *args))
        return opened[0]

    path = tmp_path / "file"
    path.write_bytes(b"x" * 5_000_000)
    monkeypatch.setattr(Path, "open", slow_to_open)
    server = await raw_server(hang_up)
    assert "hung up" in (await rest_with(server.url).upload(path)).sentence
    may_open.set()
    await until(lambda: opened and opened[0].closed)


async def test_a_connection_that_breaks_while_a_file_is_sent_is_no_absent_server(
    raw_server, rest_with, tmp_path, monkeypatch
):
    def breaks(*_args, **_kwargs):
        raise ClientOSError("Can not write request body")

    monkeypatch.setattr("aiohttp.ClientSession.request", breaks)
    path = tmp_path / "file"
    path.write_bytes(b"x")
    unreachable = await rest_with((await raw_server(read_all)).url).upload(path)
    assert "hung up" in unreachable.sentence


async def test_file_that_is_gone_when_it_is_sent(raw_server, rest_with, tmp_path, monkeypatch):
    async def measured(path):
        return 5

    monkeypatch.setattr(rest_module, "measure", measured)
    server = await raw_server(read_all)
    refused = await rest_with(server.url).upload(tmp_path / "gone")
    assert refused.code == "file"


async def test_relative_address_of_an_upload_is_made_whole(raw_server, rest_with, tmp_path):
    async def take(reader, writer, seen):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = int(head.lower().split("content-length: ")[1].split("\r\n")[0])
        seen.heads.append(await reader.readexactly(size))
        writer.write(answer(200, {"url": "/files/1"}).encode())
        await writer.drain()

    path = tmp_path / "x.txt"
    path.write_bytes(b"content")
    server = await raw_server(take)
    uploaded = await rest_with(server.url).upload(path)
    assert uploaded == Uploaded(f"http://127.0.0.1:{server.port}/files/1", "", 0)
    assert (
        b'name="file"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n--'
        in server.heads[0]
    )


# ---- other servers


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_what_a_server_does_not_have_is_quietly_absent(
    answering, exchange_with, rest_with, status
):
    server = await answering(answer(status, "<html>"))
    assert await rest_with(server.url).networks() == Absent()
    login = Login(exchange_with(server.url), lambda: NOW)
    assert await login.login("a", "b") == Absent()
    assert await login.refresh("r") == Absent()


@pytest.mark.parametrize(
    ("status", "document", "refused"),
    [
        (400, {"code": "E", "message": "Bad\x1b[31m.\nNo."}, Refused("E", "Bad␛[31m. No.", 400)),
        (403, {"error": {"code": "E", "message": "No."}}, Refused("E", "No.", 403)),
        (500, "<html>", Refused("", "The server refused (500).", 500)),
        (429, "", Refused("", "The server refused (429).", 429)),
    ],
)
async def test_refusals(answering, rest_with, status, document, refused):
    server = await answering(answer(status, document))
    assert await rest_with(server.url).networks() == refused


async def test_redirect_is_not_followed(answering, rest_with):
    server = await answering(answer(302, headers="Location: http://evil.example/x\r\n"))
    refused = await rest_with(server.url).networks()
    assert (refused.code, refused.status) == ("redirect", 302)
    assert "evil.example" in refused.message
    assert server.connects == 1


@pytest.mark.parametrize(
    "text",
    [
        answer(200, "nonsense"),
        answer(200, ""),
        answer(200, "[" * 5000),
        answer(200, {"networks": 5}),
        answer(200, "\x1f\x8b", "Content-Encoding: gzip\r\n"),
    ],
)
async def test_answer_that_cannot_be_read(answering, rest_with, text):
    server = await answering(text)
    unreachable = await rest_with(server.url).networks()
    assert isinstance(unreachable, Unreachable)
    assert "cannot be read" in unreachable.sentence


async def test_login_without_tokens_in_the_answer(answering, exchange_with):
    server = await answering(answer(200, {"data": {"access_token": "a\r\nb"}}))
    assert isinstance(
        await Login(exchange_with(server.url), lambda: NOW).login("a", "b"), Unreachable
    )


async def test_endless_answer_is_cut_off(raw_server, rest_with, monkeypatch):
    monkeypatch.setattr(exchange_module, "MAX_ANSWER", 100_000)

    async def pour(reader, writer, seen):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    server = await raw_server(pour)
    unreachable = await rest_with(server.url).networks()
    assert "more than is read" in unreachable.sentence


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"])
async def test_server_that_never_ends_its_answer(raw_server, rest_with, begin):
    async def stall(reader, writer, seen):
        writer.write(begin)
        await reader.read()

    server = await raw_server(stall)
    unreachable = await rest_with(server.url, seconds=0.1).networks()
    assert "did not answer in time" in unreachable.sentence


@pytest.mark.parametrize(
    ("wire", "words"),
    [
        ("", "hung up"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", "hung up"),
        ("SSH-2.0-x\r\n\r\n", "does not speak HTTP"),
    ],
)
async def test_server_that_breaks_off_or_speaks_otherwise(answering, rest_with, wire, words):
    server = await answering(wire)
    assert words in (await rest_with(server.url).networks()).sentence


async def test_nobody_there(rest_with):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        unreachable = await rest_with(f"ws://127.0.0.1:{held.getsockname()[1]}").networks()
    assert "Nothing answers" in unreachable.sentence
    assert "No address is known" in (await rest_with("wss://nowhere.invalid").networks()).sentence


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"url": ""}, "No server was given"),
        ({"url": "ws://chat.example.test"}, "unencrypted"),
        ({"url": "wss://chat.example.test", "proxy": "nonsense"}, "check the proxy setting"),
        ({"url": "wss://chat.example.test", "proxy": "socks5://127.0.0.1:1"}, "SOCKS"),
        (
            {"url": "wss://chat.example.test", "proxy": "http://127.0.0.1:1"},
            "does not answer",
        ),
    ],
)
async def test_what_is_not_even_tried(rest_with, settings, words):
    assert words in (await rest_with(**settings).networks()).sentence


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ({"self_signed": True}, "signed by itself"),
        ({"host": "other.example.test", "known": True}, "is for another host"),
    ],
)
async def test_certificate_that_does_not_hold(answering, rest_with, certificates, kind, words):
    known = kind.pop("known", False)
    certificate = certificates(**kind)
    server = await answering(answer(200), ssl=certificate.context)
    rest = rest_with(server.url, ca_file=certificate.ca_file if known else None)
    assert words in (await rest.networks()).sentence
    assert server.heads == []


async def test_tls_with_a_known_authority(answering, rest_with, certificates):
    certificate = certificates()
    server = await answering(answer(200, {"networks": []}), ssl=certificate.context)
    assert await rest_with(server.url, ca_file=certificate.ca_file).networks() == ()


@pytest.mark.parametrize("status", [200, 403])
async def test_through_a_proxy(answering, rest_with, monkeypatch, status):
    between = await answering(answer(status, {"networks": []}))
    rest = rest_with(
        "ws://chat.example.test/v1/ws", insecure=True, proxy=f"http://127.0.0.1:{between.port}"
    )
    result = await rest.networks()
    assert between.heads[0].startswith("GET http://chat.example.test")
    assert result == () if status == 200 else result.status == 403


async def test_proxy_that_refuses_to_connect(answering, rest_with):
    between = await answering(answer(403))
    rest = rest_with("wss://chat.example.test", proxy=f"http://127.0.0.1:{between.port}")
    assert "The proxy refuses to connect" in (await rest.networks()).sentence


async def test_proxies_of_the_environment_do_not_take_loopback(answering, rest_with, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server = await answering(answer(200, {"networks": []}))
    assert await rest_with(server.url).networks() == ()


async def test_no_token_and_no_cookie_travel_uninvited(answering, rest_with, supply_of):
    server = await answering(
        answer(200, {"networks": []}, "Set-Cookie: a=b\r\nConnection: close\r\n")
    )
    rest = rest_with(server.url, supply=supply_of(None))
    await rest.networks()
    await rest.networks()
    for head in server.heads:
        assert "authorization" not in head.lower()
        assert "cookie" not in head.lower()
        assert "User-Agent: wschat-tui/" in head


async def test_one_persons_odd_letters_leave_the_others_words_readable(answering, rest_with):
    """S9: half a character in one row of a page of history."""
    row = {"scope": "host", "user_id": "bob", "created_at": "2026-01-05T09:00:00Z"}
    bodies = {"m1": "well", "m2": "half \ud83d of it"}
    rows = [row | {"id": id, "body": body} for id, body in bodies.items()]
    page = await rest_with((await answering(answer(200, {"messages": rows}))).url).history("host")
    assert {one.body for one in page.messages} == {"well", "half \ufffd of it"}


def test_bytes_that_are_no_utf8_leave_the_rest_of_an_answer_readable():
    """S9: the same for bytes of no letter; what is no JSON even so is nothing."""
    assert document_of(b'["well", "no \xc3 UTF-8"]') == ["well", "no \ufffd UTF-8"]
    assert document_of(b"\xff") is None
