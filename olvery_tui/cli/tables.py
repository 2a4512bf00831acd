"""Tables for people: Rich on a terminal, plain columns in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from olvery_tui.i18n import _

_RICH_ROWS = 1_000
"""A table is laid out whole; a longer list is printed in tables of so many rows."""

_NARROW = 100
"""Cells. Below it a list says what it can in fewer letters."""

_GAP, _NARROW_GAP = 2, 1
"""Blanks between two columns; the second where the columns would not fit otherwise."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table for people.

    Without `least` it is as wide as its widest cell, whatever the terminal: numbers, days, prices,
    statuses. With it, it may be narrowed to so many cells, and what does not fit goes on in the
    next line, in at most `lines` of them where that is given.
    """

    heading: str
    least: int | None = None
    lines: int | None = None


def is_narrow(file: TextIO) -> bool:
    """Whether it is a terminal on which the longer way of saying something has no room."""
    return file.isatty() and Console(file=file).width < _NARROW


def print_rows(columns: Sequence[Column], rows: Iterable[Sequence[str]], file: TextIO) -> None:
    """A table on a terminal; in a pipe a line a row with tabs between, the headings first.

    A cell may have several lines, which stand behind each other in a pipe.
    """
    remaining = iter(rows)
    if not file.isatty():
        headings = [column.heading for column in columns]
        for row in chain((headings,), remaining):
            file.write("\t".join(cell.replace("\n", " · ") for cell in row) + "\n")
        return
    console = Console(file=file, highlight=False)
    room = console.width
    first = True
    while chunk := list(islice(remaining, _RICH_ROWS)):
        layout = _layout(columns, chunk, room)
        # What is too wide for the terminal runs on in its next line: nothing of it is dropped.
        console.width = max(room, layout.width)
        console.print(_table(columns, chunk, layout, console, show_header=first))
        first = False
    if first:
        print(_("Nothing found."), file=sys.stderr)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How wide each column is, and the gap between two."""

    widths: list[int]
    gap: int

    @property
    def width(self) -> int:
        return sum(self.widths) + self.gap * (len(self.widths) - 1)


def _layout(columns: Sequence[Column], rows: list[Sequence[str]], room: int) -> _Layout:
    """What may be narrowed shares what the other columns leave."""
    natural = [
        max(_width(column.heading), *(_width(row[index]) for row in rows))
        for index, column in enumerate(columns)
    ]
    widths = [
        wide if column.least is None else min(wide, max(column.least, _width(column.heading)))
        for column, wide in zip(columns, natural, strict=True)
    ]
    layout = _Layout(widths, _GAP)
    if layout.width > room:
        layout = _Layout(widths, _NARROW_GAP)
    spare = max(0, room - layout.width)
    # Who wants the fewest is served first, and leaves the rest of its share to the others.
    wanting = sorted(range(len(columns)), key=lambda index: natural[index] - widths[index])
    for served, index in enumerate(wanting):
        more = min(natural[index] - widths[index], spare // (len(wanting) - served))
        widths[index] += more
        spare -= more
    return layout


def _width(cell: str) -> int:
    return max(map(cell_len, cell.split("\n")))


def _table(
    columns: Sequence[Column],
    rows: list[Sequence[str]],
    layout: _Layout,
    console: Console,
    *,
    show_header: bool,
) -> Table:
    # The box draws one of the blanks between two columns.
    table = Table(
        box=box.SIMPLE_HEAD,
        show_header=show_header,
        show_edge=False,
        pad_edge=False,
        padding=(0, layout.gap - 1, 0, 0),
    )
    for index, (column, width) in enumerate(zip(columns, layout.widths, strict=True)):
        table.add_column(
            Text(column.heading),
            justify="right" if index == 0 else "left",
            width=width,
            no_wrap=column.least is None,
            overflow="fold",
        )
    for row in rows:
        cells = zip(columns, row, layout.widths, strict=True)
        table.add_row(*(_cell(column, cell, width, console) for column, cell, width in cells))
    return table


def _cell(column: Column, cell: str, width: int, console: Console) -> Text:
    text = Text(cell)
    if column.lines is None or _width(cell) <= width:
        return text
    lines = text.wrap(console, width, overflow="fold")
    if len(lines) <= column.lines:
        return text
    kept = lines[: column.lines]
    last = kept[-1]
    last.rstrip()
    last.append("…")
    last.truncate(width, overflow="ellipsis")
    return Text("\n").join(kept)


def print_facts(facts: Iterable[tuple[str, str]], file: TextIO) -> None:
    """Names and values under each other; names are bold on a terminal."""
    if not file.isatty():
        for name, value in facts:
            file.write(f"{name}\t{value}\n")
        return
    table = Table.grid(padding=(0, 2))
    for name, value in facts:
        table.add_row(Text(name, style="bold"), Text(value))
    Console(file=file, highlight=False).print(table)
