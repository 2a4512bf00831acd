"""A second import of changed lines: what it may change, what it may not, and what is recorded."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.moments import to_micros
from tests.databases import Databases
from tests.store.import_files import (
    FLOOR,
    NOW,
    PLACES,
    QUIET,
    Importing,
    Line,
    fill,
    order,
    person,
    tariff,
    ticket,
)

ONE, TWO, THREE = PLACES
CHECK = {"validated_at": "2022-12-06T09:05:00+03:00", "validated_by": "boris"}
LATER = "2022-12-22..2022-12-24"


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    """The test's own database, with the service and the people."""
    with closing(open_database(databases.new(fill))) as store:
        yield store


@pytest.fixture
def importing(store: Store, tmp_path: Path) -> Importing:
    """To import into it."""
    return Importing(store, tmp_path)


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line is a transaction of its own."""
    monkeypatch.setattr("olvery_tui.store.importing.pipeline.CHUNK", 1)


def new_events(importing: Importing, before: int) -> list[tuple[str, int | None, Line]]:
    """What was recorded since, without the import itself."""
    return [event for event in importing.events()[before:] if event[0] != "import.finished"]


# ── Orders ───────────────────────────────────────────────────────────────────────────────────────


def test_an_order_that_is_confirmed_moves_its_tickets(importing: Importing) -> None:
    importing(order(1, "new"), ticket(1, 1), ticket(2, 1, LATER))
    before = len(importing.events())
    report = importing(order(1, "confirmed"))
    assert (report.created, report.updated) == (0, 1)
    assert importing.desk.tickets.get(1).status is TicketStatus.ACTIVE
    assert importing.desk.tickets.get(2).status is TicketStatus.CONFIRMED
    assert new_events(importing, before) == [
        ("order.moved", None, {"from": "new", "to": "confirmed"}),
        ("ticket.moved", 1, {"from": "new", "to": "active"}),
        ("ticket.moved", 2, {"from": "new", "to": "confirmed"}),
    ]
    assert importing.desk.tickets.get(1).version == 2
    importing.assert_sound()


def test_a_cancelled_order_gives_up_what_is_still_to_come(importing: Importing) -> None:
    importing(
        order(1),
        ticket(1, 1, "9-12", **CHECK),
        ticket(2, 1, "13-15", **CHECK),
        ticket(3, 1, "7-9", **CHECK),
    )
    importing(order(1, "refunded"))
    assert importing.seats(1) == [(ONE, "06:00", "07:00")]  # until now, 10:00 in Moscow
    assert importing.seats(2) == []
    assert importing.seats(3) == [(ONE, "04:00", "06:00")]
    assert {importing.desk.tickets.get(number).status for number in (1, 2, 3)} == {
        TicketStatus.CANCELLED
    }
    importing.assert_sound()


def test_what_nobody_was_checked_in_for_is_given_back_whole(importing: Importing) -> None:
    importing(order(1), ticket(1, 1, "9-12"), ticket(2, 1, "13-15"), ticket(3, 1, "7-9"))
    importing(order(1, "refunded"))
    assert [importing.seats(number) for number in (1, 2, 3)] == [[], [], []]
    importing.assert_sound()


def test_a_ticket_of_today_gets_a_seat_that_was_another_s_until_now(importing: Importing) -> None:
    """It holds it from its start where that is free, else from now on; never past its own line."""
    today = "2022-12-06"
    importing(
        order(1), ticket(1, 1, today, **CHECK), order(2), ticket(2, 2, "14-16", workplace=TWO)
    )
    importing(order(1, "refunded"))
    assert importing.seats(1) == [(ONE, "05 21:00", "07:00")]

    report = importing(
        order(3),
        ticket(3, 3, today),
        ticket(4, 3, today, workplace=THREE),
        ticket(5, 3, today, workplace=TWO),
        ticket(6, 3, "7-9"),
    )
    assert report.refused == 2
    assert importing.told() == [(4, "workplace", "seat_taken"), (5, "workplace", "seat_taken")]
    by_line = {problem.line: problem.params["ticket"] for problem in importing.problems}
    assert by_line == {4: 2, 5: 1}  # what is over is asked for whole
    assert importing.seats(3) == [(ONE, "07:00", "21:00")]
    assert importing.seats(4) == [(THREE, "05 21:00", "21:00")]
    importing.assert_sound()


def test_what_was_booked_in_its_period_is_held_since_then(importing: Importing) -> None:
    importing(order(1), ticket(1, 1, "9-12", created_at="2022-12-06T09:20:00+03:00"))
    assert importing.seats(1) == [(ONE, "06:20", "09:00")]
    importing.assert_sound()


def test_an_order_taken_back_takes_its_seats_back(importing: Importing) -> None:
    importing(order(1), ticket(1, 1, "9-12"), ticket(2, 1, "13-15"))
    importing(order(1, "cancelled"))
    importing.clock.move_to(NOW + timedelta(minutes=30))
    importing(order(1, "confirmed"))
    assert importing.seats(1) == [(ONE, "07:30", "09:00")]  # from now on
    assert importing.seats(2) == [(ONE, "10:00", "12:00")]
    assert importing.desk.tickets.get(1).status is TicketStatus.ACTIVE
    importing.assert_sound()


def test_an_order_is_not_taken_back_where_its_seat_is_taken(importing: Importing) -> None:
    importing(order(1), ticket(1, 1, "13-15"), order(2), ticket(2, 2, "13-15", workplace=TWO))
    importing(order(1, "cancelled"))
    importing(order(3), ticket(3, 3, "14-16"))

    report = importing(
        order(1, "confirmed"),
        order(2, "completed"),
        ticket(1, 1, "13-15"),
        ticket(2, 2, "13-15", workplace=TWO),
    )
    assert importing.told() == [(1, "status", "seat_taken"), (3, "order", "depends")]
    taken, depends = sorted(importing.problems, key=lambda one: one.line)
    assert taken.params["ticket"] == 3
    assert taken.params["wanted"] == 1
    assert depends.params["line"] == 1
    assert (report.updated, report.unchanged, report.refused) == (1, 1, 2)
    assert importing.desk.tickets.get(1).order_status is OrderStatus.CANCELLED
    assert importing.desk.tickets.get(2).order_status is OrderStatus.COMPLETED
    importing.assert_sound()


def test_an_order_may_come_back_to_a_seat_that_a_later_line_gives_up(
    importing: Importing, one_by_one: None
) -> None:
    importing(order(1), ticket(1, 1, "13-15"))
    importing(order(1, "cancelled"))
    importing(order(2), ticket(2, 2, "13-15"))
    report = importing(order(1, "confirmed"), order(2, "cancelled"))
    assert report.updated == 2
    assert importing.seats(1) == [(ONE, "10:00", "12:00")]
    assert importing.seats(2) == []
    importing.assert_sound()


def test_moves_that_no_worker_has_made_are_recorded_with_the_time_they_were_due(
    importing: Importing,
) -> None:
    importing(order(1), ticket(1, 1, "13-15"))
    before = len(importing.events())
    importing.clock.move_to(NOW + timedelta(hours=9))
    importing(order(1, "completed"))
    assert importing.desk.tickets.get(1).status is TicketStatus.DONE
    assert new_events(importing, before) == [
        ("order.moved", None, {"from": "confirmed", "to": "completed"}),
        ("ticket.moved", 1, {"from": "confirmed", "to": "active"}),
        ("ticket.moved", 1, {"from": "active", "to": "done"}),
    ]
    first, second = importing.rows(
        "SELECT actor, due_at FROM event WHERE kind = 'ticket.moved' ORDER BY id"
    )
    due = datetime(2022, 12, 6, 10, tzinfo=UTC)
    assert first == ("system", to_micros(due) if importing.store.dialect == "sqlite" else due)
    assert second == ("cli", None)


def test_an_orders_other_facts_are_brought_up_to_date(importing: Importing) -> None:
    importing(order(1), ticket(1, 1))
    before = len(importing.events())
    paid = "2022-12-05T20:00:00+03:00"
    report = importing(
        order(1, price="1000.50", payment_kind="online", customer="u-2", paid_at=paid)
    )
    assert report.updated == 1
    ((kind, _ticket, data),) = new_events(importing, before)
    assert (kind, data["fields"]) == (
        "order.updated",
        ["customer", "payment_kind", "price", "paid_at"],
    )
    assert data["to"] == {
        "customer": 2,
        "payment_kind": "online",
        "price": "1000.50",
        "paid_at": paid,
    }
    assert importing.rows("SELECT price, version FROM orders") == [(100050, 2)]
    assert importing.desk.tickets.get(1).version == 1

    importing(order(1, price="1000.50", payment_kind="online", customer="u-2"))
    assert importing.rows("SELECT amount, kind FROM payment") == [(100050, "online")]


def test_a_comment_is_kept_cleaned_and_taken_away_by_an_empty_one(importing: Importing) -> None:
    importing(order(1, comment=" у \x1b окна\n"))
    assert importing.rows("SELECT comment FROM orders") == [("у окна",)]

    importing(order(1))
    assert importing.rows("SELECT comment FROM orders") == [("у окна",)]

    before = len(importing.events())
    importing(order(1, comment=""))
    assert new_events(importing, before) == [
        ("order.updated", None, {"fields": ["comment"], "to": {}})
    ]
    assert importing.rows("SELECT comment FROM orders") == [("",)]

    report = importing(order(2, comment="я" * 1_001))
    assert report.created == 0
    assert importing.told()[-1][1:] == ("comment", "too_long")


def test_an_order_begins_with_its_first_ticket_and_ends_with_its_last(importing: Importing) -> None:
    on_a_server = importing.store.dialect == "postgresql"
    same = "IS NOT DISTINCT FROM" if on_a_server else "IS"
    hour: Any = timedelta(hours=1) if on_a_server else 3_600_000_000

    def sold() -> list[tuple[object, ...]]:
        return importing.rows(
            f"SELECT number, starts_at {same} (SELECT min(starts_at) FROM ticket"
            f" WHERE order_number = o.number), ends_at {same} (SELECT max(ends_at) FROM ticket"
            " WHERE order_number = o.number), version FROM orders AS o ORDER BY number"
        )

    importing(order(1), order(2), ticket(1, 1, "13-15"), ticket(2, 1, "9-10"))
    assert sold() == [(1, 1, 1, 1), (2, 1, 1, 1)]
    assert importing.rows("SELECT ends_at - starts_at FROM orders ORDER BY number") == [
        (6 * hour,),
        (None,),
    ]

    importing(ticket(2, 2, "16-18"))  # it goes to the other order, and later
    assert sold() == [(1, 1, 1, 1), (2, 1, 1, 1)]
    assert importing.rows("SELECT ends_at - starts_at FROM orders ORDER BY number") == [
        (2 * hour,),
        (2 * hour,),
    ]


def test_an_order_with_tickets_keeps_its_service(importing: Importing) -> None:
    importing(order(1), ticket(1, 1), order(2), {"kind": "service", "name": "Другая"})
    report = importing(order(1, service="Другая"), order(2, service="Другая"))
    assert importing.told() == [(1, "service", "service_fixed")]
    assert report.updated == 1
    importing.assert_sound()


def test_the_history_has_the_time_of_creation_and_not_that_of_the_import(
    importing: Importing,
) -> None:
    importing(order(1), ticket(1, 1, "13-15"))
    created = datetime(2022, 12, 5, 16, 2, tzinfo=UTC)
    ((_kind, _number, made),) = importing.events("order.created")
    assert (made["price"], made["payment"]) == ("900.00", "on_site")
    for line in importing.desk.orders.history(1):
        assert datetime.fromisoformat(str(line.data["created_at"])) == created
        assert line.at == NOW


def test_a_line_of_a_former_version_gets_the_time_of_creation_from_what_is_there(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def former(*_times: object, status: str = "", **_facts: object) -> dict[str, object]:
        return {"status": status}

    for loader in ("orders", "tickets"):
        monkeypatch.setattr(f"olvery_tui.store.importing.{loader}.created", former)
    importing(order(1), ticket(1, 1, "13-15"))
    lines = importing.desk.orders.history(1)
    assert len(lines) == 2
    for line in lines:
        assert line.data["created_at"] == "2022-12-05T16:02:00+00:00"


# ── Tickets ──────────────────────────────────────────────────────────────────────────────────────


def test_a_running_ticket_moves_from_now_on_and_its_past_stays(importing: Importing) -> None:
    importing(order(1), ticket(1, 1, "9-12"), order(2), ticket(2, 2, "9-10", workplace=TWO))
    before = len(importing.events())
    importing(ticket(1, 1, "9-12", workplace=TWO))
    assert importing.seats(1) == [(ONE, "06:00", "07:00"), (TWO, "07:00", "09:00")]
    assert importing.desk.tickets.get(1).workplace == TWO
    ((kind, number, data),) = new_events(importing, before)
    assert (kind, number) == ("ticket.workplace_changed", 1)
    assert datetime.fromisoformat(data["since"]) == NOW
    importing.assert_sound()


def test_a_ticket_to_come_moves_whole(importing: Importing) -> None:
    importing(order(1), ticket(1, 1, "13-15"))
    importing(ticket(1, 1, "14-16", workplace=TWO, room=QUIET, modifiers=["Полка"]))
    assert importing.seats(1) == [(TWO, "11:00", "13:00")]
    card = importing.desk.tickets.get(1)
    assert (card.room, card.modifiers, card.version) == (QUIET, ("Полка",), 2)
    kinds = [event[0] for event in importing.events() if event[1] == 1]
    assert kinds == ["ticket.created", "ticket.workplace_changed", "ticket.updated"]
    data = importing.events("ticket.updated")[0][2]
    assert data["fields"] == ["period", "modifiers"]
    assert list(data["to"]) == ["period", "modifiers"]
    importing.assert_sound()


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("9-14", [(ONE, "06:00", "07:00"), (TWO, "07:00", "11:00")]),
        ("8-12", [(ONE, "06:00", "07:00"), (TWO, "07:00", "09:00")]),
        ("9-11", [(ONE, "06:00", "07:00"), (TWO, "07:00", "08:00")]),
        ("13-15", [(TWO, "10:00", "12:00")]),
    ],
)
def test_a_changed_period_keeps_the_past_where_it_was(
    importing: Importing, hours: str, expected: list[tuple[str, str, str]]
) -> None:
    importing(order(1), ticket(1, 1, "9-12"))
    importing(ticket(1, 1, "9-12", workplace=TWO))
    importing.clock.move_to(NOW + timedelta(minutes=20))
    assert importing(ticket(1, 1, hours, workplace=TWO)).updated == 1
    assert importing.seats(1) == expected
    importing.assert_sound()


def test_a_period_made_shorter_than_what_has_passed_ends_there(importing: Importing) -> None:
    importing(order(1), ticket(1, 1, "9-12"))
    importing.clock.move_to(NOW + timedelta(hours=1))
    importing(ticket(1, 1, "9-10"))
    assert importing.seats(1) == [(ONE, "06:00", "07:00")]
    assert importing.desk.tickets.get(1).overdue
    importing.assert_sound()


@pytest.mark.parametrize(
    ("status", "hours", "change", "problem"),
    [
        ("confirmed", "9-12", {"visitor": "u-2"}, ("visitor", "wrong_status")),
        ("completed", "7-9", {"visitor": "u-2"}, ("visitor", "wrong_status")),
        ("completed", "7-9", {"workplace": TWO}, ("workplace", "wrong_status")),
        ("completed", "7-9", {"ends_at": "2022-12-06T12:00:00+03:00"}, ("ends_at", "wrong_status")),
        ("cancelled", "13-15", {"workplace": TWO}, ("workplace", "wrong_status")),
        ("confirmed", "7-9", {"workplace": TWO}, ("workplace", "period_ended")),
    ],
)
def test_what_the_desk_may_not_change_a_file_may_not_either(
    importing: Importing, status: str, hours: str, change: dict[str, Any], problem: tuple[str, str]
) -> None:
    importing(order(1, status), ticket(1, 1, hours))
    before = importing.content()
    report = importing(ticket(1, 1, hours, **change))
    field, code = problem
    assert importing.told() == [(1, "period" if field == "ends_at" else field, code)]
    assert report.refused == 1
    assert importing.content() == before


def test_another_visitor_has_another_passport(importing: Importing) -> None:
    importing(order(1), ticket(1, 1, LATER, **CHECK), ticket(2, 1, "13-15", **CHECK))
    before = len(importing.events())
    importing(ticket(1, 1, LATER, visitor="u-2"), ticket(2, 1, "13-15", visitor="u-2", **CHECK))
    assert not importing.desk.tickets.get(1).validated
    assert importing.desk.tickets.get(2).validated
    assert [(number, data["cleared"]) for _, number, data in new_events(importing, before)] == [
        (1, True),
        (2, False),
    ]
    importing.assert_sound()


def test_a_line_without_a_check_leaves_the_desks_check_alone(importing: Importing) -> None:
    importing(order(1), ticket(1, 1, **CHECK))
    assert importing(ticket(1, 1)).unchanged == 1
    assert importing(ticket(1, 1, modifiers=["Полка"])).updated == 1
    assert importing.desk.tickets.get(1).validated


def test_a_ticket_may_go_to_another_order(importing: Importing) -> None:
    importing(order(1, "cancelled"), order(2), ticket(1, 1))
    assert importing.seats(1) == []
    importing(ticket(1, 2))
    card = importing.desk.tickets.get(1)
    assert (card.order, card.status) == (2, TicketStatus.ACTIVE)
    assert importing.seats(1) == [(ONE, "07:00", "09:00")]  # from now on
    importing.assert_sound()


def test_two_tickets_may_change_places(importing: Importing) -> None:
    importing(order(1), ticket(1, 1, "13-15"), ticket(2, 1, "13-15", workplace=TWO))
    report = importing(ticket(1, 1, "13-15", workplace=TWO), ticket(2, 1, "13-15"))
    assert report.updated == 2
    assert importing.seats(1) == [(TWO, "10:00", "12:00")]
    assert importing.seats(2) == [(ONE, "10:00", "12:00")]
    importing.assert_sound()


def test_each_may_move_to_the_seat_that_the_next_one_leaves(
    importing: Importing, one_by_one: None
) -> None:
    importing(order(1), ticket(1, 1, "13-15"), ticket(2, 1, "13-15", workplace=TWO))
    report = importing(ticket(1, 1, "13-15", workplace=TWO), ticket(2, 1, "13-15", workplace=THREE))
    assert (report.updated, report.refused) == (2, 0)
    assert importing.seats(1) == [(TWO, "10:00", "12:00")]
    importing.assert_sound()


def test_a_place_that_is_closed_is_refused_with_the_reason(importing: Importing) -> None:
    importing(order(1), ticket(1, 1, "13-15", workplace=TWO))
    closed = NOW + timedelta(hours=1)
    importing.desk.closings.close(ClosingDraft((1,), closed, None, "ремонт"))
    report = importing(order(2), ticket(2, 2, "13-15"), ticket(1, 1, "13-15"))
    assert importing.told() == [(2, "workplace", "seat_closed"), (3, "workplace", "seat_closed")]
    assert [one.params["reason"] for one in report.problems] == ["ремонт", "ремонт"]
    importing.assert_sound()


def test_a_line_that_waited_for_a_seat_does_not_undo_a_later_one(
    importing: Importing, one_by_one: None
) -> None:
    importing(order(1), ticket(1, 1, "13-15"), ticket(2, 1, "13-15", workplace=TWO))
    report = importing(
        ticket(1, 1, "13-15", workplace=TWO),  # taken by ticket 2
        ticket(1, 1, "13-15", workplace=THREE, modifiers=["Полка"]),
        ticket(2, 1, "16-18", workplace=TWO),  # and now it is free
    )
    assert importing.told() == [(1, "workplace", "seat_taken")]
    assert (report.updated, report.refused) == (2, 1)
    assert importing.desk.tickets.get(1).workplace == THREE


# ── The rest ─────────────────────────────────────────────────────────────────────────────────────


def test_a_person_is_found_by_the_new_name_and_not_by_the_old_one(importing: Importing) -> None:
    before = len(importing.events())
    report = importing(person("u-1", "Орлова", "Мария", email="m@example.com"))
    assert report.updated == 1
    assert importing.desk.people.suggest("семенова") == ()
    (found,) = importing.desk.people.suggest("орл")
    assert found.email == "m@example.com"
    ((kind, _number, data),) = new_events(importing, before)
    assert (kind, data["fields"]) == ("person.updated", ["last_name", "email"])
    importing.assert_sound()


def test_a_patronymic_and_a_note_stay_where_a_later_file_has_no_such_fields(
    importing: Importing,
) -> None:
    line = person("u-1", "Орлова", "Мария", email="m@example.com")
    importing({**line, "patronymic": "Ивановна", "note": " просит  тишины "})
    assert importing(line).unchanged == 1
    (found,) = importing.desk.people.suggest("орлова м.и.")
    assert (found.patronymic, found.note) == ("Ивановна", "просит тишины")
    importing({**line, "patronymic": "", "note": ""})
    (found,) = importing.desk.people.suggest("орлова")
    assert (found.patronymic, found.note, found.version) == ("", "", 3)
    importing.assert_sound()


def test_what_is_sold_is_brought_up_to_date(importing: Importing) -> None:
    report = importing(
        tariff("Суточный", "day", price="950.00", variant="Резидент"),
        tariff("Почасовой", "hour"),
        {"kind": "service", "name": FLOOR, "slot_minutes": 15},
        {"kind": "modifier", "service": FLOOR, "name": "Полка", "price": "60"},
    )
    assert (report.updated, report.unchanged) == (3, 1)
    assert importing.rows(
        "SELECT price, variant_id IS NULL FROM tariff WHERE name = 'Суточный'"
    ) == [(95000, 0)]


STATUSES = st.sampled_from([status.value for status in OrderStatus])
HOURS = st.sampled_from(["7-9", "8-11", "9-12", "11-13", "13-15", "14-16"])


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_imported_the_database_stays_sound(
    engine: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("import")
    databases = Databases(engine)
    store = open_database(databases.new(fill))
    try:
        importing = Importing(store, folder)
        for step in range(data.draw(st.integers(1, 4))):
            importing.clock.move_to(NOW + step * timedelta(minutes=95))
            lines = [order(number, data.draw(STATUSES)) for number in (1, 2)]
            lines += [
                ticket(
                    number,
                    data.draw(st.sampled_from([1, 2])),
                    data.draw(HOURS),
                    workplace=data.draw(st.sampled_from(PLACES[:2])),
                    visitor=data.draw(st.sampled_from(["u-1", "u-2"])),
                )
                for number in data.draw(st.permutations([1, 2, 3, 4]))
            ]
            report = importing(*lines)
            assert report.lines == len(lines)
            assert report.created + report.updated + report.unchanged + report.refused == len(lines)
            importing.assert_sound()

            before = importing.content()
            refused = {problem.line for problem in importing.problems}
            kept = [line for line in range(1, len(lines) + 1) if line not in refused]
            again = importing(*(lines[line - 1] for line in kept))
            assert again.created == again.updated == 0
            assert importing.content() == before
    finally:
        store.close()
        databases.close()
