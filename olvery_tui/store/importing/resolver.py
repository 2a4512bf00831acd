"""The names in lines, found in the database."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Column, Table, insert, select
from sqlmodel import Session

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.errors import ImportCode, InvalidInput
from olvery_tui.domain.import_lines import (
    BookingLine,
    Kind,
    Rental,
    TicketLine,
    key_text,
    quoted,
)
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.store.database.models import Manager
from olvery_tui.store.importing.context import Context, Problems
from olvery_tui.store.importing.stored import OrderFacts, Row

Found = TypeVar("Found")

_CACHE_MAX = 20_000
_TABLES = Manager.metadata.tables
_MANAGERS, _TARIFFS = _TABLES["manager"], _TABLES["tariff"]


class Sold(NamedTuple):
    """Where a kind of the catalogue is kept; a name is unique within its `parent`."""

    table: Table
    name: Column[Any]
    parent: Column[Any] | None


def _sold(table: str, name: str = "name", parent: str | None = "service_id") -> Sold:
    columns = _TABLES[table].c
    return Sold(_TABLES[table], columns[name], None if parent is None else columns[parent])


SOLD: Mapping[Kind, Sold] = {
    Kind.SERVICE: _sold("service", parent=None),
    Kind.ROOM: _sold("room"),
    Kind.VARIANT: _sold("service_variant"),
    Kind.MODIFIER: _sold("modifier"),
    Kind.WORKPLACE: _sold("workplace", "label", "room_id"),
    Kind.TARIFF: _sold("tariff"),
}


@dataclass(slots=True)
class Resolver:
    """Ids by natural key, read once for all in the same place. What is not there is asked again: it
    may come.
    """

    context: Context
    known: dict[Hashable, Any] = field(default_factory=dict)

    def sold(
        self,
        session: Session,
        problems: Problems,
        kind: Kind,
        name: str,
        parent: int | None,
        *key: str,
    ) -> int | None:
        """The id of what the field `name` names by its natural key, within `parent`.

        None with a problem, as `named`.
        """
        asked = (kind, parent, key[-1])
        found: int | None = self.known.get(asked)
        if found is None:
            table, column, parent_column = SOLD[kind]
            query = select(column, table.c.id)
            if parent_column is not None:
                query = query.where(parent_column == parent)
            if (place := ("read", kind, parent)) in self.known:  # what is missing may be new
                query = query.where(column == key[-1])
            names = dict(session.connection().execute(query).all())
            for text, number in names.items():
                self.remember((kind, parent, text), number)
            self.remember(place, True)
            found = names.get(key[-1])
        return self.named(problems, found, name, kind, *key)

    def named(
        self, problems: Problems, found: Found | None, name: str, kind: Kind, *key: str | int
    ) -> Found | None:
        """`found`, if it may be relied on; otherwise None, and the problem of the field `name`.

        `depends`: a line of this file was to describe it and was refused. `no_such`: nothing has
        this name.
        """
        deferred = self.context.deferred
        if found is not None and not deferred.any_refused:
            return found
        cause = deferred.cause(kind, key_text(key))
        text = quoted(str(key[-1]))
        if cause is not None:
            problems.append(InvalidInput(name, ImportCode.DEPENDS, {"line": cause, "text": text}))
            return None
        if found is None:
            problems.append(InvalidInput(name, ImportCode.NO_SUCH, {"text": text}))
        return found

    def unit(self, session: Session, tariff: int) -> tuple[TariffUnit, Decimal]:
        """The unit in which a tariff is sold, and its price."""
        asked = (Kind.TARIFF, tariff)
        if asked not in self.known:
            query = select(_TARIFFS.c.unit, _TARIFFS.c.price).where(_TARIFFS.c.id == tariff)
            unit, price = session.connection().execute(query).one()
            self.remember(asked, (TariffUnit(unit), price))
        return cast("tuple[TariffUnit, Decimal]", self.known[asked])

    def remember(self, asked: Hashable, found: Any) -> None:
        """Keep an answer until rows change."""
        if len(self.known) >= _CACHE_MAX:
            self.known.clear()
        self.known[asked] = found

    def forget(self) -> None:
        """Ask everything anew: rows have changed."""
        self.known.clear()


class Sale(NamedTuple):
    """What is sold with a ticket."""

    tariff: int
    unit: TariffUnit
    unit_price: Decimal
    variant: int | None
    modifiers: frozenset[int]


class Resolved(NamedTuple):
    """A ticket as its line describes it, with every name found."""

    row: Row
    order: OrderFacts
    period: Period
    modifiers: frozenset[int]
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class TicketResolver:
    """What the names in some lines stand for; places and tariffs are those of the order's service.

    `managers` grows by those who are not known yet.
    """

    resolver: Resolver
    session: Session
    orders: Mapping[int, OrderFacts]
    visitors: Mapping[str, int]
    managers: dict[str, int]

    def resolve(self, line: Rental, number: int, order_number: int, person: str) -> Resolved:
        """The ticket of this number that a line describes; `person` is the visitor's key.

        Raises:
            Refused: `depends`, `no_such`, `one_day`, `long`, `tariff_days`, `tariff_hours`.
        """
        problems, named = Problems(), self.resolver.named
        order = named(problems, self.orders.get(order_number), "order", Kind.ORDER, order_number)
        visitor = named(problems, self.visitors.get(person), "visitor", Kind.PERSON, person)
        if order is None:
            problems.refuse_if_any()
        assert order is not None
        asked = (order.service_id, line.tariff, line.variant, line.modifiers)
        seat = (order.service_id, line.room, line.workplace)
        sale = self._once(asked, problems, self._sale, line, order)
        workplace = self._once(seat, problems, self._workplace, line, order)
        period = self._period(problems, line, sale)
        problems.refuse_if_any()
        assert sale is not None
        assert period is not None
        row = {
            "number": number,
            "order_number": order_number,
            "visitor_id": visitor,
            "workplace_id": workplace,
            "tariff_id": sale.tariff,
            "variant_id": sale.variant,
            "period_kind": period.kind.value,
            "starts_at": period.starts_at,
            "ends_at": period.ends_at,
            "validated_at": None,
            "validated_by": None,
            "created_at": line.created_at,
        }
        price = sale.unit_price
        if isinstance(line, BookingLine | TicketLine):
            if line.validated_by is not None:
                row["validated_at"] = line.validated_at
                row["validated_by"] = self._manager(line.validated_by)
            if line.unit_price is not None:
                price = line.unit_price
        return Resolved(row, order, period, sale.modifiers, price)

    def _once(
        self,
        asked: Hashable,
        problems: Problems,
        find: Callable[[Problems, Rental, OrderFacts], Found | None],
        line: Rental,
        order: OrderFacts,
    ) -> Found | None:
        """The answer for the same names before, unless something of it may be refused."""
        resolver = self.resolver
        if not resolver.context.deferred.any_refused:
            known: Found | None = resolver.known.get(asked)
            if known is not None:
                return known
        before = len(problems)
        found = find(problems, line, order)
        if found is not None and len(problems) == before:
            resolver.remember(asked, found)
        return found

    def _workplace(self, problems: Problems, line: Rental, order: OrderFacts) -> int | None:
        sold, session = self.resolver.sold, self.session
        key = (order.service, line.room)
        room = sold(session, problems, Kind.ROOM, "room", order.service_id, *key)
        if room is None:
            return None
        key_of_seat = (*key, line.workplace)
        return sold(session, problems, Kind.WORKPLACE, "workplace", room, *key_of_seat)

    def _sale(self, problems: Problems, line: Rental, order: OrderFacts) -> Sale | None:
        def find(kind: Kind, name: str, text: str) -> int | None:
            key = (order.service, text)
            return self.resolver.sold(self.session, problems, kind, name, order.service_id, *key)

        tariff = find(Kind.TARIFF, "tariff", line.tariff)
        variant = None if line.variant is None else find(Kind.VARIANT, "variant", line.variant)
        modifiers = [find(Kind.MODIFIER, "modifiers", each) for each in line.modifiers]
        if tariff is None:
            return None
        unit, price = self.resolver.unit(self.session, tariff)
        extras = frozenset(one for one in modifiers if one is not None)
        return Sale(tariff, unit, price, variant, extras)

    def _period(self, problems: Problems, line: Rental, sale: Sale | None) -> Period | None:
        try:
            period = line.period(self.resolver.context.zone)
        except InvalidInput as problem:
            problems.append(problem)
            return None
        if sale is not None:
            hours = sale.unit is TariffUnit.HOUR
            if hours and period.kind is PeriodKind.DAILY:
                problems.append(InvalidInput("tariff", ImportCode.TARIFF_HOURS))
            if not hours and period.kind is PeriodKind.HOURLY:
                problems.append(InvalidInput("tariff", ImportCode.TARIFF_DAYS))
        return period

    def _manager(self, login: str) -> int:
        """The manager of this login. Who is not known yet is written down under it as a name, and
        can't sign in: nobody is let in by an import.
        """
        if login not in self.managers:
            added = self.session.connection().execute(
                insert(_MANAGERS).values(last_name=login, first_name="")
            )
            assert added.inserted_primary_key is not None
            self.managers[login] = added.inserted_primary_key[0]
        return self.managers[login]
