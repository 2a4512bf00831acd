"""What changed from one moment on, transaction by transaction, in the order of their commits.

Events are numbered before their transaction commits, so on PostgreSQL a later one may become
visible earlier. Seals are numbered in the order of the commits (`chain`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session

from olvery_tui.store.audit.events import CHANGES, ORDER_CHANGES
from olvery_tui.store.database.tables import EVENTS, SEALS, TICKETS


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction of the trail: the number of its seal, and of its events."""

    seal: int
    batch: int


def after(session: Session, seal: int) -> Transaction | None:
    """The first transaction sealed after `seal`; None if there is none yet."""
    query = select(SEALS.c.id, SEALS.c.batch).where(SEALS.c.id > seal).order_by(SEALS.c.id)
    row = session.connection().execute(query.limit(1)).first()
    return None if row is None else Transaction(*row)


def tickets(session: Session, batch: int) -> list[int]:
    """The tickets that a transaction changed, those of changed orders included, newest first."""
    return _numbers(session, TICKETS.c.number, batch)


def orders(session: Session, batch: int) -> list[int]:
    """The orders that a transaction changed, those of changed tickets included, newest first."""
    return _numbers(session, TICKETS.c.order_number, batch)


def _numbers(session: Session, column: ColumnElement[int], batch: int) -> list[int]:
    changes = (EVENTS.c.batch == batch, EVENTS.c.kind.in_(sorted(CHANGES | ORDER_CHANGES)))
    concerned = or_(
        TICKETS.c.number.in_(select(EVENTS.c.ticket_number).where(*changes)),
        TICKETS.c.order_number.in_(select(EVENTS.c.order_number).where(*changes)),
    )
    query = select(column).where(concerned).distinct().order_by(column.desc())
    return list(session.connection().execute(query).scalars())
