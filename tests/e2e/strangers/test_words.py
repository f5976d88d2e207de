"""Strangers' words on the real screen: shown, and never obeyed by the terminal or the program."""

import json
import re

import pytest

pytestmark = pytest.mark.pty

ROOM = "network:lobby"

HOSTILE = {
    "colour": "\x1b[31mred alert\x1b[0m",
    "clipboard": "\x1b]52;c;aGFja2Vk\x07 copied",
    "title": "\x1b]0;new title\x07 titled",
    "c1": "\x9b31m eight bits \x9d52;c;aGFj\x9c",
    "bidi": "safe \u202egnp.exe\u202c and \u2066isolated\u2069",
    "markup": "x[/]y [red]plain[/red]",
    "action": "[@click=app.quit]press me[/]",
    "link": "[link=file:///etc/passwd]look[/link]",
    "return": "over\rwritten",
    "device": "\x1b[c\x1b[6n\x1bP+q544e\x1b\\ asked",
    "unseen": "zero\u200bwidth \u2060joined\ufeff marks \U000e0041",
}
FORBIDDEN = re.compile(
    r"[\x80-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
SEEN = (
    "␛[31mred alert␛[0m",
    "␛]52;c;aGFja2Vk␇ copied",
    "x[/]y [red]plain[/red]",
    "[@click=app.quit]press me[/]",
    "[link=file:///etc/passwd]look[/link]",
    "safe <U+202E>gnp.exe",
    "zerowidth joined marks",
)


def holds_nothing_to_obey(terminal):
    """No byte of the strangers' reached the terminal as something that a terminal would obey."""
    raw = bytes(terminal.raw)
    for sequence in (b"\x1b]52", b"\x1b]0;", b"\x1b]2;", b"\x1b[31mred", b"\x1bP+q", b"\x1b[6n"):
        assert sequence not in raw, sequence
    text = raw.decode("utf-8")
    assert not FORBIDDEN.search(text), FORBIDDEN.findall(text)


def test_hostile_messages_are_shown_and_never_obeyed(screen, mock, person):
    chat = screen("--server", mock.url, "--user", "alice", token="dev:alice")
    chat.wait_for("● online", "Message #Lobby")
    bob = person("bob", mock, ROOM)
    for body in HOSTILE.values():
        bob.say(ROOM, body)
    last = bob.say(ROOM, "that was all")
    chat.wait_for("that was all", *SEEN)
    assert "over" in chat.text
    bob.tell("chat.reaction", message_id=last, reaction="\x1b[31mred", action="add", scope=ROOM)
    bob.do(
        "chat.edit", message_id=last, new_body="that was \x1b]52;c;aGFj\x07 all, [@click=app.quit]"
    )
    chat.wait_for("that was ␛]52;c;aGFj␇ all, [@click=app.quit] (edited)")
    chat.press("escape")
    chat.wait_for("Esc write")
    chat.press("i")
    chat.wait_for("[@click=app.quit]", "Esc close")
    holds_nothing_to_obey(chat)
    assert not chat.over


def test_hostile_names_rooms_and_errors_are_shown_and_never_obeyed(screen, strange_server):
    esc = "\x1b]52;c;aGFj\x07"
    bidi = "\u202eevil"

    def event(kind, **data):
        return json.dumps({"type": kind, "data": data})

    def said(number, scope, user, body):
        when = {"created_at": "2026-01-05T09:00:00Z"}
        return event("chat.message", id=f"m{number}", scope=scope, user_id=user, body=body, **when)

    url = strange_server(
        said(1, "host", f"mal{esc}lory", "by a bad name"),
        said(2, f"room{bidi}", "[red]mallory", "in a bad room"),
        event("chat.typing.user", scope="host", user_id=f"typist{esc}", typing=True),
        event("presence.update", user_id=f"present{bidi}", status="\x1b[31mred"),
        event("device.online", device_id=f"d{esc}", user_id=f"device{esc}"),
        json.dumps({"type": "error", "error": {"code": esc, "message": f"oh {esc} no [/]"}}),
        event("call.offer", from_user=f"caller{esc}", call_type="audio", sdp="v=0"),
        said(3, "host", "bob", "the last of it"),
    )
    terminal = screen("--server", url, "--user", "alice", token="secret-of-alice")
    terminal.wait_for("● online", "by a bad name", "the last of it", "mal␛]52")
    holds_nothing_to_obey(terminal)
    assert not terminal.over
