"""The power fails in a whole session: of what the link was given the disk knows (F19).

A message of which a byte may have left is on the disk from then on: on its way and not as one that
waits, or in the history. So nothing is lost, and nothing is sent twice without a word.
"""

from collections import Counter

import pytest

from wschat_tui.storage.archive import door

CLIENT = """
import asyncio, os, pathlib, sys
from mock_server.server import MockServer, Options
from wschat_tui.link.client import Link
from wschat_tui.protocol.requests import ChatSend
from wschat_tui.runtime.choice import Choice
from wschat_tui.runtime.program import Program
from wschat_tui.runtime.services import LoginForm
from wschat_tui.state.inputs import DraftKept, Typed
from wschat_tui.storage.archive.archive import Archive

LOBBY = "network:lobby"
send = Link.send

def given(self, op_id, request):
    if isinstance(request, ChatSend):
        os.write(1, request.body.encode())
    return send(self, op_id, request)

Link.send = given
if "no wait" in sys.argv:
    Archive.after = lambda self, op_id, then: then()

async def until(session, true):
    moved = asyncio.Event()
    stop = session.listen(moved.set)
    while not true(session.state):
        await moved.wait()
        moved.clear()
    stop()

async def main(program):
    async with MockServer(Options(port=0)) as server:
        assert (await program.login(LoginForm(server.url, "work", "alice@example.test", "alice"))).ok
        session = await program.open("work")
        await until(session, lambda now: now.link.phase == "online" and LOBBY in now.rooms)
        for number in range(14):
            session.feed(DraftKept(LOBBY, "", f"half of {number}"))
            session.feed(Typed(f"o{number:03d}", number, LOBBY, f"body {number}"))
            if number % 4 == 0:
                await until(session, lambda now: not now.outbox)
        await until(session, lambda now: not now.outbox)
        await program.close()

asyncio.run(main(Program(Choice(home=pathlib.Path(sys.argv[1]), token_store="memory"))))
"""


@pytest.mark.slow
def test_what_the_link_was_given_is_on_the_disk(traced, left):
    """F19."""
    _root, trace = traced
    audit(trace().run(CLIENT), left)


@pytest.mark.slow
def test_a_link_that_does_not_wait_for_the_disk_is_found_out(traced, left):
    """F19."""
    _root, trace = traced
    taken = trace().run(CLIENT, "no wait")
    with pytest.raises(AssertionError):
        audit(taken, left, 200)


def audit(taken, left, *count):
    reached = set()
    for told in taken.disks(left, 4, *count):
        given = {one for one in told if one.startswith("body ")}
        on_its_way, said = found(left)
        assert given <= {*on_its_way, *said}
        assert "queued" not in [on_its_way[one] for one in given & {*on_its_way}]
        reached.add(len(given))
    assert len(reached) > 5


def found(left):
    """Messages on their way, with how far they are, and messages in the history, each once."""
    files = list(left.rglob("*.db"))
    if not files:
        return {}, set()
    entered = door.enter(files[0], lambda: 5, "")
    run = entered.store.connection.execute
    assert run("pragma integrity_check").fetchall() == [("ok",)]
    assert not entered.told.word
    bodies = Counter(body for (body,) in run("select body from message where sent"))
    entered.store.close()
    entered.lock.release()
    on_its_way = {row.body: row.phase for row in entered.told.outbox}
    assert len(on_its_way) == len(entered.told.outbox)
    assert set(bodies.values()) <= {1}
    return on_its_way, set(bodies)
