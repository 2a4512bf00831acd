"""Tables as files: CSV of any encoding and delimiter, XLSX, and the JSON of this application."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import IO, Any, TextIO

from olvery_tui.domain.errors import FileCode, FileRefused
from olvery_tui.domain.spreadsheet import Cell
from olvery_tui.files import open_plain

_SAMPLE = 1 << 18
"""Bytes from which encoding and delimiter are found."""

_HEAD = 30
"""Rows that say which delimiter it is."""

_DELIMITERS = ";,\t|"
_ENCODINGS = ("cp1251", "koi8_r", "cp866", "mac_cyrillic")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ROW_MAX = 1 << 20

_PART_MAX, _SMALL_PART, _RATIO_MAX = 1 << 30, 1 << 26, 100
"""Bytes that a part of a workbook may have unpacked; a sheet is packed to a tenth or twentieth, so
beyond a small size what is packed a hundredfold is made to fill the memory.
"""

_MERGED = re.compile(rb'<mergeCell ref="([A-Z0-9:]+)"')
_REFERENCE_MAX = 64

_XLSX, _JSON = "xlsx", "json"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table in a file, read row by row as often as wanted; `encoding` and `delimiter` of CSV."""

    path: Path
    encoding: str = _XLSX
    delimiter: str = ""

    def rows(self) -> Generator[list[Cell], None, None]:
        """Every row, empty ones too.

        Raises:
            FileRefused: `format`; it can't be read to its end.
        """
        try:
            readers = {_XLSX: self._xlsx, _JSON: self._json}
            yield from readers.get(self.encoding, self._csv)()
        except (csv.Error, UnicodeError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise FileRefused(FileCode.FORMAT, self.path.name) from error

    def head(self) -> list[list[Cell]]:
        """The first rows."""
        with closing(self.rows()) as rows:
            return list(islice(rows, _HEAD))

    @contextmanager
    def like_it(self, file: IO[bytes]) -> Iterator[Callable[[Sequence[Cell]], object]]:
        """Write rows into another file in the same format."""
        if self.encoding == _XLSX:
            from openpyxl import Workbook

            book = Workbook(write_only=True)
            sheet = book.create_sheet()
            yield lambda row: sheet.append([_unformula(sheet, cell) for cell in row])
            book.save(file)
            return
        if self.encoding == _JSON:
            names: list[Cell] = []

            def write(row: Sequence[Cell]) -> None:
                if not names:
                    names.extend(row)
                    return
                found = {name: value for name, value in zip(names, row, strict=True) if value}
                file.write(json.dumps(found, ensure_ascii=False, default=str).encode() + b"\n")

            yield write
            return
        text = io.TextIOWrapper(file, self.encoding, errors="replace", newline="")
        yield csv.writer(text, delimiter=self.delimiter).writerow
        text.flush()
        text.detach()  # the file is its owner's to close

    def _csv(self) -> Iterator[list[Cell]]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            yield from csv.reader(_bounded(file), delimiter=self.delimiter)

    def _json(self) -> Iterator[list[Cell]]:
        """Rows of the objects, one a line; their keys are the headings."""
        names: list[str] = []
        with self.path.open(encoding="utf-8-sig") as file:
            for line in _bounded(file):
                written = line.strip().strip("[],").strip()
                if not written:
                    continue
                found = _flat(json.loads(written))
                if not names:
                    names = list(found)
                    yield list(names)
                yield [found.get(name) for name in names]

    def _xlsx(self) -> Iterator[list[Cell]]:
        from olvery_tui.store.importing.workbook import Book

        try:
            with self.path.open("rb") as file:  # whatever its name ends with
                book = Book(file)
                with book.sheet() as part:
                    merged = _merged(part)
                yield from _filled(book.rows(), merged)
        except (OSError, MemoryError):
            raise
        except Exception as error:
            raise ValueError(str(error)) from error


def _merged(part: IO[bytes]) -> Iterator[tuple[int, int, int]]:
    """The cells of a sheet that are merged with those below: first row, last row and column, in
    the order of the rows. They stand at its end, behind the values.
    """
    from openpyxl.utils import range_boundaries

    found, rest = [], b""
    while chunk := part.read(_SAMPLE):
        for match in _MERGED.finditer(rest := rest + chunk):
            column, first, _last_column, last = range_boundaries(match[1].decode())
            if first and last and column and first < last:
                found.append((first, last, column - 1))
        rest = rest[-_REFERENCE_MAX:]
    return iter(sorted(set(found)))


def _filled(
    rows: Iterator[list[Any]], merged: Iterator[tuple[int, int, int]]
) -> Iterator[list[Cell]]:
    """Rows in which a cell that is merged with those above has their value."""
    above: dict[int, tuple[int, Cell]] = {}
    following = next(merged, None)
    for number, cells in enumerate(rows, 1):
        for column, (last, value) in list(above.items()):
            if number > last:
                del above[column]
                continue
            cells.extend([None] * (column + 1 - len(cells)))
            if cells[column] is None:
                cells[column] = value
        while following is not None and following[0] <= number:
            _first, last, column = following
            if column < len(cells) and number <= last:
                above[column] = last, cells[column]
            following = next(merged, None)
        yield cells


def opened(path: Path) -> Sheet:
    """The table in a file.

    Raises:
        FileRefused: `format`; it is none. `special`; it is a pipe or a device. `extra`; it is a
            workbook, which can't be read here.
        OSError: it can't be read.
    """
    with os.fdopen(open_plain(path, os.O_RDONLY), "rb") as file:
        start = file.read(_SAMPLE)
    if start.startswith(b"PK"):
        return _workbook(path)
    encoding = _encoding(start)
    if encoding is None:
        raise FileRefused(FileCode.FORMAT, path.name)
    text = start.decode(encoding, "ignore")
    if sum(char < " " and char not in "\t\r\n" for char in text) or not text.strip():
        raise FileRefused(FileCode.FORMAT, path.name)
    if text.lstrip("\ufeff \t\r\n").startswith(("[", "{")):
        return Sheet(path, _JSON)
    try:
        return Sheet(path, encoding, _delimiter(text))
    except csv.Error:  # a cell without end
        raise FileRefused(FileCode.FORMAT, path.name) from None


def _flat(found: Any) -> dict[str, Cell]:
    """An object's values by their names, those of its objects beside them, lists as one text."""
    if not isinstance(found, dict):
        raise ValueError("no object")
    flat: dict[str, Cell] = {}
    for name, value in found.items():
        if isinstance(value, dict):
            flat |= _flat(value)
        elif isinstance(value, list):
            flat[name] = "; ".join(map(str, filter(None, map(_named, value))))
        else:
            flat[name] = value
    return flat


def _named(found: Any) -> Any:
    """A value of a list; what names it, where it is an object: its number."""
    return found.get("number") if isinstance(found, dict) else found


def _workbook(path: Path) -> Sheet:
    if find_spec("openpyxl") is None:
        raise FileRefused(FileCode.EXTRA, path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            archive.getinfo("xl/workbook.xml")
            parts = archive.infolist()
    except (zipfile.BadZipFile, KeyError, NotImplementedError):
        raise FileRefused(FileCode.FORMAT, path.name) from None
    if any(map(_is_bomb, parts)):
        raise FileRefused(FileCode.FORMAT, path.name)
    return Sheet(path)


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    size = part.file_size
    return size > _PART_MAX or size > max(_SMALL_PART, part.compress_size * _RATIO_MAX)


def _encoding(start: bytes) -> str | None:
    """The encoding of a text: what its mark says, UTF-8, or the one that makes words of it."""
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    if b"\0" in start:
        return _without_mark(start)
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3 or len(start) < _SAMPLE:
            from charset_normalizer import from_bytes

            found = from_bytes(start, cp_isolation=list(_ENCODINGS)).best()
            return found.encoding if found is not None else "cp1251"
    return "utf-8"


def _without_mark(start: bytes) -> str | None:
    """UTF-16 without its mark, if nearly all of it are Latin and Cyrillic letters and signs."""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = start[: len(start) // 2 * 2].decode(encoding, "replace")
        if sum(char < "\u0530" for char in text) > len(text) * 0.9:
            return encoding
    return None


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first rows into the most columns, most of them filled."""
    lines = text.splitlines()[: _HEAD * 2]

    def columns(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(lines, delimiter=delimiter))
        lengths = [len(row) for row in rows if any(row)]
        usual = max(lengths, key=lambda one: (lengths.count(one), one), default=0)
        return (usual if usual > 1 else 0, lengths.count(usual))

    return max(_DELIMITERS, key=columns)


def _bounded(file: TextIO) -> Iterator[str]:
    while line := file.readline(_ROW_MAX + 1):
        if len(line) > _ROW_MAX:
            raise csv.Error("a row without end")
        yield line


def _unformula(sheet: object, cell: Cell) -> object:
    """A text that stays one, even if it begins like a formula."""
    if not isinstance(cell, str):
        return cell
    from openpyxl.cell import WriteOnlyCell

    found = WriteOnlyCell(sheet, cell)  # type: ignore[arg-type]
    found.data_type = "s"
    return found
