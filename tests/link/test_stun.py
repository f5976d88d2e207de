"""Asking a STUN server whether it is there, over UDP, TCP and TLS."""

import asyncio
import socket
import struct

import pytest

from wschat_tui.link.stun import Server, server_of, silence_of


def answer(request, kind=0x0101):
    """A Binding success response with the request's own transaction id."""
    return struct.pack("!HHI", kind, 0, 0x2112A442) + request[8:20]


class Udp(asyncio.DatagramProtocol):
    """Answers as it is told, from a given request on."""

    def __init__(self, reply, deaf):
        self.reply, self.deaf = reply, deaf
        self.heard = []

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.heard.append(data)
        if len(self.heard) > self.deaf:
            self.transport.sendto(self.reply(data), addr)


@pytest.fixture
async def udp():
    started = []

    async def start(reply=answer, deaf=0):
        loop = asyncio.get_running_loop()
        transport, protocol = await loop.create_datagram_endpoint(
            lambda: Udp(reply, deaf), local_addr=("127.0.0.1", 0)
        )
        started.append(transport)
        return transport.get_extra_info("sockname")[1], protocol

    yield start
    for transport in started:
        transport.close()


@pytest.fixture
async def tcp():
    started = []

    async def start(reply):
        async def serve(reader, writer):
            writer.write(reply(await reader.readexactly(20)))
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        started.append(server)
        return server.sockets[0].getsockname()[1]

    yield start
    for server in started:
        server.close()
        await server.wait_closed()


@pytest.fixture
def nobody():
    """A port that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("stun:a.test", Server("a.test", 3478, "udp")),
        ("turn:a.test:99", Server("a.test", 99, "udp")),
        ("turn:a.test?transport=tcp", Server("a.test", 3478, "tcp")),
        ("turns:a.test", Server("a.test", 5349, "tls")),
        ("http://a.test", None),
    ],
)
def test_addresses(url, server):
    assert server_of(url) == server


async def test_a_server_that_answers_is_there(udp):
    port, server = await udp()
    assert await silence_of(f"stun:127.0.0.1:{port}") == ""
    assert len(server.heard[0]) == 20


async def test_a_lost_packet_is_asked_again(udp):
    port, server = await udp(deaf=1)
    assert await silence_of(f"turn:127.0.0.1:{port}", 0.6) == ""
    assert len(server.heard) == 2


async def test_who_does_not_answer_is_silent(udp):
    port, _ = await udp(deaf=99)
    assert await silence_of(f"stun:127.0.0.1:{port}", 0.1) == "it did not answer in 0.1 s"


async def test_where_nobody_listens_it_is_said(nobody):
    assert "cannot be reached" in await silence_of(f"stun:127.0.0.1:{nobody}", 5)
    assert "cannot be reached" in await silence_of(f"turn:127.0.0.1:{nobody}?transport=tcp", 5)


@pytest.mark.parametrize(
    "reply", [lambda _: b"hello", lambda data: answer(data, 0x0111), lambda _: answer(b"x" * 20)]
)
async def test_another_service_is_no_stun_server(udp, reply):
    port, _ = await udp(reply)
    assert await silence_of(f"stun:127.0.0.1:{port}", 5) == "what answers there is no STUN server"


async def test_over_tcp(tcp):
    assert await silence_of(f"turn:127.0.0.1:{await tcp(answer)}?transport=tcp") == ""
    other = await tcp(lambda _: b"220 mail")
    assert "no STUN server" in await silence_of(f"turn:127.0.0.1:{other}?transport=tcp")


async def test_a_relay_by_tls_must_show_its_certificate(tcp):
    port = await tcp(answer)
    assert "cannot be reached" in await silence_of(f"turns:127.0.0.1:{port}", 5)


async def test_what_is_no_address_is_not_asked():
    assert "no address" in await silence_of("mailto:x")
