"""What people type as a server."""

import pytest

from wschat_tui.link.address import Address, Nonsense, is_loopback, parse


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("localhost:8765", "ws://localhost:8765/v1/ws"),
        ("LOCALHOST", "ws://localhost/v1/ws"),
        ("127.0.0.1:8765", "ws://127.0.0.1:8765/v1/ws"),
        ("[::1]:8765", "ws://[::1]:8765/v1/ws"),
        ("::1", "ws://[::1]/v1/ws"),
        ("2001:db8::1", "wss://[2001:db8::1]/v1/ws"),
        ("//example.org", "wss://example.org/v1/ws"),
        ("  example.org\n", "wss://example.org/v1/ws"),
        ("example.org", "wss://example.org/v1/ws"),
        ("example.org/", "wss://example.org/v1/ws"),
        ("example.org:9000/chat", "wss://example.org:9000/chat"),
        ("Example.ORG/Chat?room=A", "wss://example.org/Chat?room=A"),
        ("ws://example.org", "ws://example.org/v1/ws"),
        ("WSS://example.org/x", "wss://example.org/x"),
        ("http://example.org:8080", "ws://example.org:8080/v1/ws"),
        ("https://example.org/#top", "wss://example.org/v1/ws"),
        ("https://localhost", "wss://localhost/v1/ws"),
        ("bücher.example", "wss://xn--bcher-kva.example/v1/ws"),
        ("my_host.local:1", "wss://my_host.local:1/v1/ws"),
        ("example.org.", "wss://example.org./v1/ws"),
    ],
)
def test_read(typed, url):
    made = parse(typed)
    assert isinstance(made, Address), made
    assert made.url == url
    assert parse(url) == made


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("", "No server was given"),
        (" \t", "No server was given"),
        ("exa mple.org", "no spaces"),
        ("example.org\x1b[31m", "no spaces or control"),
        ("example\u202e.org", "no spaces or control"),
        ("ftp://example.org", "by ftp://"),
        ("file:///etc/passwd", "by file://"),
        ("alice:secret@example.org", "log in instead"),
        ("wss://alice@example.org", "log in instead"),
        ("example.org:0", "1 to 65535"),
        ("example.org:65536", "is not an address"),
        ("example.org:http", "is not an address"),
        ("wss://[::1", "is not an address"),
        ("wss://", "names no host"),
        ("wss://:8765", "names no host"),
        ("wss://[v1.x]", "names no host"),
        ("wss://-..x", "names no host"),
        ("wss://" + "x" * 70, "names no host"),
        ("wss://exa$mple", "names no host"),
        ("example.org/v1/ws?token=abc", "log in instead"),
        ("example.org/v1/ws?access_token=", "log in instead"),
    ],
)
def test_nonsense(typed, part):
    made = parse(typed)
    assert isinstance(made, Nonsense), made
    assert part in made.sentence
    assert made.sentence.isprintable()
    assert made.sentence.endswith(".")
    assert "secret" not in made.sentence
    assert "abc" not in made.sentence


def test_parts():
    made = parse("wss://Example.org/x")
    assert (made.host, made.port, made.secure, made.loopback) == ("example.org", 443, True, False)
    assert made.where == "example.org:443"
    assert made.origin == "wss://example.org:443"
    assert made.http_base == "https://example.org:443"
    local = parse("::1")
    assert (local.host, local.port, local.secure, local.loopback) == ("::1", 80, False, True)
    assert local.http_base == "http://[::1]:80"
    assert local.origin == "ws://[::1]:80"


@pytest.mark.parametrize(
    "host",
    ["localhost", "LocalHost.", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"],
)
def test_loopback(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost.example",
        "0.0.0.0",
        "127.1",
        "128.0.0.1",
        "::",
        "::ffff:10.0.0.1",
        "notlocalhost",
    ],
)
def test_not_loopback(host):
    assert not is_loopback(host)
