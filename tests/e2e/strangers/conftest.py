"""Servers that answer with what the test gives them, and certificates that nobody vouches for."""

import datetime as dt
import json
import re
import socket
import socketserver
import ssl
import threading
from contextlib import ExitStack
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.sync.server import serve


@pytest.fixture
def raw_server():
    """A server that answers every connection with these bytes, and hangs up. Answers host:port."""
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
                    self.request.sendall(answer)

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
