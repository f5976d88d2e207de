"""Finding by a few letters: order of fits, places, and a bounded cost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wschat_tui.ui.fuzzy import fit


def test_fits_are_ordered_whole_start_word_inside_scattered():
    texts = ["team", "team two", "my team", "steamer", "the arm"]
    scores = [fit("team", text).score for text in texts]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("lob", "network:lobby", (8, 9, 10)),
        ("LOB", "lobby", (0, 1, 2)),
        ("ro", "Carol from Rome", (11, 12)),
        ("nl", "network:lobby", (0, 8)),
        ("go room", "Go to a room", (0, 1, 8, 9, 10, 11)),
        ("abc", "a_ab_c", (2, 3, 5)),
        ("i", "İstanbul i", (9,)),
    ],
)
def test_the_letters_that_fit_are_told(query, text, places):
    assert fit(query, text).places == places


def test_every_word_of_the_query_must_fit():
    assert fit("go xyz", "Go to a room") is None
    assert fit("xyz", "room") is None


def test_an_empty_query_fits_all_alike():
    assert fit("", "anything").places == ()
    assert fit("  ", "anything").score == fit("", "anything").score


@given(st.text(max_size=12), st.text(max_size=40))
def test_places_are_the_letters_of_the_query_in_the_text(query, text):
    found = fit(query, text)
    if found is not None:
        assert found.score >= 1
        assert all(0 <= place < len(text) for place in found.places)
        assert list(found.places) == sorted(set(found.places))


def test_a_hostile_name_costs_no_more_than_a_long_one():
    started = time.process_time()
    for _ in range(100):
        assert fit("a" * 30 + "b", "a-" * 500) is None
    assert time.process_time() - started < 2
