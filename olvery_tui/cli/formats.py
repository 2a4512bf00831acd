"""What commands are asked: output formats, and the filter as it was typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from olvery_tui.domain.statuses import TicketStatus


class Format(StrEnum):
    """For lists."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class CardFormat(StrEnum):
    """For one ticket or order."""

    TABLE = "table"
    JSON = "json"


class PlainFormat(StrEnum):
    """For a plain answer."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter of a list, in the words of the one who asks."""

    number: str = ""
    from_day: str = ""
    to_day: str = ""
    visitor: str = ""
    statuses: frozenset[TicketStatus] = frozenset()
