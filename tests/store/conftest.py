"""A real database for each test: made once, then copied."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui.store.database import engine as engines
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.postgres import watching
from tests.databases import Databases
from tests.store import outside
from tests.store.witness import PATIENCE, Witness


@pytest.fixture(scope="module")
def empty(module_databases: Databases) -> Iterator[Store]:
    """A database that every example fills and leaves empty again."""
    with closing(open_database(module_databases.new())) as store:
        yield store


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database at the present schema with a location and nothing else; to be copied only."""
    path = tmp_path_factory.mktemp("template") / "olvery.db"
    store = open_database(f"sqlite:///{path}")
    schema.create(store, name="Olvery", time_zone="Europe/Moscow", currency="RUB")
    store.close()
    return path


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Path:
    """The file of a database of the test's own."""
    return Path(shutil.copy2(empty_database, tmp_path / "olvery.db"))


@pytest.fixture
def store(engine: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    """The test's own database, open; who also asks for `database` or its folder has that file."""
    if engine == "sqlite" and {"database", "plain", "tmp_path"} & set(request.fixturenames):
        url = f"sqlite:///{request.getfixturevalue('database')}"
    else:
        url = request.getfixturevalue("databases").new()
    with closing(open_database(url)) as store:
        yield store


@pytest.fixture
def plain(database: Path) -> Iterator[sqlite3.Connection]:
    """The test's own database as another program has it: furnished, foreign keys off."""
    with closing(outside.connect(database)) as connection:
        outside.furnish(connection)
        yield connection


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy database is told after a moment instead of five seconds."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.05)


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Callable[[Store], Witness]:
    """Starts a watch of a server, and waits until it listens."""
    begun = threading.Semaphore(0)
    listens = watching.PostgresWatch._listens

    def told(self: watching.PostgresWatch) -> bool:
        found = listens(self)
        begun.release()
        return found

    monkeypatch.setattr(watching.PostgresWatch, "_listens", told)

    def start(store: Store) -> Witness:
        witness = Witness(store)
        assert begun.acquire(timeout=PATIENCE)
        return witness

    return start
