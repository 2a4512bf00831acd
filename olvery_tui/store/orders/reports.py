"""What a report adds up, grouped by the database: a year of a large location in under a second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from sqlalchemy import func, select
from sqlmodel import Session

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.closings import FOREVER
from olvery_tui.domain.reports import Checks, Counts, Money, ServicePlaces, Turns
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.store.database.moments import to_micros
from olvery_tui.store.database.tables import IS_ARCHIVED, ROOMS, SERVICES, WORKPLACES
from olvery_tui.store.tickets import closings

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
        .outerjoin(WORKPLACES, (WORKPLACES.c.room_id == ROOMS.c.id) & ~IS_ARCHIVED)
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
                (to_micros(one.starts_at), to_micros(one.ends_at or FOREVER))
                for one in closed
                if one.service_id == number
            ),
        )
        for number, name, places in session.connection().execute(query)
    ]


class Sums:
    """The questions of a report; `starts` is where each of its days starts, and the last one ends.

    Days are joined as rows, so that a change of the location's clock is nothing special.
    """

    def __init__(self, session: Session, starts: Sequence[datetime]) -> None:
        self._run = session.connection().exec_driver_sql
        self._is_server = session.connection().dialect.name == "postgresql"
        self._starts = starts
        # Without figures SQLite would begin with the small tables.
        self._join = "JOIN" if self._is_server else "CROSS JOIN"
        self._service = (
            f"{self._join} workplace ON workplace.id = workplace_id"
            f" {self._join} room ON room.id = room_id"
        )

    def turns(self, services: Sequence[int]) -> Turns:
        """When tickets that are not cancelled begin and end.

        A tariff is of its workplace's service.
        """
        start, end = map(self._moment, (self._starts[0], self._starts[-1]))
        before = self._moment(self._starts[0] - _LONG)
        length = "interval '2 days'" if self._is_server else str(_LONG // timedelta(microseconds=1))
        begun = {
            "ix_ticket_status_starts": f"starts_at >= {before} AND starts_at < {end}",
            "ix_ticket_length": f"(ends_at - starts_at) > {length} AND starts_at < {before}",
        }
        begun = {index: f"{within} AND ends_at > {start}" for index, within in begun.items()}
        ended = {"ix_ticket_status_ends": f"ends_at > {start} AND ends_at <= {end}"}
        tariff = f"{self._join} tariff ON tariff.id = tariff_id"
        return Turns(
            self._counts(services, "starts_at", self._service, begun),
            self._counts(services, "ends_at", tariff, ended),
        )

    def _counts(
        self, services: Sequence[int], moment: str, joins: str, found: Mapping[str, str]
    ) -> Counts:
        """Count the tickets that are `found` in indices by a column of theirs.

        They stand there by status and moment: with a column for each service nothing is sorted.
        """
        counted: dict[int, dict[int, int]] = {service: defaultdict(int) for service in services}
        counts = (f"count(*) FILTER (WHERE service_id = {one})" for one in services)
        columns = ", ".join((self._micros(moment), *counts))
        for index, within in found.items():
            source = "ticket" if self._is_server else f"ticket INDEXED BY {index}"
            rows = self._run(
                f"SELECT {columns} FROM {source} {joins}"
                f" WHERE status IN ({_STATUSES}) AND {within} GROUP BY status, {moment}"
            )
            for at, *tickets in rows.all():
                for of_service, count in zip(counted.values(), tickets, strict=True):
                    if count:
                        of_service[at] += count
        return counted

    def checks(self) -> Iterator[Checks]:
        """How many checks were made, as far as they stand (ix_ticket_checked_at)."""
        found = self._run(
            f"{self._days()} SELECT day, service_id, count(*)"
            f" FROM days {self._join} ticket ON validated_at >= begins AND validated_at < ends"
            f" {self._service} GROUP BY 1, 2"
        )
        return map(Checks._make, found)

    def money(self) -> Iterator[Money]:
        """What was paid and given back (ix_payment_at)."""
        # SQLite finds orders one by one: in the order of their numbers each page is read once.
        in_order = "" if self._is_server else "ORDER BY order_number"
        found = self._run(
            f"{self._days()} SELECT day, service_id, kind, currency,"
            " sum(CASE WHEN amount > 0 THEN amount ELSE 0 END),"
            " sum(CASE WHEN amount < 0 THEN -amount ELSE 0 END)"
            " FROM (SELECT day, order_number, kind, amount"
            f" FROM days {self._join} payment ON at >= begins AND at < ends {in_order}) AS line"
            f" {self._join} orders ON orders.number = order_number GROUP BY 1, 2, 3, 4"
        )
        for day, service, kind, currency, paid, refunded in found:
            sums = (Decimal(int(cents)) / _CENTS for cents in (paid, refunded))
            yield Money(day, service, PaymentKind(kind), currency, *sums)

    def _days(self) -> str:
        moments = pairwise(map(self._moment, self._starts))
        rows = ", ".join(f"({day}, {start}, {end})" for day, (start, end) in enumerate(moments))
        return f"WITH days (day, begins, ends) AS (VALUES {rows})"

    def _moment(self, moment: datetime) -> str:
        return f"'{moment.isoformat()}'::timestamptz" if self._is_server else str(to_micros(moment))

    def _micros(self, column: str) -> str:
        if self._is_server:
            return f"(extract(epoch FROM {column}) * 1000000)::bigint"
        return column
