"""Times of the wire."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wschat_tui.state.times import parse


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1970-01-01T00:00:00.001Z", 1),
        ("2023-11-14T22:13:20Z", 1_700_000_000_000),
        ("2023-11-14T22:13:20.123Z", 1_700_000_000_123),
        ("2023-11-14T22:13:20.123456789Z", 1_700_000_000_123),
        ("2023-11-14t22:13:20z", 1_700_000_000_000),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000_000),
        ("2023-11-14T22:13:20", 1_700_000_000_000),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ],
)
def test_moments(text, at):
    assert parse(text) == at


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "soon",
        "1700000000",
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2023-13-01T00:00:00Z",
        "2023-11-14T22:13:20+99:00",
        "２０２３-11-14T22:13:20Z",
    ],
)
def test_nonsense_is_no_time(text):
    """F23: a time that is none is no time, and no crash."""
    assert parse(text) is None


@given(
    st.text(max_size=64)
    | st.from_regex(r"\d{1,5}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
)
def test_no_text_raises(text):
    at = parse(text)
    assert at is None or at > 0


@given(st.integers(1, 4_000_000_000_000))
def test_no_millisecond_is_lost(at):
    whole, rest = divmod(at, 1000)
    days, seconds = divmod(whole, 86_400)

    day = date(1970, 1, 1) + timedelta(days)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
    assert parse(f"{day.isoformat()}T{clock}Z") == at
