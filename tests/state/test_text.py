"""A stranger's words made harmless (SECURITY.md, R1)."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wschat_tui.state.text import MAX_BODY_SHOWN, MAX_MARKS, MAX_NAME_SHOWN, clean, name

FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)

# Class of attack → what is sent, and what is shown.
HOSTILE = {
    "title of the window": ("\x1b]0;PWN\x07tail", "␛]0;PWN␇tail"),
    "clipboard": ("\x1b]52;c;UFdO\x07tail", "␛]52;c;UFdO␇tail"),
    "clear and colour": ("a\x1b[2J\x1b[31;7mPWN", "a␛[2J␛[31;7mPWN"),
    "hyperlink": ("\x1b]8;;http://e.test/\x1b\\click", "␛]8;;http://e.test/␛\\click"),
    "application command": ("\x1b_Gpwn\x1b\\tail", "␛_Gpwn␛\\tail"),
    "one-byte CSI": ("a\x9b31mPWN", "a\ufffd31mPWN"),
    "one-byte OSC": ("\x9d0;PWN\x9ctail", "\ufffd0;PWN\ufffdtail"),
    "nul": ("a\x00b", "a␀b"),
    "delete": ("a\x7fb", "a␡b"),
    "bell and backspace": ("a\x07\x08b", "a␇␈b"),
    "shifts": ("a\x0eb\x0f", "a␎b␏"),
    "enquiry": ("a\x05b", "a␅b"),
    "carriage return": ("trusted\rPWN", "trusted\nPWN"),
    "line ends": ("a\r\nb\x85c\u2028d\u2029e", "a\nb\nc\nd\ne"),
    "tab": ("a\tb", "a    b"),
    "vertical tab, form feed": ("a\x0b\x0cb", "a␋␌b"),
    "markup stays text": ("[@click=app.quit]x[/] [link=http://e]y x[/]y", None),
    "unclosed markup stays text": ("[bold ]][[ $primary {} C:\\[foo\\]", None),
    "override": ("safe\u202egnp.exe\u202c", "safe<U+202E>gnp.exe<U+202C>"),
    "isolates and marks": (
        "\u2066x\u2069\u200e\u200f\u061c",
        "<U+2066>x<U+2069><U+200E><U+200F><U+061C>",
    ),
    "joined emoji stay joined": ("👨\u200d👩\u200d👧", None),
    "joined emoji with tones": ("👩🏽\u200d\u200d💻 👩\u200d⚕\ufe0f", "👩🏽\u200d💻 👩\u200d⚕"),
    "joined emoji that begin with a narrow one": ("🏳\ufe0f\u200d🌈 ❤\u200d🔥", "🏳🌈 ❤🔥"),
    "joiners that join nothing": (
        "a\u200db 👨\u200d \u200d👨 👨\u200dx क्\u200dष",
        "ab 👨 👨 👨x क्ष",
    ),
    "non-joiners": ("می\u200c\u200cخواهم", "می\u200cخواهم"),
    "joiners in a row": ("a\u200d\u200d\u200c\u200db", "a\u200cb"),
    "joiner before a sign that is replaced": ("👨\u200d\u202e", "👨<U+202E>"),
    "surrogate": ("a\ud800b", "a\ufffdb"),
    "noncharacters": ("a\ufffe\uffff\ufdd0\U0001fffeb", "a\ufffd\ufffd\ufffd\ufffdb"),
    "tags": ("a\U000e0041\U000e0042b", "ab"),
    "zero width, soft hyphen, BOM": ("a\u200b\xad\ufeff\u2060\u2065b", "ab"),
    "annotation": ("a\ufff9b\ufffac\ufffb", "abc"),
    "wide": ("漢字かな", None),
    "latin": ("naïve café ©", None),
}


@pytest.mark.parametrize(("sent", "shown"), HOSTILE.values(), ids=HOSTILE)
def test_what_a_terminal_would_obey_is_shown_instead(sent, shown):
    assert clean(sent) == (sent if shown is None else shown)
    assert not FORBIDDEN.search(clean(sent))
    assert not FORBIDDEN.search(name(sent))
    assert "\n" not in clean(sent, one_line=True) + name(sent)


def test_piles_of_marks_are_cut_also_with_joiners_between_them():
    for pile in ("Z" + "\u0301" * 10_000 + "z", "Z" + "\u0301\u200d" * 5_000 + "z"):
        kept = clean(pile, limit=20_000)
        assert kept.count("\u0301") == MAX_MARKS
        assert kept.startswith("\u0179")
        assert kept.endswith("z")


@pytest.mark.parametrize("mark", ["\u093f", "\u1161", "\ud7b0"])
def test_piles_of_what_takes_a_cell_in_some_terminals_are_cut(mark):
    assert clean("क" + mark * 1_000 + "z") == "क" + mark * MAX_MARKS + "z"


def test_a_cut_behind_a_joiner_leaves_none():
    family = "👨\u200d" * 9_000
    assert clean(family, one_line=True, limit=11) == "👨\u200d👨\u200d👨\u200d👨\u200d👨…"
    assert "\u200d…" not in clean(family)
    assert name("👨\u200d" * 60).endswith("👨…")


def test_ordinary_marks_stay():
    text = "\u00e9 ก็ नमस्ते שָׁלוֹם"
    assert clean(text) == text


def test_a_long_body_is_cut_and_says_how_much_is_hidden():
    shown = clean("a" * 1_000_000)
    assert len(shown) <= MAX_BODY_SHOWN
    assert shown.endswith("… 983,656 more hidden")


def test_what_grows_beyond_the_limit_by_being_shown_is_cut_too():
    assert len(clean("\u202e" * 16_000)) <= MAX_BODY_SHOWN


def test_one_line_is_cut_short():
    assert clean("a\nb" * 100, one_line=True, limit=10) == "a ba ba b…"


def test_text_of_exactly_the_limit_stays():
    assert clean("a" * MAX_BODY_SHOWN) == "a" * MAX_BODY_SHOWN
    assert clean("abc", limit=3) == "abc"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("alice", "alice"),
        ("  alice ", "alice"),
        ("", "?"),
        ("   ", "?"),
        ("\u200b\u3164\u2800", "?"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("a\u3164b", "ab"),
        ("\u0301\u0302 bob", "bob"),
        ("\u0301", "?"),
        ("\u200c\u115f\u200c", "?"),
        ("\u3000\u2003 \xa0", "?"),
        ("\u200dbob\u200d", "bob"),
        ("a" * 65, "a" * 63 + "…"),
        ("漢" * 32, "漢" * 32),
        ("漢" * 33, "漢" * 31 + "…"),
        ("é" * 64, "é" * 64),
        ("two\nlines\tand more", "two lines    and more"),
        ("a" * 62 + " é", "a" * 62 + " é"),
        ("x\u202ey", "x<U+202E>y"),
    ],
)
def test_names_are_short_visible_and_composed(said, shown):
    assert name(said) == shown


def test_a_name_cut_at_a_space_has_none_before_the_dots():
    assert name("é" * 62 + " é" + "z" * 9) == "é" * 62 + "…"


def test_marks_in_names_take_no_room():
    text = "x\u0332" * 40
    assert name(text) == text


ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300) | st.text(
    st.sampled_from(
        "a \n\r\t\x00\x1b\x9b\x7f\xad\u0301\u0315\u200b\u200c\u200d\u202e\u2066\u2028\ufeff\ufe0f👨🏽⚕❮🏳ि\u1161漢\ud800\U000e0041\u3164\u3000"
    ),
    max_size=300,
)


@given(ANY_TEXT, st.booleans(), st.sampled_from([2, 10, 60, 127, 128, 200, MAX_BODY_SHOWN]))
@settings(max_examples=4_000)
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_clean_is_harmless_bounded_and_done_in_one_go(text, one_line, limit):
    shown = clean(text, one_line=one_line, limit=limit)
    assert not FORBIDDEN.search(shown)
    assert not (one_line and "\n" in shown)
    assert len(shown) <= limit
    assert clean(shown, one_line=one_line, limit=limit) == shown
    marks = 0
    for character in shown:
        if unicodedata.category(character) in {"Mn", "Me"}:
            marks += 1
        elif character not in "\u200c\u200d":
            marks = 0
        assert marks <= MAX_MARKS


@given(ANY_TEXT)
@settings(max_examples=1_000)
def test_names_are_harmless_bounded_and_done_in_one_go(text):
    shown = name(text)
    assert not FORBIDDEN.search(shown)
    assert shown.strip()
    assert "\n" not in shown
    assert sum(unicodedata.east_asian_width(one) in "WF" for one in shown) <= MAX_NAME_SHOWN // 2
    assert name(shown) == shown
