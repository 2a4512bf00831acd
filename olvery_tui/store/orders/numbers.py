"""The next numbers of orders and tickets: in sequence, without a gap for another terminal."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Table, func, select
from sqlmodel import Session

from olvery_tui.store.database import locks
from olvery_tui.store.database.tables import ORDERS, TICKETS

_TOP = 2_147_000_000
"""Where numbering ends. Higher numbers, set by other programs, are left out of the sequence: they
would otherwise use up the column's range and end all booking.
"""

_ROOM = 10_000
"""How many free numbers must follow the one that the sequence continues from."""

_HIGHEST = select(
    select(func.max(ORDERS.c.number)).where(ORDERS.c.number < _TOP).scalar_subquery(),
    select(func.max(TICKETS.c.number)).where(TICKETS.c.number < _TOP).scalar_subquery(),
)


class Following(NamedTuple):
    """The numbers that come next."""

    order: int
    ticket: int


def following(session: Session) -> Following:
    """The numbers after the highest ones; reserved until the transaction ends.

    Raises:
        StoreUnavailable: `locked`; somebody else has been taking numbers for too long.
    """
    locks.acquire(session, locks.AdvisoryLock.NUMBERS)
    highest = session.connection().execute(_HIGHEST).one()
    order, ticket = (
        found if (found or 0) < _TOP - _ROOM else _last_with_room(session, table)
        for found, table in zip(highest, (ORDERS, TICKETS), strict=True)
    )
    return Following((order or 0) + 1, (ticket or 0) + 1)


def _last_with_room(session: Session, table: Table) -> int | None:
    """The highest number with room after it, for a table that is numbered up to the top."""
    above = func.lag(table.c.number, 1, _TOP).over(order_by=table.c.number.desc())
    pairs = select(table.c.number, above.label("above")).where(table.c.number < _TOP).subquery()
    found: int | None = (
        session.connection()
        .execute(select(func.max(pairs.c.number)).where(pairs.c.above - pairs.c.number > _ROOM))
        .scalar_one_or_none()
    )
    return found
