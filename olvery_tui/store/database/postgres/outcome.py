"""Find out whether a transaction was committed whose COMMIT got no answer.

The server remembers it: every writing transaction has a number, and `pg_xact_status` reports its
outcome, also after a restart. Source:
https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-SNAPSHOT

After a failover another server answers, which may have reused the number. It then writes another
timeline, and its report of a commit is not trusted. A standby is not asked: it may lag behind.

If commits wait for a standby, one counts once it has arrived there: before, the primary may be
replaced by a server that never received it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

import psycopg

FIND_OUT_SECONDS = 60.0
"""Longest wait for a server that restarts or moves."""

_AGAIN_SECONDS = 0.25
_HOLDS_ON_SECONDS = 1.0
"""Time after which the former connection is terminated if its transaction is still open."""

_NONE = ""
_TIMELINE = (
    f"CASE WHEN pg_is_in_recovery() THEN '{_NONE}'"
    " ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END"
)
MARK = f"SELECT pg_current_xact_id_if_assigned()::text, pg_backend_pid(), {_TIMELINE}"
_ASK = f"""
    SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_xact_status(%s::text::xid8) END, {_TIMELINE}
"""
# A transaction waiting for its standby is committed here: terminating it would only make it visible
# too early.
_END = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid = %s AND backend_xid = %s::text::xid8::xid AND wait_event IS DISTINCT FROM 'SyncRep'
"""
# A separate commit, confirmed once the standby has it and everything before it.
_ARRIVED = "SELECT pg_logical_emit_message(true, 'olvery', '')"


class Outcome(Enum):
    """The outcome of a transaction."""

    COMMITTED = "committed"
    UNDONE = "undone"
    UNKNOWN = "unknown"


class Mark(NamedTuple):
    """Identifies a transaction: its number, its server process, the server's timeline.

    The number is None if it has written nothing.
    """

    number: str | None
    process: int
    timeline: str


def find_out(
    mark: Mark, connect: Callable[[], psycopg.Connection], given_up: threading.Event
) -> Outcome:
    """Ask the server, as soon as it answers, for the outcome of a transaction.

    Returns UNKNOWN after `FIND_OUT_SECONDS`, or once `given_up` is set.
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
            pass  # not available yet; the time is bounded
        if time.monotonic() - began > FIND_OUT_SECONDS or given_up.wait(_AGAIN_SECONDS):
            return Outcome.UNKNOWN


def _ask(mark: Mark, connection: psycopg.Connection) -> Outcome | None:
    """Return the outcome; None from a standby and while the transaction is in progress."""
    try:
        row = connection.execute(_ASK, (mark.number,)).fetchone()
    except psycopg.errors.InvalidParameterValue:
        return Outcome.UNDONE  # a number that this server has not assigned yet
    assert row is not None
    status, timeline = row
    if timeline == _NONE:
        return None
    match status:
        case "aborted":
            return Outcome.UNDONE
        case "committed" if timeline == mark.timeline:
            connection.execute(_ARRIVED)
            return Outcome.COMMITTED
        case "in progress":
            return None
    return Outcome.UNKNOWN  # another server's, or too long ago to be remembered
