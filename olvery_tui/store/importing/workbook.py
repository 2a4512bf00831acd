"""Workbooks as they are read row by row. Imported where one is read only: openpyxl is large.

openpyxl knows what a workbook consists of and what a cell holds. Its own rows are not used: they
take five times as long, for they make an object of each cell, and go through a sheet once more for
its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import IO, Any, cast
from xml.etree.ElementTree import Element, iterparse

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet._reader import DATA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

_SPACE = f"{{{SHEET_MAIN_NS}}}"
_BLOCK = 1_000


class Book(ExcelReader):
    """The first visible sheet of a workbook, with values instead of formulas."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, read_only=True, data_only=True)
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)
        sheets = [
            (sheet.state, part.target)
            for sheet, part in self.parser.find_sheets()
            if part.target in self.valid_files and "chartsheet" not in part.Type
        ]
        visible = (part for state, part in sheets if state == "visible")
        self._sheet: str = next(visible, sheets[0][1])

    def read_strings(self) -> None:
        """Open the texts, which are read as far as cells refer to them."""
        part = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if part is not None:
            self.shared_strings = cast(Any, _Texts(self.archive.open(part.PartName[1:])))

    def sheet(self) -> IO[bytes]:
        """The sheet's XML."""
        return self.archive.open(self._sheet)

    def rows(self) -> Iterator[list[Any]]:
        """The values of every row, each row as wide as it is."""
        book: Any = self.wb
        with self.sheet() as source:
            yield from _Sheet(
                source,
                self.shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            ).rows()


class _Sheet(WorkSheetParser):
    """Reads a sheet; texts, the most frequent cells, by itself."""

    def rows(self) -> Iterator[list[Any]]:
        following, behind = 1, False
        for _event, node in iterparse(self.source):
            if node.tag == ROW_TAG:
                number = node.get("r")
                self.row_counter = self.row_counter + 1 if number is None else int(float(number))
                for _missing in range(following, self.row_counter):
                    yield []
                if following <= self.row_counter:
                    following = self.row_counter + 1
                    yield self._values(node)
                node.clear()
            elif behind or node.tag == DATA_TAG:
                behind = True
                node.clear()

    def _values(self, row: Element) -> list[Any]:
        values: list[Any] = []
        self.col_counter = 0
        texts = self.shared_strings
        for cell in row:
            place = cell.get("r")
            if place and cell.get("t") == "s" and (text := cell.findtext(VALUE_TAG)):
                value = texts[int(text)]
                self.col_counter = _column(place.rstrip("0123456789"))
            else:
                value = self.parse_cell(cell)["value"]
            if (missing := self.col_counter - len(values)) == 1:
                values.append(value)
                continue
            if missing > 0:
                values += [None] * missing
            values[self.col_counter - 1] = value
        return values


_column = lru_cache(column_index_from_string)


class _Texts:
    """The texts that cells refer to by their place, without their markup."""

    def __init__(self, file: IO[bytes]) -> None:
        self._known: list[str] = []
        self._rest = _texts(file)

    def __getitem__(self, index: int) -> str:
        known = self._known
        while index >= len(known):
            block = list(islice(self._rest, _BLOCK))
            if not block:
                raise IndexError(index)
            known += block
        return known[index]


def _texts(file: IO[bytes]) -> Iterator[str]:
    """Each text of a workbook, the readings of Asian signs left out."""
    root: Any = None
    for event, node in iterparse(file, events=("start", "end")):
        if root is None:
            root = node
        elif event == "end" and node.tag == f"{_SPACE}si":
            parts = (*node.findall(f"{_SPACE}t"), *node.findall(f"{_SPACE}r/{_SPACE}t"))
            yield "".join(part.text or "" for part in parts).replace("x005F_", "")
            root.clear()
