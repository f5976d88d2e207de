"""An open connection: frames in and out, the pace, the heartbeat, the renewal of the token."""

import asyncio
import json
import time
from dataclasses import replace

import pytest

from wschat_tui.link.auth import TokenSupply
from wschat_tui.link.client import NotQueued
from wschat_tui.link.news import Frames, Lost, Opened, RoundTrip, Unsent, Written
from wschat_tui.protocol.dialects import GOCONNECT
from wschat_tui.protocol.events import (
    Ack,
    ChatTypingUser,
    ErrorReply,
    MalformedMessage,
    PresencePong,
    UnknownMessage,
)
from wschat_tui.protocol.requests import CallEnd, ChatRead, ChatSend, ChatTyping, RoomJoin
from wschat_tui.protocol.tokens import Tokens

PONG = '{"type":"presence.pong","op_id":"%s","data":{"timestamp":"2024-01-01T00:00:00Z"}}'
TYPING = '{"type":"chat.typing.user","data":{"scope":"host","user_id":"bob","typing":true}}'


async def listen(channel, seen):
    """Keep every request but the heartbeat's, which is counted."""
    async for frame in channel:
        document = json.loads(frame)
        if document["type"] == "presence.ping":
            seen.pings += 1
        else:
            seen.frames.append(document)


def say(*frames):
    async def handler(channel, seen):
        for frame in frames:
            await channel.send(frame)
        await listen(channel, seen)

    return handler


def ops(server):
    return [frame["op_id"] for frame in server.frames]


@pytest.fixture
def pinged(until):
    """Wait until the first ping is through, so that it does not mix with what a test counts."""

    async def wait(server):
        await until(lambda: server.pings)

    return wait


# ---- in


async def test_batch_of_envelopes_arrives_together_and_in_order(watch, chat_server, quick):
    batch = "\n".join([TYPING, "", '{"type":"new.thing","data":1}', "nonsense", TYPING + "\n"])
    link = watch((await chat_server(say(batch))).url, timers=replace(quick, slice=60.0))
    frames = await link.get(Frames)
    kinds = [type(item.payload) for item in frames.received]
    assert kinds == [ChatTypingUser, UnknownMessage, MalformedMessage, ChatTypingUser]


async def test_frames_that_came_together_are_told_together(watch, chat_server):
    gate = asyncio.Event()

    async def burst(channel, seen):
        await gate.wait()
        for _ in range(20):
            await channel.send(TYPING)
        await listen(channel, seen)

    link = watch((await chat_server(burst)).url)
    await link.get(Opened)
    gate.set()
    await link.until(lambda: len(link.received) == 20)
    assert len(link.all(Frames)) < 20


async def test_binary_frames_are_read_when_they_are_utf8(watch, chat_server):
    link = watch((await chat_server(say(TYPING.encode(), b"\xff\xfe\x00"))).url)
    await link.until(lambda: len(link.received) == 2)
    assert [type(item.payload) for item in link.received] == [ChatTypingUser, MalformedMessage]
    assert link.all(Lost) == []


async def test_acks_in_any_order_are_simply_delivered(watch, chat_server):
    acks = [f'{{"type":"ack","op_id":"{name}","data":{{"n":"{name}"}}}}' for name in "cabb"]
    link = watch((await chat_server(say(*acks))).url)
    await link.until(lambda: len(link.received) == 4)
    assert [item.op_id for item in link.received] == list("cabb")
    assert all(isinstance(item.payload, Ack) for item in link.received)


async def test_a_flood_leaves_others_their_turn(watch, chat_server):
    """One frame of 2,000 envelopes, read in slices: others run many times before it is through."""
    link = watch((await chat_server(say("\n".join([TYPING] * 2000)))).url)
    turns, longest, before = 0, 0.0, time.perf_counter()
    while len(link.received) < 2000:
        await asyncio.sleep(0)
        turns += bool(link.received)
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
    assert turns > 3
    assert len(link.all(Frames)) > 3


async def test_slices_follow_the_clock_and_not_the_count(watch, chat_server, quick):
    whole = watch(
        (await chat_server(say("\n".join([TYPING] * 50)))).url, timers=replace(quick, slice=60.0)
    )
    await whole.until(lambda: whole.received)
    assert [len(news.received) for news in whole.all(Frames)] == [50]
    single = watch(
        (await chat_server(say("\n".join([TYPING] * 50)))).url, timers=replace(quick, slice=0.0)
    )
    await single.until(lambda: len(single.received) == 50)
    assert len(single.all(Frames)) > 10


async def test_a_slow_consumer_does_not_kill_the_keepalive(watch, chat_server, quick, until):
    """The consumer takes longer for the burst than the keepalive allows for a pong (F8)."""
    taken = []

    def slow(news):
        if isinstance(news, Frames):
            until = time.perf_counter() + 0.0007 * len(news.received)
            while time.perf_counter() < until:
                pass
            taken.extend(news.received)
        elif isinstance(news, Lost):
            taken.append(news)

    timers = replace(quick, ping_interval=0.2, ping_timeout=2.0, close_timeout=0.5)
    server = await chat_server(say(*["\n".join([TYPING] * 50)] * 90))
    watch(server.url, timers=timers, deliver=slow)
    await until(lambda: len(taken) >= 4500)
    assert not any(isinstance(item, Lost) for item in taken)
    assert len(server.requests) == 1


# ---- out


async def test_written_says_that_the_socket_has_it(watch, chat_server, until, pinged):
    server = await chat_server(listen)
    link = watch(server.url)
    await pinged(server)
    assert link.link.send("op-1", ChatSend(scope="host", body="hé")) is None
    assert link.link.waiting == 1
    assert await link.get(Written) == Written("op-1")
    await until(lambda: server.frames)
    assert server.frames == [
        {"type": "chat.send", "op_id": "op-1", "data": {"scope": "host", "body": "hé"}}
    ]
    assert link.link.waiting == 0


async def test_written_comes_before_any_answer(watch, chat_server):
    async def ack(channel, seen):
        async for frame in channel:
            op_id = json.loads(frame)["op_id"]
            await channel.send(f'{{"type":"ack","op_id":"{op_id}"}}')

    link = watch((await chat_server(ack)).url)
    await link.get(Opened)
    for number in range(10):
        link.link.send(f"op-{number}", ChatSend(scope="host", body="x"))
    await link.until(lambda: len(link.received) >= 10)
    for number in range(10):
        written = link.news.index(Written(f"op-{number}"))
        answered = next(
            place
            for place, news in enumerate(link.news)
            if isinstance(news, Frames)
            and any(item.op_id == f"op-{number}" for item in news.received)
        )
        assert written < answered


async def test_the_dialect_decides_what_is_written(watch, chat_server, until):
    server = await chat_server(listen)
    link = watch(server.url, dialect=GOCONNECT)
    await link.get(Opened)
    link.link.send("op", CallEnd(target_id="bob", reason="busy"))
    await until(lambda: server.frames)
    assert server.frames[0]["data"] == {"targetId": "bob", "signal": {"reason": "busy"}}


async def test_news_of_opening_can_be_answered_at_once(watch, chat_server, supply_of, until):
    server = await chat_server(listen)
    answered = []

    def deliver(news):
        if isinstance(news, Opened):
            answered.append(link.link.send("join", RoomJoin(room="host")))

    link = watch(server.url, deliver=deliver)
    await until(lambda: server.frames)
    assert ops(server) == ["join"]
    assert answered == [None]


@pytest.mark.parametrize(("over", "fits"), [(0, True), (1, False)])
async def test_frame_of_at_most_512_kib(watch, chat_server, over, fits, until, pinged):
    """F11: what a server would close the connection over is not written."""
    server = await chat_server(listen)
    link = watch(server.url)
    await pinged(server)
    frame = len('{"type":"chat.send","op_id":"op","data":{"scope":"host","body":""}}')
    body = "é" * 1000 + "x" * (512 * 1024 - frame - 2000 + over)
    answer = link.link.send("op", ChatSend(scope="host", body=body))
    if fits:
        assert answer is None
        await until(lambda: server.frames)
    else:
        assert isinstance(answer, NotQueued)
        assert (answer.op_id, answer.too_large) == ("op", True)
        assert "512 KiB" in answer.sentence
        assert "kept" in answer.sentence
        assert link.link.waiting == 0


async def test_without_a_connection_nothing_is_queued(watch, answering):
    server = await answering("HTTP/1.1 403 No\r\n\r\n")
    link = watch(server.url)
    answer = link.link.send("op", ChatSend(scope="host", body="x"))
    assert (answer.op_id, answer.too_large) == ("op", False)
    assert "no connection" in answer.sentence
    link.link.slow_down(1.0)
    assert link.link.waiting == 0


async def test_no_more_than_the_budget_leaves_and_calls_go_first(watch, chat_server, until, pinged):
    """F17: one budget for all frames."""
    server = await chat_server(listen)
    link = watch(server.url, rate=0.001, burst=4)
    await pinged(server)
    for number in range(6):
        link.link.send(f"join-{number}", RoomJoin(room="host"))
    link.link.send("call", CallEnd(target_id="bob", reason="hangup"))
    link.link.send("vip", RoomJoin(room="host"), urgent=True)
    await link.get(Written, 3)
    await until(lambda: len(server.frames) == 3)
    # The first of the four was the ping.
    assert ops(server) == ["call", "vip", "join-0"]
    assert link.link.waiting == 5


async def test_typing_and_read_marks_that_wait_are_replaced(watch, chat_server, until, pinged):
    server = await chat_server(listen)
    link = watch(server.url, rate=10.0, burst=1)
    await pinged(server)
    for number in range(5):
        link.link.send(f"typing-{number}", ChatTyping(scope="host", typing=number % 2 == 0))
        link.link.send(f"read-{number}", ChatRead(message_id=f"m{number}", room="host"))
    await until(lambda: len(server.frames) == 2)
    assert ops(server) == ["typing-4", "read-4"]
    assert link.all(Written) == [Written("typing-4"), Written("read-4")]


@pytest.mark.parametrize("by", ["server", "caller"])
async def test_too_much_for_the_server_is_a_pause(watch, chat_server, by, until):
    limit = '{"type":"error","error":{"code":"ERR_RATE_LIMIT","message":"slow"}}'
    server = await chat_server(say(limit) if by == "server" else listen)
    link = watch(server.url)
    await link.get(Opened)
    if by == "server":
        await link.until(lambda: link.received)
        assert isinstance(link.received[0].payload, ErrorReply)
    else:
        link.link.slow_down(0.2)
    began = time.monotonic()
    link.link.send("op", ChatSend(scope="host", body="x"))
    await until(lambda: server.frames)
    assert time.monotonic() - began >= 0.2


async def test_what_never_left_is_told_and_nothing_else(watch, chat_server, pinged):
    gate = asyncio.Event()

    async def close(channel, seen):
        await channel.recv()
        seen.pings += 1
        await gate.wait()
        await channel.close(1001)

    server = await chat_server(close)
    link = watch(server.url, rate=0.001, burst=4)
    await pinged(server)
    names = [f"op-{number}" for number in range(6)]
    for name in names:
        link.link.send(name, ChatSend(scope="host", body="x"))
    await link.get(Written, 3)
    gate.set()
    lost = await link.get(Lost)
    assert [news.op_id for news in link.all(Written)] == names[:3]
    unsent = link.all(Unsent)
    assert unsent == [Unsent(tuple(names[3:]))]
    assert link.news.index(unsent[0]) < link.news.index(lost)
    answer = link.link.send("late", ChatSend(scope="host", body="x"))
    assert answer is None or not answer.too_large


# ---- heartbeat


async def test_heartbeat_is_answered_with_a_round_trip(watch, chat_server, quick):
    async def pong(channel, seen):
        async for frame in channel:
            document = json.loads(frame)
            assert document["type"] == "presence.ping"
            assert "data" not in document
            seen.frames.append(document)
            await channel.send(PONG % document["op_id"])

    server = await chat_server(pong)
    link = watch(server.url, timers=replace(quick, heartbeat=0.05))
    await link.get(RoundTrip, 3)
    assert all(0 < news.seconds < 5 for news in link.all(RoundTrip))
    assert len(set(ops(server))) >= 3
    assert isinstance(link.received[0].payload, PresencePong)
    assert link.all(Written) == []


async def test_heartbeat_that_nobody_answers_is_unknown(watch, chat_server, quick):
    link = watch((await chat_server(listen)).url, timers=replace(quick, heartbeat=0.03))
    assert await link.get(RoundTrip, 2) == RoundTrip(None)


# ---- the token


def supply_with(life_ms, stored, at=lambda: 0):
    async def store(tokens):
        stored.append(tokens)

    return TokenSupply(Tokens("token-1", "refresh-1", life_ms), store=store, post=None, wall=at)


def granted(op_id, name, life=900):
    data = {"access_token": f"token-{name}", "refresh_token": f"refresh-{name}", "expires_in": life}
    return json.dumps({"type": "ack", "op_id": op_id, "data": data})


async def test_token_is_renewed_on_the_socket_in_time_and_shown_to_nobody(watch, chat_server):
    async def renew(channel, seen):
        async for frame in channel:
            document = json.loads(frame)
            if document["type"] == "auth.refresh":
                seen.frames.append(document)
                await channel.send(granted(document["op_id"], "2") + "\n" + TYPING)

    stored = []
    server = await chat_server(renew)
    supply = supply_with(100, stored)
    link = watch(server.url, supply=supply)
    await link.until(lambda: link.received)
    assert [frame["data"] for frame in server.frames] == [{"refresh_token": "refresh-1"}]
    assert stored == [Tokens("token-2", "refresh-2", 900_000)]
    assert supply.access == "token-2"
    assert [type(item.payload) for item in link.received] == [ChatTypingUser]
    assert link.all(Written) == []
    assert "refresh-" not in repr(link.news)


async def test_renewal_that_is_refused_keeps_the_pair(watch, chat_server, until):
    async def refuse(channel, seen):
        async for frame in channel:
            document = json.loads(frame)
            if document["type"] == "auth.refresh":
                seen.frames.append(document)
                error = {"code": "ERR_HANDLER_FAILED", "message": "no"}
                await channel.send(
                    json.dumps({"type": "error", "op_id": document["op_id"], "error": error})
                )

    stored = []
    server = await chat_server(refuse)
    supply = supply_with(50, stored)
    link = watch(server.url, supply=supply)
    await until(lambda: server.frames and supply.due_in() is None)
    assert stored == []
    assert supply.access == "token-1"
    assert link.all(Lost) == []


async def test_late_ack_of_a_renewal_is_taken_and_shown_to_nobody(watch, chat_server, quick, until):
    """F25, S13."""
    gate = asyncio.Event()

    async def late(channel, seen):
        async for frame in channel:
            document = json.loads(frame)
            if document["type"] == "auth.refresh":
                seen.frames.append(document)
                await gate.wait()
                await channel.send(granted(document["op_id"], "2") + "\n" + TYPING)

    stored = []
    server = await chat_server(late)
    supply = supply_with(10, stored)
    link = watch(server.url, supply=supply, timers=replace(quick, refresh_timeout=0.02))
    await until(lambda: server.frames and supply.due_in() is None)
    # The lock is free again when nobody waits for the ack any more.
    async with asyncio.timeout(5):
        assert await supply.renew("token-1") == "login"
    gate.set()
    await link.until(lambda: link.received)
    await until(lambda: stored)
    assert supply.access == "token-2"
    assert [type(item.payload) for item in link.received] == [ChatTypingUser]


async def test_pair_is_stored_though_the_socket_closes_meanwhile(watch, chat_server):
    """F25."""
    storing, kept = asyncio.Event(), []

    async def store(tokens):
        storing.set()
        await asyncio.sleep(0.05)
        kept.append(tokens)

    async def grant_and_close(channel, seen):
        async for frame in channel:
            document = json.loads(frame)
            if document["type"] == "auth.refresh":
                await channel.send(granted(document["op_id"], "2"))
                await channel.close(1001)

    server = await chat_server(grant_and_close)
    supply = TokenSupply(Tokens("token-1", "refresh-1", 10), store=store, post=None, wall=lambda: 0)
    link = watch(server.url, supply=supply)
    await link.get(Lost)
    assert storing.is_set()
    assert kept == [Tokens("token-2", "refresh-2", 900_000)]
    assert supply.access == "token-2"


async def test_renewal_without_an_answer_ends_with_the_connection(watch, chat_server):
    async def swallow_and_close(channel, seen):
        async for frame in channel:
            if json.loads(frame)["type"] == "auth.refresh":
                await channel.close(1001)

    link = watch((await chat_server(swallow_and_close)).url, supply=supply_with(10, []))
    await link.get(Opened, 2)
    assert link.all(Lost)[0].code == 1001
