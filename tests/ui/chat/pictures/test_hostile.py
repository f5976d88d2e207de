"""A stranger's words are shown, and never obeyed: 37 classes of hostile text."""

import pytest

from wschat_tui.state.server_inputs import MemberListed, RoomListed, RoomsListed

pytestmark = pytest.mark.snapshot

CONTROLS = {
    "osc title": "\x1b]0;PWNTITLE\x07tail",
    "osc clipboard": "\x1b]52;c;UFdORUQ=\x07tail",
    "csi": "a\x1b[2J\x1b[31;7mPWNCSI",
    "osc link": "\x1b]8;;http://evil.invalid/\x1b\\click\x1b]8;;\x1b\\",
    "apc": "\x1b_Gpwnapc\x1b\\tail",
    "c1 csi": "a\x9b31mPWNC1",
    "c1 osc": "\x9d0;PWNC1OSC\x9ctail",
    "nul": "a\x00PWNNUL",
    "del": "a\x7fPWNDEL",
    "bell and backspace": "a\x07\x08PWNBEL",
    "shift out": "a\x0ePWNSO\x0f",
    "enquiry": "a\x05PWNENQ",
    "return": "trusted\rPWNCR",
    "tab": "a\tPWNTAB",
    "vertical tab, form feed": "a\x0b\x0cPWNVT",
    "other line ends": "a\x85b\u2028c\u2029PWNLS",
}
MARKUP = {
    "click": "[@click=app.quit]PWNCLICK[/]",
    "click with an argument": "[@click=app.notify('x')]PWNCLICK2[/]",
    "link": "[link=http://evil.invalid]PWNLINK[/link]",
    "quoted link": '[link="http://evil.invalid"]PWNLINKQ[/link]',
    "style": "[bold red]PWNBOLD[/]",
    "unclosed": "[bold",
    "closed alone": "x[/]y",
    "closed wrongly": "x[/bold]y",
    "brackets": "]][[ [ ]",
    "json": '{"a":[true, false]}',
    "hex": "[#ff0]PWNHEX",
    "variable": "$PWNVAR [$primary]x",
    "backslash": "C:\\[foo\\]",
}
UNICODE = {
    "bidi": "safe\u202egnp.exe\u202c \u2066x\u2069",
    "joiners": "👨‍👩‍👧‍👦 PWNZWJ 🏳️‍🌈",
    "zalgo": "Z" + "\u0301" * 10_000 + "PWNZALGO",
    "surrogate": "a\ud800PWNSUR",
    "noncharacter": "a\ufffe\uffffPWNNC",
    "tags": "a\U000e0041\U000e0042PWNTAG",
}
ENDLESS = {"wide letters": "漢" * 5_000, "a million letters": "A" * 1_000_000}


@pytest.mark.parametrize(
    "payloads", [CONTROLS, MARKUP, UNICODE], ids=["controls", "markup", "unicode"]
)
def test_hostile_words(picture, story, payloads):
    for name, payload in payloads.items():
        story.post("bob", f"{name}: {payload}")
    assert picture("120x36")


def test_words_without_end(picture, story):
    for body in ENDLESS.values():
        story.post("bob", body)
        story.post("mia", "whew")
    assert picture("120x36")


def test_hostile_names_titles_reactions_and_files(picture, story):
    names = list((CONTROLS | MARKUP | UNICODE).values())
    story.members(*(MemberListed(f"u{n}", name, name) for n, name in enumerate(names)))
    rooms = tuple(RoomListed(f"network:h{n}", name) for n, name in enumerate(names))
    story.talk.session.feed(RoomsListed(rooms, "hostile", story.talk.at))
    for number, name in enumerate(names):
        file = {"url": f"https://evil.invalid/{number}", "name": name}
        posted = story.post(f"u{number}", f"number {number}", attachments=[file])
        story.react(posted, name[:256], "bob")
    story.type(*(f"u{number}" for number in range(3)))
    assert picture("120x36")
