"""Words that several commands take, and the output formats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from olvery_tui.domain.orders import NUMBER_MAX
from olvery_tui.i18n import N_


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


_FORMAT = N_("FORMAT")
ListFormat = Annotated[
    Format, Option("--format", metavar=_FORMAT, help=N_("table, json, csv or xlsx."))
]
FactsFormat = Annotated[
    DetailsFormat, Option("--format", metavar=_FORMAT, help=N_("table or json."))
]
EventsFormat = Annotated[
    EventFormat, Option("--format", metavar=_FORMAT, help=N_("table, json or csv."))
]
AnswerFormat = Annotated[PlainFormat, Option("--format", metavar=_FORMAT, help=N_("text or json."))]

_NUMBER, _DAY = N_("NUMBER"), N_("DAY")
Numbers = Annotated[
    str, Option("--number", metavar=N_("TEXT"), help=N_("Numbers: 31, 30-40 or 31,35."))
]
FromDay = Annotated[
    str,
    Option(
        "--from", metavar=_DAY, help=N_("Rented on this day or later: 2022-12-06 or 06.12.2022.")
    ),
]
ToDay = Annotated[str, Option("--to", metavar=_DAY, help=N_("Rented on this day or earlier."))]
TicketNumber = Annotated[
    int, Argument(min=1, max=NUMBER_MAX, metavar=_NUMBER, help=N_("The ticket's number."))
]
OrderNumber = Annotated[
    int, Argument(min=1, max=NUMBER_MAX, metavar=_NUMBER, help=N_("The order's number."))
]
Output = Annotated[
    Path | None,
    Option("--output", metavar=N_("FILE"), help=N_("Write into a file, not to the output.")),
]
Replace = Annotated[
    bool, Option("--replace", help=N_("The file may take the place of another one."))
]
Login = Annotated[str, Argument(metavar=N_("LOGIN"), help=N_("What the manager signs in as."))]
