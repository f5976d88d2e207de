"""What was typed goes first where much waits, and overtakes nothing that it belongs behind."""

import queue

import pytest

from wschat_tui.protocol.requests import ChatEdit
from wschat_tui.state.history.archive_effects import (
    DropOperation,
    DropOutgoing,
    DropRoom,
    KeepDraft,
    KeepMessages,
    KeepOperation,
    KeepOutgoing,
)
from wschat_tui.state.model import Operation, Outgoing
from wschat_tui.storage.archive.backlog import BATCH, Backlog, Stop, Work
from wschat_tui.storage.archive.batch import After

PAGES = 2 * BATCH // 100


def typed(op_id="o1"):
    return KeepOutgoing(Outgoing(op_id, "host", "text", None, (), "handed"))


def edit(op_id="o1"):
    return KeepOperation(Operation(op_id, "edit", ChatEdit(message_id="m1", new_body="x")))


def after(op_id="o1"):
    return After(op_id, lambda: None)


@pytest.fixture
def items():
    return queue.SimpleQueue()


@pytest.fixture
def backlog(items):
    return Backlog(items)


@pytest.fixture
def pages(note):
    """Many messages from a server, a hundred at a time."""
    return [KeepMessages(tuple(note(one) for one in range(at, at + 100))) for at in range(PAGES)]


def put(items, *all_of_it):
    for one in all_of_it:
        items.put(one)


def all_of(backlog):
    found = []
    while batch := backlog.take(0):
        found.append(batch)
    return found


def test_what_is_typed_overtakes_the_pages_that_wait(items, backlog, pages):
    draft, (first, *rest) = KeepDraft("host", "", "and more"), pages
    asked = [typed(), after(), draft, edit("o2")]
    put(items, first, *asked, *rest)
    assert backlog.take(None) == asked
    put(items, typed("o3"))
    assert backlog.typed()
    assert backlog.take(None) == [typed("o3")]
    assert not backlog.typed()
    assert [one for batch in all_of(backlog) for one in batch] == pages


def test_where_little_waits_all_goes_at_once_and_in_order(items, backlog, note):
    little = [KeepMessages((note(1),)), typed(), KeepMessages((note(2),)), after()]
    put(items, *little)
    assert all_of(backlog) == [little]


def test_so_many_at_a_time(items, backlog, pages):
    put(items, *pages)
    assert [len(batch) for batch in all_of(backlog)] == [BATCH // 100] * 2
    put(items, *pages)
    assert backlog.take(None, 10 * BATCH) == pages


def test_what_has_to_find_all_done_waits(items, backlog, pages):
    for_all, for_another = after(""), after("o3")
    put(items, *pages, for_all, typed("o2"), for_another)
    assert backlog.take(None) == [typed("o2")]
    assert [one for batch in all_of(backlog) for one in batch] == [*pages, for_all, for_another]


@pytest.mark.parametrize(
    ("before", "then"),
    [
        (DropOutgoing("o1"), typed()),
        (DropOperation("o1"), edit()),
        (DropRoom("host"), KeepDraft("host", "", "new")),
        (DropRoom("host"), typed()),
        (Work(lambda _: None), typed()),
        (Stop(), typed()),
    ],
    ids=lambda one: type(one).__name__,
)
def test_nothing_overtakes_what_it_belongs_behind(items, backlog, pages, before, then):
    put(items, *pages, before, then)
    flat = [one for batch in all_of(backlog) for one in batch]
    assert flat == [*pages, before, then]


def test_behind_what_stays_behind_stays_all_else(items, backlog, pages):
    """A draft that was typed after a message is not overtaken by it."""
    late = [DropOutgoing("o1"), typed("o1"), KeepDraft("host", "", "after it"), typed("o2")]
    put(items, *pages, *late)
    assert [one for batch in all_of(backlog) for one in batch] == [*pages, *late]
    put(items, *pages, typed("o4"))
    assert backlog.take(None) == [typed("o4")]


def test_another_message_that_left_holds_up_nobody(items, backlog, pages):
    put(items, *pages, DropOutgoing("o1"), typed("o2"), after("o2"))
    assert [type(one) for one in backlog.take(None)] == [KeepOutgoing, After]


def test_what_stands_alone_ends_a_batch(items, backlog, note):
    work, small = Work(lambda _: None), KeepMessages((note(1),))
    put(items, small, work, small, Stop())
    assert all_of(backlog) == [[small, work], [small, Stop()]]


def test_nothing_is_what_there_is_when_patience_ends(backlog):
    assert backlog.take(0.001) == []
