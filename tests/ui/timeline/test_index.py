"""The index against a plain list that does the same slowly."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wschat_tui.state.model import Message
from wschat_tui.state.text import SafeText
from wschat_tui.ui.row import Row
from wschat_tui.ui.widgets.timeline_diff import splices
from wschat_tui.ui.widgets.timeline_index import CHUNK, Index


def row(key: int, body: str = "", kind: str = "message") -> Row:
    return Row(f"k{key}", kind, Message(f"k{key}", "s", "bob", SafeText(body), 0))


class Slow:
    """Rows of known heights in a list."""

    def __init__(self):
        self.width = 10
        self.rows = []

    def measure(self, one: Row) -> int:
        return 1 + len(one.message.body) // self.width

    def tops(self):
        top = 0
        for one in self.rows:
            yield one, top, self.measure(one)
            top += self.measure(one)


@pytest.fixture
def pair():
    slow = Slow()
    index = Index(slow.measure)
    index.rewrap(slow.width)
    return index, slow


def check(index, slow):
    assert list(index) == slow.rows
    assert len(index) == len(slow.rows)
    total = sum(height for _, _, height in slow.tops())
    index.settle(0, 10**9)
    assert index.total == total
    assert [tuple(part) for part in index.parts(0, total)] == list(slow.tops())


def test_rows_stand_where_their_heights_put_them(pair):
    index, slow = pair
    slow.rows = [row(n, "x" * (n * 7 % 53)) for n in range(3 * CHUNK + 5)]
    index.extend(slow.rows)
    check(index, slow)


@pytest.mark.parametrize("below", [True, False])
def test_loading_measures_nothing_until_it_is_looked_at(pair, below):
    index, slow = pair
    measured = []
    index._measure = lambda one: measured.append(one) or slow.measure(one)
    slow.rows = [row(n, "x" * 30) for n in range(10 * CHUNK)]
    index.load(slow.rows, below=below)
    assert not measured
    assert abs(index.total - 40 * CHUNK) < 8 * CHUNK
    index.settle_bottom(40)
    assert len(measured) == CHUNK
    check(index, slow)


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_any_history_of_changes_leaves_what_a_plain_list_would_have(seed, steps):
    chance = random.Random(seed)
    slow = Slow()
    index = Index(slow.measure)
    index.rewrap(slow.width)
    fresh = iter(range(10**9))

    def some(most):
        return [row(next(fresh), "x" * chance.randrange(60)) for _ in range(chance.randrange(most))]

    for _ in range(steps):
        match chance.randrange(8):
            case 0 | 1:
                new = some(300)
                index.extend(new)
                slow.rows += new
            case 2:
                new = some(600)
                index.load(new)
                slow.rows = new + slow.rows
            case 3 | 4:
                start = chance.randint(0, len(slow.rows))
                stop = min(len(slow.rows), start + chance.choice((0, 1, 5, 400)))
                new = some(chance.choice((2, 5, 700)))
                index.splice(start, stop, new)
                slow.rows[start:stop] = new
            case 5 if slow.rows:
                at = chance.randrange(len(slow.rows))
                changed = row(int(slow.rows[at].key[1:]), "x" * chance.randrange(60))
                assert index.replace(changed)
                slow.rows[at] = changed
            case 6:
                slow.width = chance.randint(1, 30)
                index.rewrap(slow.width)
            case _:
                line = chance.randrange(2000)
                index.parts(line, line + 40)
        assert len(index) == len(slow.rows)
        assert all(one.key in index for one in slow.rows)
    check(index, slow)
    for one, top, height in list(slow.tops())[::37]:
        assert index.span_of(one.key) == (top, height)
        assert index.get(one.key) is one


def test_what_is_gone_is_not_found(pair):
    index, _ = pair
    index.extend([row(n) for n in range(10)])
    index.splice(2, 5, [row(3, "again")])
    assert "k2" not in index
    assert index.get("k4") is None
    assert index.get("k3").message.body == "again"
    assert not index.replace(row(4))
    index.clear()
    assert len(index) == 0
    assert index.last is None
    assert index.total == 0
    assert index.parts(0, 10) == []


def test_a_row_that_moves_is_found_where_it_went(pair):
    index, slow = pair
    slow.rows = [row(n) for n in range(3 * CHUNK)]
    index.load(slow.rows)
    moved = slow.rows[700]
    index.splice(10, 10, [moved])
    index.splice(701, 702, [])
    slow.rows = [*slow.rows[:10], moved, *slow.rows[10:700], *slow.rows[701:]]
    check(index, slow)
    assert index.span_of(moved.key)[0] == 10


def test_walking_from_a_row(pair):
    index, slow = pair
    slow.rows = [row(n) for n in range(2 * CHUNK + 10)]
    index.load(slow.rows)
    assert list(index.walk("k300", 1)) == slow.rows[301:]
    assert list(index.walk("k300", -1)) == slow.rows[299::-1]
    assert index.said_below("k300") == len(slow.rows) - 301
    assert index.is_below("k300", "k299")
    assert index.is_below("k300", "k2")
    assert not index.is_below("k300", "k300")
    assert index.last is slow.rows[-1]


def test_only_messages_are_counted_below(pair):
    index, _ = pair
    index.extend([row(1), row(2, kind="event"), row(3), row(4, kind="day")])
    assert index.said_below("k1") == 1


def test_settling_says_how_far_a_line_moved(pair):
    index, slow = pair
    slow.rows = [row(n, "x" * 95 if n % 3 else "") for n in range(4 * CHUNK)]
    index.load(slow.rows)
    thought = index.total
    line = index.total
    moved = index.settle(0, line)
    exact = sum(height for _, _, height in slow.tops())
    last = index.parts(exact - 1, exact)[-1]
    assert last.row is slow.rows[-1]
    assert abs(thought + moved - exact) <= CHUNK * 10


# ---- what to splice


@given(st.integers(0, 2**32))
def test_splices_turn_one_list_into_the_other(seed):
    chance = random.Random(seed)
    pool = [row(n) for n in range(800)]
    old = pool[chance.randrange(50) : chance.randrange(400, 600)]
    new = list(old)
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(new) + 1)
        new[at : at + chance.randrange(20)] = chance.sample(pool[600:], chance.randrange(10))
    seen = dict.fromkeys(new)
    new = list(seen)
    result = list(old)
    for start, stop, begin, end in splices(tuple(old), tuple(new)):
        result[start:stop] = new[begin:end]
    assert result == new


@pytest.mark.parametrize(
    ("change", "count"),
    [
        (lambda old: old, 0),
        (lambda old: [*old, row(9000)], 1),
        (lambda old: old[5:], 1),
        (lambda old: [row(9000), *old], 1),
        (lambda old: [*old[:300], row(9000), *old[301:]], 1),
        (lambda old: [old[0], row(9000), *old[5:], row(9001)], 2),
    ],
)
def test_few_splices_do(change, count):
    old = [row(n) for n in range(1000)]
    new = change(old)
    found = splices(tuple(old), tuple(new))
    assert len(found) == count
    assert sum(end - begin for _, _, begin, end in found) <= 2
