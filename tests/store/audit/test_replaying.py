"""What is stored otherwise than the audit trail says is named by the check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from argon2 import PasswordHasher

from olvery_tui import passwords
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Authentication, Desk
from olvery_tui.domain.access import SYSTEM
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.erasure import Ground
from olvery_tui.domain.events import EventFilter, EventKind
from olvery_tui.domain.orders import OrderDraft, Payment
from olvery_tui.domain.problems import Problem
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store import importing as importer
from olvery_tui.store.access import managers
from olvery_tui.store.audit import history
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.wording.database import problem_text
from olvery_tui.wording.events import event_text
from tests import paying
from tests.databases import Databases
from tests.desk import making
from tests.desk.making import AS_ANNA, CONSOLE, FLOOR, HOUR, IVAN, MARINA, MOSCOW, NOW, hours

SECRET = "a horse and a cart"


@pytest.fixture
def unsold(databases: Databases) -> Iterator[Store]:
    """A database without an order."""
    with closing(making.make(databases)) as store:
        yield store


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    """A database in which the desk has done something of everything."""
    with closing(open_database(databases.new(_history))) as store:
        yield store


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def desk(store: Store, clock: FrozenClock) -> Desk:
    return Desk(store, clock, AS_ANNA)


def _history(store: Store) -> None:
    """An order with two tickets, paid, one of them checked, moved and given to somebody else."""
    making.fill(store)
    clock = FrozenClock(NOW)
    desk = Desk(store, clock, AS_ANNA)
    draft = OrderDraft(IVAN, FLOOR, FLOOR, hours(1, 3), (1, 2), price=Decimal("100.50"))
    order = desk.orders.create(draft)
    desk.orders.set_status(
        order, OrderStatus.CONFIRMED, payment=Payment(NOW - HOUR, PaymentKind.ON_SITE)
    )
    first, second = (one.number for one in order.tickets)
    desk.tickets.change_visitor(desk.tickets.get(second), MARINA)
    desk.tickets.validate(desk.tickets.get(first))
    desk.tickets.change_workplace(desk.tickets.get(second), 3)
    administration = Desk(store, clock, CONSOLE)
    administration.access.add_manager("vera", "Лунина", "Вера", SECRET)
    administration.access.add_manager("gleb", "Гусев", "Глеб", SECRET)
    administration.access.set_active("gleb", False)
    seen = desk.settings.get()
    desk.settings.change(seen, replace(seen, lock_minutes=7))
    desk.closings.close(ClosingDraft((4,), NOW, NOW + HOUR, "ремонт"))
    (past,) = desk.closings.close(ClosingDraft((4,), NOW + 2 * HOUR, None, "уборка"))
    desk.closings.open((past.id,))


def told(store: Store, *, at: FrozenClock | None = None) -> list[str]:
    problems = check(store, at.now() if at else NOW)
    assert all(problem_text(problem) for problem in problems)
    return [
        f"{problem.params['what']} {problem.params['number']} {problem.params['name']}"
        for problem in problems
        if problem.code == "fact"
    ]


def run(store: Store, *statements: str) -> None:
    with store.writing() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)


def test_what_the_desk_does_is_what_the_trail_says(
    store: Store, desk: Desk, clock: FrozenClock
) -> None:
    assert check(store, NOW) == ()
    for hour in (1, 2, 4):
        clock.move_to(NOW + hour * HOUR)
        StatusWorker(store, clock).run_pass()
        assert check(store, clock.now()) == ()
    order = desk.orders.get(1)
    desk.orders.set_status(order, OrderStatus.COMPLETED)
    StatusWorker(store, clock).run_pass()
    assert check(store, clock.now()) == ()


LATER = {"sqlite": "{} + 1000000", "postgresql": "{} + interval '1 second'"}

CHANGES = {
    "a check that nobody made": (
        "UPDATE ticket SET validated_at = created_at, validated_by = 1 WHERE number = 2",
        ["ticket 2 validation"],
    ),
    "a check that is gone": (
        "UPDATE ticket SET validated_at = NULL, validated_by = NULL WHERE number = 1",
        ["ticket 1 validation"],
    ),
    "a check by somebody else": (
        "UPDATE ticket SET validated_by = 2 WHERE number = 1",
        ["ticket 1 validation"],
    ),
    "a check at another time": (
        "UPDATE ticket SET validated_at = {validated_at} WHERE number = 1",
        ["ticket 1 validation"],
    ),
    "another visitor": (
        "UPDATE ticket SET visitor_id = 1 WHERE number = 2",
        ["ticket 2 visitor"],
    ),
    "another price": ("UPDATE orders SET price = 1", ["order 1 price"]),
    "another customer": ("UPDATE orders SET customer_id = 1", ["order 1 customer"]),
    "another currency": ("UPDATE orders SET currency = 'EUR'", ["order 1 currency"]),
    "a payment that nobody took": (
        "INSERT INTO payment (order_number, amount, kind, at)"
        " SELECT number, 1, 'online', created_at FROM orders WHERE number = 1",
        ["order 1 payments", "order 1 paid"],
    ),
    "a refund that nobody gave": (
        f"{paying.GIVE_BACK} AND number = 1",
        ["order 1 payments", "order 1 paid"],
    ),
    "a payment given back and taken in another way": (
        "INSERT INTO payment (order_number, amount, kind, at)"
        " SELECT number, -1, 'on_site', created_at FROM orders WHERE number = 1"
        " UNION ALL SELECT number, 1, 'online', created_at FROM orders WHERE number = 1",
        ["order 1 payments"],
    ),
    "another way of payment": (
        "UPDATE orders SET payment_kind = 'online'",
        ["order 1 payment_kind"],
    ),
    "logins swapped": (
        "UPDATE manager SET login = 'x' WHERE login = 'vera';"
        "UPDATE manager SET login = 'vera' WHERE login = 'gleb';"
        "UPDATE manager SET login = 'gleb' WHERE login = 'x'",
        ["manager 3 login", "manager 4 login"],
    ),
    "a manager let in again": (
        "UPDATE manager SET active = {true} WHERE login = 'gleb'",
        ["manager 4 active"],
    ),
    "another name of a manager": (
        "UPDATE manager SET last_name = 'Орлова' WHERE login = 'vera'",
        ["manager 3 name"],
    ),
    "another role": (
        "UPDATE manager SET role = 'employee' WHERE login = 'vera'",
        ["manager 3 role"],
    ),
    "another password": (
        "UPDATE manager SET password_hash = replace(password_hash, '$', '$x') WHERE login = 'vera'",
        ["manager 3 password"],
    ),
    "a colleague's password": (
        "UPDATE manager SET password_hash ="
        " (SELECT password_hash FROM manager WHERE login = 'gleb') WHERE login = 'vera'",
        ["manager 3 password"],
    ),
    "a password for who had none": (
        "UPDATE manager SET password_hash ="
        " (SELECT password_hash FROM manager WHERE login = 'gleb') WHERE login = 'boris'",
        ["manager 2 password"],
    ),
    "another time of an order's creation": (
        "UPDATE orders SET created_at = {created_at}",
        ["order 1 created_at"],
    ),
    "another time of a ticket's creation": (
        "UPDATE ticket SET created_at = {created_at} WHERE number = 1",
        ["ticket 1 created_at"],
    ),
    "another former status": (
        "UPDATE orders SET previous_status = 'completed'",
        ["order 1 previous_status"],
    ),
    "an extra that nobody sold": (
        "INSERT INTO modifier (service_id, name, price) VALUES (1, 'Шкафчик', 0);"
        "INSERT INTO ticket_modifier (ticket_number, modifier_id) VALUES (2, 1)",
        ["ticket 2 modifiers"],
    ),
    "another price of a tariff": ("UPDATE tariff SET price = 1 WHERE id = 2", ["tariff 2 price"]),
    "other bounds of a tariff": (
        "UPDATE tariff SET min_units = 2, max_units = 3 WHERE id = 1",
        ["tariff 1 min_units", "tariff 1 max_units"],
    ),
    "another label of a workplace": (
        "UPDATE workplace SET label = 'x' WHERE id = 3",
        ["workplace 3 label"],
    ),
    "another room of a workplace": (
        "INSERT INTO room (service_id, name) VALUES (1, 'x');"
        "UPDATE workplace SET room_id = 3 WHERE id = 4",
        ["workplace 4 room"],
    ),
    "another name of a room": ("UPDATE room SET name = 'x' WHERE id = 2", ["room 2 name"]),
    "another step of a service": (
        "UPDATE service SET slot_minutes = 15 WHERE id = 2",
        ["service 2 slot_minutes"],
    ),
    "another setting": ("UPDATE location SET lock_minutes = 0", ["settings 1 lock_minutes"]),
    "another tariff and variant": (
        "UPDATE ticket SET variant_id = 1 WHERE number = 1",
        ["ticket 1 variant"],
    ),
    "another place, end and reason of a closing": (
        "UPDATE closing SET reason = 'x' WHERE id = 1; UPDATE seat_assignment SET"
        " workplace_id = 2, ends_at = {ends_at} WHERE closing_id = 1",
        ["closing 1 workplace", "closing 1 to", "closing 1 reason"],
    ),
    "a closing that was opened": (
        "INSERT INTO seat_assignment (closing_id, workplace_id, starts_at, ends_at) SELECT 2, 5,"
        " starts_at, ends_at FROM seat_assignment WHERE closing_id = 1",
        ["closing 2 workplace", "closing 2 from", "closing 2 to"],
    ),
    "seats swapped with what is shown": (
        "UPDATE seat_assignment SET workplace_id = 4 WHERE ticket_number = 1;"
        "UPDATE ticket SET workplace_id = 4 WHERE number = 1",
        ["ticket 1 workplace"],
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_fact_that_was_changed_past_the_program_is_named(store: Store, what: str) -> None:
    statement, wanted = CHANGES[what]
    if "variant" in what:
        run(store, "INSERT INTO service_variant (service_id, name) VALUES (1, 'Резидент')")
    later = LATER[store.dialect]
    names = ("validated_at", "created_at", "ends_at")
    words = {name: later.format(name) for name in names}
    run(
        store,
        *statement.format(true="true" if store.dialect == "postgresql" else 1, **words).split(";"),
    )
    assert told(store) == wanted


ADDED = {
    "closing 3": "INSERT INTO closing (reason) VALUES ('x')",
    "manager 5": "INSERT INTO manager (login, last_name, first_name) VALUES ('eve', '', '')",
    "service 3": "INSERT INTO service (name, slot_minutes) VALUES ('x', 30)",
    "room 3": "INSERT INTO room (service_id, name) VALUES (1, 'x')",
    "workplace 6": "INSERT INTO workplace (room_id, label) VALUES (1, 'x')",
    "variant 1": "INSERT INTO service_variant (service_id, name) VALUES (1, 'x')",
    "modifier 1": "INSERT INTO modifier (service_id, name, price) VALUES (1, 'x', 0)",
    "tariff 3": "INSERT INTO tariff (service_id, name, unit, price, currency, min_units, max_units)"
    " VALUES (1, 'x', 'hour', 0, 'RUB', 1, 1)",
}


@pytest.mark.parametrize("thing", ADDED)
def test_what_was_added_past_the_program_is_named(store: Store, thing: str) -> None:
    run(store, ADDED[thing])
    (problem,) = check(store, NOW)
    assert problem.code == "untold"
    assert thing == f"{problem.params['what']} {problem.params['number']}"
    assert problem_text(problem)


def test_what_was_removed_past_the_program_is_named(store: Store) -> None:
    run(store, "DELETE FROM tariff WHERE id = 2")
    (problem,) = check(store, NOW)
    assert problem == Problem("gone", {"what": "tariff", "number": 2})
    assert problem_text(problem)


def test_a_manager_whom_an_import_names_is_no_difference(store: Store) -> None:
    with store.writing() as session:
        managers.ensure(session, "Пётр Ильин")
    assert check(store, NOW) == ()


def test_a_password_that_is_kept_anew_is_what_the_trail_says(
    store: Store, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(2, 64, 1))
    door = Authentication(store, clock, place="desk1", account="vera")
    door.sign_in("vera", SECRET)
    assert check(store, NOW) == ()
    with store.reading() as session:
        assert EventKind.PASSWORD_RENEWED in {line.kind for line in history.of_manager(session, 3)}


@pytest.mark.parametrize(
    "data", ["{}", '{"what": "tariff", "number": 99}', '{"what": ["x"], "number": "1"}']
)
def test_nonsense_about_what_is_sold_is_no_fault_of_the_check(store: Store, data: str) -> None:
    moment = "1670310000000000" if store.dialect == "sqlite" else "'2022-12-06 07:00+00'"
    run(
        store,
        "INSERT INTO event (at, kind, actor, data)"
        f" VALUES ({moment}, 'catalogue.changed', 'system', '{data}')",
    )
    assert "trail_added" in {problem.code for problem in check(store, NOW)}
    with store.reading() as session:
        found = history.matching(session, EventFilter(), None, 5, zone=MOSCOW)
        assert all(event_text(line, MOSCOW) for line in found)


def test_a_status_of_an_order_with_its_tickets_is_named(store: Store) -> None:
    run(
        store,
        "UPDATE orders SET status = 'cancelled'",
        "UPDATE ticket SET status = 'cancelled', moves_at = NULL",
        "DELETE FROM seat_assignment WHERE closing_id IS NULL",
    )
    assert told(store) == ["ticket 1 status", "ticket 2 status", "order 1 status"]


def test_the_first_manager_is_in_the_trail(databases: Databases) -> None:
    with closing(open_database(databases.new())) as store:
        door = Authentication(store, FrozenClock(NOW), place="desk1", account="anna")
        door.first_manager("anna", "Орлова", "Анна", SECRET, SECRET)
        assert check(store, NOW) == ()
        run(store, "UPDATE manager SET login = 'eve'")
        assert told(store) == ["manager 1 login"]


LINES = """
{"kind": "order", "number": 7, "service": "Коворкинг на 3 этаже", "customer": "ivan",
 "status": "%s", "payment_kind": "on_site", "price": "%s", "created_at": "2022-12-01T10:00:00+03:00"
 %s}
{"kind": "ticket", "number": 9, "order": 7, "visitor": "ivan", "room": "Коворкинг №1",
 "workplace": "PM №4", "tariff": "Почасовой", "variant": null, "modifiers": [],
 "created_at": "2022-12-01T10:00:00+03:00",
 "starts_at": "2022-12-07T10:00:00+03:00", "ends_at": "2022-12-07T%s:00:00+03:00"%s}
"""


def test_an_import_tells_the_facts_that_it_writes(unsold: Store, clock: FrozenClock) -> None:
    run(unsold, "UPDATE person SET key = 'ivan' WHERE id = 3")
    paid = ', "paid_at": "2022-12-02T10:00:00+03:00"'
    checked = ', "validated_at": "2022-12-05T10:00:00+03:00", "validated_by": "anna"'
    for values in (
        ("new", "100.00", "", "12", ""),
        ("confirmed", "250.00", paid, "13", ""),
        ("confirmed", "250.00", paid, "13", checked),
    ):
        text = (LINES % values).replace("\n ", " ")
        report = importer.run(unsold, BytesIO(text.encode()), clock=clock, actor=SYSTEM)
        assert report.refused == 0, report
        assert check(unsold, NOW) == ()
    run(unsold, "UPDATE orders SET price = 10000 WHERE number = 7", paying.GIVE_BACK)
    run(unsold, "UPDATE ticket SET validated_at = NULL, validated_by = NULL WHERE number = 9")
    assert told(unsold) == [
        "ticket 9 validation",
        "order 7 price",
        "order 7 payments",
        "order 7 paid",
    ]


def test_events_of_earlier_versions_prove_what_they_tell_and_no_more(unsold: Store) -> None:
    making.add_ticket(unsold, 31, period=hours(1, 2))
    run(unsold, "UPDATE orders SET price = 1")
    assert told(unsold) == []
    run(unsold, "UPDATE ticket SET visitor_id = 2")
    assert told(unsold) == ["ticket 31 visitor"]


def test_who_was_erased_is_no_difference(store: Store, clock: FrozenClock) -> None:
    Desk(store, clock, CONSOLE).people.erase(IVAN, Ground.REQUEST)
    assert check(store, NOW) == ()


def test_a_time_that_runs_backwards_is_told(store: Store, desk: Desk, clock: FrozenClock) -> None:
    clock.move_to(NOW - timedelta(minutes=1))  # the clock of another terminal
    desk.tickets.reset_validation(desk.tickets.get(1))
    assert check(store, NOW) == ()
    clock.move_to(NOW - timedelta(hours=1))
    desk.tickets.validate(desk.tickets.get(1))
    assert [problem.code for problem in check(store, NOW)] == ["trail_time"]
