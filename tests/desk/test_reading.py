"""What a manager looks at: nothing of it changes anything, and all of it is true at once."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, insert, update

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.errors import NoSuchChoice, NoSuchTicket, StoreUnavailable
from olvery_tui.domain.filters import EMPTY, TicketFilter
from olvery_tui.domain.pages import After, Around, Bottom, Count, Top
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.domain.tickets import Admission
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.database.engine import Store
from tests.desk.making import (
    ANNA,
    AS_ANNA,
    FLOOR,
    HOUR,
    IVAN,
    MARIA,
    MOSCOW,
    NOW,
    PEOPLE,
    ROOF_SEAT,
    TABLES,
    add_ticket,
    add_tickets,
    as_typed,
    hours,
)


def day(number: int) -> date:
    """A day of December 2022."""
    return date(2022, 12, number)


def one_after_another(store: Store, numbers: Iterable[int]) -> None:
    """Confirmed tickets on one seat, an hour each."""
    order = OrderStatus.CONFIRMED
    add_tickets(
        store,
        [
            {"number": number, "seat": 1, "order": order, "period": hours(number, number + 1)}
            for number in numbers
        ],
    )


def numbers(desk: Desk, **wanted: object) -> list[int]:
    """The numbers in the list."""
    page = desk.tickets.page(EMPTY._replace(**wanted), Top(), 50)
    return [row.number for row in page.rows]


# ── The list ─────────────────────────────────────────────────────────────────────────────────────


def test_a_line_shows_what_the_manual_lists(store: Store, desk: Desk) -> None:
    period = Period.daily(day(13), day(14), MOSCOW)
    add_ticket(store, 31, period=period, seat=3, visitor=IVAN)

    [row] = desk.tickets.page(EMPTY, Top(), 10).rows

    assert row.number == 31
    assert row.period == period
    assert row.visitor == "Иван Столповский"
    assert row.status is TicketStatus.CONFIRMED
    assert row.workplace == "PM №3"
    assert not row.overdue


def test_the_list_begins_with_the_newest_number(store: Store, desk: Desk) -> None:
    for number, seat in ((22, 1), (34, 2), (31, 3)):
        add_ticket(store, number, seat=seat)
    assert numbers(desk) == [34, 31, 22]
    page = desk.tickets.page(EMPTY, After(34), 1)
    assert [row.number for row in page.rows] == [31]
    assert (page.more_above, page.more_below) == (True, True)


def test_an_empty_list_is_a_page_without_lines(desk: Desk) -> None:
    for start in (Top(), Bottom(), After(5), Around(5)):
        page = desk.tickets.page(EMPTY, start, 10)
        assert (page.rows, page.more_above, page.more_below, page.offset) == ((), False, False, 0)
    assert desk.tickets.count(EMPTY) == Count(0)


def test_days_are_those_of_the_locations_calendar(store: Store, desk: Desk) -> None:
    late = datetime(2022, 12, 6, 22, 30, tzinfo=UTC)  # half past one, the next day in Moscow
    add_ticket(store, 26, period=Period.hourly(late, late + HOUR))
    assert numbers(desk, from_day=day(7), to_day=day(7)) == [26]
    assert numbers(desk, to_day=day(6)) == []


def test_conditions_are_joined(store: Store, desk: Desk) -> None:
    add_ticket(store, 26, period=hours(-1, 1), seat=1)
    add_ticket(store, 27, period=hours(-1, 1), seat=2, visitor=IVAN)
    add_ticket(store, 28, period=hours(48, 49), seat=3, visitor=IVAN)
    active = frozenset({TicketStatus.ACTIVE})
    wanted = TicketFilter(visitor_id=IVAN, statuses=active, to_day=day(6))
    assert [row.number for row in desk.tickets.page(wanted, Top(), 10).rows] == [27]
    assert desk.tickets.count(wanted) == Count(1)
    assert desk.tickets.count(wanted._replace(visitor_id=None)) == Count(2)


def test_a_new_person_is_found_in_the_list_at_once(store: Store, desk: Desk) -> None:
    person = desk.people.add(**as_typed("Ёлкина", "Анна-Мария"))
    add_ticket(store, 26, period=hours(1, 2), visitor=person.id)
    for typed in (("елк",), ("мар", "ел"), ("анна",)):
        assert numbers(desk, visitor_words=typed) == [26]
    assert numbers(desk, visitor_words=("лкина",)) == []


def test_the_next_ticket_is_the_next_that_the_filter_shows(store: Store, desk: Desk) -> None:
    for number, visitor in ((26, MARIA), (27, IVAN), (28, MARIA)):
        add_ticket(store, number, seat=number - 25, visitor=visitor)
    wanted = TicketFilter(visitor_id=MARIA)
    assert desk.tickets.neighbour(wanted, 28, 1) == 26
    assert desk.tickets.neighbour(wanted, 26, -1) == 28
    assert desk.tickets.neighbour(wanted, 26, 1) is None
    assert desk.tickets.neighbour(EMPTY, 28, 1) == 27


def test_an_overdue_ticket_is_marked_at_its_very_end(
    store: Store, desk: Desk, clock: FrozenClock
) -> None:
    add_ticket(store, 26, period=hours(-1, 1))
    add_ticket(store, 27, period=hours(-1, 1), seat=2, order=OrderStatus.COMPLETED)
    for moment, overdue in ((NOW + HOUR - timedelta(seconds=1), False), (NOW + HOUR, True)):
        clock.move_to(moment)
        rows = desk.tickets.page(EMPTY, Top(), 10).rows
        assert [(row.number, row.overdue) for row in rows] == [(27, False), (26, overdue)]
        assert desk.tickets.get(26).overdue is overdue


# ── A ticket ─────────────────────────────────────────────────────────────────────────────────────


def test_a_ticket_is_shown_whole(store: Store, desk: Desk) -> None:
    add_ticket(store, 26, period=hours(-1, 2), seat=2)
    with store.writing() as session:
        run = session.connection().execute
        run(insert(TABLES["service_variant"]).values(id=7, service_id=FLOOR, name="Резидент +"))
        for key, name in ((3, "Полка"), (2, "Принтер")):
            run(
                insert(TABLES["modifier"]).values(
                    id=key, service_id=FLOOR, name=name, price=Decimal(0)
                )
            )
            run(insert(TABLES["ticket_modifier"]).values(ticket_number=26, modifier_id=key))
        run(update(TABLES["ticket"]).values(variant_id=7))
    desk.tickets.validate(desk.tickets.get(26))

    card = desk.tickets.get(26)

    assert (card.number, card.version, card.status) == (26, 2, TicketStatus.ACTIVE)
    assert (card.order, card.order_status) == (1026, OrderStatus.CONFIRMED)
    assert (card.created_at, card.period) == (NOW, hours(-1, 2))
    person = card.visitor
    assert (person.last_name, person.first_name, person.phone, person.email) == PEOPLE[MARIA]
    assert (card.service_id, card.service) == (FLOOR, "Коворкинг на 3 этаже")
    assert (card.workplace_id, card.workplace, card.room) == (2, "PM №2", "Коворкинг №1")
    assert (card.tariff, card.variant) == ("Почасовой", "Резидент +")
    assert card.modifiers == ("Принтер", "Полка")
    assert card.validated
    assert (card.validated_at, card.validated_by) == (NOW, ANNA)


def test_what_a_ticket_has_not_is_none(store: Store, desk: Desk) -> None:
    add_ticket(store, 26, seat=ROOF_SEAT)
    card = desk.tickets.get(26)
    assert (card.variant, card.modifiers, card.validated_by) == (None, (), None)
    assert not card.validated
    assert card.service == "Коворкинг на крыше"


def test_a_number_that_nobody_has_is_told(desk: Desk) -> None:
    for call in (desk.tickets.get, desk.tickets.history):
        with pytest.raises(NoSuchTicket) as refused:
            call(404)
        assert refused.value.number == 404


def test_whole_tickets_are_those_of_the_page(store: Store, desk: Desk) -> None:
    one_after_another(store, range(21, 28))
    cards = desk.tickets.details(EMPTY, After(26), 3)
    assert [card.number for card in cards] == [25, 24, 23]
    assert cards[0] == desk.tickets.get(25)
    assert desk.tickets.details(TicketFilter(visitor_id=IVAN), Top(), 3) == ()


def test_a_longer_page_asks_no_more_often(store: Store, desk: Desk) -> None:
    one_after_another(store, range(1, 60))
    desk.location()
    asked: list[str] = []

    def keep(_connection, _cursor, text, *_) -> None:
        asked.append(text)

    event.listen(store._readers, "before_cursor_execute", keep)
    counts = []
    for call in (desk.tickets.page, desk.tickets.details):
        for limit in (1, 50):
            asked.clear()
            call(EMPTY, Top(), limit)
            counts.append(len(asked))
    assert counts[0] == counts[1] <= 4
    assert counts[2] == counts[3] <= 6


# ── Admission ────────────────────────────────────────────────────────────────────────────────────


def test_a_turnstile_is_answered_by_the_facts_and_not_by_the_stored_status(
    store: Store, desk: Desk, clock: FrozenClock
) -> None:
    add_ticket(store, 26, period=hours(1, 2))
    desk.tickets.validate(desk.tickets.get(26))
    assert desk.tickets.admission(26) is Admission.NOT_STARTED
    clock.move_to(NOW + HOUR)
    assert desk.tickets.get(26).status is TicketStatus.CONFIRMED  # no worker has run
    assert desk.tickets.admission(26) is Admission.ADMITTED
    clock.move_to(NOW + 2 * HOUR)
    assert desk.tickets.admission(26) is Admission.ENDED


def test_a_turnstile_is_told_what_stands_in_the_way(store: Store, desk: Desk) -> None:
    add_ticket(store, 26)
    add_ticket(store, 27, seat=2, order=OrderStatus.NEW)
    add_ticket(store, 28, seat=3, order=OrderStatus.REFUNDED)
    assert desk.tickets.admission(26) is Admission.NOT_VALIDATED
    assert desk.tickets.admission(27) is Admission.NOT_CONFIRMED
    assert desk.tickets.admission(28) is Admission.CANCELLED
    assert desk.tickets.admission(404) is Admission.NO_SUCH_TICKET


# ── People ───────────────────────────────────────────────────────────────────────────────────────


def test_people_are_suggested_and_searched(desk: Desk) -> None:
    anna = desk.people.add(**as_typed("Ёлкина", "Анна", "8 (999) 000-11-22", "anna@mail.ru"))
    other = desk.people.add(**as_typed("Елкина", "Анна"))
    assert desk.people.suggest("анн ел") == (anna, other)
    assert desk.people.suggest("анн ел", limit=1) == (anna,)
    assert desk.people.search("лки") == (anna, other)
    assert desk.people.search("000-11") == (anna,)
    assert desk.people.search("лки", limit=1) == (anna,)
    assert desk.people.get(anna.id) == anna


def test_a_person_who_is_not_there_is_told(desk: Desk) -> None:
    with pytest.raises(NoSuchChoice) as refused:
        desk.people.get(404)
    assert refused.value.what == "person"


# ── The clock ────────────────────────────────────────────────────────────────────────────────────


def test_today_is_the_locations_day(desk: Desk, clock: FrozenClock) -> None:
    clock.move_to(datetime(2022, 12, 6, 20, 59, tzinfo=UTC))
    assert desk.today() == day(6)
    clock.move_to(datetime(2022, 12, 6, 21, tzinfo=UTC))  # midnight in Moscow
    assert desk.today() == day(7)
    assert desk.now() == clock.now()


def test_statuses_are_stuck_when_a_due_move_waits_for_two_minutes(
    store: Store, desk: Desk, clock: FrozenClock
) -> None:
    add_ticket(store, 26, period=hours(1, 2), order=OrderStatus.COMPLETED)
    add_ticket(store, 27, period=hours(3, 4))
    due = NOW + HOUR
    for moment in (NOW, due, due + timedelta(seconds=119)):
        clock.move_to(moment)
        assert desk.tickets.stuck_since() is None
    for moment in (due + timedelta(minutes=2), due + timedelta(days=9)):
        clock.move_to(moment)
        assert desk.tickets.stuck_since() == due


def test_nothing_is_stuck_after_a_pass_of_the_worker(
    store: Store, desk: Desk, clock: FrozenClock
) -> None:
    add_ticket(store, 26, period=hours(1, 2), order=OrderStatus.COMPLETED)
    clock.move_to(NOW + 9 * HOUR)
    assert desk.tickets.stuck_since() == NOW + HOUR
    StatusWorker(store, clock).run_pass()
    assert desk.tickets.stuck_since() is None


def test_the_newest_entry_of_the_history_has_a_time(store: Store, desk: Desk) -> None:
    add_ticket(store, 26, now=NOW - HOUR)
    assert desk.audit.newest_at() == NOW - HOUR
    desk.tickets.validate(desk.tickets.get(26))
    assert desk.audit.newest_at() == NOW


# ── The database ─────────────────────────────────────────────────────────────────────────────────


def test_the_location_is_read_from_the_database(desk: Desk) -> None:
    location = desk.location()
    assert (location.name, location.zone, location.currency) == ("Коворкинг", MOSCOW, "RUB")


@pytest.mark.only("sqlite")
def test_a_database_that_went_away_is_told_and_found_again(store: Store, desk: Desk) -> None:
    desk.ping()
    away = store.path.with_name("away.db")
    store.path.rename(away)
    for call in (
        desk.ping,
        lambda: desk.tickets.page(EMPTY, Top(), 5),
        lambda: desk.tickets.get(1),
    ):
        with pytest.raises(StoreUnavailable):
            call()
    away.rename(store.path)
    desk.ping()


def test_many_threads_may_ask_at_once(store: Store, desk: Desk) -> None:
    one_after_another(store, range(1, 41))
    fresh = Desk(store, FrozenClock(NOW), AS_ANNA)

    def ask(number: int) -> tuple[int, list[int], int]:
        page = fresh.tickets.page(EMPTY, Around(number), 5)
        return fresh.tickets.get(number).number, [row.number for row in page.rows], page.offset or 0

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(3, 38)))
    expected = [
        (number, list(range(number + 2, number - 3, -1)), 40 - number - 2)
        for number in range(3, 38)
    ]
    assert answers == expected


@pytest.mark.only("sqlite")
def test_looking_writes_nothing(store: Store, desk: Desk) -> None:
    add_ticket(store, 26)
    with store.raw() as watcher:
        before = watcher.execute("PRAGMA data_version").fetchone()
        desk.tickets.page(EMPTY, Top(), 5)
        desk.tickets.count(TicketFilter(visitor_words=("мар",), from_day=day(6)))
        desk.tickets.get(26)
        desk.tickets.history(26)
        desk.tickets.admission(26)
        desk.tickets.stuck_since()
        assert watcher.execute("PRAGMA data_version").fetchone() == before
