"""The window over a long list: which rows are loaded, which are visible, what to request next.

The list is in the database and may have a million rows. The window holds a few hundred around the
cursor, requests more before the cursor reaches its edge, and drops distant ones. It is independent
of screens, threads and time: it is moved, it names its next request, and it is given results. One
request is pending at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import Generic, NamedTuple

from olvery_tui.domain.pages import After, Around, Before, Bottom, Count, PageStart, Top
from olvery_tui.widgets.table.held_rows import HeldRows, Position, R, RowPage

CHUNK = 100
"""Rows requested when the window grows at one end."""

OWED_MOST = 1000
"""Rows that a held key may run ahead of the results; more would continue long after its release."""


class _Purpose(Enum):
    """The purpose of a request."""

    JUMP = auto()
    """Go to another place of the list, or to another list."""
    REFRESH = auto()
    """Reload the same place."""
    GROW = auto()
    """Load more rows at one end."""


class _Way(Enum):
    """How the view follows a movement."""

    STEP = auto()
    """The cursor moves; the view follows by half its height if necessary."""
    PAGE = auto()
    """View and cursor move together."""
    SCROLL = auto()
    """The view moves; the cursor follows if necessary."""


class Question(NamedTuple):
    """A request for rows; its result names the `token`."""

    token: int
    start: PageStart
    limit: int
    purpose: _Purpose


class TableWindow(Generic[R]):
    """The loaded rows, the cursor among them and the visible part."""

    def __init__(self, *, by_number: bool = True) -> None:
        self._by_number = by_number
        self._list = HeldRows[R](by_number=by_number)
        self.cursor = 0
        """Index in `rows`; 0 if there are none."""
        self.top = 0
        """Index in `rows` of the first visible row."""
        self.height = 1
        self.total: Count | None = None
        self._jump: PageStart | None = None
        self._refresh = False
        self._held = False
        self._asked: Question | None = None
        self._token = 0
        self._owed = 0
        self._way = _Way.STEP

    # The visible part

    @property
    def rows(self) -> tuple[R, ...]:
        """The loaded rows."""
        return self._list.rows

    @property
    def cursor_number(self) -> int | None:
        """The number of the row under the cursor."""
        return self.rows[self.cursor].number if self.rows else None

    @property
    def seen(self) -> Sequence[R]:
        """The visible rows, at most `height`."""
        return self.rows[self.top : self.top + self.height]

    @property
    def position(self) -> Position:
        """The visible part of the list; None for what is unknown deep in a very long one."""
        return self._list.position(self.top, self.height, self.total)

    @property
    def is_jumping(self) -> bool:
        """Whether a jump to another place has not been answered yet."""
        return self._jump is not None or self._is_open(_Purpose.JUMP)

    @property
    def is_waiting(self) -> bool:
        """Whether the user waits for rows: nothing can happen before the result."""
        return not self._held and (self.is_jumping or self._owed != 0)

    # Requests and results

    @property
    def size(self) -> int:
        """The number of rows to hold; growing one end must not make the other request rows."""
        return 2 * self._margin + self.height + CHUNK

    @property
    def _margin(self) -> int:
        return self.height + 20

    def next_question(self) -> Question | None:
        """Return the next request; a jump replaces a pending one."""
        if self._held:
            return None
        if self._jump is not None:
            start, self._jump = self._jump, None
            self._refresh = False
            return self._ask(start, self.size, _Purpose.JUMP)
        if self._asked is not None:
            return None
        if self._refresh:
            self._refresh = False
            number = self.cursor_number
            start = Top() if number is None else Around(number)
            return self._ask(start, self.size, _Purpose.REFRESH)
        grow = self._where_to_grow()
        if grow is None:
            return None
        return self._ask(grow, CHUNK + abs(self._owed), _Purpose.GROW)

    def answer(self, token: int, page: RowPage[R]) -> bool:
        """Take a result; return False for a stale one, which changes nothing."""
        question = self._asked
        if question is None or question.token != token:
            return False
        self._asked = None
        match question.purpose, question.start:
            case _Purpose.JUMP, start:
                self._jumped(start, page)
            case _Purpose.REFRESH, start:
                self._refreshed(start, page)
            case _, After():
                self._list.grow_below(page)
            case _:
                self._shift(self._list.grow_above(page))
        if not self.is_jumping:
            self._pay()
        self._trim()
        return True

    def give_up(self, token: int | None = None) -> None:
        """Give up the pending request, to be repeated after the next `wake`.

        With a `token`, only if it is the pending request. Outstanding movement is forgotten.
        """
        question = self._asked
        if question is None or (token is not None and question.token != token):
            return
        self._asked = None
        self._owed = 0
        self._held = True
        if question.purpose is _Purpose.JUMP and self._jump is None:
            self._jump = question.start
        elif question.purpose is _Purpose.REFRESH:
            self._refresh = True

    def wake(self) -> None:
        """Allow a request that was given up to be repeated."""
        self._held = False

    def _is_open(self, purpose: _Purpose) -> bool:
        return self._asked is not None and self._asked.purpose is purpose

    def _ask(self, start: PageStart, limit: int, purpose: _Purpose) -> Question:
        self._token += 1
        self._asked = Question(self._token, start, limit, purpose)
        return self._asked

    def _where_to_grow(self) -> PageStart | None:
        below = len(self.rows) - self.top - self.height
        if self._list.more_below and below < self._margin and self._owed >= 0:
            return After(self.rows[-1].number)
        if self._list.more_above and self.top < self._margin:
            return Before(self.rows[0].number)
        return None

    # Movement

    def restart(self, *, by_number: bool | None = None) -> None:
        """Go to another list, at its first row; `by_number` is its order, by default the same."""
        if by_number is not None:
            self._by_number = self._list.by_number = by_number
        self.total = None
        self._go(Top())

    def refresh(self) -> None:
        """Reload the same rows, keeping the cursor on its row."""
        self.wake()
        if not self.is_jumping:
            self._refresh = True

    def home(self) -> None:
        """Go to the first row."""
        if self._list.more_above or self.is_jumping:
            self._go(Top())
        else:
            self._stay_here()
            self._put(0)

    def end(self) -> None:
        """Go to the last row."""
        if self._list.more_below or self.is_jumping:
            self._go(Bottom())
        else:
            self._stay_here()
            self._put(len(self.rows) - 1)

    def seek(self, number: int) -> None:
        """Go to a number, or to the following one if the list lacks it."""
        index = self._list.index(number)
        if self.is_jumping or index is None or self.rows[index].number != number:
            self._go(Around(number))
        else:
            self._stay_here()
            self._put(index)

    def point(self, line: int) -> bool:
        """Go to a visible line, 0 being the first; return False if there is none."""
        if self.is_jumping or not 0 <= line < len(self.seen):
            return False
        self._stay_here()
        self.cursor = self.top + line
        return True

    def step(self, distance: int) -> None:
        """Move by rows. At the edge of the view the view jumps by half its height."""
        self._move(distance, _Way.STEP)

    def page(self, direction: int) -> None:
        """Move by a view; the cursor keeps its place in it."""
        self._move(direction * self.height, _Way.PAGE)

    def scroll(self, distance: int) -> None:
        """Move the view; the cursor follows only if it would leave the view."""
        if not self.is_jumping:
            self._move(distance, _Way.SCROLL)

    def resize(self, height: int) -> None:
        """Set the view's height, keeping the cursor visible."""
        self.height = max(1, height)
        self._show_cursor()

    def _go(self, start: PageStart) -> None:
        self.wake()
        self._jump = start
        self._owed = 0

    def _stay_here(self) -> None:
        self.wake()
        self._owed = 0

    def _move(self, distance: int, way: _Way) -> None:
        self.wake()
        if self._owed * distance < 0 and not self.is_jumping:
            self._owed = 0  # the direction changed: drop the outstanding movement
        self._owed = max(-OWED_MOST, min(self._owed + distance, OWED_MOST))
        self._way = way
        if not self.is_jumping:
            self._pay()

    def _pay(self) -> None:
        """Move as far as rows are loaded; the rest stays owed while there are more to come."""
        distance, self._owed = self._owed, 0
        if not self.rows or not distance:
            return
        match self._way:
            case _Way.SCROLL:
                before = self.top
                self.top = self._clamped_top(before + distance)
                left = distance - (self.top - before)
                self.cursor = min(max(self.cursor, self.top), self.top + self.height - 1)
                self._clamp_cursor()
            case way:
                before = self.cursor
                self.cursor += distance
                self._clamp_cursor()
                left = distance - (self.cursor - before)
                if way is _Way.PAGE:
                    self.top += distance
                elif self.cursor < self.top:
                    self.top = min(self.cursor, self.top - self.height // 2)
                elif self.cursor >= self.top + self.height:
                    self.top = max(self.cursor - self.height + 1, self.top + self.height // 2)
                self._show_cursor()
        if (left > 0 and self._list.more_below) or (left < 0 and self._list.more_above):
            self._owed = left

    # Applying results

    def _jumped(self, start: PageStart, page: RowPage[R]) -> None:
        self._list.take(page)
        match start:
            case Bottom():
                self.cursor = len(self.rows) - 1
                self.top = self.cursor
            case Around(number):
                self.cursor = self._list.index_or_last(number)
                self.top = self.cursor - self.height // 2
            case _:
                self.cursor = self.top = 0
        self._clamp_cursor()
        self._show_cursor()

    def _refreshed(self, start: PageStart, page: RowPage[R]) -> None:
        number = self.cursor_number
        if number is None:
            self._jumped(Top(), page)
            return
        moved_on = start != Around(number)
        if self._is_beside(number, page) if self._by_number else moved_on:
            self._refresh = True  # the cursor has moved on: request its new place
            return
        if not self._by_number and page.rows and not _has(page, number):
            self._list.forget(self.cursor)  # the page is not of this place: go to the neighbour
            self._put(self.cursor)
            self._refresh = True
            return
        line = self.cursor - self.top
        at_first_line = self.top == 0 and not self._list.more_above
        self._list.take(page)
        self.cursor = self._list.index_or_last(number)
        # A user at the first row stays there, as new rows appear there.
        stays = at_first_line and not self._list.more_above
        self.top = 0 if stays else self.cursor - line
        self._show_cursor()

    @staticmethod
    def _is_beside(number: int, page: RowPage[R]) -> bool:
        """Whether the page may lack rows around a number."""
        if not page.rows:
            return False
        return (number > page.rows[0].number and page.more_above) or (
            number < page.rows[-1].number and page.more_below
        )

    def _trim(self) -> None:
        """Drop distant rows, but none that would have to be requested again at once."""
        surplus = min(len(self.rows) - self.size, self.top - self._margin)
        if surplus > 0:
            self._list.forget_above(surplus)
            self._shift(-surplus)
        self._list.forget_below(max(self.size, self.top + self.height + self._margin))

    def _shift(self, lines: int) -> None:
        """Adjust the indexes for rows added or removed above."""
        self.cursor += lines
        self.top += lines

    # Helpers

    def _put(self, index: int) -> None:
        self.cursor = index
        self._clamp_cursor()
        self._show_cursor()

    def _clamp_cursor(self) -> None:
        self.cursor = max(0, min(self.cursor, len(self.rows) - 1))

    def _clamped_top(self, top: int) -> int:
        return max(0, min(top, len(self.rows) - self.height))

    def _show_cursor(self) -> None:
        """Keep the cursor visible, without empty lines below while there are rows above."""
        lowest, highest = self.cursor - self.height + 1, self.cursor
        self.top = self._clamped_top(max(lowest, min(self.top, highest)))


def _has(page: RowPage[R], number: int) -> bool:
    return any(row.number == number for row in page.rows)
