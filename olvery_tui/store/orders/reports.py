"""What a report adds up, grouped by the database: a year of a large location in under a second."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from sqlalchemy import func, select
from sqlmodel import Session

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.closings import FOREVER
from olvery_tui.domain.reports import Checks, Money, ServicePlaces, Stay
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.store.database.moments import to_micros
from olvery_tui.store.database.tables import ROOMS, SERVICES, WORKPLACES
from olvery_tui.store.tickets import closings

_DAY = timedelta(days=1)
_LONG = timedelta(days=2)
"""Few tickets are longer; an index finds those."""
_CENTS = 100

_STATUSES = ", ".join(
    f"'{status.value}'" for status in TicketStatus if status is not TicketStatus.CANCELLED
)


def services(session: Session, starts_at: datetime, ends_at: datetime) -> list[ServicePlaces]:
    """The services with their places, without archived ones, and what is closed in that time."""
    query = (
        select(SERVICES.c.id, SERVICES.c.name, func.count(WORKPLACES.c.id))
        .join_from(SERVICES, ROOMS, ROOMS.c.service_id == SERVICES.c.id, isouter=True)
        .outerjoin(
            WORKPLACES,
            (WORKPLACES.c.room_id == ROOMS.c.id)
            & ~(WORKPLACES.c.archived | ROOMS.c.archived | SERVICES.c.archived),
        )
        .group_by(SERVICES.c.id, SERVICES.c.name)
        .order_by(SERVICES.c.name, SERVICES.c.id)
    )
    closed = closings.within(session, starts_at, ends_at)
    return [
        ServicePlaces(
            number,
            name,
            places,
            tuple(
                Stay(to_micros(one.starts_at), to_micros(one.ends_at or FOREVER), number, 1)
                for one in closed
                if one.service_id == number
            ),
        )
        for number, name, places in session.connection().execute(query)
    ]


class Sums:
    """The questions of a report about `[starts_at, ends_at)`."""

    def __init__(
        self, session: Session, starts_at: datetime, ends_at: datetime, zone: tzinfo
    ) -> None:
        self._run = session.connection().exec_driver_sql
        self._from, self._to, self._zone = starts_at, ends_at, zone
        self._is_server = session.connection().dialect.name == "postgresql"

    def stays(self) -> Iterator[Stay]:
        """The periods of tickets that are not cancelled, by service; each ticket counts once."""
        start, end = map(self._moment, (self._from, self._to))
        before = self._moment(self._from - _LONG)
        length = "interval '2 days'" if self._is_server else str(_LONG // timedelta(microseconds=1))
        for index, within in (
            ("ix_ticket_status_starts", f"starts_at >= {start} AND starts_at < {end}"),
            (
                "ix_ticket_status_starts",
                f"starts_at >= {before} AND starts_at < {start} AND ends_at > {start}"
                f" AND (ends_at - starts_at) <= {length}",
            ),
            (
                "ix_ticket_length",
                f"(ends_at - starts_at) > {length} AND starts_at < {start} AND ends_at > {start}",
            ),
        ):
            hint, join = ("", "JOIN") if self._is_server else (f"INDEXED BY {index}", "CROSS JOIN")
            yield from map(
                Stay._make,
                self._run(
                    f"SELECT {self._micros('starts_at')}, {self._micros('ends_at')}, service_id, n"
                    " FROM (SELECT starts_at, ends_at, service_id, count(*) AS n"
                    f" FROM ticket {hint} {join} workplace ON workplace.id = workplace_id"
                    f" {join} room ON room.id = room_id"
                    f" WHERE status IN ({_STATUSES}) AND {within}"
                    " GROUP BY starts_at, ends_at, service_id) AS stay"
                ).all(),
            )

    def checks(self) -> Iterator[Checks]:
        """How many checks were made, as far as they stand (ix_ticket_checked_at)."""
        join = "JOIN" if self._is_server else "CROSS JOIN"
        return map(
            Checks._make,
            self._run(
                f"SELECT {self._day('validated_at')} AS day, service_id, count(*)"
                f" FROM ticket {join} workplace ON workplace.id = workplace_id"
                f" {join} room ON room.id = room_id"
                f" WHERE validated_at IS NOT NULL AND {self._within('validated_at')}"
                " GROUP BY 1, 2"
            ),
        )

    def money(self) -> Iterator[Money]:
        """What was paid and given back (ix_payment_at)."""
        join = "JOIN" if self._is_server else "CROSS JOIN"
        for day, service, kind, currency, paid, refunded in self._run(
            f"SELECT {self._day('at')} AS day, service_id, kind, currency,"
            " sum(CASE WHEN amount > 0 THEN amount ELSE 0 END),"
            " sum(CASE WHEN amount < 0 THEN -amount ELSE 0 END)"
            f" FROM payment {join} orders ON orders.number = order_number"
            f" WHERE {self._within('at')} GROUP BY 1, 2, 3, 4"
        ):
            sums = (Decimal(int(cents)) / _CENTS for cents in (paid, refunded))
            yield Money(day, service, PaymentKind(kind), currency, *sums)

    def _within(self, column: str) -> str:
        start, end = map(self._moment, (self._from, self._to))
        return f"{column} >= {start} AND {column} < {end}"

    def _moment(self, moment: datetime) -> str:
        return f"'{moment.isoformat()}'::timestamptz" if self._is_server else str(to_micros(moment))

    def _micros(self, column: str) -> str:
        if self._is_server:
            return f"(extract(epoch FROM {column}) * 1000000)::bigint"
        return column

    def _day(self, column: str) -> str:
        """Return the number of a moment's day at the location, from the first one on.

        Its clock is ahead of UTC by an offset that changes twice a year, so days are counted by it.
        """
        offset = self._clock_ahead(column)
        if self._is_server:
            first = self._from.astimezone(self._zone).date()
            return f"((timezone('UTC', {column}) + {offset})::date - date '{first}')"
        local = self._from.astimezone(self._zone).replace(tzinfo=self._from.tzinfo)
        day = _DAY // timedelta(microseconds=1)
        return f"(({column} + {offset}) / {day} - {to_micros(local) // day})"

    def _clock_ahead(self, column: str) -> str:
        pieces = list(_offsets(self._from, self._to, self._zone))
        *others, last = [(until, self._span(offset)) for until, offset in pieces]
        if not others:
            return last[1]
        cases = (f"WHEN {column} < {self._moment(until)} THEN {ahead}" for until, ahead in others)
        return f"CASE {' '.join(cases)} ELSE {last[1]} END"

    def _span(self, span: timedelta) -> str:
        micros = span // timedelta(microseconds=1)
        return f"interval '{micros} microseconds'" if self._is_server else str(micros)


def _offsets(
    starts_at: datetime, ends_at: datetime, zone: tzinfo
) -> Iterator[tuple[datetime, timedelta]]:
    """Yield how far a zone's clock is ahead of UTC, each with the moment up to which it is."""
    moment, ahead = starts_at, _ahead(starts_at, zone)
    while moment < ends_at:
        following = min(moment + _DAY, ends_at)
        if _ahead(following, zone) != ahead:
            low, high = moment, following
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if _ahead(middle, zone) == ahead else (low, middle)
            yield high.replace(microsecond=0), ahead
            ahead = _ahead(following, zone)
        moment = following
    yield ends_at, ahead


def _ahead(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
