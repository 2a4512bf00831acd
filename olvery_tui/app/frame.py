"""What the terminal shows, so that only what changed is sent to it.

Textual sends every region that a widget asks to paint, whole: a window that closes costs the whole
screen, some 30 KB, though half of it looks as before. Here what is to be painted is compared with
what is there, cell by cell; and colours are sent only where they change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple, cast

from rich.cells import cell_len, get_character_cell_size, split_graphemes
from rich.color import Color, ColorSystem
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

_SHORT_GAP = 4
"""Cells between two changes that are sent again: to step over them is as many bytes."""

_ATTRIBUTES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "21", "51", "52", "53")
"""What a terminal is told for each bit of a style's attributes, from bold to overlined."""

_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "51", "52", "53"})


class Look(NamedTuple):
    """How a cell looks, in the numbers that a terminal is told."""

    attributes: tuple[str, ...]
    foreground: str
    background: str

    @property
    def shows_on_blanks(self) -> bool:
        """Whether more than the background is seen where there is no letter."""
        return not _SEEN_ON_BLANKS.isdisjoint(self.attributes)


class Cell(NamedTuple):
    """What stands in a cell; the second half of a wide letter is an empty text."""

    text: str
    look: Look


_text_of = itemgetter(0)
"""Of a cell, without a call of Python: each cell of a painted row is asked."""

_UNKNOWN: Final = Cell("\0", Look((), "", ""))


def look_of(style: Style | None, system: ColorSystem) -> Look:
    """The look that a style has with as many colours as the terminal has."""
    if style is None:
        return Look((), "39", "49")
    # Not by the style itself: what a click on it does makes each of them another one.
    return _look(style._attributes & style._set_attributes, style.color, style.bgcolor, system)


@lru_cache(maxsize=4096)
def _look(bits: int, color: Color | None, background: Color | None, system: ColorSystem) -> Look:
    return Look(
        tuple(code for at, code in enumerate(_ATTRIBUTES) if bits & (1 << at)),
        _color(color, system, foreground=True),
        _color(background, system, foreground=False),
    )


def _color(color: Color | None, system: ColorSystem, *, foreground: bool) -> str:
    if color is None:
        return "39" if foreground else "49"
    return ";".join(color.downgrade(system).get_ansi_codes(foreground))


@lru_cache(maxsize=4096)
def _blank(look: Look) -> Cell:
    """A space: of its look only the background is seen."""
    return Cell(" ", look if look.shows_on_blanks else Look((), "39", look.background))


def cells_of(segments: Iterable[Segment], system: ColorSystem) -> list[Cell]:
    """The cells that segments fill."""
    cells: list[Cell] = []
    for text, style, control in segments:
        if control:
            continue
        cells += _cells(text, look_of(style, system))
    return cells


@lru_cache(maxsize=4096)
def _cells(text: str, look: Look) -> tuple[Cell, ...]:
    if all(get_character_cell_size(char) == 1 for char in text):  # each a letter of its own
        return tuple(_blank(look) if char == " " else Cell(char, look) for char in text)
    return tuple(Cell(part, look) for part in _letters(text))


def _letters(text: str) -> tuple[str, ...]:
    """What stands in each cell: a letter with all that is combined with it, or nothing, in the
    second half of a wide one. What is combined with nothing is left out.
    """
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells += [text[start:end], *[""] * (width - 1)]
    return tuple(cells)


class Frame:
    """The terminal's screen, as far as it is known. Only for the thread that paints."""

    def __init__(self) -> None:
        self._rows: list[list[Cell]] = []

    def forget(self) -> None:
        """Something else may have written to the terminal: paint everything anew next time."""
        self._rows = []

    def changes(self, painted: RenderableType | None) -> RenderableType | None:
        """What is to be sent in place of what Textual has painted."""
        if isinstance(painted, LayoutUpdate | ChopsUpdate):
            return cast("RenderableType", _Changes(self, painted))
        return painted

    def take(self, painted: LayoutUpdate | ChopsUpdate, system: ColorSystem) -> str:
        """Note what was painted; returns what the terminal must be sent for it."""
        out = _Writer()
        if isinstance(painted, LayoutUpdate):
            region = painted.region
            if len(self._rows) != region.height or len(self._rows[0]) != region.width:
                self._rows = [[_UNKNOWN] * region.width for _row in range(region.height)]
            for y, strips in enumerate(painted.strips):
                new = [cell for strip in strips for cell in cells_of(strip, system)]
                self._put(out, y, 0, new)
        else:
            for y, x, strip in _pieces(painted):
                if y < len(self._rows):
                    self._put(out, y, x, cells_of(strip, system))
        return out.finished()

    def _put(self, out: _Writer, y: int, x: int, cells: list[Cell]) -> None:
        """Put cells into a row from `x` on, and send those that were others."""
        row = self._rows[y]
        cells = cells[: max(0, len(row) - x)]
        end = x + len(cells)
        old, row[x:end] = row[x:end], cells
        if old == cells:
            return
        if old and old[0] is _UNKNOWN:  # nothing is known of the screen
            out.write(x, y, cells)
            return
        if _is_one_each(old) and _is_one_each(cells):
            for start, stop in _runs(old, cells):
                out.write(x + start, y, cells[start:stop])
        else:
            # Terminals differ in how wide such letters are; what one leaves behind is painted over.
            _blank_halves(row, x, end)
            out.write(0, y, row)


def _blank_halves(row: list[Cell], x: int, end: int) -> None:
    """Of a wide letter at either side of what was put into a row, half may be left."""
    while end < len(row) and not row[end].text:
        row[end] = _blank(row[end].look)
        end += 1
    if x and row[x].text and cell_len(row[x - 1].text) > 1:
        row[x - 1] = _blank(row[x - 1].look)


class _Changes(CompositorUpdate):
    """What is sent in place of an update. The frame learns of it when it is sent, not before."""

    def __init__(self, frame: Frame, painted: LayoutUpdate | ChopsUpdate) -> None:
        self._frame = frame
        self._painted = painted

    def render_segments(self, console: Console) -> str:
        return self._frame.take(self._painted, console._color_system or ColorSystem.TRUECOLOR)


def _pieces(painted: ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The parts of lines that an update holds: row, column, what stands there."""
    for y, x1, x2 in painted.spans:
        for end, (x, strip) in zip(painted.chop_ends[y], painted.chops[y].items(), strict=False):
            if strip is not None and x < x2 and end > x1:
                yield y, x, strip if end <= x2 else strip.crop(0, x2 - x)


def _is_one_each(cells: list[Cell]) -> bool:
    return set(map(len, map(_text_of, cells))) <= {1}


def _runs(old: list[Cell], new: list[Cell]) -> Iterator[tuple[int, int]]:
    """Where two rows differ, from and until; changes that are close by are one."""
    start = end = -1
    for at, (was, now) in enumerate(zip(old, new, strict=True)):
        if was == now:
            continue
        if start < 0:
            start = at
        elif at - end > _SHORT_GAP:
            yield start, end
            start = at
        end = at + 1
    if start >= 0:
        yield start, end


class _Writer:
    """Writes cells in as few bytes as it can."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._look: Look | None = None
        self._blank: Look | None = None
        """Of a space that was written last and changed nothing."""
        self._x = self._y = -1

    def write(self, x: int, y: int, cells: list[Cell]) -> None:
        """Write cells of one row, from `x` on."""
        if y == self._y and x > self._x:
            self._parts.append(f"\x1b[{x - self._x}C")
        elif (x, y) != (self._x, self._y):
            self._parts.append(f"\x1b[{y + 1};{x + 1}H")
        for text, look in cells:
            if look is not self._look and (text != " " or look is not self._blank):
                if text == " " and self._is_blank_enough(look):
                    self._blank = look
                else:
                    self._turn_to(look)
            self._parts.append(text)
        self._x, self._y = x + len(cells), y

    def _is_blank_enough(self, look: Look) -> bool:
        """Whether a space looks right as the terminal writes now."""
        return (
            self._look is not None
            and self._look.background == look.background
            and not self._look.shows_on_blanks
            and not look.shows_on_blanks
        )

    def _turn_to(self, look: Look) -> None:
        before, self._look, self._blank = self._look, look, None
        if before == look:
            return
        if before is None or before.attributes != look.attributes:
            codes = ["0", *look.attributes]
            if look.foreground != "39":
                codes.append(look.foreground)
            if look.background != "49":
                codes.append(look.background)
        else:
            codes = []
            if look.foreground != before.foreground:
                codes.append(look.foreground)
            if look.background != before.background:
                codes.append(look.background)
        self._parts.append(f"\x1b[{';'.join(codes)}m")

    def finished(self) -> str:
        """All that is to be sent; the terminal writes without colours again after it."""
        if self._look is not None:
            self._parts.append("\x1b[0m")
        return "".join(self._parts)
