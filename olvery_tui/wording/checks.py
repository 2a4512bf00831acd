"""The identity check in words."""

from __future__ import annotations

from datetime import datetime, tzinfo

from olvery_tui.domain.text import shown
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import _
from olvery_tui.wording.periods import instant_text, time_text


def already_checked(ticket: TicketDetails, zone: tzinfo, now: datetime) -> str:
    """Return «Уже проверен 10:02, Анна Орлова», with the day unless it was today."""
    who = shown(ticket.validated_by.name) if ticket.validated_by else ""
    when = "" if ticket.validated_at is None else moment_text(ticket.validated_at, zone, now)
    facts = ", ".join(fact for fact in (when, who) if fact)
    return _("Already checked {facts}").format(facts=facts)


def moment_text(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """Return `10:02` for a moment of today, `05.12.2022 10:02` for another day."""
    today = now.astimezone(zone).date()
    is_today = moment.astimezone(zone).date() == today
    return time_text(moment, zone) if is_today else instant_text(moment, zone)
