"""Recording: both sides are told, in words that anybody's program shows."""

from wschat_tui.protocol.requests import ChatSend
from wschat_tui.state.calls.call_effects import Record
from wschat_tui.state.calls.call_inputs import MediaRecording, RecordAsked
from wschat_tui.state.inputs import DraftKept, Typed
from wschat_tui.state.model import Outgoing

BOB = "dm:alice:bob"
BEGUN, ENDED = "I am recording this call.", "I stopped recording this call."


def ask(phone, path="call.webm"):
    return phone.scene.play(RecordAsked(phone.op(), phone.now, path))


def tell(phone, path, sentence=""):
    return phone.media(MediaRecording, phone.op(), phone.now, path, sentence)


def posted(phone):
    state = phone.scene.state
    return [one.body for one in state.rooms[BOB].messages if one.kind == "chat"]


def test_the_other_side_is_told_when_it_begins_and_ends(phone):
    phone.talk()
    assert ask(phone) == [Record("op001", "call.webm")]
    assert (phone.call.recording, posted(phone)) == ("", [])
    (said,) = tell(phone, "/home/me/ca\x1bll.webm")
    assert said.request == ChatSend(scope="dm:bob", body=BEGUN)
    assert phone.call.recording == "/home/me/ca\u241bll.webm"
    assert ask(phone, "") == [Record("op001", "")]
    tell(phone, "")
    assert (phone.call.recording, posted(phone)) == ("", [BEGUN, ENDED])


def test_another_file_is_no_news_to_them(phone):
    phone.talk()
    tell(phone, "one.webm")
    tell(phone, "two.webm")
    assert (phone.call.recording, posted(phone)) == ("two.webm", [BEGUN])


def test_a_file_that_fails_is_told_to_me(phone):
    phone.talk()
    tell(phone, "", "The disk is full.")
    assert (phone.words, posted(phone)) == (["The disk is full."], [])


def test_what_is_being_typed_stays(phone):
    phone.talk()
    phone.scene.play(DraftKept(BOB, "", "half a sen"))
    tell(phone, "call.webm")
    assert phone.scene.room(BOB).drafts[""] == "half a sen"


def test_the_end_of_the_call_ends_it(phone):
    phone.talk()
    tell(phone, "call.webm")
    phone.hang_up()
    assert posted(phone) == [BEGUN, ENDED]
    rows = [one.kind for one in phone.scene.room(BOB).messages]
    assert sorted(rows) == ["call", "chat", "chat"]


def test_so_do_new_media(phone, make):
    phone.talk()
    tell(phone, "call.webm")
    phone.say(phone.offer(text=make.sdp(8)))
    assert (phone.call.recording, posted(phone)) == ("", [BEGUN, ENDED])
    phone.hang_up()
    assert posted(phone) == [BEGUN, ENDED]


def test_nothing_is_recorded_while_nobody_can_be_told(phone):
    phone.talk()
    phone.scene.down()
    ask(phone)
    said = "You are not connected, so the other side cannot be told: nothing is recorded."
    assert (phone.orders, phone.words) == ([], [said])
    assert ask(phone, "") == [Record("op001", "")]


def test_there_is_nothing_to_record_without_a_call(phone):
    ask(phone)
    assert phone.words == ["There is no call to record."]
    phone.place()
    ask(phone)
    assert phone.words == ["There is no call to record."]


def test_the_words_wait_their_turn_behind_a_message(phone):
    phone.talk()
    phone.scene.play(Typed("m1", phone.now, BOB, "look at this"))
    tell(phone, "call.webm")
    rows = phone.scene.state.outbox
    assert [type(one) for one in rows] == [Outgoing, Outgoing]
    assert [one.body for one in rows] == ["look at this", BEGUN]
