"""A database in a file: how SQLite opens it, begins a transaction, and sees what others commit."""

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
"""How many sessions one store may have open at a time; further ones wait."""

_BULK = ("cache_size = -65536", "wal_autocheckpoint = 65536", "synchronous = NORMAL")
"""For who writes much: 64 MB of pages at hand; 256 MB of log before it is worked in, for what many
transactions change is then written to the file once; and the disk is waited for only then, and at
the end. After a power cut the last transactions may be missing, each whole.
"""

_MODE = "olvery_mode"
_READ = "read"
_WRITE = "write"
_QUERY_ONLY = "olvery_query_only"
_FILE = "olvery_file"
_RETRY_SECONDS = 0.05
_PATH_MAX = 512
"""Bytes of the longest path that SQLite opens."""


class SqliteStore(Store):
    """A database file that is open."""

    dialect: ClassVar[str] = "sqlite"

    def __init__(self, path: Path, engine: Engine) -> None:
        super().__init__(
            engine.execution_options(**{_MODE: _READ}), engine.execution_options(**{_MODE: _WRITE})
        )
        self.path = path

    @classmethod
    def at(cls, url: str, *, create: bool) -> SqliteStore:
        """Open the file that a URL names; see `open_database`."""
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
        """Let readers go on while somebody writes. Kept in the file: one look is usually enough."""
        deadline = time.monotonic() + engines.BUSY_SECONDS
        with self.raw() as connection:
            while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                try:
                    connection.execute("PRAGMA journal_mode = WAL")
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode == sqlite3.SQLITE_READONLY:
                        return  # it can be read all the same; who writes is told
                    # The busy timeout does not hold for this statement.
                    if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                        raise
                    time.sleep(_RETRY_SECONDS)

    def wait_for_upgrade(self, session: Session) -> None:
        """Who writes is alone already."""

    def refresh_statistics(self) -> None:
        with self.raw() as connection:
            connection.execute("PRAGMA analysis_limit = 1000")
            connection.execute("ANALYZE")

    @contextmanager
    def raw(self) -> Iterator[sqlite3.Connection]:
        """A driver's connection of its own, outside the pool and any transaction; closed after.

        Raises:
            StoreUnavailable: the database can't be used.
        """
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
        """Work the log into the file, where what was erased is overwritten, and empty it.

        While somebody reads, that is left to the next one.
        """
        with self.raw() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def identity(self) -> tuple[int, int] | None:
        """Which file stands at `path` now: another one after a restore, None where it is gone."""
        return _identity(self.path)

    @contextmanager
    def watching(self, require: Require) -> Iterator[_Watched]:
        with self.raw() as connection:
            yield _Watched(self, connection, require)


class _BulkStore(SqliteStore):
    """One that waits for the disk when it is closed instead of at each commit."""

    def close(self) -> None:
        super().close()
        with suppress(StoreUnavailable), self.raw() as connection:  # what is kept stays in the log
            connection.execute("PRAGMA busy_timeout = 0")  # who reads just now may go on
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Watched:
    """One file, seen through one connection.

    SQLite counts the commits of other connections (`PRAGMA data_version`), which costs some
    microseconds to ask.
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
        if self._was_replaced():
            return Seen.ANOTHER
        return Seen.CHANGE if self._has_changed() else Seen.NOTHING

    def _was_replaced(self) -> bool:
        """Whether another file stands in its place.

        Raises:
            StoreUnavailable: `lost`: nothing does.
        """
        now = self._store.identity()
        if now is None:
            raise StoreUnavailable(StoreCode.LOST, self._store.label)
        return now != self._file

    def _has_changed(self) -> bool:
        """Whether anybody has committed since the last look.

        Raises:
            StoreUnavailable: what was committed is a schema that this program does not know.
        """
        data = self._pragma("data_version")
        if data == self._data:
            return False
        self._data = data
        if (version := self._pragma("schema_version")) != self._schema:
            self._schema = version
            self._require(self._store)
        return True

    def _pragma(self, name: str) -> int:
        value: int = self._connection.execute(f"PRAGMA {name}").fetchone()[0]
        return value


def path_of(url: str) -> Path:
    """The file that a SQLAlchemy URL names.

    Raises:
        StoreUnavailable: `bad_url`: not a URL, not of SQLite, or not of a file.
    """
    parsed = parsed_url(url)
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise StoreUnavailable(StoreCode.BAD_URL, shown_url(parsed), "dialect")
    file = parsed.database or ""
    unusable = not file or file.startswith((":memory:", "file:")) or "?" in url or "\0" in url
    if unusable or any(map(is_sidecar, (file, os.path.realpath(file)))):
        raise StoreUnavailable(StoreCode.BAD_URL, shown_url(parsed), "path")
    return Path(file).absolute()


def _make_file(path: Path, *, create: bool) -> bool:
    """Make an empty file that nobody else may read; -wal and -shm take their mode from it.

    One that is there and empty becomes such a file. Returns whether it was made just now.
    """
    is_new = False
    try:
        if create and not path.exists():
            _check_length(path)
            with suppress(FileExistsError):  # somebody else was quicker, or a link leads nowhere
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
    """What SQLite keeps beside the file has a longer name, and has to fit as well.

    Raises:
        OSError: ENAMETOOLONG.
    """
    name, whole = len(os.fsencode(path.name)), len(os.fsencode(path))
    room = min(os.pathconf(path.parent, "PC_NAME_MAX") - name, _PATH_MAX - whole)
    if room < len("-journal"):
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), str(path))


def why_not_made(error: OSError) -> StoreCode:
    """The code of a file that can't be made."""
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
    # mode=rw: a file that went away must not come back as an empty one.
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
        entry.info[_FILE] = _identity(path)  # before: a file that comes in between is noticed
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
        # A file that was replaced (a restore) is opened anew instead of written to where nobody
        # will ever read it.
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
            return None  # a fault of the program, not of the file
        return translated(error, path)

    return engine


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
