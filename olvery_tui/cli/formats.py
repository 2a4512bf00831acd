"""What commands are asked: output formats, and the filter as it was typed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from olvery_tui.domain.events import EventKind
from olvery_tui.domain.statuses import TicketStatus


class Format(StrEnum):
    """For lists."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class DetailsFormat(StrEnum):
    """For one ticket or order."""

    TABLE = "table"
    JSON = "json"


class EventFormat(StrEnum):
    """For the audit trail and other lists that are no spreadsheet."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


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

    def conditions(self) -> list[str]:
        """The names of the conditions that are set."""
        return [each.name for each in fields(self) if getattr(self, each.name)]


@dataclass(frozen=True, slots=True)
class AskedEvents:
    """Which events are asked for, in the words of the one who asks."""

    from_day: str = ""
    to_day: str = ""
    manager: str = ""
    ticket: int | None = None
    order: int | None = None
    kinds: frozenset[EventKind] = frozenset()

    def conditions(self) -> list[str]:
        """The names of the conditions that are set."""
        return [each.name for each in fields(self) if getattr(self, each.name)]
