"""Times of the wire (RFC 3339 text) as integers: milliseconds since the Unix epoch."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LATEST = 253_402_300_799_999


def parse(text: str | None) -> int | None:
    """Milliseconds since the epoch; None where the text is no time after 1970."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    value = (moment - _EPOCH) // _MILLISECOND
    return value if 0 < value <= _LATEST else None
