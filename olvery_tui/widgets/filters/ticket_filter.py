"""The filter of the tickets: number, period, visitor, status.

Source: the manual, section «Фильтрация билетов».
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from olvery_tui.domain.filters import EMPTY, TicketFilter
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.widgets.filters.filter_fields import (
    FilterBox,
    NumberBox,
    PeriodBox,
    PersonBox,
    TicksBox,
)
from olvery_tui.widgets.filters.filter_form import FilterForm
from olvery_tui.widgets.pickers.status_choice import Tick
from olvery_tui.wording.filters import filter_summary
from olvery_tui.wording.labels import status_symbol, ticket_status


def status_ticks() -> list[Tick]:
    """Return the ticket statuses to tick."""
    return [
        Tick(status.value, status_symbol(status), (ticket_status(status),), status.value)
        for status in TicketStatus
    ]


def _of_statuses(filters: TicketFilter, chosen: frozenset[str]) -> TicketFilter:
    return replace(filters, statuses=frozenset(map(TicketStatus, chosen)))


class TicketFilterForm(FilterForm[TicketFilter]):
    """The manual's four conditions."""

    def __init__(self, *, today: Callable[[], date]) -> None:
        super().__init__(EMPTY, today=today)

    def boxes(self) -> Iterable[FilterBox[TicketFilter]]:
        """Return the conditions, from the top."""
        yield NumberBox()
        yield PeriodBox(self.today)
        yield PersonBox("visitor")
        yield TicksBox("status", status_ticks(), _of_statuses)

    def summary(self) -> list[tuple[str, str]]:
        """Return the current conditions in words, each with its field."""
        return filter_summary(self.filters, self.person_text)
