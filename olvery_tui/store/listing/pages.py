"""Keyset pages: a slice of a list at any depth, found by number, not by counting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row

from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.domain.pages import After, Around, Before, Bottom, Count, PageStart, Top
from olvery_tui.store.listing.search import Search

COUNT_CAP = 10_000
"""Matches beyond this are not counted: nobody reads that far, and counting takes time."""


class Slice(NamedTuple):
    """Adjacent lines, whether there are more, and the number of lines above if known."""

    lines: list[Row[Any]]
    more_above: bool
    more_below: bool
    offset: int | None


def cut_out(search: Search, start: PageStart, limit: int, first: Sequence[Row[Any]] = ()) -> Slice:
    """Return up to `limit` adjacent lines, the highest number first.

    `first` are some of the matches that stand above all others.
    """
    if first:
        return _Headed(search, first).cut_out(start, limit)
    lines, above, below = _neighbourhood(search, start, limit)
    return Slice(lines, above, below, _offset(search, start, lines, above))


def counted(search: Search, cap: int = COUNT_CAP) -> Count:
    """Count the matches, up to `cap`."""
    found = search.count(cap + 1)
    return Count(min(found, cap), capped=found > cap)


def next_to(search: Search, number: int, step: int) -> int | None:
    """Return the next match below (`step` 1) or above (`step` -1) a number in the list."""
    if step > 0:
        return search.number(down=True, high=number - 1)
    return search.number(down=False, low=number + 1)


_Lines = tuple[list[Row[Any]], bool, bool]


def _neighbourhood(search: Search, start: PageStart, limit: int) -> _Lines:
    match start:
        case Top():
            found = search.lines(limit + 1, down=True)
            return found[:limit], False, len(found) > limit
        case Bottom():
            found = search.lines(limit + 1, down=False)
            return found[:limit][::-1], len(found) > limit, False
        case After(number):
            found = search.lines(limit + 1, down=True, high=number - 1)
            above = search.number(down=False, low=found[0][0] + 1 if found else number)
            return found[:limit], above is not None, len(found) > limit
        case Before(number):
            found = search.lines(limit + 1, down=False, low=number + 1)
            below = search.number(down=True, high=found[0][0] - 1 if found else number)
            return found[:limit][::-1], len(found) > limit, below is not None
        case Around(number):
            return _around(search, number, limit)


def _around(search: Search, number: int, limit: int) -> _Lines:
    """Take half of the lines above the number; more if the other side has fewer."""
    above = search.lines(limit + 1, down=False, low=number + 1)
    below = search.lines(limit + 1, down=True, high=number)
    taken_above = min(len(above), max(limit // 2, limit - len(below)))
    taken_below = min(len(below), limit - taken_above)
    lines = [*above[:taken_above][::-1], *below[:taken_below]]
    return lines, taken_above < len(above), taken_below < len(below)


def _offset(search: Search, start: PageStart, lines: list[Row[Any]], above: bool) -> int | None:
    if not above:
        return 0
    if not isinstance(start, Around) or not lines:
        return None
    found = search.count(COUNT_CAP + 1, low=lines[0][0] + 1)
    return found if found <= COUNT_CAP else None


class _Headed:
    """A list with some of its lines above all others, which follow by number without them."""

    def __init__(self, search: Search, first: Sequence[Row[Any]]) -> None:
        self._search = search
        self._first = list(first)
        self._places = {line[0]: place for place, line in enumerate(first)}

    def cut_out(self, start: PageStart, limit: int) -> Slice:
        match start:
            case Top() | After():
                number = start.number if isinstance(start, After) else None
                found = self._below(number, limit + 1)
                lines, below = found[:limit], len(found) > limit
                above = number is not None and bool(self._above(_next(lines, number), 1))
            case Bottom() | Before():
                number = start.number if isinstance(start, Before) else None
                found = self._above(number, limit + 1)
                lines, above = found[-limit:], len(found) > limit
                last = lines[-1][0] if lines else number
                below = number is not None and bool(self._below(last, 1))
            case Around(number):
                upper = self._above(number, limit + 1)
                lower = self._below(number, limit + 1, inclusive=True)
                many = min(len(upper), max(limit // 2, limit - len(lower)))
                few = min(len(lower), limit - many)
                lines = [*upper[len(upper) - many :], *lower[:few]]
                above, below = many < len(upper), few < len(lower)
        return Slice(lines, above, below, self._offset(start, lines, above=above))

    def _below(self, number: int | None, limit: int, *, inclusive: bool = False) -> list[Row[Any]]:
        """Return the nearest lines below a number, or the list's first ones."""
        if number is None or number in self._places:
            place = 0 if number is None else self._places[number] + (not inclusive)
            head, high = self._first[place : place + limit], NUMBER_MAX
        else:
            head, high = [], number if inclusive else number - 1
        return head + self._others(limit - len(head), down=True, high=high)

    def _above(self, number: int | None, limit: int) -> list[Row[Any]]:
        """Return the nearest lines above a number, or the list's last ones, from the top."""
        if number in self._places:
            return self._first[: self._places[number]][-limit:]
        low = 1 if number is None else number + 1
        tail = self._others(limit, down=False, low=low)[::-1]
        missing = limit - len(tail)
        return (self._first[-missing:] if missing else []) + tail

    def _others(self, limit: int, **bounds: Any) -> list[Row[Any]]:
        if limit < 1:
            return []
        found = self._search.lines(limit + len(self._first), **bounds)
        return [line for line in found if line[0] not in self._places][:limit]

    def _offset(self, start: PageStart, lines: list[Row[Any]], *, above: bool) -> int | None:
        if not above:
            return 0
        if not isinstance(start, Around) or not lines:
            return None
        number = lines[0][0]
        if number in self._places:
            return self._places[number]
        found = self._search.count(COUNT_CAP + 1, low=number + 1)
        if found > COUNT_CAP:
            return None
        return found + sum(1 for other in self._places if other < number)


def _next(lines: list[Row[Any]], number: int) -> int:
    """Return the number of the first line; where there is none, of what it would follow."""
    return lines[0][0] if lines else number
