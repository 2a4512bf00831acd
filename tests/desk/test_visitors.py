"""Whose ticket it is, and how a new person is registered."""

import pytest

from olvery_tui.desk import Desk
from olvery_tui.domain.conflicts import ChangedMeanwhile, PersonExists
from olvery_tui.domain.errors import InvalidForm, NoManager, NoSuchChoice, WrongStatus
from olvery_tui.domain.people import NAME_MAX
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from tests.desk.making import (
    ANNA,
    BORIS,
    HOUR,
    IVAN,
    MARIA,
    MARINA,
    NOBODY,
    NOW,
    TABLES,
    add_seat,
    add_ticket,
    as_typed,
    hours,
    kinds,
    ticket_row,
    trail,
)
from tests.each import each

ALLOWED = {TicketStatus.NEW, TicketStatus.CONFIRMED}


@pytest.fixture
def people_events(store):
    """The events that are about a person."""

    def read():
        table = TABLES["event"]
        query = table.select().where(table.c.kind == "person.created").order_by(table.c.id)
        with store.reading() as session:
            return session.connection().execute(query).all()

    return read


def test_a_ticket_is_bound_to_another_person(store, desk):
    add_ticket(store, 26, period=hours(1, 2))

    card = desk.tickets.change_visitor(desk.tickets.get(26), MARINA)

    assert card.visitor.name == "Марина Спиридонова"
    assert desk.tickets.get(26) == card
    assert card.version == 2
    line = trail(store, 26)[-1]
    assert (line["kind"], line["manager_id"]) == ("ticket.visitor_changed", ANNA.id)
    assert line["data"] == {"from": MARIA, "to": MARINA, "cleared": False}


def test_another_visitor_has_not_shown_a_passport(store, desk):
    add_ticket(store, 26, period=hours(1, 2))
    desk.tickets.validate(desk.tickets.get(26))

    card = desk.tickets.change_visitor(desk.tickets.get(26), MARINA)

    assert not card.validated
    assert card.validated_by is None
    assert kinds(store, 26) == ["ticket.validated", "ticket.visitor_changed"]
    assert trail(store, 26)[-1]["data"]["cleared"] is True


def test_the_same_visitor_is_no_change_and_keeps_the_check(store, desk):
    add_ticket(store, 26, period=hours(1, 2))
    checked = desk.tickets.validate(desk.tickets.get(26))

    assert desk.tickets.change_visitor(checked, MARIA) == checked
    assert desk.tickets.get(26) == checked
    assert kinds(store, 26) == ["ticket.validated"]


def test_the_visitor_is_changed_in_new_and_confirmed_tickets_only(store, desk):
    periods = (hours(1, 2), hours(-1, 2), hours(-3, -1))
    cases = [(order, period) for order in OrderStatus for period in periods]
    each("number, order, period", [(nth, *case) for nth, case in enumerate(cases, 1)])(
        _is_changed_or_refused
    )(store, desk)


def _is_changed_or_refused(store, desk, number, order, period):
    add_seat(store, 100 + number)
    add_ticket(store, number, order=order, period=period, seat=100 + number)
    seen = desk.tickets.get(number)

    if seen.status in ALLOWED:
        assert desk.tickets.change_visitor(seen, IVAN).visitor.id == IVAN
    else:
        with pytest.raises(WrongStatus) as refused:
            desk.tickets.change_visitor(seen, IVAN)
        assert (refused.value.action, refused.value.status) == ("visitor", seen.status)
        assert desk.tickets.get(number) == seen
        assert trail(store, number)[-1]["data"] == {
            "to": IVAN,
            "reason": "wrong_status",
            "status": seen.status.value,
        }


def test_a_ticket_that_has_just_begun_keeps_its_visitor_though_no_worker_ran(store, desk, clock):
    add_ticket(store, 26, period=hours(1, 2))
    seen = desk.tickets.get(26)
    clock.move_to(NOW + HOUR)

    with pytest.raises(WrongStatus) as refused:
        desk.tickets.change_visitor(seen, IVAN)

    assert refused.value.status is TicketStatus.ACTIVE
    assert ticket_row(store, 26).status == "confirmed"


def test_a_save_over_a_change_that_was_not_seen_is_refused(store, desk, other):
    add_ticket(store, 26, period=hours(1, 2))
    seen = desk.tickets.get(26)
    other.tickets.change_visitor(seen, MARINA)

    with pytest.raises(ChangedMeanwhile) as refused:
        desk.tickets.change_visitor(seen, IVAN)

    assert (refused.value.by, refused.value.at) == (BORIS.name, NOW)
    assert refused.value.current == desk.tickets.get(26)
    assert desk.tickets.get(26).visitor.id == MARINA
    assert kinds(store, 26) == ["ticket.visitor_changed", "ticket.visitor_refused"]


def test_a_check_that_was_not_seen_is_not_wiped_out(store, desk, other):
    add_ticket(store, 26, period=hours(1, 2))
    seen = desk.tickets.get(26)
    checked = other.tickets.validate(other.tickets.get(26))

    with pytest.raises(ChangedMeanwhile):
        desk.tickets.change_visitor(seen, IVAN)

    assert desk.tickets.get(26) == checked


def test_nobody_is_bound_to_a_ticket_who_is_not_registered(store, desk):
    add_ticket(store, 26, period=hours(1, 2))

    with pytest.raises(NoSuchChoice) as refused:
        desk.tickets.change_visitor(desk.tickets.get(26), 404)

    assert refused.value.what == "person"
    assert trail(store, 26)[-1]["data"] == {"to": 404, "reason": "no_such_choice"}


def test_nobody_but_a_manager_changes_a_visitor(store, clock, desk):
    add_ticket(store, 26, period=hours(1, 2))
    seen = desk.tickets.get(26)

    with pytest.raises(NoManager):
        Desk(store, clock, NOBODY).tickets.change_visitor(seen, IVAN)

    assert desk.tickets.get(26) == seen
    assert kinds(store, 26) == ["ticket.visitor_refused"]


def test_a_new_person_is_registered_clean_and_can_be_found(desk, people_events):
    added = desk.people.add(**as_typed(" Орлов ", "Пётр", "8 (912) 000-11-22", "Petr@Mail.Example"))

    assert (added.last_name, added.first_name) == ("Орлов", "Пётр")
    assert added.phone == "+79120001122"
    assert added.email == "Petr@mail.example"
    assert desk.people.get(added.id) == added
    assert added in desk.people.suggest("петр ор")
    (line,) = people_events()
    assert (line.data, line.manager_id) == ({"person": added.id}, ANNA.id)


def test_a_new_person_can_have_the_ticket_at_once(store, desk):
    add_ticket(store, 26, period=hours(1, 2))
    added = desk.people.add(**as_typed("Орлов", "Петр"))

    assert desk.tickets.change_visitor(desk.tickets.get(26), added.id).visitor == added


@pytest.mark.parametrize(
    ("phone", "email"),
    [
        ("+7 965 577-65-00", ""),
        ("8(965)5776500", "new@mail.example"),
        ("", "KOSHATINA77@mail.example"),
    ],
)
def test_who_has_this_phone_or_email_is_offered_instead_of_a_duplicate(
    desk, people_events, phone, email
):
    with pytest.raises(PersonExists) as refused:
        desk.people.add(**as_typed("Семёнова", "Маша", phone, email))

    assert [person.id for person in refused.value.people] == [MARIA]
    assert people_events() == []


def test_a_duplicate_is_registered_where_it_is_meant(desk, people_events):
    added = desk.people.add(**as_typed("Семенов", "Иван", "+79655776500"), anyway=True)

    assert added.id not in {MARIA, MARINA, IVAN}
    assert desk.people.get(added.id).phone == "+79655776500"
    assert len(people_events()) == 1


def test_namesakes_without_phone_and_email_are_no_duplicates(desk):
    one = desk.people.add(**as_typed("Семенова", "Мария"))
    another = desk.people.add(**as_typed("Семенова", "Мария"))

    assert len({MARIA, one.id, another.id}) == 3


def test_every_field_that_can_not_be_used_is_told(desk, people_events):
    with pytest.raises(InvalidForm) as refused:
        desk.people.add(**as_typed("—", "И" * (NAME_MAX + 1), "12", "nobody"))

    assert [(problem.field, problem.code) for problem in refused.value.problems] == [
        ("last_name", "required"),
        ("first_name", "too_long"),
        ("phone", "phone"),
        ("email", "email"),
    ]
    assert people_events() == []


def test_nobody_but_a_manager_registers_people(store, clock, people_events):
    with pytest.raises(NoManager):
        Desk(store, clock, NOBODY).people.add(**as_typed("Орлов", "Петр"))

    assert people_events() == []
