"""A database's schema version, and its upgrade to the program's.

Alembic is imported only to change a schema: opening an up-to-date database never waits for it.
"""

from __future__ import annotations

import logging
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlmodel import Session

from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.store.database import chain, guards, shared_values
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Location
from olvery_tui.store.database.revisions import HEAD, REVISIONS

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from alembic.config import Config

_MARKS = frozenset({"location", "ticket", "seat_assignment"})


class SchemaState(StrEnum):
    """A database's schema compared with the program's."""

    EMPTY = "empty"
    CURRENT = "current"
    OLDER = "older"
    NEWER = "newer"
    FOREIGN = "foreign"


_READY = frozenset({SchemaState.CURRENT})
_MIGRATED = frozenset({SchemaState.EMPTY, SchemaState.OLDER, SchemaState.CURRENT})
_REFUSALS = {
    SchemaState.EMPTY: StoreCode.MISSING,
    SchemaState.OLDER: StoreCode.OLDER_SCHEMA,
    SchemaState.NEWER: StoreCode.NEWER_SCHEMA,
    SchemaState.FOREIGN: StoreCode.NOT_A_DATABASE,
}


def state(store: Store) -> SchemaState:
    """Compare an open database's schema with `HEAD`."""
    with store.reading() as session:
        return _state(session.connection(), store)


def require(store: Store) -> None:
    """Check that the schema is the program's own.

    Raises:
        StoreUnavailable: `missing` (the file is empty), `older_schema`, `newer_schema`, or
        `not_a_database` for another program's database.
    """
    _refuse_unless(_READY, state(store), store)


def ensure(store: Store, *, create: bool = True) -> bool:
    """Upgrade a database to `HEAD` if necessary and allowed; return whether it was just created.

    With `create`, missing guards are restored too.

    Raises:
        StoreUnavailable: As `require`; with `create` only the last two.
    """
    with store.reading() as session:
        found = _state(session.connection(), store)
        lacking = found is SchemaState.CURRENT and _is_lacking(session)
    if create and (found in {SchemaState.EMPTY, SchemaState.OLDER} or lacking):
        return upgrade(store) and found is SchemaState.EMPTY
    _refuse_unless(_READY, found, store)
    store.make_ready()
    return False


def create(store: Store, *, name: str, time_zone: str, currency: str) -> bool:
    """Upgrade a database to `HEAD`, add its location if missing; return whether anything changed.

    `time_zone` is an IANA name, `currency` an ISO 4217 code.

    Raises:
        StoreUnavailable: The database can't be written, or belongs to another program.
    """
    return _bring(store, Location(name=name, time_zone=time_zone, currency=currency))


def upgrade(store: Store) -> bool:
    """Upgrade the schema to `HEAD` in one transaction; return whether anything changed.

    Missing guards, what they keep and a missing location are restored. A concurrent second call
    waits and finds nothing to do.

    Raises:
        StoreUnavailable: `newer_schema`, `not_a_database`, or the database can't be written.
    """
    return _bring(store, Location())


def _bring(store: Store, location: Location) -> bool:
    _prepare(store)
    with closing(store.for_bulk()) as bulk, bulk.writing() as session:
        store.wait_for_upgrade(session)
        done = _migrate(session, store)
        if session.get(Location, location.id) is None:
            session.add(location)
            done = True
    return done


def _is_lacking(session: Session) -> bool:
    return bool(guards.broken(session.connection())) or session.get(Location, 1) is None


def _prepare(store: Store) -> None:
    """Set up the database for concurrent use, unless it is not ours to change."""
    _refuse_unless(_MIGRATED, state(store), store)
    store.make_ready()


def _refuse_unless(allowed: frozenset[SchemaState], found: SchemaState, store: Store) -> None:
    if found not in allowed:
        raise StoreUnavailable(_REFUSALS[found], store.label, found.value)


def _state(connection: Connection, store: Store) -> SchemaState:
    tables = store.tables(connection)
    if not tables:
        return SchemaState.EMPTY
    if "alembic_version" not in tables or not tables >= _MARKS:
        return SchemaState.FOREIGN
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    if found == [HEAD]:
        return SchemaState.CURRENT
    return SchemaState.OLDER if len(found) == 1 and found[0] in REVISIONS else SchemaState.NEWER


def _migrate(session: Session, store: Store) -> bool:
    """Run the migrations in the session's transaction, which holds the write lock."""
    connection = session.connection()
    found = _state(connection, store)
    if found is SchemaState.CURRENT:
        missing = guards.broken(connection)
        if missing:
            log.warning("guards were missing and are back: %s", ", ".join(missing))
            with guards.lifted(connection):
                chain.mend(connection)
        return bool(missing) | bool(shared_values.fill(connection))
    _refuse_unless(_MIGRATED, found, store)

    from alembic import command

    command.upgrade(alembic_config(connection), "head")
    return True


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration; it uses `connection` and leaves the commit to its owner."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    return config
