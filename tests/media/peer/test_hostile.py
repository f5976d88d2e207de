"""Descriptions and candidates of a peer that means harm, or is broken.

`HOSTILE=10000 python -m pytest tests/media/peer/test_hostile.py` tries more of them.
"""

import os
import random
import threading
from pathlib import Path

import pytest

from wschat_tui.protocol.objects import IceCandidate
from wschat_tui.state.calls.call_effects import (
    CloseMedia,
    OpenMedia,
    TakeCandidate,
    TakeDescription,
)
from wschat_tui.state.calls.call_inputs import (
    MediaConnected,
    MediaDescribed,
    MediaEnded,
    MediaFlowing,
)

COUNT = int(os.environ.get("HOSTILE", "300"))
"""Mutations that each test tries."""

CALL = "call-1"
DATA = Path(__file__).parent / "data"

WORDS = (
    "",
    "-1",
    "0",
    "65536",
    "99999999999999999999",
    "%s%n",
    "\x1b[2J",
    "\x00",
    "\u202e",
    "\ud800",
    "audio",
    "video",
    "application",
    "inactive",
    "sendrecv",
    "127.0.0.1",
    "::1",
    "evil.local",
    "VP8/90000",
    "opus/48000/2",
    "a=candidate:1 1 udp 1 127.0.0.1 22 typ host",
    "a=fingerprint:sha-256 00",
    "a=ice-lite",
    "a=setup:holdconn",
    "a=group:BUNDLE",
    "m=audio 0 UDP/TLS/RTP/SAVPF",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "A" * 3000,
)


def _mutated(sdp, chance):
    lines = sdp.split("\r\n")
    for _ in range(chance.choice((1, 1, 2, 4, 12))):
        _mutate(lines, chance)
    text = "\r\n".join(lines)
    return text[: chance.randrange(len(text) + 1)] if chance.random() < 0.05 else text


def _mutate(lines, chance):
    at = chance.randrange(len(lines))
    line = lines[at]
    match chance.randrange(8):
        case 0:
            lines[at : at + 1] = []
            lines.extend([] if lines else [""])
        case 1:
            lines.insert(chance.randrange(len(lines) + 1), line)
        case 2:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], line
        case 3:
            lines.insert(at, chance.choice(WORDS))
        case 4:
            parts = line.split(" ")
            parts[chance.randrange(len(parts))] = chance.choice(WORDS)
            lines[at] = " ".join(parts)
        case 5:
            name, colon, _ = line.partition(":")
            lines[at] = name + colon + chance.choice(WORDS)
        case 6 if line:
            place = chance.randrange(len(line))
            lines[at] = line[:place] + chr(chance.randrange(0x20, 0x250)) + line[place + 1 :]
        case _:
            start = chance.randrange(len(lines))
            lines[at:at] = lines[start : start + chance.randrange(1, 12)]


@pytest.fixture(scope="module")
def offers():
    names = ("chromium_offer.sdp", "our_offer.sdp")
    return [(DATA / name).read_text().replace("\n", "\r\n") for name in names]


@pytest.fixture(scope="module")
def answers():
    names = ("chromium_answer.sdp", "chromium_answer_without_video.sdp")
    return [(DATA / name).read_text().replace("\n", "\r\n") for name in names]


@pytest.fixture
def untouched(end, join, capfd, eventually):
    """Holds at the end: no thread more, no word on the terminal, and calls still connect."""
    threads = set(threading.enumerate())

    async def check(one):
        line = join(one, end("another"))
        counts = len(line.one.told), len(line.other.told)
        line.call("video", "pattern", "pattern")
        await line.one.until(MediaFlowing, since=counts[0])
        await line.other.until(MediaFlowing, since=counts[1])
        line.hang_up()
        await eventually(lambda: _ours(threads) == [])
        assert capfd.readouterr() == ("", "")

    return check


def _ours(before):
    new = set(threading.enumerate()) - before
    return [one for one in new if not one.name.startswith("asyncio_")]


async def _settled(end, call, since):
    """Wait until the engine has said something to a description, and forget the call."""
    told = await end.until(MediaDescribed | MediaEnded, lambda item: item.call == call, since=since)
    end.engine.run(CloseMedia(call))
    return told


@pytest.mark.slow
@pytest.mark.timeout(60 + COUNT // 5)
async def test_no_offer_breaks_the_engine(end, offers, untouched):
    """S23: mutated descriptions."""
    one = end("one")
    chance = random.Random(1)
    said = {"answered": 0, "unsupported": 0}
    for number in range(COUNT):
        since, call = len(one.told), f"call-{number}"
        offer = _mutated(chance.choice(offers), chance)
        one.engine.run(OpenMedia(call, "video", shows="", offer=offer))
        told = await _settled(one, call, since)
        if isinstance(told, MediaEnded):
            assert told.reason == "unsupported"
            assert told.sentence
            said["unsupported"] += 1
        else:
            said["answered"] += 1
    # Some are harmless and some are not; both were met.
    assert min(said.values()) > COUNT // 20
    await untouched(one)


@pytest.mark.slow
@pytest.mark.timeout(60 + COUNT // 5)
async def test_no_answer_breaks_the_engine(end, answers, untouched):
    one = end("one")
    chance = random.Random(2)
    refused = 0
    for number in range(COUNT):
        since, call = len(one.told), f"call-{number}"
        one.engine.run(OpenMedia(call, "video", shows=""))
        one.engine.run(TakeDescription(call, "answer", _mutated(chance.choice(answers), chance)))
        # What follows shows that the answer was dealt with.
        one.engine.run(TakeDescription(call, "offer", "no description at all"))
        told = await one.until(MediaEnded, lambda item, call=call: item.call == call, since=since)
        assert told.reason in ("unsupported", "failed", "error")
        one.engine.run(CloseMedia(call))
        refused += 1
    assert refused == COUNT
    await untouched(one)


@pytest.mark.slow
@pytest.mark.timeout(60 + COUNT // 5)
async def test_no_candidate_breaks_a_call(line, untouched):
    """S23: mutated candidates."""
    chance = random.Random(3)
    good = "candidate:1 1 udp 2130706431 192.0.2.77 5000 typ host generation 0 ufrag abcd"
    await line.connect()
    for _ in range(COUNT):
        text = _mutated(good, chance)[:1000].encode("utf-8", "replace").decode()
        candidate = IceCandidate(
            candidate=text,
            sdpMid=chance.choice((None, "0", "1", "x")),
            sdpMLineIndex=chance.choice((None, 0, 1, 65535)),
        )
        line.one.engine.run(TakeCandidate(CALL, candidate))
    line.one.engine.run(TakeCandidate(CALL, None))
    line.one.engine.run(TakeCandidate(CALL, None))
    await line.other.until(MediaFlowing)
    assert not line.one.all(MediaEnded)
    line.hang_up()
    await untouched(line.one)


@pytest.mark.slow
@pytest.mark.timeout(60 + COUNT // 5)
async def test_no_later_offer_breaks_the_engine(line, untouched):
    """A peer that was taken for a friend turns bad in the middle of a call."""
    chance = random.Random(4)
    await line.connect("video", "", "")
    good = line.one.all(MediaDescribed)[0].sdp
    began = 0
    for _ in range(COUNT // 3):
        since = len(line.other.told)
        line.other.engine.run(TakeDescription(CALL, "offer", _mutated(good, chance)))
        # The end may also come of an offer before this one, whose harm took a while to show.
        await line.other.until(MediaDescribed | MediaEnded, since=min(since, _end(line, began)))
        if _end(line, began) < len(line.other.told):
            line.hang_up()
            began = len(line.other.told)
            good = await _another_call(line)
    line.hang_up()
    await untouched(line.one)


def _end(line, began):
    """The number of the end that was told in this call, or one that nothing has."""
    told = enumerate(line.other.told)
    return next((n for n, item in told if n >= began and isinstance(item, MediaEnded)), 10**9)


async def _another_call(line):
    """Connect again; gives the offer."""
    counts = len(line.one.told), len(line.other.told)
    line.call("video")
    await line.one.until(MediaConnected, since=counts[0])
    await line.other.until(MediaConnected, since=counts[1])
    return next(item.sdp for item in line.one.told[counts[0] :] if isinstance(item, MediaDescribed))


async def test_many_offers_that_are_taken_at_once_are_all_answered_and_let_go(
    end, offers, untouched
):
    """The state takes one call at a time; the engine would bear more."""
    one = end("one")
    for number in range(60):
        one.engine.run(OpenMedia(f"call-{number}", "audio", offer=offers[number % 2]))
    await one.until(MediaDescribed, lambda told: told.call == "call-59")
    for number in range(60):
        one.engine.run(CloseMedia(f"call-{number}"))
    await untouched(one)


async def test_a_description_that_is_too_long_is_refused_before_it_is_read(end, offers):
    one = end("one")
    long = offers[0] + "a=x:y\r\n" * 12_000
    one.engine.run(OpenMedia(CALL, "audio", offer=long))
    ended = await one.until(MediaEnded)
    assert ended.reason == "unsupported"
    assert "too long" in ended.sentence
