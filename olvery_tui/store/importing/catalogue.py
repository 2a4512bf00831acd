"""Services, rooms, workplaces, variants, tariffs, modifiers: few, so each is written alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import (
    Kind,
    Line,
    ModifierLine,
    ServiceLine,
    TariffLine,
    WorkplaceLine,
)
from olvery_tui.store.audit import noting
from olvery_tui.store.audit.events import NewEvent, record_many
from olvery_tui.store.database import rows
from olvery_tui.store.importing.context import Entry, Problems, Refused, Verdict
from olvery_tui.store.importing.report import Outcome
from olvery_tui.store.importing.resolver import SOLD, Resolver


@dataclass(frozen=True, slots=True)
class CatalogueLoader:
    """Imports the lines of one kind that is sold."""

    kind: Kind
    resolver: Resolver

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """One by one."""
        verdicts: list[Verdict] = []
        changes: list[NewEvent] = []
        for entry in entries:
            assert entry.record is not None
            try:
                verdicts.append(Verdict(entry, self._write(session, entry.record, changes)))
            except Refused as refused:
                verdicts.append(Verdict(entry, Outcome.REFUSED, refused.problems))
        record_many(session, changes)
        self.resolver.forget()
        return verdicts

    def _write(self, session: Session, line: Line, changes: list[NewEvent]) -> Outcome:
        """Write a row, unless it is there as it should be; `changes` grows by its event."""
        key = self._key(session, line)
        values: dict[str, Any] = {}
        match line:
            case ServiceLine():
                values = {"slot_minutes": line.slot_minutes}
            case ModifierLine():
                values = {"price": line.price}
            case TariffLine():
                values = self._tariff(session, line, key["service_id"])
        table = SOLD[self.kind].table
        names = ("id", "archived", "version", *values)
        same = (table.c[name] == value for name, value in key.items())
        query = select(*(table.c[name] for name in names)).where(*same)
        row = session.connection().execute(query).first()
        archived = False
        if row is None:
            outcome, number = Outcome.CREATED, rows.add(session, table, **key, **values)
        elif tuple(row[3:]) == tuple(values.values()):
            return Outcome.UNCHANGED
        else:
            rows.change(session, table, row.id, row.version, **values)
            outcome, number, archived = Outcome.UPDATED, row.id, row.archived
        facts = {**key, **values, "archived": archived}
        context, data = self.resolver.context, noting.sold(table, number, facts)
        changes.append(NewEvent(context.now, EventKind.CATALOGUE_CHANGED, context.actor, data=data))
        return outcome

    def _key(self, session: Session, line: Any) -> dict[str, Any]:
        if isinstance(line, ServiceLine):
            return {"name": line.name}
        problems, sold = Problems(), self.resolver.sold
        service = sold(session, problems, Kind.SERVICE, "service", None, line.service)
        problems.refuse_if_any()
        if not isinstance(line, WorkplaceLine):
            return {"service_id": service, "name": line.name}
        room = sold(session, problems, Kind.ROOM, "room", service, line.service, line.room)
        problems.refuse_if_any()
        return {"room_id": room, "label": line.label}

    def _tariff(self, session: Session, line: TariffLine, service: int) -> dict[str, Any]:
        problems, variant = Problems(), None
        if line.variant is not None:
            key = (line.service, line.variant)
            variant = self.resolver.sold(session, problems, Kind.VARIANT, "variant", service, *key)
        problems.refuse_if_any()
        return {
            "variant_id": variant,
            "unit": line.unit.value,
            "price": line.price,
            "currency": line.currency or self.resolver.context.currency,
            "min_units": line.min_units,
            "max_units": line.max_units,
        }
