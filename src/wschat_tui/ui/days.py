"""Moments as people read them: the time of day, and the day in words, in one time zone."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTE = 60_000
_KEPT = 20_000

UNKNOWN = "--:--"
"""The time of day of what has no time (SECURITY.md, F23)."""


class Days:
    """Days and times of day in one time zone. Moments are milliseconds since the Unix epoch."""

    def __init__(self, tz: tzinfo) -> None:
        self.tz = tz
        self._known: dict[int, tuple[int, str]] = {}

    def of(self, at: int) -> tuple[int, str]:
        """The day, as `date.toordinal` counts, and the time of day: `(739214, "10:02")`."""
        minute = at // _MINUTE
        known = self._known.get(minute)
        if known is None:
            moment = datetime.fromtimestamp(minute * 60, self.tz)
            known = (moment.toordinal(), f"{moment.hour:02}:{moment.minute:02}")
            if len(self._known) > _KEPT:
                self._known.clear()
            self._known[minute] = known
        return known

    def short(self, at: int, today: int) -> str:
        """The time of day, after the day where that is not today."""
        day, clock = self.of(at)
        return clock if day == today else f"{name_of_day(day, today)} {clock}"


def name_of_day(day: int, today: int) -> str:
    """Today, Yesterday, or "Tue 24 Nov", with the year where it is another."""
    if day == today:
        return "Today"
    if day == today - 1:
        return "Yesterday"
    one = date.fromordinal(day)
    year = "" if one.year == date.fromordinal(max(today, 1)).year else f" {one.year}"
    return f"{_DAYS[one.weekday()]} {one.day} {_MONTHS[one.month - 1]}{year}"
