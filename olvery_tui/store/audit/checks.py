"""Whether a database is sound: the engine's own checks, and everything that this program promises.

Each check is one question to the whole database; what follows from the domain's rules is decided
by the domain's functions, over the groups of tickets that are alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, Table, bindparam, exists, select, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from olvery_tui.domain.access import ActorKind
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.name_search import index_words
from olvery_tui.domain.people import folded_name
from olvery_tui.domain.periods import Period
from olvery_tui.domain.problems import Problem, ProblemCode
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, moves_at, ticket_status
from olvery_tui.store.audit import replaying
from olvery_tui.store.database import chain, guards, schema, shared_values, values
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.tables import EVENTS, PEOPLE, PERSON_WORDS
from olvery_tui.store.database.types import UtcDateTime
from olvery_tui.store.people import people

LISTED = 20
"""How many findings of one kind are told one by one."""

_SKEW = timedelta(minutes=2)
"""How far the clock of another terminal may be ahead of this one."""

_TEN, _HOUR = datetime(2000, 1, 1, 10, tzinfo=UTC), timedelta(hours=1)
_SAMPLE = Period.hourly(_TEN, _TEN + _HOUR)
_PHASES = (_TEN - _HOUR, _TEN, _TEN + _HOUR)
"""A moment before, in and after the sample."""


def check(store: Store, now: datetime, noted: chain.Seal | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with a database at `now`; nothing for a sound one.

    `noted` is a seal of the audit trail that was kept somewhere else; it has to be there still.
    A status that the worker has not moved yet is no problem, it is merely due.

    Raises:
        StoreUnavailable: it can't be read at all, or its schema is not the program's.
    """
    schema.require(store)
    with store.reading() as session:
        connection = session.connection()
        damage = tuple(_integrity(connection))
        if damage:
            return damage  # nothing that a damaged file says can be relied on
        unguarded = guards.broken(connection)
        unfit = () if _is_blind(connection, unguarded) else tuple(values.unfit(connection))
        found = (
            *_foreign_keys(connection),
            *(Problem(ProblemCode.GUARD, {"name": name}) for name in unguarded),
            *_listed(ProblemCode.UNFIT, iter(unfit)),
            *_listed(ProblemCode.TRAIL_UNKNOWN, _unknown(connection)),
        )
        if any(fact["table"] != "event" and fact["column"] != "number" for fact in unfit):
            # What is computed with such values would be a fault of this program.
            return (*found, *_first(chain.verify(connection, noted)))
        return (
            *found,
            *_location(connection),
            *_listed(ProblemCode.OVERLAP, _ask(connection, _OVERLAPS)),
            *_listed(ProblemCode.SEAT_UNCOVERED, _ask(connection, _UNCOVERED, now=now + _SKEW)),
            *_listed(ProblemCode.SEAT_KEPT, _ask(connection, _KEPT, now=now)),
            *_listed(ProblemCode.SEAT_SHOWN, _ask(connection, _SHOWN)),
            *_statuses(connection, now + _SKEW),
            *_listed(ProblemCode.NO_EVENT, _ask(connection, _NO_EVENT)),
            *_listed(ProblemCode.SERVICE, _ask(connection, _OTHER_SERVICE)),
            *_listed(ProblemCode.ORDER_NO_EVENT, _ask(connection, _ORDER_NO_EVENT)),
            *_listed(ProblemCode.ORDER_PERIOD, _ask(connection, _ORDER_PERIOD)),
            *_listed(ProblemCode.PAID, _ask(connection, _PAID)),
            *_listed(ProblemCode.OVERPAID_BACK, _ask(connection, _OVERPAID_BACK)),
            *_listed(ProblemCode.SEARCH, unfound(connection)),
            *_shared(connection),
            *_first(replaying.differences(connection)),
            *_listed(ProblemCode.TRAIL_TIME, replaying.backwards(connection)),
            *_first(chain.verify(connection, noted)),
        )


def _is_blind(connection: Connection, unguarded: Collection[str]) -> bool:
    """Whether the functions are gone that say on PostgreSQL what a value may be."""
    if connection.dialect.name == "sqlite":
        return False
    return any(signature in unguarded for signature in values.FUNCTIONS)


_KINDS = select(EVENTS.c.id, EVENTS.c.kind).where(
    EVENTS.c.kind.not_in(list(EventKind)) | EVENTS.c.actor.not_in(list(ActorKind))
)


def _unknown(connection: Connection) -> Iterator[dict[str, object]]:
    for event, kind in connection.execute(_KINDS.order_by(EVENTS.c.id)):
        yield {"event": event, "kind": str(kind)}


def _ask(connection: Connection, query: str, **params: Any) -> Iterator[dict[str, object]]:
    statement = text(query)
    if "now" in params:
        statement = statement.bindparams(bindparam("now", type_=UtcDateTime()))
    return (dict(row) for row in connection.execute(statement, params).mappings())


def _listed(code: ProblemCode, findings: Iterator[dict[str, object]]) -> Iterator[Problem]:
    return _first(Problem(code, params) for params in findings)


def _first(problems: Iterator[Problem]) -> Iterator[Problem]:
    """The first of many that say the same."""
    for number, problem in enumerate(problems):
        if number == LISTED:
            yield Problem(ProblemCode.MORE, {"code": problem.code})
            return
        yield problem


def _integrity(connection: Connection) -> Iterator[Problem]:
    """A file may be damaged; a server looks after its own (`docs/postgresql.md`)."""
    if connection.dialect.name != "sqlite":
        return
    try:
        found = connection.exec_driver_sql(f"PRAGMA integrity_check({LISTED})").scalars().all()
    except (StoreUnavailable, DatabaseError) as error:
        if isinstance(error, StoreUnavailable) and error.code != StoreCode.CORRUPT:
            raise
        found = [str(getattr(error, "detail", error))]
    if found != ["ok"]:
        yield from (Problem(ProblemCode.INTEGRITY, {"detail": line}) for line in found)


def _foreign_keys(connection: Connection) -> Iterator[Problem]:
    """Rows whose parent is not there; of other programs, for this one could not write them."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA foreign_key_check")
        facts = ({"table": row[0], "row": row[1], "parent": row[2]} for row in found)
    else:
        facts = (
            fact
            for table in SQLModel.metadata.sorted_tables
            for fact in _orphans(connection, table)
        )
    return _listed(ProblemCode.FOREIGN_KEY, facts)


def _orphans(connection: Connection, table: Table) -> Iterator[dict[str, object]]:
    for constraint in table.foreign_keys:
        child, of = constraint.parent, constraint.column
        parent = of.table.alias().c[of.name]  # a table may refer to itself
        query = select(*table.primary_key.columns).where(
            child.is_not(None), ~exists(select(parent).where(parent == child))
        )
        for row in connection.execute(query):
            named = ", ".join(map(str, row))
            yield {"table": table.name, "row": named, "parent": of.table.name}


def _location(connection: Connection) -> Iterator[Problem]:
    zone = connection.exec_driver_sql("SELECT time_zone FROM location").scalar()
    if zone is None:
        yield Problem(ProblemCode.LOCATION)
        return
    try:
        ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield Problem(ProblemCode.TIME_ZONE, {"name": str(zone)})


_OVERLAPS = """
    SELECT workplace.label AS workplace, held.ticket_number AS ticket, held.before AS other
    FROM (
        SELECT ticket_number, workplace_id, starts_at,
            max(ends_at) OVER before_it AS taken_until,
            lag(ticket_number) OVER in_order AS before
        FROM seat_assignment
        WINDOW in_order AS (PARTITION BY workplace_id ORDER BY starts_at, ends_at),
            before_it AS (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ) AS held LEFT JOIN workplace ON workplace.id = held.workplace_id
    WHERE held.taken_until > held.starts_at
"""

# From now on there is no gap up to the ticket's last moment. Before, one is no fault: who booked
# after the period had begun, or came back after a cancellation, holds the seat since then.
_UNCOVERED = f"""
    SELECT ticket.number AS ticket
    FROM ticket LEFT JOIN (
        SELECT ticket_number, min(starts_at) AS first, max(ends_at) AS last,
            max(CASE WHEN before IS NULL OR before <> starts_at THEN starts_at END) AS unbroken
        FROM (
            SELECT ticket_number, starts_at, ends_at,
                lag(ends_at) OVER (PARTITION BY ticket_number ORDER BY starts_at) AS before
            FROM seat_assignment
        ) AS piece GROUP BY ticket_number
    ) AS held ON held.ticket_number = ticket.number
    WHERE ticket.status <> '{TicketStatus.CANCELLED}' AND (
        held.first IS NULL OR held.first < ticket.starts_at OR held.last <> ticket.ends_at
        OR (held.unbroken > ticket.starts_at AND held.unbroken > :now)
    )
    ORDER BY ticket.number
"""

# Of a cancelled ticket there may be what was used: before now, by somebody who was checked in.
_KEPT = f"""
    SELECT DISTINCT ticket.number AS ticket
    FROM seat_assignment JOIN ticket ON ticket.number = seat_assignment.ticket_number
    WHERE ticket.status = '{TicketStatus.CANCELLED}'
        AND (seat_assignment.ends_at > :now OR ticket.validated_at IS NULL)
    ORDER BY ticket.number
"""

_SHOWN = f"""
    SELECT ticket.number AS ticket
    FROM ticket JOIN seat_assignment
        ON seat_assignment.ticket_number = ticket.number
        AND seat_assignment.ends_at = ticket.ends_at
    WHERE ticket.status <> '{TicketStatus.CANCELLED}'
        AND seat_assignment.workplace_id <> ticket.workplace_id
    ORDER BY ticket.number
"""

_NO_EVENT = f"""
    SELECT ticket.number AS ticket FROM ticket
    WHERE NOT EXISTS (
        SELECT 1 FROM event WHERE event.ticket_number = ticket.number
            AND event.kind = '{EventKind.TICKET_CREATED}'
    )
    ORDER BY ticket.number
"""

_OTHER_SERVICE = """
    SELECT ticket.number AS ticket
    FROM ticket
    JOIN orders ON orders.number = ticket.order_number
    JOIN workplace ON workplace.id = ticket.workplace_id
    JOIN room ON room.id = workplace.room_id
    JOIN tariff ON tariff.id = ticket.tariff_id
    WHERE room.service_id <> orders.service_id OR tariff.service_id <> orders.service_id
    ORDER BY ticket.number
"""

_ORDER_NO_EVENT = f"""
    SELECT orders.number AS "order" FROM orders
    WHERE NOT EXISTS (
        SELECT 1 FROM event WHERE event.order_number = orders.number
            AND event.kind = '{EventKind.ORDER_CREATED}'
    )
    ORDER BY orders.number
"""

# Two nulls are alike here: an order without tickets has neither a first nor a last moment.
_ORDER_PERIOD = """
    SELECT orders.number AS "order"
    FROM orders LEFT JOIN (
        SELECT order_number, min(starts_at) AS first, max(ends_at) AS last
        FROM ticket WHERE cancelled_at IS NULL GROUP BY order_number
    ) AS sold ON sold.order_number = orders.number
    WHERE coalesce(orders.starts_at <> sold.first OR orders.ends_at <> sold.last,
        (orders.starts_at IS NULL) <> (sold.first IS NULL))
    ORDER BY orders.number
"""

_PAID = """
    SELECT orders.number AS "order"
    FROM orders LEFT JOIN (
        SELECT order_number, sum(amount) AS amount FROM payment GROUP BY order_number
    ) AS lines ON lines.order_number = orders.number
    WHERE orders.paid <> coalesce(lines.amount, 0)
    ORDER BY orders.number
"""

# Line after line, for a later payment would hide it in the sum.
_OVERPAID_BACK = """
    SELECT order_number AS "order", min(id) AS payment
    FROM (
        SELECT id, order_number,
            sum(amount) OVER (PARTITION BY order_number ORDER BY id) AS paid
        FROM payment
        WHERE order_number IN (SELECT order_number FROM payment WHERE amount < 0)
    ) AS line
    WHERE paid < 0 GROUP BY order_number ORDER BY order_number
"""

_STATUSES = text(
    """
    SELECT CASE WHEN ticket.cancelled_at IS NULL THEN orders.status ELSE 'cancelled' END
            AS order_status, ticket.status AS status,
        CASE WHEN ticket.ends_at <= :now THEN 2 WHEN ticket.starts_at <= :now THEN 1 ELSE 0 END
            AS phase,
        CASE ticket.moves_at
            WHEN ticket.starts_at THEN 'starts' WHEN ticket.ends_at THEN 'ends'
            ELSE CASE WHEN ticket.moves_at IS NULL THEN 'never' ELSE 'other' END
        END AS moves,
        min(ticket.number) AS ticket, count(*) AS count
    FROM ticket JOIN orders ON orders.number = ticket.order_number
    GROUP BY 1, 2, 3, 4
    """
).bindparams(bindparam("now", type_=UtcDateTime()))


def _statuses(connection: Connection, now: datetime) -> Iterator[Problem]:
    for group in connection.execute(_STATUSES, {"now": now}):
        order, status = OrderStatus(group.order_status), TicketStatus(group.status)
        right = [ticket_status(order, _SAMPLE, moment) for moment in _PHASES[: group.phase + 1]]
        facts = {"ticket": group.ticket, "count": group.count}
        if status not in right:
            yield Problem(
                ProblemCode.STATUS, {**facts, "status": status.value, "expected": right[-1].value}
            )
        elif group.moves != _NAMES[moves_at(order, _SAMPLE, status)]:
            yield Problem(ProblemCode.MOVES_AT, facts)


_NAMES = {None: "never", _TEN: "starts", _TEN + _HOUR: "ends"}

_WORDS = (
    select(PEOPLE.c.id, PEOPLE.c.folded, *people.COLUMNS, PERSON_WORDS.c.word)
    .outerjoin_from(PEOPLE, PERSON_WORDS, PERSON_WORDS.c.person_id == PEOPLE.c.id)
    .order_by(PEOPLE.c.id)
)


def unfound(connection: Connection) -> Iterator[dict[str, object]]:
    """People whose words in the index, or whose folded name, are not what follows from them."""
    for number, rows in groupby(connection.execute(_WORDS), key=lambda row: row.id):
        first, *others = rows
        person = people.person_fields(first)
        found = {row.word for row in (first, *others)} - {None}
        if found != set(index_words(person)) or first.folded != folded_name(*person.searched):
            yield {"person": number}


def _shared(connection: Connection) -> Iterator[Problem]:
    if count := shared_values.wrong(connection):
        yield Problem(ProblemCode.SHARED, {"count": count})
