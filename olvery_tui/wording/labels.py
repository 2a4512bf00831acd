"""Statuses in words: a label, a symbol and the name of a style, never colour alone.

Source: the manual, section «Статусы билетов», whose labels are used verbatim.
"""

from __future__ import annotations

from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.i18n import NP_, pgettext

_TICKET = {
    TicketStatus.NEW: NP_("ticket status", "New"),
    TicketStatus.CONFIRMED: NP_("ticket status", "Confirmed"),
    TicketStatus.ACTIVE: NP_("ticket status", "Active"),
    TicketStatus.CANCELLED: NP_("ticket status", "Cancelled"),
    TicketStatus.DONE: NP_("ticket status", "Done"),
}

_ORDER = {
    OrderStatus.NEW: NP_("order status", "New"),
    OrderStatus.PAYMENT_IN_PROGRESS: NP_("order status", "New. Payment in progress"),
    OrderStatus.AWAITING_INVOICE: NP_("order status", "New. Awaiting the invoice"),
    OrderStatus.INVOICE_ISSUED: NP_("order status", "Bank transfer. Invoice issued"),
    OrderStatus.CONFIRMED: NP_("order status", "Confirmed"),
    OrderStatus.COMPLETED: NP_("order status", "Completed"),
    OrderStatus.CANCELLED: NP_("order status", "Cancelled"),
    OrderStatus.PAYMENT_FAILED: NP_("order status", "Cancelled. Payment failed"),
    OrderStatus.REFUND_IN_PROGRESS: NP_("order status", "Cancelled. Refund in progress"),
    OrderStatus.REFUNDED: NP_("order status", "Cancelled. Refunded"),
}

_ORDER_SHORT = {
    OrderStatus.PAYMENT_IN_PROGRESS: NP_("short order status", "Being paid"),
    OrderStatus.AWAITING_INVOICE: NP_("short order status", "Awaits invoice"),
    OrderStatus.INVOICE_ISSUED: NP_("short order status", "Invoice issued"),
    OrderStatus.PAYMENT_FAILED: NP_("short order status", "Not paid"),
    OrderStatus.REFUND_IN_PROGRESS: NP_("short order status", "Being refunded"),
    OrderStatus.REFUNDED: NP_("short order status", "Refunded"),
}
"""Labels for narrow columns: without the family, which the symbol shows."""

_LOOKS = {
    OrderStatus.NEW: TicketStatus.NEW,
    OrderStatus.PAYMENT_IN_PROGRESS: TicketStatus.NEW,
    OrderStatus.AWAITING_INVOICE: TicketStatus.NEW,
    OrderStatus.INVOICE_ISSUED: TicketStatus.NEW,
    OrderStatus.CONFIRMED: TicketStatus.CONFIRMED,
    OrderStatus.COMPLETED: TicketStatus.DONE,
    OrderStatus.CANCELLED: TicketStatus.CANCELLED,
    OrderStatus.PAYMENT_FAILED: TicketStatus.CANCELLED,
    OrderStatus.REFUND_IN_PROGRESS: TicketStatus.CANCELLED,
    OrderStatus.REFUNDED: TicketStatus.CANCELLED,
}

_SYMBOLS = {
    TicketStatus.NEW: "○",
    TicketStatus.CONFIRMED: "◇",
    TicketStatus.ACTIVE: "●",
    TicketStatus.CANCELLED: "✕",
    TicketStatus.DONE: "✓",
}

OVERDUE_SYMBOL = "!"
"""Shown beside an overdue ticket's status if there is no room for words."""

CHECKED_SYMBOL = "✓"
"""Shown beside a ticket whose visitor's identity was checked."""


def ticket_status(status: TicketStatus) -> str:
    """Return the manual's label of a ticket's status: «Подтвержден»."""
    return pgettext("ticket status", _TICKET[status])


def order_status(status: OrderStatus) -> str:
    """Return the manual's label of an order's status: «Новый. В процессе оплаты»."""
    return pgettext("order status", _ORDER[status])


def order_status_short(status: OrderStatus) -> str:
    """Return the label for some fifteen letters; the symbol shows the family."""
    if status in _ORDER_SHORT:
        return pgettext("short order status", _ORDER_SHORT[status])
    return order_status(status)


def order_look(status: OrderStatus) -> TicketStatus:
    """Return the ticket status, that of its family, whose symbol and colour an order status has."""
    return _LOOKS[status]


def order_status_text(status: OrderStatus, *, short: bool = False) -> str:
    """Return symbol and words: `○ Новый. В процессе оплаты`, or `○ Оплачивается`."""
    label = order_status_short(status) if short else order_status(status)
    return f"{_SYMBOLS[_LOOKS[status]]} {label}"


def status_symbol(status: TicketStatus) -> str:
    """Return a one-cell symbol that shows the status without colour."""
    return _SYMBOLS[status]


def status_text(status: TicketStatus) -> str:
    """Return symbol and word: `◇ Подтвержден`."""
    return f"{_SYMBOLS[status]} {ticket_status(status)}"


def status_class(status: TicketStatus) -> str:
    """Return a status's style class, `-confirmed`, also the end of component class names."""
    return f"-{status.value}"


def overdue() -> str:
    """Return the label of a ticket still active after its period has ended: «Время истекло»."""
    return pgettext("ticket", "Time is up")
