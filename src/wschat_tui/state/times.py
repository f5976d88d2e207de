"""Times of the wire (RFC 3339 text) as integers: milliseconds since the Unix epoch."""

from datetime import UTC, datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
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
    since = moment - _EPOCH
    value = since.days * 86_400_000 + since.seconds * 1_000 + since.microseconds // 1_000
    return value if 0 < value <= _LATEST else None
