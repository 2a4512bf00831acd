"""The calendar: who has which place when, what is free, and where somebody's next booking is.

Source: the manual, «Календарь услуг > Коворкинг»; the layout is ours.
"""

from __future__ import annotations

from datetime import datetime

from olvery_tui.desk.transaction import Part
from olvery_tui.domain.calendar import Booking, CalendarFilter, FreePlace, InView, Timetable
from olvery_tui.store.calendar import timetable


class Calendar(Part):
    """What the calendar shows. Every method may raise `StoreUnavailable`.

    A booking is moved to another place by `Tickets.change_workplace`, in time by
    `Periods.change_period`.
    """

    def load(
        self,
        starts_at: datetime,
        ends_at: datetime,
        filters: CalendarFilter,
        in_view: InView | None = None,
    ) -> Timetable:
        """The places that a filter leaves, and who has each in `[starts_at, ends_at)`; with
        `in_view` of the other rows only when they are taken.
        """
        with self._context.reading() as session:
            now = self._context.now()
            return timetable.load(session, starts_at, ends_at, filters, now=now, in_view=in_view)

    def export(self, starts_at: datetime, ends_at: datetime, filters: CalendarFilter) -> Timetable:
        """As `load`, for what leaves the application with its names; an export is an event."""
        self._context.record_export("calendar", filters)
        return self.load(starts_at, ends_at, filters)

    def free(
        self, at: datetime, until: datetime | None, filters: CalendarFilter
    ) -> tuple[FreePlace, ...]:
        """The places that are free at a moment, and with `until` also until then, each with the
        moment at which it is taken next.
        """
        with self._context.reading() as session:
            return timetable.free(session, at, until, filters)

    def next_of(self, person_id: int) -> Booking | None:
        """A visitor's present or next booking, or the last one where none is to come."""
        with self._context.reading() as session:
            return timetable.next_of(session, person_id, self._context.now())
