"""A database of the manual's example that several terminals share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from olvery_tui.store import demo
from tests.databases import Databases
from tests.e2e.terminal import Terminal


@pytest.fixture
def url(engine: str, databases: Databases, request: pytest.FixtureRequest) -> str:
    """The demo data in a database of either engine; on SQLite it is the file of `database`."""
    if engine == "sqlite":
        return f"sqlite:///{request.getfixturevalue('database')}"
    return databases.new(demo.fill)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """The demo data in a file."""
    path = tmp_path / "desk" / "olvery.db"
    path.parent.mkdir()
    demo.create(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def desk(url: str, tmp_path: Path) -> Callable[..., Terminal]:
    """Opens a terminal on the database, at the demo's hour, for a manager of one's own."""

    def opened(manager: str = "Анна Орлова", **options: object) -> Terminal:
        more = options.pop("env", {})
        assert isinstance(more, dict)
        env = {
            "OLVERY_DATABASE_URL": url,
            "OLVERY_MANAGER": manager,
            "OLVERY_NOW": "2022-12-06T10:00:00+03:00",
            "OLVERY_LOG_FILE": str(tmp_path / "olvery-tui.log"),
            **more,
        }
        return Terminal(env=env, **options)  # type: ignore[arg-type]

    return opened
