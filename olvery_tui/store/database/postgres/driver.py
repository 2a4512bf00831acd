"""A connection to PostgreSQL that never waits for ever.

The server bounds what it does itself (statements, locks, forgotten transactions). What it can't
bound is a line that is cut without a word: that is bounded here, for each answer.
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
"""How long the server may work at one statement of a terminal."""

LOCK_SECONDS = 5.0
"""How long a statement waits for what another transaction holds."""

IDLE_SECONDS = 10.0
"""How long the server keeps a transaction whose terminal does not go on: what a terminal that has
vanished still holds is free again after that."""

ANSWER_SECONDS = 12.0
"""How long an answer is waited for: longer than the server may take for it."""

CONNECT_SECONDS = 5
"""How long the server may take to let a terminal in; for each address, where it has several."""

FOR_EVER = 0.0
"""For who does long work in one statement: nothing is bounded but the silence of the line."""

_SETTINGS = {
    "timezone": "UTC",
    # What a server, a database or a role may have otherwise, and what the driver reads and the desk
    # relies on: how moments and lengths are written, and what a transaction sees.
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "standard_conforming_strings": "on",
    # Guards are compared with how the server writes them.
    "quote_all_identifiers": "off",
    # A terminal may stand for hours without a word.
    "idle_session_timeout": "0",
    # A page of the list is found by indexes in milliseconds: compiling a plan or sharing it out
    # takes longer than that, and other terminals want the other processors.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    # Indexes are in memory or on a disk without a head to move.
    "random_page_cost": "1.1",
}
"""What each session sets for itself."""

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
"""So the kernel notices a host that has vanished, also where nobody waits for an answer."""


class PostgresConnection(psycopg.Connection[Any]):
    """Waits for each answer only so long, and is closed when none came."""

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
        """Whether the server has sent something that nobody asked for: mostly that it is gone.

        Costs no round trip: only the own end of the line is looked at.
        """
        if self.closed:
            return True
        found = select.poll()
        found.register(self.pgconn.socket, select.POLLIN)
        return bool(found.poll(0))


def arguments(url: URL) -> dict[str, Any]:
    """What the driver wants for a URL, as SQLAlchemy reads it: also several hosts.

    Raises:
        ValueError: the URL asks for what the driver does not know.
    """
    dialect: Any = PGDialect_psycopg
    _args, found = dialect().create_connect_args(url)
    options: dict[str, Any] = {"application_name": "olvery-tui", "connect_timeout": CONNECT_SECONDS}
    options |= _KEEPALIVES
    if "," in str(found.get("host", "")):
        # Of several servers the one that takes changes is the desk's.
        options["target_session_attrs"] = "read-write"
    options |= found
    # Told at the door, so that it holds against what a role or a database has for a default: names
    # are of any alphabet.
    options["client_encoding"] = "UTF8"
    psycopg.conninfo.make_conninfo(**options)
    return options


def connect(
    options: Mapping[str, Any], *, bulk: bool = False, autocommit: bool = False
) -> PostgresConnection:
    """Open a connection with its bounds; `bulk` work has none for its statements.

    Raises:
        psycopg.Error: it can't be opened.
    """
    # Statements are planned anew each time, for what one filter finds with one plan it does not
    # find with another's; and a pooler in between may hand out another connection.
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
