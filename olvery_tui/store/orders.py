"""The list of orders: a page of it at any depth, its neighbours, and how many lines it has."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session

from olvery_tui.domain.cards import After, Around, Before, Bottom, Count, PageStart, Top
from olvery_tui.domain.order_cards import OrderPage, OrderRow
from olvery_tui.domain.order_filters import OrderFilter
from olvery_tui.domain.period import DAY, day_start
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store import completing, name_index
from olvery_tui.store.models import Order
from olvery_tui.store.order_cards import is_time_up

COUNT_CAP = 10_000

_LOOKED_UP = 500
"""Tickets that are looked up by one statement."""

_TABLES = Order.metadata.tables
_ORDERS = _TABLES["orders"]
_PEOPLE = _TABLES["person"]
_SERVICES = _TABLES["service"]
_TICKETS = _TABLES["ticket"]


def page(
    session: Session,
    wanted: OrderFilter,
    start: PageStart,
    limit: int,
    *,
    now: datetime,
    zone: tzinfo,
) -> OrderPage:
    """Up to `limit` neighbouring lines of the list, newest number first."""
    found = numbers(session, wanted, start, limit, now=now, zone=zone)
    if not found:
        return OrderPage((), False, False, 0)
    conditions = _conditions(wanted, now, zone)
    above = _some(session, [*conditions, _ORDERS.c.number > found[0]], 1, down=False)
    below = _some(session, [*conditions, _ORDERS.c.number < found[-1]], 1, down=True)
    offset = None
    if not above:
        offset = 0
    elif isinstance(start, Around):
        offset = _count(session, [*conditions, _ORDERS.c.number > found[0]], COUNT_CAP + 1)
        offset = offset if offset <= COUNT_CAP else None
    return OrderPage(_rows(session, found, now), bool(above), bool(below), offset)


def numbers(
    session: Session,
    wanted: OrderFilter,
    start: PageStart,
    limit: int,
    *,
    now: datetime,
    zone: tzinfo,
) -> list[int]:
    """The numbers of the orders that `page` shows."""
    conditions = _conditions(wanted, now, zone)
    number = _ORDERS.c.number
    match start:
        case Top():
            return _some(session, conditions, limit, down=True)
        case Bottom():
            return _some(session, conditions, limit, down=False)[::-1]
        case After(one):
            return _some(session, [*conditions, number < one], limit, down=True)
        case Before(one):
            return _some(session, [*conditions, number > one], limit, down=False)[::-1]
        case Around(one):
            above = _some(session, [*conditions, number > one], limit, down=False)
            below = _some(session, [*conditions, number <= one], limit, down=True)
            taken = min(len(above), max(limit // 2, limit - len(below)))
            return [*above[:taken][::-1], *below[: limit - taken]]


def count(
    session: Session, wanted: OrderFilter, *, now: datetime, zone: tzinfo, cap: int = COUNT_CAP
) -> Count:
    """How many orders match; counting stops after `cap`."""
    found = _count(session, _conditions(wanted, now, zone), cap + 1)
    return Count(min(found, cap), capped=found > cap)


def neighbour(
    session: Session, wanted: OrderFilter, number: int, step: int, *, now: datetime, zone: tzinfo
) -> int | None:
    """The next matching order below (`step` 1) or above (`step` -1) a number in the list."""
    beyond = _ORDERS.c.number < number if step > 0 else _ORDERS.c.number > number
    found = _some(session, [*_conditions(wanted, now, zone), beyond], 1, down=step > 0)
    return next(iter(found), None)


def overdue(session: Session, now: datetime, limit: int) -> tuple[int, ...]:
    """Confirmed orders whose tickets have all ended, the longest ago first (ix_orders_overdue)."""
    found = session.connection().execute(completing.OVERDUE, {"now": now, "limit": limit})
    return tuple(found.scalars())


def of_tickets(session: Session, tickets: Collection[int]) -> tuple[int, ...]:
    """The orders of these tickets, each once, newest first; by the tickets' primary key."""
    found: set[int] = set()
    wanted = sorted(tickets)
    for start in range(0, len(wanted), _LOOKED_UP):
        part = wanted[start : start + _LOOKED_UP]
        query = select(_TICKETS.c.order_number).where(_TICKETS.c.number.in_(part))
        found.update(session.connection().execute(query).scalars())
    return tuple(sorted(found, reverse=True))


def _conditions(wanted: OrderFilter, now: datetime, zone: tzinfo) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    order = _ORDERS.c
    if wanted.numbers:
        found.append(or_(*(order.number.between(one.first, one.last) for one in wanted.numbers)))
    touching: list[ColumnElement[bool]] = []
    if wanted.from_day:
        touching.append(_TICKETS.c.ends_at > day_start(wanted.from_day, zone))
    if wanted.to_day:
        touching.append(_TICKETS.c.starts_at < day_start(wanted.to_day + DAY, zone))
    if touching:
        found.append(
            select(_TICKETS.c.number)
            .where(_TICKETS.c.order_number == order.number, *touching)
            .exists()
        )
    if wanted.customer_id is not None:
        found.append(order.customer_id == wanted.customer_id)
    elif wanted.customer_words:
        words = name_index.telling(wanted.customer_words)
        people = name_index.people(len(words)).params(name_index.values(words))
        found.append(order.customer_id.in_(people))
    if wanted.statuses:
        found.append(order.status.in_(sorted(wanted.statuses)))
    if wanted.overdue:
        found.append(order.status == OrderStatus.CONFIRMED.value)
        found.append(order.ends_at <= now)
    return found


def _some(
    session: Session, conditions: list[ColumnElement[bool]], limit: int, *, down: bool
) -> list[int]:
    number = _ORDERS.c.number
    query = select(number).where(*conditions).order_by(number.desc() if down else number)
    return list(session.connection().execute(query.limit(limit)).scalars())


def _count(session: Session, conditions: list[ColumnElement[bool]], most: int) -> int:
    found = select(_ORDERS.c.number).where(*conditions).limit(most).subquery()
    result: int = session.connection().execute(select(func.count()).select_from(found)).scalar_one()
    return result


def _rows(session: Session, numbers_: list[int], now: datetime) -> tuple[OrderRow, ...]:
    tickets = (
        select(func.count()).where(_TICKETS.c.order_number == _ORDERS.c.number).scalar_subquery()
    )
    query = (
        select(
            _ORDERS,
            _PEOPLE.c.first_name,
            _PEOPLE.c.last_name,
            _SERVICES.c.name.label("service"),
            tickets.label("tickets"),
        )
        .outerjoin_from(_ORDERS, _PEOPLE, _PEOPLE.c.id == _ORDERS.c.customer_id)
        .outerjoin(_SERVICES, _SERVICES.c.id == _ORDERS.c.service_id)
        .where(_ORDERS.c.number.in_(numbers_))
    )
    found = {row.number: _row(row, now) for row in session.connection().execute(query)}
    return tuple(found[number] for number in numbers_)


def _row(row: Any, now: datetime) -> OrderRow:
    status = OrderStatus(row.status)
    return OrderRow(
        number=row.number,
        customer=f"{row.first_name} {row.last_name}".strip(),
        service=row.service,
        status=status,
        tickets=row.tickets,
        price=row.price,
        currency=row.currency,
        paid_at=row.paid_at,
        overdue=is_time_up(status, row.ends_at, now),
    )
