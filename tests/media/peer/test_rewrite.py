import re
from pathlib import Path

import pytest

from wschat_tui.media.rewrite import follow
from wschat_tui.media.sections import read

DATA = Path(__file__).parent / "data"


def sdp(name):
    return (DATA / f"{name}.sdp").read_text().replace("\n", "\r\n")


@pytest.fixture
def theirs():
    return sdp("chromium_offer")


def numbers(text):
    """Place, name and number of each codec and extension."""
    found = set()
    for place, section in enumerate(read(text).sections):
        found |= {(place, name, number) for number, name in section.codecs().items()}
        found |= {(place, uri, number) for uri, number in section.extensions().items()}
    return found


def test_a_later_offer_uses_the_numbers_of_the_browser_that_offered_first(theirs):
    ours = sdp("our_offer")
    assert not numbers(ours) <= numbers(theirs)
    followed = follow(ours, theirs)
    shared = {one for one in numbers(followed) if one[1] in {two[1] for two in numbers(theirs)}}
    assert shared <= numbers(theirs)
    assert {one[:2] for one in numbers(followed)} == {one[:2] for one in numbers(ours)}


def test_every_line_of_a_codec_moves_with_its_number(theirs):
    (sound, video) = read(follow(sdp("our_offer"), theirs)).sections
    assert sound.formats[0] == "111"
    assert sound.codecs()["111"] == "opus/48000/2"
    assert video.formats[:2] == ["96", "97"]
    assert "a=rtcp-fb:96 nack pli" in video.lines
    assert "a=fmtp:97 apt=96" in video.lines
    for section in (sound, video):
        assert set(section.codecs()) == set(section.formats)
        named = {line.split(":")[1].split(" ")[0] for line in section.taken("fmtp", "rtcp-fb")}
        assert named <= set(section.formats)


def test_retransmissions_stay_with_the_codec_that_they_repeat(theirs):
    video = read(follow(sdp("our_offer"), theirs)).sections[1]
    codecs, theirs_video = video.codecs(), read(theirs).sections[1]
    repeats = dict(
        re.fullmatch(r"a=fmtp:(\d+) apt=(\d+)", line).groups()
        for line in video.lines
        if " apt=" in line
    )
    assert len(repeats) == sum(name == "rtx/90000" for name in codecs.values()) == 3
    for number, repeated in repeats.items():
        assert f"a=fmtp:{number} apt={repeated}" in theirs_video.lines


def test_kinds_of_h264_are_not_taken_for_each_other(theirs):
    video = read(follow(sdp("our_offer"), theirs)).sections[1]
    ours = {
        line.split("profile-level-id=")[1]: line.split(":")[1].split(" ")[0]
        for line in video.lines
        if "profile-level-id" in line
    }
    assert ours == {"42001f": "102", "42e01f": "108"}


def test_a_medium_that_is_new_takes_numbers_that_nothing_uses(theirs):
    head, _, rest = theirs.partition("m=video")
    sound_alone = head
    followed = follow(sdp("our_offer"), sound_alone)
    (sound, video) = read(followed).sections
    assert sound.formats[0] == "111"
    assert not set(video.formats) & set(read(sound_alone).sections[0].formats)
    assert all(96 <= int(one) < 128 for one in video.formats)
    # The same header extension has one number in the whole call; a new one takes a free one.
    assert video.extensions()["urn:ietf:params:rtp-hdrext:sdes:mid"] == "4"
    absolute = video.extensions()["http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"]
    assert absolute == "2"
    assert rest


def test_names_of_media_follow_too(theirs):
    renamed = theirs.replace("a=mid:0", "a=mid:sound").replace("a=mid:1", "a=mid:picture")
    followed = follow(sdp("our_offer"), renamed)
    assert [one.mid for one in read(followed).sections] == ["sound", "picture"]
    assert "a=group:BUNDLE sound picture" in followed


def test_an_offer_that_follows_itself_stays_as_it_is():
    ours = sdp("our_offer")
    assert follow(ours, ours) == ours


def test_a_section_of_another_kind_at_the_same_place_lends_nothing():
    swapped = "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:9\r\n"
    followed = follow(sdp("our_offer"), swapped)
    assert [one.mid for one in read(followed).sections] == ["0", "1"]
    assert numbers(followed)


def test_text_that_is_no_description_breaks_nothing():
    for text in ("", "m=", "a=b", "\x00", "m=audio", "m=audio 9 X 1\r\na=rtpmap:\r\na=extmap:\r\n"):
        assert read(text) is not None
        assert follow(sdp("our_offer"), text)
