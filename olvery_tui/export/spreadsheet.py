"""A list as an Excel file. Texts stay texts, even if they begin like a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from itertools import islice
from typing import IO, Any

from olvery_tui.export.for_people import Value
from olvery_tui.i18n import _

LINES_MAX = 1_048_575
"""Rows that an Excel sheet holds below its header."""

_CELL_MAX = 32_767


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's name and header; `widths` in digits, for a sheet that people read."""

    title: str
    headings: Sequence[str]
    widths: Sequence[int] | None = None


def why_not() -> str | None:
    """Return why no spreadsheet can be written; None if one can."""
    if find_spec("openpyxl") is None:
        return _("Spreadsheets need an extra: pip install 'olvery-tui[xlsx]'. CSV works without.")
    return None


def write_spreadsheet(sheet: Sheet, rows: Iterator[list[Value]], file: IO[bytes]) -> bool:
    """Write a sheet into a seekable file; return whether all rows fitted."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.title)
    bold = Font(bold=True)
    for place, width in enumerate(sheet.widths or (), 1):
        page.column_dimensions[get_column_letter(place)].width = width
        page.freeze_panes = "A2"
    header = [_cell(page, heading) for heading in sheet.headings]
    if sheet.widths:
        for cell in header:
            cell.font = bold
    page.append(header)
    for row in islice(rows, LINES_MAX):
        page.append([_cell(page, value) for value in row])
    whole = next(rows, None) is None
    book.save(file)
    return whole


def _cell(page: Any, value: Value) -> Any:
    """A cell; decimals become floats, which hold an amount to the hundredth."""
    from openpyxl.cell import WriteOnlyCell

    cell: Any = WriteOnlyCell(page)
    match value:
        case str():
            cell.value = value[:_CELL_MAX]
            cell.data_type = "s"
        case Decimal():
            cell.value = float(value)
        case _other:
            cell.value = value
    number_format = _FORMATS.get(type(value))
    if number_format:
        cell.number_format = number_format
    return cell


_FORMATS: dict[type, str] = {
    datetime: "dd.mm.yyyy hh:mm",
    date: "dd.mm.yyyy",
    timedelta: "[hh]:mm",
    Decimal: "#,##0.00",
}
"""How cells show their values; a spreadsheet puts its own separators into them."""
