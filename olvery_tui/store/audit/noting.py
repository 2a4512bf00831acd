"""What the audit trail records of managers' passwords and of what is sold.

Of names it tells fingerprints. Of a password it tells one of the salt, which every terminal may
know: one of the hash would let passwords be tried on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, select

from olvery_tui.domain.replay import fingerprint
from olvery_tui.passwords import openly
from olvery_tui.store.database import models

_TABLES = models.Event.metadata.tables

SOLD: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "service": (_TABLES["service"], ("name", "slot_minutes")),
    "room": (_TABLES["room"], ("service_id", "name")),
    "workplace": (_TABLES["workplace"], ("room_id", "label")),
    "variant": (_TABLES["service_variant"], ("service_id", "name")),
    "tariff": (
        _TABLES["tariff"],
        (
            "service_id", "variant_id", "name", "unit", "price", "currency", "min_units",
            "max_units",
        ),
    ),
    "modifier": (_TABLES["modifier"], ("service_id", "name", "price")),
}  # fmt: skip
"""What is sold: where it stands, and the columns that are told of it."""

_KINDS = {table.name: what for what, (table, _columns) in SOLD.items()}


def password(known: str | None) -> str | None:
    """What is told of a password, from its hash or from what `openly` gives of it."""
    return None if known is None else fingerprint(openly(known))


def sold(table: Table, number: int, row: Mapping[str, Any]) -> dict[str, object]:
    """What an event tells of something that is sold."""
    what = _KINDS[table.name]
    return {"what": what, "number": number, **_facts(row, SOLD[what][1])}


def all_sold(connection: Connection) -> Iterator[tuple[str, int, dict[str, object]]]:
    """What is stored of everything that is sold: what it is, its number, and the facts."""
    for what, (table, columns) in SOLD.items():
        query = select(table.c.id, *(table.c[name] for name in columns)).order_by(table.c.id)
        for row in connection.execute(query).mappings():
            yield what, row["id"], _facts(dict(row), columns)


def _facts(row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, object]:
    return {name.removesuffix("_id"): _recorded(name, row[name]) for name in columns}


def _recorded(name: str, value: object) -> object:
    if name in ("name", "label"):
        return fingerprint(str(value))
    return f"{value:.2f}" if isinstance(value, Decimal) else value
