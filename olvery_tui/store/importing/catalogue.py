"""Services, rooms, workplaces, variants, tariffs and modifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Table, select
from sqlmodel import Session

from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import (
    Kind,
    ModifierLine,
    ServiceLine,
    TariffLine,
    WorkplaceLine,
)
from olvery_tui.store.audit import noting
from olvery_tui.store.audit.events import NewEvent, record_many
from olvery_tui.store.database import rows
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.bulk import insert_many
from olvery_tui.store.importing.context import Entry, Problems, Refused, Verdict
from olvery_tui.store.importing.report import Outcome
from olvery_tui.store.importing.resolver import SOLD, Resolver


class _Wanted(NamedTuple):
    """A row as a line describes it: the columns that name it, and the others that the line sets."""

    entry: Entry
    key: dict[str, Any]
    values: dict[str, Any]

    @property
    def name(self) -> tuple[Any, ...]:
        """What the row is known by."""
        return tuple(self.key.values())


@dataclass(frozen=True, slots=True)
class CatalogueLoader:
    """Imports the lines of one kind that is sold."""

    kind: Kind
    resolver: Resolver

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """Write the rows that are not there as they should be, all new ones at once."""
        verdicts: dict[int, Verdict] = {}
        wanted: list[_Wanted] = []
        for entry in entries:
            try:
                wanted.append(self._wanted(session, entry))
            except Refused as refused:
                verdicts[entry.line] = Verdict(entry, Outcome.REFUSED, refused.problems)
        table, context = self.table, self.resolver.context
        stored = self._stored(session, wanted)
        new = [one for one in wanted if one.name not in stored]
        fresh = {"archived": False, "version": 1}
        insert_many(session, table, [{**one.key, **one.values, **fresh} for one in new])
        added = self._stored(session, new)
        changes: list[NewEvent] = []
        for one in wanted:
            outcome, row = Outcome.CREATED, added.get(one.name) or stored[one.name]
            if one.name in stored:
                same = all(row[name] == value for name, value in one.values.items())
                outcome = Outcome.UNCHANGED if same else Outcome.UPDATED
            if outcome is Outcome.UPDATED:
                rows.change(session, table, row["id"], row["version"], **one.values)
            if outcome is not Outcome.UNCHANGED:
                facts = {**one.key, **one.values, "archived": row["archived"]}
                data = noting.sold(table, row["id"], facts)
                changed = EventKind.CATALOGUE_CHANGED
                changes.append(NewEvent(context.now, changed, context.actor, data=data))
            verdicts[one.entry.line] = Verdict(one.entry, outcome)
        record_many(session, changes)
        self.resolver.forget()
        return [verdicts[entry.line] for entry in entries]

    @property
    def table(self) -> Table:
        """Where these rows are."""
        return SOLD[self.kind].table

    def _stored(
        self, session: Session, wanted: Sequence[_Wanted]
    ) -> dict[tuple[Any, ...], RowMapping]:
        """The rows that are there, by what they are known by."""
        if not wanted:
            return {}
        keys, column = tuple(wanted[0].key), SOLD[self.kind].name
        query = select(self.table).where(any_of(column, "names"))
        names = list({one.key[column.name] for one in wanted})
        found = session.connection().execute(query, {"names": names})
        return {tuple(row[key] for key in keys): row for row in found.mappings()}

    def _wanted(self, session: Session, entry: Entry) -> _Wanted:
        """What a line describes.

        Raises:
            Refused: `depends`, `no_such`.
        """
        line = entry.record
        key, values = self._key(session, line), dict[str, Any]()
        match line:
            case ServiceLine():
                values = {"slot_minutes": line.slot_minutes}
            case ModifierLine():
                values = {"price": line.price}
            case TariffLine():
                values = self._tariff(session, line, key["service_id"])
        return _Wanted(entry, key, values)

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
