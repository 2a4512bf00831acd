"""What stands behind the screens and the commands is put together, and taken apart again."""

import shutil
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from olvery_tui import terminal
from olvery_tui.clock import FrozenClock, SystemClock
from olvery_tui.domain.access import Actor, ActorKind, SignIn, SignInPolicy
from olvery_tui.domain.errors import NoManager, NotAllowed, StoreUnavailable
from olvery_tui.domain.filters import EMPTY
from olvery_tui.domain.pages import Count
from olvery_tui.services import Services, come_in, connect, open_services, open_store
from olvery_tui.settings import Settings
from olvery_tui.store import demo
from olvery_tui.store.database import engine, schema
from olvery_tui.store.database.engine import Store
from tests.ways_in import by_key, come_in_by, login_of

PATIENCE = 5.0


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where a database may be, in a folder that isn't there yet."""
    return tmp_path / "data" / "olvery.db"


@pytest.fixture
def settings(database: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{database}", login="анна")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


class TestOpening:
    def test_the_first_start_makes_a_private_database_in_a_private_folder(
        self, settings: Settings, database: Path
    ) -> None:
        services = open_services(settings)
        assert services.created
        assert mode(database) == 0o600
        assert mode(database.parent) == 0o700
        assert {mode(path) for path in database.parent.iterdir()} == {0o600}
        services.close()
        assert not open_services(settings).created

    def test_who_only_reads_makes_nothing(self, settings: Settings, database: Path) -> None:
        with pytest.raises(StoreUnavailable) as caught:
            open_services(settings, create=False)
        assert (caught.value.code, caught.value.where) == ("missing", str(database))
        assert not database.parent.exists()

    def test_who_only_reads_does_not_change_an_older_schema(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        open_services(settings).close()
        monkeypatch.setattr(schema, "HEAD", "9999")
        with pytest.raises(StoreUnavailable) as caught:
            open_store(settings, create=False)
        assert caught.value.code == "older_schema"

    def test_a_folder_that_cant_be_made_is_told_by_the_opening(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StoreUnavailable) as caught:
            connect(Settings(f"sqlite:///{tmp_path}/file/olvery.db"), create=True)
        assert caught.value.code == "missing"

    def test_a_store_that_turns_out_useless_is_closed(
        self, settings: Settings, database: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed: list[Store] = []
        close = Store.close

        def remember(store: Store) -> None:
            closed.append(store)
            close(store)

        monkeypatch.setattr(Store, "close", remember)
        database.parent.mkdir()
        foreign = sqlite3.connect(database)
        foreign.execute("CREATE TABLE note (text)")
        foreign.close()
        with pytest.raises(StoreUnavailable) as caught:
            open_services(settings)
        assert caught.value.code == "not_a_database"
        assert closed


class TestWho:
    @pytest.fixture(params=SignIn)
    def way(self, request: pytest.FixtureRequest, settings: Settings) -> SignIn:
        """A database with one manager, who comes in in each way."""
        services = open_services(settings)
        login_of(services.store, "Анна Анна")
        login_of(services.store, f"Пётр {terminal.account()}")
        way = SignIn(request.param)
        come_in_by(services.store, way)
        services.close()
        return way

    def test_nobody_acts_before_somebody_has_come_in(self, settings: Settings) -> None:
        services = open_services(settings)
        assert services.manager is None
        with pytest.raises(NoManager):
            services.desk.tickets.count(EMPTY)
        services.close()

    def test_a_login_of_the_command_line_lets_in_only_where_keys_do(
        self, settings: Settings, way: SignIn
    ) -> None:
        services = open_services(settings)
        if way is SignIn.SSH_KEY:
            assert come_in(services, settings) is None
            assert services.manager == "Анна Анна"
        else:
            with pytest.raises(NotAllowed) as refused:
                come_in(services, settings)
            assert refused.value.code == "way"
            assert services.manager is None
        services.close()

    def test_the_account_lets_in_only_where_it_is_asked_for(
        self, settings: Settings, way: SignIn
    ) -> None:
        plain = settings._replace(login=None)
        services = open_services(plain)
        match way:
            case SignIn.OS_USER:
                assert come_in(services, plain) is None
                assert services.manager == f"Пётр {terminal.account()}"
            case SignIn.PASSWORD:
                assert come_in(services, plain) == SignInPolicy(SignIn.PASSWORD, first=False)
                assert services.manager is None
            case SignIn.SSH_KEY:
                with pytest.raises(NotAllowed):
                    come_in(services, plain)
                assert services.manager is None
        services.close()

    def test_a_new_database_asks_for_its_first_manager(self, settings: Settings) -> None:
        plain = settings._replace(login=None)
        services = open_services(plain)
        assert come_in(services, plain) == SignInPolicy(SignIn.PASSWORD, first=True)
        services.close()

    def test_somebody_signed_in_can_look_while_somebody_else_writes(
        self, settings: Settings, database: Path
    ) -> None:
        opened = open_services(settings)
        login_of(opened.store, "Анна Анна")
        by_key(opened.store)
        come_in(opened, settings)
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert opened.desk.tickets.count(EMPTY) == Count(0)
        assert time.monotonic() - began < 30
        other.close()
        opened.close()

    def test_an_actor_that_is_given_acts_instead(self, settings: Settings, database: Path) -> None:
        services = open_services(settings, actor=Actor(ActorKind.CLI, account="cron"))
        assert services.manager is None
        assert services.desk.tickets.count(EMPTY) == Count(0)
        services.close()
        with closing(sqlite3.connect(database)) as connection:
            assert connection.execute("SELECT count(*) FROM manager").fetchone() == (0,)


class TestDemo:
    def test_it_has_a_database_of_its_own_which_is_gone_afterwards(self, database: Path) -> None:
        settings = Settings(f"sqlite:///{database}", demo=True)
        services = open_services(settings)
        assert come_in(services, settings) is None
        path = services.store.path
        assert path != database
        assert services.manager == demo.DEMO_MANAGER
        assert services.desk.tickets.count(EMPTY) == Count(11)
        services.close()
        assert not path.parent.exists()
        assert not database.parent.exists()

    def test_its_clock_starts_on_the_day_of_the_manual_and_runs_on(self) -> None:
        services = open_services(Settings("", demo=True))
        first = services.clock.now()
        assert 0 <= (first - demo.DEMO_NOW).total_seconds() < 60
        assert services.clock.now() > first
        services.close()

    def test_a_clock_of_ones_own_is_stronger(self) -> None:
        moment = datetime(2022, 12, 10, tzinfo=UTC)
        services = open_services(Settings("", demo=True, now=moment, freeze=True))
        assert services.clock.now() == moment
        services.close()


class TestRunning:
    @pytest.fixture
    def services(self, settings: Settings, tmp_path: Path) -> Services:
        demo.create(f"sqlite:///{tmp_path}/demo.db").close()
        path = tmp_path / "data" / "olvery.db"
        path.parent.mkdir()
        shutil.copy(tmp_path / "demo.db", path)
        actor = Actor(ActorKind.CLI, account="tests")
        return open_services(settings, clock=FrozenClock(demo.DEMO_NOW), actor=actor)

    def test_a_change_by_another_program_is_told(self, services: Services, database: Path) -> None:
        changed = threading.Event()
        services.start(changed.set, lambda error: None)
        time.sleep(0.3)
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("UPDATE person SET first_name = 'Марина' WHERE id = 1")
        assert changed.wait(PATIENCE)
        services.close()

    def test_the_status_worker_runs_where_the_settings_want_it(
        self, services: Services, settings: Settings
    ) -> None:
        assert services.worker is not None
        services.close()
        alone = open_services(
            Settings(settings.database_url, embedded_worker=False), clock=SystemClock()
        )
        assert alone.worker is None
        alone.close()

    def test_statuses_move_by_themselves(self, services: Services, database: Path) -> None:
        clock = services.clock
        assert isinstance(clock, FrozenClock)
        services.start(lambda: None, lambda error: None)
        clock.move_to(datetime(2022, 12, 22, tzinfo=UTC))
        assert services.worker is not None
        services.worker.wake()

        def moved() -> bool:
            return services.desk.tickets.get(26).status.value == "active"

        wait_until(moved)
        services.close()

    def test_a_lost_database_is_told_and_its_return_too(
        self, services: Services, database: Path, tmp_path: Path
    ) -> None:
        told: list[StoreUnavailable | None] = []
        services.start(lambda: None, told.append)
        time.sleep(0.3)
        database.rename(tmp_path / "away.db")
        wait_until(lambda: bool(told))
        (tmp_path / "away.db").rename(database)
        wait_until(lambda: told[-1] is None)
        assert isinstance(told[0], StoreUnavailable)
        services.close()

    def test_the_end_does_not_wait_for_a_busy_database(
        self, services: Services, database: Path
    ) -> None:
        clock = services.clock
        assert isinstance(clock, FrozenClock)
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        clock.move_to(datetime(2022, 12, 22, tzinfo=UTC))
        services.start(lambda: None, lambda error: None)
        time.sleep(0.3)  # the worker now waits for the lock
        began = time.monotonic()
        services.close()
        assert time.monotonic() - began < engine.BUSY_SECONDS - 1
        other.close()

    def test_it_may_be_closed_twice(self, services: Services) -> None:
        services.start(lambda: None, lambda error: None)
        services.close()
        services.close()
        assert not any(
            thread.name.startswith("olvery-") and thread.is_alive()
            for thread in threading.enumerate()
        )
