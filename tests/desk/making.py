"""A small coworking to try the desk in.

Made by plain inserts, so that no command under test helps to make its own starting point.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlmodel import Session

from olvery_tui.domain.access import Actor, ActorKind, ManagerDetails
from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.name_search import index_words
from olvery_tui.domain.people import PersonFields, folded_name
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, moves_at, ticket_status
from olvery_tui.store.audit import events, noting
from olvery_tui.store.database import locks, schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Ticket
from olvery_tui.store.maintenance.transfer import settle_sequences
from olvery_tui.store.tickets import seats
from tests.databases import Databases

NOTED = import_module("olvery_tui.store.migrations.versions.0009_noted")
"""The migration that records what a database holds."""

TABLES = Ticket.metadata.tables

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2022, 12, 6, 10, tzinfo=MOSCOW).astimezone(UTC)
HOUR = timedelta(hours=1)

ANNA = ManagerDetails(1, "anna", "Орлова", "Анна")
BORIS = ManagerDetails(2, "boris", "Титов", "Борис")
AS_ANNA = Actor(ActorKind.MANAGER, ANNA)
AS_BORIS = Actor(ActorKind.MANAGER, BORIS)
NOBODY = Actor(ActorKind.MANAGER)
CONSOLE = Actor(ActorKind.CLI, account="tests")

FLOOR, ROOF = 1, 2
SEATS = (1, 2, 3, 4)
ROOF_SEAT = 5
"""The seats 1–4 are of the service `FLOOR`, the fifth is of `ROOF`."""
ROOF_SEATS = (ROOF_SEAT, 6)

MARIA, MARINA, IVAN = 1, 2, 3
PEOPLE = {
    MARIA: ("Семенова", "Мария", "+79655776500", "koshatina77@mail.example"),
    MARINA: ("Спиридонова", "Марина", "+79161234567", "marina@mail.example"),
    IVAN: ("Столповский", "Иван", "+79031112233", "ivan@mail.example"),
}


def as_typed(*values: str) -> dict[str, str]:
    """What was typed for a new person: last name, first name, phone, email, patronymic, note."""
    names = ("last_name", "first_name", "phone", "email", "patronymic", "note")
    return dict(zip(names, values, strict=False))


def hours(start: float, end: float) -> Period:
    """The period from `start` to `end` hours after `NOW`."""
    return Period.hourly(NOW + start * HOUR, NOW + end * HOUR)


def make(databases: Databases) -> Store:
    """A new database with two managers, three people, four seats of one service, one of another."""
    return open_database(databases.new(fill))


def fill(store: Store, month: Decimal | None = None) -> None:
    """What `make` makes; with `month` the roof has two seats and is sold by the month, for that."""
    sold = {ROOF: {"unit": "month", "price": month}} if month else {}
    schema.create(store, name="Коворкинг", time_zone="Europe/Moscow", currency="RUB")
    with store.writing() as session:
        for one in (ANNA, BORIS):
            _add(
                session,
                "manager",
                {
                    "id": one.id,
                    "login": one.login,
                    "last_name": one.last_name,
                    "first_name": one.first_name,
                },
            )
        for key, (last, first, phone, email) in PEOPLE.items():
            _add(
                session,
                "person",
                {
                    "id": key,
                    "last_name": last,
                    "first_name": first,
                    "phone": phone,
                    "email": email,
                    "folded": folded_name(last, first),
                },
            )
            for word in index_words(PersonFields(last, first, phone)):
                _add(session, "person_word", {"word": word, "person_id": key})
        for key, name in ((FLOOR, "Коворкинг на 3 этаже"), (ROOF, "Коворкинг на крыше")):
            _add(session, "service", {"id": key, "name": name, "slot_minutes": 30})
            _add(session, "room", {"id": key, "service_id": key, "name": f"Коворкинг №{key}"})
            _add(
                session,
                "tariff",
                {
                    "id": key,
                    "service_id": key,
                    "name": "Почасовой",
                    "unit": "hour",
                    "price": Decimal(200),
                    "currency": "RUB",
                    "min_units": 1,
                    "max_units": 24,
                    **sold.get(key, {}),
                },
            )
        for seat in (*SEATS, *(ROOF_SEATS if month else (ROOF_SEAT,))):
            room = FLOOR if seat in SEATS else ROOF
            _add(session, "workplace", {"id": seat, "room_id": room, "label": f"PM №{seat}"})
        settle_sequences(session)
        NOTED.note(session.connection(), NOW)
    store.close()


def add_seat(store: Store, seat: int) -> None:
    """A further seat of the service `FLOOR`."""
    row = {"id": seat, "room_id": FLOOR, "label": f"PM №{seat}"}
    with store.writing() as session:
        _add(session, "workplace", row)
        events.record(
            session,
            at=NOW,
            kind=EventKind.CATALOGUE_CHANGED,
            actor=CONSOLE,
            data=noting.sold(TABLES["workplace"], seat, row),
        )


def add_ticket(
    store: Store,
    number: int,
    *,
    order: OrderStatus = OrderStatus.CONFIRMED,
    period: Period | None = None,
    seat: int = 1,
    visitor: int = MARIA,
    now: datetime = NOW,
    status: TicketStatus | None = None,
) -> None:
    """A ticket of its own order (1000 + `number`), with the status that it has at `now`.

    With `status` that is what is stored, as if the worker had not run since it was true.
    """
    add_tickets(
        store,
        [
            {
                "number": number,
                "order": order,
                "period": period or hours(-1, 2),
                "seat": seat,
                "visitor": visitor,
                "status": status,
            }
        ],
        now=now,
    )


def _order_number(ticket: int) -> int:
    return min(1000 + ticket, NUMBER_MAX)


def add_tickets(store: Store, tickets: Iterable[dict[str, Any]], *, now: datetime = NOW) -> None:
    """Many at once: dictionaries of what `add_ticket` takes."""
    orders, rows, pieces, lines = [], [], [], []
    for ticket in tickets:
        number, order, period = ticket["number"], ticket["order"], ticket["period"]
        status = ticket.get("status") or ticket_status(order, period, now)
        visitor = ticket.get("visitor", MARIA)
        service = ROOF if ticket["seat"] == ROOF_SEAT else FLOOR
        orders.append(
            {
                "number": _order_number(number),
                "service_id": service,
                "customer_id": visitor,
                "status": order.value,
                "payment_kind": "on_site",
                "price": Decimal(600),
                "currency": "RUB",
                "created_at": now,
                "version": 1,
                "starts_at": period.starts_at,
                "ends_at": period.ends_at,
            }
        )
        lines.append(
            events.NewEvent(
                now,
                EventKind.ORDER_CREATED,
                CONSOLE,
                order=_order_number(number),
                data={"status": order.value},
            )
        )
        rows.append(
            {
                "number": number,
                "order_number": _order_number(number),
                "visitor_id": visitor,
                "workplace_id": ticket["seat"],
                "tariff_id": service,
                "unit_price": Decimal(200),
                "period_kind": PeriodKind(period.kind).value,
                "starts_at": period.starts_at,
                "ends_at": period.ends_at,
                "status": status.value,
                "moves_at": moves_at(order, period, status),
                "created_at": now,
                "version": 1,
            }
        )
        if status is not TicketStatus.CANCELLED:
            pieces.append(
                {
                    "ticket_number": number,
                    "workplace_id": ticket["seat"],
                    "starts_at": period.starts_at,
                    "ends_at": period.ends_at,
                }
            )
        lines.append(
            events.NewEvent(
                now,
                EventKind.TICKET_CREATED,
                CONSOLE,
                ticket=number,
                data={"visitor": visitor, "workplace": ticket["seat"], "status": status.value},
            )
        )
    with store.writing() as session:
        _add(session, "orders", *orders)
        _add(session, "ticket", *rows)
        _add(session, "seat_assignment", *pieces)
        events.record_many(session, lines)


def set_order(store: Store, number: int, order: OrderStatus, now: datetime) -> None:
    """Let the order of ticket `number` come to a status: its ticket, seat and events with it."""
    with store.writing() as session:
        locks.lock_orders(session, (stored(session, number).order_number,))
        before = stored(session, number)
        period = Period(PeriodKind.HOURLY, before.starts_at, before.ends_at)
        status = ticket_status(order, period, now)
        run = session.connection().execute
        orders, tickets = TABLES["orders"], TABLES["ticket"]
        run(
            update(orders)
            .where(orders.c.number == before.order_number)
            .values(status=order.value, version=orders.c.version + 1)
        )
        run(
            update(tickets)
            .where(tickets.c.number == number)
            .values(
                status=status.value,
                moves_at=moves_at(order, period, status),
                version=before.version + 1,
            )
        )
        events.record(
            session,
            at=now,
            kind=EventKind.ORDER_MOVED,
            actor=CONSOLE,
            order=before.order_number,
            data={"from": before.order_status, "to": order.value},
        )
        if status.value != before.status:
            events.record(
                session,
                at=now,
                kind=EventKind.TICKET_MOVED,
                actor=CONSOLE,
                ticket=number,
                data={"from": before.status, "to": status.value},
            )
        if status is TicketStatus.CANCELLED:
            seats.give_back(session, (number,), now)


def stored(session: Session, number: int) -> Any:
    """The row of a ticket with its `order_status`, as it stands in the database."""
    tickets, orders = TABLES["ticket"], TABLES["orders"]
    query = (
        select(tickets, orders.c.status.label("order_status"))
        .join_from(tickets, orders, orders.c.number == tickets.c.order_number)
        .where(tickets.c.number == number)
    )
    return session.connection().execute(query).one()


def ticket_row(store: Store, number: int) -> Any:
    """The same, in a transaction of its own."""
    with store.reading() as session:
        return stored(session, number)


def kinds(store: Store, number: int) -> list[str]:
    """The kinds of a ticket's events after its creation, oldest first."""
    return [line["kind"] for line in trail(store, number)][1:]


def trail(store: Store, number: int) -> list[dict[str, Any]]:
    """A ticket's events, oldest first, as they stand in the database."""
    table = TABLES["event"]
    query = select(table).where(table.c.ticket_number == number).order_by(table.c.id)
    with store.reading() as session:
        return [dict(row) for row in session.connection().execute(query).mappings()]


def held(store: Store, number: int) -> list[tuple[int, datetime, datetime]]:
    """What a ticket holds: seat, from, to; in the order of time."""
    with store.reading() as session:
        return [
            (piece.workplace_id, piece.starts_at, piece.ends_at)
            for piece in seats.assignments(session, number)
        ]


def overlaps(store: Store) -> int:
    """How many pairs of assignments have one workplace at one moment."""
    one, other = TABLES["seat_assignment"].alias(), TABLES["seat_assignment"].alias()
    query = select(one.c.id, other.c.id).where(
        one.c.id < other.c.id,
        one.c.workplace_id == other.c.workplace_id,
        one.c.starts_at < other.c.ends_at,
        other.c.starts_at < one.c.ends_at,
    )
    with store.reading() as session:
        return len(session.connection().execute(query).all())


def _add(session: Session, table: str, *rows: dict[str, Any]) -> None:
    if rows:
        session.connection().execute(insert(TABLES[table]), list(rows))
