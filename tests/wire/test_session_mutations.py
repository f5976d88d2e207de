"""Golden frames spoiled and laced, against the whole session: codec, state, disk and drawing (S9).

A few thousand in the gate; `HOSTILE=200000` in the environment makes it as many.
"""

import asyncio
import json
import os
import runpy
from pathlib import Path
from random import Random

import pytest
from rich.style import Style

from wschat_tui.protocol.codec import decode_events
from wschat_tui.protocol.events import MalformedMessage, UnknownMessage
from wschat_tui.runtime.session import Session
from wschat_tui.state import inputs
from wschat_tui.state.effects import Recall, Transmit
from wschat_tui.state.history.archive_effects import ArchiveOrder
from wschat_tui.state.history.archive_inputs import ArchiveFailed
from wschat_tui.storage.archive.archive import Archive
from wschat_tui.ui.ink import Ink
from wschat_tui.ui.message_lines import layout_of
from wschat_tui.ui.people_rows import people_rows
from wschat_tui.ui.room_rows import room_rows
from wschat_tui.ui.room_words import thread_texts, title_texts, typing_texts
from wschat_tui.ui.rows import rows_of_room, rows_of_thread
from wschat_tui.ui.strips import Reader, draw
from wschat_tui.ui.wall import FORBIDDEN

FRAMES = int(os.environ.get("HOSTILE") or 4_000)
AT_ONCE = 20
T = 1_700_000_000_000

MAKING = runpy.run_path(str(Path(__file__).with_name("test_mutations.py")))


class World:
    """What the session orders: the disk is real, the server takes everything and says nothing."""

    def __init__(self):
        self.archive = None
        self.session = None
        self.sent = []
        self.at = T

    def run(self, effect):
        match effect:
            case Transmit():
                self.sent.append(effect.op_id)
                self.session.feed(inputs.Written(effect.op_id, self.at))
            case Recall():
                self.session.feed(inputs.HistoryFailed(effect.scope, "", absent=True))
            case _ if isinstance(effect, ArchiveOrder):
                self.archive.run(effect)

    async def close(self):
        await self.archive.close()


def laced(frame, chance, texts):
    """Put hostile text in place of some of the strings of a frame."""
    try:
        document = json.loads(frame)
    except (ValueError, RecursionError):
        return frame

    def lace(value):
        match value:
            case dict():
                return {key: lace(one) for key, one in value.items()}
            case list():
                return [lace(one) for one in value]
            case str() if chance.random() < 0.25:
                return chance.choice(texts)
        return value

    if isinstance(document, dict) and isinstance(document.get("data"), dict):
        document["data"] = lace(document["data"])
    return json.dumps(document).encode("utf-8", "surrogatepass")


def acts(world, chance):
    """What the user does meanwhile."""
    state = world.session.state
    scope = chance.choice(["host", *sorted(state.rooms)])
    ids = sorted(state.places) or ["m1"]
    op_id = f"op-{world.at}"
    yield inputs.Tick(world.at)
    yield chance.choice(
        [
            inputs.RoomOpened(op_id, world.at, scope),
            inputs.ThreadOpened(chance.choice(ids)),
            inputs.Typed(op_id, world.at, scope, "mine"),
            inputs.OlderAsked(scope),
            inputs.Seen(op_id, world.at, scope, chance.choice(ids)),
            inputs.ReactAsked(op_id, world.at, chance.choice(ids), "👍"),
        ]
    )


def drawn(state, layout, ink):
    """Everything that the chat screen shows of a state, as text."""
    for text in (*title_texts(state), *thread_texts(state), *typing_texts(state)):
        yield text.plain
    for row in (*room_rows(state), *people_rows(state)):
        yield from (text for text, _ in (*row.left, *row.right))
    room = state.rooms.get(state.focus)
    shown = [rows_of_room(state, room)] if room is not None else []
    shown += [rows_of_thread(state, state.thread)] if state.thread else []
    for rows in shown:
        for row in rows.rows[-60:]:
            lines = draw(row, layout, ink, Reader(rows.me, rows.called))
            yield from (line.strip.text for line in lines)
            assert {line.strip.cell_length for line in lines} <= {layout.width}


async def storm(world, chance, texts, failures):
    """Frames, and what the user does between them: how many lines came, and how many were read."""
    seeds = MAKING["golden"]("events")
    layout, ink = layout_of(90), Ink(Style(), lambda _name: Style())
    lines = known = 0
    for number in range(0, FRAMES, AT_ONCE):
        received = []
        for _ in range(AT_ONCE):
            frame = chance.choice(seeds)
            if chance.random() < 0.7:
                frame = laced(frame, chance, texts)
            if chance.random() < 0.6:
                frame = MAKING["spoiled"]([frame, *seeds[:3]], chance)
            lines += sum(1 for line in frame.split(b"\n") if line.strip())
            received += decode_events(frame)
        odd = sum(isinstance(one.payload, UnknownMessage | MalformedMessage) for one in received)
        known += len(received) - odd
        world.at += 700
        world.session.feed(inputs.Heard(tuple(received), world.at, f"s{number}"))
        world.session.feed(*acts(world, chance))
        for text in drawn(world.session.state, layout, ink):
            failures += FORBIDDEN.findall(text.replace("\n", ""))
        if number % 2_000 == 0:
            await asyncio.sleep(0)
    return lines, known


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_spoiled_frames_leave_the_whole_session_well(tmp_path, payloads):
    """S9, S1: nothing raises, the disk keeps what was read, and nothing drawn is obeyed."""
    chance = Random(f"{MAKING['SEED']}-session")
    texts = [text[:1000] for text in payloads.values()] + ["m1", "host", "alice", "network:x", ""]
    failures = []
    world = World()
    session = world.session = Session(world)
    archive = world.archive = Archive(tmp_path / "a.db", session.feed, lambda: T, "alice")
    session.feed(inputs.SessionOpened("alice", "p", "s", "standard", "memory", ("network:x",)))
    opened = await archive.open()
    session.feed(opened, inputs.LinkUp(T, "s0"))
    session.on_word(lambda word: failures.extend(FORBIDDEN.findall(getattr(word, "text", ""))))
    lines, known = await storm(world, chance, texts, failures)
    counts = session.state.counts
    assert failures == []
    assert counts.received == lines
    assert counts.received - counts.unknown - counts.malformed == known > lines // 5
    await archive.close()
    await asyncio.sleep(0)
    assert session.state.archive == "ready", session.state.archive_word
    again = Archive(tmp_path / "a.db", lambda _item: None, lambda: T, "alice")
    kept = await again.open()
    assert not isinstance(kept, ArchiveFailed)
    assert sum(len(room.messages) for room in kept.rooms) > 20
    await again.close()
