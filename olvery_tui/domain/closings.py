"""Workplaces that are closed for a time, and where the tickets in the way can go. Source: ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import NamedTuple

from olvery_tui.domain.clock_times import DAY_MINUTES, ClockTime, at_clock
from olvery_tui.domain.conflicts import HeldPlace
from olvery_tui.domain.errors import InputCode, InvalidForm, InvalidInput
from olvery_tui.domain.periods import day_start
from olvery_tui.domain.text import NAME_MAX, clean

FOREVER = datetime(8999, 12, 31, tzinfo=UTC)
"""Until when a place without an end is closed, for the database: one comparison serves both."""

MOVES_MAX = 500
"""Tickets that are moved at once."""


def end_of(stored: datetime) -> datetime | None:
    """The end of a closing, from the one that the database keeps."""
    return None if stored >= FOREVER else stored


@dataclass(frozen=True, slots=True)
class Closing:
    """A workplace that is closed in `[starts_at, ends_at)`; without an end while it is None."""

    id: int
    workplace_id: int
    workplace: str
    room: str
    service_id: int
    service: str
    starts_at: datetime
    ends_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class ClosingDraft:
    """Workplaces that are to be closed; None as an end: until they are opened."""

    workplace_ids: tuple[int, ...]
    starts_at: datetime
    ends_at: datetime | None
    reason: str

    @property
    def until(self) -> datetime:
        """The end as the database keeps it."""
        return self.ends_at or FOREVER


def first_moment(field: str, day: date | None, clock: ClockTime | None, zone: tzinfo) -> datetime:
    """Return when a closing begins, given its first day and perhaps a time.

    Raises:
        InvalidInput: `required`, without a day; as `at_clock`; `no_such_day`, beyond the calendar.
    """
    if day is None:
        raise InvalidInput(field, InputCode.REQUIRED)
    return _moment(field, day, clock or ClockTime(0), zone)


def last_moment(
    field: str, day: date | None, clock: ClockTime | None, zone: tzinfo
) -> datetime | None:
    """Return when a closing ends: with its last day, unless a time is given; None for never.

    Raises:
        InvalidInput: as `first_moment`; `required`, a time without a day.
    """
    if day is None and clock is None:
        return None
    if day is None:
        raise InvalidInput(field, InputCode.REQUIRED)
    return _moment(field, day, clock or ClockTime(DAY_MINUTES), zone)


def _moment(field: str, day: date, clock: ClockTime, zone: tzinfo) -> datetime:
    try:
        # A midnight that the clocks leave out is the beginning of its day all the same.
        return at_clock(day, clock, zone, field=field) if clock.minutes else day_start(day, zone)
    except OverflowError:
        raise InvalidInput(field, InputCode.NO_SUCH_DAY, {"text": f"{day:%d.%m.%Y}"}) from None


def check_draft(draft: ClosingDraft, now: datetime) -> ClosingDraft:
    """Return the draft as it is saved at `now`: nothing is closed in the past.

    Raises:
        InvalidForm: `places` or `reason` `required`; `reason` `too_long`; `period`
            `closing_over`, the end is not after now or the start.
    """
    starts_at, reason = max(draft.starts_at, now), clean(draft.reason)
    problems = []
    if not draft.workplace_ids:
        problems.append(InvalidInput("places", InputCode.REQUIRED))
    if draft.until <= starts_at or starts_at >= FOREVER:
        problems.append(InvalidInput("period", InputCode.CLOSING_OVER))
    if not reason:
        problems.append(InvalidInput("reason", InputCode.REQUIRED))
    elif len(reason) > NAME_MAX:
        problems.append(InvalidInput("reason", InputCode.TOO_LONG, {"limit": NAME_MAX}))
    if problems:
        raise InvalidForm(tuple(problems))
    places = tuple(dict.fromkeys(draft.workplace_ids))
    return ClosingDraft(places, starts_at, draft.ends_at, reason)


@dataclass(frozen=True, slots=True)
class ProposedMove:
    """A ticket in the way, and the workplace that it can have for all that is left of its period.

    `to` is None where no workplace of its service is free for that long.
    """

    ticket: HeldPlace
    to: int | None = None
    label: str = ""
    room: str = ""


class Place(NamedTuple):
    """A workplace that a ticket may move to."""

    id: int
    label: str
    room: str
    service_id: int


class Need(NamedTuple):
    """What a ticket that has to move needs: a place of its service for a stretch of time."""

    ticket: int
    room: str
    service_id: int
    starts_at: datetime
    ends_at: datetime


class Taken(NamedTuple):
    """A stretch of time in which a workplace can't be had."""

    workplace_id: int
    starts_at: datetime
    ends_at: datetime


def assign(
    needs: Sequence[Need], places: Sequence[Place], taken: Iterable[Taken]
) -> dict[int, Place]:
    """Find a place for each ticket, in its own room if possible; return the places by ticket.

    A ticket may displace one that was placed before it, if that one finds another place. Tickets
    without a place are left out.
    """
    plan = _Plan(places, taken)
    for need in sorted(needs, key=lambda need: (need.starts_at, need.ticket)):
        plan.place(need, set())
    return {need.ticket: place for place in places for need in plan.found[place.id]}


class _Plan:
    """The tickets that were put on each place so far."""

    def __init__(self, places: Sequence[Place], taken: Iterable[Taken]) -> None:
        self.found: defaultdict[int, list[Need]] = defaultdict(list)
        self._places = places
        self._taken: defaultdict[int, list[Taken]] = defaultdict(list)
        for one in taken:
            self._taken[one.workplace_id].append(one)

    def place(self, need: Need, tried: set[int]) -> bool:
        """Find a place for a ticket; `tried` are those asked for by tickets that displace it."""
        candidates = [one.id for one in self._candidates(need) if one.id not in tried]
        for place in candidates:
            if not self._others(need, place):
                self.found[place].append(need)
                return True
        for place in candidates:
            tried.add(place)
            others = self._others(need, place)
            if len(others) == 1:
                self.found[place].remove(others[0])
                if self.place(others[0], tried):
                    self.found[place].append(need)
                    return True
                self.found[place].append(others[0])
        return False

    def _candidates(self, need: Need) -> list[Place]:
        """The places of its service that are free in that time, those of its room first."""
        free = [
            place
            for place in self._places
            if place.service_id == need.service_id
            and not any(_overlap(need, one) for one in self._taken[place.id])
        ]
        return sorted(free, key=lambda place: place.room != need.room)

    def _others(self, need: Need, place: int) -> list[Need]:
        return [other for other in self.found[place] if _overlap(need, other)]


def _overlap(one: Need | Taken, other: Need | Taken) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def moves_of(proposed: Iterable[ProposedMove]) -> dict[int, int]:
    """The workplace that each ticket is to have, by ticket; without those that found none."""
    return {one.ticket.ticket: one.to for one in proposed if one.to is not None}


def without_place(proposed: Iterable[ProposedMove]) -> Iterator[HeldPlace]:
    """Tickets for which no place was found."""
    return (one.ticket for one in proposed if one.to is None)
