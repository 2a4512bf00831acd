"""May the visitor come in, and what the visitor sees in their own ticket.

Source: the manual, section «Валидация билета».
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from olvery_tui.domain.period import Period
from olvery_tui.domain.statuses import OrderStatus


class Admission(StrEnum):
    """The answer for a turnstile: admitted, or the first reason why not."""

    ADMITTED = "admitted"
    NO_SUCH_TICKET = "no_such_ticket"
    CANCELLED = "cancelled"
    NOT_CONFIRMED = "not_confirmed"
    ENDED = "ended"
    NOT_STARTED = "not_started"
    NOT_VALIDATED = "not_validated"


def admission(order: OrderStatus, period: Period, validated: bool, now: datetime) -> Admission:
    """Whether a visitor may come in at `now`, from facts and not from the stored status.

    What the desk can't mend is told first, then what a passport mends at once, and last what only
    waiting helps with: a visitor who comes early and unchecked is sent to the desk first.
    """
    if order.is_cancelled:
        return Admission.CANCELLED
    if not order.is_confirmed:
        return Admission.NOT_CONFIRMED
    if now >= period.ends_at:
        return Admission.ENDED
    if not validated:
        return Admission.NOT_VALIDATED
    if now < period.starts_at:
        return Admission.NOT_STARTED
    return Admission.ADMITTED


@dataclass(frozen=True, slots=True)
class VisitorView:
    """What the visitor's own ticket shows beside its details."""

    first_visit_notice: bool
    can_send: bool


def visitor_view(validated: bool) -> VisitorView:
    """The first-visit notice and «Отправить билет» are there until the ticket is validated."""
    return VisitorView(first_visit_notice=not validated, can_send=not validated)
