"""Orders that complete themselves once all their tickets have ended, where a location wants that.

Source: ours; the manual asks for a completed order before a ticket is done, not who completes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, func, insert, literal, select, update
from sqlmodel import Session

from olvery_tui.domain.access import ActorKind
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.database import chain, versions
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.locks import AdvisoryLock, acquire, lock_orders
from olvery_tui.store.database.tables import EVENTS, LOCATION, ORDERS
from olvery_tui.store.database.types import UtcDateTime

_NOW = bindparam("now", type_=UtcDateTime())
_WANTED = select(LOCATION.c.id).where(LOCATION.c.auto_complete_orders.is_(True)).exists()

_IS_CONFIRMED = ORDERS.c.status == OrderStatus.CONFIRMED.value
_HAS_ENDED = ORDERS.c.ends_at <= _NOW

# Somebody has put it back in work: to complete it again would take that back by itself.
_WAS_NEVER_COMPLETED = ORDERS.c.previous_status.is_distinct_from(OrderStatus.COMPLETED.value)
_COMPLETES_ITSELF = and_(_IS_CONFIRMED, _WAS_NEVER_COMPLETED)

_NEXT = select(func.min(ORDERS.c.ends_at)).where(_COMPLETES_ITSELF, _WANTED)

OVERDUE = (
    select(ORDERS.c.number)
    .where(_IS_CONFIRMED, _HAS_ENDED)
    .order_by(ORDERS.c.ends_at, ORDERS.c.number)
    .limit(bindparam("limit"))
)
"""Confirmed orders whose tickets have all ended, the longest ago first (ix_orders_status_ends)."""

_DUE = OVERDUE.where(_WAS_NEVER_COMPLETED)

_COMPLETE = (
    update(ORDERS)
    .where(any_of(ORDERS.c.number, "numbers"), _COMPLETES_ITSELF, _HAS_ENDED, _WANTED)
    .values(
        status=OrderStatus.COMPLETED.value,
        previous_status=ORDERS.c.status,
        version=versions.following(ORDERS.c.version),
    )
    .returning(ORDERS.c.number)
)
_LINE = {
    "at": _NOW,
    "due_at": ORDERS.c.ends_at,
    "kind": literal(EventKind.ORDER_MOVED.value),
    "actor": literal(ActorKind.SYSTEM.value),
    "order_number": ORDERS.c.number,
    "data": literal(
        {"from": OrderStatus.CONFIRMED.value, "to": OrderStatus.COMPLETED.value},
        EVENTS.c.data.type,
    ),
    "batch": bindparam("batch", type_=EVENTS.c.batch.type),
}
_RECORD = insert(EVENTS).from_select(
    list(_LINE),
    select(*_LINE.values()).where(any_of(ORDERS.c.number, "numbers")).order_by(ORDERS.c.number),
)


def next_due(session: Session) -> datetime | None:
    """When the next order will complete itself; None if none ever will (ix_orders_status_ends)."""
    found: datetime | None = session.connection().execute(_NEXT).scalar_one()
    return found


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Orders that should have completed themselves by now; none where that is not wanted."""
    run = session.connection().execute
    if not run(select(_WANTED)).scalar_one():
        return []
    return list(run(_DUE, {"now": now, "limit": limit}).scalars())


def complete(session: Session, numbers: Sequence[int], now: datetime) -> list[int]:
    """Complete those of the orders that still should be; return their numbers, in order.

    Orders that were changed meanwhile are left alone, all of them if the setting is off by now.

    Raises:
        StoreUnavailable: `locked`; another worker holds on for too long.
    """
    acquire(session, AdvisoryLock.WORKER)
    lock_orders(session, numbers)
    run = session.connection().execute
    found = run(_COMPLETE, {"numbers": numbers, "now": now}).scalars().all()
    completed = sorted(found)
    if completed:
        batch = chain.batch_of(session)
        run(_RECORD, {"numbers": completed, "now": now, "batch": batch})
    return completed
