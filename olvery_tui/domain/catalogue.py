"""What is sold, where, and how it is paid: codes and frozen data, without labels."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo


class PaymentKind(StrEnum):
    """How an order is paid."""

    ON_SITE = "on_site"
    ONLINE = "online"
    INVOICE = "invoice"


class TariffUnit(StrEnum):
    """What a tariff counts. Hours are sold within one day, days and months as whole days."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class LocationDetails:
    """The place that the database serves; `zone` makes its days."""

    name: str
    zone: ZoneInfo
    currency: str


@dataclass(frozen=True, slots=True)
class VariantDetails:
    """A variant of a service: «Резидент +»."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class TariffDetails:
    """What a unit of time costs, and how many units may be bought. `variant_id` None: of all."""

    id: int
    name: str
    unit: TariffUnit
    price: Decimal
    currency: str
    min_units: int
    max_units: int
    variant_id: int | None = None


@dataclass(frozen=True, slots=True)
class ModifierDetails:
    """An extra and its price."""

    id: int
    name: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class ServiceDetails:
    """A service with all that can be chosen of it."""

    id: int
    name: str
    slot_minutes: int
    variants: tuple[VariantDetails, ...] = ()
    tariffs: tuple[TariffDetails, ...] = ()
    modifiers: tuple[ModifierDetails, ...] = ()
