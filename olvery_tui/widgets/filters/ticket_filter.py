"""The filter of the tickets: number, period, visitor, status.

Source: the manual, section «Фильтрация билетов».
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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


class VisitorBox(PersonBox[TicketFilter]):
    """The visitor."""

    field = "visitor"

    def limited(
        self, filters: TicketFilter, words: tuple[str, ...], person_id: int | None
    ) -> TicketFilter:
        """Return `filters` limited to these visitors."""
        return replace(filters, visitor_words=words, visitor_id=person_id)


class TicketStatusBox(TicksBox[TicketFilter]):
    """The ticked ticket statuses."""

    field = "status"

    def ticks(self) -> Sequence[Tick]:
        return [
            Tick(status.value, status_symbol(status), (ticket_status(status),), status.value)
            for status in TicketStatus
        ]

    def limited(self, filters: TicketFilter, chosen: frozenset[str]) -> TicketFilter:
        """Return `filters` limited to these statuses."""
        return replace(filters, statuses=frozenset(map(TicketStatus, chosen)))


class TicketFilterForm(FilterForm[TicketFilter]):
    """The manual's four conditions."""

    def __init__(self, *, today: Callable[[], date]) -> None:
        super().__init__(EMPTY, today=today)

    def boxes(self) -> Iterable[FilterBox[TicketFilter]]:
        """Return the conditions, from the top."""
        yield NumberBox()
        yield PeriodBox(self.today)
        yield VisitorBox()
        yield TicketStatusBox()

    def summary(self) -> list[tuple[str, str]]:
        """Return the current conditions in words, each with its field."""
        return filter_summary(self.filters, self.person_text)
