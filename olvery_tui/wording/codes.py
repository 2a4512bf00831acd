"""Sentences about numbers and codes that match nothing."""

from __future__ import annotations

from olvery_tui.domain.text import shown
from olvery_tui.i18n import _

_SHOWN = 40


def code_text(code: str) -> str:
    """Return a code cleaned and cut to fit into a line."""
    return shown(code, _SHOWN)


def no_such_ticket(code: str) -> str:
    """Return that no ticket has this number, or that the code names none."""
    return _("There is no such ticket: {code}").format(code=code_text(code))


def no_such_order(digits: str) -> str:
    """Return that no order has this number."""
    return _("There is no such order: {code}").format(code=code_text(digits))


def ticket_has_the_number(number: int, *, order: int) -> str:
    """Return that the number looked up among orders is a ticket's."""
    return _("There is no order {number}. Ticket {number} is of order {order}.").format(
        number=number, order=order
    )
