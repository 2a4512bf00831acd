"""May the visitor come in: the answer as a sentence."""

from __future__ import annotations

from olvery_tui.domain.admission import Admission
from olvery_tui.i18n import _


def admission_text(decision: Admission, number: int) -> str:
    """What to tell at the turnstile about ticket `number`."""
    texts = {
        Admission.ADMITTED: _("Ticket {number}: come in."),
        Admission.NO_SUCH_TICKET: _("There is no ticket {number}."),
        Admission.CANCELLED: _("Ticket {number}: cancelled."),
        Admission.NOT_CONFIRMED: _("Ticket {number}: the order is not confirmed."),
        Admission.ENDED: _("Ticket {number}: the rental period is over."),
        Admission.NOT_STARTED: _("Ticket {number}: the rental period has not begun."),
        Admission.NOT_VALIDATED: _("Ticket {number}: the identity has not been checked."),
    }
    return texts[decision].format(number=number)
