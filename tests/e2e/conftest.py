"""A database of the manual's example that several terminals share."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui.store import demo
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from tests.databases import Databases
from tests.e2e.terminal import Terminal
from tests.ways_in import by_key, login_of


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual's example, made once; its managers come in by key."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    with closing(demo.create(f"sqlite:///{path}")) as store:
        by_key(store)
    return path


@pytest.fixture
def url(engine: str, databases: Databases, request: pytest.FixtureRequest) -> str:
    """The demo data in a database of either engine; on SQLite it is the file of `database`."""
    if engine == "sqlite":
        return f"sqlite:///{request.getfixturevalue('database')}"
    return databases.new(_demo_by_key)


def _demo_by_key(store: Store) -> None:
    demo.fill(store)
    by_key(store)


@pytest.fixture
def database(demo_database: Path, tmp_path: Path) -> Path:
    """The demo data in a file that the terminals of one test share."""
    folder = tmp_path / "desk"
    folder.mkdir()
    return Path(shutil.copy(demo_database, folder / "olvery.db"))


@pytest.fixture
def desk(url: str, tmp_path: Path) -> Callable[..., Terminal]:
    """Opens a terminal on the database, at the demo's hour, for a manager of one's own."""

    def opened(manager: str = "Анна Орлова", **options: object) -> Terminal:
        more = options.pop("env", {})
        assert isinstance(more, dict)
        with closing(open_database(url)) as store:
            login = login_of(store, manager)
        env = {
            "OLVERY_DATABASE_URL": url,
            "OLVERY_NOW": "2022-12-06T10:00:00+03:00",
            "OLVERY_LOG_FILE": str(tmp_path / "olvery-tui.log"),
            **more,
        }
        return Terminal("--login", login, env=env, **options)  # type: ignore[arg-type]

    return opened
