"""Names of months and weekdays, from the catalogue: Babel is not loaded at run time."""

from __future__ import annotations

from olvery_tui.i18n import NP_, pgettext

_TITLES = (
    NP_("month", "January"),
    NP_("month", "February"),
    NP_("month", "March"),
    NP_("month", "April"),
    NP_("month", "May"),
    NP_("month", "June"),
    NP_("month", "July"),
    NP_("month", "August"),
    NP_("month", "September"),
    NP_("month", "October"),
    NP_("month", "November"),
    NP_("month", "December"),
)

_IN_DATES = (
    NP_("month in a date", "January"),
    NP_("month in a date", "February"),
    NP_("month in a date", "March"),
    NP_("month in a date", "April"),
    NP_("month in a date", "May"),
    NP_("month in a date", "June"),
    NP_("month in a date", "July"),
    NP_("month in a date", "August"),
    NP_("month in a date", "September"),
    NP_("month in a date", "October"),
    NP_("month in a date", "November"),
    NP_("month in a date", "December"),
)

_WEEKDAYS = (
    NP_("weekday, short", "Mo"),
    NP_("weekday, short", "Tu"),
    NP_("weekday, short", "We"),
    NP_("weekday, short", "Th"),
    NP_("weekday, short", "Fr"),
    NP_("weekday, short", "Sa"),
    NP_("weekday, short", "Su"),
)


def month_name(month: int) -> str:
    """Return the name of month 1–12 as a title: «Декабрь»."""
    return pgettext("month", _TITLES[month - 1])


def month_in_date(month: int) -> str:
    """Return the name of month 1–12 as used after a day's number: «декабря»."""
    return pgettext("month in a date", _IN_DATES[month - 1])


def weekday_names() -> tuple[str, ...]:
    """Return the days' short names, Monday first, as `calendar.Calendar(0)` lists them."""
    return tuple(pgettext("weekday, short", name) for name in _WEEKDAYS)
