"""Tables for people: Rich on a terminal, plain columns in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from olvery_tui.i18n import _

_RICH_ROWS = 1_000
"""A table is laid out whole; a longer list is printed in tables of so many rows."""


def print_rows(headings: Sequence[str], rows: Iterable[Sequence[str]], file: TextIO) -> None:
    """A table on a terminal; in a pipe a line a row with tabs between, the headings first."""
    remaining = iter(rows)
    if not file.isatty():
        for row in chain((headings,), remaining):
            file.write("\t".join(row) + "\n")
        return
    console = Console(file=file, highlight=False)
    first = True
    while chunk := list(islice(remaining, _RICH_ROWS)):
        console.print(_table(headings, chunk, show_header=first))
        first = False
    if first:
        print(_("Nothing found."), file=sys.stderr)


def _table(headings: Sequence[str], rows: list[Sequence[str]], *, show_header: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_header=show_header, pad_edge=False)
    for index, heading in enumerate(headings):
        table.add_column(Text(heading), justify="right" if index == 0 else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


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
