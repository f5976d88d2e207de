import random
import socket
import threading
from pathlib import Path

import aioice.ice
import pytest

from wschat_tui.media import gathering
from wschat_tui.media.setup import IceServer
from wschat_tui.state.calls.call_effects import CloseMedia, OpenMedia, Reoffer, Show
from wschat_tui.state.calls.call_inputs import (
    MediaCandidate,
    MediaConnected,
    MediaDescribed,
    MediaEnded,
    MediaFlowing,
    MediaMeasured,
    MediaNotice,
    MediaPicture,
    MediaVerified,
)

CALL = "call-1"


@pytest.fixture
def lose(monkeypatch):
    """Makes a share of all packets disappear on their way, from now on; the same ones each run."""
    chance = random.Random(7)
    share = [0.0]
    send = aioice.ice.StunProtocol.send_data

    async def send_or_lose(protocol, data, addr):
        if chance.random() >= share[0]:
            await send(protocol, data, addr)

    monkeypatch.setattr(aioice.ice.StunProtocol, "send_data", send_or_lose)

    def set_share(percent):
        share[0] = percent / 100

    return set_share


@pytest.fixture
def dead_server():
    """The address of a STUN server that takes everything and answers nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hole:
        hole.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{hole.getsockname()[1]}"


@pytest.mark.parametrize("percent", [1, 5])
async def test_lost_packets_cost_their_own_sound_and_nothing_after_it(
    line, lose, percent, eventually
):
    lose(percent)
    await line.connect("video", "pattern", "pattern")
    enough = await line.one.until(
        MediaMeasured, lambda told: told.stats.received_packets > 400 and told.stats.loss > 0
    )
    peer = line.one.engine._peers[CALL]
    receiver = peer._connection.pc.getReceivers()[0]
    (stream,) = receiver._RTCRtpReceiver__remote_streams.values()
    # Chance decides whether sound or pictures lose the first one.
    await eventually(lambda: stream.packets_lost > 0)
    until = stream.packets_received + 25
    await eventually(lambda: stream.packets_received >= until)
    came, lost, heard = stream.packets_received, stream.packets_lost, peer._passed.sounds_in
    # Whatever came was decoded: nothing waits behind a lost packet. (A few are on their way.)
    assert came - heard <= 3
    assert heard >= 0.9 * (came + lost)
    assert enough.stats.loss < 4 * percent + 3
    assert (await line.one.until(MediaPicture)).on
    assert not line.one.all(MediaEnded)


async def test_a_server_that_does_not_answer_delays_neither_ringing_nor_the_call(
    end, join, dead_server, monkeypatch
):
    monkeypatch.setattr(gathering, "PATIENCE", 2.5)
    servers = (IceServer((f"stun:{dead_server}",)), IceServer((f"turn:{dead_server}",), "u", "p"))
    one, other = end("one", ice_servers=servers), end("other", ice_servers=servers)
    line = join(one, other)
    line.call()
    offer = await one.until(MediaDescribed)
    connected = await one.until(MediaConnected)
    # It would be 5 s a side otherwise, and nothing here waits for the servers.
    assert connected.at - offer.at < 2400
    await other.until(MediaFlowing)
    for side in (one, other):
        last = await side.until(MediaCandidate, lambda told: told.candidate is None)
        assert side.all(MediaCandidate)[-1] is last


async def test_a_server_that_answers_adds_its_word_to_the_addresses_at_hand(
    end, join, stun_server, eventually
):
    one, other = end("one", ice_servers=(IceServer((stun_server,)),)), end("other")
    await join(one, other).connect()
    told = await one.until(
        MediaCandidate, lambda told: told.candidate and " typ srflx " in told.candidate.candidate
    )
    assert " 203.0.113.7 4711 typ srflx " in told.candidate.candidate
    await one.until(MediaCandidate, lambda told: told.candidate is None)


@pytest.fixture
def stun_server():
    """Answers every STUN question with an address of its own invention."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def answer():
            while True:
                data, asker = server.recvfrom(2048)
                if not data:
                    return
                asked = aioice.stun.parse_message(data)
                said = aioice.stun.Message(
                    aioice.stun.Method.BINDING, aioice.stun.Class.RESPONSE, asked.transaction_id
                )
                said.attributes["XOR-MAPPED-ADDRESS"] = ("203.0.113.7", 4711)
                server.sendto(bytes(said), asker)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"stun:127.0.0.1:{server.getsockname()[1]}"
        server.sendto(b"", server.getsockname())
        thread.join()


async def test_relaying_alone_without_a_relay_says_so_and_describes_nothing(end):
    one = end("one", relay_only=True, ice_servers=(IceServer(("stun:127.0.0.1:9",)),))
    one.engine.run(OpenMedia(CALL, "audio"))
    ended = await one.until(MediaEnded)
    assert ended.reason == "failed"
    assert "no TURN server is known" in ended.sentence
    assert not one.all(MediaDescribed)
    assert not one.all(MediaCandidate)


async def test_a_relay_that_does_not_answer_is_named_as_what_failed(end, dead_server, monkeypatch):
    monkeypatch.setattr(gathering, "PATIENCE", 0.3)
    servers = (IceServer((f"turn:{dead_server}",), "user", "secret"),)
    one = end("one", relay_only=True, ice_servers=servers)
    one.engine.run(OpenMedia(CALL, "audio"))
    ended = await one.until(MediaEnded)
    assert ended.reason == "failed"
    assert ended.sentence.startswith("The TURN server gave no path")
    assert "secret" not in str(one.told)
    assert not one.all(MediaCandidate)


async def test_without_any_network_a_call_on_this_machine_works(line, monkeypatch):
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: [])
    await line.connect()
    (address, end) = line.one.all(MediaCandidate)
    assert " 127.0.0.1 " in address.candidate.candidate
    assert end.candidate is None
    await line.other.until(MediaFlowing)


async def test_loopback_is_offered_only_where_that_is_asked_for(end, join):
    """S23: no way into this machine."""
    one, other = end("one", loopback_ok=True), end("other")
    await join(one, other).connect()
    for side, offers in ((one, True), (other, False)):
        await side.until(MediaCandidate, lambda told: told.candidate is None)
        told = [item.candidate.candidate for item in side.all(MediaCandidate)[:-1]]
        assert any(" 127.0.0.1 " in one for one in told) == offers


async def test_a_key_that_is_not_the_one_named_ends_the_call_and_nothing_is_sent(line):
    def tamper(end, item):
        if isinstance(item, MediaDescribed) and item.kind == "answer":
            return MediaDescribed(CALL, "", 0, "answer", _other_key(item.sdp))
        return item

    line.change = tamper
    line.call()
    ended = await line.one.until(MediaEnded)
    assert ended.reason == "failed"
    assert "somebody may stand between" in ended.sentence
    assert not line.one.all(MediaConnected)
    assert not line.one.all(MediaVerified)
    assert line.one.engine._peers[CALL]._passed.sounds_out == 0


def _other_key(sdp):
    key = "sha-256 " + ":".join(["AB"] * 32)
    lines = (line for line in sdp.split("\r\n") if not line.startswith("a=fingerprint:sha-"))
    return "\r\n".join(lines).replace("a=setup:", f"a=fingerprint:{key}\r\na=setup:")


async def test_a_silence_on_the_line_and_its_end_are_noticed(line, lose):
    await line.connect()
    await line.one.until(MediaFlowing)
    lose(100)
    count = len(line.one.told)
    silent = await line.one.until(
        MediaMeasured, lambda told: told.stats.received_rate == 0, since=count
    )
    later = await line.one.until(
        MediaMeasured, lambda told: told.at >= silent.at + 2000, since=count
    )
    assert later.stats.received_packets == silent.stats.received_packets
    assert not line.one.all(MediaEnded)
    count = len(line.one.told)
    lose(0)
    assert await line.one.until(MediaFlowing, since=count)


async def test_a_new_path_is_found_while_the_old_one_is_dead(line, lose):
    await line.connect("video", "pattern", "pattern")
    await line.other.until(MediaPicture)
    old = line.one.engine._peers[CALL]._connection
    lose(100)
    await line.one.until(MediaMeasured, lambda told: told.stats.received_rate == 0)
    lose(0)
    counts = len(line.one.told), len(line.other.told)
    line.one.engine.run(Reoffer(CALL, anew=True))
    await line.other.until(MediaConnected, since=counts[1])
    await line.one.until(MediaConnected, since=counts[0])
    assert line.one.engine._peers[CALL]._connection is not old


async def test_a_device_that_is_missing_is_told_and_the_call_goes_on(line):
    await line.connect("video", "", "")
    line.one.engine.run(Show(CALL, "file", "/nowhere/film.mkv"))
    told = await line.one.until(MediaNotice, lambda told: bool(told.sentence))
    assert "card" in told.sentence
    assert (await line.other.until(MediaPicture)).on


async def test_nothing_of_a_call_stays_behind(line, eventually):
    def sockets():
        return sum(1 for one in Path("/proc/self/fd").iterdir() if _is_socket(one))

    threads, before = set(threading.enumerate()), sockets()
    for _ in range(25):
        counts = len(line.one.told), len(line.other.told)
        line.call("video", "pattern", "pattern")
        await line.one.until(MediaFlowing, since=counts[0])
        await line.other.until(MediaFlowing, since=counts[1])
        line.hang_up()
    await eventually(lambda: set(threading.enumerate()) <= threads | _idle(threads))
    await eventually(lambda: sockets() <= before)
    assert not line.one.all(MediaEnded) or line.one.all(MediaEnded)[0].reason == "closed"


@pytest.mark.slow
@pytest.mark.timeout(150)
async def test_two_hundred_calls_in_a_row_all_connect(line, eventually):
    threads = set(threading.enumerate())
    for _ in range(200):
        counts = len(line.one.told), len(line.other.told)
        line.call()
        await line.one.until(MediaFlowing, since=counts[0])
        await line.other.until(MediaFlowing, since=counts[1])
        line.hang_up()
    await eventually(lambda: set(threading.enumerate()) <= threads | _idle(threads))


def _is_socket(entry):
    try:
        return str(entry.readlink()).startswith("socket:")
    except FileNotFoundError:
        return False


def _idle(before):
    """Threads of the test's own loop, which it keeps for later work."""
    return {one for one in threading.enumerate() if one.name.startswith("asyncio_")} - before


async def test_a_call_that_is_given_up_at_any_moment_leaves_nothing(end, eventually):
    one = end("one")
    threads = set(threading.enumerate())
    for number in range(20):
        one.engine.run(OpenMedia(f"call-{number}", "video", shows="pattern"))
        if number % 2:
            await one.until(MediaDescribed, lambda told, n=number: told.call == f"call-{n}")
        one.engine.run(CloseMedia(f"call-{number}"))
    await eventually(lambda: set(threading.enumerate()) <= threads | _idle(threads))
    assert not one.all(MediaEnded)
