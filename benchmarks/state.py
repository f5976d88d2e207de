"""What the state's reducer takes for envelopes that come together, beside `json` reading them.

`python -m benchmarks state` prints a table. Each figure is CPU time of this thread an envelope, for
one turn over a burst: the messages that a room holds already, what comes, and how many of it in one
turn. The reducer is pure, so every round turns the same state. The ratio is taken within each
round, in which `json.loads` reads the same frames, so that a busy machine slows both.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import thread_time_ns
from typing import Any

from wschat_tui.protocol.codec import decode_events
from wschat_tui.state.inputs import Heard, HistoryLoaded, LinkUp, SessionOpened
from wschat_tui.state.model import State
from wschat_tui.state.reduce import reduce

SCOPE = "network:7f1d2c3b-0a4e-4f5d-9c8b-1a2b3c4d5e6f"
AT = "2026-03-01T09:30:00.123456Z"
BODY = (
    "The build is green again; I moved the retry into the pacer and wrote a test for the burst. "
    "Could you look at the second commit when you have a minute?"
)
NOW = 1_772_357_400_000
WINDOWS = (0, 2_000, 10_000)
BURSTS = (1, 50, 257)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; times in microseconds of CPU an envelope."""

    what: str
    window: int
    burst: int
    ours: float
    json: float
    ratio: float


def message(number: int, prefix: str = "new") -> dict[str, Any]:
    """A message, as long as people write them, by one of twenty authors."""
    data = {
        "id": f"01JNWXK4Y7Q2M8R5-{prefix}-{number:06d}",
        "scope": SCOPE,
        "user_id": f"5b0c9d3e-8f7a-4b6c-9d2e-{number % 20:012d}",
        "body": BODY,
        "created_at": AT,
    }
    return {"type": "chat.message", "data": data}


def reaction(number: int, window: int) -> dict[str, Any]:
    """A reaction to a message far up in the window."""
    data = {
        "message_id": message((number * 7 + 5) % (window // 2), "old")["data"]["id"],
        "user_id": f"5b0c9d3e-8f7a-4b6c-9d2e-{number % 20:012d}",
        "reaction": "👍",
        "action": "add",
    }
    return {"type": "chat.reaction.update", "data": data}


def edit(number: int, window: int) -> dict[str, Any]:
    """An edit of a message at the end of the window."""
    old = message(window - 1 - number % max(window // 8, 1), "old")["data"]
    return {"type": "chat.edited", "data": {"message_id": old["id"], "new_body": BODY + "!"}}


def read(number: int, window: int) -> dict[str, Any]:
    """A read mark at the newest message."""
    old = message(window - 1, "old")["data"]
    user = f"5b0c9d3e-8f7a-4b6c-9d2e-{number:012d}"
    return {
        "type": "chat.read.update",
        "data": {"message_id": old["id"], "user_id": user, "room": SCOPE},
    }


KINDS: dict[str, Callable[[int, int], dict[str, Any]]] = {
    "messages": lambda number, _window: message(number),
    "reactions far up": reaction,
    "edits near the end": edit,
    "read marks": read,
}


def opened(window: int) -> State:
    """Online in a room that holds so many messages."""
    state, _ = reduce(
        State(), SessionOpened("alice", "p", "s", "standard", "m", (SCOPE,)), LinkUp(NOW, "u")
    )
    frame = "\n".join(json.dumps(message(number, "old")) for number in range(window))
    page = tuple(one.payload for one in decode_events(frame))
    state, _ = reduce(state, HistoryLoaded(SCOPE, page, "", more=False))  # type: ignore[arg-type]
    return state


def took(work: Callable[[], object], turns: int) -> int:
    """Nanoseconds of this thread's CPU time for so many turns."""
    start = thread_time_ns()
    for _ in range(turns):
        work()
    return thread_time_ns() - start


def compare(state: State, what: str, window: int, burst: int, rounds: int) -> Row:
    """Run both by turns on the same frames."""
    lines = [json.dumps(KINDS[what](number, window)) for number in range(burst)]
    heard = Heard(tuple(decode_events("\n".join(lines))), NOW, "h")
    turns = max(1, 500 // burst)

    def theirs() -> None:
        for line in lines:
            json.loads(line)

    pairs = [
        (took(lambda: reduce(state, heard), turns), took(theirs, turns)) for _ in range(rounds)
    ]
    scale = 1_000 * turns * burst
    return Row(
        what,
        window,
        burst,
        min(mine for mine, _ in pairs) / scale,
        min(its for _, its in pairs) / scale,
        median(mine / its for mine, its in pairs),
    )


def measure(rounds: int = 20) -> list[Row]:
    """Run everything; more rounds, steadier figures."""
    states = {window: opened(window) for window in WINDOWS}
    return [
        compare(states[window], what, window, burst, rounds)
        for what in KINDS
        for window in (WINDOWS if what == "messages" else WINDOWS[1:])
        for burst in BURSTS
    ]


def table(rows: list[Row]) -> str:
    """The rows, to read."""
    lines = [f"{'what comes':20}{'loaded':>8}{'burst':>7}{'wschat':>10}{'json':>9}{'ratio':>8}"]
    lines += [
        f"{row.what:20}{row.window:8,}{row.burst:7}{row.ours:8.2f}µs{row.json:7.2f}µs{row.ratio:8.2f}"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20, help="rounds of about 10 ms (20)")
    print(table(measure(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
