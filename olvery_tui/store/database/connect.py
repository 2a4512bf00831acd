"""Open a database by its URL, whatever its engine."""

from __future__ import annotations

from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.store.database.engine import Store, parsed_url, shown_url

_SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})
_POSTGRESQL = frozenset({"postgresql", "postgresql+psycopg"})


def open_database(url: str, *, create: bool = True) -> Store:
    """Open the database at a SQLAlchemy URL.

    Examples: `sqlite:////srv/desk/olvery.db`, `postgresql+psycopg://anna@db.example/olvery`.

    A missing file is created (mode 0600, empty) unless `create` is off; its folder must exist, and
    so must a server's database. An existing database is not written to.

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
