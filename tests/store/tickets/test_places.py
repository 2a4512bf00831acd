"""The workplaces of a service in a period: free, the ticket's own, or taken and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlmodel import Session

from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.tickets import PlaceDetails
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Ticket
from olvery_tui.store.tickets.places import places
from tests.databases import Databases

TABLES = Ticket.metadata.tables
NOW = datetime(2022, 12, 6, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)

ROOMS = {1: (1, "Коворкинг №10"), 2: (1, "Коворкинг №2"), 3: (2, "Крыша")}
SEATS = {1: (1, "PM №10"), 2: (1, "PM №2"), 3: (1, "PM №1"), 4: (2, "PM №1"), 5: (3, "PM №1")}


@pytest.fixture(scope="module")
def empty(module_databases: Databases) -> Iterator[Store]:
    """Two services with their rooms and workplaces, and one visitor."""
    store = open_database(module_databases.new())
    with store.writing() as session:
        run = session.connection().execute
        for service in (1, 2):
            run(insert(TABLES["service"]).values(id=service, name=f"{service}", slot_minutes=30))
            run(
                insert(TABLES["tariff"]).values(
                    id=service,
                    service_id=service,
                    name="Час",
                    unit="hour",
                    price=Decimal(1),
                    currency="RUB",
                    min_units=1,
                    max_units=1,
                )
            )
        for room, (service, name) in ROOMS.items():
            run(insert(TABLES["room"]).values(id=room, service_id=service, name=name))
        for seat, (room, label) in SEATS.items():
            run(insert(TABLES["workplace"]).values(id=seat, room_id=room, label=label))
        run(
            insert(TABLES["person"]).values(
                id=1, last_name="Семенова", first_name="Мария", folded="семенова мария"
            )
        )
    yield store
    store.close()


def hold(session: Session, number: int, seat: int, pieces: list[tuple[int, int]]) -> Period:
    """A ticket that holds a workplace in some stretches of hours from `NOW` on."""
    period = Period(
        PeriodKind.HOURLY, NOW + pieces[0][0] * HOUR, NOW + max(end for _, end in pieces) * HOUR
    )
    common = {"created_at": NOW, "version": 1}
    run = session.connection().execute
    run(
        insert(TABLES["orders"]).values(
            number=number,
            service_id=1,
            customer_id=1,
            status="confirmed",
            payment_kind="on_site",
            price=Decimal(1),
            currency="RUB",
            **common,
        )
    )
    run(
        insert(TABLES["ticket"]).values(
            number=number,
            order_number=number,
            visitor_id=1,
            workplace_id=seat,
            tariff_id=1,
            period_kind="hourly",
            starts_at=period.starts_at,
            ends_at=period.ends_at,
            status="confirmed",
            **common,
        )
    )
    for start, end in pieces:
        run(
            insert(TABLES["seat_assignment"]).values(
                ticket_number=number,
                workplace_id=seat,
                starts_at=NOW + start * HOUR,
                ends_at=NOW + end * HOUR,
            )
        )
    return period


@pytest.fixture
def session(empty: Store) -> Iterator[Session]:
    """A transaction that leaves nothing behind."""
    with empty.writing() as session:
        yield session
        session.rollback()


def ask(session: Session, start: float, end: float, ticket: int = 0) -> dict[int, PlaceDetails]:
    """The places of the first service, by their ids."""
    found = places(session, 1, NOW + start * HOUR, NOW + end * HOUR, ticket)
    return {place.workplace_id: place for place in found}


def test_rooms_and_labels_come_in_the_order_in_which_people_count(session: Session) -> None:
    found = places(session, 1, NOW, NOW + HOUR, 0)
    assert [(place.room, place.label) for place in found] == [
        ("Коворкинг №2", "PM №1"),
        ("Коворкинг №10", "PM №1"),
        ("Коворкинг №10", "PM №2"),
        ("Коворкинг №10", "PM №10"),
    ]
    assert all(place.free and not place.current for place in found)


def test_free_places_of_a_room_come_before_its_taken_ones(session: Session) -> None:
    hold(session, 26, 3, [(0, 2)])
    found = places(session, 1, NOW, NOW + HOUR, 0)
    assert [(place.room, place.label, place.free) for place in found] == [
        ("Коворкинг №2", "PM №1", True),
        ("Коворкинг №10", "PM №2", True),
        ("Коворкинг №10", "PM №10", True),
        ("Коворкинг №10", "PM №1", False),
    ]


def test_a_taken_place_names_the_ticket_its_visitor_and_its_period(session: Session) -> None:
    period = hold(session, 26, 2, [(1, 3)])
    assert ask(session, 0, 2)[2] == PlaceDetails(
        2, "PM №2", "Коворкинг №10", taken_by=26, visitor="Мария Семенова", taken=period
    )


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [
        (0, 1, True),
        (3, 4, True),
        (0, 1.01, False),
        (2.99, 4, False),
        (1.5, 2, False),
        (0, 9, False),
    ],
)
def test_periods_that_only_touch_leave_the_place_free(
    session: Session, start: float, end: float, free: bool
) -> None:
    hold(session, 26, 2, [(1, 3)])
    assert ask(session, start, end)[2].free is free


def test_the_first_ticket_in_the_way_is_named(session: Session) -> None:
    hold(session, 30, 2, [(0, 1)])
    hold(session, 29, 2, [(1, 2)])
    hold(session, 28, 2, [(2, 3)])
    assert ask(session, 1, 9)[2].taken_by == 29
    assert ask(session, 0, 9)[2].taken_by == 30


def test_the_tickets_own_place_is_free_for_it(session: Session) -> None:
    hold(session, 26, 2, [(0, 5)])
    own = ask(session, 1, 5, ticket=26)[2]
    assert own.current
    assert own.free
    assert not ask(session, 1, 5, ticket=27)[2].free


def test_a_place_that_the_ticket_has_left_is_not_its_own(session: Session) -> None:
    hold(session, 26, 2, [(-2, 0)])
    hold(session, 27, 2, [(0, 3)])
    place = ask(session, 0, 3, ticket=26)[2]
    assert place.taken_by == 27


def test_no_place_of_another_service_is_offered(session: Session) -> None:
    assert 5 not in ask(session, 0, 1)
    found = places(session, 2, NOW, NOW + HOUR, 0)
    assert [place.workplace_id for place in found] == [5]


STRETCHES = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=6)


@given(
    stretches=STRETCHES, own=st.integers(0, 5), start=st.integers(-2, 20), length=st.integers(1, 9)
)
def test_a_place_is_free_where_no_other_ticket_holds_a_moment(
    empty: Store, stretches: list[tuple[int, int]], own: int, start: int, length: int
) -> None:
    held: dict[int, tuple[int, int]] = {}
    moment = 0
    with empty.writing() as session:
        for number, (lasts, gap) in enumerate(stretches, start=1):
            held[number] = (moment + gap, moment + gap + lasts)
            hold(session, number, 2, [held[number]])
            moment += gap + lasts
        place = ask(session, start, start + length, ticket=own)[2]
        session.rollback()
    in_the_way = [
        number
        for number, (begin, end) in held.items()
        if number != own and begin < start + length and end > start
    ]
    assert place.taken_by == (in_the_way[0] if in_the_way else None)
    assert place.current is (own in held)
