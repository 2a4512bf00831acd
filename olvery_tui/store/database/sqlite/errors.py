"""Translate SQLite errors: an unusable database, or a taken seat."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.store.database.errors import SEAT_ARCHIVED, SEAT_OVERLAP, SeatConflict

_ROOM_TO_WRITE = 1 << 20

# A quota or a file size limit; a full disk has its own code.
_NO_ROOM = frozenset({sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})

_CODES = {
    sqlite3.SQLITE_BUSY: StoreCode.LOCKED,
    sqlite3.SQLITE_LOCKED: StoreCode.LOCKED,
    sqlite3.SQLITE_PROTOCOL: StoreCode.LOCKED,
    sqlite3.SQLITE_READONLY: StoreCode.READ_ONLY,
    sqlite3.SQLITE_FULL: StoreCode.FULL,
    sqlite3.SQLITE_CORRUPT: StoreCode.CORRUPT,
    sqlite3.SQLITE_NOTADB: StoreCode.NOT_A_DATABASE,
    sqlite3.SQLITE_PERM: StoreCode.DENIED,
    sqlite3.SQLITE_AUTH: StoreCode.DENIED,
}


def translated(error: BaseException, path: Path) -> Exception | None:
    """Return the program's exception for an error; None if the statement itself is at fault."""
    if not isinstance(error, sqlite3.Error):
        return None
    if isinstance(error, sqlite3.IntegrityError):
        return SeatConflict() if str(error) in (SEAT_OVERLAP, SEAT_ARCHIVED) else None
    extended = getattr(error, "sqlite_errorcode", None)
    if extended is None:
        return None
    primary = extended & 0xFF
    if extended == sqlite3.SQLITE_READONLY_DBMOVED:
        code = StoreCode.LOST
    elif primary == sqlite3.SQLITE_CANTOPEN:
        code = why_not_opened(path)
        code = (
            StoreCode.LOST if code == StoreCode.MISSING else code
        )  # it existed when it was opened
    elif primary == sqlite3.SQLITE_IOERR:
        code = StoreCode.FULL if extended in _NO_ROOM or _is_full(path) else StoreCode.LOST
    elif primary in _CODES:
        code = _CODES[primary]
    else:
        return None
    return StoreUnavailable(code, str(path), str(error))


def why_not_opened(path: Path) -> StoreCode:
    """Return the code for a file that SQLite can't open, by examining it."""
    if not os.path.exists(path):
        return StoreCode.MISSING
    if not os.path.isfile(path):
        return StoreCode.NOT_A_DATABASE
    if not os.access(path, os.R_OK):
        return StoreCode.DENIED
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return StoreCode.READ_ONLY
    return StoreCode.FULL if _is_full(path) else StoreCode.DENIED


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _ROOM_TO_WRITE
    except OSError:
        return False
