"""Presets: the filters that a front desk asks for all day, each by one key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import NamedTuple

from olvery_tui.domain.filters import EMPTY, NO_ORDER_FILTER, OrderFilter, TicketFilter
from olvery_tui.domain.pages import Count, TicketRow
from olvery_tui.domain.statuses import VALIDATION_STATUSES, TicketStatus


class Preset(StrEnum):
    """The presets, in the order of their tabs."""

    TODAY = "today"
    EXPECTED = "expected"
    INSIDE = "inside"
    OVERDUE = "overdue"
    UNPAID = "unpaid"
    ALL = "all"
    RENEWAL = "renewal"


OPEN = frozenset({TicketStatus.NEW, TicketStatus.CONFIRMED, TicketStatus.ACTIVE})
"""Statuses of tickets that are neither cancelled nor done."""

TICKET_PRESETS: Mapping[Preset, Callable[[date], TicketFilter]] = {
    Preset.TODAY: lambda today: TicketFilter(
        from_day=today, to_day=today, statuses=OPEN | {TicketStatus.DONE}
    ),
    Preset.EXPECTED: lambda today: TicketFilter(
        from_day=today,
        to_day=today,
        statuses=VALIDATION_STATUSES,
        checked=False,
    ),
    Preset.INSIDE: lambda _today: TicketFilter(
        statuses=frozenset({TicketStatus.ACTIVE}), checked=True, ended=False
    ),
    Preset.OVERDUE: lambda _today: TicketFilter(statuses=OPEN, ended=True),
    Preset.ALL: lambda _today: EMPTY,
    Preset.RENEWAL: lambda _today: TicketFilter(statuses=OPEN, renewal=True),
}
"""The filter of tickets that each preset is on a day."""

ORDER_PRESETS: Mapping[Preset, Callable[[date], OrderFilter]] = {
    Preset.UNPAID: lambda _today: OrderFilter(paid=False),
    Preset.ALL: lambda _today: NO_ORDER_FILTER,
}
"""The filter of orders that each preset is."""


def is_expected(row: TicketRow, today: date, zone: tzinfo) -> bool:
    """Whether a line of the list is one of the preset `expected`: its visitor waits for a check."""
    first, last = row.period.days(zone)
    return row.status in VALIDATION_STATUSES and not row.checked and first <= today <= last


def preset_of(filters: TicketFilter | OrderFilter, today: date) -> Preset | None:
    """The preset that the filter equals today, if any."""
    presets = TICKET_PRESETS if isinstance(filters, TicketFilter) else ORDER_PRESETS
    return next((preset for preset, made in presets.items() if made(today) == filters), None)


class PresetCounts(NamedTuple):
    """How many tickets or orders each preset has.

    They stay so until something is changed, or until the moment `until`, when time alone may change
    them: a period ends, or the day.
    """

    counts: Mapping[Preset, Count]
    until: datetime
