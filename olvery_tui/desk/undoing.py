"""Taking back what was done last, by a command that puts back what was there before.

Source: ours. The audit trail says what there is to put back; what nobody has touched since is put
back under the rules that held for the change itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from olvery_tui.desk.commands import Attempt, require_status
from olvery_tui.desk.identity import IdentityChecks, check_data
from olvery_tui.desk.orders import ManyOutcome, Orders
from olvery_tui.desk.visitors import Visitors
from olvery_tui.desk.workplaces import Workplaces
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import (
    ChangedSince,
    NoManager,
    NotAllowed,
    NothingToUndo,
    Refusal,
    StoreUnavailable,
    UndoExpired,
)
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.statuses import (
    VALIDATION_STATUSES,
    VISITOR_STATUSES,
    WORKPLACE_STATUSES,
    OrderStatus,
)
from olvery_tui.domain.undo import Change
from olvery_tui.store.audit import events
from olvery_tui.store.audit.events import Recorded
from olvery_tui.store.database import locks
from olvery_tui.store.tickets import ticket_writes

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session

_HOPELESS = (ChangedSince, UndoExpired, NothingToUndo)
"""Refusals that no second try gets around."""


class Undoing(IdentityChecks, Visitors, Workplaces, Orders):
    """The last change of a desk, taken back. To take it back again is no change to be undone."""

    def undo(self, changes: Sequence[Change]) -> tuple[ManyOutcome, ...]:
        """Take back what this desk has done, each change in a transaction of its own.

        The outcomes name tickets or orders, as the changes do. The refusal of a single change is
        raised; of many, those that can't be taken back are told in their outcomes. What was taken
        back, and what never can be, is not among `last_changes` any more.

        Raises:
            NoManager, NotAllowed: whoever asks may not, or may not any more.
            NothingToUndo: it is no change of whoever asks.
            UndoExpired: it was made more than ten minutes ago.
            ChangedSince: something else has happened to the ticket or the order.
            WrongStatus, PeriodEnded, SeatTaken, SeatsTaken, NoSuchChoice: what was before is not
                possible now.
            StoreUnavailable: nothing was taken back; with many, already at the first one.
        """
        outcomes: list[ManyOutcome] = []
        settled: set[Change] = set()
        for change in changes:
            try:
                self._undo(change)
            except (NoManager, NotAllowed):
                raise
            except Refusal as refusal:
                if isinstance(refusal, _HOPELESS):
                    settled.add(change)
                    self._forget(settled)
                if len(changes) == 1:
                    raise
                outcomes.append(ManyOutcome(change.number, refusal))
            except StoreUnavailable as error:
                if not outcomes:
                    raise
                outcomes.append(ManyOutcome(change.number, error))
                break
            else:
                settled.add(change)
                self._forget(settled)
                outcomes.append(ManyOutcome(change.number))
        return tuple(outcomes)

    def _forget(self, settled: set[Change]) -> None:
        self._last_changes = tuple(one for one in self._last_changes if one not in settled)

    def _undo(self, change: Change) -> None:
        facts = {"event": change.event, "kind": change.kind.value}
        about = {"order" if change.is_of_order else "ticket": change.number}
        with (
            self._refusals(EventKind.UNDO_REFUSED, facts, **about),
            self._store.writing() as session,
        ):
            self._require_actor()
            locks.take_turn(session, locks.Turn.SEATS)
            lock = locks.lock_order if change.is_of_order else locks.lock_ticket
            lock(session, change.number)
            now = self._clock.now()
            line = self._line(session, change, now)
            if change.is_of_order:
                self._undo_order(session, line, now)
            else:
                self._undo_ticket(session, line, now)
            events.record(
                session,
                at=now,
                kind=EventKind.UNDONE,
                actor=self._actor,
                ticket=line.ticket,
                order=line.order,
                data={**facts, "at": line.at.isoformat()},
            )

    def _line(self, session: Session, change: Change, now: datetime) -> Recorded:
        """What the trail says of a change that may be taken back now.

        Raises:
            NothingToUndo, UndoExpired, ChangedSince: it may not.
        """
        line = events.recorded(session, change.event)
        manager = self._actor.manager
        if (
            line is None
            or line.kind is not change.kind
            or (line.order if change.is_of_order else line.ticket) != change.number
            or line.manager != (manager.id if manager else None)
        ):
            raise NothingToUndo
        if change.is_expired(now):
            raise UndoExpired(change.at)
        since = events.changed_since(session, line)
        if since is not None:
            raise ChangedSince(change.number, change.is_of_order, *since)
        return line

    def _undo_ticket(self, session: Session, line: Recorded, now: datetime) -> None:
        card, attempt = self._card(session, line.ticket or 0), Attempt()
        number, version, check = card.number, card.version, _check_in(line.data)
        match line.kind:
            case EventKind.TICKET_VALIDATED:
                require_status(card, now, "reset", VALIDATION_STATUSES)
                written = ticket_writes.clear_validation(session, number, version)
                kind, data = EventKind.VALIDATION_RESET, check_data(card)
            case EventKind.VALIDATION_RESET if check is not None:
                require_status(card, now, "validate", VALIDATION_STATUSES)
                written = ticket_writes.set_validation(session, number, version, *check)
                kind = EventKind.TICKET_VALIDATED
                data = {"visitor": card.visitor.id, **_told(check)}
            case EventKind.VISITOR_CHANGED:
                require_status(card, now, "visitor", VISITOR_STATUSES)
                former: int = line.data["from"]
                written = ticket_writes.set_visitor(session, number, version, former, check)
                kind = EventKind.VISITOR_CHANGED
                data = {"from": card.visitor.id, "to": former, "cleared": False}
                if check is not None:
                    data |= {"restored": True, **_told(check)}
            case EventKind.WORKPLACE_CHANGED:
                require_status(card, now, "workplace", WORKPLACE_STATUSES)
                self._seat(session, attempt, card, line.data["from"])
                return
            case _other:
                raise NothingToUndo
        self._finish(session, attempt, card, written, kind, now, data)

    def _undo_order(self, session: Session, line: Recorded, now: datetime) -> None:
        card, then = self._order(session, line.order or 0), line.data
        is_new = line.kind is EventKind.ORDER_CREATED
        to = OrderStatus.CANCELLED if is_new else OrderStatus(then["from"])
        data: dict[str, object] = {"from": card.status.value, "to": to.value}
        paid = None
        if "payment_before" in then:
            paid = _moment(then["paid_before"]), PaymentKind(then["payment_before"])
            data |= {
                "paid_at": then["paid_before"],
                "payment": then["payment_before"],
                "paid_before": then["paid_at"],
                "payment_before": then["payment"],
            }
        self._bring(session, Attempt(), card, to, now, data, paid)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _check_in(data: Mapping[str, Any]) -> tuple[datetime, int] | None:
    """When and by which manager an identity was checked, as an event keeps it."""
    at, manager_id = _moment(data.get("validated_at")), data.get("validated_by")
    return None if at is None or manager_id is None else (at, manager_id)


def _told(check: tuple[datetime, int]) -> dict[str, object]:
    at, manager_id = check
    return {"validated_at": at.isoformat(), "validated_by": manager_id}
