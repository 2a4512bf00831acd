"""The list of tickets: a page of it at any depth, its neighbours, and how many lines it has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import Session

from olvery_tui.domain.filters import TicketFilter, is_place
from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.renewals import renewed_until
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, is_overdue
from olvery_tui.store.database.tables import ORDERS, PEOPLE, ROOMS, TICKETS, WORKPLACES
from olvery_tui.store.listing.filters import TICKET_LIST, Question, question
from olvery_tui.store.listing.pages import NumberedList
from olvery_tui.store.listing.presets import renewal_days
from olvery_tui.store.listing.search import Lines

FIRST_MOST = 50
"""Tickets of today that stand first where a visitor is searched for."""

COLUMNS = (
    TICKETS.c.number,
    TICKETS.c.period_kind,
    TICKETS.c.starts_at,
    TICKETS.c.ends_at,
    PEOPLE.c.first_name,
    PEOPLE.c.last_name,
    TICKETS.c.status,
    WORKPLACES.c.label,
    ROOMS.c.name,
    TICKETS.c.validated_at,
    ORDERS.c.status,
)
"""What a line of the list is made of."""


def joined(lines: Select[Any]) -> Select[Any]:
    """With the tables of `COLUMNS`: each ticket has one row of each."""
    return (
        lines.outerjoin(PEOPLE, PEOPLE.c.id == TICKETS.c.visitor_id)
        .outerjoin(WORKPLACES, WORKPLACES.c.id == TICKETS.c.workplace_id)
        .outerjoin(ROOMS, ROOMS.c.id == WORKPLACES.c.room_id)
        .outerjoin(ORDERS, ORDERS.c.number == TICKETS.c.order_number)
    )


LINES = Lines(TICKET_LIST, COLUMNS, joined)

_KINDS = {kind.value: kind for kind in PeriodKind}
_STATUSES = {status.value: status for status in TicketStatus}
_ORDER_STATUSES = {status.value: status for status in OrderStatus}


def _of_today(
    session: Session, filters: TicketFilter, now: datetime, zone: tzinfo
) -> Sequence[Row[Any]]:
    """The newest tickets of a searched visitor that touch today and are not cancelled."""
    if not filters.names_visitor:
        return ()
    today = now.astimezone(zone).date()
    first, last = filters.from_day or today, filters.to_day or today
    statuses = (filters.statuses or frozenset(TicketStatus)) - {TicketStatus.CANCELLED}
    if not first <= today <= last or not statuses:
        return ()
    asked = filters._replace(from_day=today, to_day=today, statuses=statuses)
    return LIST.search(session, asked, now, zone).lines(FIRST_MOST, down=True)


def _question(session: Session, filters: TicketFilter, now: datetime, zone: tzinfo) -> Question:
    until = None
    if filters.renewal:
        until = renewed_until(now, renewal_days(session), zone)
    return question(filters, zone, now, _places(session, filters), until)


def _places(session: Session, filters: TicketFilter) -> tuple[int, ...] | None:
    """The workplaces that the filter names, archived ones too; None where it names none."""
    if not filters.place and not filters.room:
        return None
    return tuple(
        id_
        for id_, label, room in session.connection().execute(_EVERY_PLACE)
        if is_place(filters.place, label) and is_place(filters.room, room)
    )


_EVERY_PLACE = select(WORKPLACES.c.id, WORKPLACES.c.label, ROOMS.c.name).join(
    ROOMS, ROOMS.c.id == WORKPLACES.c.room_id
)


def row(line: Sequence[Any], now: datetime) -> TicketRow:
    """A line of `COLUMNS` as it is shown at `now`."""
    made = _made(*line)
    order = _ORDER_STATUSES[line[-1]]
    if made.status is TicketStatus.CANCELLED or not is_overdue(order, made.period.ends_at, now):
        return made
    return made._replace(overdue=True)


@lru_cache(2_048)
def _made(
    number: int,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    first_name: str,
    last_name: str,
    status: str,
    label: str,
    room: str,
    validated_at: datetime | None,
    _order: str,
) -> TicketRow:
    """Kept, for a list is read again and again while next to nothing in it has changed."""
    period = Period(_KINDS[kind], starts_at, ends_at)
    return TicketRow(
        number,
        period,
        f"{first_name} {last_name}".strip(),
        _STATUSES[status],
        label,
        room=room,
        checked=validated_at is not None,
    )


LIST = NumberedList(LINES, _question, row, _of_today)
page, numbers, count, neighbour = LIST.page, LIST.numbers, LIST.count, LIST.neighbour
