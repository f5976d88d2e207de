"""Every golden frame means what its entry says, and is what its dialects write. README.md explains the entries."""

import json
from pathlib import Path
from typing import Any

import pytest

from wschat_tui.protocol.codec import Received, decode_events, decode_requests, encode
from wschat_tui.protocol.dialects import DIALECTS
from wschat_tui.protocol.events import EVENTS
from wschat_tui.protocol.requests import REQUESTS

HERE = Path(__file__).parent
READERS = {"client-to-server": decode_requests, "server-to-client": decode_events}
TABLES = {"client-to-server": REQUESTS, "server-to-client": EVENTS}
FOLDERS = {"client-to-server": "requests", "server-to-client": "events"}

BOOKS: list[dict[str, Any]] = [
    json.loads(path.read_text("utf-8"))
    for folder in FOLDERS.values()
    for path in sorted((HERE / folder).glob("*.json"))
]
ENTRIES = [
    pytest.param(book, entry, id=f"{FOLDERS[book['direction']]}-{book['type']}-{entry['name']}")
    for book in BOOKS
    for entry in book["frames"]
]
WRITTEN = [
    pytest.param(book, entry, DIALECTS[name], id=f"{name}-{given.id}")
    for given, (book, entry) in ((given, given.values) for given in ENTRIES)
    for name in entry.get("written_by", ())
]


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def fields_of(payload: Any) -> dict[str, Any]:
    return {name: getattr(payload, name) for name in type(payload).model_fields}


def text_of(entry: dict[str, Any]) -> str:
    return entry["text"] if "text" in entry else json.dumps(entry["frame"], ensure_ascii=False)


def read(book: dict[str, Any], entry: dict[str, Any]) -> Received:
    (item,) = READERS[book["direction"]](text_of(entry))
    return item


@pytest.mark.parametrize(("book", "entry"), ENTRIES)
def test_a_frame_is_read_as_its_entry_says(book, entry):
    item = read(book, entry)
    model = TABLES[book["direction"]][book["type"]]
    assert type(item.payload) is model
    assert item.op_id == entry.get("op_id")
    assert item.raw == text_of(entry)
    told = json.loads(json.dumps(fields_of(item.payload), default=lambda value: value.model_dump()))
    assert without_nulls(told) == without_nulls(entry["expect"])
    assert item.payload.model_extra == entry.get("unknown", {})


@pytest.mark.parametrize(("book", "entry", "dialect"), WRITTEN)
def test_a_dialect_writes_the_frame_that_is_its_own(book, entry, dialect):
    item = read(book, entry)
    text = encode(item.payload, item.op_id, dialect)
    assert "\n" not in text
    assert json.loads(text) == (entry["frame"] if "frame" in entry else json.loads(entry["text"]))


@pytest.mark.parametrize(("book", "entry"), ENTRIES)
@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_what_a_frame_says_survives_being_written_again(book, entry, dialect):
    item = read(book, entry)
    (again,) = READERS[book["direction"]](encode(item.payload, item.op_id, dialect))
    assert type(again.payload) is type(item.payload)
    assert again.op_id == item.op_id
    if dialect.name == "standard":
        assert fields_of(again.payload) == fields_of(item.payload)


@pytest.mark.parametrize("direction", TABLES)
def test_every_type_has_its_file_and_nothing_else_has(direction):
    named = [(book["type"], path) for book, path in books_of(direction)]
    assert sorted(kind for kind, _ in named) == sorted(TABLES[direction])
    assert [path.name for _, path in named] == [f"{kind}.json" for kind, _ in named]


@pytest.mark.parametrize("direction", TABLES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_type_has_a_frame_that_each_dialect_writes(direction, dialect):
    written = {
        book["type"]
        for book, _ in books_of(direction)
        for entry in book["frames"]
        if dialect in entry.get("written_by", ())
    }
    assert written == set(TABLES[direction])


@pytest.mark.parametrize("direction", TABLES)
def test_every_field_of_every_type_is_seen_in_a_frame(direction):
    for book, _ in books_of(direction):
        seen = {key for entry in book["frames"] for key in entry["expect"]}
        assert seen == set(TABLES[direction][book["type"]].model_fields), book["type"]


def test_names_are_unique_in_a_file_and_entries_hold_nothing_unexplained():
    explained = {"name", "written_by", "frame", "text", "op_id", "expect", "unknown"}
    for book in BOOKS:
        assert set(book) == {"type", "direction", "frames"}
        names = [entry["name"] for entry in book["frames"]]
        assert len(names) == len(set(names)), book["type"]
        for entry in book["frames"]:
            assert set(entry) <= explained
            assert ("frame" in entry) != ("text" in entry)


def books_of(direction: str) -> list[tuple[dict[str, Any], Path]]:
    paths = sorted((HERE / FOLDERS[direction]).glob("*.json"))
    books = [(json.loads(path.read_text("utf-8")), path) for path in paths]
    assert all(book["direction"] == direction for book, _ in books)
    return books
