"""Servers that answer with what the test gives them, and certificates that nobody vouches for."""

import datetime as dt
import json
import re
import socket
import socketserver
import ssl
import threading
from contextlib import ExitStack, suppress
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Response
from websockets.sync.server import serve


@pytest.fixture
def raw_server():
    """A server that answers every connection with these bytes, or the next of them, and hangs up.

    Answers host:port.
    """
    with ExitStack() as stack:

        def start(answer):
            class Handler(socketserver.BaseRequestHandler):
                def handle(self):
                    asked = self.request.recv(65536)
                    length = re.search(rb"(?i)content-length: (\d+)", asked)
                    rest = int(length[1]) if length else 0
                    rest -= len(asked.partition(b"\r\n\r\n")[2])
                    while rest > 0 and (more := self.request.recv(65536)):
                        rest -= len(more)
                    one = answer if isinstance(answer, bytes) else next(answer)
                    self.request.sendall(one)

            server = stack.enter_context(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler))
            thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="raw server")
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            return f"127.0.0.1:{server.server_address[1]}"

        yield start


@pytest.fixture
def closed_port():
    """A port of this machine that refuses for as long as the test lasts."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def self_signed(tmp_path):
    """A server's TLS context whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    chain = tmp_path / "server.pem"
    chain.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context


class Puppet:
    """A server that says what the test says, when the test says it."""

    def __init__(self):
        self.url = ""
        self.refuses = None
        """The body of the answer to whoever connects next, where that is to be refused."""
        self.pages = {}
        """Path of the HTTP side → status and document, or an image; nothing else is there."""
        self.fails = None
        """What is said against whatever is sent from now on."""
        self.message_id = ""
        """What it calls a message that was sent, where it calls it anything."""
        self.callers = {}
        """Token → who that is, of those whose calls are passed on to all others."""
        self.dialect = "standard"
        self.heard = []
        """Connections, and the types of what was said on them."""
        self._came = threading.Condition()
        self._connections = []

    def answer(self, connection, request):
        path = request.path.partition("?")[0]
        if path != "/v1/ws":
            status, document = self.pages.get(path, (404, {}))
        elif self.refuses is None:
            return None
        else:
            status, document, self.refuses = 403, self.refuses, None
        image = isinstance(document, bytes)
        body = document if image else json.dumps(document).encode()
        kind = "image/png" if image else "application/json"
        headers = {"Content-Type": kind, "Content-Length": str(len(body))}
        return Response(status, "Said", Headers(headers), body)

    def converse(self, connection):
        with self._came:
            self._connections.append(connection)
            self._came.notify_all()
        with suppress(ConnectionClosed):
            self._answer_all(connection)

    def _answer_all(self, connection):
        for asked in connection:
            envelope = json.loads(asked)
            said = envelope.get("data", {})
            with self._came:
                self.heard.append((connection, envelope["type"]))
                self._came.notify_all()
            op_id = envelope.get("op_id")
            if self.fails is not None and envelope["type"] == "chat.send":
                error = {"code": "ERR_HANDLER_FAILED", "message": self.fails}
                connection.send(json.dumps({"type": "error", "op_id": op_id, "data": error}))
                continue
            if envelope["type"].startswith("call."):
                self._pass_on(connection, envelope)
                continue
            data = {"room": said.get("room", ""), "status": "joined"}
            if self.message_id and envelope["type"] == "chat.send":
                data = {"message_id": self.message_id}
            connection.send(json.dumps({"type": "ack", "op_id": op_id, "data": data}))

    def _pass_on(self, connection, envelope):
        caller = self.callers.get(connection.request.headers["Authorization"])
        data = {"from_user": caller, **envelope["data"]}
        for other in self._connections if caller else ():
            # Whoever has gone hears nothing, and the others go on.
            with suppress(ConnectionClosed):
                if other is not connection:
                    other.send(json.dumps({"type": envelope["type"], "data": data}))

    def connected(self, number=1):
        """Wait until so many connections came."""
        with self._came:
            assert self._came.wait_for(lambda: len(self._connections) >= number, 20)

    def said_by(self, number, kind):
        """Wait until the connection of this number has said something of this type; it is returned."""
        self.connected(number)
        one = self._connections[number - 1]
        with self._came:
            assert self._came.wait_for(lambda: (one, kind) in self.heard, 20)
        return one

    def tell(self, *frames):
        """Send these to whoever came last."""
        for frame in frames:
            self._connections[-1].send(frame)

    def hang_up(self, code, reason):
        """End the newest connection, with these words."""
        self._connections[-1].close(code, reason)


@pytest.fixture
def puppet():
    """A server in the test's own hand."""
    one = Puppet()
    server = serve(one.converse, "127.0.0.1", 0, process_request=one.answer, max_size=None)
    thread = threading.Thread(target=server.serve_forever, name="puppet")
    thread.start()
    one.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/v1/ws"
    yield one
    server.shutdown()
    thread.join()


@pytest.fixture
def strange_server():
    """A WebSocket server that sends these frames to whoever connects, and acks what it is asked.

    Answers its URL. Keywords go to the library, such as `ssl`.
    """
    with ExitStack() as stack:

        def start(*frames, **options):
            def converse(connection):
                for frame in frames:
                    connection.send(frame)
                for asked in connection:
                    envelope = json.loads(asked)
                    room = envelope.get("data", {}).get("room", "")
                    data = {"room": room, "status": "joined"}
                    answer = {"type": "ack", "op_id": envelope.get("op_id"), "data": data}
                    connection.send(json.dumps(answer))

            server = stack.enter_context(serve(converse, "127.0.0.1", 0, **options))
            thread = threading.Thread(target=server.serve_forever, name="strange server")
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            scheme = "wss" if "ssl" in options else "ws"
            return f"{scheme}://127.0.0.1:{server.socket.getsockname()[1]}/v1/ws"

        yield start
