"""«Смена»: a manager's shift, from its opening to its closing. Source: ours."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from olvery_tui.desk.transaction import Part, Transaction
from olvery_tui.domain.conflicts import ShiftChangedMeanwhile
from olvery_tui.domain.errors import InputCode, InvalidForm, InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.replay import fingerprint
from olvery_tui.domain.shifts import NOTE_MAX, OpenedShift, Shift, ShiftSummary
from olvery_tui.domain.text import clean
from olvery_tui.store.database import locks
from olvery_tui.store.orders import shifts

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session

_INSTANT = timedelta(microseconds=1)
_NOTES_MAX = 5


class Shifts(Part):
    """The shift of whoever acts; the command line has one of its own.

    Every method may raise `NoManager`, `NotAllowed` and `StoreUnavailable`; then nothing was
    changed.
    """

    def latest(self) -> ShiftSummary | None:
        """The last shift of whoever acts, open or closed, with what happened in it."""
        with self._context.reading() as session:
            shift = shifts.latest(session, self._whose)
            return None if shift is None else _summary(session, shift, self._context.now())

    def open(self, seen: Shift | None) -> OpenedShift:
        """Open a shift; one that is still open is closed at that moment, as forgotten.

        `seen` is the last shift as it was on the screen.

        Raises:
            ShiftChangedMeanwhile: another terminal has opened or closed one since.
        """
        with self._context.writing() as transaction:
            last = self._unchanged(transaction, seen)
            session, now = transaction.session, transaction.now()
            forgotten = None
            if last is not None and last.closed_at is None:
                last = forgotten = _close(transaction, last, now, forgotten=True)
            # Never within the shift before, also where the clock was set back.
            opened_at = max(now, last.closed_at) if last and last.closed_at else now
            shift = shifts.get(session, shifts.add(session, self._whose, opened_at))
            facts = {"shift": shift.id, "manager": self._whose, "from": opened_at.isoformat()}
            transaction.record(EventKind.SHIFT_OPENED, facts)
            return OpenedShift(shift, forgotten)

    def close(self, seen: Shift, note: str = "") -> ShiftSummary:
        """Close a shift, with a note for the next manager.

        Raises:
            InvalidForm: `note` is too long.
            ShiftChangedMeanwhile: another terminal has closed it since, or it is closed already.
        """
        note = clean(note)
        if len(note) > NOTE_MAX:
            problem = InvalidInput("note", InputCode.TOO_LONG, {"limit": NOTE_MAX})
            raise InvalidForm((problem,))
        with self._context.writing() as transaction:
            last = self._unchanged(transaction, seen)
            if last is None or last.closed_at is not None:
                raise ShiftChangedMeanwhile(last)
            now = transaction.now()
            return _summary(transaction.session, _close(transaction, last, now, note), now)

    def notes(self) -> tuple[Shift, ...]:
        """The shifts whose notes for the next manager nobody has read, the newest first."""
        with self._context.reading() as session:
            return shifts.unread(session, _NOTES_MAX)

    def read_notes(self, shift_ids: Collection[int]) -> None:
        """Note that the notes of these shifts were read."""
        with self._context.writing() as transaction:
            for shift_id in shifts.mark_read(transaction.session, shift_ids, transaction.now()):
                transaction.record(EventKind.SHIFT_NOTE_READ, {"shift": shift_id})

    @property
    def _whose(self) -> int | None:
        manager = self._context.actor.manager
        return manager.id if manager else None

    def _unchanged(self, transaction: Transaction, seen: Shift | None) -> Shift | None:
        """Lock the shifts and return the last one, as it was seen."""
        locks.acquire(transaction.session, locks.AdvisoryLock.SHIFTS)
        last = shifts.latest(transaction.session, self._whose)
        if _state(last) != _state(seen):
            raise ShiftChangedMeanwhile(last)
        return last


def _state(shift: Shift | None) -> tuple[int, bool] | None:
    return (shift.id, shift.closed_at is None) if shift else None


def _close(
    transaction: Transaction,
    shift: Shift,
    now: datetime,
    note: str = "",
    *,
    forgotten: bool = False,
) -> Shift:
    """Close a shift and record it.

    What was written at this very moment is still in it, unless the next one begins here.
    """
    closed_at = max(now if forgotten else now + _INSTANT, shift.opened_at + _INSTANT)
    session = transaction.session
    shifts.close(session, shift.id, closed_at, note=note, forgotten=forgotten)
    facts: dict[str, object] = {
        "shift": shift.id,
        "to": closed_at.isoformat(),
        "note": fingerprint(note) if note else None,
        "forgotten": forgotten,
    }
    transaction.record(EventKind.SHIFT_CLOSED, facts)
    return shifts.get(session, shift.id)


def _summary(session: Session, shift: Shift, now: datetime) -> ShiftSummary:
    until = now + _INSTANT
    created, cancelled = shifts.created_and_cancelled(session, shift, until)
    return ShiftSummary(
        shift,
        shifts.takings(session, shift, until),
        shifts.checks(session, shift, until),
        created,
        cancelled,
        shifts.owed(session),
    )
