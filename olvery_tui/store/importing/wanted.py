"""The names in a ticket's line, found in the database."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlmodel import Session

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.import_records import Kind, TicketLine
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.store.database.models import Manager
from olvery_tui.store.importing.catalogue import Catalogue, TariffFacts
from olvery_tui.store.importing.context import Context, Problems
from olvery_tui.store.importing.stored import OrderFacts, Row

_MANAGERS = Manager.metadata.tables["manager"]


class Wanted(NamedTuple):
    """A ticket as its line wants it, with every name found."""

    row: Row
    order: OrderFacts
    period: Period
    modifiers: frozenset[int]


class Sale(NamedTuple):
    """What is sold with a ticket."""

    tariff: TariffFacts
    variant: int | None
    modifiers: frozenset[int]


@dataclass(frozen=True, slots=True)
class TicketNames:
    """What the names in some lines stand for; places and tariffs are those of the order's service.

    `managers` grows by those who are not known yet.
    """

    context: Context
    catalogue: Catalogue
    session: Session
    orders: Mapping[int, OrderFacts]
    visitors: Mapping[str, int]
    managers: dict[str, int]

    def wanted(self, line: TicketLine) -> Wanted:
        """The ticket that a line describes.

        Raises:
            Refused: `depends`, `no_such`, `one_day`, `long`, `tariff_days`, `tariff_hours`.
        """
        problems = Problems()
        named = self.context.named
        order = named(problems, self.orders.get(line.order), "order", Kind.ORDER, line.order)
        visitor = named(
            problems, self.visitors.get(line.visitor), "visitor", Kind.PERSON, line.visitor
        )
        if order is None:
            problems.refuse_if_any()
        assert order is not None
        sale, workplace = self._sale(problems, line, order), self._place(problems, line, order)
        period = self._period(problems, line, sale)
        problems.refuse_if_any()
        assert sale is not None
        assert period is not None
        row = {
            "number": line.number,
            "order_number": line.order,
            "visitor_id": visitor,
            "workplace_id": workplace,
            "tariff_id": sale.tariff.id,
            "variant_id": sale.variant,
            "period_kind": period.kind.value,
            "starts_at": period.starts_at,
            "ends_at": period.ends_at,
            "validated_at": line.validated_at,
            "validated_by": self._manager(line.validated_by),
            "created_at": line.created_at,
        }
        return Wanted(row, order, period, sale.modifiers)

    def _place(self, problems: Problems, line: TicketLine, order: OrderFacts) -> int | None:
        asked = (order.service_id, line.room, line.workplace)
        known: int | None = self._remembered(asked)
        if known is not None:
            return known
        named, before = self.context.named, len(problems)
        room = named(
            problems,
            self.catalogue.room(self.session, order.service_id, line.room),
            "room",
            Kind.ROOM,
            order.service,
            line.room,
        )
        if room is None:
            return None
        workplace = named(
            problems,
            self.catalogue.workplace(self.session, room, line.workplace),
            "workplace",
            Kind.WORKPLACE,
            order.service,
            line.room,
            line.workplace,
        )
        if len(problems) == before:
            self.catalogue.remember(asked, workplace)
        return workplace

    def _sale(self, problems: Problems, line: TicketLine, order: OrderFacts) -> Sale | None:
        asked = (order.service_id, line.tariff, line.variant, line.modifiers)
        known: Sale | None = self._remembered(asked)
        if known is not None:
            return known
        named, catalogue, session = self.context.named, self.catalogue, self.session
        service, before = order.service_id, len(problems)
        tariff = named(
            problems,
            catalogue.tariff(session, service, line.tariff),
            "tariff",
            Kind.TARIFF,
            order.service,
            line.tariff,
        )
        variant = None
        if line.variant is not None:
            variant = named(
                problems,
                catalogue.variant(session, service, line.variant),
                "variant",
                Kind.VARIANT,
                order.service,
                line.variant,
            )
        modifiers = [
            named(
                problems,
                catalogue.modifier(session, service, name),
                "modifiers",
                Kind.MODIFIER,
                order.service,
                name,
            )
            for name in line.modifiers
        ]
        if tariff is None:
            return None
        sale = Sale(tariff, variant, frozenset(one for one in modifiers if one is not None))
        if len(problems) == before:
            catalogue.remember(asked, sale)
        return sale

    def _remembered(self, asked: Hashable) -> Any:
        """What was found for the same names before; not where something of it may be refused."""
        return None if self.context.notebook.any_refused else self.catalogue.known(asked)

    def _period(self, problems: Problems, line: TicketLine, sale: Sale | None) -> Period | None:
        try:
            period = line.period(self.context.zone)
        except InvalidInput as problem:
            problems.append(problem)
            return None
        if sale is not None:
            hours = sale.tariff.unit is TariffUnit.HOUR
            if hours and period.kind is PeriodKind.DAILY:
                problems.append(InvalidInput("tariff", "tariff_hours"))
            if not hours and period.kind is PeriodKind.HOURLY:
                problems.append(InvalidInput("tariff", "tariff_days"))
        return period

    def _manager(self, login: str | None) -> int | None:
        """The manager of this login. Who is not known yet is written down under it as a name, and
        can't sign in: nobody is let in by an import.
        """
        if login is None:
            return None
        if login not in self.managers:
            added = self.session.connection().execute(
                insert(_MANAGERS).values(last_name=login, first_name="")
            )
            assert added.inserted_primary_key is not None
            self.managers[login] = added.inserted_primary_key[0]
        return self.managers[login]
