"""What a check of the database may find wrong. `wording` makes sentences of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ProblemCode(StrEnum):
    """What is not as it has to be; behind each the facts in `Problem.params`."""

    INTEGRITY = "integrity"  # detail: SQLite's own words
    FOREIGN_KEY = "foreign_key"  # table, row, parent
    GUARD = "guard"  # name: a trigger that is gone or altered
    LOCATION = "location"  # the database names none
    UNFIT = "unfit"  # table, column, row: a value that can't be read
    TIME_ZONE = "time_zone"  # name: unknown
    OVERLAP = "overlap"  # workplace, ticket, other: both hold it at once
    # ticket: does not hold a seat from now to the end of its period
    SEAT_UNCOVERED = "seat_uncovered"
    # ticket: cancelled, holds a seat in time to come, or one that was not used
    SEAT_KEPT = "seat_kept"
    SEAT_SHOWN = "seat_shown"  # ticket: shows a workplace other than the one it holds last
    STATUS = "status"  # ticket, status, expected, count: stored statuses that no clock leads to
    MOVES_AT = "moves_at"  # ticket, count: the status worker would pass them by
    NO_EVENT = "no_event"  # ticket: its history does not say how it came to be
    SERVICE = "service"  # ticket: its workplace or tariff belongs to another service than its order
    ORDER_NO_EVENT = "order_no_event"  # order: its history does not say how it came to be
    # order: it does not begin with its first ticket or end with its last one
    ORDER_PERIOD = "order_period"
    PAID = "paid"  # order: paid is not what its payments come to
    OVERPAID_BACK = "overpaid_back"  # order, payment: the line that gives back more than was paid
    SEARCH = "search"  # person: is not found by their own name
    SHARED = "shared"  # count: values kept of possible duplicates that are wrong, or are missing
    # what: ticket, order, manager, settings, service, room, workplace, variant, tariff or modifier;
    # number, name: not what the trail says of it
    FACT = "fact"
    UNTOLD = "untold"  # what, number: the trail does not say how it came to be
    GONE = "gone"  # what, number: the trail does not say that it was removed
    TRAIL_TIME = "trail_time"  # event: its time is before that of the line before
    TRAIL_CHANGED = "trail_changed"  # seal, first, last: events that are not as they were sealed
    TRAIL_REMOVED = "trail_removed"  # seal: its events, or it itself, are gone
    TRAIL_ADDED = "trail_added"  # event: written past the program
    TRAIL_UNKNOWN = "trail_unknown"  # event, kind: not what this program could have written
    TRAIL_CUT = "trail_cut"  # seals: so many there should be, found
    TRAIL_OTHER = "trail_other"  # seal: the noted one is not of this trail
    MORE = "more"  # code: there are more of that kind than are listed


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it has to be, with its facts."""

    code: ProblemCode
    params: dict[str, object] = field(default_factory=dict)
