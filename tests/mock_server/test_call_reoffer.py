"""A later offer keeps the numbers that were agreed on, and gives new media free ones."""

from mock_server.call_reoffer import kept

BEFORE = """v=0
m=audio 9 UDP/TLS/RTP/SAVPF 111 0
a=mid:0
a=extmap:4 urn:mid
a=extmap:1/sendrecv urn:level
a=rtpmap:111 opus/48000/2
a=rtpmap:0 PCMU/8000
m=video 9 UDP/TLS/RTP/SAVPF 96 97
a=mid:1
a=extmap:2 urn:time
a=rtpmap:96 VP8/90000
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
"""

OFFER = """v=0
m=audio 9 UDP/TLS/RTP/SAVPF 96 9 0
a=mid:0
a=sendrecv
a=extmap:1 urn:mid
a=extmap:2 urn:level
a=rtpmap:96 opus/48000/2
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
m=video 9 UDP/TLS/RTP/SAVPF 98
a=mid:1
a=sendrecv
a=rtpmap:98 VP8/90000
m=video 9 UDP/TLS/RTP/SAVPF 97 98
a=mid:2
a=sendonly
a=extmap:1 urn:mid
a=extmap:9 urn:time
a=extmap:3 urn:new
a=rtpmap:97 VP8/90000
a=rtcp-fb:97 nack
a=rtpmap:98 rtx/90000
a=fmtp:98 apt=97
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
a=mid:3
"""

EXPECTED = """v=0
m=audio 9 UDP/TLS/RTP/SAVPF 111 0
a=mid:0
a=sendrecv
a=extmap:4 urn:mid
a=extmap:1/sendrecv urn:level
a=rtpmap:111 opus/48000/2
a=rtpmap:0 PCMU/8000
m=video 9 UDP/TLS/RTP/SAVPF 96 97
a=mid:1
a=sendrecv
a=extmap:2 urn:time
a=rtpmap:96 VP8/90000
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
m=video 9 UDP/TLS/RTP/SAVPF 98 99
a=mid:2
a=sendonly
a=extmap:4 urn:mid
a=extmap:2 urn:time
a=extmap:3 urn:new
a=rtpmap:98 VP8/90000
a=rtcp-fb:98 nack
a=rtpmap:99 rtx/90000
a=fmtp:99 apt=98
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
a=mid:3
"""


def test_what_was_agreed_on_keeps_its_numbers():
    assert kept(OFFER, BEFORE).split("\r\n") == EXPECTED.split("\n")


def test_line_ends_are_as_the_wire_has_them():
    offer = OFFER.replace("\n", "\r\n")
    assert kept(offer, BEFORE.replace("\n", "\r\n")) == EXPECTED.replace("\n", "\r\n")


def test_a_section_without_a_name_is_a_new_one():
    assert kept("m=audio 9 X 0\na=sendrecv\n", "m=audio 9 X 8\na=mid:0\n") == (
        "m=audio 9 X 0\r\na=sendrecv\r\n"
    )
