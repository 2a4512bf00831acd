"""Words that several commands take, and the output formats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.export.formats import Audience
from olvery_tui.i18n import N_


class Format(StrEnum):
    """For lists."""

    TABLE = "table"
    JSON = "json"
    JSON_LINES = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"


class DetailsFormat(StrEnum):
    """For one ticket or order."""

    TABLE = "table"
    JSON = "json"


class Answer(StrEnum):
    """For a condition that holds or does not."""

    YES = "yes"
    NO = "no"


class TicketPreset(StrEnum):
    """The presets of tickets."""

    TODAY = "today"
    EXPECTED = "expected"
    INSIDE = "inside"
    OVERDUE = "overdue"
    RENEWAL = "renewal"


class OrderPreset(StrEnum):
    """The presets of orders."""

    UNPAID = "unpaid"


class PlainListFormat(StrEnum):
    """For lists that are no spreadsheet."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class PlainFormat(StrEnum):
    """For a plain answer."""

    TEXT = "text"
    JSON = "json"


def option(name: str, metavar: str, text: str, **bounds: Any) -> Any:
    """An option with a value; what stands for the value and the text are marked for translation."""
    return Option(name, metavar=metavar, help=text, **bounds)


_FORMAT = N_("FORMAT")
ListFormat = Annotated[
    Format, option("--format", _FORMAT, N_("table, json, jsonl (a line each), csv or xlsx."))
]
FactsFormat = Annotated[DetailsFormat, option("--format", _FORMAT, N_("table or json."))]
RowsFormat = Annotated[PlainListFormat, option("--format", _FORMAT, N_("table, json or csv."))]
AnswerFormat = Annotated[PlainFormat, option("--format", _FORMAT, N_("text or json."))]

_NUMBER, _DAY = N_("NUMBER"), N_("DAY")
Numbers = Annotated[str, option("--number", N_("TEXT"), N_("Numbers: 31, 30-40 or 31,35."))]
FromDay = Annotated[
    str, option("--from", _DAY, N_("Rented on this day or later: 2022-12-06 or 06.12.2022."))
]
ToDay = Annotated[str, option("--to", _DAY, N_("Rented on this day or earlier."))]
FirstDay = Annotated[str, option("--from", _DAY, N_("From this day on; today unless told."))]
LastDay = Annotated[
    str, option("--to", _DAY, N_("To this day, included; the first one unless told."))
]
Period = Annotated[
    str,
    option(
        "--period",
        N_("DAYS"),
        N_("Instead of --from and --to: a day, today, tomorrow, yesterday, this week, next week."),
    ),
]
TicketNumber = Annotated[
    int, Argument(min=1, max=NUMBER_MAX, metavar=_NUMBER, help=N_("The ticket's number."))
]
OrderNumber = Annotated[
    int, Argument(min=1, max=NUMBER_MAX, metavar=_NUMBER, help=N_("The order's number."))
]
Limit = Annotated[
    int | None, option("--limit", _NUMBER, N_("At most so many."), min=1, max=NUMBER_MAX)
]
For = Annotated[
    Audience | None,
    option(
        "--for",
        N_("WHOM"),
        N_(
            "Who reads the csv or xlsx: excel (headings, dates and sums in your language), or "
            "programs (codes, ISO times), as it is unless told."
        ),
    ),
]
Follow = Annotated[
    bool, Option("--follow", help=N_("Print what changes from now on, as it happens; Ctrl+C ends."))
]
Output = Annotated[
    Path | None, option("--output", N_("FILE"), N_("Write into a file, not to the output."))
]
Replace = Annotated[
    bool, Option("--replace", help=N_("The file may take the place of another one."))
]
Login = Annotated[str, Argument(metavar=N_("LOGIN"), help=N_("What the manager signs in as."))]
