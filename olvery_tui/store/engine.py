"""One engine per database: how it is opened, how a transaction begins, what its errors mean.

What SQLite does in its own way stands here, in `errors`, in `changes` and in the migrations.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool
from sqlmodel import Session

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.store import chain
from olvery_tui.store.errors import translated, why_not_opened
from olvery_tui.store.texts import readable

BUSY_SECONDS = 5.0
"""How long a connection waits for another one's write before it says that the database is busy."""

CONNECTIONS = 16
"""How many sessions one store may have open at a time; further ones wait."""

_BULK = ("cache_size = -65536", "wal_autocheckpoint = 8192")
"""For who writes much: 64 MB of pages at hand, and 32 MB of log before it is worked in."""

_MODE = "olvery_mode"
_READ = "read"
_WRITE = "write"
_QUERY_ONLY = "olvery_query_only"
_FILE = "olvery_file"


class Store:
    """A database that is open. Its sessions may be used by any thread, each by one at a time."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine
        self._readers = engine.execution_options(**{_MODE: _READ})
        self._writers = engine.execution_options(**{_MODE: _WRITE})

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Store:
        """Open the database at a SQLAlchemy URL, `sqlite:////srv/desk/olvery.db`.

        A file that does not exist is made (mode 0600, empty) unless `create` is off; its folder
        has to be there. Nothing is written to a file that exists.

        Raises:
            StoreUnavailable: `bad_url`, `missing`, `denied`, `not_a_database`, `locked`, ….
        """
        path = path_of(url)
        _make_file(path, create=create)
        store = cls(path, _engine_for(path))
        try:
            with store.raw() as connection:
                connection.execute("PRAGMA schema_version").fetchone()
        except BaseException:
            store.close()
            raise
        return store

    def for_bulk(self) -> Store:
        """The same database for one who writes very much in one thread; to be closed by itself."""
        return Store(self.path, _engine_for(self.path, _BULK))

    @property
    def url(self) -> str:
        """The URL that opens this database again."""
        return f"sqlite:///{self.path}"

    @property
    def dialect(self) -> str:
        """What kind of database it is: `sqlite`."""
        return self._engine.dialect.name

    @property
    def label(self) -> str:
        """Where the database is, as the user is told; never with a password."""
        return str(self.path)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment of the database and can't write.

        Raises:
            StoreUnavailable: the database can't be read.
        """
        with self._session(self._readers) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that holds the write lock from its start; commits unless the block raises.

        Whatever events the block records are sealed before.

        Raises:
            StoreUnavailable: the database can't be written; nothing of the block is kept.
            SeatConflict: a seat that the block assigned is taken.
        """
        with self._session(self._writers) as session:
            session.connection()
            yield session
            chain.seal(session)
            session.commit()

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False) as session:
                yield session
        except exc.TimeoutError as error:
            raise StoreUnavailable("locked", self.label, str(error)) from error

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

        Raises:
            StoreUnavailable: the database can't be used.
        """
        with self.raw() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def identity(self) -> tuple[int, int] | None:
        """Which file stands at `path` now: another one after a restore, None where it is gone."""
        return _identity(self.path)

    def close(self) -> None:
        """Let every connection go. Safe to call twice."""
        self._engine.dispose()


def path_of(url: str) -> Path:
    """The file that a SQLAlchemy URL names.

    Raises:
        StoreUnavailable: `bad_url`: not a URL, not of SQLite, or not of a file.
    """
    try:
        parsed = make_url(url)
    except exc.ArgumentError as error:
        raise StoreUnavailable("bad_url", "", "url") from error
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise StoreUnavailable("bad_url", _shown(parsed), "dialect")
    file = parsed.database or ""
    if not file or file.startswith((":memory:", "file:")) or "?" in url or "\0" in url:
        raise StoreUnavailable("bad_url", _shown(parsed), "path")
    return Path(file).absolute()


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


def _make_file(path: Path, *, create: bool) -> None:
    """Make an empty file that nobody else may read; -wal and -shm take their mode from it."""
    try:
        if create and not path.exists():
            with suppress(FileExistsError):  # somebody else was quicker, or a link leads nowhere
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        if path.is_file():
            return
    except OSError as error:
        raise StoreUnavailable(why_not_made(error), str(path), str(error)) from error
    raise StoreUnavailable(why_not_opened(path), str(path))


def why_not_made(error: OSError) -> str:
    """The code of a file that can't be made."""
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return "missing"
        case errno.EROFS:
            return "read_only"
        case errno.ENOSPC | errno.EDQUOT:
            return "full"
        case errno.EINVAL | errno.ENAMETOOLONG | errno.ELOOP:
            return "bad_url"
    return "denied"


def _connect(path: Path, pragmas: Iterable[str] = ()) -> sqlite3.Connection:
    # mode=rw: a file that went away must not come back as an empty one.
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
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
        pool_timeout=BUSY_SECONDS,
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
