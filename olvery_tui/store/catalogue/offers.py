"""What is sold: services with their variants, tariffs and modifiers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Column, Row, Table, select
from sqlmodel import Session

from olvery_tui.domain.catalogue import (
    ModifierDetails,
    ServiceDetails,
    TariffDetails,
    TariffUnit,
    VariantDetails,
)
from olvery_tui.domain.items import natural_key
from olvery_tui.store.database.tables import MODIFIERS, ORDERS, SERVICES, TARIFFS, VARIANTS


def services(session: Session) -> tuple[ServiceDetails, ...]:
    """Everything that can be sold, by name, in four queries: nothing that is archived."""
    found = _services(session, None)
    return tuple(sorted(found, key=lambda service: (natural_key(service.name), service.id)))


def usual(session: Session) -> int | None:
    """The service of the newest order; None where there is none yet."""
    query = select(ORDERS.c.service_id).order_by(ORDERS.c.number.desc()).limit(1)
    return session.connection().execute(query).scalar_one_or_none()


def service(session: Session, service_id: int) -> ServiceDetails | None:
    """One service with all that can be chosen of it; None where it is archived."""
    return next(_services(session, service_id), None)


def _services(session: Session, service_id: int | None) -> Iterator[ServiceDetails]:
    def offered(table: Table, service: Column[Any]) -> Iterable[Row[Any]]:
        query = select(table).where(~table.c.archived).order_by(table.c.id)
        if service_id is not None:
            query = query.where(service == service_id)
        return session.connection().execute(query)

    variants = defaultdict[int, list[VariantDetails]](list)
    for row in offered(VARIANTS, VARIANTS.c.service_id):
        variants[row.service_id].append(VariantDetails(row.id, row.name))
    tariffs = defaultdict[int, list[TariffDetails]](list)
    for row in offered(TARIFFS, TARIFFS.c.service_id):
        tariffs[row.service_id].append(
            TariffDetails(
                id=row.id,
                name=row.name,
                unit=TariffUnit(row.unit),
                price=row.price,
                currency=row.currency,
                min_units=row.min_units,
                max_units=row.max_units,
                variant_id=row.variant_id,
            )
        )
    modifiers = defaultdict[int, list[ModifierDetails]](list)
    for row in offered(MODIFIERS, MODIFIERS.c.service_id):
        modifiers[row.service_id].append(ModifierDetails(row.id, row.name, row.price))
    for row in offered(SERVICES, SERVICES.c.id):
        yield ServiceDetails(
            id=row.id,
            name=row.name,
            slot_minutes=row.slot_minutes,
            variants=tuple(variants[row.id]),
            tariffs=tuple(tariffs[row.id]),
            modifiers=tuple(modifiers[row.id]),
        )
