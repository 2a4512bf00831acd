"""A whole desk from one database into another one, whichever engines keep them.

All of it in one transaction, or nothing. Before it is committed, everything is read back and
compared: how many rows each table has, and a checksum of every value in them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    Table,
    Text,
    cast,
    delete,
    exc,
    func,
    select,
    text,
    type_coerce,
)
from sqlmodel import Session, SQLModel

from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.store.database import guards, models, schema
from olvery_tui.store.database.bulk import insert_values
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.moments import from_micros
from olvery_tui.store.database.types import Money, UtcDateTime

Rows = list[tuple[Any, ...]]

_ = models  # the tables are in the metadata once they are imported

CHUNK = 5_000
"""Rows that are read, written and compared at a time."""

_MADE_WITH_THE_SCHEMA = [SQLModel.metadata.tables[name] for name in ("location", "event_chain")]


@dataclass(frozen=True, slots=True)
class Progress:
    """How much is done: rows written and rows compared count both, so `total` is twice the rows."""

    table: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds: how many rows, and a checksum over them in the order of their keys."""

    rows: int
    checksum: str


def copy(
    source: Store,
    target: Store,
    *,
    verify: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
) -> Mapping[str, Sum]:
    """Copy everything as it is at one moment; what each table holds then.

    The target is made where it has no schema yet. What others write to the source meanwhile is not
    in the copy.

    Raises:
        StoreUnavailable: `occupied`, the target holds something already; `differs`, what was
            written does not read back the same; `unfit`, the target can't hold a value; whatever
            keeps either from being used. Nothing is in the target then.
    """
    schema.require(source)
    schema.upgrade(target)
    try:
        with (
            # It waits longer between two questions than a terminal may: while the rest is compared.
            closing(source.for_bulk()) as whole,
            whole.reading() as reader,
            closing(target.for_bulk()) as bulk,
            bulk.writing() as writer,
        ):
            found = _Copy(reader, writer, target.label, on_progress).run(verify=verify)
    except (exc.IntegrityError, exc.DataError) as error:
        raise StoreUnavailable(StoreCode.UNFIT, target.label, str(error.orig)) from error
    target.refresh_statistics()
    return found


def tables() -> list[Table]:
    """Every table, each behind those that it refers to."""
    return list(SQLModel.metadata.sorted_tables)


def summed(session: Session, table: Table) -> Sum:
    """What a table holds now."""
    return _summed(_chunks(session, table))


class _Copy:
    """One copy while it runs."""

    def __init__(
        self,
        source: Session,
        target: Session,
        label: str,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._source = source
        self._target = target
        self._label = label
        self._on_progress = on_progress
        self._done = 0
        self._total = 0

    def run(self, *, verify: bool) -> dict[str, Sum]:
        """Copy, and compare if asked to."""
        with guards.lifted(self._target.connection()):
            self._clear()
            return self._copy(verify=verify)

    def _copy(self, *, verify: bool) -> dict[str, Sum]:
        counts = {table.name: _count(self._source, table) for table in tables()}
        self._total = sum(counts.values()) * (2 if verify else 1)
        with _quickly(self._target.connection()):
            written = {table.name: self._write(table) for table in tables()}
        settle_sequences(self._target)
        for table in tables() if verify else ():
            found = _summed(self._with_progress(table, _chunks(self._target, table)))
            if found != written[table.name]:
                raise StoreUnavailable(StoreCode.DIFFERS, self._label, table.name)
        return written

    def _clear(self) -> None:
        """A new database has a location without a name of its own, a chain without a seal, and
        nothing else.
        """
        for table in tables():
            if table not in _MADE_WITH_THE_SCHEMA and _count(self._target, table):
                raise StoreUnavailable(StoreCode.OCCUPIED, self._label, table.name)
        for table in _MADE_WITH_THE_SCHEMA:
            self._target.connection().execute(delete(table))

    def _write(self, table: Table) -> Sum:
        def copied() -> Iterator[Rows]:
            names = [column.name for column in table.columns]
            with closing(_chunks(self._source, table)) as chunks:
                for rows in chunks:
                    insert_values(self._target, table, names, self._for_target(table, rows))
                    yield rows

        return _summed(self._with_progress(table, copied()))

    def _for_target(self, table: Table, rows: Rows) -> Rows:
        """Return the rows as the target's driver takes them: SQLite as they are."""
        if self._target.connection().dialect.name == "sqlite":
            return rows
        makes = [_MADE.get(type(column.type)) for column in table.columns]
        columns = (
            values if make is None else [None if value is None else make(value) for value in values]
            for make, values in zip(makes, zip(*rows, strict=True), strict=True)
        )
        return list(zip(*columns, strict=True))

    def _with_progress(self, table: Table, chunks: Iterator[Rows]) -> Iterator[Rows]:
        for rows in chunks:
            yield rows
            self._done += len(rows)
            if self._on_progress:
                self._on_progress(Progress(table.name, self._done, self._total))


def _quickly(connection: Connection) -> AbstractContextManager[None]:
    """Prepare a new database for being filled at once."""
    if connection.dialect.name != "postgresql":
        return nullcontext()
    from olvery_tui.store.database.postgres.copying import without_indexes

    return without_indexes(connection)


def settle_sequences(session: Session) -> None:
    """Let new rows be numbered behind those that came with their numbers."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return  # SQLite looks at the table
    for table in tables():
        key = table.autoincrement_column
        if key is None or not isinstance(key.type, Integer):
            continue
        highest = connection.execute(select(func.max(key))).scalar()
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :next, false)"),
            {"table": table.name, "column": key.name, "next": (highest or 0) + 1},
        )


def _count(session: Session, table: Table) -> int:
    found: int = session.connection().execute(select(func.count()).select_from(table)).scalar_one()
    return found


def _chunks(session: Session, table: Table) -> Generator[Rows, None, None]:
    connection = session.connection()
    columns = [_plain(column, connection.dialect.name) for column in table.columns]
    query = select(*columns).order_by(*table.primary_key.columns)
    by_chunk = {"yield_per": CHUNK}
    with connection.execute(query, execution_options=by_chunk) as found:
        for rows in found.partitions():
            yield list(map(tuple, rows))


_MADE: Mapping[type, Callable[[Any], Any]] = {
    UtcDateTime: from_micros,
    Boolean: bool,
    Date: date.fromisoformat,
}
"""What PostgreSQL's driver takes for the plain values of these types."""


def _plain(column: Column[Any], dialect: str) -> Any:
    """Return the column as SQLite keeps it, whichever engine does: numbers, texts, moments in
    microseconds. Nothing has to be converted, and the sums are the same on every engine.
    """
    match column.type:
        case UtcDateTime() if dialect == "postgresql":
            return cast(func.extract("epoch", column) * 1_000_000, BigInteger)
        case UtcDateTime() | Money():
            return type_coerce(column, BigInteger)
        case Boolean():
            return cast(column, Integer)
        case JSON() | Date():
            return cast(column, Text)
    return column


def _summed(chunks: Iterator[Rows]) -> Sum:
    digest, count = blake2b(digest_size=16), 0
    for rows in chunks:
        count += len(rows)
        digest.update(to_json(rows, bytes_mode="base64"))
    return Sum(count, digest.hexdigest())
