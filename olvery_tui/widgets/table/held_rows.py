"""The loaded part of a long list: adjacent rows, and what is known of the rest."""

from __future__ import annotations

from bisect import bisect_left
from typing import Generic, Protocol, TypeVar

from olvery_tui.domain.pages import Count

Position = tuple[int | None, int | None, Count | None]
"""1-based positions of the first and last visible rows, and the length of the list."""


class Row(Protocol):
    """A row of any list: it has a number, and equal rows look the same."""

    @property
    def number(self) -> int: ...


R = TypeVar("R", bound=Row)
R_co = TypeVar("R_co", bound=Row, covariant=True)


class RowPage(Protocol[R_co]):
    """A page of adjacent rows, as the desk returns it; see `domain.pages.Page`."""

    @property
    def rows(self) -> tuple[R_co, ...]: ...

    @property
    def more_above(self) -> bool: ...

    @property
    def more_below(self) -> bool: ...

    @property
    def offset(self) -> int | None: ...


class HeldRows(Generic[R]):
    """Adjacent rows of the list.

    Args:
        by_number: Whether the list is by number, the highest first; else a number only names a row.
    """

    def __init__(self, *, by_number: bool = True) -> None:
        self.by_number = by_number
        self.rows: tuple[R, ...] = ()
        self.more_above = False
        self.more_below = False
        self._is_known = False
        self._offset: int | None = None
        """Number of rows above the first loaded one; None if unknown."""

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, page: RowPage[R]) -> None:
        """Replace all rows by a page."""
        self._is_known = True
        self.rows = page.rows
        self.more_above = page.more_above and bool(page.rows)
        self.more_below = page.more_below and bool(page.rows)
        self._offset = page.offset

    def grow_below(self, page: RowPage[R]) -> None:
        """Append the rows that follow the last one."""
        self.rows += self._new(page)
        self.more_below = page.more_below and bool(page.rows)

    def grow_above(self, page: RowPage[R]) -> int:
        """Prepend the rows that precede the first one; return how many."""
        before = len(self.rows)
        self.rows = self._new(page) + self.rows
        self.more_above = page.more_above and bool(page.rows)
        if page.offset is not None:
            self._offset = page.offset
        elif self._offset is not None:
            self._offset = max(0, self._offset - len(page.rows))
        return len(self.rows) - before

    def _new(self, page: RowPage[R]) -> tuple[R, ...]:
        """Return the page without rows held already: in any other order a row may have moved."""
        if self.by_number:
            return page.rows
        held = {row.number for row in self.rows}
        return tuple(row for row in page.rows if row.number not in held)

    def forget_above(self, lines: int) -> None:
        """Drop the first `lines` rows."""
        if lines > 0:
            self.rows = self.rows[lines:]
            self.more_above = True
            if self._offset is not None:
                self._offset += lines

    def forget(self, index: int) -> None:
        """Drop a row that the list lacks now."""
        self.rows = self.rows[:index] + self.rows[index + 1 :]

    def forget_below(self, kept: int) -> None:
        """Keep only the first `kept` rows."""
        if len(self.rows) > kept:
            self.rows = self.rows[:kept]
            self.more_below = True

    def index(self, number: int) -> int | None:
        """Return the index of a row, or by number of the one that stands where it would."""
        if not self.by_number:
            return next((i for i, row in enumerate(self.rows) if row.number == number), None)
        index = bisect_left(self.rows, -number, key=lambda row: -row.number)
        return index if index < len(self.rows) else None

    def index_or_last(self, number: int) -> int:
        """As `index`, but the last row if all numbers are higher; the first of no such row."""
        index = self.index(number)
        if index is None:
            return max(0, len(self.rows) - 1) if self.by_number else 0
        return index

    def position(self, top: int, height: int, total: Count | None) -> Position:
        """Return the position of the rows from `top` on; `total` is the last count."""
        offset = self._offset
        if not self.more_above:
            offset = 0
        elif offset is None and not self.more_below and total and not total.capped:
            offset = max(0, total.value - len(self.rows))
        if offset is None or not self._is_known:
            return None, None, total
        if not self.more_below:
            total = Count(offset + len(self.rows))
        if not self.rows:
            return None, None, total
        first = offset + top + 1
        last = offset + min(top + height, len(self.rows))
        if total is not None and total.value < last:  # counted before the newest rows came
            total = Count(last, total.capped)
        return first, last, total
