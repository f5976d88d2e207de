"""Emoji by name: the table's promises, finding, and what is drawn."""

import pytest
from rich.cells import cell_len

from wschat_tui.ui import emoji


def test_every_emoji_is_drawn_two_cells_wide_and_without_what_terminals_disagree_on():
    for one in emoji.every():
        drawn = emoji.shown(one.text)
        assert len(drawn) == 1, one
        if one.text != "❤️":
            assert drawn == one.text
            assert cell_len(drawn) == 2, one


def test_first_names_and_emoji_are_unique_and_typeable():
    names = [one.names[0] for one in emoji.every()]
    assert len(set(names)) == len(names) == len({one.text for one in emoji.every()})
    assert all(emoji.expand(one.code) == one.text for one in emoji.every())


def test_what_is_frequent_has_a_name():
    assert all(emoji.code_of(text) for text in emoji.FREQUENT)


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("tada", "🎉"),
        (":tada:", "🎉"),
        ("thumb", "👍"),
        ("+1", "👍"),
        ("lol", "😂"),
        ("HEART", "❤️"),
        ("hrt", "❤️"),
        ("🎉", "🎉"),
        ("❤", "❤️"),
    ],
)
def test_a_few_letters_find_it(query, best):
    assert emoji.find(query)[0].text == best


def test_nothing_is_found_where_nothing_fits():
    assert emoji.find("qqqq") == []


def test_letters_in_sequence_count_only_where_nothing_fits_better():
    assert [one.text for one in emoji.find("tada")] == ["🎉"]


def test_recent_ones_come_first_among_equals_and_before_anything_is_typed():
    assert emoji.find("heart", recent=["💜"])[0].text == "❤️"
    hearts = [one.text for one in emoji.find("heart", recent=["💜", "🖤"])]
    assert hearts.index("💜") < hearts.index("🖤") < hearts.index("🧡")
    assert [one.text for one in emoji.find("", 3, recent=["🦄"])] == ["🦄", "👍", "🎉"]


def test_expand_replaces_known_names_alone():
    assert emoji.expand("ship :rocket: at 10:30:00 :nonsense:") == "ship 🚀 at 10:30:00 :nonsense:"


@pytest.mark.parametrize(
    "text",
    [
        "type `:tada:` for it",
        "```\n:tada:\n``` and ```:rocket:",
        "at 10:100:00 o'clock",
        "https://example.test/:tada:/",
        "a:tada:b",
    ],
)
def test_expand_leaves_code_times_and_addresses_alone(text):
    assert emoji.expand(text) == text


def test_skin_tones_and_presentation_do_not_hide_a_name():
    assert emoji.code_of("👍🏽") == emoji.code_of("👍") == ":thumbsup:"
    assert emoji.code_of("❤") == ":heart:"
    assert emoji.unique(["👍🏽", "👍", "❤️", "❤", "🎉"]) == ["👍🏽", "❤️", "🎉"]


@pytest.mark.parametrize(
    ("raw", "drawn"),
    [
        ("👍🏽", "👍"),
        ("+1", "+1"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("a\nb", "a b"),
        ("", "?"),
        ("this is no emoji at all", "this is no …"),
        ("漢字漢字漢字漢字", "漢字漢字漢…"),
    ],
)
def test_a_reaction_is_shown_clean_and_short(raw, drawn):
    assert emoji.shown(raw) == drawn
    assert cell_len(emoji.shown(raw)) <= 12


def test_a_lone_skin_tone_is_still_something():
    assert emoji.shown("🏽") == "🏽"
