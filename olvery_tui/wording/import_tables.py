"""Tables that are imported: what their columns mean, what is wrong with rows, and the sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from olvery_tui.domain.errors import ImportCode
from olvery_tui.domain.row_kinds import RowKind
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, _
from olvery_tui.wording.import_errors import reason
from olvery_tui.wording.listing import number_text

if TYPE_CHECKING:
    from olvery_tui.domain.import_lines import Problem

_QUOTED_MAX = 60

ROW_KINDS: Mapping[RowKind, str] = {
    RowKind.PEOPLE: N_("a person"),
    RowKind.PLACES: N_("a workplace"),
    RowKind.TARIFFS: N_("a tariff"),
    RowKind.ORDERS: N_("an order with its ticket"),
    RowKind.ORDERS_ONLY: N_("an order without its tickets"),
}
"""What a row of a table is."""

MEANINGS: Mapping[str, str] = {
    "last_name": N_("Last name"),
    "first_name": N_("First name"),
    "patronymic": N_("Patronymic"),
    "full_name": N_("Whole name"),
    "phone": N_("Phone"),
    "email": N_("Email"),
    "note": N_("Note"),
    "service": N_("Service"),
    "room": N_("Room"),
    "workplace": N_("Workplace"),
    "tariff": N_("Tariff"),
    "unit": N_("Unit"),
    "price": N_("Price"),
    "currency": N_("Currency"),
    "min_units": N_("Least units"),
    "max_units": N_("Most units"),
    "variant": N_("Variant"),
    "modifiers": N_("Modifiers"),
    "date": N_("Date"),
    "starts": N_("Date from"),
    "ends": N_("Date to"),
    "time": N_("Time"),
    "time_from": N_("Time from"),
    "time_to": N_("Time to"),
    "status": N_("Status"),
    "payment": N_("Payment"),
    "paid": N_("Paid"),
    "comment": N_("Comment"),
    "order": N_("Order number"),
    "ticket": N_("Ticket number"),
    "ticket_numbers": N_("Numbers of its tickets"),
    "created_at": N_("Created"),
    "ticket_status": N_("Ticket's status"),
    "checked": N_("Identity checked on"),
    "checked_by": N_("Identity checked by"),
    "paid_sum": N_("Paid so far"),
    "ban": N_("Do not let in: reason"),
    "cancelled_at": N_("Cancelled on"),
    "unit_price": N_("Unit price"),
}
"""What a column may mean."""


_SENTENCES: Mapping[ImportCode, str] = {
    ImportCode.NOT_WHOLE: N_("{text} is not a whole number. Write it like 26."),
    ImportCode.AMOUNT: N_("{text} is not an amount. Write it like 1800.50."),
    ImportCode.CURRENCY: N_("{text} is not a currency. Write three capital letters: RUB."),
    ImportCode.DAY: N_("{text} is not a day. Write it like 06.12.2022."),
    ImportCode.ONE_DAY: N_(
        "hours have to stay within one day. Leave the time out to rent whole days."
    ),
    ImportCode.NO_SUCH: N_("there is no “{text}”. Correct the name, or set it up first."),
    ImportCode.TARIFF_HOURS: N_("the tariff is sold by the hour. Write from when to when."),
    ImportCode.TARIFF_DAYS: N_("the tariff is sold by whole days. Leave the time out."),
}
"""What is wrong with a cell, where the sentence of a line names its fields or the way that values
are written there.
"""


class RowProblem(Protocol):
    """What is wrong with a row of a table; `column` is a heading."""

    @property
    def row(self) -> int:
        """Its number in the file."""
        ...

    @property
    def column(self) -> str:
        """The heading."""
        ...

    @property
    def problem(self) -> Problem:
        """What is wrong."""
        ...


class Counted(Protocol):
    """What an import of a table came to."""

    rows: int

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows came to each outcome."""
        ...


def meaning_text(name: str | None) -> str:
    """Return what a column means."""
    return "—" if name is None else _(MEANINGS[name])


def column_text(heading: str, name: str | None, sample: str) -> str:
    """Return a column: its heading, what it means, and its first value."""
    text = f"{shown(heading, _QUOTED_MAX) or '…'} → {meaning_text(name)}"
    return f"{text}  ·  {shown(sample, _QUOTED_MAX)}" if sample else text


def row_problem_text(found: RowProblem) -> str:
    """Return the place in a table and what is wrong: `Row 12, Телефон: …`."""
    place = _("Row {number}").format(number=found.row)
    if found.column:
        place = f"{place}, {shown(found.column, _QUOTED_MAX)}"
    return _("{place}: {reason}").format(place=place, reason=reason(found.problem, _SENTENCES))


def row_reason(found: RowProblem) -> str:
    """Return what is wrong with a row, for the row itself: `Телефон: …`."""
    if not found.column:
        return reason(found.problem, _SENTENCES)
    return _("{place}: {reason}").format(
        place=shown(found.column, _QUOTED_MAX), reason=reason(found.problem, _SENTENCES)
    )


def table_summary(report: Counted) -> str:
    """Return how many rows came to what."""
    counts = {name: number_text(count) for name, count in report.counts.items()}
    return _(
        "Rows: {rows}. Created: {created}, changed: {updated}, unchanged: {unchanged}, "
        "joined to somebody known: {joined}, refused: {refused}."
    ).format(rows=number_text(report.rows), **counts)
