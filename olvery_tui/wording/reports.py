"""A report in words and bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.reports import Report, Sums
from olvery_tui.i18n import _, language
from olvery_tui.wording.listing import number_text
from olvery_tui.wording.money import money_text
from olvery_tui.wording.months import month_name, weekday_names
from olvery_tui.wording.orders import payment_kind
from olvery_tui.wording.periods import brief_day_text, day_text

_EIGHTHS = " ▏▎▍▌▋▊▉"
_FULL = "█"
DAYS_SHOWN = 31
"""The most days that have a bar each; beyond them each month has one."""


class Bar(NamedTuple):
    """A line of a chart: `share` is how much of the width it fills, `told` stands behind it."""

    label: str
    share: float
    told: str


class Chart(NamedTuple):
    """Bars under a heading."""

    heading: str
    bars: tuple[Bar, ...]

    def lines(self, width: int) -> Iterator[str]:
        """Yield the heading and the bars, with labels and figures within so many cells."""
        yield self.heading
        label = max((len(bar.label) for bar in self.bars), default=0)
        told = max((len(bar.told) for bar in self.bars), default=0)
        room = max(8, width - label - told - 4)
        for bar in self.bars:
            yield f"{bar.label:<{label}}  {bar_text(bar.share, room)}  {bar.told:>{told}}"


def bar_text(share: float, width: int) -> str:
    """Return a bar of eighths of cells, padded to its width."""
    eighths = round(min(1.0, max(0.0, share)) * width * 8)
    bar = _FULL * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")
    return bar.ljust(width)


def percent_text(share: float | None) -> str:
    """Return `41 %`; a dash where nothing is available."""
    return "—" if share is None else f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


def hours_text(span: timedelta) -> str:
    """Return hours, with half ones as a fraction: `1 234,5`."""
    whole, tenths = divmod(round(span / timedelta(minutes=6)), 10)
    point = "," if language() == "ru" else "."
    return f"{number_text(whole)}{point}{tenths}" if tenths else number_text(whole)


def span_text(first: date, last: date) -> str:
    """Return `01.12.2022 - 31.12.2022`, one day once."""
    return day_text(first) if first == last else f"{day_text(first)} - {day_text(last)}"


def totals(report: Report) -> list[tuple[str, str]]:
    """Return what all days come to, label by label."""
    sums = report.total()
    hours = _("{occupied} of {available}, {share}").format(
        occupied=hours_text(sums.occupied),
        available=hours_text(sums.available),
        share=percent_text(sums.share),
    )
    facts = [
        (_("Arrivals"), number_text(sums.arrivals)),
        (_("Identity checks"), number_text(sums.checks)),
        (_("Occupied hours"), hours),
    ]
    for currency in report.currencies:
        total = report.total(currency)
        facts += [
            (_("Revenue"), money_text(total.paid, currency)),
            (_("Refunds"), money_text(total.refunds, currency)),
        ]
    return facts


def charts(report: Report) -> tuple[Chart, ...]:
    """Return occupancy by day and by hour, and revenue by kind."""
    hours = [
        Bar(f"{hour:02}:00", share, percent_text(share))
        for hour, share in enumerate(report.hours)
        if share is not None
    ]
    return (
        Chart(
            _("Occupancy by day") if _is_short(report) else _("Occupancy by month"),
            tuple(_by_day(report)),
        ),
        Chart(_("Occupancy by hour"), tuple(hours)),
        Chart(_("Revenue by kind"), tuple(_by_kind(report))),
    )


def _by_day(report: Report) -> Iterator[Bar]:
    days = list(report.days())
    names = weekday_names()
    if _is_short(report):
        for day, sums in days:
            label = f"{names[day.weekday()]} {brief_day_text(day)}"
            yield Bar(label, sums.share or 0, percent_text(sums.share))
        return
    for (year, month), of_month in groupby(days, key=lambda one: (one[0].year, one[0].month)):
        share = sum((sums for _day, sums in of_month), Sums()).share
        yield Bar(f"{month_name(month)} {year}", share or 0, percent_text(share))


def _is_short(report: Report) -> bool:
    """Whether each day has a bar of its own."""
    return (report.last - report.first).days < DAYS_SHOWN


def _by_kind(report: Report) -> Iterator[Bar]:
    for currency in report.currencies:
        revenue = report.total(currency).revenue
        most = max(revenue.values(), default=0) or 1
        for kind in PaymentKind:
            if amount := revenue.get(kind):
                yield Bar(payment_kind(kind), float(amount / most), money_text(amount, currency))


def line_texts(sums: Sums, currency: str) -> Sequence[str]:
    """Return the cells of a line: arrivals, checks, hours, share, each kind, refunds."""

    def money(amount: Decimal | None) -> str:
        return money_text(amount, currency) if amount else ""

    return (
        number_text(sums.arrivals),
        number_text(sums.checks),
        hours_text(sums.occupied),
        percent_text(sums.share),
        *(money(sums.revenue.get(kind)) for kind in PaymentKind),
        money(sums.refunds),
    )
