"""Opens a database by its URL, whichever engine keeps it."""

from __future__ import annotations

from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.store.database.engine import Store, parsed_url, shown_url

_SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})
_POSTGRESQL = frozenset({"postgresql", "postgresql+psycopg"})


def open_database(url: str, *, create: bool = True) -> Store:
    """Open the database at a SQLAlchemy URL: `sqlite:////srv/desk/olvery.db` or
    `postgresql+psycopg://anna@db.example/olvery`.

    A file that does not exist is made (mode 0600, empty) unless `create` is off; its folder
    has to be there, and so has a database of a server. Nothing is written to one that exists.

    Raises:
        StoreUnavailable: `bad_url`, `missing`, `denied`, `not_a_database`, `locked`, `lost`, ….
    """
    parsed = parsed_url(url)
    if parsed.drivername in _SQLITE:
        from olvery_tui.store.database.sqlite.store import SqliteStore

        return SqliteStore.at(url, create=create)
    if parsed.drivername in _POSTGRESQL:
        from olvery_tui.store.database.postgres.store import PostgresStore

        return PostgresStore.at(parsed)
    raise StoreUnavailable(StoreCode.BAD_URL, shown_url(parsed), "dialect")
