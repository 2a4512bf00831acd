"""LISTEN and NOTIFY: every commit with changes is announced to every terminal.

A statement trigger on each table notifies (`guards`); the server delivers at the commit. If
notifications don't come through, as behind a pooler that switches connections per transaction or on
a replica, the server is polled once a second instead.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from typing import Any

import psycopg
from psycopg import sql

from olvery_tui.store.database.engine import Require, Seen
from olvery_tui.store.database.postgres.driver import PostgresConnection
from olvery_tui.store.database.postgres.guards import CHANNEL

log = logging.getLogger(__name__)

ALIVE_SECONDS = 2.0
"""Silence on a connection after which it is tested."""

ANSWER_SECONDS = 5.0
"""Wait for the test's answer, after which the connection counts as lost."""

POLL_SECONDS = 1.0
"""Interval of polling, if no notifications come through."""

_ECHO_SECONDS = 2.0
_SLICE_SECONDS = 0.25
_SCHEMA_TABLE = "alembic_version"

# Grows with every writing transaction, on a replica as well.
_MARK = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"


class PostgresWatch:
    """A terminal's listening connection, used for nothing else.

    `is_listening` is whether the server's notifications come through.
    """

    def __init__(self, store: Any, connection: PostgresConnection, require: Require) -> None:
        self._store = store
        self._require = require
        self._connection = connection
        connection.answer_seconds = ANSWER_SECONDS
        self.is_listening = self._listens()
        require(store)
        self._mark = self._ask()
        if not self.is_listening:
            log.warning("notifications do not come through: the database is asked every second")

    def wait(self, stop: threading.Event, seconds: float) -> Seen:
        if not self.is_listening:
            return self._poll(stop)
        until = time.monotonic() + max(seconds, ALIVE_SECONDS)
        while not stop.is_set() and (left := until - time.monotonic()) > 0:
            tables = {
                notice.payload
                for notice in self._connection.notifies(
                    timeout=min(left, _SLICE_SECONDS), stop_after=1
                )
                if notice.channel == CHANNEL
            }
            if tables:
                # Notifications that arrived with it count as one change.
                tables |= {notice.payload for notice in self._connection.notifies(timeout=0)}
                if _SCHEMA_TABLE in tables:
                    self._require(self._store)
                return Seen.CHANGE
        self._connection.execute("SELECT 1")
        return Seen.NOTHING

    def _poll(self, stop: threading.Event) -> Seen:
        if stop.wait(POLL_SECONDS):
            return Seen.NOTHING
        mark = self._ask()
        if mark == self._mark:
            return Seen.NOTHING
        self._mark = mark
        self._require(self._store)
        return Seen.CHANGE

    def _ask(self) -> str:
        row = self._connection.execute(_MARK).fetchone()
        assert row is not None
        return str(row[0])

    def _listens(self) -> bool:
        """Listen, and test with an own notification whether they come through."""
        own = f"olvery_{uuid.uuid4().hex}"
        try:
            for channel in (CHANNEL, own):
                self._connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            self._connection.execute("SELECT pg_notify(%s, '')", (own,))
        except (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.FeatureNotSupported):
            return False  # a replica
        until = time.monotonic() + _ECHO_SECONDS
        heard = False
        while not heard and (left := until - time.monotonic()) > 0:
            heard = any(
                notice.channel == own
                for notice in self._connection.notifies(timeout=left, stop_after=1)
            )
        self._connection.execute(sql.SQL("UNLISTEN {}").format(sql.Identifier(own)))
        return heard
