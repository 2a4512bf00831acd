"""What the list of tickets is limited to: number, period, visitor, status.

Source: the manual, section «Фильтрация билетов».
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from olvery_tui.domain.filters import EMPTY, TicketFilter
from olvery_tui.widgets.filters.filter_fields import (
    FilterBox,
    NumberBox,
    PeriodBox,
    TicketStatusBox,
    VisitorBox,
)
from olvery_tui.widgets.filters.filter_form import FilterForm
from olvery_tui.wording.filters import filter_summary


class TicketFilterForm(FilterForm[TicketFilter]):
    """The four conditions of the manual."""

    def __init__(self, *, today: Callable[[], date]) -> None:
        super().__init__(EMPTY, today=today)

    def boxes(self) -> Iterable[FilterBox[TicketFilter]]:
        """The conditions, from the top."""
        yield NumberBox()
        yield PeriodBox(self.today)
        yield VisitorBox()
        yield TicketStatusBox()

    def summary(self) -> list[tuple[str, str]]:
        """The conditions in force in words, each with its field."""
        return filter_summary(self.filters, self.person_text)
