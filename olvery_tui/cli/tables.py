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

from olvery_tui.cli.options import DetailsFormat
from olvery_tui.domain.text import shown
from olvery_tui.export.json_lines import json_text
from olvery_tui.i18n import _

_RICH_ROWS = 1_000
"""A table is laid out whole; a longer list is printed in tables of so many rows."""

_NARROW = 100
"""Cells. Below it a list says what it can in fewer letters."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table for people.

    Without `least` it is as wide as its widest cell, whatever the terminal: numbers, days, prices,
    statuses. With it, it may be narrowed to so many cells, and what does not fit goes on in the
    next line; beyond `letters`, where given, it is cut.
    """

    heading: str
    least: int | None = None
    letters: int | None = None

    def cell(self, text: str) -> str:
        """`text` as it is shown on a terminal."""
        return text if self.letters is None else shown(text, self.letters)


def is_narrow(file: TextIO) -> bool:
    """Whether it is a terminal on which the longer way of saying something has no room."""
    return file.isatty() and Console(file=file).width < _NARROW


def print_rows(columns: Sequence[Column], rows: Iterable[Sequence[str]], file: TextIO) -> None:
    """A table on a terminal, lines in a pipe.

    A cell may have several lines, which stand behind each other in a pipe.
    """
    if not file.isatty():
        print_lines(columns, rows, file)
        return
    remaining = iter(rows)
    console = Console(file=file, highlight=False)
    room, first = console.width, True
    while chunk := list(islice(remaining, _RICH_ROWS)):
        cells = [[column.cell(text) for column, text in zip(columns, row, strict=True)]
                 for row in chunk]  # fmt: skip
        table = _table(columns, cells, room, headed=first)
        # What is too wide for the terminal runs on in its next line: nothing of it is dropped.
        gaps = (len(columns) - 1) * (1 + table.padding[1])
        console.width = max(room, gaps + sum(one.min_width or 0 for one in table.columns))
        console.print(table)
        first = False
    if first:
        print(_("Nothing found."), file=sys.stderr)


def print_lines(columns: Sequence[Column], rows: Iterable[Sequence[str]], file: TextIO) -> None:
    """A line a row with tabs between, the headings first; written as the rows come."""
    for row in chain(([column.heading for column in columns],), rows):
        file.write("\t".join(cell.replace("\n", " · ") for cell in row) + "\n")


def _table(columns: Sequence[Column], rows: list[list[str]], room: int, *, headed: bool) -> Table:
    # The box draws one of the blanks between two columns, the padding the other.
    table = Table(
        box=box.SIMPLE_HEAD,
        show_header=headed,
        show_edge=False,
        pad_edge=False,
        padding=(0, 0 if room < _NARROW else 1, 0, 0),
    )
    for index, column in enumerate(columns):
        widest = max(_width(cell) for cell in (column.heading, *(row[index] for row in rows)))
        least = widest if column.least is None else max(column.least, _width(column.heading))
        table.add_column(
            Text(column.heading),
            justify="right" if index == 0 else "left",
            min_width=min(widest, least),
            no_wrap=column.least is None,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _width(cell: str) -> int:
    return max(map(cell_len, cell.split("\n")))


def print_details(
    details_format: DetailsFormat, json: object, facts: Iterable[tuple[str, str]]
) -> None:
    """Print one thing, for programs or for people."""
    if details_format is DetailsFormat.JSON:
        print(json_text(json, indent=1))
    else:
        print_facts(facts, sys.stdout)


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
