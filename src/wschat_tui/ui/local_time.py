"""The machine's own time zone, with its summer times, for as long as the program runs."""

import time
from datetime import UTC, datetime, timedelta, tzinfo


class LocalZone(tzinfo):
    """Asks the C library, which knows the rules that `TZ` or the system names."""

    def utcoffset(self, dt: datetime | None) -> timedelta:
        """What local clocks show more than UTC at that local time."""
        if dt is None:
            return timedelta(0)
        moment = (*dt.timetuple()[:8], -1)
        return timedelta(seconds=time.localtime(time.mktime(moment)).tm_gmtoff)

    def dst(self, dt: datetime | None) -> timedelta:  # noqa: ARG002
        """Not told apart from the offset."""
        return timedelta(0)

    def tzname(self, dt: datetime | None) -> str:  # noqa: ARG002
        """A name for messages of Python's own."""
        return "local"

    def fromutc(self, dt: datetime) -> datetime:
        """The local time of a moment given in UTC."""
        seconds = dt.replace(tzinfo=UTC).timestamp()
        return dt + timedelta(seconds=time.localtime(seconds).tm_gmtoff)
