"""Frames that no table explains: nonsense, types nobody knows, and several envelopes in one frame."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from wschat_tui.protocol.codec import decode_events, decode_requests
from wschat_tui.protocol.events import MalformedMessage, UnknownMessage

ODD = Path(__file__).parent / "odd"
READERS = {"client-to-server": decode_requests, "server-to-client": decode_events}


def book(name: str) -> dict[str, Any]:
    return json.loads((ODD / name).read_text("utf-8"))


def frame_of(entry: dict[str, Any]) -> str | bytes:
    if "base64" in entry:
        return base64.b64decode(entry["base64"])
    return entry["text"] if "text" in entry else json.dumps(entry["frame"], ensure_ascii=False)


MALFORMED = [
    pytest.param(one["direction"], entry, id=f"{one['direction']}-{entry['name']}")
    for one in (book("malformed-requests.json"), book("malformed-events.json"))
    for entry in one["frames"]
]
UNKNOWN = [pytest.param(entry, id=entry["name"]) for entry in book("unknown.json")["frames"]]
BATCHES = [pytest.param(entry, id=entry["name"]) for entry in book("batches.json")["frames"]]

SENTENCES = {
    "line": ("The line is not JSON: ", "The line is JSON, but not an object."),
    "type": ("The envelope has no 'type'",),
    "op_id": ("The 'op_id' ", "op_id: "),
}


def is_about(wrong: str, error: str) -> bool:
    # A list item can be wrong in each of the ways it is allowed to be right.
    inside = (f"{wrong}.",) if wrong[-1].isdigit() else ()
    return error.startswith(SENTENCES.get(wrong, (f"{wrong}: ", *inside)))


@pytest.mark.parametrize(("direction", "entry"), MALFORMED)
def test_nonsense_is_a_value_that_says_what_is_wrong(direction, entry):
    frame = frame_of(entry)
    (item,) = READERS[direction](frame)
    assert isinstance(item.payload, MalformedMessage)
    assert item.payload.frame_type == entry["type"]
    assert item.op_id == entry.get("op_id")
    assert item.raw == (frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))
    for wrong in entry["wrong"]:
        assert any(is_about(wrong, error) for error in item.payload.errors), item.payload.errors
    assert all(error.endswith(".") for error in item.payload.errors)


@pytest.mark.parametrize("entry", UNKNOWN)
def test_a_type_that_no_table_names_is_a_value_with_its_data(entry):
    (item,) = READERS[entry["direction"]](frame_of(entry))
    assert item.payload == UnknownMessage(entry["type"], entry["data"])
    assert item.op_id == entry.get("op_id")


@pytest.mark.parametrize("as_bytes", [False, True], ids=["text", "binary"])
@pytest.mark.parametrize("entry", BATCHES)
def test_a_frame_holds_as_many_envelopes_as_it_has_lines(entry, as_bytes):
    text = "\n".join(entry["lines"])
    items = READERS[entry["direction"]](text.encode() if as_bytes else text)
    assert [called(item.payload) for item in items] == entry["expect"]
    assert [item.raw for item in items] == [line for line in entry["lines"] if line.strip()]


def called(payload: Any) -> str:
    if isinstance(payload, MalformedMessage):
        return "malformed"
    return "unknown" if isinstance(payload, UnknownMessage) else payload.frame_type


def test_reasons_do_not_quote_what_was_sent():
    frame = '{"type":"chat.send","data":{"scope":["s3cret"],"body":{"s3cret":1}}}'
    (item,) = decode_requests(frame)
    assert isinstance(item.payload, MalformedMessage)
    assert "s3cret" not in repr(item)


def test_reasons_are_few_however_much_is_wrong():
    wrong = json.dumps([5] * 60)
    (item,) = decode_requests(
        f'{{"type":"chat.send","data":{{"scope":"s","body":"","attachments":{wrong}}}}}'
    )
    assert isinstance(item.payload, MalformedMessage)
    assert len(item.payload.errors) == 8
