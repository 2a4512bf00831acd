"""A month calendar: arrows move by day and week, PgUp and PgDn by month; or use the mouse."""

from __future__ import annotations

from calendar import Calendar, monthrange
from datetime import date, timedelta
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from olvery_tui.i18n import _
from olvery_tui.keys import bindings, cap
from olvery_tui.widgets.layer import save_form
from olvery_tui.widgets.messages import WidgetMessage
from olvery_tui.wording.months import month_name, weekday_names
from olvery_tui.wording.periods import day_text

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)

_CELL = 4
_WIDTH = 7 * _CELL
_WEEKS = 6
_TITLE, _NAMES, _GRID, _TODAY = 0, 1, 2, 2 + _WEEKS
_HEIGHT = _TODAY + 1
_SATURDAY = 5


class MonthCalendar(Widget, can_focus=True):
    """Six weeks, Monday first. The cursor is `>6<`, the chosen day `[6]`, today `6•`.

    Paints its own lines, so that a step sends only the lines that it changes.
    """

    BINDINGS: ClassVar = [
        *bindings("calendar"),
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("up", "move(-7)", show=False),
        Binding("down", "move(7)", show=False),
        Binding("space", "pick", show=False),
    ]
    COMPONENT_CLASSES: ClassVar = {
        "month-calendar--title",
        "month-calendar--weekday",
        "month-calendar--day",
        "month-calendar--weekend",
        "month-calendar--outside",
        "month-calendar--today",
        "month-calendar--chosen",
        "month-calendar--cursor",
    }

    cursor: reactive[date] = reactive(FIRST_DAY, init=False, repaint=False)
    """The day that `Enter` picks; its month is shown."""

    class Picked(WidgetMessage["MonthCalendar"]):
        """A day was chosen."""

        day: date

    class Closed(WidgetMessage["MonthCalendar"]):
        """The calendar was dismissed without a choice."""

    def __init__(self, today: date, chosen: date | None = None) -> None:
        super().__init__()
        self._today = today
        self._chosen = chosen
        self.set_reactive(MonthCalendar.cursor, _within(chosen or today))

    def show(self, today: date, chosen: date | None) -> None:
        """Restart at the chosen day, or at today."""
        self._today, self._chosen = today, chosen
        self.set_reactive(MonthCalendar.cursor, _within(chosen or today))
        self.refresh()

    # Moving

    def action_move(self, days: int) -> None:
        """Move by days; a week is seven."""
        self.cursor = _within(self.cursor + timedelta(days=days))

    def action_month(self, months: int) -> None:
        """Move by months, to the same day or the last one of a shorter month."""
        self.cursor = _within(_plus_months(self.cursor, months))

    def action_first(self) -> None:
        """Move to the first day of the month."""
        self.cursor = self.cursor.replace(day=1)

    def action_last(self) -> None:
        """Move to the last day of the month."""
        self.cursor = self.cursor.replace(day=_days_in(self.cursor.year, self.cursor.month))

    def action_today(self) -> None:
        """Move to today."""
        self.cursor = _within(self._today)

    def action_pick(self) -> None:
        """Choose the day under the cursor."""
        self.post_message(self.Picked(self, self.cursor))

    def action_pick_and_save(self) -> None:
        """Choose the day under the cursor, and save the form."""
        self.action_pick()
        save_form(self)

    def action_close(self) -> None:
        """Close without a choice."""
        self.post_message(self.Closed(self))

    def watch_cursor(self, before: date, after: date) -> None:
        if (before.year, before.month) != (after.year, after.month):
            self.refresh()
            return
        days = self._days()
        for day in (before, after):
            line = _GRID + days.index(day) // 7
            self.refresh(Region(0, line, self.size.width, 1))

    # The mouse

    def on_click(self, event: events.Click) -> None:
        event.stop()
        at = event.get_content_offset(self)
        if at is None:
            return
        if at.y == _TITLE:
            if at.x < _CELL or at.x >= _WIDTH - _CELL:
                self.action_month(-1 if at.x < _CELL else 1)
        elif _GRID <= at.y < _TODAY:
            self.cursor = _within(self._days()[(at.y - _GRID) * 7 + min(at.x // _CELL, 6)])
            self.action_pick()
        elif at.y == _TODAY:
            self.action_today()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_month(-1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_month(1)

    # Painting

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return _WIDTH

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return _HEIGHT

    def render_line(self, y: int) -> Strip:
        if y == _TITLE:
            segments = self._title()
        elif y == _NAMES:
            style = self._style("weekday")
            segments = [Segment(f" {name:>2} ", style) for name in weekday_names()]
        elif _GRID <= y < _TODAY:
            segments = [self._day(day) for day in self._days()[(y - _GRID) * 7 :][:7]]
        elif y == _TODAY:
            text = f"{cap('t')} {_('Today')} {day_text(self._today)}"
            segments = [Segment(text.center(_WIDTH), self._style("weekday"))]
        else:
            segments = []
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _title(self) -> list[Segment]:
        style = self._style("title")
        text = f"{month_name(self.cursor.month)} {self.cursor.year}"
        gap = _WIDTH - 2 * _CELL - cell_len(text)
        left = gap // 2
        middle = " " * left + text + " " * (gap - left)
        return [Segment("  ‹ ", style), Segment(middle, style), Segment(" ›  ", style)]

    def _day(self, day: date) -> Segment:
        mark = "•" if day == self._today else " "
        text = f" {day.day:>2}{mark}"
        if day == self.cursor:
            return Segment(f">{day.day:>2}<", self._style("cursor"))
        if day == self._chosen:
            return Segment(f"[{day.day:>2}]", self._style("chosen"))
        if day == self._today:
            return Segment(text, self._style("today"))
        if day.month != self.cursor.month:
            return Segment(text, self._style("outside"))
        return Segment(text, self._style("weekend" if day.weekday() >= _SATURDAY else "day"))

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"month-calendar--{part}")

    def _days(self) -> list[date]:
        """Return the 42 days shown, the first a Monday."""
        year, month = self.cursor.year, self.cursor.month
        first = next(iter(Calendar().itermonthdates(year, month)))
        return [first + timedelta(days=number) for number in range(7 * _WEEKS)]


def _days_in(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _plus_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, _days_in(year, month)))


def _within(day: date) -> date:
    return min(max(day, FIRST_DAY), LAST_DAY)
