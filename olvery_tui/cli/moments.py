"""Moments as the words of a command tell them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from olvery_tui.domain.clock_times import at_clock, parse_clock_time
from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.filters import parse_day
from olvery_tui.domain.periods import day_start

NOW = "now"


def parse_moment(field: str, text: str, now: datetime, zone: tzinfo) -> datetime:
    """`now`, `2022-12-06T10:00+03:00`, `06.12.2022 10:00` or a day alone, which is its midnight.

    Raises:
        InvalidInput: `date`, `no_such_day`, `time`, and what `at_clock` raises.
    """
    typed = text.strip()
    if typed == NOW:
        return now
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        return moment
    day_text, _separator, clock_text = typed.replace("T", " ").partition(" ")
    day = parse_day(field, day_text, now.astimezone(zone).date())
    if day is None:
        raise InvalidInput(field, InputCode.DATE, {"text": text})
    if not clock_text.strip():
        return day_start(day, zone)
    return at_clock(day, parse_clock_time(field, clock_text), zone, field=field)
