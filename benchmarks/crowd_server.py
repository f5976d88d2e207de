"""A server in which a crowd speaks all at once, when told to.

`python -m benchmarks.crowd_server COUNT BATCH` speaks the chat protocol, with BATCH `irc` IRC. It
prints `ready URL`, and sends everything for each line that it reads from stdin.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import TYPE_CHECKING

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from benchmarks.crowd import frames, irc_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

WRITTEN_AT_ONCE = 500
"""IRC lines in one write."""


async def _chat(count: int, batch: int) -> None:
    loud = frames(count, batch)
    present: set[ServerConnection] = set()

    async def converse(connection: ServerConnection) -> None:
        present.add(connection)
        # Who is measured is ended without a word.
        with contextlib.suppress(ConnectionClosed):
            async for asked in connection:
                envelope = json.loads(asked)
                op_id, room = envelope.get("op_id"), envelope.get("data", {}).get("room")
                answer = {"type": "ack", "op_id": op_id, "data": {"room": room, "status": "joined"}}
                await connection.send(json.dumps(answer))
        present.discard(connection)

    async def speak() -> None:
        for connection in tuple(present):
            for frame in loud:
                await connection.send(frame)

    async with serve(converse, "127.0.0.1", 0, compression=None, max_size=None) as server:
        port = server.sockets[0].getsockname()[1]
        await _obey(f"ws://127.0.0.1:{port}/v1/ws", speak)


async def _irc(count: int) -> None:
    loud = [line.encode() for line in irc_lines(count)]
    present: set[asyncio.StreamWriter] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async for line in reader:
            word, _, rest = line.decode().strip().partition(" ")
            if word == "USER":
                writer.write(b":crowd 001 me :Welcome\r\n:me!me@crowd JOIN #crowd\r\n")
                present.add(writer)
            elif word == "PING":
                writer.write(f":crowd PONG crowd {rest}\r\n".encode())

    async def speak() -> None:
        for writer in tuple(present):
            for at in range(0, count, WRITTEN_AT_ONCE):
                writer.write(b"".join(loud[at : at + WRITTEN_AT_ONCE]))
                await writer.drain()

    server = await asyncio.start_server(converse, "127.0.0.1", 0)
    async with server:
        await _obey(f"127.0.0.1/{server.sockets[0].getsockname()[1]}", speak)


async def _obey(where: str, speak: Callable[[], Coroutine[None, None, None]]) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    print(f"ready {where}", flush=True)
    async for _ in reader:
        await speak()


def main() -> None:
    """Serve until stdin ends."""
    count, batch = sys.argv[1:]
    asyncio.run(_irc(int(count)) if batch == "irc" else _chat(int(count), int(batch)))


if __name__ == "__main__":
    main()
