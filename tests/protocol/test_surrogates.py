import pytest

from wschat_tui.protocol.codec import decode_events
from wschat_tui.protocol.events import ChatMessage, MalformedMessage, UnknownMessage
from wschat_tui.protocol.surrogates import mended


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        (rb'"a\ud800b"', rb'"a\ufffdb"'),
        (rb'"a\uDfFFb"', rb'"a\ufffdb"'),
        (rb'"\ud83d\ude00"', rb'"\ud83d\ude00"'),
        (rb'"\ude00\ud83d"', rb'"\ufffd\ufffd"'),
        (rb'"\ud83d\ud83d\ude00"', rb'"\ufffd\ud83d\ude00"'),
        (rb'"\\ud800"', rb'"\\ud800"'),
        (rb'"\\\ud800"', rb'"\\\ufffd"'),
        (rb'"\ud800', rb'"\ufffd'),
        (b'"\\', b'"\\'),
    ],
)
def test_half_a_character_alone_is_replaced(line, whole):
    assert mended(line) == whole


def test_message_with_half_a_character_is_shown():
    (one,) = decode_events(
        r'{"type":"chat.message","op_id":"o","data":{"id":"m","scope":"host","user_id":"bob",'
        r'"body":"a\ud800b","created_at":"2026-11-23T10:00:00Z"}}'
    )
    assert isinstance(one.payload, ChatMessage)
    assert one.payload.body == "a\ufffdb"
    assert one.op_id == "o"


def test_half_a_character_in_what_no_model_reads():
    (unknown,) = decode_events(r'{"type":"news","data":{"text":"\ud800"}}')
    assert unknown.payload == UnknownMessage("news", {"text": "\ufffd"})
    (bad,) = decode_events(r'{"type":"chat.message","data":{"body":"\ud800"}}')
    assert isinstance(bad.payload, MalformedMessage)
