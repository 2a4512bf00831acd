"""Taking back the last change: what can be taken back, and for how long. Source: ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from olvery_tui.domain.events import EventKind
from olvery_tui.domain.hours import OpeningHours

UNDO_FOR = timedelta(minutes=10)
"""How long a change can be taken back."""

OF_ORDERS = frozenset(
    {
        EventKind.ORDER_MOVED,
        EventKind.ORDER_CREATED,
        EventKind.ORDER_PAID,
        EventKind.ORDER_REFUNDED,
    }
)
OF_PLACES = frozenset({EventKind.PLACE_CLOSED, EventKind.PLACE_OPENED})


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done at a desk, as the audit trail has it.

    `event` is the id of the event that records it, `number` the ticket's, the order's for a change
    of an order, or the id of a closing. `taken` is the money that it took, in `currency`: to undo
    it is to give that back. `hours` are the opening hours before and after a change of these, which
    has no number: the trail doesn't have why a day was closed.
    """

    event: int
    kind: EventKind
    number: int
    at: datetime
    taken: Decimal = Decimal(0)
    currency: str = ""
    hours: tuple[OpeningHours, OpeningHours] | None = None

    @property
    def is_of_ticket(self) -> bool:
        """Whether `number` is that of a ticket."""
        return not (self.is_of_order or self.is_of_place or self.hours)

    @property
    def is_of_order(self) -> bool:
        """Whether `number` is that of an order."""
        return self.kind in OF_ORDERS

    @property
    def is_of_place(self) -> bool:
        """Whether `number` is the id of a closing."""
        return self.kind in OF_PLACES

    def is_expired(self, now: datetime) -> bool:
        """Whether too much time has passed to take it back."""
        return now - self.at > UNDO_FOR
