"""What a check of the database may find wrong. `wording` makes sentences of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it has to be. Codes, and the facts in `params`:

    `integrity` (detail: SQLite's own words) · `foreign_key` (table, row, parent) ·
    `guard` (name: a trigger that is gone or altered) · `location` (the database names none) ·
    `unfit` (table, column, row: a value that can't be read) ·
    `time_zone` (name: unknown) · `overlap` (workplace, ticket, other: both hold it at once) ·
    `seat_uncovered` (ticket: does not hold a seat from now to the end of its period) ·
    `seat_kept` (ticket: cancelled, holds a seat in time to come, or one that was not used) ·
    `seat_shown` (ticket: shows a workplace other than the one it holds last) ·
    `status` (ticket, status, expected, count: stored statuses that no clock leads to) ·
    `moves_at` (ticket, count: the status worker would pass them by) ·
    `no_event` (ticket: its history does not say how it came to be) ·
    `service` (ticket: its workplace or tariff belongs to another service than its order) ·
    `order_no_event` (order: its history does not say how it came to be) ·
    `order_period` (order: it does not begin with its first ticket or end with its last one) ·
    `search` (person: is not found by their own name) ·
    `fact` (what: ticket, order, manager, settings, service, room, workplace, variant, tariff or
    modifier; number, name: not what the trail says of it) ·
    `untold` (what, number: the trail does not say how it came to be) ·
    `gone` (what, number: the trail does not say that it was removed) ·
    `trail_time` (event: its time is before that of the line before) ·
    `trail_changed` (seal, first, last: events that are not as they were sealed) ·
    `trail_removed` (seal: its events, or it itself, are gone) ·
    `trail_added` (event: written past the program) ·
    `trail_unknown` (event, kind: not what this program could have written) ·
    `trail_cut` (seals: so many there should be, found) ·
    `trail_other` (seal: the noted one is not of this trail) ·
    `more` (code: there are more of that kind than are listed).
    """

    code: str
    params: dict[str, object] = field(default_factory=dict)
