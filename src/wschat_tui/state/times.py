"""Times of the wire (RFC 3339 text) as integers: milliseconds since the Unix epoch."""

from datetime import UTC, datetime

_LATEST = 253_402_300_799_999


def parse(text: str | None) -> int | None:
    """Milliseconds since the epoch; None where the text is no time after 1970 (row F23)."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        value = int(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return value if 0 < value <= _LATEST else None
