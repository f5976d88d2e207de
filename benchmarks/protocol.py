"""How long a frame takes to read and to write, beside `json` of the standard library.

`python benchmarks/protocol.py` prints a table. Each figure is CPU time of this thread an envelope;
the ratio is taken within each round, in which both run on the same frames one after the other, so
that a busy machine slows both. `json` gives a dict and checks nothing; the codec gives checked
models, the operation's id, and the line as it came.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import thread_time_ns
from typing import Any

from wschat_tui.protocol.codec import Received, decode_events, encode

ID = "01JNWXK4Y7Q2M8R5T0V3Z6B9CD"
USER = "5b0c9d3e-8f7a-4b6c-9d2e-1f0a3b4c5d6e"
SCOPE = "network:7f1d2c3b-0a4e-4f5d-9c8b-1a2b3c4d5e6f"
AT = "2026-03-01T09:30:00.123456Z"
MESSAGE = {
    "id": ID,
    "scope": SCOPE,
    "user_id": USER,
    "body": "The build is green again; I moved the retry into the pacer and wrote a test for the "
    "burst. Could you look at the second commit when you have a minute?",
    "created_at": AT,
    "parent_id": ID,
}
FILE = {
    "url": "https://files.example.test/b.png",
    "name": "b.png",
    "size": 48213,
    "content_type": "image/png",
}
SDP = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\n" + "a=rtpmap:111 opus/48000/2\r\n" * 75

CHAT_MESSAGE: dict[str, Any] = {"type": "chat.message", "data": MESSAGE}
MIX: tuple[dict[str, Any], ...] = (
    CHAT_MESSAGE,
    {"type": "presence.pong", "op_id": ID, "data": {"timestamp": AT}},
    {"type": "chat.typing.user", "data": {"scope": SCOPE, "user_id": USER, "typing": True}},
    {"type": "presence.update", "data": {"user_id": USER, "status": "away"}},
    {
        "type": "chat.reaction.update",
        "data": {"message_id": ID, "user_id": USER, "reaction": "👍", "action": "add"},
    },
    {
        "type": "ack",
        "op_id": ID,
        "data": {"op_id": ID, "data": {"message_id": ID, "status": "sent"}},
    },
    {"type": "chat.read.update", "data": {"message_id": ID, "user_id": USER, "room": SCOPE}},
    {
        "type": "chat.edited",
        "data": {**MESSAGE, "edited_at": AT, "attachments": [FILE["url"], FILE]},
    },
    {
        "type": "call.offer",
        "data": {"from_user": USER, "call_type": "video", "sdp": {"type": "offer", "sdp": SDP}},
    },
    {
        "type": "call.ice",
        "data": {
            "from_user": USER,
            "candidate": {
                "candidate": "candidate:842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx",
                "sdpMid": "0",
                "sdpMLineIndex": 0,
            },
        },
    },
)
BATCH = 20


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; times in microseconds of CPU an envelope."""

    what: str
    size: float
    ours: float
    json: float
    ratio: float


def line_of(document: dict[str, Any]) -> bytes:
    """One envelope as a server sends it."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def loads_each(frame: bytes) -> list[Any]:
    """Read a batch as `json` alone would have to."""
    return [json.loads(line) for line in frame.split(b"\n")]


def dumps(document: dict[str, Any]) -> str:
    """Write as the codec does: without spaces, and not in ASCII alone."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def write(item: Received) -> str:
    """Write what was read."""
    return encode(item.payload, item.op_id)  # type: ignore[arg-type]


def took(work: Callable[[Any], object], items: Sequence[Any], turns: int) -> int:
    """Nanoseconds of this thread's CPU time for all items, so many times."""
    start = thread_time_ns()
    for _ in range(turns):
        for item in items:
            work(item)
    return thread_time_ns() - start


def compare(
    what: str,
    size: float,
    ours: tuple[Callable[[Any], object], Sequence[Any]],
    theirs: tuple[Callable[[Any], object], Sequence[Any]],
    envelopes: int,
    rounds: int,
) -> Row:
    """Run both by turns, each on its own items."""
    turns = max(1, 2_000 // envelopes)
    pairs = [(took(*ours, turns), took(*theirs, turns)) for _ in range(rounds)]
    scale = 1_000 * turns * envelopes
    return Row(
        what,
        size,
        min(mine for mine, _ in pairs) / scale,
        min(its for _, its in pairs) / scale,
        median(mine / its for mine, its in pairs),
    )


def measure(rounds: int = 30) -> list[Row]:
    """Run everything; more rounds, steadier figures."""
    rows = []
    for name, documents in (("10-frame mix", MIX), ("chat.message", (CHAT_MESSAGE,))):
        lines = [line_of(document) for document in documents]
        size, count = sum(map(len, lines)) / len(lines), len(lines)
        read = [decode_events(line)[0] for line in lines]
        ours, theirs = (decode_events, lines), (json.loads, lines)
        rows.append(compare(f"read {name}", size, ours, theirs, count, rounds))
        ours, theirs = (write, read), (dumps, documents)
        rows.append(compare(f"write {name}", size, ours, theirs, count, rounds))
    batch = [b"\n".join([line_of(CHAT_MESSAGE)] * BATCH)]
    size = len(line_of(CHAT_MESSAGE))
    ours, theirs = (decode_events, batch), (loads_each, batch)
    rows.append(compare(f"read {BATCH} x chat.message", size, ours, theirs, BATCH, rounds))
    return sorted(rows, key=lambda row: row.what)


def table(rows: list[Row]) -> str:
    """The rows, to read."""
    lines = [f"{'':28}{'bytes':>7}{'wschat':>9}{'json':>8}{'ratio':>8}"]
    lines += [
        f"{row.what:28}{row.size:7.0f}{row.ours:7.2f}µs{row.json:6.2f}µs{row.ratio:8.2f}"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30, help="rounds of about 10 ms (30)")
    print(table(measure(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
