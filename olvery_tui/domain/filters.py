"""Filters of the lists of tickets and orders, parsed from typed text and checked.

Source: the manual, section «Фильтрация билетов».
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.statuses import OrderStatus, TicketStatus

_RANGES_MAX = 50

_YEARS = range(1900, 3000)
_LEAP_YEARS_APART = 8


# Compiled when they are first used, not while the application opens.
_DASH = r"\s*[-–—−]\s*"
_RANGE = r"[№#]?([0-9]+)(?:-[№#]?([0-9]+))?"
_DAY = r"([0-9]{1,2})[./,\-]([0-9]{1,2})(?:[./,\-]([0-9]{4}|[0-9]{2})?)?"
_ISO_DAY = r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
_PACKED_DAY = r"([0-9]{2})([0-9]{2})([0-9]{4})"
_PLACE_WORD = r"[^\W\d_]+|[0-9]+"


class NumberRange(NamedTuple):
    """Ticket numbers from `first` to `last`, both included."""

    first: int
    last: int


class TicketFilter(NamedTuple):
    """Conditions joined by AND; an empty one matches every ticket.

    `visitor_id` is a person picked from the suggestions and stands in place of the words.
    `from_day` and `to_day` match the tickets whose period touches those days, `checked` those whose
    visitor's identity was checked or was not, `ended` those whose period is over or is not.
    `place` and `room` are words of the workplace's label and of its room (`is_place`). `renewal`
    matches what was sold by the month and ends within the days of the settings, unless its visitor
    has a later month already.
    """

    numbers: tuple[NumberRange, ...] = ()
    from_day: date | None = None
    to_day: date | None = None
    visitor_words: tuple[str, ...] = ()
    visitor_id: int | None = None
    statuses: frozenset[TicketStatus] = frozenset()
    checked: bool | None = None
    ended: bool | None = None
    place: tuple[str, ...] = ()
    room: tuple[str, ...] = ()
    renewal: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it has no condition."""
        return self == EMPTY

    @property
    def names_visitor(self) -> bool:
        """Whether a visitor is searched for: the list then begins with their tickets of today."""
        return bool(self.visitor_words) or self.visitor_id is not None


EMPTY = TicketFilter()


def among(wanted: tuple[NumberRange, ...], numbers: Iterable[int]) -> tuple[NumberRange, ...]:
    """Those of `numbers` within the `wanted` ranges; all of them if there are no ranges."""
    return tuple(
        NumberRange(number, number)
        for number in numbers
        if not wanted or any(each.first <= number <= each.last for each in wanted)
    )


def parse_numbers(text: str) -> tuple[NumberRange, ...]:
    """`31`, `30-40`, `31,35` or `31 35`: the numbers asked for; nothing for an empty text.

    A «№» before a number and zeros at its front, as on a printed ticket, are passed over.

    Raises:
        InvalidInput: field `number`; `number` (not a number), `number_order` (a range that runs
            backwards), `number_large` (no ticket can have it), `number_many`.
    """
    joined = re.sub(r"([№#])\s+", r"\1", re.sub(_DASH, "-", text))
    parts = [part for part in re.split(r"[,;\s]+", joined) if part]
    if len(parts) > _RANGES_MAX:
        raise InvalidInput("number", InputCode.NUMBER_MANY, {"limit": _RANGES_MAX})
    return tuple(_parse_range(part) for part in parts)


def _parse_range(part: str) -> NumberRange:
    found = re.fullmatch(_RANGE, part)
    if not found:
        raise InvalidInput("number", InputCode.NUMBER, {"text": part})
    first = _number(found[1], part)
    last = _number(found[2], part) if found[2] else first
    if last < first:
        raise InvalidInput("number", InputCode.NUMBER_ORDER, {"first": first, "last": last})
    return NumberRange(first, last)


def _number(digits: str, part: str) -> int:
    digits = digits.lstrip("0") or "0"
    if len(digits) > len(str(NUMBER_MAX)) or int(digits) > NUMBER_MAX:
        raise InvalidInput("number", InputCode.NUMBER_LARGE, {"text": part})
    return int(digits)


class DayWord(StrEnum):
    """Days that are named by how far they are from today."""

    TODAY = "today"
    TOMORROW = "tomorrow"
    YESTERDAY = "yesterday"
    THIS_WEEK = "this week"
    NEXT_WEEK = "next week"

    def days(self, today: date) -> tuple[date, date]:
        """The first and the last of these days; a week begins on Monday."""
        match self:
            case DayWord.TODAY:
                first, length = today, 1
            case DayWord.TOMORROW:
                first, length = today + timedelta(1), 1
            case DayWord.YESTERDAY:
                first, length = today - timedelta(1), 1
            case DayWord.THIS_WEEK:
                first, length = today - timedelta(today.weekday()), 7
            case DayWord.NEXT_WEEK:
                first, length = today + timedelta(7 - today.weekday()), 7
        return first, first + timedelta(length - 1)


DayWords = Mapping[str, DayWord]
"""The words as they are typed, in small letters and with single spaces."""

ENGLISH_DAYS: DayWords = {word.value: word for word in DayWord}


def day_word(text: str, words: DayWords) -> DayWord | None:
    """The day word that was typed, in whatever letters; None for anything else."""
    return words.get(" ".join(text.casefold().split()))


def parse_day(field: str, text: str, today: date, words: DayWords = ENGLISH_DAYS) -> date | None:
    """`06.12.2022`, `6.12` (the nearest such day to today), `06122022`, `2022-12-06` or `tomorrow`.

    `this week` is its Monday in the field `from` and its Sunday in the field `to`.

    Raises:
        InvalidInput: `date` (not a date, or of no year that a rental can be in), `no_such_day`
            (31.02).
    """
    typed = text.strip()
    if not typed:
        return None
    if word := day_word(typed, words):
        first, last = word.days(today)
        if first == last or field in ("from", "to"):
            return last if field == "to" else first
    if found := re.fullmatch(_ISO_DAY, typed):
        year, month, day = found.groups()
    elif found := re.fullmatch(_DAY, typed) or re.fullmatch(_PACKED_DAY, typed):
        day, month, year = found.groups()
    else:
        raise InvalidInput(field, InputCode.DATE, {"text": typed})
    try:
        if year is None:
            return _nearest(int(day), int(month), today)
        found_day = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        raise InvalidInput(field, InputCode.NO_SUCH_DAY, {"text": typed}) from None
    if found_day.year not in _YEARS:
        raise InvalidInput(field, InputCode.DATE, {"text": typed})
    return found_day


def _nearest(day: int, month: int, today: date) -> date:
    candidates = []
    for year in range(today.year - _LEAP_YEARS_APART, today.year + _LEAP_YEARS_APART + 1):
        try:
            candidates.append(date(year, month, day))
        except ValueError:
            continue
    if not candidates:
        raise ValueError("no such day")
    return min(candidates, key=lambda candidate: abs((candidate - today).days))


def parse_period(
    text: str, today: date, words: DayWords = ENGLISH_DAYS
) -> tuple[date | None, date | None]:
    """The first and the last day of `this week`, or of a day as for `parse_day`.

    Raises:
        InvalidInput: field `period`; see `parse_day`.
    """
    if word := day_word(text, words):
        return word.days(today)
    day = parse_day("period", text, today, words)
    return day, day


def check_period(from_day: date | None, to_day: date | None) -> None:
    """Either end may be empty. Raises `InvalidInput` (field `period`, `from_after_to`)."""
    if from_day and to_day and from_day > to_day:
        raise InvalidInput("period", InputCode.FROM_AFTER_TO)


def parse_visitor(text: str) -> tuple[str, ...]:
    """The words, each of which must begin one of the visitor's names or be part of their phone.

    Raises:
        InvalidInput: field `visitor`; `no_letters` where something was typed that has no word.
    """
    from olvery_tui.domain.name_search import TERMS_MAX, terms  # not before the first frame

    found = terms(text)
    if text.strip() and not found:
        raise InvalidInput("visitor", InputCode.NO_LETTERS)
    return found[:TERMS_MAX]


def place_words(text: str) -> tuple[str, ...]:
    """The words and numbers of a workplace's label or a room's name, in small letters."""
    return tuple(re.findall(_PLACE_WORD, text.casefold()))


def is_place(words: Iterable[str], name: str) -> bool:
    """Whether each of `words` begins a word of `name`; a number must be one of its numbers.

    `1` is «PM №1» and not «PM №10», and «ком» is «Комната 1».
    """
    named = place_words(name)
    return all(
        word in named if word.isdigit() else any(each.startswith(word) for each in named)
        for word in words
    )


def parse_place(field: str, text: str) -> tuple[str, ...]:
    """The words of a workplace's label or a room's name, for `is_place`.

    Raises:
        InvalidInput: `no_letters` where something was typed that has no word.
    """
    found = place_words(text)
    if text.strip() and not found:
        raise InvalidInput(field, InputCode.NO_LETTERS)
    return found


class OrderFilter(NamedTuple):
    """Conditions joined by AND; an empty one matches every order.

    `customer_id` is a person picked from the suggestions and stands in place of the words.
    `from_day` and `to_day` match the orders of which a ticket's period touches those days.
    `overdue` leaves those that are «Время истекло» (see `statuses.is_overdue`), `paid` those that
    were paid, or those that owe something (see `orders.owed`).
    """

    numbers: tuple[NumberRange, ...] = ()
    from_day: date | None = None
    to_day: date | None = None
    customer_words: tuple[str, ...] = ()
    customer_id: int | None = None
    statuses: frozenset[OrderStatus] = frozenset()
    overdue: bool = False
    paid: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it has no condition."""
        return self == NO_ORDER_FILTER


NO_ORDER_FILTER = OrderFilter()
