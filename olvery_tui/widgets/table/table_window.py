"""Which lines of a long list are held, which are seen, and what has to be asked next.

The list itself is in the database and may have a million lines. The window holds a few hundred of
them around the cursor, asks for more before the cursor comes to its edge, and forgets those that
are far away. It knows nothing of screens, threads or time: it is moved, it says what it wants to
ask, and it is given answers. One question is open at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic

from olvery_tui.domain.pages import After, Around, Before, Bottom, Count, PageStart, Top
from olvery_tui.widgets.table.held_rows import HeldRows, Position, R, RowPage

CHUNK = 100
"""Lines that are asked for when the window grows at one end."""

OWED_MOST = 1000
"""Lines that a held key may run ahead of the answers; more would go on long after its release."""


class _Purpose(Enum):
    """What an answer is for."""

    JUMP = auto()
    """Another place of the list, or another list."""
    REFRESH = auto()
    """The same place as it is now."""
    GROW = auto()
    """More lines at one end."""


class _Way(Enum):
    """How the view goes along with a movement."""

    STEP = auto()
    """The cursor moves; the view follows by half its height where it must."""
    PAGE = auto()
    """View and cursor move together."""
    SCROLL = auto()
    """The view moves; the cursor follows where it must."""


@dataclass(frozen=True, slots=True)
class Question:
    """Lines that the window needs; the answer names the `token`."""

    token: int
    start: PageStart
    limit: int
    purpose: _Purpose


class TableWindow(Generic[R]):
    """The lines that are held, the cursor in them and the part that is seen."""

    def __init__(self) -> None:
        self._list = HeldRows[R]()
        self.cursor = 0
        """Index in `rows`; 0 where there are none."""
        self.top = 0
        """Index in `rows` of the first line that is seen."""
        self.height = 1
        self.total: Count | None = None
        self._jump: PageStart | None = None
        self._refresh = False
        self._held = False
        self._asked: Question | None = None
        self._token = 0
        self._owed = 0
        self._way = _Way.STEP

    # What is seen

    @property
    def rows(self) -> tuple[R, ...]:
        """The lines that are held."""
        return self._list.rows

    @property
    def cursor_number(self) -> int | None:
        """The number of the line under the cursor."""
        return self.rows[self.cursor].number if self.rows else None

    @property
    def seen(self) -> Sequence[R]:
        """The lines in sight, at most `height`."""
        return self.rows[self.top : self.top + self.height]

    @property
    def position(self) -> Position:
        """What part of the list is seen; None for what is not known deep in a very long one."""
        return self._list.position(self.top, self.height, self.total)

    @property
    def is_jumping(self) -> bool:
        """Whether the cursor is to go to another place that has not been answered yet."""
        return self._jump is not None or self._is_open(_Purpose.JUMP)

    @property
    def is_waiting(self) -> bool:
        """Whether the user waits for lines: nothing more can happen before the answer."""
        return not self._held and (self.is_jumping or self._owed != 0)

    # What is asked and answered

    @property
    def size(self) -> int:
        """How many lines are held, so that a growing end never makes the other one ask."""
        return 2 * self._margin + self.height + CHUNK

    @property
    def _margin(self) -> int:
        """Lines beyond those in sight that should be there before they are needed."""
        return self.height + 20

    def next_question(self) -> Question | None:
        """What is to be asked now; a jump takes the place of whatever is open."""
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
        """Take an answer; False for a late one, which changes nothing."""
        question = self._asked
        if question is None or question.token != token:
            return False
        self._asked = None
        match question.purpose, question.start:
            case _Purpose.JUMP, start:
                self._jumped(start, page)
            case _Purpose.REFRESH, _:
                self._refreshed(page)
            case _, After():
                self._list.grow_below(page)
            case _:
                self._list.grow_above(page)
                self._shift(len(page.rows))
        if not self.is_jumping:
            self._pay()
        self._trim()
        return True

    def give_up(self, token: int | None = None) -> None:
        """The open question will not be answered; it is asked again after the next `wake`.

        With a `token`, only if that is the open question. What the user waits for is forgotten.
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
        """Something happened: a question that was given up may be asked again."""
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

    # Where the user goes

    def restart(self) -> None:
        """Another list: from its first line."""
        self.total = None
        self._go(Top())

    def refresh(self) -> None:
        """The same lines as they are now, the cursor on its own."""
        self.wake()
        if not self.is_jumping:
            self._refresh = True

    def home(self) -> None:
        """To the first line."""
        if self._list.more_above or self.is_jumping:
            self._go(Top())
        else:
            self._stay_here()
            self._put(0)

    def end(self) -> None:
        """To the last line."""
        if self._list.more_below or self.is_jumping:
            self._go(Bottom())
        else:
            self._stay_here()
            self._put(len(self.rows) - 1)

    def seek(self, number: int) -> None:
        """To a number, or to the one that follows where it is not in the list."""
        index = self._list.index(number)
        if self.is_jumping or index is None or self.rows[index].number != number:
            self._go(Around(number))
        else:
            self._stay_here()
            self._put(index)

    def point(self, line: int) -> bool:
        """To a line in sight, 0 being the first; False where there is none."""
        if self.is_jumping or not 0 <= line < len(self.seen):
            return False
        self._stay_here()
        self.cursor = self.top + line
        return True

    def step(self, distance: int) -> None:
        """Down or up by lines. At the edge of the view the view jumps by half its height."""
        self._move(distance, _Way.STEP)

    def page(self, direction: int) -> None:
        """Down or up by one view; the cursor keeps its place in it."""
        self._move(direction * self.height, _Way.PAGE)

    def scroll(self, distance: int) -> None:
        """Move the view; the cursor goes along only where it would be left behind."""
        if not self.is_jumping:
            self._move(distance, _Way.SCROLL)

    def resize(self, height: int) -> None:
        """The view has another height; the cursor stays in sight."""
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
            self._owed = 0  # turned round: what was still to come is not wanted any more
        self._owed = max(-OWED_MOST, min(self._owed + distance, OWED_MOST))
        self._way = way
        if not self.is_jumping:
            self._pay()

    def _pay(self) -> None:
        """Go as far as there are lines; the rest stays owed while there are more to come."""
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

    # What an answer changes

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

    def _refreshed(self, page: RowPage[R]) -> None:
        number = self.cursor_number
        if number is None:
            self._jumped(Top(), page)
            return
        if self._is_beside(number, page):
            self._refresh = True  # the cursor has gone on meanwhile: ask where it is now
            return
        line = self.cursor - self.top
        at_first_line = self.top == 0 and not self._list.more_above
        self._list.take(page)
        self.cursor = self._list.index_or_last(number)
        # Who looks at the beginning goes on looking at it: new lines come in there.
        stays = at_first_line and not self._list.more_above
        self.top = 0 if stays else self.cursor - line
        self._show_cursor()

    @staticmethod
    def _is_beside(number: int, page: RowPage[R]) -> bool:
        """Whether the page leaves open what stands around a number."""
        if not page.rows:
            return False
        return (number > page.rows[0].number and page.more_above) or (
            number < page.rows[-1].number and page.more_below
        )

    def _trim(self) -> None:
        """Forget what is far away, but nothing that would have to be asked for at once."""
        surplus = min(len(self.rows) - self.size, self.top - self._margin)
        if surplus > 0:
            self._list.forget_above(surplus)
            self._shift(-surplus)
        self._list.forget_below(max(self.size, self.top + self.height + self._margin))

    def _shift(self, lines: int) -> None:
        """Lines were added above, or taken away there."""
        self.cursor += lines
        self.top += lines

    # Small helps

    def _put(self, index: int) -> None:
        self.cursor = index
        self._clamp_cursor()
        self._show_cursor()

    def _clamp_cursor(self) -> None:
        self.cursor = max(0, min(self.cursor, len(self.rows) - 1))

    def _clamped_top(self, top: int) -> int:
        return max(0, min(top, len(self.rows) - self.height))

    def _show_cursor(self) -> None:
        """No empty lines below while there are lines above, and the cursor in sight."""
        lowest, highest = self.cursor - self.height + 1, self.cursor
        self.top = self._clamped_top(max(lowest, min(self.top, highest)))
