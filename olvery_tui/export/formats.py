"""The export formats of a list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import tzinfo
from enum import StrEnum
from io import TextIOWrapper
from typing import IO, Any, TextIO

from olvery_tui.export.lists import ORDERS, TICKETS, Listed
from olvery_tui.i18n import _

LISTS: dict[str, Listed[Any]] = {"tickets": TICKETS, "orders": ORDERS}
"""Exportable lists by the screens' names for them."""


class FileFormat(StrEnum):
    """A file format."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"

    @property
    def suffix(self) -> str:
        """The file name's extension."""
        return f".{self.value}"

    @property
    def note(self) -> str:
        """What the format is good for."""
        match self:
            case FileFormat.CSV:
                return _("for any spreadsheet or program")
            case FileFormat.JSON:
                return _("for programs")
            case FileFormat.XLSX:
                return _("for Excel")


def why_not(wanted: FileFormat) -> str:
    """Return why a format can't be written here; empty if it can."""
    if wanted is FileFormat.XLSX:
        from olvery_tui.export import spreadsheet

        return spreadsheet.why_not() or ""
    return ""


@contextmanager
def text_into(file: IO[bytes]) -> Iterator[TextIO]:
    """Write UTF-8 into a binary file, which stays open."""
    text = TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    try:
        yield text
        text.flush()
    finally:
        with suppress(OSError):  # after a failed write, don't fail again
            text.detach()


def write_file(
    of: str, rows: Iterator[Any], zone: tzinfo, wanted: FileFormat, file: IO[bytes]
) -> int:
    """Write `tickets` or `orders` into a file; return the number written.

    A spreadsheet holds `spreadsheet.LINES_MAX` lines; any beyond are left out and not counted.

    Raises:
        OSError: The file can't be written.
    """
    count = 0

    def counted() -> Iterator[Any]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    if wanted is FileFormat.XLSX:
        whole = LISTS[of].write_xlsx(counted(), zone, file)
        return count if whole else count - 1
    with text_into(file) as text:
        if wanted is FileFormat.CSV:
            LISTS[of].write_csv(counted(), zone, text)
        else:
            LISTS[of].write_json(counted(), zone, text)
    return count
