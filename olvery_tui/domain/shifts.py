"""A manager's shift: what was taken and done between its two moments. Source: ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from olvery_tui.domain.access import ManagerDetails
from olvery_tui.domain.catalogue import PaymentKind

NOTE_MAX = 500
"""Letters of a note for the next manager."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift; `manager` is None for that of the command line.

    What is in it happened at `opened_at` or later and before `closed_at`. `forgotten`: nobody
    closed it, so the next opening did. `note` is for the next manager, read at `read_at`.
    """

    id: int
    manager: ManagerDetails | None
    opened_at: datetime
    closed_at: datetime | None = None
    forgotten: bool = False
    note: str = ""
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """What came in by one kind of payment in one currency, and what was given back, above zero."""

    kind: PaymentKind
    currency: str
    paid: Decimal
    refunded: Decimal

    @property
    def sum(self) -> Decimal:
        """What is left."""
        return self.paid - self.refunded


@dataclass(frozen=True, slots=True)
class Owed:
    """What confirmed and completed orders still owe in one currency."""

    currency: str
    orders: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ShiftSummary:
    """A shift with what happened in it; `owed` is now, whoever's orders they are."""

    shift: Shift
    takings: tuple[Taking, ...]
    checks: int
    created: int
    cancelled: int
    owed: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class OpenedShift:
    """A shift that was opened; `forgotten` is the one that this has closed."""

    shift: Shift
    forgotten: Shift | None = None
