"""A database on a PostgreSQL server, shared by several terminals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool
from sqlmodel import Session

from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.store.database import engine as engines
from olvery_tui.store.database import locks
from olvery_tui.store.database.engine import Require, Store, shown_url

try:
    import psycopg

    from olvery_tui.store.database.postgres import driver
    from olvery_tui.store.database.postgres.copying import LABEL
    from olvery_tui.store.database.postgres.errors import translated
    from olvery_tui.store.database.postgres.outcome import MARK, Mark, Outcome, find_out
    from olvery_tui.store.database.postgres.watching import PostgresWatch
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] != "psycopg":
        raise
    raise StoreUnavailable(StoreCode.NO_DRIVER, "postgresql") from error

KEPT, MORE = 2, 1
"""Connections that a terminal keeps, and how many more it opens at peaks.

One more listens. Further requests wait.
"""

UPGRADE_SECONDS = 120
"""How long a terminal waits while another one upgrades the schema."""

_READS = "olvery_reads"

_LOSSES = "losses"
"""Key of a connection's info: the number of lost connections when it was opened."""

_UPGRADE = 0x6F6C7665727901
"""The advisory lock on schema changes: «olvery», 1."""


class PostgresStore(Store):
    """A database on a server."""

    dialect: ClassVar[str] = "postgresql"

    def __init__(self, url: URL, options: dict[str, Any], *, bulk: bool = False) -> None:
        self._url = url
        self._options = options
        self._label = _label(url)
        self._bulk = bulk
        engine = _engine_for(options, self._label, bulk=bulk)
        super().__init__(engine.execution_options(**{_READS: True}), engine)
        self._losses = 0
        event.listen(engine, "connect", self._connected)
        event.listen(engine, "checkout", self._taken)

    @classmethod
    def at(cls, url: URL) -> PostgresStore:
        """Open the database at a URL; see `open_database`."""
        try:
            options = driver.arguments(url)
        except (psycopg.Error, ValueError, exc.ArgumentError) as error:
            raise StoreUnavailable(StoreCode.BAD_URL, shown_url(url), str(error)) from error
        if not url.database:
            raise StoreUnavailable(StoreCode.BAD_URL, shown_url(url), "database")
        store = cls(url, options)
        try:
            with store.reading() as session:
                session.connection().exec_driver_sql("SELECT 1")
        except BaseException:
            store.close()
            raise
        return store

    @property
    def url(self) -> str:
        return self._url.render_as_string(hide_password=False)

    @property
    def label(self) -> str:
        return self._label

    @property
    def file(self) -> None:
        return None

    def for_bulk(self) -> PostgresStore:
        return PostgresStore(self._url, self._options, bulk=True)

    @contextmanager
    def raw(self) -> Iterator[driver.PostgresConnection]:
        """A driver connection outside the pool, with autocommit. May raise `StoreUnavailable`."""
        try:
            with driver.connect(self._options, bulk=self._bulk, autocommit=True) as connection:
                yield connection
        except psycopg.Error as error:
            meaning = translated(error, self._label)
            if meaning is None:
                raise
            raise meaning from error

    @contextmanager
    def watching(self, require: Require) -> Iterator[PostgresWatch]:
        try:
            with self.raw() as connection:
                yield PostgresWatch(self, connection, require)
        except StoreUnavailable as error:
            if error.code == StoreCode.LOST:
                self._forget_connections()
            raise

    def tables(self, connection: Connection) -> frozenset[str]:
        found = connection.exec_driver_sql(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        )
        return frozenset(found.scalars())

    def make_ready(self) -> None:
        """Do nothing: a server needs no setup."""

    def wait_for_upgrade(self, session: Session) -> None:
        run = session.connection().exec_driver_sql
        run("SET LOCAL statement_timeout = 0")
        run("SET LOCAL idle_in_transaction_session_timeout = 0")
        run(f"SET LOCAL lock_timeout = '{UPGRADE_SECONDS}s'")
        run(f"SELECT pg_advisory_xact_lock({_UPGRADE})")

    def refresh_statistics(self) -> None:
        """Vacuum and analyze the owner's tables; the server does others by itself after a while.

        Until a table's page is known to be visible to all, index lookups also read the table: a
        year of the list takes three times as long.
        """
        with closing(self.for_bulk()) as bulk, bulk.raw() as connection:
            connection.execute("VACUUM (ANALYZE)")

    def forget_freed(self) -> None:
        """Do nothing: the server removes old row versions (autovacuum), and its log in time."""

    def _begin_writing(self, session: Session) -> None:
        """Lock out other writers for bulk work, which reads much and writes based on it."""
        (locks.write_alone if self._bulk else locks.write_with_others)(session)

    def _commit(self, session: Session) -> None:
        """Commit; if no answer comes, find out whether the commit happened, or say `unsure`."""
        session.flush()
        mark = Mark(*session.connection().exec_driver_sql(MARK).one())
        try:
            session.commit()
        except StoreUnavailable as error:
            if mark.number is None or error.code != StoreCode.LOST:
                raise
            match find_out(mark, self._connect, self._closed):
                case Outcome.COMMITTED:
                    return
                case Outcome.UNDONE:
                    raise
            raise StoreUnavailable(StoreCode.UNSURE, self._label, error.detail) from error

    def _connect(self) -> driver.PostgresConnection:
        return driver.connect(self._options, autocommit=True)

    def _forget_connections(self) -> None:
        """Discard the older connections, each at its next checkout."""
        self._losses += 1

    def _connected(self, _connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        entry.info[_LOSSES] = self._losses

    def _taken(
        self, connection: Any, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        # A restarted server has announced it on every idle connection.
        if connection.has_news:
            raise exc.InvalidatePoolError("the server has closed the connection")
        if entry.info[_LOSSES] != self._losses:
            raise exc.DisconnectionError("the line to the server was lost since")


def _label(url: URL) -> str:
    """Return `anna@db.example:5433/olvery`."""
    hosts = url.query.get("host", ())
    several = [hosts] if isinstance(hosts, str) else list(hosts)
    host = ",".join(several) or url.host or "localhost"
    port = f":{url.port}" if url.port else ""
    user = f"{url.username}@" if url.username else ""
    return f"{user}{host}{port}/{url.database}"


def _engine_for(options: dict[str, Any], label: str, *, bulk: bool) -> Engine:
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: driver.connect(options, bulk=bulk),
        poolclass=QueuePool,
        pool_size=KEPT,
        max_overflow=MORE,
        pool_timeout=engines.BUSY_SECONDS,
        pool_use_lifo=True,
        use_native_hstore=False,
        hide_parameters=True,
        execution_options={LABEL: label},
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # The driver adds it to the BEGIN before the first statement, whatever the server's default
        # is. Writability is left to the server: a read-only one must report it itself when a change
        # is made.
        reads = _READS in connection.get_execution_options()
        plain: Any = connection.connection.driver_connection
        plain.read_only = True if reads else None
        level = psycopg.IsolationLevel
        plain.isolation_level = level.REPEATABLE_READ if reads else level.READ_COMMITTED

    @event.listens_for(engine, "handle_error", retval=True)
    def handle_error(context: ExceptionContext) -> BaseException | None:
        error, connection = context.original_exception, context.connection
        reads = connection is not None and _READS in connection.get_execution_options()
        if reads and isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
            return None  # a bug in the program, not the server's fault
        return translated(error, label)

    return engine
