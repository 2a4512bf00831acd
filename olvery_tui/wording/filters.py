"""A filter in words: what the list is limited to, for one line above it."""

from __future__ import annotations

from olvery_tui.domain.filters import NumberRange, TicketFilter
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.wording.labels import status_text
from olvery_tui.wording.periods import day_text

_VISITOR_MAX = 40
_NUMBERS_TOLD = 5


def filter_summary(wanted: TicketFilter, visitor: str) -> list[tuple[str, str]]:
    """Each condition in force: its field (as `TicketFilter.without` names it) and its words.

    Args:
        wanted: The filter.
        visitor: What was typed for the visitor, or the chosen person's name.
    """
    told: list[tuple[str, str]] = []
    if wanted.numbers:
        told.append(("number", _("No. {numbers}").format(numbers=_numbers(wanted.numbers))))
    if wanted.from_day or wanted.to_day:
        told.append(("period", _period(wanted)))
    if wanted.visitor_words or wanted.visitor_id is not None:
        name = shown(visitor, _VISITOR_MAX)
        told.append(("visitor", _("visitor {name}").format(name=name)))
    if wanted.statuses:
        ticked = [status for status in TicketStatus if status in wanted.statuses]
        told.append(("status", ", ".join(status_text(status) for status in ticked)))
    return told


def _numbers(ranges: tuple[NumberRange, ...]) -> str:
    texts = [
        str(one.first) if one.first == one.last else f"{one.first}-{one.last}" for one in ranges
    ]
    told = ", ".join(texts[:_NUMBERS_TOLD])
    return told if len(texts) <= _NUMBERS_TOLD else f"{told}…"


def _period(wanted: TicketFilter) -> str:
    first = day_text(wanted.from_day) if wanted.from_day else ""
    last = day_text(wanted.to_day) if wanted.to_day else ""
    if first and last:
        return first if first == last else f"{first} - {last}"
    if first:
        return _("from {day}").format(day=first)
    return _("to {day}").format(day=last)
