"""Keyset pages: a slice of a list at any depth, found by number, not by counting."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Row

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


def cut_out(search: Search, start: PageStart, limit: int) -> Slice:
    """Return up to `limit` adjacent lines, the highest number first."""
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
