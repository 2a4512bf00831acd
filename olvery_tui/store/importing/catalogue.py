"""Services, rooms, workplaces, variants, tariffs, modifiers: few, so each is asked for alone."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Table, and_, insert, select, update
from sqlmodel import Session

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_records import (
    Kind,
    ModifierLine,
    RoomLine,
    ServiceLine,
    TariffLine,
    VariantLine,
    WorkplaceLine,
)
from olvery_tui.store.audit import events, noting
from olvery_tui.store.database.models import (
    Modifier,
    Room,
    Service,
    ServiceVariant,
    Tariff,
    Workplace,
)
from olvery_tui.store.importing.context import Context, Entry, Problems, Refused, Verdict
from olvery_tui.store.importing.report import Outcome

_CACHE_MAX = 20_000

_MODIFIERS = Modifier.metadata.tables["modifier"]
_ROOMS = Room.metadata.tables["room"]
_SERVICES = Service.metadata.tables["service"]
_TARIFFS = Tariff.metadata.tables["tariff"]
_VARIANTS = ServiceVariant.metadata.tables["service_variant"]
_WORKPLACES = Workplace.metadata.tables["workplace"]


class TariffFacts(NamedTuple):
    """What a ticket needs to know of its tariff."""

    id: int
    unit: TariffUnit


class Catalogue:
    """Ids by natural key, asked once each. What is not there is asked again: it may come."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def service(self, session: Session, name: str) -> int | None:
        """The service of this name."""
        return self._id(session, _SERVICES, "name", None, name)

    def room(self, session: Session, service_id: int, name: str) -> int | None:
        """The room of this name in a service."""
        return self._id(session, _ROOMS, "name", service_id, name)

    def workplace(self, session: Session, room_id: int, label: str) -> int | None:
        """The workplace of this label in a room."""
        return self._id(session, _WORKPLACES, "label", room_id, label)

    def variant(self, session: Session, service_id: int, name: str) -> int | None:
        """The variant of this name of a service."""
        return self._id(session, _VARIANTS, "name", service_id, name)

    def modifier(self, session: Session, service_id: int, name: str) -> int | None:
        """The modifier of this name of a service."""
        return self._id(session, _MODIFIERS, "name", service_id, name)

    def tariff(self, session: Session, service_id: int, name: str) -> TariffFacts | None:
        """The tariff of this name of a service."""
        known = self._known.get(("tariff", service_id, name))
        if known is not None:
            return TariffFacts(*known)
        row = (
            session.connection()
            .execute(
                select(_TARIFFS.c.id, _TARIFFS.c.unit).where(
                    _TARIFFS.c.service_id == service_id, _TARIFFS.c.name == name
                )
            )
            .first()
        )
        if row is None:
            return None
        facts = TariffFacts(row.id, TariffUnit(row.unit))
        self.remember(("tariff", service_id, name), facts)
        return facts

    def known(self, asked: Hashable) -> Any:
        """What was remembered under a question of the caller's own."""
        return self._known.get(asked)

    def remember(self, asked: Hashable, found: Any) -> None:
        """Keep an answer to a question of the caller's own, until something is forgotten."""
        if len(self._known) >= _CACHE_MAX:
            self._known.clear()
        self._known[asked] = found

    def forget(self) -> None:
        """Ask everything anew: rows have changed."""
        self._known.clear()

    def _id(
        self, session: Session, table: Table, column: str, parent: int | None, name: str
    ) -> int | None:
        asked = (table.name, parent, name)
        known: int | None = self._known.get(asked)
        if known is None:
            key: dict[str, Any] = {column: name}
            if parent is not None:
                key["room_id" if table is _WORKPLACES else "service_id"] = parent
            known = session.connection().execute(_row_query(table, key)).scalar()
            if known is not None:
                self.remember(asked, known)
        return known


@dataclass(frozen=True, slots=True)
class CatalogueLoader:
    """Takes over the lines of everything that is sold."""

    context: Context
    catalogue: Catalogue

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """One by one."""
        verdicts = [self._take(session, entry) for entry in entries]
        self.catalogue.forget()
        return verdicts

    def _take(self, session: Session, entry: Entry) -> Verdict:
        try:
            return Verdict(entry, self._upsert(session, entry))
        except Refused as refused:
            return Verdict(entry, Outcome.REFUSED, refused.problems)

    def _upsert(self, session: Session, entry: Entry) -> Outcome:
        match entry.record:
            case ServiceLine() as line:
                values = {"slot_minutes": line.slot_minutes}
                return self._put(session, _SERVICES, {"name": line.name}, values)
            case RoomLine() as line:
                return self._put(session, _ROOMS, self._of_service(session, line), {})
            case VariantLine() as line:
                return self._put(session, _VARIANTS, self._of_service(session, line), {})
            case ModifierLine() as line:
                key = self._of_service(session, line)
                return self._put(session, _MODIFIERS, key, {"price": line.price})
            case WorkplaceLine() as line:
                return self._put(session, _WORKPLACES, self._of_room(session, line), {})
            case TariffLine() as line:
                return self._tariff(session, line)
        raise TypeError(entry.record)

    def _tariff(self, session: Session, line: TariffLine) -> Outcome:
        key = self._of_service(session, line)
        problems = Problems()
        variant = None
        if line.variant is not None:
            variant = self.context.named(
                problems,
                self.catalogue.variant(session, key["service_id"], line.variant),
                "variant",
                Kind.VARIANT,
                line.service,
                line.variant,
            )
        problems.refuse_if_any()
        values = {
            "variant_id": variant,
            "unit": line.unit.value,
            "price": line.price,
            "currency": line.currency or self.context.currency,
            "min_units": line.min_units,
            "max_units": line.max_units,
        }
        return self._put(session, _TARIFFS, key, values)

    def _put(
        self, session: Session, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]
    ) -> Outcome:
        """Write a row, unless it is there as it should be, and tell it in the audit trail."""
        connection = session.connection()
        columns = [table.c[name] for name in values]
        row = connection.execute(_row_query(table, key, *columns)).first()
        if row is None:
            added = connection.execute(insert(table).values({**key, **values}))
            assert added.inserted_primary_key is not None
            outcome, number = Outcome.CREATED, added.inserted_primary_key[0]
        elif tuple(row[1:]) == tuple(values.values()):
            return Outcome.UNCHANGED
        else:
            connection.execute(update(table).where(table.c.id == row.id).values(dict(values)))
            outcome, number = Outcome.UPDATED, row.id
        events.record(
            session,
            at=self.context.now,
            kind=EventKind.CATALOGUE_CHANGED,
            actor=self.context.actor,
            data=noting.sold(table, number, {**key, **values}),
        )
        return outcome

    def _of_service(
        self, session: Session, line: RoomLine | VariantLine | ModifierLine | TariffLine
    ) -> dict[str, Any]:
        return {"service_id": self._service(session, line.service), "name": line.name}

    def _of_room(self, session: Session, line: WorkplaceLine) -> dict[str, Any]:
        service = self._service(session, line.service)
        problems = Problems()
        room = self.context.named(
            problems,
            self.catalogue.room(session, service, line.room),
            "room",
            Kind.ROOM,
            line.service,
            line.room,
        )
        problems.refuse_if_any()
        return {"room_id": room, "label": line.label}

    def _service(self, session: Session, name: str) -> int:
        problems = Problems()
        found = self.context.named(
            problems, self.catalogue.service(session, name), "service", Kind.SERVICE, name
        )
        problems.refuse_if_any()
        assert found is not None
        return found


def _row_query(table: Table, key: Mapping[str, Any], *columns: Any) -> Any:
    conditions = [table.c[name] == value for name, value in key.items()]
    return select(table.c.id, *columns).where(and_(*conditions))
