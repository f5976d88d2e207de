"""Effects carried out: what cannot be done comes back as an input, never as an exception."""

import asyncio

import pytest

from wschat_tui.link.answers import Absent, Refused, Unreachable
from wschat_tui.link.client import NotQueued
from wschat_tui.link.replies import History
from wschat_tui.protocol.requests import PresencePing
from wschat_tui.runtime.edges import Edges
from wschat_tui.runtime.tasks import Tasks
from wschat_tui.state.calls.call_effects import CloseMedia
from wschat_tui.state.calls.call_inputs import HangUpAsked
from wschat_tui.state.effects import (
    ListMembers,
    ListRooms,
    Notify,
    Recall,
    Reconnect,
    Transmit,
    Verify,
)
from wschat_tui.state.history.archive_effects import DropOutgoing
from wschat_tui.state.inputs import HistoryFailed, Unsendable, Unsent


class FakeLink:
    """Refuses or takes, as told."""

    def __init__(self, answer=None):
        self.answer = answer
        self.retried = 0
        self.done = []

    def send(self, op_id, request):
        return self.answer

    def retry_now(self):
        self.retried += 1

    async def drained(self, seconds):
        self.done.append("written")

    def close(self):
        self.done.append("socket closed")


class FakeRest:
    """Answers everything alike."""

    def __init__(self, answer):
        self.answer = answer

    async def networks(self):
        return self.answer

    async def members(self, network):
        return self.answer

    async def history(self, scope, **asked):
        return self.answer


class FakeExchange:
    async def close(self):
        pass


class FakeArchive:
    def __init__(self):
        self.kept = []

    def run(self, order):
        self.kept.append(order)

    def after(self, op_id, then):
        self.kept.append(op_id)
        then()

    async def close(self):
        self.kept.append("closed")


class FakeMedia:
    """Says when it is closed."""

    def __init__(self, done, busy):
        self.done, self.busy = done, busy
        self.ran = []

    def run(self, order):
        self.ran.append(order)

    async def close(self):
        self.done.append("media closed")


@pytest.fixture
def edges(clock):
    """Edges on fakes, and what they fed back."""

    def make(link=None, rest=None, archive=None, media=None):
        fed = []
        tasks = Tasks(fed.append)
        return Edges(
            link or FakeLink(), rest, FakeExchange(), fed.append, tasks, clock, archive, media
        ), fed

    return make


async def settle(edges):
    """Let what was begun end by itself, then close."""
    running = tuple(edges._tasks._running)
    for task in running:
        await task
    await edges.close()


@pytest.mark.parametrize(
    ("answer", "fed_back"),
    [
        (None, []),
        (NotQueued("a", "Too large.", True), [Unsendable("a", "Too large.")]),
        (NotQueued("a", "No connection.", False), [Unsent(("a",))]),
    ],
)
async def test_what_the_link_refuses_comes_back(edges, answer, fed_back):
    one, fed = edges(FakeLink(answer))
    one.run(Transmit("a", PresencePing()))
    await settle(one)
    assert fed == fed_back


async def test_retrying_is_the_links_matter(edges):
    link = FakeLink()
    one, _ = edges(link)
    one.run(Reconnect())
    assert link.retried == 1
    await one.close()


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (Absent(), HistoryFailed("host", "", absent=True)),
        (
            Refused("E", "You may not.", 403),
            HistoryFailed("host", "Earlier messages could not be loaded: You may not."),
        ),
        (
            Unreachable("No answer."),
            HistoryFailed("host", "Earlier messages could not be loaded: No answer."),
        ),
    ],
)
async def test_history_that_cannot_be_had(edges, answer, failed):
    one, fed = edges(rest=FakeRest(answer))
    one.run(Recall("host"))
    await settle(one)
    assert fed == [failed]


@pytest.mark.parametrize("effect", [Recall("host"), Verify("host", "a look")])
async def test_rows_of_a_page_that_are_no_message_are_told_of(edges, effect):
    one, fed = edges(rest=FakeRest(History((), None, more=False, skipped=3)))
    one.run(effect)
    await settle(one)
    assert [page.skipped for page in fed] == [3]


@pytest.mark.parametrize("answer", [Absent(), Refused("E", "no", 403), Unreachable("no")])
@pytest.mark.parametrize("effect", [ListRooms(), ListMembers("network:a")])
async def test_a_server_without_lists_is_fine(edges, answer, effect):
    one, fed = edges(rest=FakeRest(answer))
    one.run(effect)
    await settle(one)
    assert fed == []


async def test_without_http_there_is_no_history_and_nothing_is_asked(edges):
    one, fed = edges()
    for effect in (ListRooms(), ListMembers("network:a"), Recall("host"), Notify("a word")):
        one.run(effect)
    await settle(one)
    assert fed == [HistoryFailed("host", "", absent=True)]


async def test_what_is_to_be_remembered_goes_to_the_archive(edges):
    archive = FakeArchive()
    one, _ = edges(archive=archive)
    one.run(DropOutgoing("op1"))
    await one.close()
    assert archive.kept == [DropOutgoing("op1"), "closed"]


async def test_orders_go_to_the_media_and_are_dropped_where_there_are_none(edges):
    media = FakeMedia([], busy=False)
    one, _ = edges(media=media)
    one.run(CloseMedia("c1"))
    await one.close()
    assert media.ran == [CloseMedia("c1")]
    without, fed = edges()
    without.run(CloseMedia("c1"))
    await without.close()
    assert fed == []


@pytest.mark.parametrize("busy", [True, False])
async def test_a_call_is_ended_in_words_before_anything_is_closed(edges, clock, busy):
    link = FakeLink()
    one, fed = edges(link, media=FakeMedia(link.done, busy))
    await one.close()
    assert fed == [HangUpAsked("op0001", clock.now())] * busy
    assert link.done == ["written", "media closed", "socket closed"]


async def test_pages_are_asked_for_a_few_at_a_time_and_whoever_scrolls_goes_first():
    asked, going = [], asyncio.Event()

    class Slow:
        async def history(self, scope, **_):
            asked.append(scope)
            await going.wait()
            return Absent()

    fed = []
    async with asyncio.TaskGroup() as group:

        class Tasks:
            def start(self, work, name):
                group.create_task(work, name=name)

        edges = Edges(None, Slow(), None, fed.append, Tasks(), None)
        for number in range(20):
            edges.run(Recall(f"room{number}", hole="m1"))
        edges.run(Recall("mine", "", "m5"))
        for _ in range(5):
            await asyncio.sleep(0)
        assert asked == ["room0", "room1", "room2", "mine"]
        going.set()
    assert len(fed) == 21
