"""The export formats, and how a list is written in each of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from io import TextIOWrapper
from typing import IO, NamedTuple, TextIO, TypeVar

from olvery_tui.domain.text import spreadsheet_safe
from olvery_tui.export.for_people import Value, values
from olvery_tui.export.json_lines import json_array, json_text
from olvery_tui.export.lists import Listed
from olvery_tui.i18n import _, language, pgettext

Item = TypeVar("Item")


class FileFormat(StrEnum):
    """A file format."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    JSON_LINES = "jsonl"

    @property
    def suffix(self) -> str:
        """The file name's extension."""
        return f".{self.value}"


class Audience(StrEnum):
    """Who reads a CSV file or a spreadsheet.

    `EXCEL`: a person, who opens it with a double click: headings and labels in their language,
    dates, times and sums as that language writes them. `PROGRAMS`: codes, ISO times, RFC 4180.
    """

    EXCEL = "excel"
    PROGRAMS = "programs"


class Written(NamedTuple):
    """How many items were written, and whether these are all: a spreadsheet holds only so many."""

    items: int
    is_whole: bool


def why_not(wanted: FileFormat) -> str:
    """Return why a format can't be written here; empty if it can."""
    if wanted is FileFormat.XLSX:
        from olvery_tui.export import spreadsheet

        return spreadsheet.why_not() or ""
    return ""


def write_list(
    listed: Listed[Item],
    items: Iterator[Item],
    zone: tzinfo,
    file_format: FileFormat,
    audience: Audience,
    file: IO[bytes],
) -> Written:
    """Write a list into a binary file, a seekable one for a spreadsheet.

    Raises:
        OSError: The file can't be written.
    """
    count = 0

    def counted() -> Iterator[Item]:
        nonlocal count
        for item in items:
            count += 1
            yield item

    if file_format is FileFormat.XLSX:
        is_whole = _write_xlsx(listed, counted(), zone, audience, file)
        return Written(count if is_whole else count - 1, is_whole)
    with text_into(file) as text:
        if file_format is FileFormat.CSV:
            write_rows = _csv_for_people if audience is Audience.EXCEL else _csv_for_programs
            write_rows(listed, counted(), zone, text)
        else:
            objects = (listed.object(item, zone) for item in counted())
            if file_format is FileFormat.JSON:
                text.writelines(json_array(objects))
            else:
                text.writelines(f"{json_text(one)}\n" for one in objects)
    return Written(count, True)


@contextmanager
def text_into(file: IO[bytes]) -> Iterator[TextIO]:
    """Write UTF-8 into a binary file, which stays open and has each line at once."""
    text = TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    try:
        yield text
        text.flush()
    finally:
        with suppress(OSError):  # after a failed write, don't fail again
            text.detach()


def _csv_for_programs(
    listed: Listed[Item], items: Iterator[Item], zone: tzinfo, file: TextIO
) -> None:
    """A header and the rows; no cell can become a formula."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(listed.columns)
    for item in items:
        writer.writerow(
            spreadsheet_safe(cell) if isinstance(cell, str) else cell
            for cell in listed.cells(item, zone)
        )


def _csv_for_people(
    listed: Listed[Item], items: Iterator[Item], zone: tzinfo, file: TextIO
) -> None:
    """As Excel opens it in this language: it asks the BOM for UTF-8, and wants `;` in Russia."""
    text = _russian if language() == "ru" else _english
    file.write("\ufeff")
    writer = csv.writer(file, delimiter=";" if language() == "ru" else ",", lineterminator="\r\n")
    writer.writerow(headings(listed))
    for item in items:
        writer.writerow(map(text, values(listed.for_people, item, zone)))


def headings(listed: Listed[Item]) -> list[str]:
    """The headings of the columns for people."""
    return [pgettext("spreadsheet", column.heading) for column in listed.for_people]


def _russian(value: Value) -> str:
    match value:
        case Decimal():
            return f"{value:.2f}".replace(".", ",")
        case datetime():
            return f"{value:%d.%m.%Y %H:%M}"
        case date():
            return f"{value:%d.%m.%Y}"
        case _other:
            return _english(value)


def _english(value: Value) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:.2f}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return f"{value:%Y-%m-%d}"
        case timedelta():
            hours, minutes = divmod(value // timedelta(minutes=1), 60)
            return f"{hours:02}:{minutes:02}"
        case str():
            # «+7 (965) 577-65-00» can't be computed; a bare number behind a plus would be.
            return value if value.startswith("+7 (") else spreadsheet_safe(value)
        case _number:
            return str(value)


def _write_xlsx(
    listed: Listed[Item], items: Iterator[Item], zone: tzinfo, audience: Audience, file: IO[bytes]
) -> bool:
    from olvery_tui.export.spreadsheet import Sheet, write_spreadsheet

    row: Callable[[Item], list[Value]]
    if audience is Audience.EXCEL:
        widths = [column.width for column in listed.for_people]
        sheet = Sheet(_(listed.title), headings(listed), widths)
        row = lambda item: values(listed.for_people, item, zone)  # noqa: E731
    else:
        sheet = Sheet(_(listed.title), listed.columns)
        row = lambda item: [*listed.cells(item, zone)]  # noqa: E731
    return write_spreadsheet(sheet, map(row, items), file)
