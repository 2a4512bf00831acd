"""Catalogue entries as «Услуги и места» shows and changes them, archived ones included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.errors import StillUsed
from olvery_tui.domain.items import FIELDS, PARENTS, CatalogueDetails, Item, ItemKind, natural_key
from olvery_tui.store.audit import noting
from olvery_tui.store.database import rows
from olvery_tui.store.database.tables import ROOMS, WORKPLACES


def table_of(kind: ItemKind) -> Table:
    """Return the table of a kind."""
    return noting.SOLD[kind.value]


def _parent(kind: ItemKind) -> str | None:
    """Return the column of the parent's number."""
    return f"{PARENTS[kind].value}_id" if kind in PARENTS else None


def _column(kind: ItemKind, field: str) -> str:
    return "label" if kind is ItemKind.WORKPLACE and field == "name" else field


def _item(kind: ItemKind, row: Row[Any]) -> Item:
    stored, parent = row._mapping, _parent(kind)
    values = {field: stored[field] for field in FIELDS[kind] if field != "name"}
    if kind is ItemKind.TARIFF:
        values |= {"unit": TariffUnit(stored["unit"]), "currency": stored["currency"]}
    return Item(
        kind,
        stored["id"],
        None if parent is None else stored[parent],
        stored[_column(kind, "name")],
        bool(stored["archived"]),
        stored["version"],
        values,
    )


def load(session: Session) -> CatalogueDetails:
    """All entries of every kind, in one query a kind."""
    run = session.connection().execute
    found = [_item(kind, row) for kind in ItemKind for row in run(select(table_of(kind)))]
    return CatalogueDetails(tuple(sorted(found, key=_order)))


def _order(item: Item) -> tuple[Any, ...]:
    return list(ItemKind).index(item.kind), natural_key(item.name), item.id


def get(session: Session, kind: ItemKind, item_id: int) -> Item | None:
    """An entry as it is now."""
    table = table_of(kind)
    row = session.connection().execute(select(table).where(table.c.id == item_id)).first()
    return None if row is None else _item(kind, row)


def neighbours(
    session: Session, kind: ItemKind, parent_id: int | None, exclude: int | None = None
) -> dict[str, bool]:
    """The names of the entries of a kind below a parent, each with whether it is archived; without
    that of the entry with the id `exclude`.
    """
    table, parent = table_of(kind), _parent(kind)
    query = select(table.c[_column(kind, "name")], table.c.archived)
    if parent is not None:
        query = query.where(table.c[parent] == parent_id)
    if exclude is not None:
        query = query.where(table.c.id != exclude)
    return {name: bool(archived) for name, archived in session.connection().execute(query)}


def add(session: Session, kind: ItemKind, parent_id: int | None, values: Mapping[str, Any]) -> Item:
    """Insert an entry."""
    parent = _parent(kind)
    row = {_column(kind, name): value for name, value in values.items()}
    if parent is not None:
        row[parent] = parent_id
    item = get(session, kind, rows.add(session, table_of(kind), **row))
    assert item is not None
    return item


def add_places(
    session: Session, room_id: int, labels: Sequence[str]
) -> list[tuple[Item, dict[str, object]]]:
    """Insert workplaces, no two called the same; each with the data of the event about it."""
    places = [{"room_id": room_id, "label": label} for label in labels]
    query = insert(WORKPLACES).returning(WORKPLACES.c.label, WORKPLACES.c.id)
    numbers = {row.label: row.id for row in session.connection().execute(query, places)}
    return [
        (
            Item(ItemKind.WORKPLACE, numbers[label], room_id, label),
            noting.sold(WORKPLACES, numbers[label], row),
        )
        for label, row in zip(labels, places, strict=True)
    ]


def write(session: Session, item: Item, **values: Any) -> bool:
    """Write columns of an entry; False where it has another version by now."""
    row = {_column(item.kind, name): value for name, value in values.items()}
    return rows.change(session, table_of(item.kind), item.id, item.version, **row)


def remove(session: Session, item: Item) -> dict[str, object]:
    """Delete an entry; return the data of the event about it.

    Raises:
        StillUsed: something names it, says a foreign key; nothing else can be done in the
            transaction then.
    """
    table = table_of(item.kind)
    try:
        session.connection().execute(delete(table).where(table.c.id == item.id))
    except IntegrityError:
        raise StillUsed from None
    return noting.removed(table, item.id)


def facts(session: Session, item: Item) -> dict[str, object]:
    """The data of an event about an entry as it is stored."""
    table = table_of(item.kind)
    query = select(table).where(table.c.id == item.id)
    row = session.connection().execute(query).mappings().one()
    return noting.sold(table, item.id, dict(row))


def tariffs_in_other_currency(session: Session, currency: str) -> list[Item]:
    """The tariffs whose currency is another one."""
    table = table_of(ItemKind.TARIFF)
    query = select(table).where(table.c.currency != currency).order_by(table.c.id)
    return [_item(ItemKind.TARIFF, row) for row in session.connection().execute(query)]


def places_below(session: Session, item: Item) -> Sequence[int]:
    """The ids of the workplaces that an entry is, or has."""
    query = select(WORKPLACES.c.id).join_from(WORKPLACES, ROOMS, ROOMS.c.id == WORKPLACES.c.room_id)
    match item.kind:
        case ItemKind.WORKPLACE:
            query = query.where(WORKPLACES.c.id == item.id)
        case ItemKind.ROOM:
            query = query.where(ROOMS.c.id == item.id)
        case ItemKind.SERVICE:
            query = query.where(ROOMS.c.service_id == item.id)
        case _kind_without_places:
            return ()
    return session.connection().execute(query).scalars().all()
