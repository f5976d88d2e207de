"""Opening: what each kind of server does to a first connection (F4-F6, S15-S17)."""

import asyncio
import contextlib
import socket
from dataclasses import replace

import pytest

from wschat_tui.link.answers import Unreachable
from wschat_tui.link.auth import TokenSupply
from wschat_tui.link.news import Connecting, LoginNeeded, Lost, Opened, Stopped
from wschat_tui.protocol.tokens import Tokens

BUSY = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: {}\r\n\r\n"
REFUSED = "HTTP/1.1 {} No\r\nContent-Length: 0\r\n\r\n"
BODY = '{"code":"ERR_BANNED","message":"You are banned.\\u001b[31m"}'


async def echo(channel, seen):
    async for frame in channel:
        seen.frames.append(frame)


async def test_opens_with_the_token_in_the_header_alone(watch, chat_server):
    """S13."""
    server = await chat_server(echo)
    link = watch(server.url)
    opened = await link.get(Opened)
    assert opened == Opened(server.url, None)
    assert link.news[:2] == [Connecting(1), opened]
    request = server.requests[0]
    assert request.headers["Authorization"] == "Bearer token-1"
    assert request.headers["User-Agent"].startswith("wschat-tui/")
    assert "permessage-deflate" in request.headers["Sec-WebSocket-Extensions"]
    assert request.path == "/v1/ws"


async def test_token_in_the_url_only_where_asked_for(watch, chat_server):
    """S13."""
    server = await chat_server(echo)
    link = watch(server.url + "?a=b", token_in_url=True)
    opened = await link.get(Opened)
    assert opened.url == server.url + "?a=b"
    assert server.requests[0].path == "/v1/ws?a=b&token=token-1"
    assert "Authorization" not in server.requests[0].headers


async def test_token_in_the_url_without_a_query(watch, chat_server, supply_of):
    server = await chat_server(echo)
    link = watch(server.url, token_in_url=True, supply=supply_of("dev:al/ice+1"))
    await link.get(Opened)
    assert server.requests[0].path == "/v1/ws?token=dev%3Aal%2Fice%2B1"


async def test_without_a_token_none_is_sent(watch, chat_server, supply_of):
    server = await chat_server(echo)
    await watch(server.url, supply=supply_of(None)).get(Opened)
    assert "Authorization" not in server.requests[0].headers


async def test_refused_is_tried_again_with_growing_waits(watch):
    with contextlib.closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        link = watch(f"ws://127.0.0.1:{port}")
        await link.get(Lost, 4)
    lost = link.all(Lost)
    assert [news.attempt for news in lost[:4]] == [1, 2, 3, 4]
    assert [news.retry_in for news in lost[:4]] == pytest.approx([0.0075, 0.012, 0.0192, 0.03072])
    assert lost[0].sentence.startswith(f"Nothing answers at 127.0.0.1:{port};")
    assert lost[0].code is None


async def test_localhost_whose_every_address_refuses(watch):
    with contextlib.closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        link = watch(f"ws://localhost:{held.getsockname()[1]}")
        lost = await link.get(Lost)
    assert lost.sentence.startswith("Nothing answers at localhost:")


async def test_unknown_host(watch):
    lost = await watch("wss://nowhere.invalid/v1/ws").get(Lost)
    assert lost.sentence.startswith("No address is known for nowhere.invalid:443;")


@pytest.mark.parametrize(
    "url", ["", "http://x", "ws://", "ws://x:99999", "nonsense", "ws://a" + "b" * 70]
)
async def test_no_address(watch, url):
    stopped = await watch(url, supply=None, insecure=True).get(Stopped)
    assert stopped.kind == "address"
    assert "check the server's address" in stopped.sentence


@pytest.mark.parametrize(
    ("status", "kind"), [(403, "forbidden"), (404, "missing"), (200, "not_websocket")]
)
async def test_status_that_stops(watch, answering, status, kind):
    """F5: by its status, with a sentence."""
    server = await answering(REFUSED.format(status))
    link = watch(server.url)
    stopped = await link.get(Stopped)
    assert (stopped.kind, stopped.code) == (kind, status)
    assert link.all(Lost) == []
    link.link.retry_now()
    await link.get(Stopped, 2)
    assert server.connects == 2
    assert link.all(Connecting) == [Connecting(1), Connecting(1)]


async def test_the_words_of_the_server_are_shown_harmless(watch, answering):
    server = await answering(f"HTTP/1.1 403 No\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}")
    stopped = await watch(server.url).get(Stopped)
    assert "“You are banned.␛[31m”" in stopped.sentence


@pytest.mark.parametrize("location", ["ws://evil.example/v1/ws", "http://[::1", ""])
async def test_redirect_is_refused_and_nothing_else_contacted(watch, answering, location):
    """F5, S15: the token goes to no other place."""
    server = await answering(
        f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    )
    link = watch(server.url)
    stopped = await link.get(Stopped)
    assert (stopped.kind, stopped.code) == ("redirect", 302)
    assert ("evil.example" in stopped.sentence) == ("evil" in location)
    assert server.connects == 1


async def test_redirect_to_the_same_server_is_refused_too(watch, answering):
    """S15."""
    server = await answering("HTTP/1.1 307 Moved\r\nLocation: /v2/ws\r\nContent-Length: 0\r\n\r\n")
    link = watch(server.url)
    await link.get(Stopped)
    assert server.connects == 1


async def test_retry_after_is_waited_for(watch, answering):
    """F6: no sooner than the server asked."""
    server = await answering(BUSY.format("0.1"), BUSY.format("200"), BUSY.format("99999"))
    link = watch(server.url)
    assert (await link.get(Lost, 2)).retry_in == 200.0
    assert (await link.get(Lost)).retry_in < 1
    link.link.retry_now()
    assert (await link.get(Lost, 3)).retry_in == 300.0
    assert link.all(Lost)[2].code == 503


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("SSH-2.0-OpenSSH_9.2\r\n", "not_websocket"),
        ("220 smtp ESMTP\r\n", "not_websocket"),
        ("HTTP/1.1 101 Switching\r\n\r\n", "not_websocket"),
        (
            "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
            "not_websocket",
        ),
    ],
)
async def test_no_websocket_server(watch, answering, answer, kind):
    server = await answering(answer)
    stopped = await watch(server.url).get(Stopped)
    assert stopped.kind == kind
    assert "check the server's address" in stopped.sentence


async def test_server_that_hangs_up_is_tried_again(watch, answering):
    server = await answering("")
    link = watch(server.url)
    assert "hung up without an answer" in (await link.get(Lost, 2)).sentence
    assert server.connects >= 2


async def test_server_that_never_answers_is_given_up_in_time(watch, raw_server, quick):
    async def silent(reader, writer, seen):
        await reader.read()

    server = await raw_server(silent)
    timers = type(quick)(open_timeout=0.1, first_delay=0.01)
    lost = await watch(server.url, timers=timers).get(Lost)
    assert "did not answer in time" in lost.sentence


# ---- the token


async def test_401_once_is_one_refresh_and_then_connected(watch, chat_server, supply_of):
    """F4: the new token opens the next connection."""

    async def refuse_old(connection, request):
        if request.headers["Authorization"] != "Bearer token-2":
            return connection.respond(401, "no")
        return None

    posted, stored = [], []

    async def post(token):
        posted.append(token)
        return Tokens("token-2", "refresh-2")

    server = await chat_server(echo, process_request=refuse_old)
    supply = supply_of("token-1", "refresh-1", post=post, stored=stored)
    link = watch(server.url, supply=supply)
    await link.get(Opened)
    assert posted == ["refresh-1"]
    assert stored == [Tokens("token-2", "refresh-2")]
    lost = link.all(Lost)
    assert [(news.code, news.retry_in) for news in lost] == [(401, 0.0)]
    assert "is being renewed" in lost[0].sentence
    assert link.all(Connecting) == [Connecting(1), Connecting(2)]


async def test_401_twice_asks_for_a_login_and_never_loops(watch, answering, supply_of):
    """F4: one refresh, then nothing until there is a login."""
    posted = []

    async def post(token):
        posted.append(token)
        return Tokens(f"token-{len(posted)}", "refresh")

    server = await answering(REFUSED.format(401))
    supply = supply_of("token-0", "refresh", post=post)
    link = watch(server.url, supply=supply)
    needed = await link.get(LoginNeeded)
    assert "log in again" in needed.sentence
    assert (server.connects, len(posted)) == (2, 1)
    supply.adopt(Tokens("after-login", "refresh"))
    link.link.retry_now()
    await link.get(LoginNeeded, 2)
    assert "Bearer after-login" in server.heads[2]
    assert (server.connects, len(posted)) == (4, 2)


async def test_401_without_a_refresh_token_asks_for_a_login_at_once(watch, answering):
    server = await answering(REFUSED.format(401))
    link = watch(server.url)
    await link.get(LoginNeeded)
    assert server.connects == 1


async def test_401_while_nobody_can_renew_is_tried_again(watch, answering, supply_of):
    async def post(token):
        return Unreachable("gone")

    server = await answering(REFUSED.format(401))
    link = watch(server.url, supply=supply_of("token", "refresh", post=post))
    await link.get(Lost, 3)
    assert link.all(LoginNeeded) == []
    assert link.all(Lost)[0].retry_in > 0


@pytest.mark.parametrize("code", [4401, 4001, 3000])
async def test_accepted_and_then_closed_for_the_token_is_no_loop_either(
    watch, chat_server, supply_of, code
):
    """F4: by close code."""

    async def refuse(channel, seen):
        await channel.close(code, "token expired")

    async def post(token):
        return Tokens("fresh", "refresh")

    server = await chat_server(refuse)
    link = watch(server.url, supply=supply_of("token", "refresh", post=post))
    await link.get(LoginNeeded)
    assert len(server.requests) == 2
    assert [news.code for news in link.all(Lost)] == [code]


async def test_a_renewed_token_that_outlived_itself_is_renewed_again(watch, chat_server):
    posted = []

    async def post(token):
        posted.append(token)
        return Tokens("fresh", "refresh", 1_000_020)

    async def store(tokens):
        pass

    async def expire(channel, seen):
        if len(seen.requests) < 3:
            # Longer than the token lives, which is 20 ms.
            await asyncio.sleep(0.03)
            await channel.close(4401)
        await channel.wait_closed()

    server = await chat_server(expire)
    supply = TokenSupply(
        Tokens("old", "refresh", 1_000_020), store=store, post=post, wall=lambda: 1_000_000
    )
    link = watch(server.url, supply=supply)
    await link.get(Opened, 3)
    assert len(posted) == 2
    assert link.all(LoginNeeded) == []


@pytest.mark.parametrize("token", ["a\r\nX-Evil: 1", "a\nb", "a b", "schlüssel"])
async def test_a_token_that_could_forge_headers_goes_nowhere(watch, chat_server, supply_of, token):
    """S13."""
    server = await chat_server(echo)
    link = watch(server.url, supply=supply_of(token))
    stopped = await link.get(Stopped)
    assert stopped.kind == "token"
    assert token not in stopped.sentence
    assert server.requests == []


# ---- ws:// and TLS


@pytest.mark.parametrize(
    "url", ["ws://chat.example.test/v1/ws", "ws://10.0.0.1:1", "ws://0.0.0.0:1"]
)
async def test_a_token_does_not_travel_unencrypted(watch, url):
    """S17."""
    link = watch(url)
    stopped = await link.get(Stopped)
    assert stopped.kind == "insecure"
    assert "wss://" in stopped.sentence
    assert "insecure setting" in stopped.sentence
    assert link.all(Lost) == []


async def test_unencrypted_to_others_where_allowed_or_without_a_token(watch, supply_of):
    """S17."""
    for settings in ({"insecure": True}, {"supply": supply_of(None)}):
        lost = await watch("ws://nowhere.invalid/v1/ws", **settings).get(Lost)
        assert "No address is known" in lost.sentence


async def test_tls_with_a_known_authority(watch, chat_server, certificates):
    """S17."""
    certificate = certificates()
    server = await chat_server(echo, ssl=certificate.context)
    await watch(server.url, ca_file=certificate.ca_file).get(Opened)
    assert server.requests[0].headers["Authorization"] == "Bearer token-1"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ({"self_signed": True}, "is signed by itself"),
        ({}, "is signed by an unknown authority"),
    ],
)
async def test_tls_that_nobody_vouches_for(watch, chat_server, certificates, kind, words):
    """S17."""
    server = await chat_server(echo, ssl=certificates(**kind).context)
    stopped = await watch(server.url).get(Stopped)
    assert stopped.kind == "certificate"
    assert words in stopped.sentence
    assert "CA file" in stopped.sentence
    assert server.requests == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ({"host": "other.example.test"}, "is for another host"),
        ({"host": "10.9.9.9"}, "is for another host"),
        ({"start": -3, "end": -2}, "has expired"),
        ({"start": 2, "end": 3}, "is not valid yet"),
    ],
)
async def test_tls_with_a_certificate_that_does_not_fit(
    watch, chat_server, certificates, kind, words
):
    """S17."""
    certificate = certificates(**kind)
    server = await chat_server(echo, ssl=certificate.context)
    link = watch(server.url, ca_file=certificate.ca_file)
    stopped = await link.get(Stopped)
    assert stopped.kind == "certificate"
    assert words in stopped.sentence
    assert link.all(Connecting) == [Connecting(1)]
    assert server.requests == []


async def test_self_signed_certificate_that_the_user_trusts(watch, chat_server, certificates):
    """S17."""
    certificate = certificates(self_signed=True)
    server = await chat_server(echo, ssl=certificate.context)
    await watch(server.url, ca_file=certificate.ca_file).get(Opened)


async def test_ca_file_that_is_none(watch, tmp_path):
    nonsense = tmp_path / "ca.pem"
    nonsense.write_text("nonsense")
    for path in (nonsense, tmp_path / "missing.pem"):
        stopped = await watch("wss://127.0.0.1:1", ca_file=path).get(Stopped)
        assert stopped.kind == "certificate"
        assert "check the CA file" in stopped.sentence


async def test_tls_to_a_plain_server(watch, raw_server):
    """S17."""

    async def plain(reader, writer, seen):
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    server = await raw_server(plain)
    stopped = await watch(server.url.replace("ws://", "wss://")).get(Stopped)
    assert stopped.kind == "tls"
    assert "does not speak TLS" in stopped.sentence


async def test_plain_to_a_tls_server(watch, chat_server, certificates):
    """S17."""
    server = await chat_server(echo, ssl=certificates().context)
    link = watch(server.url.replace("wss://", "ws://"))
    await link.until(lambda: link.all(Stopped) or link.all(Lost))
    news = (link.all(Stopped) or link.all(Lost))[0]
    assert "wss://" in news.sentence


async def test_tls_alert_to_a_plain_request(watch, raw_server):
    async def alert(reader, writer, seen):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x15\x03\x01\x00\x02\x02\x46")
        await writer.drain()

    server = await raw_server(alert)
    stopped = await watch(server.url).get(Stopped)
    assert stopped.kind == "tls"
    assert "speaks TLS alone" in stopped.sentence


# ---- proxies


@pytest.mark.parametrize(
    "name", ["http_proxy", "https_proxy", "ws_proxy", "wss_proxy", "socks_proxy", "all_proxy"]
)
@pytest.mark.parametrize("setting", ["env", "http://127.0.0.1:1"])
async def test_loopback_is_direct_whatever_the_proxy(
    watch, chat_server, monkeypatch, name, setting
):
    """S16."""
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    server = await chat_server(echo)
    assert (await watch(server.url, proxy=setting).get(Opened)).proxy is None


@pytest.fixture
def proxy(raw_server):
    """An HTTP proxy that answers CONNECT as told, and forwards to a port if that is 200."""

    async def start(status: int, port: int = 0):
        async def attend(reader, writer, seen):
            seen.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
            writer.write(f"HTTP/1.1 {status} X\r\n\r\n".encode())
            await writer.drain()
            if status == 200:
                there, out = await asyncio.open_connection("127.0.0.1", port)
                try:
                    await asyncio.gather(pump(reader, out), pump(there, writer))
                finally:
                    out.transport.abort()

        async def pump(source, target):
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
            target.write_eof()

        return await raw_server(attend)

    return start


@pytest.mark.parametrize("by", ["setting", "environment"])
async def test_through_a_proxy(watch, chat_server, proxy, monkeypatch, by):
    """S16."""
    server = await chat_server(echo)
    between = await proxy(200, server.port)
    address = f"http://user:secret-word@127.0.0.1:{between.port}"
    if by == "environment":
        monkeypatch.setenv("https_proxy", address)
    link = watch(
        "ws://chat.example.test/v1/ws",
        insecure=True,
        proxy="env" if by == "environment" else address,
    )
    opened = await link.get(Opened)
    assert opened.proxy == f"http://127.0.0.1:{between.port}"
    assert between.heads[0].startswith("CONNECT chat.example.test:80 ")
    assert "Proxy-Authorization: Basic dXNlcjpzZWNyZXQtd29yZA==" in between.heads[0]
    assert "token-1" not in between.heads[0]
    assert server.requests[0].headers["Host"] == "chat.example.test"


async def test_proxies_of_the_environment_are_not_used_where_none_is_set(watch, proxy, monkeypatch):
    """S16."""
    between = await proxy(200)
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{between.port}")
    lost = await watch("wss://nowhere.invalid", proxy="none").get(Lost)
    assert "No address is known" in lost.sentence
    assert between.connects == 0


@pytest.mark.parametrize(("status", "kind"), [(403, Stopped), (407, Stopped), (502, Lost)])
async def test_proxy_that_says_no(watch, proxy, status, kind):
    """S16."""
    between = await proxy(status)
    link = watch("wss://chat.example.test", proxy=f"http://127.0.0.1:{between.port}")
    news = await link.get(kind)
    assert "The proxy" in news.sentence


@pytest.mark.parametrize("said", ["", "HTTP/1.1 2", "SSH-2.0-x\r\n"])
async def test_proxy_that_hangs_up_leaves_nothing_unhandled(watch, raw_server, said):
    """S16."""

    async def hang_up(reader, writer, seen):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said.encode())
        await writer.drain()

    trouble = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: trouble.append(context))
    between = await raw_server(hang_up)
    link = watch("wss://chat.example.test", proxy=f"http://127.0.0.1:{between.port}")
    lost = await link.get(Lost)
    assert "The proxy could not connect" in lost.sentence
    await link.close()
    assert trouble == []


@pytest.mark.parametrize("host", ["127.0.0.1:1", "nowhere.invalid"])
async def test_proxy_that_is_not_there(watch, host):
    lost = await watch("wss://chat.example.test", proxy=f"http://{host}").get(Lost)
    assert lost.sentence.startswith("The proxy for chat.example.test:443 does not answer;")


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_proxy_that_never_answers_is_given_up_in_time(watch, raw_server, quick, scheme):
    async def silent(reader, writer, seen):
        await reader.read()

    between = await raw_server(silent)
    address = f"{scheme}://127.0.0.1:{between.port}"
    timers = replace(quick, open_timeout=0.1)
    lost = await watch("wss://chat.example.test", proxy=address, timers=timers).get(Lost)
    assert "The proxy could not connect" in lost.sentence or "in time" in lost.sentence


async def test_leaving_while_the_proxy_is_asked(watch, raw_server, until):
    async def silent(reader, writer, seen):
        seen.heads.append(await reader.readuntil(b"\r\n\r\n"))
        await reader.read()
        seen.heads.append("closed")

    between = await raw_server(silent)
    link = watch("wss://chat.example.test", proxy=f"http://127.0.0.1:{between.port}")
    await until(lambda: between.heads)
    await link.close()
    await until(lambda: between.heads[-1] == "closed")


@pytest.mark.parametrize("end", ["flood", "early data"])
async def test_proxy_that_says_too_much(watch, raw_server, end):
    async def talk(reader, writer, seen):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n")
        if end == "early data":
            writer.write(b"\r\nHTTP/1.1 101 Switching\r\n")
        while True:
            writer.write(b"x" * 1000)
            await writer.drain()

    between = await raw_server(talk)
    link = watch("wss://chat.example.test", proxy=f"http://127.0.0.1:{between.port}")
    assert "The proxy could not connect" in (await link.get(Lost)).sentence


@pytest.mark.parametrize(
    "setting",
    ["nonsense", "ftp://p.example.test", "http://", "http://p:x", "http://u@p.example.test"],
)
async def test_proxy_that_is_none(watch, setting):
    stopped = await watch("wss://chat.example.test", proxy=setting).get(Stopped)
    assert stopped.kind == "proxy"
    assert "check the proxy setting" in stopped.sentence


async def test_socks_proxy_without_its_package(watch):
    """S16."""
    stopped = await watch("wss://chat.example.test", proxy="socks5h://127.0.0.1:1").get(Stopped)
    assert stopped.kind == "proxy"
    assert "python-socks" in stopped.sentence
