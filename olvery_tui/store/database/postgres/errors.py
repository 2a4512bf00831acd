"""Translate PostgreSQL errors: an unusable database, or a taken seat.

https://www.postgresql.org/docs/15/errcodes-appendix.html
"""

from __future__ import annotations

import json
from pathlib import Path

import psycopg

from olvery_tui.domain import faults
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.store.database.errors import SEAT_ARCHIVED, SEAT_OVERLAP, SeatConflict

_CODES = {
    "22003": StoreCode.USED_UP,  # numeric_value_out_of_range
    "2200H": StoreCode.USED_UP,  # sequence_generator_limit_exceeded
    "25006": StoreCode.STANDBY,  # read_only_sql_transaction
    "25P03": StoreCode.LOST,  # idle_in_transaction_session_timeout
    "3D000": StoreCode.MISSING,  # invalid_catalog_name
    "40001": StoreCode.LOCKED,  # serialization_failure
    "40P01": StoreCode.LOCKED,  # deadlock_detected
    "42501": StoreCode.NO_RIGHT,  # insufficient_privilege
    "53100": StoreCode.FULL,  # disk_full
    "53200": StoreCode.CROWDED,  # out_of_memory
    "53300": StoreCode.CROWDED,  # too_many_connections
    "55P03": StoreCode.LOCKED,  # lock_not_available
    "57014": StoreCode.SLOW,  # query_canceled: the statement took too long
    "57P01": StoreCode.LOST,  # admin_shutdown
    "57P02": StoreCode.LOST,  # crash_shutdown
    "57P03": StoreCode.LOST,  # cannot_connect_now
    "57P05": StoreCode.LOST,  # idle_session_timeout
    "58030": StoreCode.FULL,  # io_error
    "XX001": StoreCode.CORRUPT,  # data_corrupted
    "XX002": StoreCode.CORRUPT,  # index_corrupted
}
_CLASSES = {
    "08": StoreCode.LOST,
    "28": StoreCode.LOGIN,
    "53": StoreCode.FULL,
    "58": StoreCode.CORRUPT,
}

_AT_THE_DOOR: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("refusals.json").read_text(encoding="utf-8")
)
"""Messages of refused connections, for which the driver gets no code.

They are in the server's language, English or Russian. Any other error at that stage means an
unreachable server.
"""


def translated(error: BaseException, label: str) -> Exception | None:
    """Return the program's exception for an error; None if the statement itself is at fault."""
    if not isinstance(error, psycopg.Error):
        return None
    if isinstance(error, psycopg.errors.ExclusionViolation):
        return SeatConflict() if error.diag.constraint_name == SEAT_OVERLAP else None
    if error.diag.message_primary == SEAT_ARCHIVED:
        return SeatConflict()
    state = error.sqlstate
    if state is not None:
        code = _CODES.get(state) or _CLASSES.get(state[:2])
    else:
        code = _without_state(error)
    return None if code is None else StoreUnavailable(code, label, faults.message(error))


def _without_state(error: psycopg.Error) -> StoreCode | None:
    """Return the code of the driver's own errors: a lost connection, or a refused one."""
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return StoreCode.LOST
    if not isinstance(error, psycopg.OperationalError):
        # A closed connection is reported as an InterfaceError or OperationalError.
        return StoreCode.LOST if "closed" in str(error) or "lost" in str(error) else None
    said = str(error)
    for code, words in _AT_THE_DOOR.items():
        if any(word in said for word in words):
            return StoreCode(code)
    return StoreCode.LOST
