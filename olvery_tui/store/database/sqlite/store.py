"""A database in a file: opening, transactions and change detection with SQLite."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool
from sqlmodel import Session

from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.files import is_sidecar
from olvery_tui.store.database import engine as engines
from olvery_tui.store.database.engine import Require, Seen, Store, parsed_url, shown_url
from olvery_tui.store.database.sqlite.errors import translated, why_not_opened
from olvery_tui.store.database.texts import readable

CONNECTIONS = 16
"""Sessions that one store may have open at a time; further ones wait."""

_BULK = ("cache_size = -32768", "wal_autocheckpoint = 65536", "synchronous = NORMAL")
"""Settings for bulk writes.

32 MB of page cache; a checkpoint at 256 MB of log, as pages changed by many transactions are then
written to the file once; syncs only then and at the end. After a power cut the last transactions
may be missing, each as a whole.
"""

_MODE = "olvery_mode"
_READ = "read"
_WRITE = "write"
_QUERY_ONLY = "olvery_query_only"
_FILE = "olvery_file"
_RETRY_SECONDS = 0.05
_PATH_MAX = 512
"""Longest path in bytes that SQLite opens."""


class SqliteStore(Store):
    """An open database file."""

    dialect: ClassVar[str] = "sqlite"

    def __init__(self, path: Path, engine: Engine) -> None:
        super().__init__(
            engine.execution_options(**{_MODE: _READ}), engine.execution_options(**{_MODE: _WRITE})
        )
        self.path = path

    @classmethod
    def at(cls, url: str, *, create: bool) -> SqliteStore:
        """Open the file at a URL; see `open_database`."""
        path = path_of(url)
        is_new = _make_file(path, create=create)
        store = cls(path, _engine_for(path))
        try:
            with store.raw() as connection:
                connection.execute("PRAGMA schema_version").fetchone()
        except BaseException:
            store.close()
            if is_new:
                path.unlink(missing_ok=True)
            raise
        return store

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    @property
    def file(self) -> Path:
        return self.path

    @property
    def label(self) -> str:
        return str(self.path)

    def for_bulk(self) -> SqliteStore:
        return _BulkStore(self.path, _engine_for(self.path, _BULK))

    def tables(self, connection: Connection) -> frozenset[str]:
        found = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return frozenset(found.scalars())

    def make_ready(self) -> None:
        """Enable WAL, so that readers work during a write. The file stores the mode."""
        deadline = time.monotonic() + engines.BUSY_SECONDS
        with self.raw() as connection:
            while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                try:
                    connection.execute("PRAGMA journal_mode = WAL")
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode == sqlite3.SQLITE_READONLY:
                        return  # it can be read all the same; writers get an error
                    # The busy timeout does not apply to this statement.
                    if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                        raise
                    time.sleep(_RETRY_SECONDS)

    def wait_for_upgrade(self, session: Session) -> None:
        """Do nothing: a writer is alone already."""

    def refresh_statistics(self) -> None:
        with self.raw() as connection:
            connection.execute("PRAGMA analysis_limit = 1000")
            connection.execute("ANALYZE")

    @contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """A driver connection outside pool and transactions. May raise `StoreUnavailable`."""
        try:
            connection = _connect(self.path)
            try:
                yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            meaning = translated(error, self.path)
            if meaning is None:
                raise
            raise meaning from error

    def forget_freed(self) -> None:
        """Checkpoint and truncate the log, so that erased data is overwritten in the file.

        While somebody reads, that is left to the next call.
        """
        with self.raw() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def identity(self) -> tuple[int, int] | None:
        """Identify the file at `path`: changes with a restore, None if there is no file."""
        return _identity(self.path)

    @contextmanager
    def watching(self, require: Require) -> Iterator[_Watched]:
        with self.raw() as connection:
            yield _Watched(self, connection, require)


class _BulkStore(SqliteStore):
    """A store that syncs to disk when it is closed instead of at each commit."""

    def close(self) -> None:
        super().close()
        with suppress(StoreUnavailable), self.raw() as connection:  # kept data stays in the log
            connection.execute("PRAGMA busy_timeout = 0")  # don't wait for current readers
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Watched:
    """Watches one file through one connection.

    SQLite counts other connections' commits (`PRAGMA data_version`), which takes some microseconds
    to read.
    """

    def __init__(
        self, store: SqliteStore, connection: sqlite3.Connection, require: Require
    ) -> None:
        self._store = store
        self._require = require
        self._connection = connection
        self._file = store.identity()
        require(store)
        self._schema = self._pragma("schema_version")
        self._data = self._pragma("data_version")

    def wait(self, stop: threading.Event, seconds: float) -> Seen:
        if stop.wait(seconds):
            return Seen.NOTHING
        file = self._store.identity()
        if file is None:
            raise StoreUnavailable(StoreCode.LOST, self._store.label)
        if file != self._file:
            return Seen.ANOTHER
        before, self._data = self._data, self._pragma("data_version")
        if self._data == before:
            return Seen.NOTHING
        if (version := self._pragma("schema_version")) != self._schema:
            self._schema = version
            self._require(self._store)
        return Seen.CHANGE

    def _pragma(self, name: str) -> int:
        value: int = self._connection.execute(f"PRAGMA {name}").fetchone()[0]
        return value


def path_of(url: str) -> Path:
    """Return the file that a URL of SQLite names. Raises `StoreUnavailable` (`bad_url`)."""
    parsed = parsed_url(url)
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise StoreUnavailable(StoreCode.BAD_URL, shown_url(parsed), "dialect")
    file = parsed.database or ""
    unusable = not file or file.startswith((":memory:", "file:")) or "?" in url or "\0" in url
    if unusable or any(map(is_sidecar, (file, os.path.realpath(file)))):
        raise StoreUnavailable(StoreCode.BAD_URL, shown_url(parsed), "path")
    return Path(file).absolute()


def _make_file(path: Path, *, create: bool) -> bool:
    """Create an empty file readable only by its owner; -wal and -shm inherit its mode.

    An existing empty file gets that mode too. Returns whether the file was created.
    """
    is_new = False
    try:
        if create and not path.exists():
            _check_length(path)
            with suppress(FileExistsError):  # created concurrently, or a dangling link
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
                is_new = True
        if path.is_file():
            if create and path.stat().st_size == 0 and path.stat().st_uid == os.getuid():
                path.chmod(0o600)
            return is_new
    except OSError as error:
        raise StoreUnavailable(why_not_made(error), str(path), str(error)) from error
    raise StoreUnavailable(why_not_opened(path), str(path))


def _check_length(path: Path) -> None:
    """Check that the longer names of SQLite's auxiliary files fit as well."""
    name, whole = len(os.fsencode(path.name)), len(os.fsencode(path))
    room = min(os.pathconf(path.parent, "PC_NAME_MAX") - name, _PATH_MAX - whole)
    if room < len("-journal"):
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), str(path))


def why_not_made(error: OSError) -> StoreCode:
    """Return the code for a file that can't be created."""
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return StoreCode.MISSING
        case errno.EROFS:
            return StoreCode.READ_ONLY
        case errno.ENOSPC | errno.EDQUOT:
            return StoreCode.FULL
        case errno.ENAMETOOLONG:
            return StoreCode.LONG_NAME
        case errno.EINVAL | errno.ELOOP:
            return StoreCode.BAD_URL
    return StoreCode.DENIED


def _connect(path: Path, pragmas: Iterable[str] = ()) -> sqlite3.Connection:
    # mode=rw: don't recreate a file that has vanished.
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=engines.BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.text_factory = readable
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _engine_for(path: Path, pragmas: Iterable[str] = ()) -> Engine:
    def connect(entry: ConnectionPoolEntry) -> sqlite3.Connection:
        entry.info[_FILE] = _identity(path)  # first, to notice a replaced file
        return _connect(path, pragmas)

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=CONNECTIONS // 2,
        max_overflow=CONNECTIONS - CONNECTIONS // 2,
        pool_timeout=engines.BUSY_SECONDS,
        hide_parameters=True,
    )

    @event.listens_for(engine, "checkout")
    def same_file(
        _connection: Any, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        # Reopen a file that was replaced (a restore) instead of writing to the unlinked one.
        if entry.info[_FILE] != _identity(path):
            raise exc.DisconnectionError("the file was replaced")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_MODE) == _READ
        if connection.info.get(_QUERY_ONLY, False) is not reads:
            connection.exec_driver_sql(f"PRAGMA query_only = {int(reads)}")
            connection.info[_QUERY_ONLY] = reads
        # IMMEDIATE: the busy timeout does not help a transaction that reads first and writes later.
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    @event.listens_for(engine, "handle_error", retval=True)
    def handle_error(context: ExceptionContext) -> BaseException | None:
        error, connection = context.original_exception, context.connection
        reads = connection is not None and connection.info.get(_QUERY_ONLY)
        if reads and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY:
            return None  # a bug in the program, not the file's fault
        return translated(error, path)

    return engine


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
