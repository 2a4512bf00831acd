"""The copies of a SQLite database that are made once a day, in a folder of their own.

What makes a copy is imported with the first one: it also checks the whole audit trail.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from olvery_tui.domain.access import DeskSettings
from olvery_tui.domain.errors import InputCode, InvalidInput, StoreCode, StoreUnavailable
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.sqlite.store import why_not_made

log = logging.getLogger(__name__)

_FOLDER = "backups"
"""Beside the database, where the settings name no other."""


def check_folder(name: str) -> None:
    """Whether copies can be made in a folder that somebody has named; empty is the usual one.

    Raises:
        InvalidInput: `backup_folder` (no_folder).
    """
    if name and not (
        os.path.isabs(name) and os.path.isdir(name) and os.access(name, os.W_OK | os.X_OK)
    ):
        raise InvalidInput("backup_folder", InputCode.NO_FOLDER, {"text": name})


def make(store: Store, settings: DeskSettings, now: datetime) -> Path:
    """Copy the database now, beside the daily copies; it stays until somebody removes it.

    Raises:
        InvalidInput: see `check_folder`.
        StoreUnavailable: see `maintenance.backup`.
    """
    from olvery_tui.store.maintenance.maintenance import backup

    file = _database(store)
    target = _folder(file, settings) / f"{file.stem}-{now:%Y-%m-%d-%H%M%S}.db"
    backup(store, target)
    return target


def make_daily(store: Store, settings: DeskSettings, today: date) -> Path | None:
    """Make the copy of `today`, then remove the oldest beyond those to keep.

    None if there is one already, if another terminal is making it, or if none are to be kept.

    Raises:
        InvalidInput: see `check_folder`.
        StoreUnavailable: see `maintenance.backup`; no former copy was removed.
    """
    from olvery_tui.store.maintenance.maintenance import backup

    if not settings.backups_kept:
        return None
    file = _database(store)
    folder = _folder(file, settings)
    with _turn(folder) as is_ours:
        target = folder / f"{file.stem}-{today:%Y-%m-%d}.db"
        if not is_ours or target.exists():
            return None
        backup(store, target)
        # Copies of a clock that was ahead don't count: today's would be the oldest, and removed.
        found = _copies(file, folder)
        daily = [copy.path for copy in found if copy.is_daily and copy.day <= today]
        for old in daily[: -settings.backups_kept]:
            with suppress(OSError):
                old.unlink()
                log.info("removed the old backup %s", old.name)
    return target


def newest_day(store: Store, settings: DeskSettings) -> date | None:
    """The day of the newest copy in the folder; None if there is none."""
    file = _database(store)
    folder = Path(settings.backup_folder or file.with_name(_FOLDER))
    return max((copy.day for copy in _copies(file, folder)), default=None)


def _database(store: Store) -> Path:
    if store.file is None:
        raise StoreUnavailable(StoreCode.ON_A_SERVER, store.label)
    return store.file


def _folder(file: Path, settings: DeskSettings) -> Path:
    """The folder of the copies; the usual one is made where it is missing."""
    if settings.backup_folder:
        check_folder(settings.backup_folder)
        return Path(settings.backup_folder)
    folder = file.with_name(_FOLDER)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(why_not_made(error), str(folder), str(error)) from error
    return folder


@contextmanager
def _turn(folder: Path) -> Iterator[bool]:
    """Whether no other terminal is making a copy there; none begins while this lasts."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise StoreUnavailable(why_not_made(error), str(folder), str(error)) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        except OSError:
            log.info("the folder of the backups can't be locked")  # a network's file system
        yield True
    finally:
        os.close(handle)


class _Copy(NamedTuple):
    day: date
    path: Path
    is_daily: bool


def _copies(file: Path, folder: Path) -> list[_Copy]:
    """The copies of this database in the folder, the oldest first."""
    pattern = re.compile(rf"{re.escape(file.stem)}-(\d{{4}}-\d\d-\d\d)(-\d{{6}})?\.db")
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            if name := pattern.fullmatch(path.name):
                with suppress(ValueError):
                    found.append(_Copy(date.fromisoformat(name[1]), path, not name[2]))
    return sorted(found)
