"""«Отчёт»: days, visitors, hours and money of a location. Source: ours."""

from __future__ import annotations

from collections.abc import Iterator

from olvery_tui.desk.transaction import DeskContext
from olvery_tui.domain import reports
from olvery_tui.domain.periods import DAY, day_start
from olvery_tui.domain.reports import Report, ReportFilter, ReportLine
from olvery_tui.store.catalogue import locations
from olvery_tui.store.orders import reports as stored


class Reports:
    """What days have brought; no line of it names a person."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def report(self, filters: ReportFilter) -> Report:
        """Add up the days, both included, as they are now.

        Raises:
            InvalidInput: `period`; they run backwards, or are too many.
            NoManager, NotAllowed, StoreUnavailable: see there.
        """
        reports.check_days(filters.first, filters.last)
        location = self._context.location()
        zone = location.zone
        starts_at, ends_at = day_start(filters.first, zone), day_start(filters.last + DAY, zone)
        with self._context.reading() as session:
            sums = stored.Sums(session, starts_at, ends_at, zone)
            return reports.report(
                filters,
                zone,
                location.currency,
                locations.hours(session),
                stored.services(session, starts_at, ends_at),
                sums.stays(),
                sums.checks(),
                sums.money(),
            )

    def export(self, filters: ReportFilter) -> Iterator[ReportLine]:
        """The lines of a report, one after the other; raises as `report`."""
        return iter(self.report(filters).lines)
