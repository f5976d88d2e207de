"""Servers that send what they should not: nothing of it raises, floods or exhausts (S9-S13, F10, F13)."""

import asyncio
import resource
import zlib
from dataclasses import replace

import pytest

from wschat_tui.link.news import Frames, Lost, Opened, Stopped
from wschat_tui.protocol.events import ChatTypingUser, MalformedMessage

TYPING = '{"type":"chat.typing.user","data":{"scope":"host","user_id":"bob","typing":true}}'


def raw_frames(*parts):
    """Write bytes on the wire that no library would, and keep the connection."""

    async def handler(channel, seen):
        for part in parts:
            channel.transport.write(part)
        await channel.wait_closed()

    return handler


def framed(opcode, payload, *, fin=True, rsv=0):
    size = len(payload)
    if size < 126:
        length = bytes([size])
    elif size < 65536:
        length = b"\x7e" + size.to_bytes(2)
    else:
        length = b"\x7f" + size.to_bytes(8)
    return bytes([(0x80 if fin else 0) | rsv | opcode]) + length + payload


GARBAGE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b"{}",
    b'{"type":5}',
    b'{"type":"chat.message"}',
    b'{"type":"chat.message","data":{"id":1}}',
    b'{"type":"ack","op_id":{}}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"9" * 10_000,
    b'{"type":"x","data":NaN}',
    b'{"type":"chat.message","data":{"body":"\\ud800"}}',
    b"\xff\xfe\x00\x80" * 50,
    "\u2028\u0085\x1b]52;c;x\x07".encode(),
    b"\n" * 5_000,
    b"GET / HTTP/1.1\r\n\r\n",
]


async def test_garbage_is_counted_and_the_connection_goes_on(watch, chat_server):
    """F13, F14: as text and as binary, around lines that are good."""

    async def spill(channel, seen):
        for text in GARBAGE:
            await channel.send(text)
            await channel.send(text, text=True) if text.isascii() else None
        await channel.send(TYPING)
        await channel.wait_closed()

    link = watch((await chat_server(spill)).url)
    await link.until(
        lambda: link.received and isinstance(link.received[-1].payload, ChatTypingUser)
    )
    assert link.all(Lost) == []
    malformed = [item for item in link.received if isinstance(item.payload, MalformedMessage)]
    assert len(malformed) > len(GARBAGE)


@pytest.mark.parametrize("at", range(5))
async def test_a_bad_line_in_a_batch_costs_that_line_alone(watch, chat_server, at):
    """F14: one of five lines of a frame is none; the four are heard in their order."""
    lines = [TYPING.replace("bob", f"user-{number}") for number in range(5)]
    lines[at] = '{"type":"chat.typing.user","data":'

    async def batch(channel, seen):
        await channel.send("\n".join(lines))
        await channel.wait_closed()

    link = watch((await chat_server(batch)).url)
    await link.until(lambda: len(link.received) == 5)
    assert isinstance(link.received[at].payload, MalformedMessage)
    users = [getattr(item.payload, "user_id", None) for item in link.received]
    assert users == [None if number == at else f"user-{number}" for number in range(5)]
    assert link.all(Lost) == []


async def test_text_frame_that_is_no_utf8_is_counted_too(watch, chat_server):
    """F13: the line is counted, the next one read."""
    link = watch(
        (await chat_server(raw_frames(framed(1, b"\xff\xfe"), framed(1, TYPING.encode())))).url
    )
    await link.until(lambda: len(link.received) == 2)
    assert isinstance(link.received[0].payload, MalformedMessage)
    assert link.all(Lost) == []


@pytest.mark.parametrize(
    "wire",
    [
        framed(3, b""),
        framed(11, b""),
        framed(1, b"x", rsv=0x40) + framed(1, b"x", rsv=0x20),
        framed(0, b"lonely"),
        framed(9, b"x" * 126),
        framed(8, b"\x03"),
        b"\x81\x85masked!!!",
    ],
    ids=[
        "opcode 3",
        "opcode 11",
        "reserved bit",
        "continuation",
        "long ping",
        "short close",
        "mask",
    ],
)
async def test_what_breaks_the_protocol_ends_in_a_sentence(watch, chat_server, wire):
    """F13: 1002 or 1007, and not tried again for ever."""
    link = watch((await chat_server(raw_frames(wire), compression=None)).url)
    await link.until(lambda: link.all(Stopped) or link.all(Lost))
    news = (link.all(Stopped) or link.all(Lost))[0]
    assert news.code in {1002, 1007}
    assert "broke the rules" in news.sentence or "UTF-8" in news.sentence


async def test_frame_over_the_limit_is_refused_and_the_link_backs_off(watch, chat_server):
    """F10: 8 MiB and one byte; each wait is longer than the one before."""

    async def huge(channel, seen):
        await channel.send("x" * (8 * 1024 * 1024 + 1))
        await channel.wait_closed()

    server = await chat_server(huge, compression=None)
    link = watch(server.url)
    await link.get(Lost, 2)
    lost = link.all(Lost)
    assert [news.code for news in lost[:2]] == [1009, 1009]
    assert "more in one piece" in lost[0].sentence
    assert lost[0].poison is None
    assert lost[1].retry_in > lost[0].retry_in
    assert link.all(Frames) == []


async def test_frame_at_the_limit_is_read(watch, chat_server):
    async def large(channel, seen):
        line = TYPING + " " * (1024 * 1024 - len(TYPING) - 1) + "\n"
        await channel.send(line * 8)
        await channel.wait_closed()

    link = watch((await chat_server(large)).url)
    await link.until(lambda: len(link.received) == 8)
    assert link.all(Lost) == []


async def test_deflate_bomb_is_defused(watch, chat_server):
    """300 MiB of zeros in 300 KiB: the limit holds for what comes out (S11)."""
    squeeze = zlib.compressobj(wbits=-15)
    block = bytes(1024 * 1024)
    bomb = b"".join(squeeze.compress(block) for _ in range(300)) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    link = watch((await chat_server(raw_frames(framed(1, bomb[:-4], rsv=0x40)))).url)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lost = await link.get(Lost)
    assert lost.code == 1009
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before <= 16 * 1024


async def test_fragment_flood_is_cut_off(watch, chat_server):
    """S12."""
    wire = framed(1, b"x", fin=False) + framed(0, b"x", fin=False) * 5000
    link = watch((await chat_server(raw_frames(wire))).url)
    assert (await link.get(Lost)).code == 1009


async def test_half_a_frame_is_noticed_by_the_keepalive(watch, chat_server, quick):
    """S12."""
    timers = replace(quick, ping_interval=0.1, ping_timeout=0.1, close_timeout=0.05)
    link = watch(
        (await chat_server(raw_frames(framed(1, b"x" * 100_000)[:50_000]))).url, timers=timers
    )
    assert (await link.get(Lost)).code == 1011


async def test_a_frame_of_empty_lines_keeps_nobody_waiting(watch, chat_server):
    async def lines(channel, seen):
        await channel.send("\n" * 100_000 + TYPING)
        await channel.wait_closed()

    link = watch((await chat_server(lines)).url)
    await link.get(Opened)
    turns = 0
    while not link.received:
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10
    assert len(link.received) == 1


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 " + b"9" * 100_000,
        b"HTTP/1.1 101 X\r\n" + b"A: " + b"b" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"\x00" * 1000,
        b"HTTP/1.1 403 X\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 1000,
        b"HTTP/1.1 403 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=[
        "long status",
        "long header",
        "many headers",
        "version",
        "zeros",
        "long body",
        "bad chunk",
    ],
)
async def test_an_odd_answer_to_the_upgrade_ends_in_a_sentence(watch, raw_server, wire):
    async def answer(reader, writer, seen):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(wire)
        await writer.drain()
        writer.write_eof()
        await reader.read()

    link = watch((await raw_server(answer)).url)
    await link.until(lambda: link.all(Stopped) or link.all(Lost))
    news = (link.all(Stopped) or link.all(Lost))[0]
    assert news.sentence.isprintable()
    assert link.all(Opened) == []
