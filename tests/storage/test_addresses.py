import pytest

from wschat_tui.storage.addresses import origin_of, proxy_choice, server_url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("ws://localhost:8765", "ws://localhost:8765/v1/ws"),
        ("wss://chat.example.test/", "wss://chat.example.test/v1/ws"),
        ("WSS://Chat.Example.test/other", "wss://chat.example.test/other"),
        ("wss://chat.example.test/x?room=1", "wss://chat.example.test/x?room=1"),
        ("ws://[::1]:80", "ws://[::1]:80/v1/ws"),
    ],
)
def test_a_server_address_is_made_whole(text, url):
    assert server_url(text) == url
    assert server_url(url) == url


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("http://x", "must begin with ws:// or wss://"),
        ("chat.example.test", "must begin with ws:// or wss://"),
        ("", "must begin with ws:// or wss://"),
        ("ws://", "must name a host, as in wss://chat.example.test"),
        ("ws://..", "must name a host, as in wss://chat.example.test"),
        ("ws://x:0", "must have a port between 1 and 65535, or none"),
        ("ws://x:99999", "must have a port between 1 and 65535, or none"),
        ("ws://x:port", "must have a port between 1 and 65535, or none"),
        ("ws://[::1", "is not an address; it looks like wss://chat.example.test"),
        ("ws://a b", "must not contain spaces or control characters"),
        ("ws://a\x1b", "must not contain spaces or control characters"),
        (
            "ws://alice:canary@x",
            "must hold no user name or password; `wschat login` keeps the token in the keyring",
        ),
        (
            "ws://x/?access_token=canary",
            "must hold no token; `wschat login` keeps it in the keyring",
        ),
    ],
)
def test_a_wrong_server_address_is_named_and_never_quoted(text, sentence):
    with pytest.raises(ValueError) as caught:
        server_url(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("ws://LocalHost/v1/ws", "ws://localhost:80"),
        ("wss://chat.example.test/v1/ws", "wss://chat.example.test:443"),
        ("wss://chat.example.test:8443/v1/ws?x=1", "wss://chat.example.test:8443"),
        ("ws://[::1]:9/v1/ws", "ws://[::1]:9"),
        ("wss://bücher.example", "wss://xn--bcher-kva.example:443"),
    ],
)
def test_the_origin_has_scheme_host_and_port(url, origin):
    assert origin_of(url) == origin
    assert origin_of(origin) == origin


@pytest.mark.parametrize(
    "text", ["none", "env", "http://proxy.test:3128", "socks5h://127.0.0.1:1080"]
)
def test_proxies_that_are_taken(text):
    assert proxy_choice(text) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("yes", 'must be "none", "env" or a proxy such as http://proxy.example.test:3128'),
        ("ftp://x", 'must be "none", "env" or a proxy such as http://proxy.example.test:3128'),
        ("http://", "must name a host, as in wss://chat.example.test"),
        ("http://x:0", "must have a port between 1 and 65535, or none"),
        ("http://[x", "is not an address; it looks like wss://chat.example.test"),
        (
            "http://me:canary@x",
            'must hold no user name or password; write "env" and set HTTPS_PROXY instead',
        ),
    ],
)
def test_proxies_that_are_refused(text, sentence):
    with pytest.raises(ValueError) as caught:
        proxy_choice(text)
    assert str(caught.value) == sentence
