"""The audit trail: what is written into it and read back. The table can only grow (a trigger)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, TypeGuard, TypeVar

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    Text,
    and_,
    cast,
    func,
    not_,
    or_,
    select,
    union,
)
from sqlmodel import Session

from olvery_tui.domain.access import SYSTEM, Actor, ActorKind
from olvery_tui.domain.events import EventFilter, EventKind, EventLine
from olvery_tui.domain.periods import Period, day_start
from olvery_tui.domain.statuses import StatusChange
from olvery_tui.store.database import chain
from olvery_tui.store.database.bulk import insert_many
from olvery_tui.store.database.tables import (
    CLOSINGS,
    EVENTS,
    MANAGERS,
    MODIFIERS,
    ORDERS,
    PEOPLE,
    ROOMS,
    SERVICES,
    TARIFFS,
    TICKETS,
    VARIANTS,
    WORKPLACES,
)
from olvery_tui.store.database.tolerant import moment_or_kept, readable_facts, readable_moment
from olvery_tui.store.people import people

CodeT = TypeVar("CodeT", bound=StrEnum)


HISTORY_MAX = 500
"""Lines of one history: far more than a ticket gathers, unless something presses by itself."""

CHANGES = frozenset(
    {
        EventKind.TICKET_CREATED,
        EventKind.TICKET_UPDATED,
        EventKind.TICKET_MOVED,
        EventKind.TICKET_VALIDATED,
        EventKind.VALIDATION_RESET,
        EventKind.VISITOR_CHANGED,
        EventKind.WORKPLACE_CHANGED,
        EventKind.PERIOD_CHANGED,
        EventKind.TICKET_CANCELLED,
        EventKind.TICKET_RESTORED,
    }
)
"""The kinds that leave a ticket different from what it was; refusals do not."""

ORDER_CHANGES = frozenset(
    {
        EventKind.ORDER_CREATED,
        EventKind.ORDER_UPDATED,
        EventKind.ORDER_MOVED,
        EventKind.ORDER_PAID,
        EventKind.ORDER_REFUNDED,
        EventKind.PERIOD_CHANGED,
        EventKind.TICKET_CANCELLED,
        EventKind.TICKET_RESTORED,
    }
)
"""The same of an order."""

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

_SOLD: Mapping[str, Table] = {
    "service": SERVICES,
    "room": ROOMS,
    "variant": VARIANTS,
    "tariff": TARIFFS,
    "modifier": MODIFIERS,
}
"""Catalogue entries by their name in an event's `what`; a workplace has its room beside it."""


@cache
def _lines(dialect: str) -> Select[Any]:
    """What a history is told from. Another program may have written lines whose values nobody can
    read: they are taken as they are kept, and made sense of one by one (`_load_lines`).
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


def created(
    at: datetime, created_at: datetime, period: Period | None = None, **facts: object
) -> dict[str, object]:
    """The data of a line that says what was created at `created_at`, and written down `at`."""
    if period is not None:
        facts["period"] = [
            period.kind.value, period.starts_at.isoformat(), period.ends_at.isoformat(),
        ]  # fmt: skip
    if created_at != at:
        facts["created_at"] = created_at.isoformat()
    return facts


class NewEvent(NamedTuple):
    """A line to be written. `data` holds ids and codes only, so that erasing a person is whole.

    `subject` is the id of the manager whom it is about.
    """

    at: datetime
    kind: EventKind
    actor: Actor
    ticket: int | None = None
    order: int | None = None
    due_at: datetime | None = None
    data: Mapping[str, object] = {}
    subject: int | None = None


def record(
    session: Session,
    *,
    at: datetime,
    kind: EventKind,
    actor: Actor,
    ticket: int | None = None,
    order: int | None = None,
    due_at: datetime | None = None,
    data: Mapping[str, object] | None = None,
    subject: int | None = None,
) -> None:
    """Write one event into the transaction that makes the change."""
    event = NewEvent(at, kind, actor, ticket, order, due_at, data or {}, subject)
    record_many(session, (event,))


def record_many(session: Session, events: Iterable[NewEvent]) -> None:
    """Write many events at once, in their order."""
    lines = list(events)
    if lines:
        batch = chain.batch_of(session)
        insert_many(session, EVENTS, [_row(event, batch) for event in lines])


def _row(event: NewEvent, batch: int) -> dict[str, Any]:
    manager = event.actor.manager
    return {
        "at": event.at,
        "due_at": event.due_at,
        "kind": event.kind.value,
        "actor": _recorded_kind(event.actor).value,
        "manager_id": manager.id if manager else None,
        "account": event.actor.account,
        "ticket_number": event.ticket,
        "order_number": event.order,
        "data": event.data,
        "terminal": event.actor.terminal,
        "subject_id": event.subject,
        "batch": batch,
    }


def _recorded_kind(actor: Actor) -> ActorKind:
    """The table wants a manager's event to name the manager and the others to name none."""
    if actor.manager is not None:
        return ActorKind.MANAGER
    return ActorKind.NOBODY if actor.kind is ActorKind.MANAGER else actor.kind


def moves_of(number: int, change: StatusChange, actor: Actor, now: datetime) -> Iterator[NewEvent]:
    """What a change made of a ticket's status: what time had made due before is the system's."""
    for move in change.late:
        yield NewEvent(
            now,
            EventKind.TICKET_MOVED,
            SYSTEM,
            number,
            due_at=move.due_at,
            data={"from": move.before.value, "to": move.after.value},
        )
    if change.own is not None:
        data = {"from": change.own.before.value, "to": change.own.after.value}
        yield NewEvent(now, EventKind.TICKET_MOVED, actor, number, data=data)


def ticket_history(
    session: Session, number: int, limit: int = HISTORY_MAX
) -> tuple[EventLine, ...]:
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


def order_history(session: Session, number: int) -> tuple[EventLine, ...]:
    """What happened to an order and to its tickets, as `ticket_history` tells it."""
    tickets = select(TICKETS.c.number).where(TICKETS.c.order_number == number)
    all_of_it = or_(EVENTS.c.order_number == number, EVENTS.c.ticket_number.in_(tickets))
    return _load_lines(session, HISTORY_MAX, all_of_it)


def manager_history(session: Session, manager_id: int) -> tuple[EventLine, ...]:
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
    """The newest lines of which these are true, with the names of what they are about."""
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
            who=_who(row) or "",
            due_at=readable_moment(row.due_at),
            data={**data, **former.get(row.id, {})},
            names=names.of(line),
            ticket=_number(row.ticket_number),
            order=_number(row.order_number),
            account=_text(row.account),
            login=row.login,
            terminal=_text(row.terminal),
            about=names.login(row.subject_id),
        )
        for line in lines
        for row, data in (line,)
    )


def _former_creations(session: Session, lines: Sequence[_Line]) -> dict[int, dict[str, str]]:
    """Lines of former versions don't say when something was created before it was imported: what is
    known of it now does.
    """
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
            and _is_row_number(line.row._mapping[number])
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
    """One of the codes, or what stands there instead."""
    code = _text(kept) or ""
    try:
        return codes(code)
    except ValueError:
        return code


def _text(kept: object) -> str | None:
    match kept:
        case None | str():
            return kept
        case bytes():
            return kept.decode("utf-8", "replace")
    return str(kept)


def _number(kept: object) -> int | None:
    return kept if isinstance(kept, int) else None


def newest_at(session: Session) -> datetime | None:
    """When the latest entry was written; None while there is none."""
    connection = session.connection()
    moment = moment_or_kept(EVENTS.c.at, connection.dialect.name)
    query = select(moment).order_by(EVENTS.c.id.desc()).limit(1)
    return readable_moment(connection.execute(query).scalar_one_or_none())


def last_change(session: Session, number: int) -> tuple[str | None, datetime] | None:
    """Who changed a ticket last (None for the system) and when; None where nothing is recorded."""
    return _last(session, EVENTS.c.ticket_number == number, CHANGES)


def last_order_change(session: Session, number: int) -> tuple[str | None, datetime] | None:
    """Who changed an order last, as `last_change`."""
    return _last(session, EVENTS.c.order_number == number, ORDER_CHANGES)


def names_workplace(session: Session, workplaces: Collection[int]) -> bool:
    """Whether one of these workplaces was ever closed, or a ticket moved to or from it.

    It reads the whole trail, so it is for what is rare: deleting a workplace.
    """
    kinds = [
        EventKind.WORKPLACE_CHANGED.value,
        EventKind.WORKPLACE_REFUSED.value,
        EventKind.PERIOD_CHANGED.value,
        EventKind.PLACE_CLOSED.value,
    ]
    query = select(cast(EVENTS.c.data, Text)).where(EVENTS.c.kind.in_(kinds))
    with session.connection().execute(query.execution_options(yield_per=2_000)) as lines:
        for data in map(readable_facts, lines.scalars()):
            named = (data.get(name) for name in _PLACES)
            if any(_is_row_number(one) and one in workplaces for one in named):
                return True
    return False


_PLACES = ("from", "to", "workplace", "workplace_before")
_LOOKED_BACK = 1_000


def last_item_change(
    session: Session, what: str, number: int
) -> tuple[str | None, datetime] | None:
    """Who changed a catalogue entry last, as `last_change`, among the newest lines of the trail.

    Events have no index by what is sold; whoever asks has just lost to a change made meanwhile.
    """
    since = select(func.max(EVENTS.c.id) - _LOOKED_BACK).scalar_subquery()
    kinds = [EventKind.CATALOGUE_CHANGED.value]
    query = select(EVENTS.c.id, cast(EVENTS.c.data, Text).label("data")).where(
        EVENTS.c.id > since, EVENTS.c.kind.in_(kinds)
    )
    for row in session.connection().execute(query.order_by(EVENTS.c.id.desc())):
        data = readable_facts(row.data)
        if (data.get("what"), data.get("number")) == (what, number):
            return _last(session, EVENTS.c.id == row.id, frozenset({EventKind.CATALOGUE_CHANGED}))
    return None


class Recorded(NamedTuple):
    """A line as it was written."""

    id: int
    at: datetime
    kind: EventKind
    manager: int | None
    ticket: int | None
    order: int | None
    data: Mapping[str, Any]
    batch: int


def recorded(session: Session, event_id: int) -> Recorded | None:
    """The line with this id."""
    found = EVENTS.c
    query = select(
        found.id,
        found.at,
        found.kind,
        found.manager_id,
        found.ticket_number,
        found.order_number,
        found.data,
        found.batch,
    ).where(found.id == event_id)
    row = session.connection().execute(query).first()
    return None if row is None else Recorded(row[0], row[1], EventKind(row[2]), *row[3:])


def latest(
    session: Session, kind: EventKind, *, ticket: int | None = None, order: int | None = None
) -> int:
    """The id of the newest line of a kind about a ticket or an order."""
    about = EVENTS.c.order_number == order if ticket is None else EVENTS.c.ticket_number == ticket
    query = select(func.max(EVENTS.c.id)).where(about, EVENTS.c.kind == kind.value)
    found: int = session.connection().execute(query).scalar_one()
    return found


def latest_of_batch(session: Session, kind: EventKind) -> int:
    """The id of the newest line of a kind that this transaction has written."""
    ours = and_(EVENTS.c.batch == chain.batch_of(session), EVENTS.c.kind == kind.value)
    query = select(func.max(EVENTS.c.id)).where(ours)
    found: int = session.connection().execute(query).scalar_one()
    return found


def changed_since(session: Session, line: Recorded) -> tuple[str | None, datetime] | None:
    """Who was the last to change the line's ticket, or its order and the order's tickets, after it.

    What was written together with it does not count, nor do moves that time alone has made.
    """
    if line.ticket is not None:
        about = EVENTS.c.ticket_number == line.ticket
    else:
        tickets = select(TICKETS.c.number).where(TICKETS.c.order_number == line.order)
        about = or_(EVENTS.c.order_number == line.order, EVENTS.c.ticket_number.in_(tickets))
    by_time = and_(
        EVENTS.c.kind == EventKind.TICKET_MOVED.value, EVENTS.c.actor == ActorKind.SYSTEM.value
    )
    since = and_(about, EVENTS.c.id > line.id, EVENTS.c.batch != line.batch, not_(by_time))
    return _last(session, since, CHANGES | ORDER_CHANGES)


def _last(
    session: Session, concerned: ColumnElement[bool], kinds: frozenset[EventKind]
) -> tuple[str | None, datetime] | None:
    connection = session.connection()
    query = (
        select(
            moment_or_kept(EVENTS.c.at, connection.dialect.name).label("at"),
            EVENTS.c.account,
            MANAGERS.c.last_name,
            MANAGERS.c.first_name,
            MANAGERS.c.login,
        )
        .outerjoin_from(EVENTS, MANAGERS, MANAGERS.c.id == EVENTS.c.manager_id)
        .where(concerned, EVENTS.c.kind.in_(sorted(kinds)))
        .order_by(EVENTS.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    at = None if row is None else readable_moment(row.at)
    return None if row is None or at is None else (_who(row), at)


def who_did(session: Session, event: int) -> str:
    """The display name of whoever made an entry: a manager, or the account of the command line."""
    query = (
        select(EVENTS.c.account, MANAGERS.c.last_name, MANAGERS.c.first_name, MANAGERS.c.login)
        .outerjoin_from(EVENTS, MANAGERS, MANAGERS.c.id == EVENTS.c.manager_id)
        .where(EVENTS.c.id == event)
    )
    return _who(session.connection().execute(query).one()) or ""


def _who(row: Any) -> str | None:
    return (
        f"{row.first_name or ''} {row.last_name or ''}".strip() or row.login or _text(row.account)
    )


def _named(line: _Line) -> Iterator[tuple[str, str, int]]:
    """Each key of an event's data that is an id: the key, of what, the id."""
    for key, what in _NAMED.get(line.kind, {}).items():
        number = line.data.get(key)
        if _is_row_number(number):
            yield key, what, number
    if line.kind in (EventKind.CATALOGUE_CHANGED, EventKind.NOTED):
        sold, number = line.data.get("what"), line.data.get("number")
        if (
            isinstance(sold, str)
            and (sold in _SOLD or sold == _WORKPLACE)
            and _is_row_number(number)
        ):
            yield "number", sold, number


def _is_row_number(kept: object) -> TypeGuard[int]:
    return isinstance(kept, int) and not isinstance(kept, bool) and 0 < kept < 2**31


class _Names:
    """What the ids of some events stand for now, each kind of thing asked once."""

    def __init__(self, session: Session, lines: Sequence[_Line]) -> None:
        self._session = session
        self._logins: dict[int, str | None] = {}
        kinds = (_PERSON, _MANAGER, _WORKPLACE, _CLOSING, *_SOLD)
        ids: dict[str, set[int]] = {what: set() for what in kinds}
        for line in lines:
            for _key, what, number in _named(line):
                ids[what].add(number)
            if _is_row_number(line.row.subject_id):
                ids[_MANAGER].add(line.row.subject_id)
        self._found = {
            _PERSON: self._people(ids[_PERSON]),
            _MANAGER: self._managers(ids[_MANAGER]),
            _WORKPLACE: self._workplaces(ids[_WORKPLACE]),
            _CLOSING: self._closings(ids[_CLOSING]),
            **{what: self._sold(table, ids[what]) for what, table in _SOLD.items()},
        }

    def of(self, line: _Line) -> dict[str, str]:
        names: dict[str, str] = {}
        for key, what, number in _named(line):
            match self._found[what].get(number):
                case (name, room):
                    names[key], names[f"{key}_room"] = name, room
                case (name,):
                    names[key] = name
        if line.row.subject_id in self._found[_MANAGER]:
            (names["subject"],) = self._found[_MANAGER][line.row.subject_id]
        return names

    def login(self, manager_id: int | None) -> str | None:
        """What a manager signs in as."""
        return self._logins.get(manager_id or 0)

    def _people(self, ids: set[int]) -> dict[int, tuple[str, ...]]:
        """Who was merged into somebody is called by their name."""
        theirs = PEOPLE.alias()
        found = theirs.c
        query = (
            select(PEOPLE.c.id, found.first_name, found.last_name)
            .join_from(PEOPLE, theirs, found.id == people.CURRENT)
            .where(PEOPLE.c.id.in_(ids))
        )
        return {
            row.id: (f"{row.first_name} {row.last_name}".strip(),) for row in self._rows(query, ids)
        }

    def _managers(self, ids: set[int]) -> dict[int, tuple[str, ...]]:
        found = MANAGERS.c
        query = select(found.id, found.first_name, found.last_name, found.login).where(
            found.id.in_(ids)
        )
        names: dict[int, tuple[str, ...]] = {}
        for row in self._rows(query, ids):
            self._logins[row.id] = row.login
            names[row.id] = (f"{row.first_name} {row.last_name}".strip() or row.login or "",)
        return names

    def _workplaces(self, ids: set[int]) -> dict[int, tuple[str, ...]]:
        query = (
            select(WORKPLACES.c.id, WORKPLACES.c.label, ROOMS.c.name)
            .join_from(WORKPLACES, ROOMS, ROOMS.c.id == WORKPLACES.c.room_id)
            .where(WORKPLACES.c.id.in_(ids))
        )
        return {row.id: (row.label, row.name) for row in self._rows(query, ids)}

    def _closings(self, ids: set[int]) -> dict[int, tuple[str, ...]]:
        query = select(CLOSINGS.c.id, CLOSINGS.c.reason).where(CLOSINGS.c.id.in_(ids))
        return {row.id: (row.reason,) for row in self._rows(query, ids)}

    def _sold(self, table: Table, ids: set[int]) -> dict[int, tuple[str, ...]]:
        query = select(table.c.id, table.c.name).where(table.c.id.in_(ids))
        return {row.id: (row.name,) for row in self._rows(query, ids)}

    def _rows(self, query: Select[Any], ids: set[int]) -> Iterable[Any]:
        return self._session.connection().execute(query) if ids else ()
