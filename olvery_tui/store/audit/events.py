"""The audit trail: writing events, and finding who changed something. A trigger guards it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, and_, cast, func, not_, or_, select
from sqlmodel import Session

from olvery_tui.domain.access import SYSTEM, Actor, ActorKind
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.periods import Period
from olvery_tui.domain.replay import period_fact
from olvery_tui.domain.statuses import StatusChange
from olvery_tui.store.database import chain
from olvery_tui.store.database.bulk import insert_many
from olvery_tui.store.database.tables import EVENTS, MANAGERS, TICKETS
from olvery_tui.store.database.tolerant import (
    is_row_number,
    moment_or_kept,
    readable_facts,
    readable_moment,
    readable_text,
)

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


def created(
    at: datetime, created_at: datetime, period: Period | None = None, **facts: object
) -> dict[str, object]:
    """The data of a line that says what was created at `created_at`, and written down `at`."""
    if period is not None:
        facts["period"] = period_fact(period.kind.value, period.starts_at, period.ends_at)
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
    """The events of a ticket's moves: those that time had made due are the system's."""
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
            if any(is_row_number(one) and one in workplaces for one in named):
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
    changed = EventKind.CATALOGUE_CHANGED
    query = select(EVENTS.c.id, cast(EVENTS.c.data, Text)).where(
        EVENTS.c.id > since, EVENTS.c.kind.in_([changed.value])
    )
    for event, kept in session.connection().execute(query.order_by(EVENTS.c.id.desc())):
        data = readable_facts(kept)
        if (data.get("what"), data.get("number")) == (what, number):
            return _last(session, EVENTS.c.id == event, frozenset({changed}))
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
    of = EVENTS.c
    facts = (of.manager_id, of.ticket_number, of.order_number, of.data, of.batch)
    query = select(of.id, of.at, of.kind, *facts).where(of.id == event_id)
    row = session.connection().execute(query).first()
    return None if row is None else Recorded(row[0], row[1], EventKind(row[2]), *row[3:])


def latest(
    session: Session, kind: EventKind, *, ticket: int | None = None, order: int | None = None
) -> int:
    """The id of the newest line of a kind about a ticket or an order."""
    about = EVENTS.c.order_number == order if ticket is None else EVENTS.c.ticket_number == ticket
    return _newest(session, kind, about)


def latest_of_batch(session: Session, kind: EventKind) -> int:
    """The id of the newest line of a kind that this transaction has written."""
    return _newest(session, kind, EVENTS.c.batch == chain.batch_of(session))


def _newest(session: Session, kind: EventKind, about: ColumnElement[bool]) -> int:
    query = select(func.max(EVENTS.c.id)).where(about, EVENTS.c.kind == kind.value)
    found: int = session.connection().execute(query).scalar_one()
    return found


def changed_since(session: Session, line: Recorded) -> tuple[str | None, datetime] | None:
    """Return who changed the ticket or order of a line last after it, and when; None if nobody did.

    Changes of an order's tickets count as the order's. Changes of the same transaction don't count,
    nor do moves that time alone has made.
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
    return None if row is None or at is None else (who(row), at)


def who_did(session: Session, event: int) -> str:
    """The display name of whoever made an entry: a manager, or the account of the command line."""
    query = (
        select(EVENTS.c.account, MANAGERS.c.last_name, MANAGERS.c.first_name, MANAGERS.c.login)
        .outerjoin_from(EVENTS, MANAGERS, MANAGERS.c.id == EVENTS.c.manager_id)
        .where(EVENTS.c.id == event)
    )
    return who(session.connection().execute(query).one()) or ""


def who(row: Any) -> str | None:
    """The display name of whoever made an entry, from the entry's row; None for the system."""
    return (
        f"{row.first_name or ''} {row.last_name or ''}".strip()
        or row.login
        or readable_text(row.account)
    )
