"""Whether a visitor may enter, as a sentence."""

from __future__ import annotations

from datetime import datetime, tzinfo

from olvery_tui.domain.periods import PeriodKind
from olvery_tui.domain.tickets import Admission, TicketDetails, VisitorView
from olvery_tui.i18n import _
from olvery_tui.wording.checks import moment_text
from olvery_tui.wording.periods import day_text, instant_text


def admission_text(decision: Admission, number: int) -> str:
    """Return what the turnstile shows about ticket `number`."""
    texts = {
        Admission.ADMITTED: _("Ticket {number}: come in."),
        Admission.NO_SUCH_TICKET: _("There is no ticket {number}."),
        Admission.BANNED: _("Ticket {number}: the visitor must not be let in."),
        Admission.CANCELLED: _("Ticket {number}: cancelled."),
        Admission.NOT_CONFIRMED: _("Ticket {number}: the order is not confirmed."),
        Admission.ENDED: _("Ticket {number}: the rental period is over."),
        Admission.NOT_STARTED: _("Ticket {number}: the rental period has not begun."),
        Admission.NOT_VALIDATED: _("Ticket {number}: the identity has not been checked."),
    }
    return texts[decision].format(number=number)


def entry_text(ticket: TicketDetails, zone: tzinfo, now: datetime) -> str:
    """Return whether the visitor may come in now, and until when, or why not."""
    texts = {
        Admission.ADMITTED: _("May come in until {end}"),
        Admission.BANNED: _("May not come in: not to be let in"),
        Admission.CANCELLED: _("May not come in: the ticket is cancelled"),
        Admission.NOT_CONFIRMED: _("May not come in: the order is not confirmed"),
        Admission.ENDED: _("May not come in: the time is up"),
        Admission.NOT_STARTED: _("May not come in before {start}"),
        Admission.NOT_VALIDATED: _("May not come in: the identity is not checked"),
    }
    period = ticket.period
    if period.kind is PeriodKind.HOURLY:
        start, end = (moment_text(each, zone, now) for each in (period.starts_at, period.ends_at))
    else:
        first, last = period.days(zone)
        start, end = day_text(first), _("the end of {day}").format(day=day_text(last))
    return texts[ticket.admission(now)].format(start=start, end=end)


def first_visit_text(view: VisitorView, zone: tzinfo, now: datetime) -> str:
    """Return what a ticket shows its visitor before the check; on the door only what is certain."""
    if view.door_from is None:
        return _("This is your first visit. Show your passport to the rental manager.")
    if view.door_from <= now:
        return _(
            "This is your first visit. Show your passport to the rental manager: "
            "after the check the door will let you in."
        )
    return _(
        "This is your first visit. Show your passport to the rental manager: "
        "after the check the door will let you in from {time} on."
    ).format(time=instant_text(view.door_from, zone))
