"""What the audit trail records of managers' passwords and of what is sold.

Names are recorded as fingerprints. Of a password the fingerprint covers the salt, which every
terminal may know: one of the hash would let passwords be tried on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, Table, select

from olvery_tui.domain.replay import fingerprint
from olvery_tui.passwords import openly
from olvery_tui.store.database import tables

SOLD: Mapping[str, Table] = {
    "service": tables.SERVICES,
    "room": tables.ROOMS,
    "workplace": tables.WORKPLACES,
    "variant": tables.VARIANTS,
    "tariff": tables.TARIFFS,
    "modifier": tables.MODIFIERS,
    "hours": tables.OPENING_HOURS,
    "closed_day": tables.CLOSED_DAYS,
}
"""What is sold, and when, by its name in an event; the models declare the recorded columns."""

_KINDS = {table.name: what for what, table in SOLD.items()}


def password(known: str | None) -> str | None:
    """What is recorded of a password, from its hash or from what `openly` gives of it."""
    return None if known is None else fingerprint(openly(known))


def sold(table: Table, number: int, row: Mapping[str, Any]) -> dict[str, object]:
    """The data of an event about something that is sold; what `row` lacks is not archived."""
    facts = _facts(table, {"archived": False, **row})
    return {"what": _KINDS[table.name], "number": number, **facts}


def removed(table: Table, number: int) -> dict[str, object]:
    """The data of an event about a row that is deleted."""
    return {"what": _KINDS[table.name], "number": number, "removed": True}


def all_sold(connection: Connection) -> Iterator[tuple[str, int, dict[str, object]]]:
    """Everything that is sold, as it is stored: what it is, its number, and the facts."""
    for what, table in SOLD.items():
        query = select(table.c.id, *_audited(table)).order_by(table.c.id)
        for row in connection.execute(query).mappings():
            yield what, row["id"], _facts(table, dict(row))


def _audited(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.info.get("audited")]


def _facts(table: Table, row: Mapping[str, Any]) -> dict[str, object]:
    names = [column.name for column in _audited(table)]
    return {name.removesuffix("_id"): _recorded(name, row[name]) for name in names}


def _recorded(name: str, value: object) -> object:
    if name in ("name", "label", "reason"):
        return fingerprint(str(value))
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.2f}" if isinstance(value, Decimal) else value
