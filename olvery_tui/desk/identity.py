"""The identity check: the manager has seen the visitor's passport.

Source: the manual, «Валидация билета» and «Сброс валидации билета».
"""

from __future__ import annotations

from datetime import datetime

from olvery_tui.desk.commands import Commands, require_status
from olvery_tui.domain.cards import TicketCard
from olvery_tui.domain.errors import AlreadyValidated, NotValidated
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.statuses import VALIDATION_STATUSES
from olvery_tui.store.tickets import ticket_writes


class IdentityChecks(Commands):
    """«Выполнить» and «Сбросить»."""

    def validate(self, seen: TicketCard) -> TicketCard:
        """Record that the identity of the visitor in `seen` was checked, now and by whom.

        The first record stands: whoever comes second is told who made it and when.

        Raises:
            NoManager, NoSuchTicket: see there.
            AlreadyValidated: with the ticket as it is, whoever checked it.
            WrongStatus: the ticket is neither confirmed nor active.
            ChangedMeanwhile: the passport that was seen is not the present visitor's.
            StoreUnavailable: nothing was recorded.
        """
        with (
            self._attempt(EventKind.VALIDATE_REFUSED, seen.number) as attempt,
            self._store.writing() as session,
        ):
            manager = self._manager()
            card = self._locked_card(session, seen.number)
            now = self._clock.now()
            if card.validated:
                raise AlreadyValidated(card)
            require_status(card, now, "validate", VALIDATION_STATUSES)
            if card.visitor.id != seen.visitor.id:
                raise self._changed(session, card)
            written = ticket_writes.set_validation(
                session, card.number, card.version, now, manager.id
            )
            data = {"visitor": card.visitor.id}
            kind = EventKind.TICKET_VALIDATED
            return self._finish(session, attempt, card, written, kind, now, data)

    def reset_validation(self, seen: TicketCard) -> TicketCard:
        """Clear the identity check that `seen` shows.

        Raises:
            NoManager, NoSuchTicket: see there.
            NotValidated: there was none to clear when the manager looked, and there is none now.
            ChangedMeanwhile: the check that was seen was reset or made anew since.
            WrongStatus: the ticket is neither confirmed nor active.
            StoreUnavailable: nothing was changed.
        """
        with (
            self._attempt(EventKind.RESET_REFUSED, seen.number) as attempt,
            self._store.writing() as session,
        ):
            self._manager()
            card = self._locked_card(session, seen.number)
            now = self._clock.now()
            if not card.validated and not seen.validated:
                raise NotValidated(card)
            if _check(card) != _check(seen):
                raise self._changed(session, card)
            require_status(card, now, "reset", VALIDATION_STATUSES)
            written = ticket_writes.clear_validation(session, card.number, card.version)
            kind = EventKind.VALIDATION_RESET
            return self._finish(session, attempt, card, written, kind, now, check_data(card))


def check_data(card: TicketCard) -> dict[str, object]:
    """The identity check of a ticket, as an event keeps it."""
    return {
        "validated_at": card.validated_at.isoformat() if card.validated_at else None,
        "validated_by": card.validated_by.id if card.validated_by else None,
    }


def _check(card: TicketCard) -> tuple[datetime, int] | None:
    """When the identity was checked, and the id of who did it."""
    if card.validated_at is None or card.validated_by is None:
        return None
    return card.validated_at, card.validated_by.id
