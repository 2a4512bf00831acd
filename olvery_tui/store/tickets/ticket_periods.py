"""What a change of a ticket's period depends on."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlmodel import Session

from olvery_tui.domain.catalogue import PaymentKind, TariffUnit
from olvery_tui.domain.period_changes import Terms
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import WORKPLACE_STATUSES
from olvery_tui.store.database.tables import (
    IS_UNRENEWED_MONTH,
    ORDERS,
    SERVICES,
    TARIFFS,
    TICKET_MODIFIERS,
    TICKETS,
)
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


class Sale(NamedTuple):
    """What was sold with a ticket, and to whom."""

    customer_id: int
    payment_kind: PaymentKind
    tariff_id: int
    unit: TariffUnit
    variant_id: int | None
    modifier_ids: tuple[int, ...]


_SALE = (
    select(
        ORDERS.c.customer_id,
        ORDERS.c.payment_kind,
        TARIFFS.c.id,
        TARIFFS.c.unit,
        TICKETS.c.variant_id,
    )
    .join_from(TICKETS, ORDERS, ORDERS.c.number == TICKETS.c.order_number)
    .join(TARIFFS, TARIFFS.c.id == TICKETS.c.tariff_id)
    .where(TICKETS.c.number == bindparam("number"))
)
_MODIFIERS = (
    select(TICKET_MODIFIERS.c.modifier_id)
    .where(TICKET_MODIFIERS.c.ticket_number == bindparam("number"))
    .order_by(TICKET_MODIFIERS.c.modifier_id)
)
_ENDING = (
    select(TICKETS.c.number)
    .where(
        TICKETS.c.status.in_(sorted(WORKPLACE_STATUSES)),
        TICKETS.c.ends_at > bindparam("since", type_=UtcDateTime()),
        TICKETS.c.ends_at <= bindparam("until", type_=UtcDateTime()),
        IS_UNRENEWED_MONTH,
    )
    .order_by(TICKETS.c.ends_at, TICKETS.c.number)
)


def sale(session: Session, number: int) -> Sale:
    """What was sold with a ticket, and to whom."""
    run = session.connection().execute
    customer, kind, tariff, unit, variant = run(_SALE, {"number": number}).one()
    modifiers = tuple(run(_MODIFIERS, {"number": number}).scalars())
    return Sale(customer, PaymentKind(kind), tariff, TariffUnit(unit), variant, modifiers)


def months_that_end(session: Session, since: datetime, until: datetime) -> tuple[int, ...]:
    """The tickets sold by the month that end in `(since, until]`, those that end first first; not
    those whose visitor has a later month.

    Relies on ix_ticket_status_ends.
    """
    values = {"since": since, "until": until}
    return tuple(session.connection().execute(_ENDING, values).scalars())


def alike(session: Session, order: int, period: Period) -> tuple[int, ...]:
    """The tickets of an order that have a period and are not cancelled by themselves, by number."""
    values = {"order": order, "since": period.starts_at, "until": period.ends_at}
    return tuple(session.connection().execute(_ALIKE, values).scalars())
