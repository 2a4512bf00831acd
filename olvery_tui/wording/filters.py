"""A filter in words, for the line above the list."""

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


def filter_summary(filters: TicketFilter, visitor: str) -> list[tuple[str, str]]:
    """Return each current condition: its field, which is its box's, and its words.

    Args:
        filters: The filter.
        visitor: The text typed for the visitor, or the chosen person's name.
    """
    told: list[tuple[str, str]] = []
    if filters.numbers:
        told.append(("number", _("No. {numbers}").format(numbers=_numbers(filters.numbers))))
    if filters.from_day or filters.to_day:
        told.append(("period", _period(filters.from_day, filters.to_day)))
    if filters.visitor_words or filters.visitor_id is not None:
        name = shown(visitor, _NAME_MAX)
        told.append(("visitor", _("visitor {name}").format(name=name)))
    if filters.statuses:
        ticked = [status for status in TicketStatus if status in filters.statuses]
        told.append(("status", ", ".join(status_text(status) for status in ticked)))
    if filters.checked is not None:
        told.append(("checked", check_text(filters.checked)))
    if filters.ended is not None:
        told.append(("ended", time_text(filters.ended)))
    if filters.renewal:
        told.append(("ended", renewal_text()))
    if filters.place:
        told.append(("place", _("workplace {name}").format(name=" ".join(filters.place))))
    if filters.room:
        told.append(("room", _("room {name}").format(name=" ".join(filters.room))))
    return told


def capitalized(text: str) -> str:
    """Return a condition as a line of its own: its first letter in upper case."""
    return text[:1].upper() + text[1:]


def check_text(checked: bool) -> str:
    """Return whether the identity was checked, in words."""
    return _("identity checked") if checked else _("identity not checked")


def time_text(ended: bool) -> str:
    """Return whether the period is over, in words."""
    return _("time is over") if ended else _("time is not over")


def renewal_text() -> str:
    """Return that a month ends soon, in words."""
    return _("month ends soon")


def paid_text(paid: bool) -> str:
    """Return whether an order was paid, or owes something, in words."""
    return _("paid") if paid else _("not paid")


def order_filter_summary(filters: OrderFilter, customer: str) -> list[tuple[str, str]]:
    """As `filter_summary`, for orders; `customer` is the typed text, or the chosen name."""
    told: list[tuple[str, str]] = []
    if filters.numbers:
        told.append(("number", _("No. {numbers}").format(numbers=_numbers(filters.numbers))))
    if filters.from_day or filters.to_day:
        told.append(("period", _period(filters.from_day, filters.to_day)))
    if filters.customer_words or filters.customer_id is not None:
        name = shown(customer, _NAME_MAX)
        told.append(("customer", _("customer {name}").format(name=name)))
    if filters.overdue:
        told.append(("overdue", f"{OVERDUE_SYMBOL} {overdue()}"))
    if filters.paid is not None:
        told.append(("paid", paid_text(filters.paid)))
    if filters.statuses:
        ticked = [status for status in OrderStatus if status in filters.statuses]
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
    return days_text(first, last)


def days_text(first: str, last: str) -> str:
    """Return from which day to which, of which one may be empty."""
    if first and last:
        return first if first == last else f"{first} - {last}"
    if first:
        return _("from {day}").format(day=first)
    return _("to {day}").format(day=last)
