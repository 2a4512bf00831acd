"""Periods, days and instants in words, always in the location's time zone.

Source: the manual's list (`6 декабря 2022 г., с 09:00 до 11:00`, `13.12.2022 - 14.12.2022`) and its
ticket form (`05.12.2022 19:02`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

from olvery_tui.domain.filters import ENGLISH_DAYS, DayWord, DayWords
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.i18n import NP_, _, pgettext
from olvery_tui.wording.months import month_in_date


def period_text(period: Period, zone: tzinfo, *, short: bool = False) -> str:
    """Return a period as in the list; `short` fits into 23 columns.

    Whole days are the same in both forms, both ends included. An hourly period that ends at
    midnight ends at 24:00 of its own day.
    """
    first, last = period.days(zone)
    if period.kind is PeriodKind.DAILY:
        return f"{day_text(first)} - {day_text(last)}"
    start, end = _clock(period.starts_at, zone), _end_clock(period.ends_at, zone, last)
    if short:
        return _short_hours(first, last, start, end)
    if first == last:
        return _("{day}, from {start} to {end}").format(
            day=long_day_text(first), start=start, end=end
        )
    return _("from {start} on {first} to {end} on {last}").format(
        start=start,
        first=long_day_text(first) if first.year != last.year else _day_and_month(first),
        end=end,
        last=long_day_text(last),
    )


def brief_period_text(period: Period, zone: tzinfo) -> str:
    """Return `22.12–25.01` or `06.12 09:00–12:00`, without the year."""
    first, last = period.days(zone)
    days = f"{first:%d.%m}" if first == last else f"{first:%d.%m}–{last:%d.%m}"
    if period.kind is PeriodKind.DAILY or first != last:
        return days
    return f"{days} {_clock(period.starts_at, zone)}–{_end_clock(period.ends_at, zone, last)}"


def instant_text(moment: datetime, zone: tzinfo) -> str:
    """Return `05.12.2022 19:02`."""
    return f"{day_text(moment.astimezone(zone).date())} {_clock(moment, zone)}"


def time_text(moment: datetime, zone: tzinfo) -> str:
    """Return `19:02`."""
    return _clock(moment, zone)


def end_text(period: Period, zone: tzinfo) -> str:
    """Return a daily period's last day (included), or the instant at which an hourly one ends."""
    if period.kind is PeriodKind.DAILY:
        return day_text(period.days(zone)[1])
    return instant_text(period.ends_at, zone)


def day_text(day: date) -> str:
    """Return `06.12.2022`, in every language: as typed into the filter."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


_DAY_WORDS = {
    DayWord.TODAY: NP_("day word", "today"),
    DayWord.TOMORROW: NP_("day word", "tomorrow"),
    DayWord.YESTERDAY: NP_("day word", "yesterday"),
    DayWord.THIS_WEEK: NP_("day word", "this week"),
    DayWord.NEXT_WEEK: NP_("day word", "next week"),
}


def day_word_text(word: DayWord) -> str:
    """Return `сегодня`, as it is typed into the filter."""
    return pgettext("day word", _DAY_WORDS[word])


def day_words() -> DayWords:
    """Return the words for days that may be typed: English ones, and those of the language."""
    return {**ENGLISH_DAYS, **{day_word_text(word).casefold(): word for word in DayWord}}


def brief_day_text(day: date) -> str:
    """Return `06.12.22`, for fewer than ten columns."""
    return f"{day.day:02}.{day.month:02}.{day.year % 100:02}"


def long_day_text(day: date) -> str:
    """Return `6 декабря 2022 г.`."""
    return _("{day} {month} {year}").format(
        day=day.day, month=month_in_date(day.month), year=day.year
    )


def _short_hours(first: date, last: date, start: str, end: str) -> str:
    """Return hours in short; a night (`22:00–02:00`) names only its first day, unambiguously.

    With offsets, `25.10.26 2:00+2–2:00+1` is no wider than it would be without them.
    """
    if first == last and len(start) + len(end) > 10:
        return f"{brief_day_text(first)} {start.removeprefix('0')}–{end.removeprefix('0')}"
    is_night = last - first == timedelta(days=1) and end <= start
    if first == last or is_night:
        return f"{day_text(first)} {start}–{end}"
    return f"{day_text(first)} {start}–{day_text(last)} {end}"


def _day_and_month(day: date) -> str:
    return _("{day} {month}").format(day=day.day, month=month_in_date(day.month))


def _clock(moment: datetime, zone: tzinfo) -> str:
    """Return `09:30`; for a time that occurs twice as clocks are put back, `02:00+1`."""
    from olvery_tui.domain.clock_times import clock_time  # not before the first frame

    return str(clock_time(moment, zone))


def _end_clock(ends_at: datetime, zone: tzinfo, last: date) -> str:
    return "24:00" if ends_at.astimezone(zone).date() > last else _clock(ends_at, zone)
