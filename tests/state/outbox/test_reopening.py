"""What was on its way when the program ended, taken up by the next one (F12, F19, F22)."""

from dataclasses import replace

import pytest

from wschat_tui.protocol.requests import ChatEdit, ChatSend
from wschat_tui.state.effects import GiveBack, Notify, Transmit, Verify
from wschat_tui.state.history.archive_effects import (
    DropOperation,
    DropOutgoing,
    KeepMessages,
    KeepOperation,
    KeepOutgoing,
    RoomRecord,
)
from wschat_tui.state.history.archive_inputs import ArchiveOpened, OutgoingUnkept, RoomKept
from wschat_tui.state.inputs import (
    EditAsked,
    ResendAsked,
    StatusAsked,
    Unverified,
    Verified,
    Written,
)
from wschat_tui.state.model import Outgoing

LOBBY = "network:lobby"
DAY = 86_400_000


def kept(effects, kind):
    return [one for one in effects if isinstance(one, kind)]


def row(op_id, phase="queued", **more):
    return Outgoing(
        op_id, more.pop("scope", LOBBY), more.pop("body", op_id), None, (), phase, **more
    )


def reopen(scene, *rows, messages=(), operations=(), writable=True):
    """A new process that finds this."""
    scene.trimmed = True
    scene.open()
    rooms = (RoomKept(RoomRecord(LOBBY, joined=True), messages, False, 0, 0),)
    opened = ArchiveOpened(
        scene.now, rooms, outbox=rows, operations=operations, writable=writable
    )  # fmt: skip
    scene.play(opened)
    return scene


@pytest.mark.parametrize(
    ("before", "after", "doubt"),
    [
        ("queued", "queued", ""),
        ("handed", "unconfirmed", "look"),
        ("inflight", "unconfirmed", "look"),
        ("failed", "failed", ""),
    ],
)
def test_each_phase_goes_on(scene, before, after, doubt):
    reopen(scene, row("o1", before, since=scene.T, attempt=1))
    assert (scene.row("o1").phase, scene.row("o1").doubt) == (after, doubt)
    message = scene.message("o1")
    problem = "The program ended before the confirmation" if doubt else ""
    assert (message.body, message.delivery, message.problem) == ("o1", after, problem)
    changed = [one.row for one in kept(scene.effects, KeepOutgoing)]
    assert changed == ([scene.row("o1")] if before != after else [])


def test_what_the_user_has_to_decide_stays_theirs(scene):
    reopen(scene, row("o1", "unconfirmed", doubt="ask", since=scene.T))
    scene.rejoin()
    assert not len(scene.state.checks)
    assert scene.message("o1").delivery == "unconfirmed"


def test_the_order_stays_and_what_may_have_been_written_is_looked_for_first(scene, wire):
    """F19: killed between writing down and writing out."""
    reopen(scene, row("o1", "handed", since=scene.T, attempt=1), row("o2"))
    ordered = scene.rejoin()
    assert not [one for one in ordered if isinstance(getattr(one, "request", None), ChatSend)]
    scene.tick(2_000)
    (order,) = kept(scene.effects, Verify)
    page = Verified(LOBBY, order.check, scene.now, (), "", False)
    assert scene.play(page) == [Transmit("o1", ChatSend(scope=LOBBY, body="o1"))]


def test_killed_after_the_ack_was_written_and_before_the_row_was_dropped(scene, wire, new_scene):
    past = new_scene()
    past.open()
    past.rejoin()
    past.page()
    past.send("o1", "hi")
    past.hear(wire.ack("o1", "m1"))
    reopen(scene, row("o1", "inflight", body="hi"), messages=(past.message("m1"),))
    assert scene.state.outbox == ()
    assert DropOutgoing("o1") in scene.effects


def test_killed_after_the_echo(scene, wire, new_scene):
    past = new_scene()
    past.open()
    past.rejoin()
    past.page()
    past.send("o1", "hi")
    past.hear(wire.said("m1", "alice", "hi"))
    (left,) = past.state.outbox
    reopen(scene, left, messages=(past.message("m1"),))
    assert (scene.ids(), scene.state.outbox) == (["m1"], ())


@pytest.mark.parametrize("loaded", [True, False])
def test_killed_after_an_echo_that_another_device_may_have_caused(scene, wire, new_scene, loaded):
    past = new_scene()
    past.open()
    past.rejoin()
    past.page()
    past.hear(wire.said("m0", "alice", "from my phone"))
    past.send("o1", "hi")
    past.hear(wire.said("m1", "alice", "hi"))
    (left,) = past.state.outbox
    messages = past.room().messages if loaded else past.room().messages[:1]
    reopen(scene, left, messages=messages)
    assert (scene.row("o1").phase, scene.row("o1").doubt) == ("unconfirmed", "ask")
    assert scene.row("o1").message_id == ""
    assert (scene.message("m1") is not None) == loaded


def test_what_closed_the_connection_is_not_sent_by_the_next_process_either(scene):
    """F12: a poison message loops over no restart."""
    reopen(scene, row("o1", "failed"))
    ordered = scene.rejoin()
    assert "o1" not in [one.op_id for one in ordered if isinstance(one, Transmit)]


def test_what_was_given_up_stays_so(scene):
    reopen(scene, row("o1", "discarded", doubt="look", since=scene.T, attempt=1))
    assert scene.message("o1") is None
    scene.rejoin()
    scene.tick(2_000)
    (order,) = kept(scene.effects, Verify)
    scene.play(Verified(LOBBY, order.check, scene.now, (), "", False))
    assert scene.state.outbox == ()


def test_a_room_that_is_not_loaded_gets_its_message_back(scene):
    reopen(scene, row("o1", scope="den"))
    assert scene.ids("den") == ["o1"]


def test_what_waited_for_more_than_a_day_is_asked_about(scene):
    reopen(scene, row("o1", typed_at=scene.T - DAY - 1), row("o2", typed_at=scene.T - DAY))
    assert (scene.row("o1").phase, scene.row("o2").phase) == ("failed", "queued")


def test_the_archive_that_opens_late_is_looked_through_at_once(scene):
    scene.open()
    scene.rejoin()
    scene.trimmed = True
    scene.play(ArchiveOpened(scene.now, outbox=(row("o1", "inflight", since=scene.T),)))
    assert len(scene.state.checks) == 1


def test_a_second_client_leaves_what_waits_to_the_first(scene):
    """F22: nobody sends what another process is sending."""
    waits = (row("o1"), row("o2", "inflight"))
    reopen(scene, *waits, writable=False)
    assert scene.state.outbox == ()


def test_a_message_without_a_name_is_named_by_the_history(scene, wire, new_scene):
    past = new_scene()
    past.open()
    past.rejoin()
    past.page()
    past.send("o1", "hi")
    past.hear(wire.ack("o1"))
    reopen(scene, messages=(past.message("o1"),))
    scene.rejoin()
    scene.page(wire.said("m1", "alice", "hi"))
    assert (scene.ids(), scene.message("m1").op_id) == (["m1"], "o1")


# ---- the disk that takes nothing


def test_what_the_disk_does_not_take_is_given_back(online):
    """F21: the text is back in the composer, and is not sent."""
    online.post("o1", "hi", parent_id="m7")
    online.post("o2", "next")
    online.play(OutgoingUnkept("o1", "The disk is full."))
    assert GiveBack(LOBBY, "hi", "m7") in online.effects
    assert Notify("The disk is full.", "error", LOBBY) in online.effects
    assert online.message("o1") is None
    assert [op_id for op_id, _ in online.sent] == ["o2"]


def test_what_is_at_the_server_already_is_not_given_back(online):
    online.send("o1")
    online.play(OutgoingUnkept("o1", "The disk is full."), OutgoingUnkept("o9", "No."))
    assert (online.given_back, online.row("o1").phase) == ([], "inflight")


def test_what_may_have_arrived_once_is_in_doubt_rather_than_given_back(online):
    online.send("o1")
    online.tick(10_000)
    online.play(Unverified(LOBBY, online.state.checks[LOBBY].name, online.now, absent=True))
    online.play(ResendAsked("o1", online.now))
    online.play(OutgoingUnkept("o1", "The disk is full."))
    assert (online.row("o1").phase, online.row("o1").doubt) == ("unconfirmed", "ask")


# ---- other requests


def test_an_edit_that_waits_is_asked_again_by_the_next_process(online, wire, new_scene):
    online.hear(wire.said("m1", "alice", "helo"))
    online.down()
    online.play(EditAsked("e1", online.now, "m1", "hello"))
    (order,) = kept(online.effects, KeepOperation)
    new = reopen(new_scene(), messages=online.room().messages, operations=(order.operation,))
    edit = Transmit("e1", ChatEdit(message_id="m1", new_body="hello"))
    assert edit in new.rejoin()
    new.hear(wire.ack("e1"))
    assert DropOperation("e1") in new.effects


def test_it_is_written_once_whatever_happens_to_it(online, wire):
    online.hear(wire.said("m1", "alice", "helo"))
    online.play(EditAsked("e1", online.now, "m1", "hello"))
    assert len(kept(online.effects, KeepOperation)) == 1
    online.play(Written("e1", online.now))
    assert kept(online.effects, KeepOperation) == []
    online.tick(10_000)
    online.down()
    assert kept(online.effects, KeepOperation) == []


def test_a_status_that_was_set_offline_is_shown_and_told_by_the_next_process(scene, new_scene):
    past = new_scene()
    past.open()
    past.play(StatusAsked("p1", past.now, "busy"))
    (order,) = kept(past.effects, KeepOperation)
    reopen(scene, operations=(order.operation,))
    assert scene.state.status == "busy"
    scene.rejoin()
    assert "p1" in scene.state.operations


def test_a_read_mark_is_written_down_until_the_server_tells_of_it(online, wire):
    """F19: of marks that follow each other the disk need not be waited for."""
    online.hear(wire.said("m1", "bob"))
    online.see("m1")
    assert [one.operation.op_id for one in kept(online.effects, KeepOperation)] == ["seen-m1"]
    online.hear(wire.read("m1", "alice"))
    assert kept(online.effects, DropOperation) == [DropOperation("seen-m1", light=True)]


def test_the_composer_and_the_queue_change_in_one_order(online):
    """F19: killed at any moment, a text is in the one or the other."""
    online.post("o1")
    (first, *_) = kept(online.effects, KeepOutgoing)
    assert first == KeepOutgoing(replace(first.row, phase="queued"), emptied=False)
    assert kept(online.effects, KeepMessages) == []
