"""The formats that a list can be written in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Any

from olvery_tui.export.lists import ORDERS, TICKETS, Listed
from olvery_tui.i18n import _

LISTS: dict[str, Listed[Any]] = {"tickets": TICKETS, "orders": ORDERS}
"""By the name that the screens have for them."""


class FileFormat(StrEnum):
    """What a file is written as."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"

    @property
    def suffix(self) -> str:
        """The ending of the file's name."""
        return f".{self.value}"

    @property
    def note(self) -> str:
        """What it is good for."""
        match self:
            case FileFormat.CSV:
                return _("for any spreadsheet or program")
            case FileFormat.JSON:
                return _("for programs")
            case FileFormat.XLSX:
                return _("for Excel")


def why_not(wanted: FileFormat) -> str:
    """Why a format can't be written here; empty where it can."""
    if wanted is FileFormat.XLSX:
        from olvery_tui.export import spreadsheet

        return spreadsheet.why_not() or ""
    return ""


def write_file(of: str, rows: Iterator[Any], zone: tzinfo, wanted: FileFormat, file: Path) -> int:
    """Write `tickets` or `orders` into a file; gives how many there were.

    A spreadsheet holds `spreadsheet.LINES_MAX` lines; what is beyond them is left out, uncounted.

    Raises:
        OSError: it can't be written.
    """
    count = 0

    def counted() -> Iterator[Any]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    if wanted is FileFormat.XLSX:
        with file.open("wb") as binary:
            whole = LISTS[of].write_xlsx(counted(), zone, binary)
        return count if whole else count - 1
    with file.open("w", encoding="utf-8", newline="") as text:
        if wanted is FileFormat.CSV:
            LISTS[of].write_csv(counted(), zone, text)
        else:
            LISTS[of].write_json(counted(), zone, text)
    return count
