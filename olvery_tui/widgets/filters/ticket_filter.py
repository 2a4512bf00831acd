"""The filter of the tickets: number, period, visitor, status; check, time, place and room.

Source: the manual, section «Фильтрация билетов», for the first four.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from olvery_tui.domain.filters import EMPTY, TicketFilter
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.widgets.filters.filter_fields import (
    FilterBox,
    NumberBox,
    PeriodBox,
    PersonBox,
    PlaceBox,
    TicksBox,
    either,
)
from olvery_tui.widgets.filters.filter_form import FilterForm
from olvery_tui.widgets.pickers.status_choice import Tick
from olvery_tui.wording.filters import (
    capitalized,
    check_text,
    filter_summary,
    renewal_text,
    time_text,
)
from olvery_tui.wording.labels import CHECKED_SYMBOL, OVERDUE_SYMBOL, status_symbol, ticket_status


def status_ticks() -> list[Tick]:
    """Return the ticket statuses to tick."""
    return [
        Tick(status.value, status_symbol(status), (ticket_status(status),), status.value)
        for status in TicketStatus
    ]


def time_ticks() -> list[Tick]:
    """Return what may be asked of the end of the period."""
    return [
        Tick("yes", OVERDUE_SYMBOL, (capitalized(time_text(True)),), "overdue"),
        Tick("no", "·", (capitalized(time_text(False)),), "new"),
        Tick("renewal", "↻", (capitalized(renewal_text()),), "active"),
    ]


def _of_time(filters: TicketFilter, chosen: frozenset[str]) -> TicketFilter:
    asked = chosen & {"yes", "no"}
    ended = None if len(asked) != 1 else "yes" in asked
    return filters._replace(ended=ended, renewal="renewal" in chosen)


def _time(filters: TicketFilter) -> frozenset[str]:
    ended = {None: "", True: "yes", False: "no"}[filters.ended]
    return frozenset({ended, "renewal" if filters.renewal else ""} - {""})


class TicketFilterForm(FilterForm[TicketFilter]):
    """The manual's four conditions, and what a front desk asks besides."""

    def __init__(self, *, today: Callable[[], date]) -> None:
        super().__init__(EMPTY, today=today)

    def boxes(self) -> Iterable[FilterBox[TicketFilter]]:
        yield NumberBox()
        yield PeriodBox(self.today)
        yield PersonBox("visitor")
        yield TicksBox(
            "status",
            status_ticks(),
            lambda filters, chosen: filters._replace(statuses=frozenset(map(TicketStatus, chosen))),
            lambda filters: filters.statuses,
        )
        yield either(
            "checked",
            Tick("yes", CHECKED_SYMBOL, (capitalized(check_text(True)),), "active"),
            Tick("no", "·", (capitalized(check_text(False)),), "new"),
        )
        yield TicksBox("ended", time_ticks(), _of_time, _time, labelled=False)
        yield PlaceBox("place")
        yield PlaceBox("room")

    def summary(self) -> list[tuple[str, str]]:
        return filter_summary(self.filters, self.person_text)
