"""What an import file holds: one frozen record a line, and the problem of a line that has none."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from olvery_tui.domain.catalogue import PaymentKind, TariffUnit
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus

PERIOD_MAX = timedelta(days=3_660)
"""The longest period: one far longer would make every search by period read the whole table."""


class Kind(StrEnum):
    """What a line may describe, in the order in which one needs the other."""

    SERVICE = "service"
    ROOM = "room"
    VARIANT = "variant"
    MODIFIER = "modifier"
    WORKPLACE = "workplace"
    TARIFF = "tariff"
    PERSON = "person"
    ORDER = "order"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line, or one field of it, was not taken over.

    `code` has its sentence in `wording.import_errors`, `params` what the sentence tells. `kind`
    and `key` say which record it was about, as far as the line could be read.
    """

    line: int
    code: str
    field: str | None = None
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    kind: Kind | None = None
    key: str | None = None


class ServiceLine(NamedTuple):
    """What is sold."""

    name: str
    slot_minutes: int = 30


class RoomLine(NamedTuple):
    """A room of a service."""

    service: str
    name: str


class VariantLine(NamedTuple):
    """A variant of a service."""

    service: str
    name: str


class ModifierLine(NamedTuple):
    """An extra of a service."""

    service: str
    name: str
    price: Decimal


class WorkplaceLine(NamedTuple):
    """A seat in a room."""

    service: str
    room: str
    label: str


class TariffLine(NamedTuple):
    """A price per unit. `currency` None: the location's."""

    service: str
    name: str
    unit: TariffUnit
    price: Decimal
    currency: str | None = None
    min_units: int = 1
    max_units: int = 1
    variant: str | None = None


class PersonLine(NamedTuple):
    """A customer or visitor. Phone in E.164."""

    key: str
    last_name: str
    first_name: str = ""
    phone: str | None = None
    email: str | None = None


class OrderLine(NamedTuple):
    """An order. `paid_at` and `comment` None: as they are, for leaving out takes nothing back."""

    number: int
    service: str
    customer: str
    status: OrderStatus
    payment_kind: PaymentKind
    price: Decimal
    created_at: datetime
    paid_at: datetime | None = None
    comment: str | None = None


class TicketLine(NamedTuple):
    """A ticket. `validated_at` None: the identity check stays as it is.

    Either both days (`starts_on`, `ends_on` included) or both moments are there.
    """

    number: int
    order: int
    visitor: str
    room: str
    workplace: str
    tariff: str
    created_at: datetime
    variant: str | None = None
    modifiers: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    validated_at: datetime | None = None
    validated_by: str | None = None

    def period(self, zone: tzinfo) -> Period:
        """The rental period by the location's calendar.

        Raises:
            InvalidInput: `one_day` (hours that reach into another day of the calendar), `long`.
        """
        if self.starts_on is not None and self.ends_on is not None:
            period = Period.daily(self.starts_on, self.ends_on, zone)
        else:
            assert self.starts_at is not None
            assert self.ends_at is not None
            period = Period.hourly(self.starts_at, self.ends_at)
            first, last = period.days(zone)
            if first != last:
                raise InvalidInput("ends_at", "one_day")
        if period.ends_at - period.starts_at > PERIOD_MAX:
            ends = "ends_on" if period.kind is PeriodKind.DAILY else "ends_at"
            raise InvalidInput(ends, "long", {"days": PERIOD_MAX.days})
        return period


Line = (
    ServiceLine
    | RoomLine
    | VariantLine
    | ModifierLine
    | WorkplaceLine
    | TariffLine
    | PersonLine
    | OrderLine
    | TicketLine
)
