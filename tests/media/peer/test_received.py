from pathlib import Path

import pytest

from wschat_tui.media import received
from wschat_tui.media.sections import read

DATA = Path(__file__).parent / "data"


def sdp(name):
    return (DATA / f"{name}.sdp").read_text().replace("\n", "\r\n")


def test_a_good_offer_passes_unchanged_but_for_the_order_of_its_group():
    given, taken = read(sdp("chromium_offer")), read(received.offered(sdp("chromium_offer")))
    assert [one.text() for one in taken.sections] == [one.text() for one in given.sections]
    assert sorted(taken.head) == sorted(given.head)


def test_a_picture_that_was_refused_is_set_as_one_that_flows_neither_way():
    answer = received.answered(sdp("chromium_answer_without_video"), sdp("our_offer"))
    (sound, video) = read(answer).sections
    assert not video.refused
    assert "a=inactive" in video.lines
    assert "a=sendrecv" not in video.lines
    for name in ("ice-ufrag", "ice-pwd", "fingerprint", "setup"):
        assert video.taken(name) == sound.taken(name)
    assert "a=rtcp-mux" in video.lines
    assert video.mid == "1"
    assert "a=rtpmap:97 VP8/90000" in video.lines


def test_a_bare_refusal_does_as_well():
    """RFC 3264 asks for no more than the first line."""
    sound = sdp("chromium_answer").partition("m=video")[0]
    answer = received.answered(
        sound + "m=video 0 UDP/TLS/RTP/SAVPF 97\r\na=mid:1\r\n", sdp("our_offer")
    )
    assert "a=inactive" in read(answer).sections[1].lines


def test_what_an_offer_gave_up_is_given_up_in_its_answer_and_leaves_the_group():
    offer = sdp("chromium_offer").replace("m=video 9", "m=video 0")
    assert received.refused(offer) == {1}
    answer = received.give_up(sdp("our_offer"), {1})
    assert read(answer).sections[1].port == "0"
    assert "a=group:BUNDLE 0\r\n" in answer
    assert received.give_up(sdp("our_offer"), set()) == sdp("our_offer")


def test_a_medium_that_only_comes_by_anothers_path_is_not_refused():
    offer = (
        sdp("chromium_offer")
        .replace("m=video 9", "m=video 0")
        .replace("a=mid:1", "a=mid:1\r\na=bundle-only")
    )
    assert received.refused(offer) == set()


def test_formats_without_a_name_are_left_out():
    offer = sdp("chromium_offer").replace("a=rtpmap:111 opus/48000/2\r\n", "a=rtcp-fb:* nack\r\n")
    lines = read(received.offered(offer)).sections[0].lines
    # Its number is among the formats, where numbers with a fixed meaning need no name.
    assert "a=fmtp:111 minptime=10;useinbandfec=1" in lines
    offer = offer.replace("SAVPF 111 ", "SAVPF ")
    lines = read(received.offered(offer)).sections[0].lines
    assert "a=fmtp:111 minptime=10;useinbandfec=1" not in lines
    assert "a=rtcp-fb:* nack" in lines


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: "", "names neither sound nor pictures"),
        (lambda text: "hello", "names neither sound nor pictures"),
        (lambda text: text + "x" * 65_536, "too long"),
        (lambda text: text + "m=text 9 x 1\r\n" * 9, "more media than a call has"),
        (lambda text: text.replace("a=fingerprint", "a=print"), "no key to know it by"),
        (lambda text: text.replace("sha-256", "md5"), "no key to know it by"),
        (lambda text: text.replace("a=mid:1", "a=mid:0"), "does not tell its media apart"),
        (lambda text: text.replace("a=mid:1\r\n", ""), "does not tell its media apart"),
        (lambda text: text.replace("a=mid:1", "a=mid:a b"), "does not tell its media apart"),
    ],
)
def test_what_cannot_be_used_is_told_in_a_sentence(change, says):
    with pytest.raises(received.Unusable, match=says):
        received.offered(change(sdp("chromium_offer")))


def test_an_answer_to_something_else_is_refused():
    with pytest.raises(received.Unusable, match="does not fit"):
        received.answered(sdp("chromium_answer").partition("m=video")[0], sdp("our_offer"))
    nothing = (
        sdp("chromium_answer").replace("m=audio 9", "m=audio 0").replace("m=video 9", "m=video 0")
    )
    with pytest.raises(received.Unusable, match="neither sound nor pictures"):
        received.answered(nothing, sdp("our_offer"))


def test_a_path_is_known_by_its_user_and_its_key():
    offer = sdp("chromium_offer")
    same = offer.replace("a=sendrecv", "a=recvonly")
    user = received.path(offer)[0]
    assert received.path(offer) == received.path(same)
    assert received.path(offer) != received.path(offer.replace(user, "other"))
    assert received.path(offer) != received.path(sdp("our_offer"))
    assert received.path("nothing") == ("", b"")
