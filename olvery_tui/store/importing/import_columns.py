"""What the columns of tables meant when they were last imported, by a hash of their headings.

A table may come without headings, and then its first row is about a person: no text is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import insert, select, update
from sqlmodel import Session

from olvery_tui.domain.row_kinds import FIELDS, RowKind
from olvery_tui.domain.spreadsheet import ERROR_HEADING, Cell, folded
from olvery_tui.store.database.locks import AdvisoryLock, acquire
from olvery_tui.store.database.tables import IMPORT_COLUMNS


class Known(NamedTuple):
    """What a table was when its headings were imported, which row they are, and each column."""

    kind: RowKind
    at: int
    columns: dict[str, int]


def known(
    session: Session, kinds: Sequence[RowKind], head: Sequence[Sequence[Cell]]
) -> Known | None:
    """Headings among a table's first rows that were imported, as the first of `kinds`."""
    rows = {_hash(row): at for at, row in reversed(list(enumerate(head))) if any(row)}
    query = select(IMPORT_COLUMNS.c.kind, IMPORT_COLUMNS.c.headings, IMPORT_COLUMNS.c.columns)
    query = query.where(IMPORT_COLUMNS.c.kind.in_(kinds), IMPORT_COLUMNS.c.headings.in_(rows))
    answers = session.connection().execute(query).all()
    if not answers:
        return None
    found = min(answers, key=lambda one: kinds.index(RowKind(one.kind)))
    kind, at = RowKind(found.kind), rows[found.headings]
    places = _places(head[at])
    columns = {
        name: places[column]
        for name, column in found.columns.items()
        if name in FIELDS[kind] and isinstance(column, int) and 0 <= column < len(places)
    }
    return Known(kind, at, columns)


def remember(
    session: Session, kind: RowKind, headings: Sequence[str], columns: Mapping[str, int]
) -> None:
    """Keep what the columns of a table mean for the next one with its headings."""
    acquire(session, AdvisoryLock.IMPORTS)
    places = _places(headings)
    kept = {name: places.index(column) for name, column in columns.items() if column in places}
    named = {"kind": kind.value, "headings": _hash(headings)}
    changed = session.connection().execute(
        update(IMPORT_COLUMNS)
        .where(*(IMPORT_COLUMNS.c[name] == value for name, value in named.items()))
        .values(columns=kept)
    )
    if not changed.rowcount:
        session.connection().execute(insert(IMPORT_COLUMNS).values(**named, columns=kept))


def _places(headings: Sequence[Cell]) -> list[int]:
    """The columns that count: a table of refused rows has another one, which says why."""
    return [at for at, one in enumerate(headings) if folded(one) != folded(ERROR_HEADING)]


def _hash(headings: Sequence[Cell]) -> str:
    names = [folded(headings[at]) for at in _places(headings)]
    while names and not names[-1]:
        names.pop()
    return hashlib.sha256(json.dumps(names, ensure_ascii=False).encode()).hexdigest()[:32]
