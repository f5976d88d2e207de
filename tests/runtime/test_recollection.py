"""The history as screens see it: searched while it is written, completed from the server."""

import asyncio
from contextlib import closing

import pytest

from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.link.replies import History
from wschat_tui.protocol.events import ChatMessage
from wschat_tui.runtime.recollection import Recollection
from wschat_tui.state.history.archive_effects import KeepMessages
from wschat_tui.state.history.archive_inputs import ArchiveOpened
from wschat_tui.state.history.query import Found, Query
from wschat_tui.state.model import Message, State
from wschat_tui.state.text import SafeText
from wschat_tui.storage.archive.archive import Archive
from wschat_tui.storage.archive.file import connect_to_read
from wschat_tui.storage.search import index

READY = State(me="alice", archive="ready")


def event(number, body="hello", scope="host"):
    return ChatMessage(
        id=f"m{number:03}",
        scope=scope,
        user_id="bob",
        body=body,
        created_at=f"2026-01-01T00:{number // 60:02}:{number % 60:02}Z",
    )


class Server:
    """Has 25 messages of host, 10 a page, and answers other rooms as told."""

    def __init__(self):
        self.asked = []
        self.others = {}
        self.rows = [event(number) for number in range(1, 26)]

    async def history(self, scope, *, before="", cursor="", limit=50):
        self.asked.append((scope, before))
        if scope in self.others:
            return self.others[scope]
        older = [one for one in self.rows if not before or one.id < before]
        page = tuple(older[-10:])
        return History(page, None, len(older) > 10, 0)


async def indexed(archive):
    """Wait until the index has taken in all that was ordered until now."""
    down = asyncio.Event()
    archive.after("", down.set)
    await down.wait()
    while await asyncio.to_thread(waiting, archive.file):  # noqa: ASYNC110  a thread does it
        await asyncio.sleep(0.02)


def waiting(file):
    with closing(connect_to_read(file)) as connection:
        return index.waiting(connection)


@pytest.fixture
async def archive(tmp_path):
    """alice's history, which has the newest message of host."""
    told = []
    made = Archive(tmp_path / "history.db", told.append, lambda: 1, "alice")
    assert isinstance(await made.open(), ArchiveOpened)
    made.run(KeepMessages((Message("m025", "host", "bob", SafeText("newest"), 1_767_225_625_000),)))
    made.run(KeepMessages((Message("n1", "network:a", "bob", SafeText("kettle"), 5),)))
    await indexed(made)
    yield made
    await made.close()


@pytest.fixture
async def recollection(archive):
    server = Server()
    made = Recollection(archive.file, server, archive.run, lambda: READY)
    made.server = server
    yield made
    await made.close()


async def test_what_is_kept_is_found(recollection):
    found = await recollection.find(Query(("kett",)))
    assert isinstance(found, Found)
    assert [hit.message.id for hit in found.hits] == ["n1"]
    assert await recollection.revisions("n1") == ()
    recollection.cancel()


async def test_older_messages_are_fetched_page_by_page_and_found(recollection, archive):
    told = []
    outcome = await recollection.fetch(["host"], told.append)
    assert outcome.ok
    assert outcome.sentence.startswith("24 older messages were fetched")
    assert [one.messages for one in told] == [0, 10, 20, 24]
    assert told[-1].back_to == 1_767_225_601_000
    assert recollection.server.asked == [("host", "m025"), ("host", "m015"), ("host", "m005")]
    await indexed(archive)
    found = await recollection.find(Query(("hello",)))
    assert len(found.hits) == 24
    again = await recollection.fetch(["host"], told.append)
    assert again.sentence == "The server has nothing older than what is kept here."


async def test_a_server_that_says_the_same_again_is_asked_no_more(recollection):
    page = History((event(1), event(2, scope="network:else")), "c", True, 0)
    recollection.server.others["host"] = page
    outcome = await recollection.fetch(["host"], lambda _: None)
    assert outcome.sentence.startswith("1 older messages")
    assert len(recollection.server.asked) == 2


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Refused("ERR_FORBIDDEN", "You may not.", 403), "You may not."),
        (Unreachable("The server did not answer."), "did not answer"),
    ],
)
async def test_what_fails_is_one_sentence_and_what_came_stays(recollection, answer, words):
    recollection.server.others["network:a"] = answer
    outcome = await recollection.fetch(["host", "network:a"], lambda _: None)
    assert not outcome.ok
    assert words in outcome.sentence
    assert "nothing was lost" in outcome.sentence


async def test_a_server_without_history_is_told_as_such(recollection):
    recollection.server.others = {"host": Absent(), "network:a": Absent()}
    outcome = await recollection.fetch(["host", "network:a"], lambda _: None)
    assert outcome.sentence == "This server keeps no history that could be fetched."


async def test_cancelling_keeps_what_came(recollection, archive):
    came = asyncio.Event()
    waits = asyncio.Event()
    pages = recollection.server.history

    async def slow(scope, **more):
        if more["before"] == "m015":
            came.set()
            await waits.wait()
        return await pages(scope, **more)

    recollection.server.history = slow
    fetching = asyncio.create_task(recollection.fetch(["host"], lambda _: None))
    await came.wait()
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    await indexed(archive)
    assert len((await recollection.find(Query(("hello",)))).hits) == 10


async def test_nothing_is_fetched_where_nothing_can_be_kept(archive):
    reading = Recollection(archive.file, Server(), archive.run, lambda: State(archive="reading"))
    assert not (await reading.fetch(["host"], lambda _: None)).ok
    alone = Recollection(archive.file, None, archive.run, lambda: READY)
    assert not (await alone.fetch(["host"], lambda _: None)).ok
    await reading.close()
    await alone.close()
