"""The formats that a list can be written in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Any

from olvery_tui.i18n import _


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
        from olvery_tui.cli.spreadsheet import check_possible

        return check_possible(Path("x")) or ""
    return ""


def write_file(of: str, rows: Iterator[Any], zone: tzinfo, wanted: FileFormat, file: Path) -> int:
    """Write `tickets` or `orders` into a file; gives how many there were."""
    from olvery_tui.cli.formats import Format
    from olvery_tui.cli.listing import _write

    count = 0

    def counted() -> Iterator[Any]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    _write(counted(), zone, Format(wanted.value), file)
    return count
