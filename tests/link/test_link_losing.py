"""Losing a connection and coming back: flapping, close codes, silence, poison, goodbye (F1-F7, F10, F12)."""

import asyncio
import json
import os
import signal
import sys
import time
from dataclasses import replace

import pytest

from wschat_tui.link.news import (
    Connecting,
    LoginNeeded,
    Lost,
    Opened,
    Silent,
    Stopped,
    Unsent,
    Written,
)
from wschat_tui.link.options import Timers
from wschat_tui.protocol.requests import ChatSend, ChatTyping

HANDSHAKE = (
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: {}\r\n\r\n"
)


async def listen(channel, seen):
    async for frame in channel:
        document = json.loads(frame)
        if document["type"] != "presence.ping":
            seen.frames.append(document)


def closing(code, reason=""):
    async def handler(channel, seen):
        await channel.close(code, reason)

    return handler


async def test_flapping_server_gets_at_most_ten_connects_in_three_seconds(watch, chat_server):
    """With the real delays, scaled by nothing: the smallest jitter is the worst case (F3)."""
    server = await chat_server(closing(1000))
    timers = Timers()
    link = watch(server.url, timers=timers, jitter=lambda: 0.0)
    waits = []
    while sum(waits) < 3.0:
        lost = await link.get(Lost, len(waits) + 1)
        waits.append(lost.retry_in)
        link.link.retry_now()
    assert len(waits) <= 10
    assert waits == sorted(waits)


async def test_flapping_server_does_not_reset_the_wait(watch, chat_server, quick):
    server = await chat_server(closing(1011))
    link = watch(server.url)
    await link.get(Lost, 5)
    assert [news.attempt for news in link.all(Lost)[:5]] == [1, 2, 3, 4, 5]
    assert link.all(Connecting)[:5] == [Connecting(number) for number in range(1, 6)]


async def test_a_connection_that_lasted_makes_the_next_failure_the_first(watch, chat_server, quick):
    server = await chat_server(closing(1011))
    link = watch(server.url, timers=replace(quick, stable_after=0.0))
    await link.get(Lost, 3)
    assert [news.attempt for news in link.all(Lost)[:3]] == [1, 1, 1]


@pytest.mark.parametrize("code", [1000, 1001, 1011, 1012, 1013, 1014, 3999, 4000, 4999])
async def test_code_that_is_tried_again(watch, chat_server, code):
    """F6, F7: also 1000, where we did not ask for it; the wait is told with the server's words."""
    server = await chat_server(closing(code, "because \x1b[31m"))
    link = watch(server.url)
    await link.get(Opened, 2)
    lost = link.all(Lost)[0]
    assert lost.code == code
    assert "“because ␛[31m”" in lost.sentence
    assert lost.poison is None


@pytest.mark.parametrize("code", [1002, 1003, 1007, 1008, 1010, 4403])
async def test_code_that_stops(watch, chat_server, code):
    """F5: why is told, and the retry key tries again."""
    server = await chat_server(closing(code))
    link = watch(server.url)
    stopped = await link.get(Stopped)
    assert stopped.code == code
    link.link.retry_now()
    await link.get(Stopped, 2)
    assert len(server.requests) == 2


async def test_close_without_a_code_is_no_clean_end(watch, chat_server):
    """F6: 1005 is tried again like a lost connection."""

    async def empty(channel, seen):
        channel.protocol.send_close()
        channel.send_data()
        await channel.wait_closed()

    link = watch((await chat_server(empty)).url)
    await link.get(Opened, 2)
    assert link.all(Lost)[0].code == 1005


async def test_cut_without_a_word(watch, chat_server):
    """F6: 1006 is."""

    async def cut(channel, seen):
        channel.transport.abort()

    link = watch((await chat_server(cut)).url)
    await link.get(Opened, 2)
    assert link.all(Lost)[0].code is None
    assert "was cut" in link.all(Lost)[0].sentence


SERVER = """
import asyncio, sys
from websockets.asyncio.server import serve
async def main():
    async def attend(channel):
        async for _ in channel: pass
    async with serve(attend, "127.0.0.1", 0) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().create_future()
asyncio.run(main())
"""


async def test_killed_server_is_noticed_at_once(watch):
    """F1: no close frame, no code, and no timer that has to run out."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, stdout=asyncio.subprocess.PIPE
    )
    try:
        port = int(await process.stdout.readline())
        link = watch(f"ws://127.0.0.1:{port}")
        await link.get(Opened)
        os.kill(process.pid, signal.SIGKILL)
        lost = await link.get(Lost)
        assert lost.code is None
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


# ---- silence


@pytest.fixture
def blackhole(raw_server):
    """A server that opens a WebSocket, and then neither reads nor writes."""
    from websockets.utils import accept_key

    async def start():
        async def attend(reader, writer, seen):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            key = head.split("Sec-WebSocket-Key: ")[1].split("\r\n")[0]
            writer.write(HANDSHAKE.format(accept_key(key)).encode())
            await writer.drain()
            seen.hanging = asyncio.get_running_loop().create_future()
            await seen.hanging

        return await raw_server(attend)

    return start


async def test_half_open_link_is_noticed_within_the_sum_of_the_timers(watch, blackhole, quick):
    """A tenth of the 15 + 15 + 3 seconds; and the silence is told from half of it on (F2)."""
    server = await blackhole()
    timers = replace(
        quick, ping_interval=0.15, ping_timeout=0.15, close_timeout=0.03, silence_step=0.01
    )
    assert timers.dead_after == pytest.approx(0.33)
    link = watch(server.url, timers=timers)
    await link.get(Opened)
    opened = time.monotonic()
    lost = await link.get(Lost)
    took = time.monotonic() - opened
    # The library's defaults, as scaled, would take five seconds.
    assert took < 0.33 + 1.0
    assert lost.code == 1011
    assert "stopped answering" in lost.sentence
    silences = [news.seconds for news in link.all(Silent)]
    assert silences
    assert silences == sorted(silences)
    assert silences[0] >= 0.165


async def test_defaults_notice_a_dead_link_in_33_seconds():
    """F2: the sum of the three timers."""
    timers = Timers()
    assert timers.dead_after == 33.0
    assert timers.heartbeat == 25.0


async def test_what_went_into_a_dead_link_is_written_and_the_rest_unsent(watch, blackhole, quick):
    """Big frames fill the buffers: what no longer fits into the socket provably never left."""
    server = await blackhole()
    timers = replace(quick, ping_interval=0.15, ping_timeout=0.15, close_timeout=0.03)
    link = watch(server.url, timers=timers, rate=100_000.0, burst=100_000)
    await link.get(Opened)
    names = [f"op-{number}" for number in range(60)]
    for name in names:
        body = os.urandom(200_000).hex()
        assert link.link.send(name, ChatSend(scope="host", body=body)) is None
    await link.get(Lost)
    written = [news.op_id for news in link.all(Written)]
    unsent = [name for news in link.all(Unsent) for name in news.op_ids]
    assert written + unsent == names
    assert written
    assert unsent


async def test_a_stop_of_this_process_is_no_silence_of_the_server(watch, chat_server, quick):
    """F9: after half a second in which nothing ran, the link lives."""
    timers = replace(
        quick, ping_interval=0.15, ping_timeout=0.15, close_timeout=0.05, silence_step=0.01
    )
    link = watch((await chat_server(listen)).url, timers=timers)
    await link.get(Opened)
    await asyncio.sleep(0.02)
    stop = time.monotonic() + 0.5
    while time.monotonic() < stop:
        pass
    await asyncio.sleep(0.1)
    assert link.all(Lost) == []


async def test_silence_that_ends_is_told(watch, chat_server, quick):
    gate = asyncio.Event()

    async def pause(channel, seen):
        channel.transport.pause_reading()
        await gate.wait()
        channel.transport.resume_reading()
        await listen(channel, seen)

    timers = replace(
        quick, ping_interval=0.05, ping_timeout=1.0, close_timeout=0.03, silence_step=0.01
    )
    link = watch((await chat_server(pause)).url, timers=timers)
    await link.get(Silent)
    gate.set()
    await link.until(lambda: Silent(0.0) in link.news or link.all(Lost))
    assert link.all(Lost) == []


# ---- frames that end connections


async def test_1009_of_the_server_names_the_frame_and_it_is_not_sent_again(watch, chat_server):
    """F12: the largest frame without an answer is the one that is meant."""
    server = await chat_server(listen, max_size=1000)
    link = watch(server.url)
    await link.get(Opened)
    link.link.send("small", ChatSend(scope="host", body="x"))
    link.link.send("big", ChatSend(scope="host", body="x" * 2000))
    link.link.send("typing", ChatTyping(scope="host", typing=True))
    lost = await link.get(Lost)
    assert (lost.code, lost.poison) == (1009, "big")
    assert "too large a message" in lost.sentence
    await link.get(Opened, 2)
    assert [frame["op_id"] for frame in server.frames if frame["op_id"] == "big"] == []


async def test_1009_over_nothing_of_ours_blames_nothing(watch, chat_server):
    link = watch((await chat_server(closing(1009))).url)
    assert (await link.get(Lost)).poison is None


async def test_1009_does_not_blame_what_was_answered(watch, chat_server):
    async def ack_and_close(channel, seen):
        async for frame in channel:
            op_id = json.loads(frame)["op_id"]
            if op_id.startswith("own"):
                continue
            if op_id == "last":
                await channel.close(1009)
            await channel.send(f'{{"type":"ack","op_id":"{op_id}"}}')

    link = watch((await chat_server(ack_and_close)).url)
    await link.get(Opened)
    link.link.send("big", ChatSend(scope="host", body="x" * 2000))
    await link.until(lambda: any(item.op_id == "big" for item in link.received))
    link.link.send("last", ChatSend(scope="host", body="x"))
    assert (await link.get(Lost)).poison == "last"


async def test_1009_remembers_only_so_much(watch, chat_server):
    """Frames that nobody ever answers, more than are remembered: the newest are what counts."""

    async def close(channel, seen):
        async for frame in channel:
            seen.frames.append(frame)
            if '"last"' in frame:
                await channel.close(1009)

    server = await chat_server(close)
    link = watch(server.url, rate=100_000.0, burst=100_000)
    await link.get(Opened)
    link.link.send("forgotten", ChatSend(scope="host", body="x" * 5000))
    for number in range(300):
        link.link.send(f"op-{number}", ChatSend(scope="host", body="x"))
    link.link.send("last", ChatSend(scope="host", body="x" * 100))
    assert (await link.get(Lost)).poison == "last"


# ---- waiting and leaving


async def test_retry_now_ends_the_wait(watch, chat_server, quick):
    server = await chat_server(closing(1001))
    timers = replace(quick, first_delay=600.0, longest_delay=600.0)
    link = watch(server.url, timers=timers)
    lost = await link.get(Lost)
    assert lost.retry_in == pytest.approx(450.0)
    link.link.retry_now()
    await link.get(Opened, 2)


async def test_retry_now_while_connected_changes_nothing(watch, chat_server, quick):
    server = await chat_server(listen)
    link = watch(server.url, timers=replace(quick, first_delay=600.0, longest_delay=600.0))
    await link.get(Opened)
    link.link.retry_now()
    await server_close(server)
    await link.get(Lost)
    await asyncio.sleep(0.05)
    assert link.all(Connecting) == [Connecting(1)]


async def server_close(server):
    for channel in list(server.server.connections):
        await channel.close(1001)


@pytest.mark.parametrize("how", ["close", "cancel"])
async def test_we_leave_with_1000_and_say_what_never_left(watch, chat_server, how, until):
    codes = []

    async def note(channel, seen):
        await channel.wait_closed()
        codes.append(channel.close_code)

    server = await chat_server(note)
    link = watch(server.url, rate=0.001, burst=1)
    await link.get(Opened)
    link.link.send("a", ChatSend(scope="host", body="x"))
    link.link.send("b", ChatSend(scope="host", body="x"))
    if how == "close":
        link.link.close()
        await link.run
    else:
        link.run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await link.run
        link.run = asyncio.get_running_loop().create_future()
        link.run.set_result(None)
    await until(lambda: codes)
    assert codes == [1000]
    told = [news.op_id for news in link.all(Written)] + list(link.all(Unsent)[0].op_ids)
    assert told == ["a", "b"]
    assert link.all(Lost) == []
    assert not link.link.send("c", ChatSend(scope="host", body="x")).too_large


async def test_leaving_a_dead_link_takes_no_longer_than_the_close_timeout(watch, blackhole, quick):
    server = await blackhole()
    link = watch(server.url, timers=replace(quick, close_timeout=0.1))
    await link.get(Opened)
    began = time.monotonic()
    await link.close()
    assert time.monotonic() - began < 1.0


async def test_leaving_twice_in_a_hurry_does_not_wait_at_all(watch, blackhole, quick):
    server = await blackhole()
    link = watch(server.url, timers=replace(quick, close_timeout=30.0))
    await link.get(Opened)
    link.link.close()
    await asyncio.sleep(0.02)
    link.link.close()
    async with asyncio.timeout(5):
        await link.run


@pytest.mark.parametrize("state", ["before", "connecting", "waiting", "stopped", "login"])
async def test_leaving_at_any_moment(watch, raw_server, answering, state):
    async def silent(reader, writer, seen):
        await reader.read()

    if state in {"before", "connecting"}:
        link = watch((await raw_server(silent)).url)
        if state == "connecting":
            await link.get(Connecting)
    else:
        status = {"waiting": 503, "stopped": 403, "login": 401}[state]
        link = watch((await answering(f"HTTP/1.1 {status} X\r\nRetry-After: 200\r\n\r\n")).url)
        await link.get({"waiting": Lost, "stopped": Stopped, "login": LoginNeeded}[state])
    async with asyncio.timeout(5):
        await link.close()
    assert link.all(Opened) == []


async def test_a_fault_of_ours_crashes_and_still_says_goodbye(chat_server, supply_of, quick, until):
    from wschat_tui.link.client import Link
    from wschat_tui.link.options import Options

    codes = []

    async def note(channel, seen):
        await channel.send('{"type":"ack","op_id":"x"}')
        await channel.wait_closed()
        codes.append(channel.close_code)

    def deliver(news):
        if not isinstance(news, Connecting | Opened):
            raise ZeroDivisionError

    server = await chat_server(note)
    link = Link(
        Options(server.url, timers=quick),
        supply_of(),
        deliver,
        new_id=lambda: "own",
        wall=lambda: 0,
    )
    with pytest.raises(ExceptionGroup) as raised:
        await link.run()
    assert raised.group_contains(ZeroDivisionError)
    await until(lambda: codes)
    assert codes == [1000]
