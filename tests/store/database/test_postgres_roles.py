"""The documented roles: a terminal does its work with no right that it does not need."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from olvery_tui import passwords
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Authentication, Desk
from olvery_tui.domain.access import SYSTEM, Role
from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.erasure import Ground
from olvery_tui.domain.errors import NotAllowed, NotFirst, StoreUnavailable, WrongPassword
from olvery_tui.domain.filters import EMPTY
from olvery_tui.domain.hours import OpenHours, OpeningHours
from olvery_tui.domain.items import ItemKind
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.pages import Top
from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.domain.periods import Period
from olvery_tui.domain.reports import ReportFilter
from olvery_tui.domain.row_kinds import RowKind
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store import demo
from olvery_tui.store import importing as importer
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.postgres.store import PostgresStore
from olvery_tui.store.importing import Outcome
from tests.cluster import Cluster, binaries
from tests.desk import making
from tests.desk.making import AS_ANNA, CONSOLE, as_typed
from tests.store.audit.test_outsiders import desk_goes_on, statements

ROLES = Path(__file__).parents[3] / "deploy" / "postgresql" / "roles.sql"


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
        with closing(open_database(server.url(found, "olvery_owner"))) as owner:
            demo.fill(owner)
        give_rights(server, found)
        yield found


@pytest.fixture
def terminal(server: Cluster, name: str) -> Iterator[Store]:
    with closing(open_database(server.url(name, "olvery_desk"))) as store:
        yield store


def test_the_owner_makes_and_upgrades_the_database(server: Cluster) -> None:
    with server.database() as found:
        give_rights(server, found)
        with closing(open_database(server.url(found, "olvery_owner"))) as owner:
            assert schema.ensure(owner)
            assert not schema.upgrade(owner)
        give_rights(server, found)
        give_rights(server, found)


def test_a_terminal_does_all_its_work(terminal: Store, tmp_path: Path) -> None:
    clock = FrozenClock(demo.DEMO_NOW)
    desk = Desk(terminal, clock, AS_ANNA)
    assert not schema.ensure(terminal)
    assert len(desk.tickets.page(EMPTY, Top(), 20).rows) == 11
    desk.tickets.validate(desk.tickets.get(26))
    desk.tickets.reset_validation(desk.tickets.get(26))
    person = desk.people.add(**as_typed("Эм", "Ёлка"))
    desk.tickets.change_visitor(desk.tickets.get(26), person.id)
    free = next(place for place in desk.tickets.places(desk.tickets.get(26)) if place.free)
    desk.tickets.change_workplace(desk.tickets.get(26), free.workplace_id)
    assert desk.tickets.history(26)
    seen = desk.settings.get()
    desk.settings.change(seen, replace(seen, auto_complete_orders=True))
    sets_up_a_room(desk)
    brings_tables_in(desk, tmp_path)
    keeps_up_people(desk)
    order = desk.orders.create(an_order(desk, person.id))
    made = desk.tickets.get(order.tickets[0].number)
    desk.periods.change_period(made, PeriodDraft(made.period, Decimal(1)))
    desk.undo(desk.last_changes)
    desk.orders.set_status(desk.orders.get(order.number), OrderStatus.CANCELLED)
    keeps_a_shift(desk)
    door = Authentication(terminal, clock, place="desk1", account="anna")
    inside = door.sign_in(demo.DEMO_LOGIN, demo.DEMO_PASSWORD)
    assert inside.manager == desk.access.manager(demo.DEMO_LOGIN)
    desk_of_anna = Desk(terminal, clock, inside)
    desk_of_anna.access.unlock(demo.DEMO_PASSWORD)
    with pytest.raises(WrongPassword):
        desk_of_anna.access.unlock("something else")
    assert [one.has_password for one in desk.access.accounts()] == [True]
    Desk(terminal, clock, CONSOLE).people.erase(person.id, Ground.REQUEST)
    clock.move_to(desk.tickets.get(26).period.starts_at)
    assert StatusWorker(terminal, clock).run_pass() > 0
    again = importer.run(terminal, demo._LINES, clock=clock, actor=SYSTEM)
    assert again.lines > 0
    lines = demo._LINES.read_text(encoding="utf-8").splitlines()
    ticket = json.loads(next(line for line in lines if '"ticket", "number": 30' in line))
    checked = {"validated_at": "2022-12-06T09:00:00+03:00", "validated_by": "newcomer"}
    line = io.BytesIO(json.dumps(ticket | checked).encode())
    assert importer.run(terminal, line, clock=clock, actor=SYSTEM).refused == 0
    assert check(terminal, clock.now()) == ()
    assert isinstance(terminal, PostgresStore)
    with terminal.watching(schema.require) as watch:
        assert watch.is_listening


def sets_up_a_room(desk: Desk) -> None:
    """All that is done in «Услуги и места»."""
    service = desk.catalogue.add(ItemKind.SERVICE, None, {"name": "Лофт", "slot_minutes": "30"})
    room = desk.catalogue.add(ItemKind.ROOM, service.id, {"name": "Зал"})
    place, second, *_others = desk.catalogue.add_places(room.id, "A{1..20}")
    desk.catalogue.delete(desk.catalogue.archive(place))
    desk.catalogue.archive(desk.catalogue.restore(desk.catalogue.archive(second)))
    typed = {"name": "Почасовой", "unit": TariffUnit.HOUR, "price": "250", "min_units": "1"}
    tariff = desk.catalogue.add(ItemKind.TARIFF, service.id, {**typed, "max_units": "12"})
    desk.catalogue.change(tariff, {**typed, "max_units": "12", "price": "300"})
    hours = OpeningHours((OpenHours(540, 1260),) * 7)
    assert desk.catalogue.change_hours(desk.catalogue.hours(), hours) == hours
    assert not desk.catalogue.change_hours(hours, OpeningHours()).is_set
    seen = desk.settings.get()
    desk.settings.change(seen, replace(seen, name="Лофт", currency="KZT"))


def brings_tables_in(desk: Desk, folder: Path) -> None:
    """«Импорт» of each kind; a second time the columns are remembered, and others may be."""
    tables = {
        RowKind.PLACES: "Услуга;Помещение;Место\nЛофт;Зал;Б1\n",
        RowKind.TARIFFS: "Услуга;Название;Единица;Цена\nЛофт;Суточный;сутки;900\n",
        RowKind.PEOPLE: "Фамилия;Телефон;Имя\nТаблицын;8 903 111-22-33;\n",
        RowKind.ORDERS: "ФИО;Телефон;Дата;Услуга;Место\n"
        "Таблицын Олег;89031112233;1.02.2023;Лофт;Б1\n"
        "Таблицын;;31.02.2023;Лофт;Б1\n",
    }
    for kind, content in tables.items():
        path = folder / f"{kind}.csv"
        path.write_text(content, encoding="utf-8")
        for outcome in (Outcome.CREATED, Outcome.UNCHANGED):
            table = desk.importing.preview(path, kind)
            assert table.recalled is (outcome is Outcome.UNCHANGED)
            report = desk.importing.run(table)
            assert (kind, report.count(outcome)) == (kind, 1)
            assert len(report.refused) == (1 if kind is RowKind.ORDERS else 0)


def keeps_up_people(desk: Desk) -> None:
    """All that is done in «Посетители» but an erasure."""
    (person,) = desk.people.search("Таблицын")
    assert person.first_name == "Олег"
    other = desk.people.add(anyway=True, **as_typed("Таблицин", "Олег", "+79031112233"))
    assert [{one.id for one in group} for group in desk.people.duplicates(9).groups][-1] == {
        person.id, other.id
    }  # fmt: skip
    person = desk.people.edit(person, anyway=True, **as_typed("Таблицын", "Олег", "+79031112233"))
    person = desk.people.unban(desk.people.ban(person, "шумит"))
    assert desk.people.merge(person, other).id == person.id


def keeps_a_shift(desk: Desk) -> None:
    """All that is done in «Смена»."""
    forgotten = desk.shifts.open(None).shift
    shift = desk.shifts.close(desk.shifts.open(forgotten).shift, "Ключ у охраны").shift
    assert [one.id for one in desk.shifts.notes()] == [shift.id]
    desk.shifts.read_notes((shift.id,))
    assert desk.shifts.notes() == ()
    day = desk.now().date()
    assert desk.reports.report(ReportFilter(day, day)).total().arrivals > 0


def an_order(desk: Desk, customer: int) -> OrderDraft:
    """The first free place of what can be booked by the hour, for an hour of the day after."""
    start = desk.now() + timedelta(days=1)
    period = Period.hourly(start, start + timedelta(hours=1))
    service = desk.tickets.get(26).service_id
    tariff = next(
        tariff
        for one in desk.catalogue.services()
        if one.id == service
        for tariff in one.tariffs
        if tariff.unit is TariffUnit.HOUR
    )
    place = next(place for place in desk.catalogue.free_places(service, period) if place.free)
    return OrderDraft(
        customer, service, tariff.id, period, (place.workplace_id,), variant_id=tariff.variant_id
    )


FORBIDDEN = (
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
    "DELETE FROM shift",
    "UPDATE shift SET id = 2",
    "DELETE FROM person",
    "DELETE FROM shared_value",
    "INSERT INTO shared_value VALUES ('phone', '+7')",
    "UPDATE shared_value SET value = '+7'",
    "DELETE FROM manager",
    "UPDATE alembic_version SET version_num = '9999'",
    "INSERT INTO alembic_version VALUES ('9999')",
    "DROP INDEX ix_ticket_moves",
    "DROP EXTENSION btree_gist CASCADE",
    "SET session_replication_role = replica",
    "CREATE SCHEMA own",
    "SET ROLE olvery_owner",
    "COPY event TO PROGRAM 'cat'",
    "SELECT password_hash FROM manager",
    "SELECT * FROM manager",
    "COPY manager TO STDOUT",
    "UPDATE manager SET active = true",
    "UPDATE manager SET password_hash = NULL",
    "INSERT INTO manager (login, last_name, first_name) VALUES ('eve', '', '')",
    "INSERT INTO manager (last_name, first_name, password_hash) VALUES ('', '', '')",
    "SELECT FROM manager FOR UPDATE",
    "DO $$ BEGIN LOCK TABLE manager IN SHARE MODE; END $$",
    "DO $$ BEGIN LOCK TABLE ticket IN ACCESS EXCLUSIVE MODE; END $$",
    "DO $$ BEGIN LOCK TABLE event IN SHARE MODE; END $$",
    "UPDATE event_chain SET seals = 0",
    "UPDATE event_chain SET hash = ''",
    "INSERT INTO event (id, at, kind, actor, data) VALUES (2147483647, now(), 'x', 'cli', '{}')",
    "INSERT INTO person (id, last_name, first_name, folded) VALUES (2147483647, '', '', '')",
    "SELECT nextval('person_id_seq')",
    "SELECT setval('event_id_seq', 1)",
    "SELECT nextval('event_id_seq')",
    "UPDATE ticket SET number = 1 WHERE number = 26",
    "UPDATE person SET id = 99",
    "UPDATE location SET id = 2",
    "DELETE FROM location",
    "INSERT INTO location (id, name, time_zone, currency) VALUES (1, '', '', '')",
    "CREATE OR REPLACE FUNCTION olvery_is_password(integer, text) RETURNS boolean LANGUAGE sql"
    " AS 'SELECT true'",
)
"""What only the owner may do, and what nobody may."""


def test_what_a_terminal_must_not_do_it_cannot(server: Cluster, name: str) -> None:
    refusals = (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject)
    with server.connect(name, user="olvery_desk") as plain:
        for statement in FORBIDDEN:
            with pytest.raises(refusals):
                plain.execute(statement.encode())


def test_only_the_owner_administers_managers(server: Cluster, name: str, terminal: Store) -> None:
    clock = FrozenClock(demo.DEMO_NOW)
    acts: tuple[Callable[[Desk], object], ...] = (
        lambda desk: desk.access.add_manager("boris", "Титов", "Борис", "a horse and a cart"),
        lambda desk: desk.access.set_password(demo.DEMO_LOGIN, "a horse and a cart"),
        lambda desk: desk.access.set_active(demo.DEMO_LOGIN, False),
        lambda desk: desk.access.set_active(demo.DEMO_LOGIN, True),
    )
    for act in acts:
        with pytest.raises(StoreUnavailable) as caught:
            act(Desk(terminal, clock, CONSOLE))
        assert caught.value.code == "no_right"
        with closing(open_database(server.url(name, "olvery_owner"))) as owner:
            act(Desk(owner, clock, CONSOLE))
    door = Authentication(terminal, clock, place="desk1", account="anna")
    assert door.sign_in("boris", "a horse and a cart").manager


def test_a_manager_at_a_terminal_changes_managers_with_their_password(
    server: Cluster, name: str, terminal: Store
) -> None:
    clock = FrozenClock(demo.DEMO_NOW)
    door = Authentication(terminal, clock, place="desk1", account="anna")
    access = Desk(terminal, clock, door.sign_in(demo.DEMO_LOGIN, demo.DEMO_PASSWORD)).access
    own = {"own_password": demo.DEMO_PASSWORD}
    access.add_manager("boris", "Титов", "Борис", "a horse and a cart", **own)
    access.set_role("boris", Role.EMPLOYEE, **own)
    access.set_role("boris", Role.RENTAL_MANAGER, **own)
    access.set_active("boris", False, **own)
    access.set_active("boris", True, **own)
    access.set_password("boris", "another horse", **own)
    assert door.sign_in("boris", "another horse").manager
    change = "SELECT olvery_change_manager(1, 'x', {id}, NULL, NULL, NULL, NULL, {active}, 'x')"
    with server.connect(name, user="olvery_desk") as plain:
        for number, active in (("1", "true"), ("2", "false"), ("NULL", "true")):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not_manager"):
                plain.execute(change.format(id=number, active=active).encode())


def test_who_is_disabled_stays_out_with_psql_too(
    server: Cluster, name: str, terminal: Store
) -> None:
    clock = FrozenClock(demo.DEMO_NOW)
    with closing(open_database(server.url(name, "olvery_owner"))) as owner:
        Desk(owner, clock, CONSOLE).access.set_active(demo.DEMO_LOGIN, False)
    with server.connect(name, user="olvery_desk") as plain:
        for statement in (
            "SELECT olvery_first_manager(1, 'eve', '', '', 'rental_manager', 'x')",
            "SELECT olvery_first_manager(NULL, 'eve', '', '', 'rental_manager', 'x')",
        ):
            with pytest.raises(psycopg.errors.IntegrityError, match="not_first"):
                plain.execute(statement.encode())
        plain.execute("SELECT olvery_renew_password(1, 'x', 'y')")
    with pytest.raises(NotAllowed, match="disabled"):
        Authentication(terminal, clock, place="", account="").sign_in(
            demo.DEMO_LOGIN, demo.DEMO_PASSWORD
        )


def test_what_a_terminal_is_told_of_a_password_is_its_salt(server: Cluster, name: str) -> None:
    with server.connect(name) as admin, server.connect(name, user="olvery_desk") as plain:
        ((known,),) = admin.execute("SELECT password_hash FROM manager WHERE id = 1").fetchall()
        ((salt,),) = plain.execute("SELECT olvery_salt(1)").fetchall()
        assert salt == passwords.openly(known)
        assert known.rpartition("$")[2] not in salt
        assert plain.execute("SELECT olvery_is_password(1, %s)", (salt,)).fetchone() == (False,)
        assert plain.execute("SELECT olvery_is_password(1, %s)", (known,)).fetchone() == (True,)
        assert plain.execute("SELECT olvery_salt(99)").fetchone() == (None,)
        assert plain.execute("SELECT olvery_is_password(99, 'x')").fetchone() == (False,)


def test_guesses_at_one_manager_wait_for_each_other(server: Cluster, name: str) -> None:
    """Also where the count of wrong passwords is taken back with the transaction."""
    with (
        server.connect(name, user="olvery_desk", autocommit=False) as one,
        server.connect(name, user="olvery_desk") as other,
    ):
        one.execute("SELECT olvery_is_password(1, 'x')")
        other.execute("SET lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("SELECT olvery_is_password(1, 'y')")
        one.rollback()
        assert other.execute("SELECT olvery_is_password(1, 'y')").fetchone() == (False,)


def test_a_terminal_makes_the_first_manager_of_a_new_database(server: Cluster) -> None:
    with server.database() as found:
        give_rights(server, found)
        with closing(open_database(server.url(found, "olvery_owner"))) as owner:
            schema.ensure(owner)
        give_rights(server, found)
        with closing(open_database(server.url(found, "olvery_desk"))) as terminal:
            door = Authentication(
                terminal, FrozenClock(demo.DEMO_NOW), place="desk1", account="anna"
            )
            secret = "a horse and a cart"
            assert door.policy().first
            door.first_manager("anna", "Орлова", "Анна", secret, secret)
            with pytest.raises(NotFirst):
                door.first_manager("boris", "Титов", "Борис", secret, secret)
            assert door.sign_in("anna", secret).manager
            assert check(terminal, demo.DEMO_NOW) == ()


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(storm=st.lists(statements(), min_size=5, max_size=25))
def test_no_statement_of_a_terminal_s_role_stops_the_desk(
    server: Cluster, storm: list[str]
) -> None:
    with server.database() as name:
        give_rights(server, name)
        with closing(open_database(server.url(name, "olvery_owner"))) as owner:
            making.fill(owner)
        give_rights(server, name)
        with closing(open_database(server.url(name, "olvery_owner"))) as owner:
            making.add_ticket(owner, 31)
        with server.connect(name, user="olvery_desk") as plain:
            for statement in storm:
                with suppress(psycopg.Error):
                    plain.execute(statement.encode())
        with closing(open_database(server.url(name, "olvery_desk"))) as terminal:
            desk_goes_on(terminal)


def test_a_terminal_that_would_have_to_upgrade_says_so(server: Cluster, name: str) -> None:
    with server.connect(name) as admin:
        admin.execute("DROP TRIGGER event_append_only ON event")
    with closing(open_database(server.url(name, "olvery_desk"))) as terminal:
        with pytest.raises(StoreUnavailable) as caught:
            schema.ensure(terminal)
        assert caught.value.code == "no_right"


def test_a_login_of_one_s_own_is_enough(server: Cluster, name: str) -> None:
    with server.connect() as admin:
        admin.execute("CREATE ROLE anna LOGIN IN ROLE olvery_desk")
    try:
        with closing(open_database(server.url(name, "anna"))) as store:
            desk = Desk(store, FrozenClock(demo.DEMO_NOW), AS_ANNA)
            assert desk.tickets.validate(desk.tickets.get(26)).validated
    finally:
        with server.connect() as admin:
            admin.execute("DROP ROLE anna")


def test_a_stranger_does_not_get_in(server: Cluster, name: str) -> None:
    with server.user("stranger") as stranger, pytest.raises(StoreUnavailable) as caught:
        open_database(server.url(name, stranger))
    assert caught.value.code == "no_right"
