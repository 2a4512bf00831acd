"""A server's database: how it is opened, what its troubles are called, what became of a save."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session

from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.store.database import engine as engines
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Manager
from olvery_tui.store.database.postgres import driver, outcome
from olvery_tui.store.database.postgres.store import KEPT, MORE, PostgresStore
from tests.cluster import Cluster
from tests.databases import Databases, empty, the_cluster
from tests.each import each
from tests.proxy import Proxy
from tests.store.saves import add, managers, trouble

PATIENCE = 20.0


@pytest.fixture(scope="module")
def databases() -> Iterator[Databases]:
    made = Databases("postgresql")
    yield made
    made.close()


@pytest.fixture
def name(databases: Databases) -> str:
    """The name of a database of the test's own."""
    url = databases.new()
    return url.partition("@/")[2].partition("?")[0]


@pytest.fixture
def line(name: str) -> Iterator[Proxy]:
    """The line to the server."""
    with Proxy(the_cluster().socket) as proxy:
        yield proxy


@pytest.fixture
def store(line: Proxy, name: str) -> Iterator[Store]:
    """That database, at the end of the line."""
    with closing(open_database(line.url(name))) as store:
        yield store


@pytest.fixture(scope="module")
def own_server() -> Iterator[Cluster]:
    """A server that a test may stop, fill or lock."""
    server = Cluster(fsync="on", synchronous_commit="on", max_connections="12")
    yield server
    server.remove()


@pytest.fixture
def own(own_server: Cluster) -> Iterator[Store]:
    """A database of that server."""
    with own_server.database() as made, closing(open_database(own_server.url(made))) as store:
        empty(store)
        yield store


def code_of(url: str) -> str:
    with pytest.raises(StoreUnavailable) as caught:
        open_database(url)
    assert "sesame" not in repr(caught.value)
    return caught.value.code


# ── Opening ──────────────────────────────────────────────────────────────────────────────────────


def test_a_store_says_where_it_is_and_keeps_its_password_to_itself(databases: Databases) -> None:
    with closing(open_database(databases.new().replace("admin@", "admin:sesame@"))) as store:
        assert store.dialect == "postgresql"
        assert store.label.startswith("admin@")
        assert "sesame" not in store.label
        assert "sesame" in store.url
        with closing(open_database(store.url)) as again:
            assert managers(again) == 0


@each(
    "url",
    [
        "postgresql+psycopg://host",
        "postgresql+psycopg://host/",
        "postgresql+psycopg://host/desk?sslmode=on&colour=red",
        "postgresql+asyncpg://host/desk",
        "postgresql+psycopg2://host/desk",
        "postgresql+psycopg://host:port/desk",
    ],
)
def test_what_names_no_database_is_a_bad_url(url: str) -> None:
    assert code_of(url) == "bad_url"


def test_a_server_that_is_not_there_is_lost(tmp_path: Path) -> None:
    with Proxy(tmp_path / "nobody") as line:
        port = line.port
        assert code_of(line.url("desk")) == "lost"
    assert code_of(f"postgresql+psycopg://anna:sesame@127.0.0.1:{port}/desk") == "lost"
    assert code_of(f"postgresql+psycopg://anna@/desk?host={tmp_path}") == "lost"


def test_a_database_that_is_not_there_is_missing() -> None:
    assert code_of(the_cluster().url("none")) == "missing"


def test_a_stranger_is_told_to_look_at_the_login(own_server: Cluster) -> None:
    assert code_of(own_server.url("postgres", "stranger")) == "login"
    own_server.let_in("all all scram-sha-256")
    try:
        assert code_of(own_server.url("postgres", "admin:sesame")) == "login"
    finally:
        own_server.let_in("all all trust")


def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch, line: Proxy) -> None:
    monkeypatch.setattr(driver, "CONNECT_SECONDS", 2)
    line.silent = True
    assert code_of(line.url("postgres")) == "lost"


def test_a_new_database_is_made_a_desk(databases: Databases) -> None:
    with closing(open_database(databases.blank())) as store:
        assert schema.state(store) is schema.SchemaState.EMPTY
        assert schema.ensure(store)
        assert schema.state(store) is schema.SchemaState.CURRENT
        add(store)


def test_another_program_s_database_is_refused(databases: Databases) -> None:
    with closing(open_database(databases.blank())) as store:
        with store.raw() as plain:  # type: ignore[attr-defined]
            plain.execute("CREATE TABLE note (line text)")
        with pytest.raises(StoreUnavailable) as caught:
            schema.ensure(store)
        assert caught.value.code == "not_a_database"


def test_of_ten_terminals_that_start_at_once_one_makes_the_database(databases: Databases) -> None:
    url = databases.blank()
    start, made = threading.Barrier(10), []

    def begin() -> None:
        with closing(open_database(url)) as store:
            start.wait(PATIENCE)
            made.append(schema.ensure(store))

    threads = [threading.Thread(target=begin) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE * 3)
    # Whoever looked before it was there has waited, and found it done.
    assert len(made) == 10
    assert made.count(True) == 1


def test_every_connection_has_its_bounds(store: Store) -> None:
    with store.writing() as session:
        shown = {
            name: session.connection().exec_driver_sql(f"SHOW {name}").scalar()
            for name in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "timezone",
                "default_transaction_isolation",
                "application_name",
            )
        }
    assert shown == {
        "statement_timeout": "10s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "10s",
        "timezone": "UTC",
        "default_transaction_isolation": "read committed",
        "application_name": "olvery-tui",
    }


def test_a_terminal_holds_few_connections(store: Store, name: str) -> None:
    def ask() -> None:
        for _ in range(5):
            managers(store)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    most = 0
    for thread in threads:
        thread.start()
    with the_cluster().connect() as admin:
        while any(thread.is_alive() for thread in threads):
            row = admin.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", (name,)
            ).fetchone()
            assert row is not None
            most = max(most, row[0])
    assert 1 <= most <= KEPT + MORE


# ── What goes wrong has a name ───────────────────────────────────────────────────────────────────


def refused(store: Store, statement: str) -> StoreUnavailable:
    with pytest.raises(StoreUnavailable) as caught, store.writing() as session:
        session.connection().execute(text(statement))
    assert caught.value.where == store.label
    return caught.value


def test_a_statement_that_takes_too_long_is_ended_by_the_server(
    monkeypatch: pytest.MonkeyPatch, databases: Databases
) -> None:
    monkeypatch.setattr(driver, "STATEMENT_SECONDS", 0.2)
    with closing(open_database(databases.new())) as store:
        assert refused(store, "SELECT pg_sleep(60)").code == "slow"
        add(store)


def test_a_lock_that_somebody_keeps_is_told(
    monkeypatch: pytest.MonkeyPatch, databases: Databases
) -> None:
    monkeypatch.setattr(driver, "LOCK_SECONDS", 0.2)
    with closing(open_database(databases.new())) as store:
        with store.writing() as session:
            session.connection().execute(text("LOCK TABLE manager"))
            assert refused(store, "DELETE FROM manager").code == "locked"
        add(store)


def test_two_who_wait_for_each_other_are_parted(store: Store) -> None:
    add(store, "1")
    add(store, "2")
    codes: list[str] = []
    turn = threading.Barrier(2)

    def change(first: str, second: str) -> None:
        try:
            with store.writing() as session:
                for name in (first, second):
                    session.connection().execute(
                        text("UPDATE manager SET first_name = 'x' WHERE last_name = :name"),
                        {"name": name},
                    )
                    if name == first:
                        turn.wait(PATIENCE)
        except StoreUnavailable as error:
            codes.append(error.code)

    threads = [threading.Thread(target=change, args=pair) for pair in (("1", "2"), ("2", "1"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert codes == ["locked"]


def test_a_forgotten_transaction_is_ended_and_frees_what_it_holds(
    monkeypatch: pytest.MonkeyPatch, databases: Databases
) -> None:
    monkeypatch.setattr(driver, "IDLE_SECONDS", 0.3)
    url = databases.new()
    with closing(open_database(url)) as forgetful, closing(open_database(url)) as other:

        def forget() -> None:
            with forgetful.writing() as session:
                session.connection().execute(text("LOCK TABLE manager"))
                add(other)  # waits for the server to give up on the first one
                session.connection().execute(text("SELECT 1"))

        assert trouble(forget) == "lost"
        add(forgetful)
        assert managers(other) == 2


def test_a_server_without_a_free_connection_is_crowded(own_server: Cluster, own: Store) -> None:
    with own_server.user("anna") as user, ExitStack() as held:
        for _ in range(9):  # of twelve; three are kept for whom the tests are, a superuser
            held.enter_context(own_server.connect())
        assert code_of(own.url.replace("admin@", f"{user}@")) == "crowded"
        with suppress(psycopg.OperationalError):
            for _ in range(4):
                held.enter_context(own_server.connect())
        assert code_of(own.url) == "crowded"
        held.close()
        add(own)


def test_a_server_that_takes_no_changes_is_told_and_still_read(
    own_server: Cluster, own: Store
) -> None:
    add(own)
    with own_server.connect() as admin:
        admin.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        admin.execute("SELECT pg_reload_conf()")
    try:
        deadline = time.monotonic() + PATIENCE
        while (found := trouble(lambda: add(own))) is None:
            assert time.monotonic() < deadline
        assert found == "standby"
        assert managers(own) >= 1
    finally:
        with own_server.connect() as admin:
            admin.execute("SET default_transaction_read_only = off")
            admin.execute("ALTER SYSTEM RESET default_transaction_read_only")
            admin.execute("SELECT pg_reload_conf()")


def test_a_full_disk_is_told(own: Store) -> None:
    """The server says so itself, by its code; a disk of its own can't be filled here."""
    with own.raw() as plain:  # type: ignore[attr-defined]
        plain.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        plain.execute("CREATE TRIGGER no_room BEFORE INSERT ON manager EXECUTE FUNCTION no_room()")
        with pytest.raises(StoreUnavailable) as caught:
            add(own)
        assert caught.value.code == "full"
        plain.execute("DROP TRIGGER no_room ON manager")
    add(own)


# ── A server that goes and comes ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("at_once", [False, True], ids=["stopped", "crashed"])
def test_a_restart_while_nothing_is_asked_is_not_noticed(
    own_server: Cluster, own: Store, at_once: bool
) -> None:
    add(own)
    own_server.restart(at_once=at_once)
    assert managers(own) == 1
    add(own)
    assert managers(own) == 2


def test_a_restart_in_the_middle_of_a_save_leaves_nothing_of_it(
    own_server: Cluster, own: Store
) -> None:

    def save() -> None:
        with own.writing() as session:
            session.add(Manager(last_name="Орлова"))
            session.flush()
            own_server.restart()
            session.add(Manager(last_name="Титов"))
            session.flush()

    assert trouble(save) == "lost"
    assert managers(own) == 0
    add(own)
    assert managers(own) == 1


def test_what_was_acknowledged_survives_a_crash(own_server: Cluster, own: Store) -> None:
    for count in range(1, 4):
        add(own)
        own_server.restart(at_once=True)
        assert managers(own) == count


# ── A save whose answer never came ───────────────────────────────────────────────────────────────


def test_a_commit_that_got_there_is_kept_once_and_told_as_done(store: Store, line: Proxy) -> None:
    add(store)
    line.lose = "answer"
    add(store)
    assert managers(store) == 2
    assert line.commits == 2


def test_a_commit_that_did_not_get_there_is_told_as_not_done(store: Store, line: Proxy) -> None:
    add(store)
    line.lose = "question"
    with pytest.raises(StoreUnavailable) as caught:
        add(store)
    assert caught.value.code == "lost"
    assert managers(store) == 1
    assert line.commits == 2


@pytest.mark.parametrize("lost", ["answer", "question"])
def test_the_server_is_asked_as_soon_as_it_is_back(
    store: Store, line: Proxy, lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is silent for a while after the cut."""
    connect, asked = driver.connect, []

    def late(*args: object, **options: object) -> object:
        asked.append(1)
        if len(asked) < 4:
            raise psycopg.OperationalError("connection refused")
        return connect(*args, **options)  # type: ignore[arg-type]

    add(store)
    line.lose = lost
    monkeypatch.setattr(driver, "connect", late)
    assert trouble(lambda: add(store)) == (None if lost == "answer" else "lost")
    assert managers(store) == 1 + (lost == "answer")


def test_a_silent_line_during_a_commit_ends_in_an_answer(
    name: str, line: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the COMMIT came through, and the server still holds the transaction open."""
    monkeypatch.setattr(driver, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(driver, "CONNECT_SECONDS", 2)
    with closing(open_database(line.url(name))) as store:
        add(store)

        def speak_again() -> None:
            line.cut()
            line.silent = False

        def save() -> None:
            with store.writing() as session:
                session.add(Manager(last_name="Титов"))
                session.flush()
                commit = session.commit

                def silently() -> None:
                    line.silent = True
                    threading.Timer(1.5, speak_again).start()
                    commit()

                monkeypatch.setattr(session, "commit", silently)

        assert trouble(save) == "lost"
        assert managers(store) == 1


def test_when_nobody_can_tell_that_is_said(
    store: Store, line: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcome, "FIND_OUT_SECONDS", 0.5)
    monkeypatch.setattr(driver, "CONNECT_SECONDS", 2)

    def nobody(*_args: object, **_options: object) -> object:
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(driver, "connect", nobody)
    line.lose = "answer"
    with pytest.raises(StoreUnavailable) as caught:
        add(store)
    assert caught.value.code == "unsure"


def test_another_server_s_word_for_a_committed_save_is_not_believed(
    store: Store, line: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failover the number may be somebody else's: the timeline tells them apart."""
    mark = outcome.Mark
    monkeypatch.setattr(
        "olvery_tui.store.database.postgres.store.Mark",
        lambda number, process, _timeline: mark(number, process, "0000000F"),
    )
    line.lose = "answer"
    with pytest.raises(StoreUnavailable) as caught:
        add(store)
    assert caught.value.code == "unsure"


def test_a_program_that_is_closed_does_not_go_on_asking(
    store: Store, line: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_args: object, **_options: object) -> object:
        store.close()
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(driver, "connect", nobody)
    line.lose = "answer"
    with pytest.raises(StoreUnavailable) as caught:
        add(store)
    assert caught.value.code == "unsure"


def test_a_line_that_goes_silent_in_the_middle_is_given_up(
    name: str, line: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(driver, "CONNECT_SECONDS", 2)
    with closing(open_database(line.url(name))) as store:
        add(store)
        line.silent = True
        with pytest.raises(StoreUnavailable) as caught:
            managers(store)
        assert caught.value.code == "lost"
        line.cut()
        line.silent = False
        assert managers(store) == 1


def process(session: Session) -> int:
    return int(session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def test_of_a_line_that_was_lost_no_connection_is_used_again(store: PostgresStore) -> None:
    with store.reading() as session:
        first = process(session)
        with store.reading() as another:
            second = process(another)
            store._forget_connections()
            assert process(another) == second  # who is in the middle goes on
    with store.reading() as session, store.reading() as another:
        later = {process(session), process(another)}
    assert not later & {first, second}
    with store.reading() as session:
        assert process(session) in later
    with the_cluster().connect() as admin:
        deadline = time.monotonic() + PATIENCE
        while admin.execute(
            "SELECT FROM pg_stat_activity WHERE pid IN (%s, %s)", (first, second)
        ).rowcount:
            assert time.monotonic() < deadline, "they stay open"


def test_slow_answers_are_waited_for(store: Store, line: Proxy) -> None:
    line.delay = 0.3
    add(store)
    assert managers(store) == 1


def test_a_busy_pool_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.2)
    with closing(open_database(store.url)) as small:

        def hold(depth: int) -> None:
            with small.reading() as session:
                session.connection()
                if depth:
                    hold(depth - 1)

        hold(KEPT + MORE - 1)
        with pytest.raises(StoreUnavailable) as caught:
            hold(KEPT + MORE)
        assert caught.value.code == "locked"
