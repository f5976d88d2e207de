"""Files that messages name: whom the client asks for them, and whom it does not (S20)."""

import asyncio
import errno
import socket

import pytest

from wschat_tui.link import fetch as fetch_module
from wschat_tui.link.fetch import Fetcher, Patience
from wschat_tui.link.file_address import FileAddress, judge
from wschat_tui.link.options import Options
from wschat_tui.link.pinned import look_up, public_socket
from wschat_tui.link.public import is_public

SERVER = "wss://chat.example.org/v1/ws"
PUBLIC, OTHER_PUBLIC = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"

NAMES = {
    "intranet.example.test": ["10.1.2.3"],
    "metadata.google.internal": ["169.254.169.254"],
    "localhost": ["127.0.0.1", "::1"],
    "half.example.test": [PUBLIC, "192.168.0.9"],
    "six.example.test": ["fd12:3456:789a::1"],
    "mapped.example.test": ["::ffff:127.0.0.1"],
}
"""What the resolver of these tests knows; any other name has no address."""

REFUSED = [
    ("https://169.254.169.254/latest/meta-data/", "not on the open internet"),
    ("https://[::ffff:127.0.0.1]/", "not on the open internet"),
    ("https://[::1]/", "not on the open internet"),
    ("https://127.0.0.1:22/", "not on the open internet"),
    ("https://10.0.0.1/", "not on the open internet"),
    ("https://172.16.0.1/", "not on the open internet"),
    ("https://192.168.1.1/admin", "not on the open internet"),
    ("https://100.64.0.1/", "not on the open internet"),
    ("https://0.0.0.0/", "not on the open internet"),
    ("https://224.0.0.1/", "not on the open internet"),
    ("https://[fe80::1]/", "not on the open internet"),
    ("https://[fc00::1]/", "not on the open internet"),
    ("https://[64:ff9b::7f00:1]/", "not on the open internet"),
    ("https://[2002:7f00:1::]/", "not on the open internet"),
    ("https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", "not on the open internet"),
    ("https://2130706433/", "not on the open internet"),
    ("https://0x7f.1/", "not on the open internet"),
    ("https://0177.0.0.1/", "not on the open internet"),
    ("https://127.1/", "not on the open internet"),
    ("https://localhost/", "not on the open internet"),
    ("https://intranet.example.test/", "not on the open internet"),
    ("https://metadata.google.internal/computeMetadata/v1/", "not on the open internet"),
    ("https://half.example.test/", "not on the open internet"),
    ("https://six.example.test/", "not on the open internet"),
    ("https://mapped.example.test/", "not on the open internet"),
    ("https://nowhere.example.test/", "No address is known"),
    ("http://files.example.test/a.png", "in the clear"),
    ("http://169.254.169.254/latest/meta-data/", "in the clear"),
    ("https://alice:secret@files.example.test/", "a name or a password"),
    ("https://files.example.test:0/", "cannot be read"),
    ("https://files.example.test:99999/", "cannot be read"),
    ("https://[::1%25eth0]/", "not on the open internet"),
    ("https:///etc/passwd", "cannot be read"),
    ("https://bad host/", "cannot be read"),
    ("file:///etc/passwd", "this is file:"),
    ("ftp://files.example.test/a", "this is ftp:"),
    ("javascript:alert(1)", "this is javascript:"),
    ("data:text/html,hello", "this is data:"),
    ("gopher://127.0.0.1:6379/_FLUSHALL", "this is gopher:"),
]


@pytest.fixture
def lookup():
    """A resolver of the test's own, which counts."""
    asked = []

    async def answer(host, port):
        asked.append(host)
        if host not in NAMES:
            raise socket.gaierror(socket.EAI_NONAME, "nobody knows")
        return NAMES[host]

    answer.asked = asked
    return answer


@pytest.fixture
def tried(monkeypatch):
    """Every address that a connection was tried to; none succeeds."""
    addresses = []

    def attempt(info):
        addresses.append(info[4][0])
        raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")

    monkeypatch.setattr(fetch_module, "public_socket", attempt)
    return addresses


@pytest.fixture
def fetched(supply_of):
    """Fetch something; the sentence, and the bytes that came."""

    async def run(url, server=SERVER, most=1_000_000, lookup=look_up, patience=None, **settings):
        came, progress = bytearray(), []

        async def take(piece):
            came.extend(piece)

        fetcher = Fetcher(Options(server, **settings), supply_of("canary"), lookup, patience)
        told = await fetcher.fetch(url, most, take, lambda *far: progress.append(far))
        return told, bytes(came), progress

    return run


@pytest.mark.parametrize(("url", "words"), REFUSED)
async def test_what_is_not_the_open_internet_is_not_asked(fetched, lookup, tried, url, words):
    """S20."""
    told, came, _ = await fetched(url, lookup=lookup)
    assert words in told
    assert told.endswith((".", "not fetched."))
    assert (came, tried) == (b"", [])


async def test_a_name_that_points_elsewhere_the_second_time(fetched, tried):
    """S20: looked up once, and the connection goes to what was checked."""
    answers = [[PUBLIC, OTHER_PUBLIC], ["127.0.0.1"], ["127.0.0.1"]]

    async def rebinding(host, port):
        return answers.pop(0)

    told, came, _ = await fetched("https://rebind.example.test/", lookup=rebinding)
    assert len(answers) == 2
    assert tried
    assert set(tried) <= {PUBLIC, OTHER_PUBLIC}
    assert (came, told) == (b"", "Nothing answers at rebind.example.test.")


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "169.254.169.254", "2130706433"])
def test_no_socket_is_made_for_another_address_whoever_says_so(address):
    """S20: the last look, at the address itself."""
    with pytest.raises(OSError, match="not on the open internet"):
        public_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 443)))


async def test_names_are_looked_up_by_the_system():
    assert "127.0.0.1" in await look_up("localhost", 443)


def test_a_socket_for_the_open_internet_does_not_block():
    with public_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (PUBLIC, 443))) as made:
        assert made.getblocking() is False


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True),
        (OTHER_PUBLIC, True),
        ("64:ff9b::5db8:d70e", True),
        ("2002:5db8:d70e::1", True),
        ("203.0.113.7", False),
        ("240.0.0.1", False),
        ("ff02::1", False),
        ("4000::1", False),
        ("fe80::1%eth0", False),
        ("example.org", False),
    ],
)
def test_public_addresses(address, public):
    assert is_public(address) is public


# ---- the chat server's own files


def head(status="200 OK", size=0, more=""):
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n{more}\r\n"


async def test_the_servers_own_files_are_fetched_wherever_it_is(fetched, answering):
    """S20: this server is on loopback, and the user chose it."""
    server = await answering(head(size=5) + "hello")
    for url in ("/v1/uploads/1/a.txt", f"http://127.0.0.1:{server.port}/v1/uploads/1/a.txt"):
        assert await fetched(url, server.url) == ("", b"hello", [(5, 5)])
    assert all("GET /v1/uploads/1/a.txt " in one for one in server.heads)


@pytest.mark.parametrize(
    ("path", "trusted"),
    [
        ("/v1/uploads/1/a.txt", True),
        ("/v1/logout", False),
        ("/v1/uploads/../logout", False),
        ("/v1/uploads/%2e%2e/logout", False),
        ("/v1/uploads/%252e%252e/logout", False),
    ],
)
async def test_the_token_goes_where_the_server_keeps_files(fetched, answering, path, trusted):
    """S20: and to no other host; no link makes the client act on the server in the user's name."""
    server = await answering(head(size=1) + "x")
    await fetched(path, server.url)
    [asked] = server.heads
    assert ("Authorization: Bearer canary" in asked) is trusted


async def test_another_port_of_the_servers_host_is_somebody_else(fetched, answering):
    """S20."""
    server, other = await answering(head()), await answering(head())
    told, _, _ = await fetched(f"http://127.0.0.1:{other.port}/v1/uploads/1/a", server.url)
    assert "in the clear" in told
    told, _, _ = await fetched(f"https://127.0.0.1:{other.port}/v1/uploads/1/a", server.url)
    assert "not on the open internet" in told
    assert other.connects == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_the_end(fetched, answering, status):
    """S20: not even the first step of a chain."""
    target = await answering(head(size=6) + "secret")
    sends = head(f"{status} X", more=f"Location: http://127.0.0.1:{target.port}/next\r\n")
    server = await answering(sends)
    told, came, _ = await fetched("/v1/uploads/1/a", server.url)
    assert told == (
        f"127.0.0.1:{server.port} sends elsewhere ({status}), which is not followed;"
        " nothing was fetched."
    )
    assert (came, server.connects, target.connects) == (b"", 1, 0)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (head("404 Not Found"), "did not give the file (404)"),
        (head("206 Partial Content", 1) + "x", "did not give the file (206)"),
        (head(size=2_000_000) + "x", "more than 1 MiB"),
        (head(size=1, more="Content-Encoding: gzip\r\n") + "x", "a form that was not asked for"),
        (head(size=10) + "cut", "hung up"),
        ("nonsense\r\n\r\n", "does not speak HTTP"),
    ],
)
async def test_what_is_not_a_file(fetched, answering, answer, words):
    server = await answering(answer)
    told, _, _ = await fetched("/v1/uploads/1/a", server.url, most=1024 * 1024)
    assert words in told


async def test_a_file_that_never_ends_is_cut_off(fetched, raw_server):
    async def pour(reader, writer, seen):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(bytes(100_000))
            await writer.drain()

    server = await raw_server(pour)
    told, came, progress = await fetched("/v1/uploads/1/a", server.url, most=1024 * 1024)
    assert told == "The file has more than 1 MiB; nothing was kept."
    assert len(came) <= 1024 * 1024
    assert all(whole is None for _, whole in progress)


async def test_a_server_that_dawdles_is_given_up(fetched, raw_server):
    async def dawdle(reader, writer, seen):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        await reader.read()

    server = await raw_server(dawdle)
    for patience in (Patience(quiet=0.05), Patience(whole=0.1)):
        told, _, _ = await fetched("/v1/uploads/1/a", server.url, patience=patience)
        assert told == f"127.0.0.1:{server.port} took too long; nothing was kept."


async def test_what_the_disk_says_is_passed_on(supply_of, answering):
    async def full(piece):
        raise OSError(28, "No space left on device")

    server = await answering(head(size=1) + "x")
    fetcher = Fetcher(Options(server.url), supply_of())
    with pytest.raises(OSError, match="No space"):
        await fetcher.fetch("/v1/uploads/1/a", 100, full, lambda *_: None)


async def test_ways_that_do_not_carry_files(fetched, monkeypatch, tmp_path):
    told, _, _ = await fetched("/v1/uploads/1/a", SERVER, proxy="socks5://127.0.0.1:1")
    assert "SOCKS" in told
    told, _, _ = await fetched("https://files.example.test/", proxy="http://127.0.0.1:1")
    assert told.startswith("files.example.test is reached by a proxy")
    told, _, _ = await fetched("/v1/uploads/1/a", "ws://chat.example.org")
    assert "unencrypted" in told
    told, _, _ = await fetched("/v1/uploads/1/a", SERVER, ca_file=tmp_path / "none")
    assert "trusted certificates" in told
    told, _, _ = await fetched("https://files.example.test/", proxy="nonsense://x")
    assert "no proxy address" in told


def test_an_address_of_no_server_is_a_sentence():
    assert "No server was given" in judge("/v1/uploads/1/a", "")


# ---- other hosts


async def test_another_host_gets_neither_token_nor_cookie(
    fetched, answering, certificates, monkeypatch
):
    """S20: over TLS, proved by the system's authorities, by the address that was looked up."""
    made = certificates(host="files.example.test")
    server = await answering(head(size=2, more="Set-Cookie: a=b\r\n") + "hi", ssl=made.context)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca_file))
    for module in (fetch_module, "wschat_tui.link.pinned"):
        name = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{name}.is_public", lambda address: address == "127.0.0.1")
    asked = []

    async def lookup(host, port):
        asked.append((host, port))
        return ["127.0.0.1"]

    url = f"https://files.example.test:{server.port}/v1/uploads/1/a"
    assert await fetched(url, lookup=lookup) == ("", b"hi", [(2, 2)])
    assert asked == [("files.example.test", server.port)]
    [told] = server.heads
    assert "canary" not in told
    assert "Authorization" not in told
    assert f"Host: files.example.test:{server.port}" in told
    monkeypatch.delenv("SSL_CERT_FILE")
    told, _, _ = await fetched(url, lookup=lookup)
    assert "certificate" in told


async def test_cancelling_leaves_no_connection(supply_of, raw_server, until):
    async def dawdle(reader, writer, seen):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
        await writer.drain()
        seen.over = await reader.read() == b""

    server = await raw_server(dawdle)
    came = asyncio.Event()

    async def take(piece):
        came.set()

    fetcher = Fetcher(Options(server.url), supply_of())
    async with asyncio.TaskGroup() as group:
        task = group.create_task(fetcher.fetch("/v1/uploads/1/a", 100, take, lambda *_: None))
        await came.wait()
        task.cancel()
    await until(lambda: getattr(server, "over", False))


def test_the_judgement_of_an_address():
    told = judge("HTTPS://Münster.example.test/a b?c=d#e", SERVER)
    assert told == FileAddress(
        "https://xn--mnster-3ya.example.test:443/a b?c=d",
        "xn--mnster-3ya.example.test",
        443,
        own=False,
        trusted=False,
    )
    assert told.where == "xn--mnster-3ya.example.test"
    own = judge("//chat.example.org/v1/uploads/x", SERVER)
    assert (own.own, own.trusted) == (True, True)
    assert judge(f"https://[{OTHER_PUBLIC}]:444/", SERVER).where == f"[{OTHER_PUBLIC}]:444"
