"""What strangers may say of themselves: descriptions and candidates before any media see them."""

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.sdp import SessionDescription, candidate_from_sdp
from hypothesis import given
from hypothesis import strategies as st

from wschat_tui.protocol.objects import IceCandidate
from wschat_tui.state.calls.descriptions import MAX_SIZE, belongs, fingerprint, flaw, sifted, usable

VIDEO = ("m=video 9 UDP/TLS/RTP/SAVPF 97", "a=mid:1", "a=rtpmap:97 VP8/90000")
DATA = ("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=mid:2", "a=sctp-port:5000")
HOST = "candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host"


def text(*lines):
    return "\r\n".join((*lines, ""))


@pytest.fixture
def lines(make):
    return [*make.session, *make.audio, *make.seal(1)]


async def test_what_our_own_library_offers_has_no_flaw():
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("audio", "video"):
        connection.addTransceiver(kind)
    connection.createDataChannel("chat")
    offer = await connection.createOffer()
    await connection.close()
    assert flaw(offer.sdp) == ""
    assert fingerprint(offer.sdp) != ""


@pytest.mark.parametrize("more", [(), VIDEO, (*VIDEO, *DATA), (*VIDEO, *VIDEO)])
def test_sound_pictures_and_data_have_no_flaw(lines, more):
    assert flaw(text(*lines, *more)) == ""


@pytest.mark.parametrize(
    "codec", ["opus/48000/2", "OPUS/48000/2", "PCMU/8000", "PCMA/8000", "G722/8000"]
)
def test_any_known_codec_will_do(lines, codec):
    lines[lines.index("a=rtpmap:96 opus/48000/2")] = f"a=rtpmap:96 {codec}"
    assert flaw(text(*lines)) == ""


def test_payloads_that_need_no_name_are_known_by_their_number(lines):
    lines.remove("a=rtpmap:96 opus/48000/2")
    assert flaw(text(*lines)) == ""


def test_what_bundles_with_another_section_is_on_without_a_port(make):
    audio = (make.audio[0].replace(" 9 ", " 0 "), *make.audio[1:], "a=bundle-only")
    assert flaw(text(*make.session, *audio, *make.seal(1))) == ""


def test_credentials_of_the_session_serve_all_sections(make):
    assert flaw(text(*make.session, *make.seal(1), *make.audio)) == ""


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda lines: [], "it is no session description"),
        (lambda lines: ["hello"], "it is no session description"),
        (lambda lines: lines[1:], "it is no session description"),
        (lambda lines: [*lines, "m=audio x"], "it is no session description"),
        (lambda lines: [*lines, "m=image 9 udptl t38"], "it is no session description"),
        (lambda lines: [*lines, *VIDEO * 3], "it has more than 3 media sections"),
        (lambda lines: [*lines, *DATA * 4], "it has more than 3 media sections"),
        (lambda lines: lines[:5], "it has neither sound nor pictures"),
        (lambda lines: [*lines[:5], *DATA], "it has neither sound nor pictures"),
        (
            lambda lines: [one.replace("m=audio 9", "m=audio 0") for one in lines],
            "it has neither sound nor pictures",
        ),
        (
            lambda lines: [one for one in lines if "fingerprint" not in one],
            "it names no certificate",
        ),
        (
            lambda lines: [one.replace("sha-256", "sha-1") for one in lines],
            "it names no certificate",
        ),
        (
            lambda lines: [*lines, f"a=fingerprint:sha-256 {':'.join(['CD'] * 32)}"],
            "it names more than one certificate",
        ),
        (
            lambda lines: [one for one in lines if "ice-ufrag" not in one],
            "it has no credentials for finding a path",
        ),
        (
            lambda lines: [one for one in lines if "ice-pwd" not in one],
            "it has no credentials for finding a path",
        ),
        (
            lambda lines: [one.replace("0123456789abcdef012345", "short") for one in lines],
            "it has no credentials for finding a path",
        ),
        (
            lambda lines: [one.replace("96 0", "96").replace("opus", "speex") for one in lines],
            "it has no codec that is known here",
        ),
        (
            lambda lines: [
                one.replace("opus/48000/2", "VP8/90000").replace("96 0", "96") for one in lines
            ],
            "it has no codec that is known here",
        ),
        (lambda lines: [*lines, *[f"a={HOST}"] * 65], "it has more than 64 candidates"),
        (lambda lines: [*lines, "a=" + "x" * MAX_SIZE], "it is larger than 64 KiB"),
        (lambda lines: [*lines, "a=" + "é" * (MAX_SIZE // 2)], "it is larger than 64 KiB"),
    ],
)
def test_what_cannot_be_used_is_named(lines, spoil, said):
    assert flaw(text(*spoil(lines))) == said


def test_as_much_as_may_be_is_taken(lines):
    room = MAX_SIZE - len(text(*lines)) - 4
    assert flaw(text(*lines, "a=" + "x" * room)) == ""
    assert flaw(text(*lines, *[f"a={HOST}"] * 64)) == ""


@given(st.text(max_size=200), st.integers(0, 400))
def test_any_text_is_judged(more, at):
    sound = text("v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 96", "a=rtpmap:96 opus/48000/2", "a=mid:0")
    broken = sound[:at] + more + sound[at:]
    assert isinstance(flaw(broken), str)
    assert isinstance(fingerprint(sifted(broken, loopback=False)), str)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_what_is_usable_can_be_read_by_the_library(more):
    for candidate in (more, HOST + more, HOST.replace("50000", more), HOST.replace("udp", more)):
        if usable(IceCandidate(candidate=candidate), loopback=False) and candidate.strip():
            parsed = candidate_from_sdp(candidate.strip().split(":", 1)[1])
            assert 0 < parsed.port < 65536


# ---- candidates


@pytest.mark.parametrize(
    "candidate",
    [
        HOST,
        f"a={HOST}",
        f"{HOST} generation 0 ufrag abcd network-cost 999",
        HOST.replace("udp", "UDP"),
        HOST.replace("192.0.2.7", "2001:db8::7"),
        HOST.replace("192.0.2.7", "10.0.0.7"),
        HOST.replace("192.0.2.7", "4a9b5f0c-1111-4222-8333-444455556666.local"),
        "candidate:1 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active",
        "candidate:1 1 udp 1 192.0.2.7 9 typ srflx raddr 10.0.0.7 rport 4000",
        "candidate:1 1 udp 1 192.0.2.7 9 typ relay raddr 0.0.0.0 rport 0",
        "",
        "  ",
    ],
)
def test_candidates_that_may_be_tried(candidate):
    assert usable(IceCandidate(candidate=candidate), loopback=False)


@pytest.mark.parametrize(
    "candidate",
    [
        "candidate:",
        "hello",
        HOST.replace("udp", "sctp"),
        HOST.replace("50000", "0"),
        HOST.replace("50000", "65536"),
        HOST.replace("50000", "99999999"),
        HOST.replace("50000", "٣"),
        HOST.replace("host", "magic"),
        HOST.replace("192.0.2.7", "127.0.0.1"),
        HOST.replace("192.0.2.7", "::1"),
        HOST.replace("192.0.2.7", "::ffff:127.0.0.1"),
        HOST.replace("192.0.2.7", "169.254.169.254"),
        HOST.replace("192.0.2.7", "::ffff:169.254.169.254"),
        HOST.replace("192.0.2.7", "fe80::1"),
        HOST.replace("192.0.2.7", "fe80::1%eth0"),
        HOST.replace("192.0.2.7", "224.0.0.251"),
        HOST.replace("192.0.2.7", "ff02::fb"),
        HOST.replace("192.0.2.7", "0.0.0.0"),
        HOST.replace("192.0.2.7", "::"),
        HOST.replace("192.0.2.7", "255.255.255.255"),
        HOST.replace("192.0.2.7", "evil.example"),
        HOST.replace("192.0.2.7", "a.b.local"),
        HOST.replace("192.0.2.7", "1.2.3"),
        f"{HOST} rport many",
        f"{HOST} raddr",
    ],
)
def test_candidates_that_are_not_tried(candidate):
    assert not usable(IceCandidate(candidate=candidate), loopback=False)


def test_this_machine_is_tried_where_the_server_is_here_too():
    candidate = IceCandidate(candidate=HOST.replace("192.0.2.7", "127.0.0.1"))
    assert usable(candidate, loopback=True)
    assert usable(None, loopback=False)


def test_candidates_within_a_description_are_sifted_too(lines):
    bad = f"a={HOST}".replace("192.0.2.7", "169.254.169.254")
    there = text(*lines, f"a={HOST}", bad, "a=end-of-candidates")
    assert sifted(there, loopback=False) == text(*lines, f"a={HOST}", "a=end-of-candidates")


@pytest.mark.parametrize("end", ["\n", "\x0b", "\x85", "\u2028"])
def test_no_line_end_hides_a_candidate(lines, end):
    bad = f"a={HOST}".replace("192.0.2.7", "127.0.0.1")
    there = text(*lines[:-1], f"{lines[-1]}{end}{bad}")
    assert "127.0.0.1" not in sifted(there, loopback=False)


def test_only_the_fingerprint_that_people_compare_is_left(lines):
    other = f"a=fingerprint:sha-512 {':'.join(['EE'] * 64)}"
    found = SessionDescription.parse(sifted(text(*lines, other), loopback=False))
    algorithms = [one.algorithm for one in found.media[0].dtls.fingerprints]
    assert algorithms == ["sha-256"]


def test_a_fingerprint_is_read_from_a_line_of_its_own(lines, make):
    lines.insert(3, f"a=msid:a=fingerprint:sha-256 {make.fingerprint(9)}")
    assert fingerprint(text(*lines)) == make.fingerprint(1)
    assert fingerprint(text(*lines).lower()) == make.fingerprint(1)
    assert fingerprint("v=0") == ""


def test_a_candidate_belongs_to_the_description_that_it_names(lines):
    mine = IceCandidate(candidate=HOST, usernameFragment="frag1")
    other = IceCandidate(candidate=HOST, usernameFragment="frag2")
    silent = IceCandidate(candidate=HOST)
    there = text(*lines)
    assert [belongs(one, there) for one in (mine, other, silent, None)] == [True, False, True, True]
