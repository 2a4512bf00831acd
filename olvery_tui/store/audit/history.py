"""Histories: lines of the audit trail with what their ids stand for now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta, tzinfo
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Row, Select, Text, and_, cast, or_, select, union
from sqlmodel import Session

from olvery_tui.domain.access import ActorKind
from olvery_tui.domain.events import EventFilter, EventKind, EventLine
from olvery_tui.domain.periods import day_start
from olvery_tui.store.audit import noting
from olvery_tui.store.audit.events import who
from olvery_tui.store.database.tables import (
    CLOSINGS,
    EVENTS,
    MANAGERS,
    ORDERS,
    PEOPLE,
    ROOMS,
    TICKETS,
    WORKPLACES,
)
from olvery_tui.store.database.tolerant import (
    is_row_number,
    moment_or_kept,
    readable_facts,
    readable_moment,
    readable_text,
)
from olvery_tui.store.people import people

CodeT = TypeVar("CodeT", bound=StrEnum)

HISTORY_MAX = 500
"""Lines of one history: far more than a ticket gathers, unless something presses by itself."""

_PERSON, _MANAGER, _WORKPLACE, _CLOSING = "person", "manager", "workplace", "closing"
_NAMED: Mapping[EventKind | str, Mapping[str, str]] = {
    EventKind.ORDER_CREATED: {"customer": _PERSON},
    EventKind.TICKET_CREATED: {"visitor": _PERSON, "workplace": _WORKPLACE},
    EventKind.TICKET_VALIDATED: {"visitor": _PERSON, "validated_by": _MANAGER},
    EventKind.VALIDATION_RESET: {"validated_by": _MANAGER},
    EventKind.VISITOR_CHANGED: {"from": _PERSON, "to": _PERSON, "validated_by": _MANAGER},
    EventKind.VISITOR_REFUSED: {"to": _PERSON},
    EventKind.WORKPLACE_CHANGED: {"from": _WORKPLACE, "to": _WORKPLACE},
    EventKind.WORKPLACE_REFUSED: {"to": _WORKPLACE},
    EventKind.PERIOD_CHANGED: {"workplace": _WORKPLACE, "workplace_before": _WORKPLACE},
    EventKind.PLACE_CLOSED: {"workplace": _WORKPLACE, "closing": _CLOSING},
    EventKind.PLACE_OPENED: {"workplace": _WORKPLACE, "closing": _CLOSING},
    EventKind.PERSON_CREATED: {"person": _PERSON},
    EventKind.PERSON_UPDATED: {"person": _PERSON},
    EventKind.PERSON_ERASED: {"person": _PERSON},
    EventKind.PERSON_BANNED: {"person": _PERSON},
    EventKind.PERSON_UNBANNED: {"person": _PERSON},
    EventKind.PERSON_MERGED: {"person": _PERSON, "merged": _PERSON},
    EventKind.SIGNED_IN: {"from": _MANAGER},
}
"""Which keys of an event's data are ids, and of what."""

_SOLD = {what: table for what, table in noting.SOLD.items() if "name" in table.c}
"""Catalogue entries by their name in an event's `what`; a workplace has its room beside it."""


@cache
def _lines(dialect: str) -> Select[Any]:
    """Select what a history shows.

    Another program may have written unreadable values: they are read as stored, and interpreted one
    by one (`_load_lines`).
    """
    return select(
        EVENTS.c.id,
        moment_or_kept(EVENTS.c.at, dialect).label("at"),
        moment_or_kept(EVENTS.c.due_at, dialect).label("due_at"),
        EVENTS.c.kind,
        EVENTS.c.actor,
        EVENTS.c.account,
        cast(EVENTS.c.data, Text).label("data"),
        EVENTS.c.ticket_number,
        EVENTS.c.order_number,
        EVENTS.c.terminal,
        EVENTS.c.subject_id,
        MANAGERS.c.last_name,
        MANAGERS.c.first_name,
        MANAGERS.c.login,
    ).outerjoin_from(EVENTS, MANAGERS, MANAGERS.c.id == EVENTS.c.manager_id)


def of_ticket(session: Session, number: int, limit: int = HISTORY_MAX) -> tuple[EventLine, ...]:
    """What happened to a ticket and to its order, newest first (ix_event_ticket, ix_event_order).

    `names` has an entry for each key of `data` that is an id, under the same key; a workplace's
    room stands under the key with `_room` behind it. Who was erased since has an empty name.
    """
    order = select(TICKETS.c.order_number).where(TICKETS.c.number == number).scalar_subquery()
    mine = or_(
        EVENTS.c.ticket_number == number,
        and_(EVENTS.c.order_number == order, EVENTS.c.ticket_number.is_(None)),
    )
    return _load_lines(session, limit, mine)


def of_order(session: Session, number: int) -> tuple[EventLine, ...]:
    """What happened to an order and to its tickets, as `of_ticket` tells it."""
    tickets = select(TICKETS.c.number).where(TICKETS.c.order_number == number)
    all_of_it = or_(EVENTS.c.order_number == number, EVENTS.c.ticket_number.in_(tickets))
    return _load_lines(session, HISTORY_MAX, all_of_it)


def of_manager(session: Session, manager_id: int) -> tuple[EventLine, ...]:
    """What a manager did, and what was done with their account, newest first.

    Each by its index (ix_event_manager, ix_event_subject); the two together by neither.
    """
    newest = select(EVENTS.c.id).order_by(EVENTS.c.id.desc()).limit(HISTORY_MAX)
    ids = [
        newest.where(column == manager_id) for column in (EVENTS.c.manager_id, EVENTS.c.subject_id)
    ]
    both = union(*(select(each.subquery().c.id) for each in ids)).subquery()
    return _load_lines(session, HISTORY_MAX, EVENTS.c.id.in_(select(both.c.id)))


def matching(
    session: Session, filters: EventFilter, before: int | None, limit: int, *, zone: tzinfo
) -> tuple[EventLine, ...]:
    """Matching events, newest first, from the one before `before` on; days are of `zone`."""
    return _load_lines(session, limit, *_conditions(filters, before, zone))


def of_transaction(
    session: Session, batch: int, filters: EventFilter, *, zone: tzinfo
) -> tuple[EventLine, ...]:
    """Matching events of one transaction, in their order."""
    conditions = (EVENTS.c.batch == batch, *_conditions(filters, None, zone))
    return _load_lines(session, None, *conditions)[::-1]


def _conditions(
    filters: EventFilter, before: int | None, zone: tzinfo
) -> Iterator[ColumnElement[bool]]:
    if before is not None:
        yield EVENTS.c.id < before
    if filters.from_day is not None:
        yield EVENTS.c.at >= day_start(filters.from_day, zone)
    if filters.to_day is not None:
        yield EVENTS.c.at < day_start(filters.to_day + timedelta(days=1), zone)
    if filters.manager is not None:
        yield or_(EVENTS.c.manager_id == filters.manager, EVENTS.c.subject_id == filters.manager)
    if filters.ticket is not None:
        yield EVENTS.c.ticket_number == filters.ticket
    if filters.order is not None:
        yield EVENTS.c.order_number == filters.order
    if filters.kinds:
        yield EVENTS.c.kind.in_(sorted(filters.kinds))


class _Line(NamedTuple):
    """A row of `_lines`, and what its data holds."""

    row: Row[Any]
    data: dict[str, object]

    @property
    def kind(self) -> EventKind | str:
        return _code(EventKind, self.row.kind)


def _load_lines(
    session: Session, limit: int | None, *conditions: ColumnElement[bool]
) -> tuple[EventLine, ...]:
    connection = session.connection()
    query = _lines(connection.dialect.name).where(*conditions)
    found = connection.execute(query.order_by(EVENTS.c.id.desc()).limit(limit))
    lines = [_Line(row, readable_facts(row.data)) for row in found]
    names, former = _Names(session, lines), _former_creations(session, lines)
    return tuple(
        EventLine(
            id=row.id,
            at=readable_moment(row.at),
            kind=line.kind,
            actor=_code(ActorKind, row.actor),
            who=who(row) or "",
            due_at=readable_moment(row.due_at),
            data={**data, **former.get(row.id, {})},
            names=names.of(line),
            ticket=_number(row.ticket_number),
            order=_number(row.order_number),
            account=readable_text(row.account),
            login=row.login,
            terminal=readable_text(row.terminal),
            about=names.login(row.subject_id),
        )
        for line in lines
        for row, data in (line,)
    )


def _former_creations(session: Session, lines: Sequence[_Line]) -> dict[int, dict[str, str]]:
    """Return when things were created, by event, where events of earlier versions don't say it."""
    found = {}
    for kind, number, table in (
        (EventKind.TICKET_CREATED, "ticket_number", TICKETS),
        (EventKind.ORDER_CREATED, "order_number", ORDERS),
    ):
        former = [
            line
            for line in lines
            if line.kind == kind
            and not {"period", "customer"} & set(line.data)
            and is_row_number(line.row._mapping[number])
        ]
        if not former:
            continue
        numbers = {line.row._mapping[number] for line in former}
        query = select(table.c.number, table.c.created_at).where(table.c.number.in_(numbers))
        at = {one.number: one.created_at for one in session.connection().execute(query)}
        for line in former:
            created_at = at.get(line.row._mapping[number])
            if created_at is not None and created_at != readable_moment(line.row.at):
                found[line.row.id] = {"created_at": created_at.isoformat()}
    return found


def _code(codes: type[CodeT], kept: object) -> CodeT | str:
    """One of the codes, or the text that stands there instead."""
    code = readable_text(kept) or ""
    try:
        return codes(code)
    except ValueError:
        return code


def _number(kept: object) -> int | None:
    return kept if isinstance(kept, int) else None


def _named(line: _Line) -> Iterator[tuple[str, str, int]]:
    """Each key of an event's data that is an id: the key, of what, the id."""
    for key, what in _NAMED.get(line.kind, {}).items():
        number = line.data.get(key)
        if is_row_number(number):
            yield key, what, number
    if line.kind in (EventKind.CATALOGUE_CHANGED, EventKind.NOTED):
        sold, number = line.data.get("what"), line.data.get("number")
        if isinstance(sold, str) and sold in (*_SOLD, _WORKPLACE) and is_row_number(number):
            yield "number", sold, number


_THEIRS = PEOPLE.alias()
_NAMES: Mapping[str, Select[Any]] = {
    # A merged person has the name of the one they were merged into.
    _PERSON: select(PEOPLE.c.id, _THEIRS.c.first_name, _THEIRS.c.last_name).join_from(
        PEOPLE, _THEIRS, _THEIRS.c.id == people.CURRENT
    ),
    _MANAGER: select(MANAGERS.c.id, MANAGERS.c.first_name, MANAGERS.c.last_name, MANAGERS.c.login),
    _WORKPLACE: select(WORKPLACES.c.id, WORKPLACES.c.label, ROOMS.c.name).join_from(
        WORKPLACES, ROOMS, ROOMS.c.id == WORKPLACES.c.room_id
    ),
    _CLOSING: select(CLOSINGS.c.id, CLOSINGS.c.reason),
    **{what: select(table.c.id, table.c.name) for what, table in _SOLD.items()},
}
"""The present names of things by id; of a workplace its room's too."""


class _Names:
    """The present names for the ids in some events, each kind of thing queried once."""

    def __init__(self, session: Session, lines: Sequence[_Line]) -> None:
        ids: dict[str, set[int]] = {what: set() for what in _NAMES}
        for line in lines:
            for _key, what, number in _named(line):
                ids[what].add(number)
            if is_row_number(line.row.subject_id):
                ids[_MANAGER].add(line.row.subject_id)
        run = session.connection().execute
        self._found = {
            what: {
                row.id: row[1:] for row in run(query.where(query.selected_columns.id.in_(those)))
            }
            for what, query in _NAMES.items()
            if (those := ids[what])
        }

    def of(self, line: _Line) -> dict[str, str]:
        names: dict[str, str] = {}
        for key, what, number in _named(line):
            match what, self._found[what].get(number):
                case _, None:
                    continue
                case "person" | "manager", (first, last, *login):
                    names[key] = _full_name(first, last, *login)
                case "workplace", (label, room):
                    names[key], names[f"{key}_room"] = label, room
                case _, (name,):
                    names[key] = name
        if (manager := self._manager(line.row.subject_id)) is not None:
            names["subject"] = _full_name(*manager)
        return names

    def login(self, manager_id: int | None) -> str | None:
        """What a manager signs in as."""
        manager = self._manager(manager_id)
        return manager[2] if manager else None

    def _manager(self, manager_id: int | None) -> Sequence[Any] | None:
        return self._found.get(_MANAGER, {}).get(manager_id)


def _full_name(first: str, last: str, login: str | None = None) -> str:
    return f"{first} {last}".strip() or login or ""
