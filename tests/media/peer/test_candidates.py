import asyncio

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from wschat_tui.media.candidates import MOST, Candidates, judged, own, taken_out
from wschat_tui.media.tasks import Tasks
from wschat_tui.protocol.objects import IceCandidate

GOOD = "candidate:1 1 udp 2130706431 {} {} typ host generation 0 ufrag abcd network-cost 999"
HIDDEN = "12345678-90ab-4cde-8f01-234567890abc.local"


def taken(address, port=5000, *, loopback_ok=False):
    given = IceCandidate(candidate=GOOD.format(address, port))
    return judged(given, loopback_ok=loopback_ok) is not None


@pytest.mark.parametrize(
    "address", ["192.0.2.1", "10.0.0.1", "100.64.0.1", "2001:db8::1", "fd00::2", HIDDEN]
)
def test_addresses_of_others_are_tried(address):
    assert taken(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "::1",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "fe80::1",
        "fe80::1%eth0",
        "224.0.0.251",
        "ff02::fb",
        "0.0.0.0",
        "::",
        "255.255.255.255",
        "240.0.0.1",
        "evil.local",
        "example.org",
        "localhost",
        "1.2.3",
        "",
    ],
)
def test_addresses_of_this_machine_and_of_the_network_itself_are_not(address):
    assert not taken(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_loopback_is_tried_where_that_is_asked_for(address):
    assert taken(address, loopback_ok=True)
    assert not taken("169.254.169.254", loopback_ok=True)


@pytest.mark.parametrize("port", [0, -1, 65_536, 99_999_999])
def test_ports_that_are_none_are_refused(port):
    assert not taken("192.0.2.1", port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "candidate:",
        "candidate:1 1 udp",
        "candidate:1 2 udp 1 192.0.2.1 5000 typ host",
        "candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active",
        "candidate:1 1 udp x 192.0.2.1 5000 typ host",
        "candidate:1 1 udp 1 192.0.2.1 5000",
        "candidate:1 1 udp 1 192.0.2.1 5000 typ host raddr 1.1.1.1 rport x",
        "\x00" * 40,
    ],
)
def test_what_is_malformed_or_useless_is_refused(text):
    assert judged(IceCandidate(candidate=text), loopback_ok=False) is None


def test_the_prefixes_under_which_candidates_come_are_all_known():
    bare = GOOD.format("192.0.2.1", 5000).removeprefix("candidate:")
    for prefix in ("", "candidate:", "a=candidate:"):
        assert judged(IceCandidate(candidate=prefix + bare), loopback_ok=False) is not None


SDP = """v=0
m=audio 9 X 0
a=mid:sound
a=candidate:1 1 udp 1 192.0.2.1 5000 typ host
a=end-of-candidates
m=video 9 X 0
a=mid:picture
a=candidate:2 1 udp 1 192.0.2.1 5001 typ host
""".replace("\n", "\r\n")


def test_a_description_is_relieved_of_its_candidates_and_the_first_sections_are_kept():
    text, found = taken_out(SDP)
    assert "candidate" not in text
    assert text.count("\r\n") == 5
    assert [one and one.candidate for one in found] == [
        "candidate:1 1 udp 1 192.0.2.1 5000 typ host",
        None,
    ]
    many = SDP.replace("a=end", "a=candidate:3 1 udp 1 192.0.2.1 1 typ host\r\n" * 500 + "a=end")
    assert len(taken_out(many)[1]) == MOST + 1


def test_our_own_are_named_after_the_first_section():
    (one,) = own(SDP)
    assert (one.sdpMid, one.sdpMLineIndex) == ("sound", 0)


@pytest.fixture
async def connection():
    """A connection that has set an offer of a peer, and the candidates that were given to it."""
    alone = RTCConfiguration(iceServers=[])
    made, other = RTCPeerConnection(alone), RTCPeerConnection(alone)
    other.addTransceiver("audio")
    other.addTransceiver("video")
    await made.setRemoteDescription(await other.createOffer())
    given = []

    async def note(candidate):
        given.append(candidate)

    made.addIceCandidate = note
    yield made, given
    await made.close()
    await other.close()


async def test_candidates_wait_for_their_description_and_their_end_for_ours(connection):
    made, given = connection
    faults = []
    candidates = Candidates(made, Tasks(faults.append))
    candidates.take(IceCandidate(candidate=GOOD.format("192.0.2.1", 5000), sdpMLineIndex=0))
    candidates.take(None)
    await asyncio.sleep(0)
    assert given == []
    candidates.begin("a=ice-ufrag:abcd\r\n")
    await asyncio.sleep(0)
    assert [one.ip for one in given] == ["192.0.2.1"]
    candidates.own_ended()
    await asyncio.sleep(0)
    assert given[1:] == [None]
    candidates.take(None)
    candidates.take(IceCandidate())
    await asyncio.sleep(0)
    assert not faults


async def test_candidates_of_other_media_and_other_generations_are_left_aside(connection):
    made, given = connection
    candidates = Candidates(made, Tasks(lambda fault: None))
    candidates.begin("a=ice-ufrag:abcd\r\n")
    text = GOOD.format("192.0.2.1", 5000)
    for fields in (
        {"sdpMid": "1"},
        {"sdpMid": "1", "sdpMLineIndex": 1},
        {"sdpMLineIndex": 1},
        {"sdpMid": "0", "usernameFragment": "older"},
    ):
        candidates.take(IceCandidate(candidate=text, **fields))
    await asyncio.sleep(0)
    assert given == []
    for fields in ({}, {"sdpMid": "0"}, {"sdpMLineIndex": 0}, {"usernameFragment": "abcd"}):
        candidates.take(IceCandidate(candidate=text, **fields))
    await asyncio.sleep(0)
    assert len(given) == 4
    assert {one.sdpMid for one in given} == {"0"}


async def test_a_flood_of_candidates_is_cut_off(connection):
    made, given = connection
    candidates = Candidates(made, Tasks(lambda fault: None))
    candidates.begin("")
    for number in range(1, 1000):
        candidates.take(IceCandidate(candidate=GOOD.format("192.0.2.1", number)))
    await asyncio.sleep(0)
    assert len(given) == MOST
