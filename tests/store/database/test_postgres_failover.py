"""A primary, its standby, and the day on which the second takes the first one's place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Event

import pytest

from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Seen, Store
from olvery_tui.store.database.models import Manager
from olvery_tui.store.database.postgres import driver, outcome, watching
from tests.cluster import REPLICATED, Cluster
from tests.databases import empty
from tests.proxy import Proxy
from tests.store.saves import add, managers, trouble
from tests.store.witness import PATIENCE, Witness


@pytest.fixture(scope="module")
def a_primary() -> Iterator[Cluster]:
    server = Cluster(**REPLICATED, synchronous_commit="remote_apply")
    yield server
    server.remove()


@pytest.fixture
def primary(a_primary: Cluster) -> Iterator[Cluster]:
    """A server that a test may stop; nobody follows it yet."""
    yield a_primary
    a_primary.restart()
    with a_primary.connect() as admin:
        admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
        admin.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="module")
def a_name(a_primary: Cluster) -> str:
    made = a_primary.create()
    with closing(open_database(a_primary.url(made))) as store:
        empty(store)
    return made


@pytest.fixture
def name(primary: Cluster, a_name: str) -> str:
    """The name of a desk's database on it, without managers."""
    with primary.connect(a_name) as plain:
        plain.execute("DELETE FROM manager")
    return a_name


@pytest.fixture
def standby(primary: Cluster, name: str) -> Iterator[Cluster]:
    """Its standby, which has that database too."""
    server = Cluster(primary, wal_retrieve_retry_interval="100ms")
    try:
        until(lambda: said(primary, "SELECT state FROM pg_stat_replication") == "streaming")
        yield server
    finally:
        server.remove()


@pytest.fixture
def in_step(primary: Cluster, standby: Cluster) -> None:
    """From here on a save is done when the standby shows it."""
    with primary.connect() as admin:
        admin.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{Cluster.STANDBY}'")
        admin.execute("SELECT pg_reload_conf()")
    until(lambda: said(primary, "SELECT sync_state FROM pg_stat_replication") == "sync")


@pytest.fixture
def line(primary: Cluster) -> Iterator[Proxy]:
    """A line to the primary."""
    with Proxy(primary.socket) as line:
        yield line


Connecting = Callable[[Callable[[int], None]], None]


@pytest.fixture
def before_each_connection(monkeypatch: pytest.MonkeyPatch) -> Connecting:
    """Has something done before each further connection; it is told which one it is, from 1.

    They are those by which a save is looked up, and follow each other quickly.
    """
    monkeypatch.setattr(outcome, "_AGAIN_SECONDS", 0.05)

    def have(done: Callable[[int], None]) -> None:
        connect, asked = driver.connect, []

        def connecting(*args: object, **options: object) -> object:
            asked.append(1)
            done(len(asked))
            return connect(*args, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(driver, "connect", connecting)

    return have


def until(holds: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def said(server: Cluster, query: str, name: str = "postgres") -> object:
    """The first value of a query's first row; None where there is no row."""
    with server.connect(name) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    return None if row is None else row[0]


def caught_up(primary: Cluster) -> bool:
    """Whether the standby shows all that the primary has written."""
    return (
        said(primary, "SELECT replay_lsn = pg_current_wal_lsn() FROM pg_stat_replication") is True
    )


def url_of(name: str, *servers: Cluster) -> str:
    """The address of a database that each of these servers has."""
    hosts = "&".join(f"host={server.folder}:5432" for server in servers)
    return f"postgresql+psycopg://admin@/{name}?{hosts}"


def is_on(store: Store, server: Cluster) -> bool:
    """Whether the store's sessions are with that server."""
    with store.reading() as session:
        folder = session.connection().exec_driver_sql("SHOW unix_socket_directories").scalar()
    return folder == str(server.folder)


@contextmanager
def watched(store: Store, listening: Callable[[Store], Witness]) -> Iterator[Witness]:
    witness = listening(store)
    try:
        yield witness
    finally:
        witness.end()


# ── Which of them ────────────────────────────────────────────────────────────────────────────────


def test_of_several_servers_the_one_that_takes_changes_is_found(
    primary: Cluster, standby: Cluster, name: str, line: Proxy
) -> None:
    """Whichever stands first, and in each of the two forms in which several are named."""
    with Proxy(standby.socket) as other:
        named = [
            f"host={primary.folder}&host={standby.folder}",
            f"host={standby.folder}:5432&host={primary.folder}:5432",
            f"host=127.0.0.1:{other.port}&host=127.0.0.1:{line.port}",
            f"host=127.0.0.1,127.0.0.1&port={line.port},{other.port}",
        ]
        for count, hosts in enumerate(named, 1):
            with closing(open_database(f"postgresql+psycopg://admin@/{name}?{hosts}")) as store:
                assert is_on(store, primary)
                add(store)
                assert managers(store) == count
                with closing(open_database(store.url)) as again, closing(again.for_bulk()) as bulk:
                    assert is_on(bulk, primary)


# ── The primary moves ────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("in_step")
@pytest.mark.parametrize("at_once", [False, True], ids=["stopped", "crashed"])
def test_when_the_primary_moves_the_program_goes_on_with_the_new_one(
    primary: Cluster,
    standby: Cluster,
    name: str,
    at_once: bool,
    listening: Callable[[Store], Witness],
) -> None:
    with ExitStack() as stack:
        store = stack.enter_context(closing(open_database(url_of(name, primary, standby))))
        witness = stack.enter_context(watched(store, listening))
        for count in (1, 2, 3):
            add(store)
            assert witness.waits_for(lambda count=count: witness.changes >= count)

        primary.stop(at_once=at_once)
        assert witness.waits_for(lambda: witness.troubles == ["lost", "standby"])
        told = witness.changes
        for act in (lambda: managers(store), lambda: add(store), lambda: open_database(store.url)):
            assert trouble(act) == "standby"

        standby.promote()
        assert witness.waits_for(lambda: witness.troubles == ["lost", "standby", None])
        assert witness.waits_for(lambda: witness.changes == told + 1)
        assert is_on(store, standby)
        assert managers(store) == 3
        add(store)
        assert witness.waits_for(lambda: witness.changes == told + 2)
        with store.watching(schema.require) as watch:
            assert watch.is_listening  # type: ignore[attr-defined]
        assert managers(store) == 4


def test_a_save_in_the_middle_of_which_the_primary_moves_leaves_nothing(
    primary: Cluster, standby: Cluster, name: str
) -> None:
    def save() -> None:
        with store.writing() as session:
            session.add(Manager(last_name="Орлова"))
            session.flush()
            primary.stop()
            standby.promote()
            session.add(Manager(last_name="Титов"))
            session.flush()

    with closing(open_database(url_of(name, primary, standby))) as store:
        assert trouble(save) == "lost"
        assert managers(store) == 0
        add(store)
        assert managers(store) == 1


# ── A save whose answer never came ───────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("in_step")
@pytest.mark.parametrize(
    ("lost", "code", "kept"), [("answer", "unsure", 2), ("question", "lost", 1)]
)
def test_what_a_failover_leaves_of_a_save_is_not_guessed(
    primary: Cluster,
    standby: Cluster,
    name: str,
    line: Proxy,
    before_each_connection: Connecting,
    lost: str,
    code: str,
    kept: int,
) -> None:
    """It is there, and could be somebody else's; or it can't be, and is told as not done."""

    def move(count: int) -> None:
        if count == 1:
            assert lost == "question" or line.lost.wait(PATIENCE)
            primary.stop()
            standby.promote()

    hosts = f"host=127.0.0.1:{line.port}&host={standby.folder}:5432"
    with closing(open_database(f"postgresql+psycopg://admin@/{name}?{hosts}")) as store:
        add(store)
        line.lose = lost
        before_each_connection(move)
        assert trouble(lambda: add(store)) == code
        assert managers(store) == kept


def test_a_standby_that_lags_behind_does_not_say_that_a_save_was_undone(
    primary: Cluster,
    standby: Cluster,
    name: str,
    line: Proxy,
    before_each_connection: Connecting,
) -> None:
    """One address that moves, and is at the standby before that has read what it was sent."""

    def move(count: int) -> None:
        if count == 1:
            assert line.lost.wait(PATIENCE)
            primary.stop()
            line.target = standby.socket
        elif count == 2:
            standby.promote()

    with closing(open_database(line.url(name))) as store:
        add(store)
        until(lambda: caught_up(primary))
        with standby.connect() as admin:
            admin.execute("SELECT pg_wal_replay_pause()")
        until(lambda: said(standby, "SELECT pg_get_wal_replay_pause_state()") == "paused")
        line.lose = "answer"
        before_each_connection(move)
        assert trouble(lambda: add(store)) == "unsure"
        assert managers(store) == 2


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is waited for for a moment; what still holds on then is ended at once."""
    monkeypatch.setattr(driver, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(outcome, "_HOLDS_ON_SECONDS", 0.0)


@pytest.mark.usefixtures("in_step", "impatient")
def test_a_save_that_waits_for_the_standby_is_told_as_saved_when_it_is_there(
    primary: Cluster, standby: Cluster, name: str, before_each_connection: Connecting
) -> None:
    """The primary is cut off from its standby, which may take its place the next moment."""

    def come_back(count: int) -> None:
        if count == 3:
            assert said(primary, "SELECT count(*) FROM manager", name) == 1  # shown to nobody
            standby.start()

    with closing(open_database(primary.url(name))) as store:
        add(store)
        standby.stop()
        before_each_connection(come_back)
        add(store)
    primary.stop(at_once=True)
    standby.promote()
    with closing(open_database(standby.url(name))) as store:
        assert managers(store) == 2


@pytest.mark.usefixtures("in_step", "impatient")
def test_a_save_that_the_standby_never_got_is_not_told_as_saved(
    primary: Cluster,
    standby: Cluster,
    name: str,
    before_each_connection: Connecting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The primary has it, and shows it after a restart; the standby has not."""

    def restart(count: int) -> None:
        if count == 1:
            primary.restart()

    with closing(open_database(primary.url(name))) as store:
        add(store)
        standby.stop()
        monkeypatch.setattr(outcome, "FIND_OUT_SECONDS", 0.5)
        before_each_connection(restart)
        assert trouble(lambda: add(store)) == "unsure"
        assert managers(store) == 2


# ── A standby alone ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("in_step")
def test_a_standby_alone_is_read_and_watched_and_takes_no_changes(
    primary: Cluster, standby: Cluster, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.05)
    with ExitStack() as stack:
        desk = stack.enter_context(closing(open_database(primary.url(name))))
        store = stack.enter_context(closing(open_database(standby.url(name))))
        watch = stack.enter_context(store.watching(schema.require))
        assert not watch.is_listening  # type: ignore[attr-defined]
        assert watch.wait(Event(), 0) is Seen.NOTHING
        for count in (1, 2):
            add(desk)
            assert managers(store) == count  # at once: remote_apply
            assert watch.wait(Event(), 0) is Seen.CHANGE
            assert watch.wait(Event(), 0) is Seen.NOTHING
        assert trouble(lambda: add(store)) == "standby"
        assert managers(store) == 2
