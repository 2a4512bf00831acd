"""Small random coworkings, and what the list must show of them: a plain reading of the manual."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import insert
from sqlmodel import Session

from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.domain.filters import NumberRange, TicketFilter
from olvery_tui.domain.name_search import index_words
from olvery_tui.domain.pages import After, Around, Before, Bottom, Page, PageStart, TicketRow, Top
from olvery_tui.domain.people import PersonFields, folded_name, words
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, is_overdue
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import BLOCK, Ticket
from tests.naming import is_found

F = TypeVar("F", bound=Any)

TABLES = Ticket.metadata.tables

NOW = datetime(2019, 1, 15, 12, tzinfo=UTC)
ROOMS = {1: "Коворкинг №1", 2: "Зал «Юг»"}
SEATS = {1: ("PM №1", 1), 2: ("PM №2", 1), 3: ("PM №1", 2)}
"""Each with its room."""
ZONES = [
    ZoneInfo("Europe/Moscow"),
    ZoneInfo("America/Sao_Paulo"),  # clocks changed at midnight, on 2018-11-04 and 2019-02-17
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("Pacific/Auckland"),
]
LAST_NAMES = ["Семёнова", "Семенов", "Столповский", "Мамин-Сибиряк", "О'Нил", "Эм", "100%_", "Ли"]
FIRST_NAMES = ["Мария", "Марина", "Иван", "Анна Мария", "Эм", "Ёлка", "_"]


@dataclass(frozen=True)
class Visit:
    """A ticket of a random world."""

    number: int
    person: int
    seat: int
    period: Period
    order: OrderStatus
    status: TicketStatus
    checked: bool = False
    monthly: bool = False

    @property
    def place(self) -> str:
        return SEATS[self.seat][0]

    @property
    def room(self) -> str:
        return ROOMS[SEATS[self.seat][1]]


@dataclass(frozen=True)
class World:
    """A coworking: who comes when."""

    zone: ZoneInfo
    people: tuple[tuple[str, str], ...]
    visits: tuple[Visit, ...] = field(default=())

    def name(self, visit: Visit) -> str:
        """The visitor's name, as the list shows it."""
        last, first = self.people[visit.person - 1]
        return f"{first} {last}".strip()


# ── Random worlds, questions and places in the list ──────────────────────────────────────────────

NUMBERS = st.integers(1, 24) | st.sampled_from([1_000_000, NUMBER_MAX - 1, NUMBER_MAX])
IN_BLOCKS = st.sampled_from(
    [block * BLOCK + place for block in range(7) for place in (0, 1, 2, BLOCK - 1)][1:]
)
"""Numbers of several blocks (`Way.BLOCK`), a few in each."""
DATES = st.sampled_from(
    # Few, so that ends and beginnings often meet; on both sides of what the clocks do.
    [date(2018, 10, day) for day in (27, 28, 29)]
    + [date(2018, 11, day) for day in (3, 4, 5)]
    + [date(2018, 12, 3), date(2019, 1, 15), date(2019, 1, 16), date(2019, 1, 22)]
    + [date(2019, 2, day) for day in (16, 17, 18)]
)


@st.composite
def periods(draw: st.DrawFn, zone: ZoneInfo) -> Period:
    """Hours, days, months, now and then years."""
    first = draw(DATES)
    if draw(st.booleans()):
        more = draw(st.sampled_from([0, 0, 0, 1, 1, 2, 30, 90, 1_000]))
        return Period.daily(first, first + timedelta(days=more), zone)
    minutes = 30 * draw(st.integers(0, 47))
    start = datetime.combine(first, datetime.min.time(), zone).astimezone(UTC)
    start += timedelta(minutes=minutes)
    return Period.hourly(start, start + timedelta(minutes=30 * draw(st.integers(1, 48))))


@st.composite
def worlds(draw: st.DrawFn, numbers: st.SearchStrategy[int] = NUMBERS, least: int = 0) -> World:
    """Up to eight people and thirty tickets; numbers follow no calendar."""
    zone = draw(st.sampled_from(ZONES))
    names = st.tuples(st.sampled_from(LAST_NAMES), st.sampled_from(FIRST_NAMES))
    people = draw(st.lists(names, min_size=1, max_size=8))
    visits = []
    for number in sorted(draw(st.sets(numbers, min_size=least, max_size=30))):
        visits.append(
            Visit(
                number=number,
                person=draw(st.integers(1, len(people))),
                seat=draw(st.sampled_from(sorted(SEATS))),
                period=draw(periods(zone)),
                order=draw(st.sampled_from(OrderStatus)),
                status=draw(st.sampled_from(TicketStatus)),
                checked=draw(st.booleans()),
                monthly=draw(st.booleans()),
            )
        )
    return World(zone, tuple(people), tuple(visits))


@st.composite
def visitor_words(draw: st.DrawFn) -> tuple[str, ...]:
    """Beginnings of names, in any order, or of nobody's."""
    found = st.sampled_from(
        sorted({word for name in LAST_NAMES + FIRST_NAMES for word in words(name)})
    )
    spare = st.sampled_from(["щ", "семенова", "ма", "сергеевич", "с"])
    some = draw(st.lists(found | spare, max_size=4))
    return tuple(word[: draw(st.integers(1, 7))] for word in some)


def filters(empty: F, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[F]:
    """Filters that differ from an empty one in these fields only.

    Hypothesis would make up the others of a named tuple.
    """
    return st.builds(empty._replace, **fields)


RANGES = st.builds(NumberRange, NUMBERS, NUMBERS)  # one that runs backwards holds nothing
STATUSES = st.just(frozenset[TicketStatus]()) | st.frozensets(st.sampled_from(TicketStatus))
FILTERS = filters(
    TicketFilter(),
    numbers=st.just(()) | st.lists(RANGES, max_size=4).map(tuple),
    from_day=st.none() | DATES,
    to_day=st.none() | DATES,
    visitor_words=st.just(()) | visitor_words(),
    visitor_id=st.none() | st.integers(1, 9),
    statuses=STATUSES,
    checked=st.sampled_from([None, None, True, False]),
    ended=st.sampled_from([None, None, True, False]),
    place=st.sampled_from([(), (), ("pm", "1"), ("2",), ("3",)]),
    room=st.sampled_from([(), (), ("ю",), ("зал",), ("ковор", "1")]),
    renewal=st.sampled_from([False, False, True]),
)
WIDE_FILTERS = filters(
    TicketFilter(),
    from_day=st.none() | DATES,
    to_day=st.none() | DATES,
    visitor_words=st.sampled_from([(), (), ("м",), ("с", "м")]),
    statuses=st.just(frozenset[TicketStatus]()) | st.just(frozenset(list(TicketStatus)[1:])),
)
STARTS = st.one_of(
    st.just(Top()),
    st.just(Bottom()),
    st.builds(After, NUMBERS),
    st.builds(Before, NUMBERS),
    st.builds(Around, NUMBERS),
)


# ── The world in a database ──────────────────────────────────────────────────────────────────────


@contextmanager
def living(store: Store, world: World) -> Iterator[Session]:
    """The world in the database, until the block ends."""
    with store.writing() as session:
        fill(session, world)
        yield session
        session.rollback()


def fill(session: Session, world: World) -> None:
    """Write a world into an empty database."""
    run = session.connection().execute
    run(insert(TABLES["service"]).values(id=1, name="Коворкинг", slot_minutes=30))
    run(insert(TABLES["manager"]).values(id=1, last_name="Орлова", first_name="Анна"))
    for room, name in ROOMS.items():
        run(insert(TABLES["room"]).values(id=room, service_id=1, name=name))
    tariff = {"unit": "hour", "price": Decimal(1), "currency": "RUB", "min_units": 1}
    run(insert(TABLES["tariff"]).values(id=1, service_id=1, name="Час", max_units=9, **tariff))
    month = tariff | {"id": 2, "service_id": 1, "name": "Месяц", "unit": "month", "max_units": 9}
    run(insert(TABLES["tariff"]).values(month))
    for seat, (label, room) in SEATS.items():
        run(insert(TABLES["workplace"]).values(id=seat, room_id=room, label=label))
    for key, (last, first) in enumerate(world.people, start=1):
        folded = folded_name(last, first)
        run(
            insert(TABLES["person"]).values(id=key, last_name=last, first_name=first, folded=folded)
        )
        run(
            insert(TABLES["person_word"]),
            [
                {"word": word, "person_id": key}
                for word in index_words(PersonFields(last, first, None))
            ],
        )
    if not world.visits:
        return
    order = {"service_id": 1, "payment_kind": "on_site", "price": Decimal(1), "currency": "RUB"}
    ticket = {"created_at": NOW, "version": 1}
    run(
        insert(TABLES["orders"]),
        [
            {
                "number": visit.number,
                "customer_id": visit.person,
                "status": visit.order.value,
                "created_at": NOW,
                "version": 1,
                "starts_at": visit.period.starts_at,
                "ends_at": visit.period.ends_at,
                **order,
            }
            for visit in world.visits
        ],
    )
    run(
        insert(TABLES["ticket"]),
        [
            {
                "number": visit.number,
                "order_number": visit.number,
                "visitor_id": visit.person,
                "workplace_id": visit.seat,
                "tariff_id": 2 if visit.monthly else 1,
                "period_kind": visit.period.kind.value,
                "starts_at": visit.period.starts_at,
                "ends_at": visit.period.ends_at,
                "status": visit.status.value,
                "validated_at": NOW if visit.checked else None,
                "validated_by": 1 if visit.checked else None,
                **ticket,
            }
            for visit in world.visits
        ],
    )


# ── What must come out ───────────────────────────────────────────────────────────────────────────


def matching(world: World, wanted: TicketFilter) -> list[Visit]:
    """The tickets that the filter asks for, newest number first."""
    found = (visit for visit in world.visits if _matches(world, visit, wanted))
    return sorted(found, key=lambda visit: -visit.number)


def _matches(world: World, visit: Visit, wanted: TicketFilter) -> bool:
    first, last = visit.period.days(world.zone)
    person = world.people[visit.person - 1]
    return (
        (not wanted.numbers or any(one.first <= visit.number <= one.last for one in wanted.numbers))
        and (wanted.from_day is None or last >= wanted.from_day)
        and (wanted.to_day is None or first <= wanted.to_day)
        and (not wanted.statuses or visit.status in wanted.statuses)
        and wanted.checked in (None, visit.checked)
        and wanted.ended in (None, visit.period.ends_at <= NOW)
        and (not wanted.renewal or _is_to_renew(world, visit))
        and _is_named(visit.place, wanted.place)
        and _is_named(visit.room, wanted.room)
        and (
            visit.person == wanted.visitor_id
            if wanted.visitor_id is not None
            else is_found(*person, None, wanted.visitor_words)
        )
    )


def _is_to_renew(world: World, visit: Visit) -> bool:
    """Whether it is a month that ends soon, and its visitor has no later one."""
    has_later = any(
        other.monthly
        and other.person == visit.person
        and other.status is not TicketStatus.CANCELLED
        and other.period.starts_at >= visit.period.ends_at
        for other in world.visits
    )
    is_month = visit.monthly and visit.period.kind is PeriodKind.DAILY
    return is_month and _ends_soon(world, visit) and not has_later


def _ends_soon(world: World, visit: Visit) -> bool:
    """Whether it ends within the seven days after today that the settings begin with."""
    _first, last = visit.period.days(world.zone)
    today = NOW.astimezone(world.zone).date()
    return visit.period.ends_at > NOW and last <= today + timedelta(days=7)


def _is_named(name: str, asked: tuple[str, ...]) -> bool:
    """Whether each word begins one of the name's, and each number is one of its numbers."""
    named = name.casefold().replace("№", "").replace("«", "").replace("»", "").split()
    return all(
        any(one == word or (one.startswith(word) and not word.isdigit()) for one in named)
        for word in asked
    )


def expected_page(
    world: World, wanted: TicketFilter, start: PageStart, limit: int, cap: int
) -> Page:
    """The page, cut out of the whole list."""
    rows = [_row(world, visit) for visit in matching(world, wanted)]
    begin, end = cut([row.number for row in rows], start, limit)
    above, below = begin > 0, end < len(rows)
    counted = isinstance(start, Around) and begin < end and begin <= cap
    offset = (begin if counted else None) if above else 0
    return Page(tuple(rows[begin:end]), above, below, offset)


def cut(numbers: list[int], start: PageStart, limit: int) -> tuple[int, int]:
    """From which place to which a page of a list with these numbers goes."""
    match start:
        case Top():
            begin, end = 0, limit
        case Bottom():
            begin, end = len(numbers) - limit, len(numbers)
        case After(number):
            begin = sum(one >= number for one in numbers)
            end = begin + limit
        case Before(number):
            end = sum(one > number for one in numbers)
            begin = end - limit
        case Around(number):
            here = sum(one > number for one in numbers)
            begin = max(0, min(here - limit // 2, len(numbers) - limit))
            end = begin + limit
    return max(begin, 0), min(end, len(numbers))


def _row(world: World, visit: Visit) -> TicketRow:
    return TicketRow(
        visit.number,
        visit.period,
        world.name(visit),
        visit.status,
        visit.place,
        visit.status is not TicketStatus.CANCELLED
        and is_overdue(visit.order, visit.period.ends_at, NOW),
        room=visit.room,
        checked=visit.checked,
    )
