"""The documented roles: a terminal does its work with no right that it does not need."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk, Entrance
from olvery_tui.domain.actors import SYSTEM
from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.domain.filters import EMPTY
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.pages import Top
from olvery_tui.domain.period import Period
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store import demo, importer, schema
from olvery_tui.store.checks import check
from olvery_tui.store.engine import Store
from olvery_tui.store.postgres.store import PostgresStore
from tests.cluster import Cluster, binaries
from tests.desk.making import AS_ANNA, CONSOLE

ROLES = Path(__file__).parents[2] / "deploy" / "postgresql" / "roles.sql"


def give_rights(server: Cluster, name: str) -> None:
    """Run the documented file as it is documented."""
    subprocess.run(
        [
            binaries() / "psql",
            "--quiet",
            "--no-psqlrc",
            f"--host={server.folder}",
            "--username=admin",
            f"--dbname={name}",
            f"--file={ROLES}",
        ],
        check=True,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """Roles are of a whole server: these have one of their own."""
    found = Cluster()
    yield found
    found.remove()


@pytest.fixture
def name(server: Cluster) -> Iterator[str]:
    """A database set up by the book: roles, upgrade by the owner, roles again; with the example."""
    with server.database() as found:
        give_rights(server, found)
        with closing(Store.open(server.url(found, "olvery_owner"))) as owner:
            demo.fill(owner)
        give_rights(server, found)
        yield found


@pytest.fixture
def terminal(server: Cluster, name: str) -> Iterator[Store]:
    with closing(Store.open(server.url(name, "olvery_desk"))) as store:
        yield store


def test_the_owner_makes_and_upgrades_the_database(server: Cluster) -> None:
    with server.database() as found:
        give_rights(server, found)
        with closing(Store.open(server.url(found, "olvery_owner"))) as owner:
            assert schema.ensure(owner)
            assert not schema.upgrade(owner)
        give_rights(server, found)
        give_rights(server, found)


def test_a_terminal_does_all_its_work(terminal: Store, tmp_path: Path) -> None:
    clock = FrozenClock(demo.DEMO_NOW)
    desk = Desk(terminal, clock, AS_ANNA)
    assert not schema.ensure(terminal)
    assert len(desk.page(EMPTY, Top(), 20).rows) == 11
    desk.validate(desk.ticket(26))
    desk.reset_validation(desk.ticket(26))
    person = desk.add_person("Эм", "Ёлка", "", "")
    desk.change_visitor(desk.ticket(26), person.id)
    free = next(place for place in desk.places(desk.ticket(26)) if place.free)
    desk.change_workplace(desk.ticket(26), free.workplace_id)
    assert desk.history(26)
    seen = desk.desk_settings()
    desk.change_settings(seen, replace(seen, auto_complete_orders=True))
    order = desk.create_order(an_order(desk, person.id))
    desk.set_order_status(order, OrderStatus.CANCELLED)
    door = Entrance(terminal, clock, place="desk1", account="anna")
    inside = door.sign_in(demo.DEMO_LOGIN, demo.DEMO_PASSWORD)
    assert inside.manager == desk.manager(demo.DEMO_LOGIN)
    administration = Desk(terminal, clock, CONSOLE)
    administration.add_manager("boris", "Титов", "Борис", None)
    administration.set_active("boris", False)
    administration.erase_person(str(person.id))
    clock.move_to(desk.ticket(26).period.starts_at)
    assert StatusWorker(terminal, clock).run_pass() > 0
    again = importer.run(terminal, demo._LINES, clock=clock, actor=SYSTEM)
    assert again.lines > 0
    assert check(terminal, clock.now()) == ()
    assert isinstance(terminal, PostgresStore)
    with terminal.watching() as watch:
        assert watch.is_told


def an_order(desk: Desk, customer: int) -> OrderDraft:
    """The first free place of what can be booked by the hour, for an hour of the day after."""
    start = desk.now() + timedelta(days=1)
    period = Period.hourly(start, start + timedelta(hours=1))
    service = desk.ticket(26).service_id
    tariff = next(
        tariff
        for one in desk.services()
        if one.id == service
        for tariff in one.tariffs
        if tariff.unit is TariffUnit.HOUR
    )
    place = next(place for place in desk.free_places(service, period) if place.free)
    return OrderDraft(
        customer, service, tariff.id, period, (place.workplace_id,), variant_id=tariff.variant_id
    )


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE event",
        "DELETE FROM event",
        "UPDATE event SET kind = 'x'",
        "TRUNCATE event",
        "DELETE FROM event_seal",
        "UPDATE event_seal SET hash = ''",
        "DELETE FROM event_chain",
        "INSERT INTO event_chain VALUES (1, 0, '')",
        "TRUNCATE ticket CASCADE",
        "ALTER TABLE event DISABLE TRIGGER event_append_only",
        "DROP TRIGGER event_append_only ON event",
        "ALTER TABLE seat_assignment DROP CONSTRAINT seat_overlap",
        "ALTER TABLE ticket ADD COLUMN note text",
        "ALTER TABLE ticket DROP CONSTRAINT ck_ticket_status",
        "CREATE TABLE note (line text)",
        "CREATE TEMPORARY TABLE note (line text)",
        "CREATE OR REPLACE FUNCTION olvery_append_only() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NULL; END $$",
        "DROP FUNCTION olvery_append_only CASCADE",
        "DELETE FROM ticket",
        "DELETE FROM orders",
        "DELETE FROM person",
        "DELETE FROM manager",
        "UPDATE alembic_version SET version_num = '9999'",
        "INSERT INTO alembic_version VALUES ('9999')",
        "DROP INDEX ix_ticket_moves",
        "DROP EXTENSION btree_gist CASCADE",
        "SET session_replication_role = replica",
        "CREATE SCHEMA own",
        "SET ROLE olvery_owner",
        "COPY event TO PROGRAM 'cat'",
    ],
)
def test_what_a_terminal_must_not_do_it_cannot(server: Cluster, name: str, statement: str) -> None:
    with (
        server.connect(name, user="olvery_desk") as plain,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject)),
    ):
        plain.execute(statement.encode())


def test_a_terminal_that_would_have_to_upgrade_says_so(server: Cluster, name: str) -> None:
    with server.connect(name) as admin:
        admin.execute("DROP TRIGGER event_append_only ON event")
    with closing(Store.open(server.url(name, "olvery_desk"))) as terminal:
        with pytest.raises(StoreUnavailable) as caught:
            schema.ensure(terminal)
        assert caught.value.code == "no_right"


def test_a_login_of_one_s_own_is_enough(server: Cluster, name: str) -> None:
    with server.connect() as admin:
        admin.execute("CREATE ROLE anna LOGIN IN ROLE olvery_desk")
    try:
        with closing(Store.open(server.url(name, "anna"))) as store:
            desk = Desk(store, FrozenClock(demo.DEMO_NOW), AS_ANNA)
            assert desk.validate(desk.ticket(26)).validated
    finally:
        with server.connect() as admin:
            admin.execute("DROP ROLE anna")


def test_a_stranger_does_not_get_in(server: Cluster, name: str) -> None:
    with server.user("stranger") as stranger, pytest.raises(StoreUnavailable) as caught:
        Store.open(server.url(name, stranger))
    assert caught.value.code == "no_right"
