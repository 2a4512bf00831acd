"""Whether a transaction was committed whose COMMIT had no answer.

The server remembers it: every transaction that writes has a number, and `pg_xact_status` says what
became of it, also after a restart. Source:
https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-SNAPSHOT

After a failover another server answers, and may have given the number to somebody else in the
meantime. It writes another timeline then, and what it says of a committed number is not believed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

import psycopg

FIND_OUT_SECONDS = 60.0
"""How long a server that restarts or moves is waited for."""

_AGAIN_SECONDS = 0.25
_HOLDS_ON_SECONDS = 1.0
"""After which the former connection, should it still hold its transaction open, is ended."""

_TIMELINE = (
    "CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END"
)
MARK = f"SELECT pg_current_xact_id_if_assigned()::text, pg_backend_pid(), {_TIMELINE}"
_ASK = f"SELECT pg_xact_status(%s::text::xid8), {_TIMELINE}"
_END = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid = %s AND backend_xid = %s::text::xid8::xid
"""


class Outcome(Enum):
    """What became of a transaction."""

    COMMITTED = "committed"
    UNDONE = "undone"
    UNKNOWN = "unknown"


class Mark(NamedTuple):
    """By what a transaction is known: its number, the process that ran it, the server's timeline.

    The number is None for one that has written nothing.
    """

    number: str | None
    process: int
    timeline: str


def find_out(
    mark: Mark, connect: Callable[[], psycopg.Connection], given_up: threading.Event
) -> Outcome:
    """Ask the server, as soon as it answers, what became of a transaction.

    Until `FIND_OUT_SECONDS` are over or `given_up` is set: then nobody knows.
    """
    began = time.monotonic()
    while True:
        try:
            with connect() as connection:
                found = _ask(mark, connection)
                if found is not None:
                    return found
                if time.monotonic() - began > _HOLDS_ON_SECONDS:
                    connection.execute(_END, (mark.process, mark.number))
        except psycopg.Error:
            pass  # not there yet; the time is bounded
        if time.monotonic() - began > FIND_OUT_SECONDS or given_up.wait(_AGAIN_SECONDS):
            return Outcome.UNKNOWN


def _ask(mark: Mark, connection: psycopg.Connection) -> Outcome | None:
    """None while the transaction still goes on."""
    try:
        row = connection.execute(_ASK, (mark.number,)).fetchone()
    except psycopg.errors.InvalidParameterValue:
        return Outcome.UNDONE  # a number that this server has not given yet
    assert row is not None
    status, timeline = row
    match status:
        case "aborted":
            return Outcome.UNDONE
        case "committed":
            return Outcome.COMMITTED if timeline == mark.timeline else Outcome.UNKNOWN
        case "in progress":
            return None
    return Outcome.UNKNOWN  # so long ago that nobody remembers
