"""A PostgreSQL connection with bounded waits.

The server limits its own work (statements, locks, idle transactions). It can't limit a connection
that is cut silently: that is done here, for each answer.
"""

from __future__ import annotations

import select
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL

STATEMENT_SECONDS = 10.0
"""Server's limit for one statement of a terminal."""

LOCK_SECONDS = 5.0
"""Limit for a statement's wait for another transaction's lock."""

IDLE_SECONDS = 10.0
"""Server's limit for an idle transaction: it frees the locks of a terminal that has vanished."""

ANSWER_SECONDS = 12.0
"""Limit for an answer: longer than the server may work on it."""

CONNECT_SECONDS = 5
"""Limit for connecting, per address if there are several."""

FOR_EVER = 0.0
"""No limit, for long work in one statement; only a silent connection is detected."""

_SETTINGS = {
    "timezone": "UTC",
    # Settings that a server, a database or a role may change, but the driver and the desk rely on:
    # the format of times and intervals, and what a transaction sees.
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "standard_conforming_strings": "on",
    # Guards are compared with the server's own notation of them.
    "quote_all_identifiers": "off",
    # A terminal may be idle for hours.
    "idle_session_timeout": "0",
    # A list page is found by indexes within milliseconds: compiling a plan or running it in
    # parallel takes longer, and other terminals need the other processors.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    # Indexes are in memory or on a disk without seek times.
    "random_page_cost": "1.1",
}
"""Settings of each session."""

_SEARCH_PATH = sql.SQL(
    """set_config('search_path', CASE
        WHEN to_regclass('alembic_version') IS NULL
            AND (current_schema() IS NULL OR to_regclass('public.alembic_version') IS NOT NULL)
        THEN 'public' ELSE current_setting('search_path') END, false)"""
)
"""The tables are in `public`, unless the path leads to another schema that has them."""

_KEEPALIVES = {
    "keepalives_idle": "10",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": "12000",
}
"""Lets the kernel detect a vanished host, even while nobody waits for an answer."""


class PostgresConnection(psycopg.Connection[Any]):
    """A connection that waits for each answer for a limited time, and closes if none comes."""

    answer_seconds: float = FOR_EVER

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        bound = timeout if timeout is not None else self.answer_seconds or None
        try:
            return super().wait(gen, interval=interval, timeout=bound)
        except psycopg.errors._WaitTimeout as error:
            if timeout is not None:
                raise
            self.close()
            raise psycopg.OperationalError("the server does not answer") from error

    @property
    def has_news(self) -> bool:
        """Whether the server has sent anything unrequested, usually that it closed the connection.

        Costs no round trip: only the local socket is polled.
        """
        if self.closed:
            return True
        found = select.poll()
        found.register(self.pgconn.socket, select.POLLIN)
        return bool(found.poll(0))


def arguments(url: URL) -> dict[str, Any]:
    """Return the driver's options for a URL as SQLAlchemy reads it, including several hosts.

    Raises:
        ValueError: The URL has options unknown to the driver.
    """
    dialect: Any = PGDialect_psycopg
    _args, found = dialect().create_connect_args(url)
    options: dict[str, Any] = {"application_name": "olvery-tui", "connect_timeout": CONNECT_SECONDS}
    options |= _KEEPALIVES
    if "," in str(found.get("host", "")):
        # Of several servers, the writable one is the desk's.
        options["target_session_attrs"] = "read-write"
    options |= found
    # Set at connection time, so that it overrides a role's or a database's default: names are in
    # any alphabet.
    options["client_encoding"] = "UTF8"
    psycopg.conninfo.make_conninfo(**options)
    return options


def connect(
    options: Mapping[str, Any], *, bulk: bool = False, autocommit: bool = False
) -> PostgresConnection:
    """Open a connection with its limits; `bulk` work has none for its statements.

    Raises:
        psycopg.Error: It can't be opened.
    """
    # Don't prepare statements: a plan that suits one filter does not suit another, and a pooler in
    # between may switch connections.
    connection = PostgresConnection.connect(**options, autocommit=True, prepare_threshold=None)
    try:
        connection.answer_seconds = ANSWER_SECONDS
        bounds = {
            "statement_timeout": FOR_EVER if bulk else STATEMENT_SECONDS,
            "lock_timeout": LOCK_SECONDS,
            "idle_in_transaction_session_timeout": FOR_EVER if bulk else IDLE_SECONDS,
        }
        parts: list[sql.Composable] = [
            sql.SQL("set_config({}, {}, false)").format(name, f"{int(seconds * 1000)}ms")
            for name, seconds in bounds.items()
        ]
        parts += [
            sql.SQL("set_config({}, {}, false)").format(name, setting)
            for name, setting in _SETTINGS.items()
        ]
        parts.append(_SEARCH_PATH)
        connection.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(parts)))
        connection.answer_seconds = FOR_EVER if bulk else ANSWER_SECONDS
        connection.autocommit = autocommit
    except BaseException:
        connection.close()
        raise
    return connection
