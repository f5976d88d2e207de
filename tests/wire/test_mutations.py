"""Golden frames spoiled in 200,000 ways: reading raises nothing, and every line is accounted for."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from wschat_tui.protocol.codec import decode_events, decode_requests, encode
from wschat_tui.protocol.dialects import DIALECTS
from wschat_tui.protocol.events import EVENTS, MalformedMessage, UnknownMessage
from wschat_tui.protocol.requests import REQUESTS

MUTATIONS = 200_000
SEED = 20_260_301

HERE = Path(__file__).parent
DIRECTIONS = {
    "requests": (decode_requests, frozenset(REQUESTS.values())),
    "events": (decode_events, frozenset(EVENTS.values())),
}
TYPES = [kind.encode() for kind in {**REQUESTS, **EVENTS}]

# What parsers choke on, each cut into the middle of something that was well.
TOKENS = tuple(
    b'NaN|-Infinity|1e999|-1e-999|0.1e1|01|1.|null|true|false|{}|[]|]|}|,|:|/* */|\'|""|"|\\'.split(
        b"|"
    )
    + rb'\ud800|\udc00\ud800|\u0000|\x|"type":"ack",|"op_id":5,|"op_id":null,|"data":null,'.split(
        b"|"
    )
    + rb'"error":{"code":"x"},|"signal":{"reason":[]},|"id":{},|"updated_at":"t",'.split(b"|")
    + b"\xed\xa0\x80|\xff|\xc3|\xe2\x80\xa8|\xc2\x85|\xef\xbb\xbf|\x0b|\x0c|\x00|\r|\n|\n\n".split(
        b"|"
    )
)
BOMBS = (b"9" * 5000, b"[" * 300, b'{"a":' * 300, b"[" * 150 + b"]" * 150, b"}" * 300)
VALUES = (
    b"null",
    b"true",
    b"0",
    b"-1",
    b"1e999",
    b"[]",
    b"{}",
    b'""',
    b'"x"',
    b'["a"]',
    b'{"type":"offer"}',
)


def flip(frame: bytearray, chance: Random, _: list[bytes]) -> None:
    frame[chance.randrange(len(frame))] ^= 1 << chance.randrange(8)


def overwrite(frame: bytearray, chance: Random, _: list[bytes]) -> None:
    frame[chance.randrange(len(frame))] = chance.randrange(256)


def delete(frame: bytearray, chance: Random, _: list[bytes]) -> None:
    start = chance.randrange(len(frame))
    del frame[start : start + chance.randrange(1, 16)]


def insert(frame: bytearray, chance: Random, _: list[bytes]) -> None:
    start = chance.randrange(len(frame))
    frame[start:start] = chance.randbytes(chance.randrange(1, 5))


def cut_in(frame: bytearray, chance: Random, _: list[bytes]) -> None:
    start = chance.randrange(len(frame))
    frame[start:start] = chance.choice(BOMBS if chance.random() < 0.1 else TOKENS)


def truncate(frame: bytearray, chance: Random, _: list[bytes]) -> None:
    del frame[chance.randrange(len(frame)) :]


def repeat(frame: bytearray, chance: Random, _: list[bytes]) -> None:
    start = chance.randrange(len(frame))
    frame[start:start] = frame[start : start + chance.randrange(1, 40)]


def splice(frame: bytearray, chance: Random, seeds: list[bytes]) -> None:
    other = chance.choice(seeds)
    frame[chance.randrange(len(frame)) :] = other[chance.randrange(len(other)) :]


def join(frame: bytearray, chance: Random, seeds: list[bytes]) -> None:
    frame += b"\n" + chance.choice(seeds)


def swap_type(frame: bytearray, chance: Random, _: list[bytes]) -> None:
    start = frame.find(b'"type": "')
    if start >= 0:
        frame[start + 9 : frame.find(b'"', start + 9)] = chance.choice(TYPES)


def swap_value(frame: bytearray, chance: Random, _: list[bytes]) -> None:
    """Put another JSON value in place of a short one: still JSON, mostly, and mostly wrong."""
    start = frame.find(b": ", chance.randrange(len(frame)))
    ends = [end for end in (frame.find(b", ", start), frame.find(b"}", start)) if end > start >= 0]
    if ends:
        frame[start + 2 : min(ends)] = chance.choice(VALUES)


Mutation = Callable[[bytearray, Random, list[bytes]], None]
BYTES: tuple[Mutation, ...] = (flip, overwrite, delete, insert, cut_in, truncate, repeat, splice)
SHAPES: tuple[Mutation, ...] = (join, swap_type, swap_value, swap_value)


def golden(folder: str) -> list[bytes]:
    entries = [
        entry
        for path in sorted((HERE / folder).glob("*.json"))
        for entry in json.loads(path.read_text("utf-8"))["frames"]
    ]
    texts = [entry["text"] if "text" in entry else json.dumps(entry["frame"]) for entry in entries]
    return [text.encode() for text in texts]


def spoiled(seeds: list[bytes], chance: Random) -> bytes:
    frame = bytearray(chance.choice(seeds))
    for _ in range(chance.randrange(1, 4)):
        if frame:
            chance.choice(chance.choice((BYTES, SHAPES)))(frame, chance, seeds)
    return bytes(frame)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_spoiled_frames_raise_nothing_and_every_line_is_read_unknown_or_malformed(direction):
    decode, models = DIRECTIONS[direction]
    seeds, chance = golden(direction), Random(f"{SEED}-{direction}")
    found: Counter[str] = Counter()
    lines = 0
    for _ in range(MUTATIONS // len(DIRECTIONS)):
        frame = spoiled(seeds, chance)
        items = decode(frame)
        lines += sum(1 for line in frame.split(b"\n") if line.strip())
        for item in items:
            found[kind_of(item.payload, models)] += 1
            assert item.op_id is None or 0 < len(item.op_id) <= 256
    assert found["read"] + found["unknown"] + found["malformed"] == lines == found.total()
    # The spoiling is neither so mild nor so wild that one outcome hides the others.
    assert min(found["read"], found["malformed"]) > lines // 5
    assert found["unknown"] > lines // 50


def kind_of(payload: object, models: frozenset[type]) -> str:
    if isinstance(payload, MalformedMessage):
        assert payload.errors
        assert all(isinstance(error, str) and error for error in payload.errors)
        return "malformed"
    if isinstance(payload, UnknownMessage):
        return "unknown"
    assert type(payload) in models
    return "read"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_what_is_read_from_a_spoiled_frame_can_be_written_and_read_again(direction):
    decode, models = DIRECTIONS[direction]
    seeds, chance = golden(direction), Random(f"{SEED}-{direction}-again")
    written = 0
    for _ in range(30_000):
        for item in decode(spoiled(seeds, chance)):
            if type(item.payload) in models:
                written += 1
                for dialect in DIALECTS.values():
                    (again,) = decode(encode(item.payload, item.op_id, dialect))
                    assert type(again.payload) is type(item.payload)
                    if dialect.name == "standard":
                        assert again.op_id == item.op_id
                        assert said(again.payload) == said(item.payload)
    assert written > 6_000


def said(payload: Any) -> dict[str, Any]:
    """What the fields hold; of a key that came under two names, the one not read need not survive."""
    return {name: getattr(payload, name) for name in type(payload).model_fields}
