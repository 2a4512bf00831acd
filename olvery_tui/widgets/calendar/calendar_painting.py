"""Paint the calendar's lines: columns, occupancy, and the bars of each place.

A bar is told apart without colours: it begins with its status's symbol, goes on with the surname
and is filled up with a line, or where the terminal shows it with its background.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from olvery_tui.domain.calendar import Bar, Booking, CalendarFilter, ClosedTime, Grid, Span
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.widgets.calendar.calendar_model import RowLook
from olvery_tui.widgets.table.row_painting import MARKER, cut
from olvery_tui.wording.labels import OVERDUE_SYMBOL, status_symbol

NOW_LINE = "│"
_FILLING = "─"
_FAINT = "┄"
_HATCHING = "▒"
_BEFORE, _AFTER = "‹", "›"
_LEVELS = " ▁▂▃▄▅▆▇█"
_NAME_MAX = 60


class CalendarStyles(NamedTuple):
    """The styles of the calendar's parts."""

    plain: Style
    header: Style
    today: Style
    weekend: Style
    heading: Style
    quiet: Style
    now: Style
    faint: Style
    closed: Style
    selected: Style
    cursor: Style
    cursor_blurred: Style
    grabbed: Style
    statuses: dict[TicketStatus, Style]
    beside: dict[TicketStatus, Style]
    """How a name goes on beside its bar: in the bar's colour, on the plain background."""
    is_tinted: bool = True
    """Whether the terminal shows the backgrounds of bars: then they need no filling."""

    @classmethod
    def read(cls, part: Callable[[str], Style], plain: Style, *, is_tinted: bool) -> CalendarStyles:
        """Read the parts' styles, each by its name."""
        statuses = {status: part(f"status-{status.value}") for status in TicketStatus}
        return cls(
            plain=plain,
            header=part("header"),
            today=part("today"),
            weekend=part("weekend"),
            heading=part("heading"),
            quiet=part("quiet"),
            now=part("now"),
            faint=part("faint"),
            closed=part("closed"),
            selected=part("selected"),
            cursor=part("cursor"),
            cursor_blurred=part("cursor-blurred"),
            grabbed=part("grabbed"),
            statuses=statuses,
            beside={
                status: plain + Style(color=style.color, bold=style.bold)
                for status, style in statuses.items()
            },
            is_tinted=is_tinted,
        )

    def filling(self, style: Style) -> str:
        """Return what a bar is filled up with."""
        return " " if self.is_tinted and style.bgcolor != self.plain.bgcolor else _FILLING


class Cells:
    """A line of cells that are painted over one another."""

    def __init__(self, width: int, style: Style) -> None:
        self._texts = [" "] * width
        self._styles = [style] * width

    def write(self, left: int, text: str, style: Style, width: int) -> None:
        """Write a text into exactly `width` cells, padded or cut; what is outside is left out."""
        end = min(left + width, len(self._texts))
        letters = _letters(text)
        room = end - left
        self._texts[left:end] = [*letters[:room], *" " * (room - len(letters))]
        if room < len(letters) and letters[room] == "":
            self._texts[end - 1] = " "  # half of a wide letter
        self._styles[left:end] = [style] * (end - left)

    def tint(self, left: int, right: int, style: Style) -> None:
        """Lay a style over what stands in `[left, right)`."""
        self._styles[left:right] = [one + style for one in self._styles[left:right]]

    def is_blank(self, cell: int) -> bool:
        """Whether nothing is written in a cell."""
        return self._texts[cell] == " "

    def restyle(self, left: int, right: int, style: Style) -> None:
        """Give what stands in `[left, right)` another style."""
        self._styles[left:right] = [style] * (right - left)

    def mark(self, cell: int, text: str, style: Style) -> None:
        """Write one sign, in the style that lies there and this one."""
        self._texts[cell] = text
        self._styles[cell] += style

    def strip(self) -> Strip:
        """Return the line, with as few segments as there are styles in a row."""
        cells = zip(self._texts, self._styles, strict=True)
        segments = [
            Segment("".join(map(itemgetter(0), run)), style)
            for style, run in groupby(cells, key=itemgetter(1))
        ]
        return Strip(segments, len(self._texts))


@lru_cache(4_096)
def _letters(text: str) -> tuple[str, ...]:
    """What stands in each cell: a letter with its marks, or nothing behind a wide one."""
    letters: list[str] = []
    for char in text:
        size = cell_len(char)
        if size:
            letters += [char, *[""] * (size - 1)]
        elif letters:
            letters[-1] += char
    return tuple(letters)


def paint_row(
    look: RowLook,
    grid: Grid,
    label_width: int,
    styles: CalendarStyles,
    filters: CalendarFilter,
    now: datetime,
    *,
    has_focus: bool,
) -> Strip:
    """Return the line of a place: its name, its bars, the line of now, the cursor."""
    cells = Cells(label_width + grid.width, styles.plain)
    is_here = look.cursor is not None
    label_style = styles.plain + Style(bold=True) if is_here else styles.plain
    name = (MARKER if is_here else " ") + cut(shown(look.name, _NAME_MAX), label_width - 2)
    cells.write(0, name, label_style, label_width)
    for bar in look.bars:
        _paint_bar(cells, bar, grid, label_width, styles, filters)
    if look.note is not None:
        left, text = look.note
        cells.write(label_width + left, text, styles.quiet, cell_len(text))
    if grid.starts_at <= now < grid.ends_at:
        line = label_width + grid.cell_of(now)
        if cells.is_blank(line):
            cells.mark(line, NOW_LINE, styles.now)
    if look.selected is not None:
        cells.tint(label_width + look.selected[0], label_width + look.selected[1], styles.selected)
    if look.cursor is not None:
        style = styles.cursor if has_focus else styles.cursor_blurred
        cells.tint(label_width + look.cursor[0], label_width + look.cursor[1], style)
    if look.grabbed is not None:
        left, right, booking = look.grabbed
        text = _text(booking, right - left, grid, _FILLING)
        cells.write(label_width + left, text, styles.grabbed, right - left)
    return cells.strip()


def _paint_bar(
    cells: Cells,
    bar: Bar,
    grid: Grid,
    label_width: int,
    styles: CalendarStyles,
    filters: CalendarFilter,
) -> None:
    width, left = bar.right - bar.left, label_width + bar.left
    item = bar.items[0]
    if len(bar.items) > 1:
        cells.write(left, _many(bar, width), styles.header, width)
    elif isinstance(item, ClosedTime):
        cells.write(left, _hatched(item.reason, width), styles.closed, width)
    elif isinstance(item, Span) or not filters.stands_out(item):
        cells.write(left, _FAINT * width, styles.faint, width)
    else:
        style = styles.statuses[item.status]
        name = _name_text(item, bar.room - bar.left)
        size = cell_len(name)
        if size > width:  # it goes on beside the bar, without the bar's background
            cells.write(left, name, styles.beside[item.status], size)
            cells.restyle(left, left + width, style)
        else:
            cells.write(left, _text(item, width, grid, styles.filling(style)), style, width)


def _name_text(booking: Booking, width: int) -> str:
    """Return symbol and as many letters of the surname as fit: an ellipsis would cost one."""
    symbol = OVERDUE_SYMBOL if booking.overdue else status_symbol(booking.status)
    return _cropped(symbol, booking.surname, width)


@lru_cache(8_192)
def _cropped(symbol: str, surname: str, width: int) -> str:
    name = symbol + shown(surname, _NAME_MAX)
    return name if cell_len(name) <= width else set_cell_size(name, width).rstrip()


def _text(booking: Booking, width: int, grid: Grid, filling: str) -> str:
    """Return what stands in a bar: `‹●Иванова────›`."""
    before = _BEFORE if booking.starts_at < grid.starts_at and width > 3 else ""
    after = _AFTER if booking.ends_at > grid.ends_at and width > 4 else ""
    room = width - len(before) - len(after)
    name = _name_text(booking, room)
    return before + name + filling * (room - cell_len(name)) + after


def _hatched(reason: str, width: int) -> str:
    """Return a closing: `▒▒ ремонт ▒▒`, or only the hatching where there is no room."""
    text = shown(reason, _NAME_MAX)
    room = width - 4
    if room < 3 or not text:
        return _HATCHING * width
    text = f" {cut(text, room)} "
    before = (width - cell_len(text)) // 2
    return _HATCHING * before + text + _HATCHING * (width - before - cell_len(text))


def _many(bar: Bar, width: int) -> str:
    count = str(len(bar.items))
    return count if len(count) <= width else "+"


def paint_header(
    corner: str,
    labels: Sequence[str],
    grid: Grid,
    label_width: int,
    looks: Sequence[Style],
    plain: Style,
) -> Strip:
    """Return a line above the columns, each label in its style; one may go on over the next
    columns if those have none.
    """
    cells = Cells(label_width + grid.width, plain)
    cells.write(0, " " + cut(corner, label_width - 1), plain, label_width)
    starts = [index for index, label in enumerate(labels) if label]
    for index, following in zip(starts, [*starts[1:], len(labels)], strict=True):
        left, right = grid.edges[index], grid.edges[following]
        text = labels[index] if cell_len(labels[index]) <= right - left else ""
        cells.write(label_width + left, text, looks[index], right - left)
    return cells.strip()


def occupancy_text(share: float, width: int) -> str:
    """Return `▅ 41%`, or only the sign where there is no room; nothing where nothing is taken."""
    if share <= 0:
        return ""
    level = _LEVELS[max(1, min(8, round(share * 8)))]
    percent = max(1, min(100, round(share * 100)))
    text = f"{level} {percent}%"
    return text if len(text) < width else level


def paint_heading(text: str, width: int, style: Style) -> Strip:
    """Return the line of a room's heading."""
    cells = Cells(width, style)
    cells.write(0, " " + cut(text, width - 2), style, width)
    return cells.strip()
