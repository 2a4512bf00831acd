"""What stays of a day at the desk: every change and every refusal, in order, without a name."""

import json
import re

import pytest

from olvery_tui.domain.access import ActorKind
from olvery_tui.domain.errors import Refusal
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.status_worker import StatusWorker
from tests.desk.making import (
    ANNA,
    BORIS,
    HOUR,
    IVAN,
    MARINA,
    NOW,
    PEOPLE,
    TABLES,
    add_ticket,
    as_typed,
    hours,
    set_order,
)

NEW_PERSON = ("Кузнецова", "Ольга", "+79990001122", "olga@mail.example")

OF_OTHER_DAYS = (EventKind.TICKET_UPDATED, EventKind.TICKET_CANCELLED, EventKind.TICKET_RESTORED)
"""Of an import, and of an order with several tickets."""


@pytest.fixture
def day(store, desk, other, clock):
    """Every command once, done and refused, while time passes."""
    add_ticket(store, 26, period=hours(1, 2))
    add_ticket(store, 27, period=hours(1, 3), seat=2, visitor=IVAN)

    def refuse(call, *arguments, **values):
        with pytest.raises(Refusal):
            call(*arguments, **values)

    stale = desk.tickets.get(26)
    desk.tickets.validate(stale)
    refuse(other.tickets.validate, stale)
    other.tickets.reset_validation(desk.tickets.get(26))
    refuse(desk.tickets.reset_validation, desk.tickets.get(26))
    refuse(desk.tickets.change_visitor, stale, MARINA)
    desk.tickets.validate(desk.tickets.get(26))
    desk.tickets.change_visitor(desk.tickets.get(26), MARINA)
    new = desk.people.add(**as_typed(*NEW_PERSON))
    refuse(desk.people.add, **as_typed(*NEW_PERSON))
    desk.tickets.change_visitor(desk.tickets.get(26), new.id)
    refuse(desk.tickets.change_workplace, desk.tickets.get(26), 2)
    desk.tickets.change_workplace(desk.tickets.get(26), 3)
    clock.move_to(NOW + 1.5 * HOUR)
    StatusWorker(store, clock).run_pass()
    other.tickets.change_workplace(desk.tickets.get(26), 4)
    set_order(store, 26, OrderStatus.COMPLETED, clock.now())
    clock.move_to(NOW + 4 * HOUR)
    StatusWorker(store, clock).run_pass()
    refuse(desk.tickets.validate, desk.tickets.get(26))


def everything(store):
    with store.reading() as session:
        return session.connection().execute(TABLES["event"].select()).mappings().all()


def test_the_history_tells_the_day_backwards(desk, day):
    lines = desk.tickets.history(26)

    assert [line.kind for line in reversed(lines)] == [
        EventKind.ORDER_CREATED,
        EventKind.TICKET_CREATED,
        EventKind.TICKET_VALIDATED,
        EventKind.VALIDATE_REFUSED,
        EventKind.VALIDATION_RESET,
        EventKind.RESET_REFUSED,
        EventKind.VISITOR_REFUSED,
        EventKind.TICKET_VALIDATED,
        EventKind.VISITOR_CHANGED,
        EventKind.VISITOR_CHANGED,
        EventKind.WORKPLACE_REFUSED,
        EventKind.WORKPLACE_CHANGED,
        EventKind.TICKET_MOVED,
        EventKind.WORKPLACE_CHANGED,
        EventKind.ORDER_MOVED,
        EventKind.TICKET_MOVED,
        EventKind.VALIDATE_REFUSED,
    ]
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)


def test_the_history_says_who_it_was(desk, day):
    who = {(line.kind, line.actor, line.who) for line in desk.tickets.history(26)}

    assert (EventKind.TICKET_VALIDATED, ActorKind.MANAGER, ANNA.name) in who
    assert (EventKind.VALIDATE_REFUSED, ActorKind.MANAGER, BORIS.name) in who
    assert (EventKind.TICKET_MOVED, ActorKind.SYSTEM, "") in who
    assert (EventKind.TICKET_CREATED, ActorKind.CLI, "tests") in who


def test_the_history_names_what_the_ids_stand_for(desk, day):
    lines = {line.kind: line for line in reversed(desk.tickets.history(26))}

    assert lines[EventKind.VISITOR_CHANGED].names == {
        "from": "Марина Спиридонова",
        "to": "Ольга Кузнецова",
    }
    assert lines[EventKind.WORKPLACE_CHANGED].names == {
        "from": "PM №3",
        "from_room": "Коворкинг №1",
        "to": "PM №4",
        "to_room": "Коворкинг №1",
    }
    assert lines[EventKind.VALIDATION_RESET].names == {"validated_by": ANNA.name}
    assert lines[EventKind.TICKET_VALIDATED].names == {"visitor": "Мария Семенова"}


def test_a_person_who_was_erased_is_erased_from_the_history_too(store, desk, day):
    with store.writing() as session:
        session.connection().execute(
            TABLES["person"].update().values(last_name="", first_name="", phone=None, email=None)
        )

    told = json.dumps([line.names for line in desk.tickets.history(26)], ensure_ascii=False)

    for name in [*(one for person in PEOPLE.values() for one in person[:2]), *NEW_PERSON[:2]]:
        assert name not in told


def test_events_hold_ids_and_codes_and_no_name_phone_or_email(store, day):
    written = everything(store)
    told = "\n".join(json.dumps(line["data"], ensure_ascii=False) for line in written).casefold()

    assert {line["kind"] for line in written} == {
        kind.value
        for kind in EventKind
        if kind.name.startswith(("TICKET", "VALID", "VISITOR", "WORKPLACE", "RESET", "PERSON_C"))
        and kind not in OF_OTHER_DAYS
    } | {"order.created", "order.moved", "upgrade.noted"}
    people = [*PEOPLE.values(), NEW_PERSON]
    managers = [(one.last_name, one.first_name) for one in (ANNA, BORIS)]
    for secret in [fact for person in (*people, *managers) for fact in person]:
        assert secret.casefold() not in told, secret
        assert secret.lstrip("+").casefold() not in told, secret
    assert not re.search("[а-яё@]", told)


def test_each_event_of_a_ticket_stands_behind_the_change_that_it_tells(store, desk, day):
    versions = [line for line in everything(store) if line["ticket_number"] == 26]
    changes = [
        line
        for line in versions
        if line["kind"] != "ticket.created" and not line["kind"].endswith("_refused")
    ]

    # The order's own status is written to the ticket too, and told by the order's event.
    assert desk.tickets.get(26).version == 1 + len(changes) + 1
