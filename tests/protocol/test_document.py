"""docs/PROTOCOL.md names every type, every key and every bound that the code has."""

import re
from pathlib import Path

import pytest

from wschat_tui.protocol import limits
from wschat_tui.protocol.dialects import DIALECTS
from wschat_tui.protocol.events import EVENTS
from wschat_tui.protocol.requests import REQUESTS

PAGE = (Path(__file__).parents[2] / "docs" / "PROTOCOL.md").read_text("utf-8")
SECTIONS = dict(zip(*[iter(re.split(r"^## (.+)$", PAGE, flags=re.MULTILINE)[1:])] * 2, strict=True))
# A whole message stands for its own keys, and beside `type` is where an ack's op_id stands too.
SAID_ELSEWHERE = {"chat.edited": set(EVENTS["chat.message"].model_fields)}


def rows(section: str) -> dict[str, str]:
    found = re.findall(r"^\| `([a-z.]+)` \|(.*)$", SECTIONS[section], flags=re.MULTILINE)
    return dict(found)


@pytest.mark.parametrize(
    ("section", "models"),
    [("What a client sends", REQUESTS), ("What a server sends", EVENTS)],
)
def test_every_type_has_its_row_with_every_key(section, models):
    written = rows(section)
    assert list(written) == list(models)
    for kind, model in models.items():
        named = set(re.findall(r"\w+", written[kind])) | SAID_ELSEWHERE.get(kind, set())
        assert set(model.model_fields) <= named, kind


def test_every_bound_and_dialect_is_named():
    frames = SECTIONS["Frames"]
    for value in (
        limits.MAX_BODY,
        limits.MAX_ID,
        limits.MAX_URL,
        limits.MAX_SDP,
        limits.MAX_CANDIDATE,
        limits.MAX_ATTACHMENTS,
        limits.MAX_OP_ID,
        limits.MAX_TIMESTAMP,
    ):
        assert re.search(rf"\b{value:,}\b", frames), value
    assert f"{limits.MAX_FRAME_OUT // 1024} KiB" in frames
    assert [f"`{name}`" in SECTIONS["Dialects"] for name in DIALECTS] == [True, True]
