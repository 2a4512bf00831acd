"""The list of tickets: a page of it at any depth, its neighbours, and how many lines it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from olvery_tui.domain.cards import (
    After,
    Around,
    Before,
    Bottom,
    Count,
    Page,
    PageStart,
    TicketRow,
    Top,
)
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.period import Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, is_overdue
from olvery_tui.store.ticket_filters import question
from olvery_tui.store.ticket_search import Search

COUNT_CAP = 10_000
"""Matches beyond so many are not counted: nobody reads on, and counting them takes time."""

_KINDS = {kind.value: kind for kind in PeriodKind}
_STATUSES = {status.value: status for status in TicketStatus}
_ORDER_STATUSES = {status.value: status for status in OrderStatus}


def page(
    session: Session,
    wanted: TicketFilter,
    start: PageStart,
    limit: int,
    *,
    now: datetime,
    zone: tzinfo,
) -> Page:
    """Up to `limit` neighbouring lines of the list, newest number first.

    Costs the same at any depth: the lines are found by number and never by counting from the top.
    `zone` makes the days of the filter, `now` tells which tickets are overdue.
    """
    search = Search(session, question(wanted, zone))
    lines, above, below = _neighbourhood(search, start, limit)
    offset = _offset(search, start, lines, above)
    return Page(tuple(row(line, now) for line in lines), above, below, offset)


def numbers(
    session: Session, wanted: TicketFilter, start: PageStart, limit: int, *, zone: tzinfo
) -> list[int]:
    """The numbers of the tickets that `page` shows."""
    search = Search(session, question(wanted, zone))
    return [line[0] for line in _neighbourhood(search, start, limit)[0]]


def count(session: Session, wanted: TicketFilter, *, zone: tzinfo, cap: int = COUNT_CAP) -> Count:
    """How many tickets match; counting stops after `cap`."""
    found = Search(session, question(wanted, zone)).count(cap + 1)
    return Count(min(found, cap), capped=found > cap)


def neighbour(
    session: Session, wanted: TicketFilter, number: int, step: int, *, zone: tzinfo
) -> int | None:
    """The next matching ticket below (`step` 1) or above (`step` -1) a number in the list."""
    search = Search(session, question(wanted, zone))
    if step > 0:
        return search.number(down=True, high=number - 1)
    return search.number(down=False, low=number + 1)


_Lines = tuple[list[Row[Any]], bool, bool]
"""Neighbouring lines, and whether there are more above and below them."""


def _neighbourhood(search: Search, start: PageStart, limit: int) -> _Lines:
    match start:
        case Top():
            found = search.lines(limit + 1, down=True)
            return found[:limit], False, len(found) > limit
        case Bottom():
            found = search.lines(limit + 1, down=False)
            return found[:limit][::-1], len(found) > limit, False
        case After(number):
            found = search.lines(limit + 1, down=True, high=number - 1)
            above = search.number(down=False, low=found[0][0] + 1 if found else number)
            return found[:limit], above is not None, len(found) > limit
        case Before(number):
            found = search.lines(limit + 1, down=False, low=number + 1)
            below = search.number(down=True, high=found[0][0] - 1 if found else number)
            return found[:limit][::-1], len(found) > limit, below is not None
        case Around(number):
            return _around(search, number, limit)


def _around(search: Search, number: int, limit: int) -> _Lines:
    """Half of the lines above the number; more where there are fewer on the other side."""
    above = search.lines(limit + 1, down=False, low=number + 1)
    below = search.lines(limit + 1, down=True, high=number)
    taken_above = min(len(above), max(limit // 2, limit - len(below)))
    taken_below = min(len(below), limit - taken_above)
    lines = [*above[:taken_above][::-1], *below[:taken_below]]
    return lines, taken_above < len(above), taken_below < len(below)


def _offset(search: Search, start: PageStart, lines: list[Row[Any]], above: bool) -> int | None:
    if not above:
        return 0
    if not isinstance(start, Around) or not lines:
        return None
    found = search.count(COUNT_CAP + 1, low=lines[0][0] + 1)
    return found if found <= COUNT_CAP else None


def row(line: Sequence[Any], now: datetime) -> TicketRow:
    """A line of `ticket_search.COLUMNS` as it is shown at `now`."""
    made = _made(*line)
    order = _ORDER_STATUSES[line[-1]]
    return replace(made, overdue=True) if is_overdue(order, made.period, now) else made


@lru_cache(2_048)
def _made(
    number: int,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    first_name: str,
    last_name: str,
    status: str,
    label: str,
    _order: str,
) -> TicketRow:
    """Kept, for a list is read again and again while next to nothing in it has changed."""
    period = Period(_KINDS[kind], starts_at, ends_at)
    return TicketRow(number, period, f"{first_name} {last_name}".strip(), _STATUSES[status], label)
