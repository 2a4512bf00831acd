"""A preview of the list's first lines, before any slow import.

Importing SQLModel takes longer than showing the first screen. So the application first reads an
existing SQLite file directly, shows its lines, and opens the store behind them. Anything unusual
gives no preview: the store then reports what is wrong.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from olvery_tui.domain.access import Role, SignIn
from olvery_tui.domain.catalogue import LocationDetails
from olvery_tui.domain.pages import Count, Page, Preview, TicketRow
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, is_overdue
from olvery_tui.store.database.moments import from_micros
from olvery_tui.store.database.revisions import HEAD
from olvery_tui.store.database.texts import readable

COUNT_CAP = 10_000
"""As for the list: matches beyond this are not counted."""

_BUSY_SECONDS = 0.2
_PREFIXES = ("sqlite:///", "sqlite+pysqlite:///")

_LINES = """
SELECT ticket.number, period_kind, ticket.starts_at, ticket.ends_at, first_name, last_name,
       ticket.status, label, room.name, validated_at IS NOT NULL, orders.status
FROM ticket
LEFT JOIN person ON person.id = visitor_id
LEFT JOIN workplace ON workplace.id = workplace_id
LEFT JOIN room ON room.id = room_id
LEFT JOIN orders ON orders.number = order_number
ORDER BY ticket.number DESC LIMIT ?
"""
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM ticket LIMIT ?)"


def first_lines(
    url: str, limit: int, now: datetime, *, login: str, method: SignIn
) -> Preview | None:
    """Return the first `limit` lines, their count and the location; None if not readily available.

    Also None if `login`, identified by `method`, may not see them. The desk has the final say: the
    preview shows nothing that it would refuse.
    """
    prefix = next((prefix for prefix in _PREFIXES if url.startswith(prefix)), None)
    if prefix is None or "?" in url:
        return None
    path = Path(url.removeprefix(prefix)).absolute()
    try:
        with closing(
            sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS)
        ) as connection:
            return _look(connection, limit, now, login, method)
    except (sqlite3.Error, ValueError, LookupError, TypeError, OSError):
        return None


def _look(
    connection: sqlite3.Connection, limit: int, now: datetime, login: str, method: SignIn
) -> Preview | None:
    connection.text_factory = readable
    connection.execute("PRAGMA query_only = ON")
    connection.execute("BEGIN")
    if connection.execute("SELECT version_num FROM alembic_version").fetchall() != [(HEAD,)]:
        return None
    name, zone, currency, asked_for = connection.execute(
        "SELECT name, time_zone, currency, sign_in FROM location"
    ).fetchone()
    who = connection.execute(
        "SELECT active, role FROM manager WHERE login = ?", (login,)
    ).fetchone()
    if (
        asked_for != method
        or method is SignIn.PASSWORD
        or who is None
        or not who[0]
        or who[1] != Role.RENTAL_MANAGER
    ):
        return None
    lines = connection.execute(_LINES, (limit + 1,)).fetchall()
    counted = connection.execute(_COUNT, (COUNT_CAP + 1,)).fetchone()[0]
    rows = tuple(_row(line, now) for line in lines[:limit])
    return Preview(
        LocationDetails(name, ZoneInfo(zone), currency),
        Page(rows, more_above=False, more_below=len(lines) > limit, offset=0),
        Count(min(counted, COUNT_CAP), capped=counted > COUNT_CAP),
        now,
    )


def _row(line: tuple[Any, ...], now: datetime) -> TicketRow:
    number, kind, starts_at, ends_at, first, last, status, label, room, checked, order = line
    period = Period(PeriodKind(kind), from_micros(starts_at), from_micros(ends_at))
    return TicketRow(
        number=number,
        period=period,
        visitor=f"{first or ''} {last or ''}".strip(),
        status=TicketStatus(status),
        workplace=label or "",
        overdue=status != TicketStatus.CANCELLED
        and is_overdue(OrderStatus(order), period.ends_at, now),
        room=room or "",
        checked=bool(checked),
    )
