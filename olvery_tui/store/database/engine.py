"""A database that is open, whichever engine keeps it: `Store`, and what each engine must bring.

What the engines do in their own way stands in `sqlite_store` and in `postgres/`. Who asks and who
writes (the desk, the worker, the rest of `store/`) knows only what stands here.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import Enum
from pathlib import Path
from typing import ClassVar, Protocol

from sqlalchemy import Connection, Engine, event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.domain.text import without_secrets
from olvery_tui.store.database import chain

__all__ = [
    "BUSY_SECONDS",
    "Require",
    "Seen",
    "Session",
    "Store",
    "Watch",
    "parsed_url",
    "shown_url",
]

BUSY_SECONDS = 5.0
"""How long a connection waits for another one's write before it says that the database is busy."""


class Seen(Enum):
    """What a look at the database has shown."""

    NOTHING = "nothing"
    CHANGE = "change"
    ANOTHER = "another"
    """Another database stands in its place, and wants a watch of its own."""


class Watch(Protocol):
    """A connection that sees what others commit."""

    def wait(self, stop: threading.Event, seconds: float) -> Seen:
        """Wait until somebody commits, `stop` is set or so many seconds are over.

        Raises:
            StoreUnavailable: nobody can know any more, or the schema is another one now.
        """
        ...


Require = Callable[["Store"], None]


class Store(ABC):
    """A database that is open. Its sessions may be used by any thread, each by one at a time."""

    dialect: ClassVar[str]
    """What kind of database it is: `sqlite` or `postgresql`."""

    def __init__(self, readers: Engine, writers: Engine) -> None:
        self._readers = readers
        self._writers = writers
        self._closed = threading.Event()
        event.listen(writers.pool, "checkin", self._came_back)

    @property
    @abstractmethod
    def url(self) -> str:
        """The URL that opens this database again; with the password, if it has one."""

    @property
    @abstractmethod
    def label(self) -> str:
        """Where the database is, as the user is told; never with a password."""

    @property
    @abstractmethod
    def file(self) -> Path | None:
        """The file that the database is; None where a server keeps it."""

    @abstractmethod
    def for_bulk(self) -> Store:
        """The same database for one who writes very much in one thread; to be closed by itself."""

    @abstractmethod
    def watching(self, require: Require) -> AbstractContextManager[Watch]:
        """A connection of its own that sees what others commit.

        `require` refuses a schema that the program does not know (`schema.require`); it is called
        at the start and after each change of the schema.

        Raises:
            StoreUnavailable: the database can't be watched, or `require` refuses it.
        """

    @abstractmethod
    def tables(self, connection: Connection) -> frozenset[str]:
        """The names of the tables that are there."""

    @abstractmethod
    def make_ready(self) -> None:
        """What several programs need to work on a new database, beside its schema.

        Raises:
            StoreUnavailable: it can't be done now.
        """

    @abstractmethod
    def wait_for_upgrade(self, session: Session) -> None:
        """Be the only one who changes the schema until the transaction ends.

        Raises:
            StoreUnavailable: somebody else has been at it for too long.
        """

    @abstractmethod
    def refresh_statistics(self) -> None:
        """Bring up to date what queries are planned by, after very much was written."""

    @abstractmethod
    def forget_freed(self) -> None:
        """Overwrite what was erased, as far as that is for the program to do.

        Raises:
            StoreUnavailable: the database can't be used.
        """

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
        """A session whose block is kept whole, unless it raises: then nothing of it is.

        SQLite lets one write at a time, from the block's first moment. PostgreSQL lets all of them:
        what a block decides by, it locks first (`store.locks`).

        Whatever events the block records are sealed before.

        Raises:
            StoreUnavailable: the database can't be written; nothing of the block is kept. Only
                `unsure` says that nobody can tell.
            SeatConflict: a seat that the block assigned is taken.
        """
        with self._session(self._writers) as session:
            self._begin_writing(session)
            yield session
            chain.seal(session)
            self._commit(session)

    def close(self) -> None:
        """Let every connection go, those in use when they are done. Safe to call twice."""
        self._closed.set()
        self._readers.dispose()
        self._writers.dispose()

    def _came_back(self, _connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        # It comes back to the pool it was taken from, which is nobody's once the store is closed.
        if self._closed.is_set():
            entry.invalidate()

    def _begin_writing(self, session: Session) -> None:
        session.connection()

    def _commit(self, session: Session) -> None:
        session.commit()

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False) as session:
                yield session
        except exc.TimeoutError as error:
            raise StoreUnavailable(StoreCode.LOCKED, self.label, str(error)) from error


def parsed_url(url: str) -> URL:
    """The parts of a SQLAlchemy URL.

    Raises:
        StoreUnavailable: `bad_url`: it is none.
    """
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        # What is wrong would be told with a piece of the URL, which may be one of the password.
        raise StoreUnavailable(StoreCode.BAD_URL, without_secrets(url), "url") from None
    if "@" in (parsed.host or ""):  # of a password that should have been written as %40
        raise StoreUnavailable(StoreCode.BAD_URL, without_secrets(url), "url")
    return parsed


def shown_url(url: URL) -> str:
    """A URL without its passwords, also those behind its question mark."""
    return without_secrets(url.render_as_string(hide_password=True))
