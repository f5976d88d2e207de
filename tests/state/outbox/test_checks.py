"""The look at the server's history for messages in doubt (F1, F16, F18; SECURITY.md section 7)."""

import pytest

from wschat_tui.protocol.requests import ChatSend
from wschat_tui.state.effects import Notify, Transmit, Verify
from wschat_tui.state.history.archive_effects import KeepOperation
from wschat_tui.state.inputs import (
    DiscardAsked,
    EditAsked,
    Heard,
    HistoryFailed,
    LinkUp,
    ResendAsked,
    SessionOpened,
    Tick,
    Typed,
    Unverified,
    Verified,
    Written,
)
from wschat_tui.state.reduce import reduce
from wschat_tui.state.server_inputs import IdentityKnown

LOBBY = "network:lobby"
BOB = "dm:alice:bob"


def sent(body, op_id="o1", scope=LOBBY):
    return Transmit(op_id, ChatSend(scope=scope, body=body))


def lose(scene, op_id="o1", text="hi", scope=LOBBY):
    """Write a message and lose the connection before any word of it; then connect again."""
    scene.send(op_id, text, scope)
    scene.down()
    scene.rejoin()


def look(scene):
    """Let the server settle; gives the order for a page."""
    scene.tick(2_000)
    (order,) = [one for one in scene.effects if isinstance(one, Verify)]
    return order


def show(scene, order, *received, more=False, cursor=""):
    """The page that was asked for."""
    events = tuple(one.payload for one in received)
    page = Verified(order.scope, order.check, scene.now, events, cursor, more)
    return scene.play(page)


def verdict(scene, op_id="o1"):
    row = scene.row(op_id)
    return (row.phase, row.doubt, scene.message(op_id).problem)


# ---- it is there, or it is not


def test_nothing_is_sent_to_that_room_before_the_history_has_told(online):
    lose(online)
    online.post("o2", "next")
    assert online.post("o3", "elsewhere", BOB) == [sent("elsewhere", "o3", "dm:bob")]
    assert verdict(online) == (
        "unconfirmed",
        "look",
        "Not confirmed yet; looking whether it arrived",
    )
    assert online.tick(1_999) == []


def test_what_is_not_there_goes_out_again_before_what_was_typed_later(online):
    lose(online)
    online.post("o2", "next")
    assert show(online, look(online)) == [sent("hi")]
    assert (online.row("o2").phase, online.row("o1").attempt) == ("queued", 1 + 1)


def test_what_is_there_is_delivered_and_the_next_goes(online, wire):
    lose(online)
    online.post("o2", "next")
    assert show(online, look(online), wire.said("m1", "alice", "hi")) == [sent("next", "o2")]
    assert (online.message("m1").delivery, online.message("m1").op_id) == ("sent", "o1")


def test_what_a_page_of_history_showed_already_is_shown_once(online, wire):
    lose(online)
    online.page(wire.said("m1", "alice", "hi"))
    assert online.ids() == ["m1", "o1"]
    show(online, look(online), wire.said("m1", "alice", "hi"))
    assert (online.ids(), online.state.outbox) == (["m1"], ())
    assert online.message("m1").op_id == "o1"


def test_what_was_heard_counts_though_the_page_is_older(online, wire):
    lose(online)
    order = look(online)
    online.page(wire.said("m1", "alice", "hi"))
    show(online, order)
    assert (online.ids(), online.state.outbox) == (["m1"], ())


def test_the_same_words_many_times_are_counted(online, wire):
    """Of two that were sent one is there; those that never left are no rivals of it."""
    online.send("o0")
    online.hear(wire.ack("o0", "m0"), wire.said("m0", "alice", "hi"))
    for number in (1, 2, 3):
        online.post(f"o{number}")
    online.play(Written("o1", online.now))
    online.down()
    online.rejoin()
    page = [wire.said("m0", "alice", "hi"), wire.said("m1", "alice", "hi")]
    assert show(online, look(online), *page) == [sent("hi", "o2")]
    assert online.message("m1").op_id == "o1"
    online.play(Written("o2", online.now))
    online.down()
    online.rejoin()
    assert show(online, look(online), *page) == [sent("hi", "o2")]


def test_a_server_that_keeps_our_op_id_is_believed(online, wire):
    lose(online)
    show(online, look(online), wire.said("o1", "alice", "hi"))
    assert (online.message("o1").delivery, online.state.outbox) == ("sent", ())


# ---- reading as far as it matters


def test_pages_are_read_until_what_was_there_before(online, wire):
    online.hear(wire.said("m0", "bob", at=0))
    lose(online)
    order = look(online)
    online.now += 1
    later = show(online, order, wire.said("m8", "bob", at=8), more=True, cursor="c")
    assert later == [Verify(LOBBY, order.check, "c", "m8")]
    page = wire.said("m0", "bob", at=0), wire.said("m1", "alice", "hi", at=1)
    show(online, later[0], *page, more=True)
    assert online.state.outbox == ()


def test_without_anything_before_pages_are_read_for_ten_minutes_back(online, wire):
    online.now += 3_600_000
    lose(online)
    order = look(online)
    assert show(online, order, wire.said("m9", "bob", at=3_500), more=True)[0].before == "m9"
    assert show(online, order, wire.said("m0", "bob", at=1), more=True) == [sent("hi")]


def test_a_history_that_lacks_what_is_known_lags_and_is_asked_again(online, wire):
    online.hear(wire.said("m0", "bob", at=0))
    lose(online)
    assert show(online, look(online)) == []
    order = look(online)
    assert show(online, order, wire.said("m0", "bob", at=0)) == [sent("hi")]


@pytest.mark.parametrize("how", ["fails", "lags", "is silent"])
def test_it_is_waited_for_half_a_minute_and_then_the_user_is_asked(online, wire, how):
    online.hear(wire.said("m0", "bob", at=0))
    lose(online)
    online.post("o2", "next")
    for _ in range(14):
        online.tick(2_000)
        orders = [one for one in online.effects if isinstance(one, Verify)]
        if how == "fails" and orders:
            online.play(Unverified(LOBBY, orders[0].check, online.now))
        elif how == "lags" and orders:
            show(online, orders[0])
    assert online.tick(2_000) == [sent("next", "o2")]
    assert verdict(online) == (
        "unconfirmed", "ask", "Not confirmed, and the server's history could not be read"
    )  # fmt: skip


def test_an_endless_history_is_read_so_far_and_no_further(online, wire):
    online.hear(wire.said("m0", "bob", at=0))
    lose(online)
    order = look(online)
    for _ in range(39):
        (again,) = show(online, order, wire.said("m9", "bob", at=9), more=True)
    assert again.check == order.check
    assert show(online, order, wire.said("m9", "bob", at=9), more=True) == []
    assert verdict(online)[1] == "ask"


def test_pages_of_another_look_are_nothing(online):
    online.play(Verified(LOBBY, "x", online.now, (), "", False), Unverified(LOBBY, "x", online.now))
    lose(online)
    before = look(online)
    online.down()
    online.rejoin()
    order = look(online)
    online.play(Verified(LOBBY, before.check, online.now, (), "", False))
    online.play(Unverified(LOBBY, before.check, online.now))
    assert online.row("o1").doubt == "look"
    assert show(online, order) == [sent("hi")]


def test_a_clock_that_is_set_back_begins_anew(online):
    """F23: nobody waits for an hour."""
    lose(online)
    online.now -= 3_600_000
    online.play(Tick(online.now))
    assert show(online, look(online)) == [sent("hi")]


# ---- what the history does not tell


@pytest.mark.parametrize(
    "told",
    [
        {"body": " HI! "},
        {"body": "**"},
        {"body": "Hi", "edited_at": "2023-11-14T22:13:30Z"},
        {"body": "", "deleted_at": "2023-11-14T22:13:30Z"},
        {"body": "hi", "created_at": "2023-11-14T23:13:30Z"},
        {"body": "hi", "created_at": "2023-11-14T12:13:30Z"},
    ],
)
def test_what_a_server_may_have_made_of_it_is_asked_about(online, wire, told):
    lose(online)
    online.post("o2", "next")
    data = {"who": "alice"} | told
    assert show(online, look(online), wire.said("m1", **data)) == [sent("next", "o2")]
    assert verdict(online)[1] == "ask"
    assert verdict(online)[2].startswith("Not confirmed; the server has something like it")


@pytest.mark.parametrize(
    "told",
    [
        {"who": "bob"},
        {"body": "something else"},
        {"body": "ho"},
        {"created_at": "2023-11-10T12:13:30Z"},
    ],
)
def test_what_is_certainly_another_is_no_obstacle(online, wire, told):
    lose(online)
    data = {"who": "alice", "body": "hi"} | told
    assert show(online, look(online), wire.said("m1", **data)) == [sent("hi")]


def test_where_another_device_is_at_work_its_words_are_not_taken_for_mine(online, wire):
    online.hear(wire.said("m0", "alice", "from my phone"))
    lose(online)
    page = wire.said("m0", "alice", "from my phone"), wire.said("m1", "alice", "hi")
    show(online, look(online), *page)
    assert verdict(online)[1] == "ask"
    assert "another device of yours" in verdict(online)[2]


def test_another_device_that_only_the_history_shows(online, wire):
    lose(online)
    page = wire.said("m1", "alice", "hi"), wire.said("m2", "alice", "from my phone", at=2)
    show(online, look(online), *page)
    assert verdict(online)[1] == "ask"


def test_an_echo_where_another_device_is_at_work_does_without_no_ack(online, wire):
    online.hear(wire.said("m0", "alice", "from my phone", created_at="?"))
    online.hear(wire.said("m5", "alice", "from my phone"))
    online.send("o1")
    online.hear(wire.said("m1", "alice", "hi", at=2))
    online.tick(2_000)
    assert online.row("o1").message_id == "m1"
    online.tick(8_000)
    assert verdict(online) == ("unconfirmed", "ask", "No confirmation in 10 s")
    assert online.message("m1").delivery == "received"


def test_who_i_am_is_not_known(scene, wire):
    scene.open(me="")
    scene.rejoin()
    scene.page()
    lose(scene)
    show(scene, look(scene), wire.said("m1", "somebody", "hi"))
    assert verdict(scene)[1] == "ask"
    lose(scene, "o2", "other")
    assert show(scene, look(scene), wire.said("m1", "somebody", "hi")) == [sent("other", "o2")]


def test_who_i_am_becomes_known_while_it_is_looked_for(scene, wire):
    scene.open(me="")
    scene.rejoin()
    lose(scene, scope="dm:bob")
    order = look(scene)
    scene.play(IdentityKnown("alice"))
    show(scene, order, wire.said("m1", "alice", "hi", scope=BOB))
    assert (scene.ids(BOB), scene.state.outbox) == (["m1"], ())


# ---- without a history: the user's word, given now or in the settings


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("policy", ["ask", "auto", "never"])
def test_what_becomes_of_it_is_as_the_settings_say(scene, policy, known):
    scene.play(SessionOpened("alice", "p", "s", "standard", "m", (LOBBY,), policy))
    scene.rejoin()
    if known:
        scene.play(HistoryFailed(LOBBY, "", absent=True))
    scene.send("o1")
    scene.post("o2", "next")
    scene.down()
    scene.rejoin()
    ordered = list(scene.effects)
    if not known:
        order = look(scene)
        ordered = scene.play(Unverified(LOBBY, order.check, scene.now, absent=True))
    assert (sent("hi") in ordered) == (policy == "auto")
    assert (sent("next", "o2") in ordered) == (policy != "auto")
    if policy != "auto":
        assert ("never sent again" in verdict(scene)[2]) == (policy == "never")
        assert resent(scene) == (["Send"] if policy == "ask" else [])


def resent(scene):
    scene.play(Written("o2", scene.now))
    scene.hear(*())
    scene.play(ResendAsked("o1", scene.now))
    return ["Send"] if scene.row("o1").phase == "queued" else []


def test_it_is_told_that_the_others_may_see_it_twice(scene):
    scene.play(SessionOpened("alice", "p", "s", "standard", "m", (LOBBY,), "auto"))
    scene.rejoin()
    scene.play(HistoryFailed(LOBBY, "", absent=True))
    scene.send("o1")
    scene.down()
    told = [one.text for one in scene.rejoin() if isinstance(one, Notify)]
    assert told == [
        "What was not confirmed is sent again, as you set it; the others may see it twice."
    ]


def test_a_server_that_turns_out_to_have_no_history_while_it_settles(online):
    lose(online)
    online.play(HistoryFailed(LOBBY, "", absent=True))
    online.tick(1_000)
    assert verdict(online)[1] == "ask"
    before = online.state
    online.play(LinkUp(online.now, "u9"))
    assert online.state.checks is before.checks


# ---- without an ack on a connection that lives


def test_without_an_ack_it_is_looked_for_behind_the_others(online, wire):
    """F16: it is never sent again by itself."""
    online.send("o1")
    online.post("o2", "next")
    assert online.tick(10_000) == [sent("next", "o2")]
    order = look(online)
    assert show(online, order) == []
    assert verdict(online) == (
        "unconfirmed", "ask", "Not confirmed, and the server's history does not have it"
    )  # fmt: skip


def test_and_where_the_history_has_it_it_is_delivered(online, wire):
    online.send("o1")
    online.tick(10_000)
    show(online, look(online), wire.said("m1", "alice", "hi"))
    assert (online.ids(), online.state.outbox) == (["m1"], ())


def test_where_the_connection_is_lost_before_that_it_is_looked_for_again(online, wire):
    """F16, F18: what a dead peer took after all is neither shown twice nor asked about."""
    online.send("o1")
    online.tick(10_000)
    online.down()
    online.rejoin()
    assert online.post("o2", "next") == [sent("next", "o2")]
    show(online, look(online), wire.said("m1", "alice", "hi"))
    assert online.message("m1").op_id == "o1"
    assert online.row("o1") is None


def test_and_is_not_sent_by_itself_where_it_is_not_there(online):
    online.send("o1")
    online.tick(10_000)
    online.down()
    online.rejoin()
    assert show(online, look(online)) == []
    assert verdict(online)[:2] == ("unconfirmed", "ask")


def test_what_was_asked_about_for_a_day_is_looked_for_no_more(online):
    online.send("o1")
    online.tick(10_000)
    online.down()
    online.tick(86_400_000)
    online.rejoin()
    assert LOBBY not in online.state.checks


def test_a_history_that_cannot_be_read_leaves_it_as_it_is(online):
    online.send("o1")
    online.tick(10_000)
    order = look(online)
    online.play(Unverified(LOBBY, order.check, online.now, absent=True))
    assert verdict(online) == ("unconfirmed", "ask", "No confirmation in 10 s")


def test_two_in_doubt_in_one_room_are_looked_for_together(online, wire):
    online.send("o1", "one")
    online.post("o2", "two")
    online.tick(10_000)
    online.play(Written("o2", online.now - 9_000))
    online.tick(1_000)
    assert online.state.checks[LOBBY].rows == ("o1", "o2")
    page = wire.said("m1", "alice", "one"), wire.said("m2", "alice", "two")
    show(online, look(online), *page)
    assert online.state.outbox == ()


def test_the_same_words_in_doubt_twice_are_told_apart_by_their_acks_alone(online, wire):
    online.send("o1")
    online.tick(10_000)
    online.send("o2")
    online.hear(wire.said("m2", "alice", "hi"))
    assert online.row("o2").message_id == ""
    online.hear(wire.ack("o2", "m2"))
    assert online.message("m2").op_id == "o2"
    assert online.message("o1").delivery == "unconfirmed"


# ---- while it is looked for


def test_sent_again_by_hand_it_goes_only_if_it_is_not_there(online, wire):
    for page in ((wire.said("m1", "alice", "hi"),), ()):
        lose(online)
        online.play(ResendAsked("o1", online.now))
        assert online.row("o1").phase == "queued"
        ordered = show(online, look(online), *page)
        assert (sent("hi") in ordered) == (not page)
        if page:
            online.hear(wire.deleted("m1", "hard"))


def test_sent_again_by_hand_while_it_is_looked_for_behind_the_others(online, wire):
    for page in ((wire.said("m1", "alice", "hi"),), ()):
        online.send("o1")
        online.tick(10_000)
        assert online.play(ResendAsked("o1", online.now)) == []
        ordered = show(online, look(online), *page)
        assert (sent("hi") in ordered) == (not page)
        if page:
            online.hear(wire.deleted("m1", "hard"))


def test_sent_again_by_hand_it_goes_where_nothing_tells(online):
    lose(online)
    online.play(ResendAsked("o1", online.now))
    order = look(online)
    assert online.play(Unverified(LOBBY, order.check, online.now, absent=True)) == [sent("hi")]


def test_given_up_it_is_not_taken_for_another_one(online, wire):
    lose(online)
    online.play(DiscardAsked("o1"))
    online.send("o2")
    online.down()
    online.rejoin()
    show(online, look(online), wire.said("m1", "alice", "hi"))
    assert [row.op_id for row in online.state.outbox] == ["o2"]
    assert verdict(online, "o2")[1] == "ask"


def test_given_up_it_is_forgotten_once_it_was_looked_for(online, wire):
    online.send("o1")
    online.tick(10_000)
    online.play(DiscardAsked("o1"))
    online.tick(1_000)
    show(online, look(online))
    assert online.state.outbox == ()


def test_given_up_it_is_forgotten_where_there_is_no_history(online):
    lose(online)
    online.play(DiscardAsked("o1"))
    order = look(online)
    online.play(Unverified(LOBBY, order.check, online.now, absent=True))
    assert online.state.outbox == ()


def test_given_up_too_late_it_is_shown_again(online, wire):
    online.send("o1")
    online.tick(10_000)
    online.play(DiscardAsked("o1"))
    online.hear(wire.ack("o1", "m1"))
    assert (online.ids(), online.message("m1").delivery) == (["m1"], "sent")


def test_given_up_and_refused_it_is_gone(online, wire):
    online.send("o1")
    online.tick(10_000)
    online.play(DiscardAsked("o1"))
    online.hear(wire.refusal("o1"))
    assert (online.ids(), online.state.outbox) == ([], ())


def test_given_up_offline_it_is_looked_for_later(online):
    online.send("o1")
    online.down()
    online.play(DiscardAsked("o1"))
    assert online.row("o1").phase == "discarded"
    online.rejoin()
    show(online, look(online))
    assert online.state.outbox == ()


# ---- clocks


def test_a_clock_that_differs_is_known_by_the_pongs(online, wire):
    """The server is an hour behind; what it has is found all the same."""
    behind = -3_600
    online.hear(wire.envelope("presence.pong", {"timestamp": "2023-11-14T21:13:20Z"}))
    assert online.state.skew == behind * 1_000
    lose(online)
    said = wire.said("m1", "alice", "hi", created_at="2023-11-14T21:13:21Z")
    show(online, look(online), said)
    assert online.state.outbox == ()
    online.hear(wire.envelope("presence.pong", {"timestamp": "2023-11-14T21:13:22Z"}))
    assert online.state.skew == behind * 1_000
    online.hear(wire.envelope("presence.pong", {"timestamp": "never"}))
    assert online.state.skew == behind * 1_000


# ---- rooms that have to be joined first, and long waits


def test_what_was_typed_offline_waits_until_the_room_is_joined(scene, wire):
    """F18: a room is joined before anything is sent to it."""
    scene.open()
    scene.post("o1", "one")
    scene.post("o2", "psst", "dm:bob")
    assert scene.up()[-1] == sent("psst", "o2", "dm:bob")
    (join,) = [one for one in scene.state.operations.values() if one.verb == "join"]
    scene.play(Written("o2", scene.now))
    scene.hear(wire.ack("o2", "m2"))
    assert scene.row("o1").phase == "queued"
    assert scene.hear(wire.refusal(join.op_id))[-1] == sent("one")


def test_a_join_that_nobody_acks_is_not_waited_for_for_ever(scene):
    scene.open()
    scene.post("o1", "one")
    scene.up()
    (join,) = [one for one in scene.state.operations.values() if one.verb == "join"]
    scene.play(Written(join.op_id, scene.now))
    assert sent("one") in scene.tick(10_000)


def test_what_waited_for_more_than_a_day_is_asked_about(scene):
    scene.open()
    scene.post("o1", "old")
    scene.send("o2", "older")
    scene.tick(86_400_001)
    assert verdict(scene)[0::2] == ("failed", "It waited for more than a day")
    scene.play(ResendAsked("o1", scene.now))
    assert sent("old") in scene.rejoin()


def test_and_so_is_what_was_to_be_sent_again(online):
    online.send("o1")
    online.down()
    online.play(ResendAsked("o1", online.now))
    online.tick(86_400_001)
    assert verdict(online) == ("unconfirmed", "ask", "It waited for more than a day")


def test_five_hundred_that_waited_go_in_their_order(scene, wire):
    scene.open()
    state, went = scene.state, []
    posted = [Typed(f"o{number:03}", scene.now, LOBBY, f"{number}") for number in range(500)]
    state, _ = reduce(state, *posted, LinkUp(scene.now, "u"))
    (join,) = [op for op, one in state.operations.items() if one.verb == "join"]
    heard = wire.ack(join)
    while True:
        state, effects = reduce(state, Heard((heard,), scene.now, "s"))
        sends = [one for one in effects if isinstance(getattr(one, "request", None), ChatSend)]
        if not sends:
            break
        went += [one.request.body for one in sends]
        state, _ = reduce(state, Written(sends[0].op_id, scene.now))
        heard = wire.ack(sends[0].op_id, f"m{len(went):03}")
    assert went == [f"{number}" for number in range(500)]
    assert state.outbox == ()


# ---- echoes that come in pages, and acks that are nonsense


def test_a_page_may_hold_the_echo_of_the_one_in_flight(online, wire):
    online.hear(wire.said("m0", "bob", at=0.5))
    online.send("o1")
    online.page(wire.said("m9", "alice", "hi", at=0), wire.said("m1", "alice", "hi", at=1))
    assert online.row("o1").message_id == "m1"
    online.hear(wire.ack("o1", "m1"))
    assert sorted(online.ids()) == ["m0", "m1", "m9"]


def test_an_ack_that_names_the_echo_of_another_is_believed(online, wire):
    online.send("o1", "one")
    online.tick(10_000)
    online.send("o2", "two")
    online.hear(wire.said("m2", "alice", "two"), wire.ack("o1", "m2"))
    assert (online.row("o2").message_id, online.message("m2").op_id) == ("", "o1")


def test_old_and_undated_words_are_no_sign_of_another_device(online, wire):
    online.page(
        wire.said("m0", "alice", "long ago", created_at="2023-11-14T20:13:20Z"),
        wire.said("m1", "alice", "undated", created_at="?"),
    )
    lose(online)
    page = wire.said("m1", "alice", "undated", created_at="?"), wire.said("m2", "alice", "hi", at=3)
    show(online, look(online), *page)
    assert online.message("m2").op_id == "o1"


def test_what_others_said_meanwhile_is_not_mine(online, wire):
    lose(online)
    online.hear(wire.said("m5", "bob", "hi"))
    assert show(online, look(online), wire.said("m5", "bob", "hi")) == [sent("hi")]


def test_what_waits_in_a_direct_chat_moves_with_it_on_the_disk(scene, wire):
    scene.open(me="")
    scene.rejoin()
    scene.hear(wire.said("m1", "bob", scope="dm:bob"))
    scene.play(EditAsked("e1", scene.now, "m1", "x"))
    scene.play(IdentityKnown("alice"))
    (order,) = [one for one in scene.effects if isinstance(one, KeepOperation)]
    assert order.operation.scope == BOB


@pytest.mark.parametrize("skipped", [0, 1])
def test_a_row_that_cannot_be_read_may_be_the_one_in_doubt(online, wire, skipped):
    online.hear(wire.said("m1", "bob"))
    lose(online)
    order = look(online)
    events = (wire.said("m1", "bob").payload,)
    page = Verified(LOBBY, order.check, online.now, events, "", False, skipped)
    effects = online.play(page)
    assert (sent("hi") in effects) == (not skipped)
    assert verdict(online)[1] == ("ask" if skipped else "")
