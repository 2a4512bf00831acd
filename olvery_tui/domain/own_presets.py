"""A manager's own presets: filters of either list that they have saved under a name.

What is saved must mean the same tomorrow: days are kept as words where they are near today, a
person by id, a single workplace or room by id beside its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.filters import (
    DayWord,
    OrderFilter,
    TicketFilter,
    check_period,
    parse_day,
    parse_numbers,
)
from olvery_tui.domain.people import PersonDetails, check_name
from olvery_tui.domain.statuses import OrderStatus, TicketStatus

NAME_MAX = 40
MOST = 50
"""Presets of one manager."""


class Listing(StrEnum):
    """The list that a preset filters."""

    TICKETS = "tickets"
    ORDERS = "orders"


_OF_TICKETS: tuple[str, ...] = ("checked", "ended", "place", "room", "renewal")
_OF_ORDERS: tuple[str, ...] = ("overdue", "paid")
"""Conditions of one list that are saved as they are, under the names of its filter."""


class Conditions(BaseModel):
    """A filter as it is saved, but for the person who was chosen.

    `first` and `last` are days as they are typed: `today`, `this week`, `2022-12-06`. `place_id`
    and `room_id` are what `place` and `room` meant, where that was a single one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    numbers: str = ""
    first: str = ""
    last: str = ""
    words: tuple[str, ...] = Field(default=(), max_length=20)
    statuses: tuple[str, ...] = ()
    checked: bool | None = None
    ended: bool | None = None
    overdue: bool = False
    paid: bool | None = None
    place: tuple[str, ...] = ()
    room: tuple[str, ...] = ()
    place_id: int | None = None
    room_id: int | None = None
    renewal: bool = False

    def filters(
        self, listing: Listing, person_id: int | None, today: date
    ) -> TicketFilter | OrderFilter:
        """Return the filter on a day.

        Raises:
            InvalidInput, ValueError: another program has written what is no filter.
        """
        numbers = parse_numbers(self.numbers)
        first, last = parse_day("from", self.first, today), parse_day("to", self.last, today)
        check_period(first, last)
        words = () if person_id is not None else self.words
        if listing is Listing.ORDERS:
            own = self.model_dump(include=set(_OF_ORDERS))
            statuses = frozenset(map(OrderStatus, self.statuses))
            return OrderFilter(numbers, first, last, words, person_id, statuses, **own)
        own = self.model_dump(include=set(_OF_TICKETS))
        of_tickets = frozenset(map(TicketStatus, self.statuses))
        return TicketFilter(numbers, first, last, words, person_id, of_tickets, **own)


@dataclass(frozen=True, slots=True)
class OwnPreset:
    """A saved preset. Without conditions it can't be read."""

    id: int
    name: str
    listing: Listing
    conditions: Conditions | None
    person_id: int | None = None
    person: PersonDetails | None = None
    """Who was chosen in it, once they are looked up."""

    def filters(self, today: date) -> TicketFilter | OrderFilter:
        """Return the filter on a day; see `Conditions.filters`."""
        assert self.conditions is not None
        return self.conditions.filters(self.listing, self.person_id, today)


def read(stored: Mapping[str, Any], listing: Listing, today: date) -> Conditions | None:
    """Return stored conditions; None for what is no filter."""
    try:
        conditions = Conditions.model_validate(stored)
        conditions.filters(listing, None, today)
    except (ValidationError, InvalidInput, ValueError):
        return None
    return conditions


def conditions(filters: TicketFilter | OrderFilter, today: date) -> Conditions:
    """Return a filter as it is saved, without the person who was chosen."""
    first, last = _days(filters.from_day, filters.to_day, today)
    numbers = (
        str(one.first) if one.first == one.last else f"{one.first}-{one.last}"
        for one in filters.numbers
    )
    statuses: Iterable[TicketStatus | OrderStatus] = filters.statuses
    kept = Conditions(
        numbers=",".join(numbers),
        first=first,
        last=last,
        statuses=tuple(sorted(status.value for status in statuses)),
    )
    if isinstance(filters, OrderFilter):
        words, names = filters.customer_words, _OF_ORDERS
    else:
        words, names = filters.visitor_words, _OF_TICKETS
    own = {name: getattr(filters, name) for name in names}
    return kept.model_copy(update={"words": words, **own})


def listing_of(filters: TicketFilter | OrderFilter) -> Listing:
    """Return the list of a filter."""
    return Listing.ORDERS if isinstance(filters, OrderFilter) else Listing.TICKETS


def person_of(filters: TicketFilter | OrderFilter) -> int | None:
    """Return the id of the person who was chosen in a filter."""
    return filters.customer_id if isinstance(filters, OrderFilter) else filters.visitor_id


_OFFSETS = {
    DayWord.YESTERDAY: -1,
    DayWord.TODAY: 0,
    DayWord.TOMORROW: 1,
    DayWord.THIS_WEEK: 0,
    DayWord.NEXT_WEEK: 7,
}
"""Days from today of the latest first day of each word, and of its earliest last day."""


def _days(first: date | None, last: date | None, today: date) -> tuple[str, str]:
    """Return both days as words if they are, and will never pass each other; else as dates."""
    begins = [word for word in DayWord if word.days(today)[0] == first]
    ends = [word for word in DayWord if word.days(today)[1] == last]
    if first and last:
        pairs = [(b, e) for b in begins for e in ends if _OFFSETS[b] <= _OFFSETS[e]]
        same = [(begin, end) for begin, end in pairs if begin is end]
        if not pairs:
            return first.isoformat(), last.isoformat()
        begins, ends = ([word] for word in (same or pairs)[0])
    return (
        begins[0].value if begins else first.isoformat() if first else "",
        ends[0].value if ends else last.isoformat() if last else "",
    )


def check_preset_name(name: str) -> str:
    """A clean name.

    Raises:
        InvalidInput: field `name`; `required` or `too_long` (more than `NAME_MAX` letters).
    """
    cleaned = check_name("name", name)
    if len(cleaned) > NAME_MAX:
        raise InvalidInput("name", InputCode.TOO_LONG, {"limit": NAME_MAX})
    return cleaned


def with_words(preset: OwnPreset, **words: tuple[str, ...]) -> OwnPreset:
    """Return the preset with other words of its `place` or `room`."""
    assert preset.conditions is not None
    return replace(preset, conditions=preset.conditions.model_copy(update=words))
