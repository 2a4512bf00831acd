"""An open database of any engine: `Store`, and the interface that each engine implements.

The engine-specific parts are in `sqlite/` and `postgres/`. Readers and writers (the desk, the
worker, the rest of `store/`) use only this module.
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
"""Seconds that a connection waits for another one's write before the database counts as busy."""


class Seen(Enum):
    """The result of a look at the database."""

    NOTHING = "nothing"
    CHANGE = "change"
    ANOTHER = "another"
    """Another database has replaced it and needs a new watch."""


class Watch(Protocol):
    """A connection that sees others' commits."""

    def wait(self, stop: threading.Event, seconds: float) -> Seen:
        """Wait until somebody commits, `stop` is set or so many seconds have passed.

        Raises:
            StoreUnavailable: The database can't be watched any more, or its schema has changed.
        """
        ...


Require = Callable[["Store"], None]


class Store(ABC):
    """An open database. Its sessions may be used by any thread, but by only one at a time.

    Every method may raise `StoreUnavailable`.
    """

    dialect: ClassVar[str]
    """The kind of database: `sqlite` or `postgresql`."""

    def __init__(self, readers: Engine, writers: Engine) -> None:
        self._readers = readers
        self._writers = writers
        self._closed = threading.Event()
        event.listen(writers.pool, "checkin", self._came_back)

    @property
    @abstractmethod
    def url(self) -> str:
        """The URL that opens this database again, including any password."""

    @property
    @abstractmethod
    def label(self) -> str:
        """Where the database is, for the user; never with a password."""

    @property
    @abstractmethod
    def file(self) -> Path | None:
        """The database file; None for a server."""

    @abstractmethod
    def for_bulk(self) -> Store:
        """Return the same database for bulk writes in one thread; close it separately."""

    @abstractmethod
    def watching(self, require: Require) -> AbstractContextManager[Watch]:
        """Open a separate connection that sees others' commits.

        `require` refuses a schema unknown to the program (`schema.require`); it is called at the
        start and after each schema change.
        """

    @abstractmethod
    def tables(self, connection: Connection) -> frozenset[str]:
        """Return the names of the existing tables."""

    @abstractmethod
    def make_ready(self) -> None:
        """Set up, beside the schema, what concurrent programs need on a new database."""

    @abstractmethod
    def wait_for_upgrade(self, session: Session) -> None:
        """Take an exclusive lock on schema changes until the transaction ends."""

    @abstractmethod
    def refresh_statistics(self) -> None:
        """Update the planner's statistics, after bulk writes."""

    @abstractmethod
    def forget_freed(self) -> None:
        """Overwrite erased data, as far as that is up to the program."""

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a read-only session on one snapshot of the database."""
        with self._session(self._readers) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose block is committed as a whole, or rolled back if it raises.

        SQLite allows one writer, from the block's first moment. PostgreSQL allows many: a block
        must first lock whatever it bases a decision on (`store.database.locks`).

        Events recorded by the block are sealed before the commit.

        Raises:
            StoreUnavailable: The database can't be written, and nothing of the block is kept; only
            with `unsure` the outcome is unknown.
            SeatConflict: A seat that the block assigned is taken.
        """
        with self._session(self._writers) as session:
            self._begin_writing(session)
            yield session
            chain.seal(session)
            self._commit(session)

    def close(self) -> None:
        """Close all connections, those in use once they are returned. Safe to call twice."""
        self._closed.set()
        self._readers.dispose()
        self._writers.dispose()

    def _came_back(self, _connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        # It returns to its original pool, which nobody uses once the store is closed.
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
    """Parse a SQLAlchemy URL. Raises `StoreUnavailable` (`bad_url`)."""
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        # The original error quotes a piece of the URL, which may be part of the password.
        raise StoreUnavailable(StoreCode.BAD_URL, without_secrets(url), "url") from None
    if "@" in (parsed.host or ""):  # of a password that should have been escaped as %40
        raise StoreUnavailable(StoreCode.BAD_URL, without_secrets(url), "url")
    return parsed


def shown_url(url: URL) -> str:
    """Return a URL without its passwords, including those in its query."""
    return without_secrets(url.render_as_string(hide_password=True))
