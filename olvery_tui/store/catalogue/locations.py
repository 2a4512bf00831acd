"""The place that the database serves, and what all its terminals agree on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete, func, select, update
from sqlmodel import Session

from olvery_tui.domain.access import DeskSettings, SignIn
from olvery_tui.domain.catalogue import LocationDetails
from olvery_tui.domain.hours import ClosedDay, OpenHours, OpeningHours
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.store.audit import noting
from olvery_tui.store.database import rows
from olvery_tui.store.database.tables import CLOSED_DAYS, LOCATION, OPENING_HOURS, TICKETS

Row = dict[str, Any]

_SETTINGS = [each.name for each in fields(DeskSettings)]
"""The settings' columns are named as their fields."""


def location(session: Session) -> LocationDetails:
    """The name, time zone and currency that all terminals agree on."""
    columns = (LOCATION.c.name, LOCATION.c.time_zone, LOCATION.c.currency)
    name, time_zone, currency = session.connection().execute(select(*columns)).one()
    return LocationDetails(name, ZoneInfo(time_zone), currency)


def settings(session: Session) -> DeskSettings:
    """What a manager may change for all terminals."""
    row = session.connection().execute(select(*(LOCATION.c[name] for name in _SETTINGS))).one()
    facts = row._asdict()
    return DeskSettings(**facts | {"sign_in": SignIn(facts["sign_in"])})


def change_settings(session: Session, version: int, changed: DeskSettings) -> bool:
    """Write them; False where they have another version by now."""
    values = {name: getattr(changed, name) for name in _SETTINGS if name != "version"}
    return rows.change(session, LOCATION, 1, version, **values)


def periods_to_come(session: Session, now: datetime) -> list[tuple[Period, int]]:
    """The rental periods that are not over, each with the number of its tickets that are not
    cancelled.
    """
    columns = (TICKETS.c.period_kind, TICKETS.c.starts_at, TICKETS.c.ends_at)
    query = (
        select(*columns, func.count())
        .where(TICKETS.c.ends_at > now, TICKETS.c.status != TicketStatus.CANCELLED.value)
        .group_by(*columns)
    )
    return [
        (Period(PeriodKind(kind), starts_at, ends_at), count)
        for kind, starts_at, ends_at, count in session.connection().execute(query)
    ]


def hours(session: Session) -> OpeningHours:
    """The opening hours of the location."""
    run = session.connection().execute
    week: list[OpenHours | None] = [None] * 7
    for row in run(select(OPENING_HOURS)):
        week[row.weekday] = OpenHours(row.opens, row.closes)
    closed = run(select(CLOSED_DAYS.c.day, CLOSED_DAYS.c.reason).order_by(CLOSED_DAYS.c.day))
    return OpeningHours(tuple(week), tuple(ClosedDay(*row) for row in closed))


def change_hours(session: Session, changed: OpeningHours) -> list[dict[str, object]]:
    """Write other opening hours; return the data of an event for each row that differs."""
    weekdays: dict[Any, Row] = {
        weekday: {"weekday": weekday, "opens": one.opens, "closes": one.closes}
        for weekday, one in enumerate(changed.week)
        if one is not None
    }
    days: dict[Any, Row] = {
        one.day: {"day": one.day, "reason": one.reason} for one in changed.closed
    }
    return [
        *_replace(session, OPENING_HOURS, "weekday", weekdays),
        *_replace(session, CLOSED_DAYS, "day", days),
    ]


def _replace(
    session: Session, table: Table, key: str, wanted: Mapping[Any, Row]
) -> Iterator[dict[str, object]]:
    """Make a table hold exactly the wanted rows, which are named by a key."""
    run = session.connection().execute
    stored = {row[key]: dict(row) for row in run(select(table)).mappings()}
    for name, row in stored.items():
        if name not in wanted:
            run(delete(table).where(table.c.id == row["id"]))
            yield noting.removed(table, row["id"])
    for name, values in wanted.items():
        if name not in stored:
            yield noting.sold(table, rows.add(session, table, **values), values)
        elif stored[name] != {"id": stored[name]["id"], **values}:
            run(update(table).where(table.c[key] == name).values(values))
            yield noting.sold(table, stored[name]["id"], values)
