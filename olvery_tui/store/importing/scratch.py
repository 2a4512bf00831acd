"""A copy of the database that a dry run may write to."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.sqlite.store import SqliteStore
from olvery_tui.store.maintenance.transfer import copy


@contextmanager
def scratch_copy(store: Store) -> Iterator[Store]:
    """The same content in a private temporary file, gone afterwards; also of a server's database.

    A transaction that is rolled back would tell the same, but keep every other terminal from
    writing for as long as the file takes.

    Raises:
        StoreUnavailable: the database can't be read, or there is no room for the copy.
    """
    with tempfile.TemporaryDirectory(prefix="olvery-dry-run-") as folder:
        path = Path(folder) / "copy.db"
        path.touch(mode=0o600)
        if isinstance(store, SqliteStore):
            with store.raw() as source, closing(sqlite3.connect(path)) as target:
                source.backup(target)
        with closing(open_database(f"sqlite:///{path}", create=False)) as found:
            if not isinstance(store, SqliteStore):
                copy(store, found, verify=False)
            yield found
