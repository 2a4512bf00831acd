"""«Закрыть место»: what is closed is not sold, and what is sold is not closed unseen."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.closings import ClosingDraft, moves_of
from olvery_tui.domain.conflicts import PlacesHeld
from olvery_tui.domain.errors import (
    InputCode,
    InvalidForm,
    NoSuchChoice,
    SeatsTaken,
    SeatTaken,
    StillUsed,
)
from olvery_tui.domain.events import EventFilter, EventKind
from olvery_tui.domain.items import ItemKind
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database.errors import SeatConflict
from tests.desk.making import (
    ANNA,
    AS_ANNA,
    CONSOLE,
    FLOOR,
    HOUR,
    MARIA,
    NOW,
    SEATS,
    TABLES,
    add_ticket,
    held,
    hours,
    kinds,
    overlaps,
)

REPAIR = "ремонт"


def draft(*places, start=0.0, end=48.0, reason=REPAIR):
    """Close places from `start` to `end` hours after `NOW`."""
    until = None if end is None else NOW + end * HOUR
    return ClosingDraft(places, NOW + start * HOUR, until, reason)


def lines(store):
    table = TABLES["event"]
    query = table.select().where(table.c.kind.like("place.%")).order_by(table.c.id)
    with store.reading() as session:
        return list(session.connection().execute(query))


def place(desk, workplace_id):
    items = desk.catalogue.details().items
    return next(one for one in items if (one.kind, one.id) == (ItemKind.WORKPLACE, workplace_id))


def sound(store, clock):
    assert check(store, clock.now()) == ()
    assert overlaps(store) == 0


def test_places_are_closed_together_and_each_is_an_event(store, desk, clock):
    closed = desk.closings.close(draft(2, 1, end=None, reason="  ремонт\u202e пола "))

    assert desk.closings.standing() == (closed[1], closed[0])
    assert [(one.workplace, one.room, one.reason) for one in closed] == [
        ("PM №2", "Коворкинг №1", "ремонт пола"), ("PM №1", "Коворкинг №1", "ремонт пола"),
    ]  # fmt: skip
    first, second = lines(store)
    assert (first.kind, first.manager_id) == ("place.closed", ANNA.id)
    assert first.data | {"reason": ""} == {
        "closing": closed[0].id, "workplace": 2, "from": NOW.isoformat(), "to": None, "reason": "",
    }  # fmt: skip
    assert "пола" not in str(second.data)
    sound(store, clock)


def test_what_is_closed_can_be_had_by_no_ticket_and_says_why(store, desk, clock):
    add_ticket(store, 26, period=hours(1, 3), seat=2)
    add_ticket(store, 27, order=OrderStatus.CANCELLED, period=hours(1, 3))
    desk.closings.close(draft(1, end=24))

    offered = {one.workplace_id: one for one in desk.catalogue.free_places(FLOOR, hours(20, 30))}
    assert (offered[1].free, offered[1].closed) == (False, REPAIR)
    assert offered[1].closed_until == NOW + 24 * HOUR
    with pytest.raises(SeatTaken) as moved:
        desk.tickets.change_workplace(desk.tickets.get(26), 1)
    with pytest.raises(SeatTaken) as ordered:
        desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(23, 25), (1,)))
    with pytest.raises(SeatsTaken) as restored:
        desk.orders.set_status(desk.orders.get(1027), OrderStatus.NEW)
    refused = (moved.value, ordered.value, *restored.value.taken)
    assert {(one.closed, one.by_ticket) for one in refused} == {(REPAIR, None)}
    desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(24, 25), (1,)))
    sound(store, clock)


def test_what_is_sold_is_not_closed_before_its_tickets_have_gone(store, desk, clock):
    add_ticket(store, 26, period=hours(-1, 3))
    add_ticket(store, 27, period=hours(60, 70))
    add_ticket(store, 28, period=hours(-9, -2))
    with pytest.raises(PlacesHeld) as refused:
        desk.closings.close(draft(1, 2))
    assert [one.ticket for one in refused.value.held] == [26]
    assert desk.closings.standing() == ()

    proposed = desk.closings.proposed((1, 2), NOW, NOW + 48 * HOUR)
    assert [(one.ticket.ticket, one.to, one.label) for one in proposed] == [(26, 3, "PM №3")]
    desk.closings.close(draft(1, 2), moves_of(proposed))

    assert held(store, 26) == [(1, NOW - HOUR, NOW), (3, NOW, NOW + 3 * HOUR)]
    assert [one.workplace_id for one in desk.closings.standing()] == [1, 2]
    sound(store, clock)


def test_nothing_is_closed_where_one_ticket_finds_no_place(store, desk, clock):
    for number, seat in ((26, 1), (27, 2), (28, 3), (29, 4)):
        add_ticket(store, number, period=hours(1, 3), seat=seat)
    add_ticket(store, 30, period=hours(5, 6), seat=1)

    proposed = desk.closings.proposed((1, 2), NOW)
    assert {one.ticket.ticket: one.to for one in proposed} == {26: None, 27: None, 30: 3}
    with pytest.raises(PlacesHeld) as refused:
        desk.closings.close(draft(1, 2), moves_of(proposed))
    assert [one.ticket for one in refused.value.held] == [26, 27]
    assert (kinds(store, 30), desk.closings.standing()) == ([], ())
    sound(store, clock)


def test_tickets_are_moved_all_or_none(store, desk, clock):
    add_ticket(store, 26, period=hours(1, 3))
    add_ticket(store, 27, period=hours(1, 3), seat=2)
    with pytest.raises(SeatTaken):
        desk.closings.move({26: 3, 27: 3})
    assert (held(store, 26)[0][0], held(store, 27)[0][0]) == (1, 2)

    desk.closings.move({26: 3, 27: 4})
    assert (held(store, 26)[0][0], held(store, 27)[0][0]) == (3, 4)
    desk.undo(desk.last_changes)
    assert (held(store, 26)[0][0], held(store, 27)[0][0]) == (1, 2)
    sound(store, clock)


def test_a_running_ticket_leaves_before_its_place_is_closed(store):
    class Running(FrozenClock):
        """A clock that goes on with each look at it."""

        def now(self):
            self.move_to(super().now() + timedelta(milliseconds=1))
            return super().now()

    desk = Desk(store, Running(NOW), AS_ANNA)
    add_ticket(store, 26, period=hours(-1, 3))
    desk.closings.close(draft(1), {26: 2})
    assert overlaps(store) == 0
    desk.undo(desk.last_changes)
    assert desk.tickets.get(26).workplace_id == 1
    assert overlaps(store) == 0


def test_a_place_is_closed_once_at_a_time(store, desk, other, clock):
    desk.closings.close(draft(1, end=24))
    with pytest.raises(SeatTaken) as refused:
        other.closings.close(draft(2, 1, start=10, end=30, reason="уборка"))
    assert refused.value.closed == REPAIR
    other.closings.close(draft(1, start=24, end=30, reason="уборка"))
    assert [one.reason for one in desk.closings.standing()] == [REPAIR, "уборка"]
    sound(store, clock)


def test_a_place_is_opened_from_now_on_or_altogether(store, desk, other, clock):
    running, coming = desk.closings.close(draft(1)) + desk.closings.close(draft(2, start=5))
    clock.move_to(NOW + HOUR)
    other.closings.open((running.id, coming.id))

    assert other.closings.standing() == ()
    (past,) = other.closings.within(NOW, NOW + 48 * HOUR)
    assert (past.id, past.ends_at) == (running.id, NOW + HOUR)
    assert [line.data["at"] for line in lines(store)[2:]] == [(NOW + HOUR).isoformat(), None]
    with pytest.raises(NoSuchChoice):
        desk.closings.open((running.id,))
    desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (1, 2)))
    sound(store, clock)


def test_closing_opening_and_the_moves_are_undone(store, desk, clock):
    add_ticket(store, 26, period=hours(1, 3))
    closed = desk.closings.close(draft(1, 2), {26: 4})
    clock.move_to(NOW + timedelta(minutes=1))
    assert all(one.error is None for one in desk.undo(desk.last_changes))
    assert desk.closings.standing() == ()
    assert held(store, 26) == [(1, NOW + HOUR, NOW + 3 * HOUR)]

    (again,) = desk.closings.close(draft(2, start=1, end=None))
    desk.closings.open((again.id,))
    desk.undo(desk.last_changes)
    assert desk.closings.standing() == (again,)
    assert closed[0].id < again.id
    sound(store, clock)


def test_what_came_between_keeps_an_undo_from_making_two_of_a_place(store, desk, other, clock):
    (closed,) = desk.closings.close(draft(1))
    other.closings.open((closed.id,))
    with pytest.raises(NoSuchChoice):
        desk.undo(desk.last_changes)
    opened = other.last_changes
    desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (1,)))
    with pytest.raises(SeatTaken):
        other.undo(opened)
    sound(store, clock)


def test_a_draft_is_checked_before_anything_is_asked(desk):
    for end in (-1, 0):
        with pytest.raises(InvalidForm) as refused:
            desk.closings.close(draft(end=end, reason=" \u200b"))
        assert {(one.field, one.code) for one in refused.value.problems} == {
            ("places", InputCode.REQUIRED),
            ("period", InputCode.CLOSING_OVER),
            ("reason", InputCode.REQUIRED),
        }
    with pytest.raises(InvalidForm) as refused:
        desk.closings.close(draft(1, reason="р" * 101))
    assert [one.code for one in refused.value.problems] == [InputCode.TOO_LONG]


def test_archived_places_are_not_closed_and_closed_ones_are_archived(store, desk, clock):
    desk.catalogue.archive(place(desk, 1))
    with pytest.raises(NoSuchChoice):
        desk.closings.close(draft(1))
    desk.closings.close(draft(2))
    desk.catalogue.archive(place(desk, 2))
    desk.catalogue.restore(place(desk, 2))
    assert [one.workplace_id for one in desk.closings.standing()] == [2]
    sound(store, clock)


def test_a_place_that_was_ever_closed_is_not_deleted(store, desk, clock):
    (closed,) = desk.closings.close(draft(4, start=1))
    for _once in ("closed", "open again"):
        with pytest.raises(StillUsed):
            desk.catalogue.delete(place(desk, 4))
        if desk.closings.standing():
            desk.closings.open((closed.id,))
    desk.catalogue.delete(place(desk, SEATS[2]))
    sound(store, clock)


def test_the_database_itself_keeps_tickets_and_closings_apart(store, desk):
    add_ticket(store, 26, period=hours(1, 3), seat=1)
    (closed,) = desk.closings.close(draft(2, start=1, end=3))
    assignments, closings = TABLES["seat_assignment"], TABLES["closing"]
    of_ticket = assignments.c.ticket_number == 26
    of_closing = assignments.c.closing_id == closed.id
    time = {"starts_at": NOW + 2 * HOUR, "ends_at": NOW + 9 * HOUR}
    with store.writing() as session:
        session.connection().execute(insert(closings).values(id=90, reason="x"))
    for refused, statement in (
        (SeatConflict, insert(assignments).values(ticket_number=26, workplace_id=2, **time)),
        (SeatConflict, insert(assignments).values(closing_id=90, workplace_id=1, **time)),
        (SeatConflict, update(assignments).where(of_ticket).values(workplace_id=2)),
        (SeatConflict, update(assignments).where(of_closing).values(workplace_id=1)),
        (IntegrityError, insert(assignments).values(workplace_id=3, **time)),
        (
            IntegrityError,
            insert(assignments).values(ticket_number=26, closing_id=90, workplace_id=3, **time),
        ),
        (IntegrityError, insert(assignments).values(closing_id=closed.id, workplace_id=3, **time)),
    ):
        with pytest.raises(refused), store.writing() as session:
            session.connection().execute(statement)
    assert overlaps(store) == 0


def test_the_history_names_the_place_and_why(store, desk):
    desk.closings.close(draft(1))
    console = Desk(store, FrozenClock(NOW), CONSOLE)
    (line,) = console.audit.events(EventFilter(kinds=frozenset({EventKind.PLACE_CLOSED})), None, 5)
    assert (line.names["workplace"], line.names["closing"]) == ("PM №1", REPAIR)


def test_a_ticket_that_goes_on_at_another_place_is_in_the_way_once(store, desk):
    add_ticket(store, 26, period=hours(-1, 2))
    add_ticket(store, 27, period=hours(2, 4))
    split = PeriodDraft(hours(-1, 3), then={26: 2})
    desk.periods.change_period(desk.tickets.get(26), split)
    proposed = desk.closings.proposed((1, 2), NOW)
    assert [one.ticket.ticket for one in proposed] == [26, 27]
    desk.closings.close(ClosingDraft((1, 2), NOW, None, "ремонт"), {26: 3, 27: 4})
    assert held(store, 26)[-1] == (3, NOW, NOW + 3 * HOUR)
