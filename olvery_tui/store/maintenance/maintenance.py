"""A copy of a database while it is in use, and its return."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.domain.problems import Problem, ProblemCode
from olvery_tui.files import Place
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database import schema
from olvery_tui.store.database.engine import Store, parsed_url, shown_url
from olvery_tui.store.database.sqlite.errors import translated
from olvery_tui.store.database.sqlite.store import SqliteStore, path_of, why_not_made

__all__ = ["Problem", "backup", "check", "restore"]

_LOGS = ("-wal", "-journal")
_INDEX = "-shm"
_OF_THE_TARGET = frozenset({StoreCode.FULL, StoreCode.READ_ONLY, StoreCode.DENIED})
_UNREADABLE = frozenset({StoreCode.CORRUPT, StoreCode.NOT_A_DATABASE})


def backup(store: Store, target: Path, place: Place | None = None) -> None:
    """Copy a database, as it is at this moment, into a new file (mode 0600); nobody has to wait.

    The copy is read through before it gets its name; one that is not sound never has it. It may be
    made anywhere but over the database itself, unless `place` says where.

    Raises:
        FileRefused: it may not be made there.
        StoreUnavailable: `on_a_server` (which has means of its own for that); `exists` (nothing is
            overwritten), `missing` (no such folder), `full`, `denied` for the target; `differs`
            (the copy is not sound); whatever keeps the database from being read.
    """
    if not isinstance(store, SqliteStore):
        raise StoreUnavailable(StoreCode.ON_A_SERVER, store.label)
    place = place or Place(own=(store.path,))
    target = place.target(str(target))
    try:
        with place.new_file(target) as part:
            _copy(store, part.path, target)
            _require_sound(part.path, target)
    except (FileExistsError, IsADirectoryError) as error:
        raise StoreUnavailable(StoreCode.EXISTS, str(target)) from error
    except OSError as error:
        raise StoreUnavailable(why_not_made(error), str(target), str(error)) from error


def restore(source: Path, store_url: str, now: datetime) -> Path | None:
    """Put a copy in the place of a database, which stays beside it; returns its new name, if any.

    The copy is read whole and brought to this program's schema before anything is touched, and
    takes its place in one step. `now` is only for the name under which the former one is kept.

    Raises:
        StoreUnavailable: for the source `missing`, `not_a_database`, `corrupt`, `newer_schema`;
            for the database `in_use` while any other program has it open, `on_a_server`.
    """
    _refuse_server(store_url)
    source, target = source.absolute(), path_of(store_url)
    if not target.parent.is_dir():
        raise StoreUnavailable(StoreCode.MISSING, str(target))
    with _beside(target) as copy:
        _copy_checked(source, copy, now)
        with _alone(target):
            kept = _keep(target, now)
            os.replace(copy, target)
        _sync(target.parent)
    return kept


def _refuse_server(url: str) -> None:
    parsed = parsed_url(url)
    if parsed.get_backend_name() == "postgresql":
        raise StoreUnavailable(StoreCode.ON_A_SERVER, shown_url(parsed))


def _copy_checked(source: Path, copy: Path, now: datetime) -> None:
    """Copy a backup and see that it can be lived with."""
    store = SqliteStore.at(f"sqlite:///{source}", create=False)
    try:
        found = schema.state(store)
        if found is not schema.SchemaState.OLDER:
            schema.require(store)
        _copy(store, copy, copy)
    finally:
        store.close()
    store = SqliteStore.at(f"sqlite:///{copy}", create=False)
    try:
        schema.ensure(store)
        if any(problem.code == ProblemCode.INTEGRITY for problem in check(store, now)):
            raise StoreUnavailable(StoreCode.CORRUPT, str(source))
    finally:
        store.close()


def _copy(store: SqliteStore, copy: Path, target: Path) -> None:
    """One consistent picture of the database in a single file, safe on the disk."""
    with store.raw() as connection:
        try:
            connection.execute("VACUUM INTO ?", (str(copy),))
        except sqlite3.OperationalError as error:
            meaning = translated(error, copy)
            if isinstance(meaning, StoreUnavailable) and meaning.code in _OF_THE_TARGET:
                raise StoreUnavailable(meaning.code, str(target), meaning.detail) from error
            raise
    _sync(copy)


def _require_sound(copy: Path, target: Path) -> None:
    """Let SQLite read a copy through, as it stands on the disk."""
    try:
        # Nobody else has it, so no log or index is made beside it.
        connection = sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)
        with contextlib.closing(connection):
            ((verdict, *_more), *_others) = connection.execute("PRAGMA integrity_check(1)")
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise StoreUnavailable(StoreCode.DIFFERS, str(target), verdict)


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """An empty file of mode 0600 in the target's folder; gone afterwards unless it was moved."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:80]}.", dir=target.parent)
        os.close(handle)
    except OSError as error:
        raise StoreUnavailable(why_not_made(error), str(target), str(error)) from error
    path = Path(name)
    try:
        yield path
    finally:
        for suffix in ("", *_LOGS, _INDEX):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    """While this lasts, nobody else has the database open, and all of it is in its one file.

    A file that can't be read as a database has nothing to protect.
    """
    if not target.exists():
        yield
        return
    try:
        store = SqliteStore.at(f"sqlite:///{target}", create=False)
    except StoreUnavailable as error:
        if error.code not in _UNREADABLE:
            raise _in_use(error) from error
        yield
        return
    with contextlib.closing(store), contextlib.ExitStack() as held:
        connection = held.enter_context(store.raw())
        try:
            # Leaving WAL needs the file for oneself, and brings everything into it.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            meaning = translated(error, target)
            if not isinstance(meaning, StoreUnavailable):
                raise
            if meaning.code not in _UNREADABLE:
                raise _in_use(meaning) from error
        yield


def _in_use(error: StoreUnavailable) -> StoreUnavailable:
    """To SQLite a file that is merely open is as locked as one that is written to."""
    if error.code != StoreCode.LOCKED:
        return error
    return StoreUnavailable(StoreCode.IN_USE, error.where, error.detail)


def _keep(target: Path, now: datetime) -> Path | None:
    """Give the former database, and what was left beside it, another name."""
    stem = f"{target.name}.before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    names = (target.with_name(stem), *(target.with_name(f"{stem}-{n}") for n in range(2, 100)))
    kept = next(name for name in names if not name.exists())
    # A -wal that stayed behind would be played into the new file.
    for suffix in _LOGS:
        left = target.with_name(target.name + suffix)
        if left.exists():
            left.rename(kept.with_name(kept.name + suffix))
    target.with_name(target.name + _INDEX).unlink(missing_ok=True)
    if not target.exists():
        return None
    try:
        os.link(target, kept)
    except OSError:
        target.rename(kept)  # a file system without links: for a moment there is no database
    return kept


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
