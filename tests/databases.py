"""Databases for tests, of either engine: each a copy of one that was filled once."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from tests.cluster import Cluster, roomy_folder

ENGINES = ("sqlite", "postgresql")

Fill = Callable[[Store], None]
"""Makes a database what it has to be; it is found empty, and may be closed afterwards."""


@cache
def the_cluster() -> Cluster:
    """The server of this process, which runs from its first use until `remove_the_cluster`."""
    return Cluster()


def remove_the_cluster() -> None:
    """Stop the server of this process and delete its databases, if it was ever used."""
    if the_cluster.cache_info().currsize:
        the_cluster().remove()
        the_cluster.cache_clear()


def empty(store: Store) -> None:
    """The present schema, a location and nothing else."""
    schema.create(store, name="Olvery", time_zone="Europe/Moscow", currency="RUB")


class Databases:
    """Databases of one engine, gone when this is closed."""

    def __init__(self, engine: str) -> None:
        self.engine = engine
        self._folder = TemporaryDirectory(prefix="olvery-databases-", dir=roomy_folder())
        self._numbers = count(1)
        self._made: list[str] = []

    def new(self, fill: Fill = empty) -> str:
        """The URL of a new database, filled so."""
        if self.engine == "sqlite":
            folder = Path(self._folder.name) / str(next(self._numbers))
            folder.mkdir()
            path = folder / "olvery.db"
            path.write_bytes(_filled_file(fill))
            path.chmod(0o600)
            return f"sqlite:///{path}"
        server = the_cluster()
        self._made.append(server.create(_filled_database(fill)))
        return server.url(self._made[-1])

    def blank(self) -> str:
        """The URL of a database without a schema."""
        if self.engine == "sqlite":
            return f"sqlite:///{self._folder.name}/blank-{next(self._numbers)}.db"
        self._made.append(the_cluster().create())
        return the_cluster().url(self._made[-1])

    def copy(self, url: str) -> str:
        """The URL of a copy of a database that nobody has open."""
        if self.engine == "sqlite":
            path = Path(self._folder.name) / f"copy-{next(self._numbers)}.db"
            return f"sqlite:///{shutil.copy2(url.removeprefix('sqlite:///'), path)}"
        self._made.append(the_cluster().create(name_in(url)))
        return the_cluster().url(self._made[-1])

    def close(self) -> None:
        """Delete them all."""
        while self._made:
            the_cluster().drop(self._made.pop())
        self._folder.cleanup()


def name_in(url: str) -> str:
    """The name of a server's database."""
    return url.partition("@/")[2].partition("?")[0]


def dump(store: Store) -> str:
    """The schema and the rows of a database, as its engine's own tool writes them."""
    if store.file is None:
        return the_cluster().dump(name_in(store.url))
    with closing(sqlite3.connect(store.file)) as connection:
        return "\n".join(connection.iterdump())


def everything_in(store: Store) -> Iterator[bytes]:
    """All that a database holds: the files of SQLite, or a server's rows of each table."""
    if store.file is not None:
        for path in store.file.parent.iterdir():
            yield path.read_bytes()
        return
    with store.reading() as session:
        for name in sorted(store.tables(session.connection())):
            rows = session.connection().exec_driver_sql(f"SELECT {name}::text FROM {name}")
            yield "\n".join(rows.scalars()).encode()


@cache
def _filled_file(fill: Fill) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "olvery.db"
        with closing(open_database(f"sqlite:///{path}")) as store:
            fill(store)
        return path.read_bytes()


@cache
def _filled_database(fill: Fill) -> str:
    name = the_cluster().create()
    with closing(open_database(the_cluster().url(name))) as store:
        fill(store)
    return name
