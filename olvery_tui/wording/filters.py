"""A filter in words: what the list is limited to, for one line above it."""

from __future__ import annotations

from datetime import date

from olvery_tui.domain.filters import NumberRange, OrderFilter, TicketFilter
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.wording.labels import OVERDUE_SYMBOL, order_status_text, overdue, status_text
from olvery_tui.wording.periods import day_text

_NAME_MAX = 40
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
        told.append(("period", _period(wanted.from_day, wanted.to_day)))
    if wanted.visitor_words or wanted.visitor_id is not None:
        name = shown(visitor, _NAME_MAX)
        told.append(("visitor", _("visitor {name}").format(name=name)))
    if wanted.statuses:
        ticked = [status for status in TicketStatus if status in wanted.statuses]
        told.append(("status", ", ".join(status_text(status) for status in ticked)))
    return told


def order_filter_summary(wanted: OrderFilter, customer: str) -> list[tuple[str, str]]:
    """As `filter_summary`, for orders; `customer` is what was typed, or the chosen name."""
    told: list[tuple[str, str]] = []
    if wanted.numbers:
        told.append(("number", _("No. {numbers}").format(numbers=_numbers(wanted.numbers))))
    if wanted.from_day or wanted.to_day:
        told.append(("period", _period(wanted.from_day, wanted.to_day)))
    if wanted.customer_words or wanted.customer_id is not None:
        name = shown(customer, _NAME_MAX)
        told.append(("customer", _("customer {name}").format(name=name)))
    if wanted.overdue:
        told.append(("overdue", f"{OVERDUE_SYMBOL} {overdue()}"))
    if wanted.statuses:
        ticked = [status for status in OrderStatus if status in wanted.statuses]
        short = len(ticked) > 1
        told.append(
            ("status", ", ".join(order_status_text(status, short=short) for status in ticked))
        )
    return told


def _numbers(ranges: tuple[NumberRange, ...]) -> str:
    texts = [
        str(one.first) if one.first == one.last else f"{one.first}-{one.last}" for one in ranges
    ]
    told = ", ".join(texts[:_NUMBERS_TOLD])
    return told if len(texts) <= _NUMBERS_TOLD else f"{told}…"


def _period(from_day: date | None, to_day: date | None) -> str:
    first = day_text(from_day) if from_day else ""
    last = day_text(to_day) if to_day else ""
    if first and last:
        return first if first == last else f"{first} - {last}"
    if first:
        return _("from {day}").format(day=first)
    return _("to {day}").format(day=last)
