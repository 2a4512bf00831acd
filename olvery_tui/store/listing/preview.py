"""The first lines of the list, before anything heavy is imported.

SQLModel takes longer to import than the first screen takes to appear. So the application looks at
an existing SQLite file plainly first, shows what is there, and opens the store behind it. Whatever
is out of the ordinary gives no preview: the store then says what is wrong.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
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
"""As the list counts: matches beyond so many are not counted."""

_BUSY_SECONDS = 0.2
_PREFIXES = ("sqlite:///", "sqlite+pysqlite:///")

_LINES = """
SELECT ticket.number, period_kind, ticket.starts_at, ticket.ends_at, first_name, last_name,
       ticket.status, label, orders.status
FROM ticket
LEFT JOIN person ON person.id = visitor_id
LEFT JOIN workplace ON workplace.id = workplace_id
LEFT JOIN orders ON orders.number = order_number
ORDER BY ticket.number DESC LIMIT ?
"""
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM ticket LIMIT ?)"


def first_lines(
    url: str, limit: int, now: datetime, *, login: str, method: SignIn
) -> Preview | None:
    """The first `limit` lines, their count and the location; None if not simply there.

    Also None where `login`, known in such a way, may not see them. What says so at last is the
    desk: nothing is shown here that it would refuse.
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
    )


def _row(line: tuple[int, str, int, int, str, str, str, str, str], now: datetime) -> TicketRow:
    number, kind, starts_at, ends_at, first_name, last_name, status, label, order = line
    period = Period(PeriodKind(kind), from_micros(starts_at), from_micros(ends_at))
    return TicketRow(
        number=number,
        period=period,
        visitor=f"{first_name or ''} {last_name or ''}".strip(),
        status=TicketStatus(status),
        workplace=label or "",
        overdue=is_overdue(OrderStatus(order), period, now),
    )
