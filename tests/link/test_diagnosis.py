"""What the libraries raise, told as facts."""

import errno
import socket
import ssl

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import (
    ConnectionClosedError,
    InvalidHandshake,
    InvalidMessage,
    InvalidProxy,
    InvalidProxyMessage,
    InvalidProxyStatus,
    InvalidStatus,
    InvalidUpgrade,
    InvalidURI,
    NegotiationError,
)
from websockets.frames import Close
from websockets.http11 import Response

from wschat_tui.link.diagnosis import of_close, of_opening, redirect_host, retry_after
from wschat_tui.link.failure import Closed, HttpStatus, NotOpened


def answered(status, body=b"", **headers):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, "", Headers(names), body)


def chained(error, cause):
    error.__cause__ = cause
    return error


def certificate(code):
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    return error


def tls(reason):
    error = ssl.SSLError(1, "tls")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "refused"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "cut"),
        (BrokenPipeError(errno.EPIPE, "x"), "cut"),
        (OSError(errno.ECONNABORTED, "x"), "cut"),
        (ConnectionResetError("Cannot write to closing transport"), "cut"),
        (OSError(errno.ENETUNREACH, "x"), "no_route"),
        (OSError(errno.EHOSTUNREACH, "x"), "no_route"),
        (OSError(errno.EMFILE, "x"), "unreachable"),
        (OSError("odd"), "unreachable"),
        (OSError("Multiple exceptions: [Errno 111] Connect, [Errno 101] Net"), "refused"),
        (OSError("Multiple exceptions: [Errno 24] Files, [Errno 101] Net"), "no_route"),
        (TimeoutError("timed out during opening handshake"), "timeout"),
        (socket.gaierror(socket.EAI_NONAME, "x"), "no_dns"),
        (UnicodeError("label too long"), "bad_address"),
        (InvalidURI("x", "y"), "bad_address"),
        (InvalidProxy("x", "y"), "proxy_address"),
        (InvalidProxyStatus(answered(407)), "proxy_refused"),
        (InvalidProxyStatus(answered(502)), "proxy_failed"),
        (InvalidProxyMessage("x"), "proxy_failed"),
        (ImportError("python-socks"), "proxy_socks"),
        (chained(InvalidMessage("x"), EOFError()), "cut"),
        (chained(InvalidMessage("x"), ValueError()), "not_http"),
        (InvalidUpgrade("Upgrade", "h2c"), "not_websocket"),
        (NegotiationError("x"), "not_websocket"),
        (InvalidHandshake("x"), "not_websocket"),
        (certificate(10), "expired"),
        (certificate(9), "not_yet_valid"),
        (certificate(18), "self_signed"),
        (certificate(19), "unknown_ca"),
        (certificate(20), "unknown_ca"),
        (certificate(23), "revoked"),
        (certificate(62), "wrong_host"),
        (certificate(64), "wrong_host"),
        (certificate(99), "untrusted"),
        (tls("WRONG_VERSION_NUMBER"), "plain_on_tls"),
        (tls("SSLV3_ALERT_HANDSHAKE_FAILURE"), "no_tls"),
        (tls(None), "no_tls"),
        (ssl.SSLEOFError(8, "EOF"), "cut"),
        (ssl.SSLZeroReturnError(6, "closed"), "cut"),
        (RuntimeError("odd"), "unreachable"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_cause(error, cause):
    assert of_opening(error) == NotOpened(cause)


def test_tls_alert_where_http_was_expected():
    error = chained(InvalidMessage("x"), EOFError())
    assert of_opening(error, b"\x15\x03\x03\x00\x02") == NotOpened("tls_on_plain")


def test_status_with_its_headers_and_words():
    response = answered(
        503,
        b'{"code":"ERR_BUSY","message":"Come back."}',
        Retry_After="7",
        Location="https://o.example/x",
    )
    assert of_opening(InvalidStatus(response)) == HttpStatus(503, 7.0, "o.example", "Come back.")
    assert of_opening(InvalidStatus(answered(404, b"<html>"))) == HttpStatus(404)
    assert of_opening(InvalidStatus(answered(404, None))) == HttpStatus(404)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("", None),
        ("120", 120.0),
        (" 5 ", 5.0),
        ("-5", None),
        ("1e3", None),
        ("²", None),
        ("9" * 400, 999999999.0),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90.0),
        ("Thu, 01 Jan 1970 00:00:05 GMT", 0.0),
        ("Thu, 99 Foo 9999 00:00:05 GMT", None),
        ("soon", None),
    ],
)
def test_retry_after(text, seconds):
    assert retry_after(text, 10.0) == seconds


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://evil.example/x", "evil.example"),
        ("//evil.example:8443", "evil.example:8443"),
        ("https://user:pass@evil.example/", "evil.example"),
        ("/login", None),
        ("", None),
        ("https://[::1", None),
    ],
)
def test_redirect_host(location, host):
    assert redirect_host(location) == host


@pytest.mark.parametrize(
    ("rcvd", "sent", "order", "closed"),
    [
        (None, None, None, Closed(None)),
        (Close(1001, "bye"), None, None, Closed(1001, said="bye")),
        (Close(1001, "bye"), Close(1001, "bye"), True, Closed(1001, said="bye")),
        (None, Close(1011, "keepalive ping timeout"), None, Closed(1011, by_us=True)),
        (Close(1009, ""), Close(1009, "too big"), False, Closed(1009, by_us=True)),
    ],
)
def test_who_closed(rcvd, sent, order, closed):
    assert of_close(ConnectionClosedError(rcvd, sent, order)) == closed
