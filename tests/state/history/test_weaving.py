"""Pages of history among the messages that are loaded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wschat_tui.state.history.weaving import laid, straightened, woven
from wschat_tui.state.model import Message


def line(text):
    """`m3` is a message posted at 3, `m3?` one without a time, `m3!` is on its way, `e3` an event."""
    id = text.rstrip("?!")
    return Message(
        id,
        "host",
        "bob",
        "",
        None if text.endswith("?") else int(id[1:]),
        kind="joined" if id.startswith("e") else "chat",
        delivery="queued" if text.endswith("!") else "received",
    )


def lines(text):
    return [line(one) for one in text.split()]


def ids(messages):
    return " ".join(one.id for one in messages)


@pytest.mark.parametrize(
    ("page", "loaded", "both"),
    [
        ("m1 m2", "", "m1 m2"),
        ("", "m1 m2", "m1 m2"),
        ("m1 m2 m3", "m3", "m1 m2 m3"),
        ("m1 m2 m3", "m1", "m1 m2 m3"),
        ("m1 m2 m3 m4", "m1 m4", "m1 m2 m3 m4"),
        # What came after the page was asked for stays below it, whatever the clocks say.
        ("m1 m9", "m1 m2", "m1 m9 m2"),
        ("m5 m1", "m5 m3", "m5 m1 m3"),
        # Events stand by time, what is on its way comes last.
        ("m1 m4", "m1 e3 e5", "m1 e3 m4 e5"),
        ("m1 m4", "m1 m2! e5", "m1 m4 m2 e5"),
        # Where the two disagree, what is loaded keeps its order.
        ("m2 m1 m3", "m1 m2", "m1 m2 m3"),
        # What the page does not reach stays above it.
        ("m1 m9", "m5 m9", "m5 m1 m9"),
        ("m1 m7 m9", "m5 e6 m9", "m5 m1 e6 m7 m9"),
        # Nothing shared: by time; one without a time stays by its neighbour.
        ("m1 m3", "m2 m4", "m1 m2 m3 m4"),
        ("m1 m9? m3", "m2", "m1 m9 m2 m3"),
        ("m3", "m9? m1", "m9 m1 m3"),
    ],
)
def test_a_newest_page(page, loaded, both):
    assert ids(woven(lines(page), lines(loaded))) == both


@pytest.mark.parametrize(
    ("page", "loaded", "both"),
    [
        ("m7 m8", "m1 m2", "m1 m7 m8 m2"),
        ("m7 m8", "m1 e6 m2", "m1 e6 m7 m8 m2"),
        ("m7 m8", "m0 m1", "m0 m1 m7 m8"),
        ("m0 m7", "m0 m1 m2", "m0 m1 m7 m2"),
    ],
)
def test_a_page_below_a_hole(page, loaded, both):
    assert ids(woven(lines(page), lines(loaded), hole="m1")) == both


@pytest.mark.parametrize(
    ("page", "loaded", "both"),
    [
        ("m7 m8", "m1 m2", "m7 m8 m1 m2"),
        ("m1 m2", "e0 m5", "e0 m1 m2 m5"),
        ("m1 m2 m3", "m3 m4", "m1 m2 m3 m4"),
    ],
)
def test_an_older_page_goes_above(page, loaded, both):
    assert ids(woven(lines(page), lines(loaded), older=True)) == both


TOKENS = st.lists(st.integers(0, 30), unique=True).map(lambda found: [f"m{one}" for one in found])


@given(TOKENS, TOKENS, st.integers(0, 30), st.booleans())
def test_nothing_is_lost_doubled_or_moved(page, loaded, hole, older):
    both = woven(
        [line(one) for one in page], [line(one) for one in loaded], hole=f"m{hole}", older=older
    )
    found = [one.id for one in both]
    assert sorted(found) == sorted({*page, *loaded})
    assert [one for one in found if one in loaded] == loaded
    new = [one for one in page if one not in loaded]
    assert [one for one in found if one in new] == new


def test_nothing_new_leaves_the_lines_as_they_are():
    loaded = lines("m1 e2 m3!")
    assert laid([], loaded, timely=True) == loaded


@pytest.mark.parametrize(
    ("page", "loaded", "both"),
    [
        ("m1 m2 m3", "m1 m3 m2", "m1 m2 m3"),
        ("m1 m2 m3 m4", "m4 m1 m2 m3", "m1 m2 m3 m4"),
        ("m1 m2 m3 m4", "m2 m3 m4 m1", "m1 m2 m3 m4"),
        ("m5 m6 m7", "m6 m1 m2 m3 m5 m7", "m1 m2 m3 m5 m6 m7"),
        ("m1 m2 m3", "m3 e2 m2 m1 m4!", "m1 m2 m3 e2 m4"),
        ("m1 m2", "m1 m2", "m1 m2"),
        ("m1 m2", "", "m1 m2"),
    ],
)
def test_rows_that_stand_otherwise_than_the_page_says_move_to_where_it_says(page, loaded, both):
    told, rows = straightened(lines(page), lines(loaded))
    done = woven(told, rows)
    chats = [one for one in done if one.kind == "chat"]
    assert sorted(ids(done).split()) == sorted(both.split())
    assert ids(chats).split() == [one for one in both.split() if not one.startswith("e")]


@given(st.permutations(list(range(8))))
def test_any_order_becomes_the_pages(order):
    page = [line(f"m{number}") for number in range(8)]
    mine = [line(f"m{number}") for number in order]
    told, rows = straightened(page, mine)
    assert ids(woven(told, rows)) == ids(page)
    assert {id(one) for one in woven(told, rows)} == {id(one) for one in mine}
