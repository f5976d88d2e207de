from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len, split_graphemes

from wschat_tui.ui.wrap import (
    _SINGLE,
    cells,
    count,
    count_fold,
    fit,
    flow,
    fold,
    is_single,
    wrap,
)

PIECES = [
    "a",
    "word",
    " ",
    "  ",
    "漢字",
    "かな",
    "한글",
    "👍",
    "👍🏽",
    "👩‍👩‍👧",
    "❤️",
    "e\u0301",
    "x\u0301\u0302\u0303",
    "\u200d",
    "\ufe0f",
    "https://example.test/a/very/long/path?with=query&and=more#fragment",
    "…",
    "“q”",
    "ﷺ",
    "क्षि",
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=30).map(
    lambda parts: "".join(parts).replace("\n", " ")
)
widths = st.integers(1, 200)


def shown(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in wrap(text, width)]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, [""]),
        ("hello", 5, ["hello"]),
        ("hello world foo", 5, ["hello", "world", "foo"]),
        ("hello world", 11, ["hello world"]),
        ("hello world", 10, ["hello", "world"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("ab abcdefghij", 4, ["ab", "abcd", "efgh", "ij"]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
        ("hello漢字", 6, ["hello", "漢字"]),
        ("漢字 hello", 5, ["漢字", "hello"]),
        ("a👩‍👩‍👧b", 2, ["a", "👩‍👩‍👧", "b"]),
        ("e\u0301e\u0301", 1, ["e\u0301", "e\u0301"]),
    ],
)
def test_breaks_at_spaces_and_wide_characters_and_cuts_long_words(text, width, lines):
    assert shown(text, width) == lines


@given(texts, widths)
@example("\u200da", 1)
@example(" ", 1)
def test_counting_agrees_with_wrapping(text, width):
    assert count(text, width) == len(wrap(text, width))
    assert count_fold(text, width) == len(fold(text, width))


@given(texts, widths)
def test_lines_cover_the_text_but_for_the_spaces_at_which_it_broke(text, width):
    lines = wrap(text, width)
    assert lines[0][0] == 0
    assert lines[-1][1] == len(text)
    for (_, end), (start, _) in pairwise(lines):
        assert text[end:start] in {"", " "}


@given(texts, widths)
def test_folding_loses_nothing(text, width):
    lines = fold(text, width)
    assert "".join(text[start:end] for start, end in lines) == text


@given(texts, widths)
def test_no_line_is_wider_than_asked_but_for_a_cluster_that_is_so_by_itself(text, width):
    for cut in (wrap, fold):
        for start, end in cut(text, width):
            line = text[start:end]
            alone = len(split_graphemes(line)[0]) == 1
            # A joiner at the start joins nothing: rich does not count what follows it.
            assert line.startswith("\u200d") or cell_len(line) <= width or alone


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_a_text_of_single_cells_is_as_wide_as_it_is_long(text):
    if is_single(text) and text.isprintable():
        assert cells(text) == len(text) == cell_len(text)


def test_every_character_called_single_takes_one_cell():
    assert len(_SINGLE) > 1500
    assert {cell_len(character) for character in _SINGLE} == {1}


@given(texts, st.integers(0, 40))
def test_fitting_keeps_to_the_width_and_says_where_something_is_lost(text, width):
    fitted = fit(text, width)
    if not text.startswith("\u200d"):
        assert cells(fitted) <= width
    assert fitted == text or not width or fitted.endswith("…")


@given(st.lists(st.integers(1, 30), max_size=30), st.integers(1, 60))
def test_flow_keeps_the_order_and_fills_lines_as_far_as_they_go(widths, width):
    lines = flow(widths, width)
    assert [index for line in lines for index in line] == list(range(len(widths)))
    for line in lines:
        assert len(line) == 1 or sum(widths[one] for one in line) + len(line) - 1 <= width


def test_a_word_of_a_million_letters_is_cut_in_linear_time():
    text = "A" * 1_000_000
    assert count(text, 80) == 12_500
    assert len(wrap("漢" * 5_000, 80)) == 125
