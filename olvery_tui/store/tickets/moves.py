"""Tickets whose stored status the clock has overtaken, and the writing of what is right.

Everything is done for many tickets at once: those that are in the same situation move alike, so
the rule is asked once for all of them and the database writes them in one statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Insert,
    Integer,
    Select,
    bindparam,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    text,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import Session

from olvery_tui.domain.access import ActorKind
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.store.database import chain, versions
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.hints import unindexed
from olvery_tui.store.database.locks import AdvisoryLock, acquire, lock_shared
from olvery_tui.store.database.tables import EVENTS, ORDERS, TICKETS
from olvery_tui.store.database.types import UtcDateTime


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a ticket's right status follows from. `began` and `ended` are of its period."""

    order: OrderStatus
    status: TicketStatus
    began: bool
    ended: bool


class Edge(Enum):
    """A moment of a ticket's own: an end of its period, or the moment of the pass."""

    START = "starts_at"
    END = "ends_at"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Step:
    """One move of every ticket in a situation, and when it was due for each."""

    before: TicketStatus
    after: TicketStatus
    due: Edge


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make of the tickets in a situation: their moves, and when time moves them next."""

    steps: tuple[Step, ...]
    moves_at: Edge | None


_NOW = bindparam("now", type_=UtcDateTime())
_LIMIT = bindparam("limit", type_=Integer())
_BATCH = bindparam("batch", type_=BigInteger())

_FACTS = select(
    TICKETS.c.number,
    ORDERS.c.status,
    TICKETS.c.status,
    TICKETS.c.starts_at <= _NOW,
    TICKETS.c.ends_at <= _NOW,
).join_from(TICKETS, ORDERS, ORDERS.c.number == TICKETS.c.order_number)

_DUE = _FACTS.where(TICKETS.c.moves_at <= _NOW).order_by(TICKETS.c.moves_at).limit(_LIMIT)

_NOT_BEGUN = select(TICKETS.c.number).where(
    TICKETS.c.status.in_((TicketStatus.ACTIVE.value, TicketStatus.DONE.value)),
    TICKETS.c.starts_at > _NOW,
)

_NOT_ENDED = select(TICKETS.c.number).where(
    text(
        "ticket.starts_at > :now - (SELECT longest.ends_at - longest.starts_at "
        "FROM ticket AS longest ORDER BY longest.ends_at - longest.starts_at DESC LIMIT 1)"
    ).bindparams(_NOW),
    TICKETS.c.starts_at <= _NOW,
    TICKETS.c.ends_at > _NOW,
    TICKETS.c.status == TicketStatus.DONE.value,
)

_AHEAD = tuple(
    _FACTS.where(TICKETS.c.number.in_(numbers.limit(_LIMIT)))
    for numbers in (_NOT_BEGUN, _NOT_ENDED)
)

_OF_ORDERS = _FACTS.where(
    any_of(TICKETS.c.order_number, "numbers"), TICKETS.c.cancelled_at.is_(None)
)

_AMONG = any_of(TICKETS.c.number, "numbers")
"""One of these tickets."""


def next_due(session: Session) -> datetime | None:
    """When time will next move a ticket; None where it never will (ix_ticket_moves)."""
    query = select(func.min(TICKETS.c.moves_at)).where(TICKETS.c.moves_at.is_not(None))
    found: datetime | None = session.connection().execute(query).scalar_one()
    return found


def due(session: Session, now: datetime, limit: int) -> list[tuple[int, Situation]]:
    """Tickets that time should have moved by `now`, up to `limit` of those due longest, by number.

    Relies on ix_ticket_moves.
    """
    return _found(session, _DUE, now, limit)


def ahead(session: Session, now: datetime, limit: int) -> list[tuple[int, Situation]]:
    """Tickets whose status is ahead of `now`: somebody set the clock back since it was written.

    Found in ix_ticket_status_starts alone. What is not begun stands at its end; a finished ticket
    that has begun but not ended can't have begun longer ago than the longest rental lasts
    (ix_ticket_length), so the index is read from there on.
    """
    for query in _AHEAD:
        found = _found(session, query, now, limit)
        if found:
            return found
    return []


def of_orders(
    session: Session, orders: Sequence[int], now: datetime
) -> list[tuple[int, Situation]]:
    """The tickets of these orders (ix_ticket_order), but for those cancelled by themselves."""
    return _found(session, _OF_ORDERS, now, numbers=orders)


def _found(
    session: Session, query: Select[Any], now: datetime, limit: int = 0, **values: Any
) -> list[tuple[int, Situation]]:
    rows = session.connection().execute(query, {"now": now, "limit": limit, **values}).all()
    return sorted(((row[0], _situation(*row[1:])) for row in rows), key=itemgetter(0))


@cache
def _situation(order: str, status: str, began: int, ended: int) -> Situation:
    return Situation(OrderStatus(order), TicketStatus(status), bool(began), bool(ended))


def take_over(session: Session, numbers: Sequence[int]) -> None:
    """Become the only worker that moves tickets, and keep the orders of these from changing.

    Raises:
        StoreUnavailable: `locked`; another worker holds on for too long.
    """
    acquire(session, AdvisoryLock.WORKER)
    lock_shared(session, numbers)


def apply(
    session: Session, situation: Situation, plan: Plan, numbers: Sequence[int], now: datetime
) -> int:
    """Make the plan's moves of those tickets that are still in the situation; return how many.

    A ticket that was changed meanwhile is not in the situation any more, and is left alone.
    """
    run = session.connection().execute
    written = run(_update(situation, plan), {"now": now, "numbers": numbers})
    moved = sorted(written.scalars().all())
    if moved and plan.steps:
        batch = chain.batch_of(session)
        for step in plan.steps:
            run(_record(step), {"now": now, "numbers": moved, "batch": batch})
    return len(moved) if plan.steps else 0


@cache
def _update(situation: Situation, plan: Plan) -> ReturningUpdate[Any]:
    status = plan.steps[-1].after if plan.steps else situation.status
    return (
        update(TICKETS)
        .where(
            _AMONG,
            unindexed(TICKETS.c.status) == situation.status.value,
            (unindexed(TICKETS.c.starts_at) <= _NOW) == situation.began,
            (unindexed(TICKETS.c.ends_at) <= _NOW) == situation.ended,
            exists().where(
                ORDERS.c.number == TICKETS.c.order_number,
                ORDERS.c.status == situation.order.value,
            ),
        )
        .values(
            status=status.value,
            moves_at=null() if plan.moves_at is None else _moment(plan.moves_at),
            version=versions.following(TICKETS.c.version) if plan.steps else TICKETS.c.version,
        )
        .returning(TICKETS.c.number)
    )


@cache
def _record(step: Step) -> Insert:
    line: Mapping[str, ColumnElement[Any]] = {
        "at": _NOW,
        "due_at": _moment(step.due),
        "kind": literal(EventKind.TICKET_MOVED.value),
        "actor": literal(ActorKind.SYSTEM.value),
        "ticket_number": TICKETS.c.number,
        "data": literal({"from": step.before.value, "to": step.after.value}, EVENTS.c.data.type),
        "batch": _BATCH,
    }
    rows = select(*line.values()).where(_AMONG).order_by(TICKETS.c.number)
    return insert(EVENTS).from_select(list(line), rows)


def _moment(edge: Edge) -> ColumnElement[datetime]:
    return _NOW if edge is Edge.NOW else TICKETS.c[edge.value]
