"""A second database, to bring into it what the first one has."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui.store.database.connect import open_database
from tests.store.import_files import Importing


@pytest.fixture
def empty(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Importing]:
    """A second database."""
    if engine == "sqlite":
        found = request.getfixturevalue("empty_database")
        url = f"sqlite:///{shutil.copy2(found, tmp_path / 'other.db')}"
    else:
        url = request.getfixturevalue("databases").new()
    with closing(open_database(url)) as store:
        yield Importing(store, tmp_path)
