"""What every engine's errors come to, beside `StoreUnavailable`, and what its guards say."""

from __future__ import annotations

SEAT_OVERLAP = "seat_overlap"
"""What the guard says of an assignment that overlaps another one: SQLite's triggers as their
message, PostgreSQL's exclusion constraint as its name."""

SEAT_REPLACED = "seat_replaced"
"""What the triggers say of one that would take the place of another row."""

SEAT_NO_TIME = "seat_no_time"
"""What they say of one whose times are not whole microseconds."""

APPEND_ONLY = "append_only"
"""What the audit trail's triggers say."""


NOT_NEXT = "not_next"
"""What the guards of numbers say: neither the next one, nor one that may be skipped to."""

BAD_VALUE = "bad_value"
"""What SQLite's triggers say of a value that no program could read (`store.values`)."""

FIXED = "fixed"
"""What the triggers say of a number that is never changed."""


class SeatConflict(Exception):
    """The database refused an assignment: the workplace is held in a part of that time.

    Raised by the statement that tried it; only that statement is undone, where it stands in a
    savepoint. Who wrote it knows which workplace and period it was, and `seats.holder` whose they
    are.
    """
