"""The list of orders against a plain reading of what may be asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert
from sqlmodel import Session

from olvery_tui.domain.filters import NumberRange, OrderFilter
from olvery_tui.domain.name_search import index_words
from olvery_tui.domain.pages import PageStart, Top
from olvery_tui.domain.people import PersonFields, folded_name
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.listing import search as list_search
from olvery_tui.store.orders import details, orders
from tests.databases import Databases
from tests.naming import is_found
from tests.store.worlds import NOW, NUMBERS, STARTS, TABLES, cut, filters

ZONE = ZoneInfo("Europe/Moscow")
PEOPLE = [("Семёнова", "Мария"), ("Семенов", "Иван"), ("Ли", "Анна Мария")]
DAYS = st.integers(0, 12).map(lambda days: date(2019, 1, 10) + timedelta(days=days))
"""Few, around the day of `NOW`, so that what is asked for often falls between two tickets."""


@dataclass(frozen=True)
class Booked:
    """An order of a random world; its tickets may be days apart."""

    number: int
    person: int
    status: OrderStatus
    periods: tuple[Period, ...]
    price: int = 1
    paid: int = 0

    @property
    def owed(self) -> bool:
        return self.status.is_confirmed and self.price > self.paid

    @property
    def overdue(self) -> bool:
        ends = [period.ends_at for period in self.periods]
        closed = self.status.is_cancelled or self.status is OrderStatus.COMPLETED
        return not closed and bool(ends) and max(ends) <= NOW

    def touches(self, since: datetime, until: datetime) -> bool:
        return any(one.ends_at > since and one.starts_at < until for one in self.periods)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    first = draw(DAYS)
    if draw(st.booleans()):
        return Period.daily(
            first, first + timedelta(days=draw(st.sampled_from([0, 0, 1, 5]))), ZONE
        )
    start = datetime.combine(first, datetime.min.time(), ZONE).astimezone(UTC)
    start += timedelta(hours=draw(st.integers(0, 20)))
    return Period.hourly(start, start + timedelta(hours=draw(st.integers(1, 3))))


BOOKED = st.builds(
    Booked,
    number=NUMBERS,
    person=st.integers(1, len(PEOPLE)),
    status=st.sampled_from([OrderStatus.CONFIRMED, *OrderStatus]),
    periods=st.lists(periods(), max_size=3).map(tuple),
    price=st.sampled_from([0, 1, 2]),
    paid=st.sampled_from([0, 1, 2]),
)
WORLDS = st.lists(BOOKED, max_size=20, unique_by=lambda order: order.number)
FILTERS = filters(
    OrderFilter(),
    numbers=st.just(()) | st.lists(st.builds(NumberRange, NUMBERS, NUMBERS), max_size=3).map(tuple),
    from_day=st.none() | DAYS,
    to_day=st.none() | DAYS,
    customer_words=st.sampled_from([(), (), ("сем",), ("ма", "л"), ("сем", "ма", "с"), ("щ",)]),
    customer_id=st.sampled_from([None, None, 1, 3]),
    statuses=st.just(frozenset[OrderStatus]()) | st.frozensets(st.sampled_from(OrderStatus)),
    overdue=st.booleans(),
    paid=st.sampled_from([None, None, True, False]),
)

NEVER = 10**9
WAYS: dict[str, dict[str, float]] = {
    "as it is": {},
    "customers first": {"NEAR": 1, "FEW": 1, "SORTED": 1e-9},
    "days first": {"NEAR": 1, "FEW": 1, "SAMPLED": 1, "SORTED": NEVER, "WALKED": NEVER},
    "block by block": {"NEAR": 1, "FEW": 1, "TRIED": NEVER, "SORTED": NEVER, "WALKED": 1},
}
"""What decides between the ways is turned to each; see the list of tickets for the rest."""


@pytest.fixture(scope="module")
def empty(module_databases: Databases) -> Iterator[Store]:
    """A database that every example fills and leaves empty again."""
    store = open_database(module_databases.new())
    with store.writing() as session:
        fill_catalogue(session)
    yield store
    store.close()


def fill_catalogue(session: Session) -> None:
    run = session.connection().execute
    run(insert(TABLES["service"]).values(id=1, name="Коворкинг", slot_minutes=30))
    run(insert(TABLES["room"]).values(id=1, service_id=1, name="Коворкинг №1"))
    run(insert(TABLES["workplace"]).values(id=1, room_id=1, label="PM №1"))
    tariff = {"unit": "hour", "price": Decimal(1), "currency": "RUB", "min_units": 1}
    run(insert(TABLES["tariff"]).values(id=1, service_id=1, name="Час", max_units=9, **tariff))
    for key, (last, first) in enumerate(PEOPLE, start=1):
        names = {"last_name": last, "first_name": first, "folded": folded_name(last, first)}
        run(insert(TABLES["person"]).values(id=key, **names))
        rows = [
            {"word": word, "person_id": key}
            for word in index_words(PersonFields(last, first, None))
        ]
        run(insert(TABLES["person_word"]), rows)


@contextmanager
def living(store: Store, world: list[Booked]) -> Iterator[Session]:
    """The world in the database, until the block ends."""
    with store.writing() as session:
        fill(session, world)
        yield session
        session.rollback()


@contextmanager
def searching(way: dict[str, float]) -> Iterator[None]:
    """Look for the answer in this way."""
    with patch.multiple(list_search, **way) if way else nullcontext():
        yield


def fill(session: Session, world: list[Booked]) -> None:
    run, number = session.connection().execute, 0
    for order in world:
        starts = [period.starts_at for period in order.periods]
        ends = [period.ends_at for period in order.periods]
        run(
            insert(TABLES["orders"]).values(
                number=order.number,
                service_id=1,
                customer_id=order.person,
                status=order.status.value,
                payment_kind="on_site",
                price=Decimal(order.price) / 2,
                currency="RUB",
                created_at=NOW,
                version=1,
                starts_at=min(starts, default=None),
                ends_at=max(ends, default=None),
            )
        )
        if order.paid:
            amount = Decimal(order.paid) / 2
            line = {"order_number": order.number, "amount": amount, "kind": "on_site", "at": NOW}
            run(insert(TABLES["payment"]).values(**line))
        for period in order.periods:
            number += 1
            run(
                insert(TABLES["ticket"]).values(
                    number=number,
                    order_number=order.number,
                    visitor_id=1,
                    workplace_id=1,
                    tariff_id=1,
                    period_kind=period.kind.value,
                    starts_at=period.starts_at,
                    ends_at=period.ends_at,
                    status="new",
                    created_at=NOW,
                    version=1,
                )
            )


def matching(world: list[Booked], wanted: OrderFilter) -> list[Booked]:
    """The orders that a filter leaves, newest first: condition by condition."""
    first = wanted.from_day or date(1990, 1, 1)
    last = wanted.to_day or date(2190, 1, 1)
    since = datetime.combine(first, datetime.min.time(), ZONE)
    until = datetime.combine(last + timedelta(days=1), datetime.min.time(), ZONE)

    def fits(order: Booked) -> bool:
        called = is_found(*PEOPLE[order.person - 1], None, wanted.customer_words)
        return (
            (
                not wanted.numbers
                or any(one.first <= order.number <= one.last for one in wanted.numbers)
            )
            and (not (wanted.from_day or wanted.to_day) or order.touches(since, until))
            and (order.person == wanted.customer_id if wanted.customer_id else called)
            and (not wanted.statuses or order.status in wanted.statuses)
            and (not wanted.overdue or order.overdue)
            and (
                wanted.paid is None
                or (order.paid >= order.price > 0 if wanted.paid else order.owed)
            )
        )

    return sorted(filter(fits, world), key=lambda order: -order.number)


@given(world=WORLDS, wanted=FILTERS, start=STARTS, limit=st.integers(1, 9))
def test_a_page_is_cut_out_of_the_whole_list(
    empty: Store, world: list[Booked], wanted: OrderFilter, start: PageStart, limit: int
) -> None:
    expected = [order.number for order in matching(world, wanted)]
    begin, end = cut(expected, start, limit)
    with living(empty, world) as session:
        for name, way in WAYS.items():
            with searching(way):
                page = orders.page(session, wanted, start, limit, now=NOW, zone=ZONE)
                numbers = orders.numbers(session, wanted, start, limit, now=NOW, zone=ZONE)
            assert [row.number for row in page.rows] == numbers == expected[begin:end], name
            assert (page.more_above, page.more_below) == (begin > 0, end < len(expected)), name


@given(world=WORLDS, wanted=FILTERS, cap=st.integers(1, 30))
def test_a_count_is_right_up_to_its_cap(
    empty: Store, world: list[Booked], wanted: OrderFilter, cap: int
) -> None:
    expected = len(matching(world, wanted))
    with living(empty, world) as session:
        for name, way in WAYS.items():
            with searching(way):
                found = orders.count(session, wanted, now=NOW, zone=ZONE, cap=cap)
            assert (found.value, found.capped) == (min(expected, cap), expected > cap), name


@given(world=WORLDS, wanted=FILTERS, number=NUMBERS, step=st.sampled_from([-1, 1]))
def test_a_neighbour_is_the_next_line(
    empty: Store, world: list[Booked], wanted: OrderFilter, number: int, step: int
) -> None:
    listed = [order.number for order in matching(world, wanted)]
    beyond = [one for one in listed if (one < number if step > 0 else one > number)]
    with living(empty, world) as session:
        found = orders.neighbour(session, wanted, number, step, now=NOW, zone=ZONE)
    assert found == (max(beyond, default=None) if step > 0 else min(beyond, default=None))


@given(world=WORLDS)
def test_a_line_and_the_whole_order_say_the_same(empty: Store, world: list[Booked]) -> None:
    with living(empty, world) as session:
        page = orders.page(session, OrderFilter(), Top(), 99, now=NOW, zone=ZONE)
        cards = details.load_many(session, [row.number for row in page.rows], now=NOW)
        overdue = orders.overdue(session, NOW, 99)
    assert sorted(overdue) == sorted(
        row.number for row in page.rows if row.overdue and row.status is OrderStatus.CONFIRMED
    )
    for row, card in zip(page.rows, cards, strict=True):
        order = next(one for one in world if one.number == row.number)
        assert (row.status, row.overdue) == (card.status, card.overdue)
        assert (card.status, card.overdue) == (order.status, order.overdue)
        assert (row.customer, row.service) == (card.customer.name, card.service)
        assert row.tickets == len(card.tickets) == len(order.periods)
        assert row.price == card.price == Decimal(order.price) / 2
