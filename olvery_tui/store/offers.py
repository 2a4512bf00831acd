"""What is sold: services with their variants, tariffs and modifiers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import Session

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.order_cards import ModifierCard, ServiceCard, TariffCard, VariantCard
from olvery_tui.store.models import Service

_TABLES = Service.metadata.tables
_MODIFIERS = _TABLES["modifier"]
_SERVICES = _TABLES["service"]
_TARIFFS = _TABLES["tariff"]
_VARIANTS = _TABLES["service_variant"]


def services(session: Session) -> tuple[ServiceCard, ...]:
    """Everything that can be sold, by name, in four queries."""
    found = _services(session, None)
    return tuple(sorted(found, key=lambda service: (service.name.casefold(), service.id)))


def service(session: Session, service_id: int) -> ServiceCard | None:
    """One service with all that can be chosen of it."""
    return next(_services(session, service_id), None)


def _services(session: Session, service_id: int | None) -> Iterator[ServiceCard]:
    run = session.connection().execute

    def of_service(query: Select[Any], column: Any) -> Select[Any]:
        return query if service_id is None else query.where(column == service_id)

    variants = defaultdict[int, list[VariantCard]](list)
    for row in run(of_service(_VARIANT_ROWS, _VARIANTS.c.service_id)):
        variants[row.service_id].append(VariantCard(row.id, row.name))
    tariffs = defaultdict[int, list[TariffCard]](list)
    for row in run(of_service(_TARIFF_ROWS, _TARIFFS.c.service_id)):
        tariffs[row.service_id].append(
            TariffCard(
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
    modifiers = defaultdict[int, list[ModifierCard]](list)
    for row in run(of_service(_MODIFIER_ROWS, _MODIFIERS.c.service_id)):
        modifiers[row.service_id].append(ModifierCard(row.id, row.name, row.price))
    for row in run(of_service(select(_SERVICES), _SERVICES.c.id)):
        yield ServiceCard(
            id=row.id,
            name=row.name,
            slot_minutes=row.slot_minutes,
            variants=tuple(variants[row.id]),
            tariffs=tuple(tariffs[row.id]),
            modifiers=tuple(modifiers[row.id]),
        )


_VARIANT_ROWS = select(_VARIANTS).order_by(_VARIANTS.c.id)
_TARIFF_ROWS = select(_TARIFFS).order_by(_TARIFFS.c.id)
_MODIFIER_ROWS = select(_MODIFIERS).order_by(_MODIFIERS.c.id)
