"""The list as an Excel file. Every text is a text for ever, also where it begins like a formula."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import tzinfo
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile

from olvery_tui.cli.flat import COLUMNS, flat
from olvery_tui.cli.opening import private
from olvery_tui.domain.cards import TicketCard
from olvery_tui.i18n import _
from olvery_tui.wording.listing import number_text

LINES_MAX = 1_048_575
"""So many lines a sheet of Excel can hold below its headings."""

_CELL_MAX = 32_767


def check_possible(output: Path | None) -> str | None:
    """Why no spreadsheet can be written; None where one can."""
    if find_spec("openpyxl") is None:
        return _("Spreadsheets need an extra: pip install 'olvery-tui[xlsx]'. CSV works without.")
    if output is None and sys.stdout.isatty():
        return _("A spreadsheet can't be shown here. Name a file: --output tickets.xlsx")
    return None


def write_spreadsheet(cards: Iterator[TicketCard], zone: tzinfo, output: Path | None) -> None:
    """Write into a file, or to the output where none is named. What doesn't fit is told."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Tickets"))
    sheet.append(list(COLUMNS))
    for card in islice(cards, LINES_MAX):
        cells = []
        for value in flat(card, zone):
            cell = WriteOnlyCell(sheet, value[:_CELL_MAX] if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    if next(cards, None) is not None:
        text = _("A spreadsheet holds {count} lines; the rest was left out. CSV holds them all.")
        print(text.format(count=number_text(LINES_MAX)), file=sys.stderr)
    if output is not None:
        with open(output, "wb", opener=private) as file:
            book.save(file)
        return
    # The output may be a pipe, in which nothing can be looked up again.
    with TemporaryFile() as copy:
        book.save(copy)
        copy.seek(0)
        while block := copy.read(1 << 20):
            sys.stdout.buffer.write(block)
