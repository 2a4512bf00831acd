"""A server, a database or a role with other defaults: the desk works as with any."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.people import PersonFields
from olvery_tui.domain.row_kinds import RowKind
from olvery_tui.store import demo
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.importing import import_columns
from olvery_tui.store.people import people
from olvery_tui.store.tickets import tickets
from tests.cluster import Cluster
from tests.databases import the_cluster

DEFAULTS = {
    "DateStyle": "SQL, DMY",
    "IntervalStyle": "sql_standard",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "TimeZone": "Asia/Omsk",
    "search_path": "nowhere",
    "standard_conforming_strings": "off",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
    "quote_all_identifiers": "on",
    "idle_session_timeout": "300",
}
ENCODINGS = ("KOI8R", "LATIN1")
LEVELS = ("server", "database", "role")


@contextmanager
def with_defaults(level: str, defaults: dict[str, str]) -> Iterator[str]:
    """The URL of an empty database that whoever comes in finds with these defaults."""
    if level == "server":
        other = Cluster(**defaults)
        try:
            yield other.url(other.create())
        finally:
            other.remove()
        return
    server = the_cluster()
    with server.database() as name, server.user("desk_with_defaults") as role:
        whose = {"database": ("DATABASE", name), "role": ("ROLE", role)}[level]
        with server.connect() as connection:
            run = connection.execute
            run(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(*map(sql.Identifier, (name, role))))
            run(sql.SQL("ALTER ROLE {} SUPERUSER").format(sql.Identifier(role)))
            for setting, value in defaults.items():
                run(
                    sql.SQL("ALTER {} {} SET {} = {}").format(
                        sql.SQL(whose[0]), *map(sql.Identifier, (whose[1], setting)), value
                    )
                )
        try:
            yield server.url(name, role)
        finally:
            with server.connect(name) as connection:
                connection.execute("DROP OWNED BY desk_with_defaults CASCADE")
                connection.execute(
                    sql.SQL("ALTER DATABASE {} OWNER TO admin").format(sql.Identifier(name))
                )


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("level", LEVELS)
def test_the_desk_works_whatever_a_session_would_begin_with(level: str, encoding: str) -> None:
    with with_defaults(level, {**DEFAULTS, "client_encoding": encoding}) as url:
        with psycopg.connect(url.replace("+psycopg", "")) as plain:  # so they are in force
            assert plain.execute("SHOW default_transaction_isolation").fetchone() == (
                "serializable",
            )
            assert plain.execute("SHOW client_encoding").fetchone() == (encoding,)
        with closing(demo.create(url)) as store:
            _names_of_any_alphabet_are_kept(store)
            _moments_and_lengths_are_read(store)
            _two_write_at_once(store)
            _a_terminal_may_be_silent(store)
            assert check(store, demo.DEMO_NOW) == ()


@pytest.mark.parametrize("path", ["", "nowhere", "pg_catalog"])
def test_a_path_that_leads_away_from_the_tables_loses_no_desk(path: str) -> None:
    server = the_cluster()
    with server.database() as name:
        with closing(demo.create(server.url(name))):
            pass
        with server.connect() as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} SET search_path = {}").format(sql.Identifier(name), path)
            )
        with closing(open_database(server.url(name))) as store:
            schema.ensure(store)
            assert check(store, demo.DEMO_NOW) == ()


def test_a_schema_of_its_own_that_a_database_has_for_a_default_is_kept() -> None:
    server = the_cluster()
    with server.database() as name:
        with server.connect(name) as connection:
            connection.execute("CREATE SCHEMA desk")
            connection.execute(
                sql.SQL("ALTER DATABASE {} SET search_path = desk, public").format(
                    sql.Identifier(name)
                )
            )
        with closing(demo.create(server.url(name))):
            pass
        with server.connect(name) as connection:
            found = connection.execute("SELECT to_regclass('desk.ticket') IS NOT NULL")
            assert found.fetchone() == (True,)


def _names_of_any_alphabet_are_kept(store: Store) -> None:
    with store.writing() as session:
        added = people.add(session, PersonFields("Әлиева", "Żółć 李"))
    with store.reading() as session:
        found = people.get(session, added)
        assert found is not None
        assert found.name == "Żółć 李 Әлиева"


def _moments_and_lengths_are_read(store: Store) -> None:
    day, zone = date(2022, 12, 6), ZoneInfo("Europe/Moscow")
    with store.reading() as session:
        wanted = TicketFilter(from_day=day, to_day=day)
        assert tickets.count(session, wanted, now=demo.DEMO_NOW, zone=zone).value > 0
        row = session.connection().exec_driver_sql("SELECT '2022-12-06 10:00+03'::timestamptz")
        assert row.scalar() == datetime(2022, 12, 6, 7, tzinfo=UTC)


_HEADINGS = ("Фамилия",)


def _two_write_at_once(store: Store) -> None:
    """Both have read what the other one changes, as two terminals do all day."""
    query = text("SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM import_columns)")
    with store.writing() as one, store.writing() as other:
        for session in (one, other):
            session.connection().execute(query)
        people.add(one, PersonFields("Иванов", "Пётр"))
        import_columns.remember(other, RowKind.PEOPLE, _HEADINGS, {"last_name": 0})
    with store.reading() as session:
        assert len(people.suggest(session, "иванов пётр", 8)) == 1
        assert import_columns.known(session, (RowKind.PEOPLE,), (_HEADINGS,)) is not None


def _a_terminal_may_be_silent(store: Store) -> None:
    with store.reading() as session:
        asked = session.connection().exec_driver_sql("SHOW idle_session_timeout")
        assert asked.scalar() == "0"
