"""What a manager may change in a ticket. Each change names the version that it was decided on.

Every function returns whether it was done: False where the ticket has another version by now.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import StatusChange
from olvery_tui.store.database import rows
from olvery_tui.store.database.tables import TICKETS


def set_validation(
    session: Session, number: int, version: int, at: datetime, manager_id: int
) -> bool:
    """Record when the visitor's identity was checked, and by which manager."""
    check = {"validated_at": at, "validated_by": manager_id}
    return rows.change(session, TICKETS, number, version, **check)


def clear_validation(session: Session, number: int, version: int) -> bool:
    """Forget the identity check."""
    return rows.change(session, TICKETS, number, version, validated_at=None, validated_by=None)


def set_visitor(
    session: Session,
    number: int,
    version: int,
    person_id: int,
    check: tuple[datetime, int] | None = None,
) -> bool:
    """Bind the ticket to another person. `check` is when and by whom their passport was checked;
    None: nobody has yet.
    """
    at, manager_id = check or (None, None)
    values = {"visitor_id": person_id, "validated_at": at, "validated_by": manager_id}
    return rows.change(session, TICKETS, number, version, **values)


def set_workplace(session: Session, number: int, version: int, workplace_id: int) -> bool:
    """Show another workplace; what is held from when to when is `seats`' business."""
    return rows.change(session, TICKETS, number, version, workplace_id=workplace_id)


def set_period(
    session: Session,
    number: int,
    version: int,
    period: Period,
    change: StatusChange,
    workplace_id: int,
) -> bool:
    """Give the ticket another period, and the status and workplace that follow from it."""
    return rows.change(
        session,
        TICKETS,
        number,
        version,
        starts_at=period.starts_at,
        ends_at=period.ends_at,
        status=change.status.value,
        moves_at=change.moves_at,
        workplace_id=workplace_id,
    )


def set_cancelled(
    session: Session, number: int, version: int, at: datetime | None, change: StatusChange
) -> bool:
    """Cancel the ticket by itself, or, with `at` None, take that back."""
    values = {"status": change.status.value, "moves_at": change.moves_at, "cancelled_at": at}
    return rows.change(session, TICKETS, number, version, **values)
