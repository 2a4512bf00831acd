"""Whether a transaction was committed whose COMMIT had no answer.

The server remembers it: every transaction that writes has a number, and `pg_xact_status` says what
became of it, also after a restart. Source:
https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-INFO-SNAPSHOT

After a failover another server answers, and may have given the number to somebody else in the
meantime. It writes another timeline then, and what it says of a committed number is not believed.
A standby says nothing: it may not have read yet what it was sent.

Where commits wait for a standby, one counts when it is there: until then the primary may be
replaced by a server that has never heard of it.
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

_NONE = ""
_TIMELINE = (
    f"CASE WHEN pg_is_in_recovery() THEN '{_NONE}'"
    " ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END"
)
MARK = f"SELECT pg_current_xact_id_if_assigned()::text, pg_backend_pid(), {_TIMELINE}"
_ASK = f"""
    SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_xact_status(%s::text::xid8) END, {_TIMELINE}
"""
# One that waits for its standby has been committed here: ending it would only show it too early.
_END = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid = %s AND backend_xid = %s::text::xid8::xid AND wait_event IS DISTINCT FROM 'SyncRep'
"""
# A commit of its own, which is answered when the standby has it and so all that was before it.
_ARRIVED = "SELECT pg_logical_emit_message(true, 'olvery', '')"


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
    """None while the transaction still goes on, and from a standby."""
    try:
        row = connection.execute(_ASK, (mark.number,)).fetchone()
    except psycopg.errors.InvalidParameterValue:
        return Outcome.UNDONE  # a number that this server has not given yet
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
    return Outcome.UNKNOWN  # another server's, or so long ago that nobody remembers
