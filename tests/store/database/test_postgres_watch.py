"""LISTEN and NOTIFY: every terminal hears of every commit, and catches up on what it missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Manager
from olvery_tui.store.database.postgres import driver, watching
from olvery_tui.store.database.postgres.store import PostgresStore
from tests.cluster import Cluster
from tests.databases import Databases, empty, the_cluster
from tests.proxy import Proxy
from tests.store.witness import Witness

SECOND = 1.0
INSERT = "INSERT INTO manager (last_name, first_name) VALUES ('Титов', 'Борис')"


@pytest.fixture
def databases() -> Iterator[Databases]:
    made = Databases("postgresql")
    yield made
    made.close()


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.new()


@pytest.fixture
def name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with closing(open_database(url)) as store:
        yield store


@pytest.fixture
def line(name: str) -> Iterator[Proxy]:
    with Proxy(the_cluster().socket) as proxy:
        yield proxy


@pytest.fixture
def witness(store: Store, listening: Callable[[Store], Witness]) -> Iterator[Witness]:
    one = listening(store)
    yield one
    one.end()


def test_another_program_s_commit_is_heard_within_a_second(witness: Witness, name: str) -> None:
    with the_cluster().connect(name) as plain:
        for count in (1, 2, 3):
            plain.execute(INSERT)
            assert witness.waits_for(lambda count=count: witness.changes == count, SECOND)


def test_the_program_s_own_commits_are_heard_too(witness: Witness, store: Store) -> None:
    with store.writing() as session:
        session.add(Manager(last_name="Титов"))
    assert witness.waits_for(lambda: witness.changes == 1)


def test_nothing_is_told_while_nothing_changes(witness: Witness, store: Store, name: str) -> None:
    with store.reading() as session:
        session.get(Manager, 1)
    with the_cluster().connect(name, autocommit=False) as plain:
        plain.execute(INSERT)
        plain.rollback()
    assert not witness.waits_for(lambda: bool(witness.changes or witness.troubles), SECOND)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO manager (last_name, first_name) VALUES ('a', 'b')",
        "UPDATE location SET name = 'x'",
        "DELETE FROM person",
        "TRUNCATE ticket_modifier",
    ],
)
def test_every_kind_of_change_is_told(witness: Witness, name: str, statement: str) -> None:
    with the_cluster().connect(name) as plain:
        plain.execute(statement)
    assert witness.waits_for(lambda: witness.changes == 1)


def test_the_changes_of_one_commit_are_told_together(witness: Witness, name: str) -> None:
    with the_cluster().connect(name, autocommit=False) as plain:
        for _ in range(100):
            plain.execute(INSERT)
        plain.execute("UPDATE location SET name = 'x'")
        plain.commit()
    assert witness.waits_for(lambda: witness.changes > 0)
    assert not witness.waits_for(lambda: witness.changes > 1, SECOND / 2)


def test_ten_terminals_all_hear(url: str, listening: Callable[[Store], Witness]) -> None:
    stores = [open_database(url) for _ in range(10)]
    witnesses = [listening(one) for one in stores]
    try:
        with stores[0].writing() as session:
            session.add(Manager(last_name="Титов"))
        for one in witnesses:
            assert one.waits_for(lambda one=one: one.changes == 1)
    finally:
        for one in witnesses:
            one.end()
        for store in stores:
            store.close()


def test_an_upgrade_by_a_newer_program_is_a_trouble(witness: Witness, name: str) -> None:
    with the_cluster().connect(name) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        assert witness.waits_for(lambda: witness.troubles == ["newer_schema"])
        newer.execute("UPDATE alembic_version SET version_num = %s", (schema.HEAD,))
    assert witness.waits_for(lambda: witness.troubles == ["newer_schema", None])


# ── The line is lost ─────────────────────────────────────────────────────────────────────────────


def test_a_server_that_was_away_is_told_and_so_is_its_return(
    listening: Callable[[Store], Witness],
) -> None:
    """And what was changed meanwhile is caught up on."""
    server = Cluster()
    try:
        name = server.create()
        with closing(open_database(server.url(name))) as store:
            empty(store)
            witness = listening(store)
            try:
                server.stop()
                assert witness.waits_for(lambda: witness.troubles == ["lost"])
                server.start()
                assert witness.waits_for(lambda: witness.troubles == ["lost", None])
                assert witness.waits_for(lambda: witness.changes == 1)
                with server.connect(name) as plain:
                    plain.execute(INSERT)
                assert witness.waits_for(lambda: witness.changes == 2)
                with store.reading() as session:
                    assert session.get(Manager, 1) is not None
            finally:
                witness.end()
    finally:
        server.remove()


@pytest.mark.parametrize("how", ["cut", "silent"])
def test_a_line_that_is_cut_is_told_and_caught_up_on(
    how: str,
    line: Proxy,
    name: str,
    listening: Callable[[Store], Witness],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "ALIVE_SECONDS", 0.3)
    monkeypatch.setattr(watching, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(driver, "CONNECT_SECONDS", 2)
    with closing(open_database(line.url(name))) as store:
        witness = listening(store)
        try:
            line.silent = True
            if how == "cut":
                line.cut()
            assert witness.waits_for(lambda: witness.troubles == ["lost"])
            with the_cluster().connect(name) as plain:
                plain.execute(INSERT)
            assert witness.changes == 0
            line.cut()
            line.silent = False
            assert witness.waits_for(lambda: witness.troubles == ["lost", None])
            assert witness.waits_for(lambda: witness.changes == 1)
        finally:
            witness.end()


def test_slow_answers_are_no_trouble(
    line: Proxy,
    name: str,
    listening: Callable[[Store], Witness],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "ALIVE_SECONDS", 0.2)
    with closing(open_database(line.url(name))) as store:
        witness = listening(store)
        try:
            line.delay = 1.0
            assert not witness.waits_for(lambda: bool(witness.troubles), 3.0)
            with the_cluster().connect(name) as plain:
                plain.execute(INSERT)
            assert witness.waits_for(lambda: witness.changes == 1)
        finally:
            witness.end()


# ── Where nothing is told ────────────────────────────────────────────────────────────────────────


def test_without_notifications_the_server_is_asked(
    store: Store, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As behind a pooler that hands out another connection for each transaction."""
    monkeypatch.setattr(watching.PostgresWatch, "_listens", lambda _self: False)
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.1)
    assert isinstance(store, PostgresStore)
    with store.watching(schema.require) as watch:
        assert not watch.is_listening
    witness = Witness(store)
    try:
        assert not witness.waits_for(lambda: witness.changes > 0, 3 * 0.1)
        with the_cluster().connect(name) as plain:
            for count in (1, 2):
                plain.execute(INSERT)
                assert witness.waits_for(lambda count=count: witness.changes >= count)
        assert witness.troubles == []
    finally:
        witness.end()


def test_that_nothing_comes_through_is_found_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_ECHO_SECONDS", 0.2)
    assert isinstance(store, PostgresStore)
    with store.watching(schema.require) as watch:
        assert watch.is_listening
    execute = driver.PostgresConnection.execute

    def swallowed(self: driver.PostgresConnection, query: object, *more: object) -> object:
        if "pg_notify" in str(query):
            return None
        return execute(self, query, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(driver.PostgresConnection, "execute", swallowed)
    with store.watching(schema.require) as watch:
        assert not watch.is_listening


def test_the_watch_ends_when_it_is_told_to_even_without_a_server(
    line: Proxy, name: str, listening: Callable[[Store], Witness]
) -> None:
    with closing(open_database(line.url(name))) as store:
        witness = listening(store)
        line.cut()
        witness.end()
