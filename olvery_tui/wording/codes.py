"""Sentences about numbers and codes that lead nowhere."""

from __future__ import annotations

from olvery_tui.domain.text import shown
from olvery_tui.i18n import _

_SHOWN = 40


def code_text(code: str) -> str:
    """A code as it is told: cleaned, and no longer than a line bears."""
    return shown(code, _SHOWN)


def no_such_ticket(code: str) -> str:
    """No ticket has this number, or the code names none."""
    return _("There is no such ticket: {code}").format(code=code_text(code))


def no_such_order(digits: str) -> str:
    """No order has this number."""
    return _("There is no such order: {code}").format(code=code_text(digits))


def ticket_has_the_number(number: int, *, order: int) -> str:
    """The number of a ticket was typed where orders are looked for."""
    return _("There is no order {number}. Ticket {number} is of order {order}.").format(
        number=number, order=order
    )
