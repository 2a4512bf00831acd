"""A list as an Excel file. Texts stay texts, even if they begin like a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import islice
from typing import IO

from olvery_tui.export.columns import Cell
from olvery_tui.i18n import _

LINES_MAX = 1_048_575
"""Rows that an Excel sheet holds below its header."""

_CELL_MAX = 32_767


def why_not() -> str | None:
    """Return why no spreadsheet can be written; None if one can."""
    if find_spec("openpyxl") is None:
        return _("Spreadsheets need an extra: pip install 'olvery-tui[xlsx]'. CSV works without.")
    return None


def write_spreadsheet(
    title: str, columns: Sequence[str], lines: Iterator[list[Cell]], file: IO[bytes]
) -> bool:
    """Write a sheet into a seekable file; return whether all lines fitted."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(list(columns))
    for line in islice(lines, LINES_MAX):
        cells = []
        for value in line:
            cell = WriteOnlyCell(sheet, _value(value))
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    whole = next(lines, None) is None
    book.save(file)
    return whole


def _value(cell: Cell) -> str | float:
    """Return a cell's value; decimals become floats, which hold an amount to the hundredth."""
    if isinstance(cell, str):
        return cell[:_CELL_MAX]
    return cell if isinstance(cell, int) else float(cell)
