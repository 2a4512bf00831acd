"""What several persons share is kept by the database itself, whoever writes there."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from olvery_tui.domain.people import PersonFields
from olvery_tui.domain.problems import Problem
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database import guards, schema, shared_values
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.people import erasing, merging, people
from tests.databases import Databases, everything_in, the_cluster
from tests.desk.making import NOW
from tests.each import each
from tests.store.listing.test_plans import FIGURES

TWINS = (
    PersonFields("Ёлкина", "Анна", "+79650000001", "elka@mail.ru"),
    PersonFields("Елкина", "АННА", "+79650000001", "Elka@mail.ru"),
    PersonFields("Елкина", "Анна", patronymic="Ильинична"),
)
SHARED = {
    ("phone", "+79650000001"),
    ("email", "elka@mail.ru"),
    ("name", "елкина анна"),
    ("namesake", "елкина анна"),
}


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    """A database with three persons who share what may be shared."""
    with closing(open_database(databases.new())) as store:
        with store.writing() as session:
            for one in TWINS:
                people.add(session, one)
        assert shared(store) == SHARED
        yield store


def shared(store: Store) -> set[tuple[str, str]]:
    with store.reading() as session:
        rows = session.connection().exec_driver_sql("SELECT kind, value FROM shared_value")
        return {(row[0], row[1]) for row in rows}


def run(store: Store, *statements: str, **values: Any) -> None:
    with store.writing() as session:
        for statement in statements:
            session.connection().execute(text(statement), values)


def test_nothing_of_them_stays_of_whom_all_are_erased(store: Store) -> None:
    assert b"elka@mail.ru" in b"".join(everything_in(store))
    with store.writing() as session:
        for person in (1, 2, 3):
            erasing.erase(session, person)
    assert shared(store) == set()
    if store.file is not None:
        with store.raw() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    everything = b"".join(everything_in(store))
    for _kind, value in SHARED:
        assert value.encode() not in everything, value


@each(
    "statement",
    [
        "DELETE FROM shared_value",
        "DELETE FROM shared_value WHERE kind = 'namesake'",
        "INSERT INTO shared_value VALUES ('phone', '+79650000009')",
        "INSERT INTO shared_value VALUES ('namesake', 'елкина')",
        "UPDATE shared_value SET value = 'elka@mail.by' WHERE kind = 'email'",
    ],
)
def test_what_somebody_changes_there_is_found_by_the_check_and_mended_by_an_upgrade(
    store: Store, statement: str
) -> None:
    run(store, statement)
    (problem,) = [one for one in check(store, NOW) if one.code == "shared"]
    assert problem.params["count"] in (1, 2, len(SHARED))
    with store.reading() as session:  # nobody is shown who shares nothing
        assert all(len(group) > 1 for group in merging.duplicates(session, 25).groups)
        assert len(merging.namesakes_without_patronymic(session, 25).groups) < 2
    assert schema.upgrade(store)
    assert shared(store) == SHARED
    assert not schema.upgrade(store)


def test_what_changes_while_no_guard_is_there_is_filled_in_with_them(store: Store) -> None:
    drop = "DROP TRIGGER person_shares"
    run(
        store,
        *(
            [f"{drop}_{when}" for when in ("insert", "update", "delete")]
            if store.dialect == "sqlite"
            else [f"{drop} ON person"]
        ),
        "UPDATE person SET phone = '+79650000002' WHERE id <> 2",
        "UPDATE person SET email = NULL WHERE id = 2",
    )
    assert shared(store) == SHARED
    schema.ensure(store)
    names = {one for one in SHARED if one[0] in ("name", "namesake")}
    assert shared(store) == {("phone", "+79650000002"), *names}


@pytest.mark.only("sqlite")
def test_what_no_program_can_read_is_in_nobodys_way(store: Store) -> None:
    """Values from before there were guards that refuse them."""
    with store.writing() as session:
        guards.lift(session.connection())
    run(store, "UPDATE person SET phone = x'ff00', email = x'ff', folded = x'ff0020ff'")
    with store.writing() as session:
        guards.install(session.connection())
    run(store, "UPDATE person SET patronymic = 'Ильинична'")
    run(store, "UPDATE person SET email = 'elka@mail.ru' WHERE id <> 2")
    assert shared(store) == {("email", "elka@mail.ru")}
    with store.writing() as session:
        erasing.erase(session, 3)
    run(store, "DELETE FROM person_word", "DELETE FROM person")
    assert shared(store) == set()


@pytest.mark.only("sqlite")
def test_of_who_is_replaced_at_most_a_value_stays_that_is_found(store: Store) -> None:
    """`OR REPLACE` deletes a row without firing a trigger."""
    run(store, "INSERT OR REPLACE INTO person (id, last_name, first_name, folded)"
        " VALUES (2, 'Ли', 'Ли', 'ли ли')")  # fmt: skip
    with store.reading() as session:
        assert merging.duplicates(session, 25).groups == ()
        assert shared_values.wrong(session.connection()) == 3
    assert any(one == Problem("shared", {"count": 3}) for one in check(store, NOW))
    schema.upgrade(store)
    assert shared(store) == {("namesake", "елкина анна")}


LOOK_UPS = {
    "person": {
        "COVERING INDEX ix_person_phone (phone=?)",
        "INDEX ix_person_email (<expr>=?)",
        "COVERING INDEX ix_person_folded (folded=?)",
        "INDEX ix_person_folded (folded=?)",
        "INDEX ix_person_folded (folded>? AND folded<?)",
    },
    "shared_value": {"PRIMARY KEY (kind=? AND value=?)"},
}


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("figures", [[], FIGURES], ids=["without figures", "with figures"])
@pytest.mark.parametrize("change", [shared_values.gained, shared_values.lost])
def test_what_a_row_has_is_looked_up_in_the_indexes(
    database: Path, figures: list[tuple[str, str, str]], change: Callable[[str, str], str]
) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("ANALYZE")
        connection.executemany("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", figures)
        connection.commit()
    row = dict.fromkeys(shared_values.COLUMNS, "x")
    with closing(sqlite3.connect(database)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {change(':', 'sqlite')}", row).fetchall()
    steps = [step.replace(" known ", " shared_value ") for *_, step in plan]
    for table, ways in LOOK_UPS.items():
        found = {step.partition(f" {table} USING ")[2] for step in steps if f" {table}" in step}
        assert found == ways, steps


@pytest.mark.only("postgresql")
def test_not_even_a_small_table_is_walked_through_with_a_row(store: Store) -> None:
    """The plan that is made then is kept while the table grows."""
    walks = "SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'person'"
    with store.writing() as session:
        ask = session.connection().exec_driver_sql
        ask("ANALYZE person")
        before = ask(walks).scalar_one()
        ask(
            "INSERT INTO person (last_name, first_name, phone, folded)"
            " VALUES ('Ли', 'Анна', '+79650000001', 'ли анна')"
        )
        assert ask(walks).scalar_one() == before
        ask("UPDATE person SET phone = NULL, patronymic = 'Ильинична'")  # is one walk itself
        assert ask(walks).scalar_one() == before + 1


@pytest.mark.only("postgresql")
def test_of_two_who_register_one_phone_at_once_each_sees_the_other(databases: Databases) -> None:
    """Past the program, which takes turns by itself."""
    url = databases.new()
    add = (
        "INSERT INTO person (last_name, first_name, phone, folded) VALUES ('Ли', 'Ли', '+7', 'ли')"
    )

    def connect() -> psycopg.Connection[Any]:
        return the_cluster().connect(url.partition("@/")[2].partition("?")[0], autocommit=False)

    with closing(open_database(url)) as store, connect() as one, connect() as other:
        one.execute(add)
        late = threading.Thread(target=lambda: (other.execute(add), other.commit()))
        late.start()
        waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        with the_cluster().connect() as watch:
            while late.is_alive() and not watch.execute(waits).fetchone()[0]:
                late.join(0.01)
        one.commit()
        late.join()
        assert shared(store) == {("phone", "+7"), ("name", "ли")}
