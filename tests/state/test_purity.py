"""What the first paint may load, and that a turn depends on nothing but its inputs."""

import subprocess
import sys
from pathlib import Path

import pytest

EARLY = (
    "model",
    "inputs",
    "effects",
    "text",
    "select",
    "commands",
    "tally",
    "times",
    "calls.call_words",
)

STORY = """
import json
from wschat_tui.protocol.codec import decode_events
from wschat_tui.state.inputs import *
from wschat_tui.state.model import State
from wschat_tui.state.reduce import reduce

rooms = tuple(f"network:{name}" for name in "lobby team vault den cave attic".split())
state = State()
state, one = reduce(state, SessionOpened("alice", "p", "s", "standard", "m", rooms), LinkUp(1, "u"))
frames = [
    {"type": "chat.message", "data": {"id": f"m{n}", "scope": rooms[n % 6], "user_id": f"u{n % 9}",
     "body": "@all", "created_at": "2023-11-14T22:13:20Z"}} for n in range(60)
]
frames += [
    {"type": "chat.read.update", "data": {"message_id": f"m{n}", "user_id": f"u{n}", "room": "x"}}
    for n in range(60)
]
heard = decode_events("\\n".join(map(json.dumps, frames)))
state, two = reduce(state, Heard(tuple(heard), 2, "h"))
edits = tuple(EditAsked(f"e{n}", 3, f"m{n}", "x") for n in range(20))
state, three = reduce(state, LinkDown("Lost.", 3, 4, 1), *edits, LinkUp(5, "v"), Tick(70_000))
print(one, two, three, [message for room in rooms for message in state.rooms[room].messages])
"""


def run(code, seed="0"):
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": str(Path("src").absolute())},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("module", EARLY)
def test_what_the_first_paint_needs_loads_no_models(module):
    heavy = ("pydantic", "websockets", "aiohttp", "sqlite3", "keyring", "asyncio")
    code = (
        f"import sys, wschat_tui.state.{module}\n"
        f"print([one for one in {heavy!r} if one in sys.modules])"
    )
    assert run(code).strip() == "[]"


def test_the_order_of_effects_does_not_depend_on_hashes():
    assert run(STORY, "1") == run(STORY, "2")
