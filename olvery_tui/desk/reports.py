"""«Отчёт»: days, visitors, hours and money of a location. Source: ours."""

from __future__ import annotations

from collections.abc import Iterator

from olvery_tui.desk.transaction import Part
from olvery_tui.domain import reports
from olvery_tui.domain.periods import DAY, day_start
from olvery_tui.domain.reports import Report, ReportFilter, ReportLine
from olvery_tui.store.catalogue import locations
from olvery_tui.store.orders import reports as stored


class Reports(Part):
    """What days have brought; no line of it names a person.

    Both methods may raise `NoManager`, `NotAllowed` and `StoreUnavailable`.
    """

    def report(self, filters: ReportFilter) -> Report:
        """Add up the days, both included, as they are now.

        Raises:
            InvalidInput: `period`; they run backwards, or are too many.
        """
        reports.check_days(filters.first, filters.last)
        location = self._context.location()
        zone = location.zone
        days = (filters.last - filters.first).days + 1
        starts = [day_start(filters.first + n * DAY, zone) for n in range(days + 1)]
        with self._context.reading() as session:
            sums = stored.Sums(session, starts)
            services = stored.services(session, starts[0], starts[-1])
            return reports.report(
                filters,
                zone,
                location.currency,
                locations.hours(session),
                services,
                sums.turns([service.id for service in services]),
                sums.checks(),
                sums.money(),
            )

    def export(self, filters: ReportFilter) -> Iterator[ReportLine]:
        """The lines of a report, one after the other; raises as `report`."""
        return iter(self.report(filters).lines)
