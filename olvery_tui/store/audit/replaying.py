"""What is stored, beside what the audit trail says of it.

Events and rows are read side by side in the order of their numbers, so memory does not grow with
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Row,
    Select,
    Text,
    cast,
    exists,
    func,
    select,
    type_coerce,
)

from olvery_tui.domain.access import DeskSettings
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.problems import Problem, ProblemCode
from olvery_tui.domain.replay import (
    Facts,
    Line,
    Told,
    differing,
    fingerprint,
    follow_catalogue,
    follow_closings,
    follow_manager,
    follow_order,
    follow_settings,
    follow_shifts,
    follow_ticket,
    period_fact,
)
from olvery_tui.store.access import managers
from olvery_tui.store.audit import noting
from olvery_tui.store.audit.events import CHANGES, ORDER_CHANGES
from olvery_tui.store.database.tables import (
    EVENTS,
    LOCATION,
    MANAGERS,
    ORDERS,
    PAYMENTS,
    TICKET_MODIFIERS,
    TICKETS,
)
from olvery_tui.store.database.tolerant import moment_or_kept, readable_facts, readable_moment
from olvery_tui.store.orders import shifts
from olvery_tui.store.tickets import closings

_FETCHED = 2_000
_BACKWARDS = timedelta(minutes=2)
"""So much the clocks of two terminals may differ."""

Follow = Callable[[Facts, Line], None]
_Rows = tuple[Select[Any], Callable[[Row[Any]], Mapping[str, object]]]
"""What selects the stored rows, by number, and makes the facts of one."""


def differences(connection: Connection) -> Iterator[Problem]:
    """What is not as the trail says: `fact` (what: ticket, order, manager, closing, settings or
    what is sold; number, name), `untold` and `gone` (what, number).
    """
    yield from _compared(connection, "ticket", EVENTS.c.ticket_number, follow_ticket, _tickets())
    yield from _compared(connection, "order", EVENTS.c.order_number, follow_order, _orders())
    yield from _compared(
        connection, "manager", EVENTS.c.subject_id, follow_manager, _managers(connection)
    )
    yield from _untold_managers(connection)
    sold = _told(connection, _CHANGED, follow_catalogue)
    known = {key: facts for key, facts in sold.items() if key[0] in noting.SOLD}
    yield from _beside(known, noting.all_sold(connection))
    places = _told(connection, _PLACES, follow_closings)
    yield from _beside(places, (("closing", *one) for one in closings.all_facts(connection)))
    held = _told(connection, _SHIFTS, follow_shifts)
    yield from _beside(held, (("shift", *one) for one in shifts.all_facts(connection)))
    yield from _settings(connection)


def backwards(connection: Connection) -> Iterator[dict[str, object]]:
    """Lines whose time is before that of the line before: `event`."""
    moment = moment_or_kept(EVENTS.c.at, connection.dialect.name)
    before = func.lag(moment).over(order_by=EVENTS.c.id)
    lines = (
        select(EVENTS.c.id, moment.label("at"), before.label("before"))
        .where(EVENTS.c.kind != EventKind.NOTED.value)  # whatever the application's clock says
        .subquery()
    )
    query = select(lines).where(lines.c.at < lines.c.before).order_by(lines.c.id)
    for event, at, earlier in connection.execute(query):
        now, then = readable_moment(at), readable_moment(earlier)
        if now is not None and then is not None and now < then - _BACKWARDS:
            yield {"event": event}


_TELLING: Mapping[str, frozenset[EventKind]] = {
    "ticket": CHANGES,
    "order": ORDER_CHANGES,
    "manager": frozenset(
        {
            EventKind.MANAGER_ADDED,
            EventKind.MANAGER_DISABLED,
            EventKind.MANAGER_ENABLED,
            EventKind.ROLE_SET,
            EventKind.PASSWORD_SET,
            EventKind.PASSWORD_RENEWED,
            EventKind.NOTED,
        }
    ),
}
"""The kinds of events that tell facts of a thing."""


def _compared(
    connection: Connection, what: str, about: Column[Any], follow: Follow, rows: _Rows
) -> Iterator[Problem]:
    query, as_facts = rows
    by_number = {"yield_per": _FETCHED}
    with (
        connection.execute(query, execution_options=by_number) as stored,
        connection.execute(_lines(connection, what, about), execution_options=by_number) as lines,
    ):
        row = stored.fetchone()
        for number, events in groupby(lines, key=itemgetter(0)):
            while row is not None and row[0] < number:
                row = stored.fetchone()  # the trail says nothing of it: that is told elsewhere
            if row is None or row[0] != number:
                continue
            facts: dict[str, object] = {}
            for _number, kind, at, manager, data in events:
                follow(facts, Line(kind, readable_moment(at), manager, _facts(data)))
            for name in differing(facts, as_facts(row)):
                yield Problem(ProblemCode.FACT, {"what": what, "number": number, "name": name})


_facts = lru_cache(1_024)(readable_facts)
"""Most events are moves, and there are few of them that differ. Nobody changes what is returned."""


def _lines(connection: Connection, what: str, about: Column[Any]) -> Select[Any]:
    return (
        select(
            about,
            EVENTS.c.kind,
            moment_or_kept(EVENTS.c.at, connection.dialect.name),
            EVENTS.c.manager_id,
            cast(EVENTS.c.data, Text),
        )
        .where(about.is_not(None), EVENTS.c.kind.in_(sorted(_TELLING[what])))
        .order_by(about, EVENTS.c.id)
    )


def _tickets() -> _Rows:
    def as_facts(row: Row[Any]) -> Mapping[str, object]:
        return {
            "order": row.order_number,
            "visitor": row.visitor_id,
            "workplace": row.workplace_id,
            "status": row.status,
            "tariff": row.tariff_id,
            "variant": row.variant_id,
            "period": period_fact(row.period_kind, row.starts_at, row.ends_at),
            "validation": row.validated_at and (row.validated_at, row.validated_by),
            "created_at": row.created_at,
            "modifiers": sorted(map(int, row.modifiers.split(","))) if row.modifiers else [],
        }

    modifiers = select(func.aggregate_strings(cast(TICKET_MODIFIERS.c.modifier_id, Text), ","))
    mine = modifiers.where(TICKET_MODIFIERS.c.ticket_number == TICKETS.c.number).scalar_subquery()
    columns = (*TICKETS.columns, mine.label("modifiers"))
    return select(*columns).order_by(TICKETS.c.number), as_facts


def _orders() -> _Rows:
    def as_facts(row: Row[Any]) -> Mapping[str, object]:
        return {
            "status": row.status,
            "price": row.price,
            "currency": row.currency,
            "customer": row.customer_id,
            "service": row.service_id,
            "payment_kind": row.payment_kind,
            "paid": row.paid,
            "created_at": row.created_at,
            "previous_status": row.previous_status,
            "payments": sorted(map(_payment_fact, row.lines.split(",") if row.lines else ())),
        }

    line = PAYMENTS.c.kind + " " + cast(type_coerce(PAYMENTS.c.amount, BigInteger), Text)
    of_order = PAYMENTS.c.order_number == ORDERS.c.number
    lines = select(func.aggregate_strings(line, ",")).where(of_order).scalar_subquery()
    return select(*ORDERS.columns, lines.label("lines")).order_by(ORDERS.c.number), as_facts


def _payment_fact(line: str) -> str:
    """A payment as events tell it; the database keeps hundredths."""
    kind, hundredths = line.split(" ")
    return f"{kind} {Decimal(hundredths) / 100:.2f}"


def _managers(connection: Connection) -> _Rows:
    found = MANAGERS.c

    def as_facts(row: Row[Any]) -> Mapping[str, object]:
        return {
            "login": row.login,
            "name": fingerprint(row.last_name, row.first_name),
            "role": row.role,
            "active": row.active,
            **({} if salt is None else {"password": noting.password(row.salt)}),
        }

    salt = managers.salt(connection)
    columns = (found.id, found.login, found.last_name, found.first_name, found.role, found.active)
    salts = () if salt is None else (salt.label("salt"),)
    return select(*columns, *salts).order_by(found.id), as_facts


def _untold_managers(connection: Connection) -> Iterator[Problem]:
    """Who may sign in without anybody having let them."""
    told = exists(
        select(EVENTS.c.id).where(
            EVENTS.c.subject_id == MANAGERS.c.id,
            EVENTS.c.kind.in_([EventKind.MANAGER_ADDED.value, EventKind.NOTED.value]),
        )
    )
    query = select(MANAGERS.c.id).where(MANAGERS.c.login.is_not(None), ~told)
    for number in connection.execute(query.order_by(MANAGERS.c.id)).scalars():
        yield Problem(ProblemCode.UNTOLD, {"what": "manager", "number": number})


_CHANGED = (EventKind.CATALOGUE_CHANGED, EventKind.NOTED)
_PLACES = (EventKind.PLACE_CLOSED, EventKind.PLACE_OPENED)
_SHIFTS = (EventKind.SHIFT_OPENED, EventKind.SHIFT_CLOSED, EventKind.SHIFT_NOTE_READ)


def _told(
    connection: Connection, kinds: Sequence[EventKind], follow: Callable[[Told, Line], None]
) -> Told:
    """What events of these kinds tell of things, managers left out."""
    query = select(EVENTS.c.kind, cast(EVENTS.c.data, Text)).where(
        EVENTS.c.kind.in_(kinds), EVENTS.c.subject_id.is_(None)
    )
    told: Told = {}
    for kind, data in connection.execute(query.order_by(EVENTS.c.id)):
        follow(told, Line(kind, None, None, readable_facts(data)))
    return told


def _beside(told: Told, stored: Iterable[tuple[str, int, Facts]]) -> Iterator[Problem]:
    for what, number, now in stored:
        facts = told.pop((what, number), None)
        if facts is None:
            yield Problem(ProblemCode.UNTOLD, {"what": what, "number": number})
            continue
        for name in differing(facts, now):
            yield Problem(ProblemCode.FACT, {"what": what, "number": number, "name": name})
    for what, number in sorted(told):
        yield Problem(ProblemCode.GONE, {"what": what, "number": number})


def _settings(connection: Connection) -> Iterator[Problem]:
    query = select(cast(EVENTS.c.data, Text)).where(
        EVENTS.c.kind == EventKind.SETTINGS_CHANGED.value
    )
    facts: dict[str, object] = {}
    for (data,) in connection.execute(query.order_by(EVENTS.c.id)):
        follow_settings(facts, Line(EventKind.SETTINGS_CHANGED, None, None, readable_facts(data)))
    columns = [LOCATION.c[each.name] for each in fields(DeskSettings) if each.name != "version"]
    row = connection.execute(select(*columns)).mappings().first()
    stored = {} if row is None else {**row, "name": fingerprint(row["name"])}
    for name in differing(facts, stored):
        yield Problem(ProblemCode.FACT, {"what": "settings", "number": 1, "name": name})
