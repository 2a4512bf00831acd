"""Errors common to all engines, beside `StoreUnavailable`, and the guards' messages."""

from __future__ import annotations

SEAT_OVERLAP = "seat_overlap"
"""Refusal of an overlapping assignment.

The message of SQLite's triggers, and the name of PostgreSQL's exclusion constraint.
"""

SEAT_ARCHIVED = "seat_archived"
"""The triggers' refusal of an assignment of a workplace that is archived, by itself or with its
room or service."""

SEAT_REPLACED = "seat_replaced"
"""The triggers' refusal of an assignment that would replace another row."""

SEAT_NO_TIME = "seat_no_time"
"""The triggers' refusal of times that are not whole microseconds."""

APPEND_ONLY = "append_only"
"""The refusal by the triggers of the audit trail and of payments."""


NOT_PAID = "not_paid"
"""The guards' refusal of a refund of more than was paid, and of another sum than that of the
payments."""

NOT_NEXT = "not_next"
"""The guards' refusal of a number that is neither the next one nor one that may be skipped to."""

BAD_VALUE = "bad_value"
"""SQLite's triggers' refusal of a value that no program could read (`store.database.values`)."""

FIXED = "fixed"
"""The triggers' refusal to change an immutable number."""


IS_MERGED = "is_merged"
"""The triggers' refusal of a ticket, an order or a merge that leads to a merged person."""


class SeatConflict(Exception):
    """The database refused an assignment: the workplace is held in part of that time, or archived.

    Raised by the statement that tried it; only that statement is rolled back, if it runs in a
    savepoint. The caller knows workplace and period, and `seats.holder` finds who holds it.
    """
