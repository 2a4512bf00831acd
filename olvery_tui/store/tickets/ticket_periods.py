"""What a change of a ticket's period is decided by."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlmodel import Session

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.period_changes import Terms
from olvery_tui.domain.periods import Period
from olvery_tui.store.database.tables import ORDERS, SERVICES, TARIFFS, TICKETS
from olvery_tui.store.database.types import UtcDateTime

_TERMS = (
    select(TARIFFS.c.unit, TICKETS.c.unit_price, TARIFFS.c.max_units, SERVICES.c.slot_minutes)
    .join_from(TICKETS, TARIFFS, TARIFFS.c.id == TICKETS.c.tariff_id)
    .join(ORDERS, ORDERS.c.number == TICKETS.c.order_number)
    .join(SERVICES, SERVICES.c.id == ORDERS.c.service_id)
    .where(TICKETS.c.number == bindparam("number"))
)
_ALIKE = (
    select(TICKETS.c.number)
    .where(
        TICKETS.c.order_number == bindparam("order"),
        TICKETS.c.cancelled_at.is_(None),
        TICKETS.c.starts_at == bindparam("since", type_=UtcDateTime()),
        TICKETS.c.ends_at == bindparam("until", type_=UtcDateTime()),
    )
    .order_by(TICKETS.c.number)
)


def terms(session: Session, number: int) -> Terms:
    """What a ticket is sold by."""
    unit, *rest = session.connection().execute(_TERMS, {"number": number}).one()
    return Terms(TariffUnit(unit), *rest)


def alike(session: Session, order: int, period: Period) -> tuple[int, ...]:
    """The tickets of an order that have a period and are not cancelled by themselves, by number."""
    values = {"order": order, "since": period.starts_at, "until": period.ends_at}
    return tuple(session.connection().execute(_ALIKE, values).scalars())
