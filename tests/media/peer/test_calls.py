import re

from wschat_tui.state.calls.call_effects import CloseMedia, OpenMedia, Reoffer, SetMicrophone, Show
from wschat_tui.state.calls.call_inputs import (
    MediaCandidate,
    MediaConnected,
    MediaDescribed,
    MediaEnded,
    MediaFlowing,
    MediaMeasured,
    MediaPicture,
    MediaVerified,
    NegotiationNeeded,
)

CALL = "call-1"


async def test_a_call_connects_and_sound_flows_both_ways(line):
    await line.connect()
    for end in (line.one, line.other):
        await end.until(MediaFlowing)
        stats = (
            await end.until(
                MediaMeasured, lambda told: told.stats.sound_in and told.stats.sound_out
            )
        ).stats
        assert stats.audio_codec.lower() == "opus"
        assert (stats.local_path, stats.remote_path) == ("host", "host")
        assert not stats.picture_in
        assert not end.all(MediaEnded)


async def test_the_offer_leaves_before_any_address_is_looked_for_and_addresses_follow(line):
    await line.connect()
    for end, kind in ((line.one, "offer"), (line.other, "answer")):
        told = [item for item in end.told if isinstance(item, MediaDescribed | MediaCandidate)]
        assert isinstance(told[0], MediaDescribed)
        assert told[0].kind == kind
        assert "a=candidate" not in told[0].sdp
        assert "a=ice-options:trickle" in told[0].sdp
        assert all(item.candidate.candidate.startswith("candidate:") for item in told[1:-1])
        assert all(item.candidate.sdpMLineIndex == 0 for item in told[1:-1])
        assert told[-1] == MediaCandidate(CALL, told[-1].op_id, None)
        assert len(told) >= 3


async def test_both_sides_see_the_same_six_words_and_other_calls_others(line, eventually):
    """S24: the words that both read aloud."""
    await line.connect()
    first = (await line.one.until(MediaVerified)).words
    assert first == (await line.other.until(MediaVerified)).words
    assert len(first) == 6
    line.hang_up()
    count = len(line.one.told)
    line.call()
    assert (await line.one.until(MediaVerified, since=count)).words != first


async def test_pictures_flow_both_ways_with_their_size_and_rate(line):
    await line.connect("video", "pattern", "pattern")
    for end in (line.one, line.other):
        assert (await end.until(MediaPicture)).on
        stats = (
            await end.until(
                MediaMeasured,
                lambda told: (told.stats.received_frames or 0) > 5 and told.stats.picture_out,
            )
        ).stats
        assert (stats.width, stats.height) == (640, 360)
        assert stats.video_codec == "VP8"
        assert stats.sent_frames > 5
        assert stats.sent_rate > 50


async def test_a_picture_is_added_to_a_call_of_sound_and_taken_away_by_either_side(line):
    await line.connect("audio")
    for end, peer in ((line.one, line.other), (line.other, line.one)):
        count = len(peer.told)
        end.engine.run(Show(CALL, "pattern"))
        assert (await peer.until(MediaPicture, since=count)).on
        count = len(peer.told)
        end.engine.run(Show(CALL, ""))
        assert not (await peer.until(MediaPicture, since=count)).on
        count = len(peer.told)
        end.engine.run(Show(CALL, "pattern"))
        assert (await peer.until(MediaPicture, since=count)).on
    assert not line.one.all(MediaEnded)
    assert not line.other.all(MediaEnded)


async def test_a_picture_needs_no_new_description_where_one_was_offered_at_first(line):
    await line.connect("video", "pattern", "")
    described = len(line.one.all(MediaDescribed)) + len(line.other.all(MediaDescribed))
    line.other.engine.run(Show(CALL, "pattern"))
    assert (await line.one.until(MediaPicture)).on
    after = len(line.one.all(MediaDescribed)) + len(line.other.all(MediaDescribed))
    assert (described, after) == (2, 2)


async def test_both_sides_add_a_picture_at_once_and_none_of_the_offers_breaks_the_call(line):
    await line.connect("audio")
    held = []

    def hold_offers(end, item):
        if isinstance(item, MediaDescribed) and item.kind == "offer":
            held.append((end, item))
            return None
        return item

    line.change = hold_offers
    line.one.engine.run(Show(CALL, "pattern"))
    line.other.engine.run(Show(CALL, "pattern"))
    await line.one.until(MediaDescribed, lambda told: told.kind == "offer", since=5)
    await line.other.until(MediaDescribed, lambda told: told.kind == "offer")
    line.change = lambda end, item: item
    # The offer of `one` stands; that of `other` is dropped, as the state has it in a glare.
    (first,) = [item for end, item in held if end is line.one]
    line._describe(line.other, first)
    assert (await line.other.until(MediaPicture)).on
    assert (await line.one.until(MediaPicture)).on
    assert not line.one.all(MediaEnded)
    assert not line.other.all(MediaEnded)


async def test_another_path_is_taken_for_the_same_call_and_its_totals_go_on(line):
    await line.connect("video", "pattern", "pattern")
    before = (await line.one.until(MediaMeasured)).stats.received_packets
    assert before > 0
    counts = len(line.one.told), len(line.other.told)
    line.one.engine.run(Reoffer(CALL, anew=True))
    await line.one.until(MediaConnected, since=counts[0])
    await line.other.until(MediaConnected, since=counts[1])
    words = [
        (await end.until(MediaVerified, since=count)).words
        for end, count in zip((line.one, line.other), counts, strict=True)
    ]
    assert words[0] == words[1]
    after = await line.one.until(
        MediaMeasured, lambda told: (told.stats.received_frames or 0) > 5, since=counts[0] + 1
    )
    assert after.stats.received_packets > before
    assert not line.one.all(MediaEnded)
    assert not line.other.all(MediaEnded)


async def test_each_offer_names_the_same_session_and_a_higher_version(line):
    await line.connect("audio")
    line.one.engine.run(Show(CALL, "pattern"))
    await line.other.until(MediaPicture)
    origins = [
        re.search(r"o=- (\d+) (\d+) ", told.sdp).groups() for told in line.one.all(MediaDescribed)
    ]
    assert origins[0][0] == origins[1][0]
    assert int(origins[0][1]) < int(origins[1][1])


async def test_a_muted_microphone_is_silent_at_the_other_side_and_its_packets_go_on(
    line, eventually
):
    await line.connect()
    await eventually(lambda: line.other.engine.levels().theirs > 0.3)
    line.one.engine.run(SetMicrophone(CALL, False))
    await eventually(lambda: line.other.engine.levels().theirs < 0.05)
    count = len(line.other.told)
    first = await line.other.until(MediaMeasured, since=count)
    more = await line.other.until(
        MediaMeasured, lambda told: told.stats.received_packets > first.stats.received_packets
    )
    assert more.stats.sound_in
    line.one.engine.run(SetMicrophone(CALL, True))
    await eventually(lambda: line.other.engine.levels().theirs > 0.3)


async def test_when_one_side_closes_the_other_is_told_at_once_and_once(line):
    await line.connect()
    await line.other.until(MediaFlowing)
    line.one.engine.run(CloseMedia(CALL))
    assert (await line.other.until(MediaEnded)).reason == "closed"
    count = len(line.other.told)
    line.other.engine.run(CloseMedia(CALL))
    await line.other.engine.close()
    assert line.other.told[count:] == []


async def test_candidates_inside_the_description_do_as_well_as_those_that_follow(line):
    """Programs that do not trickle put all of them there (RFC 8839)."""
    gathered = {line.one.name: [], line.other.name: []}
    described = {}

    def gather(end, item):
        if isinstance(item, MediaDescribed):
            described[end.name] = item
        elif isinstance(item, MediaCandidate) and item.candidate is not None:
            gathered[end.name].append(item.candidate.candidate)
        elif isinstance(item, MediaCandidate):
            lines = "".join(f"a={one}\r\n" for one in gathered[end.name])
            sdp = described[end.name].sdp
            at = sdp.index("a=ice-ufrag")
            whole = sdp[:at] + lines + "a=end-of-candidates\r\n" + sdp[at:]
            peer = line.other if end is line.one else line.one
            line._describe(peer, MediaDescribed(CALL, "", 0, described[end.name].kind, whole))

    line.change = gather
    await line.connect("video", "pattern", "pattern")
    await line.other.until(MediaPicture)
    await line.one.until(MediaPicture)


async def test_candidates_that_overtake_the_answer_are_kept_for_it(line):
    answers = []

    def overtake(end, item):
        if isinstance(item, MediaDescribed) and item.kind == "answer":
            answers.append(item)
            return None
        return item

    line.change = overtake
    line.call()
    await line.other.until(MediaCandidate, lambda told: told.candidate is None)
    line._describe(line.one, answers[0])
    await line.one.until(MediaConnected)
    await line.other.until(MediaConnected)


async def test_what_names_no_call_is_ignored(end):
    one = end("one")
    one.engine.run(Show("nobody", "pattern"))
    one.engine.run(CloseMedia("nobody"))
    one.engine.run(OpenMedia(CALL, "audio"))
    await one.until(MediaDescribed)
    assert not one.all(MediaEnded)
    assert not one.all(NegotiationNeeded)
