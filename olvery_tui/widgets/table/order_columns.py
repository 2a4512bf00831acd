"""The columns of the order list: their widths and texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import NamedTuple

from rich.cells import cell_len

from olvery_tui.domain.orders import OrderRow
from olvery_tui.domain.statuses import OPEN_ORDERS, OrderStatus, TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _, pgettext
from olvery_tui.widgets.table.row_painting import Cells, Column, Columns, Line, cut
from olvery_tui.wording.labels import OVERDUE_SYMBOL, order_look, order_status_text, overdue
from olvery_tui.wording.money import amount_text, money_text
from olvery_tui.wording.people import named
from olvery_tui.wording.periods import brief_day_text, day_text

_NUMBER_LEAST = 5
_NAME_GOOD = 20
"""Letters of a name or a service beyond which the room is better used elsewhere."""
_CUSTOMER_MOST = 40
_SERVICE_MOST = 40
_NAME_LEAST = 4
_NOTHING = "—"
_BRIEF_BELOW = 60
"""Cells of a table below which only the customer and the status are told."""


class Widest(NamedTuple):
    """The widest number and price seen in the list, which never shrink.

    `mixed` is whether more than one currency was seen, so that each price has to name its own.
    """

    number: int = _NUMBER_LEAST
    price: int = 0
    currencies: frozenset[str] = frozenset()

    @property
    def mixed(self) -> bool:
        """Whether prices name their currency."""
        return len(self.currencies) > 1

    def grown(self, rows: Sequence[OrderRow]) -> Widest:
        """Return the widths grown by `rows`, which are in descending order of numbers."""
        if not rows:
            return self
        currencies = self.currencies | {row.currency for row in rows}
        mixed = len(currencies) > 1
        return Widest(
            max(self.number, len(str(rows[0].number))),
            max(self.price, *(cell_len(_price(row, mixed)) for row in rows)),
            currencies,
        )


class _Fit(NamedTuple):
    line: Line
    long_status: bool
    overdue_words: bool
    long_day: bool
    mixed: bool


class OrderColumns(_Fit, Columns[OrderRow]):
    """The columns of the orders at one table width."""

    @classmethod
    def fitting(cls, width: int, widest: Widest) -> OrderColumns:
        """Return the columns for a table of `width` cells.

        The narrowest form has short statuses, a bare `!` for overdue orders and dates without their
        century. Spare room goes first to twenty letters each of customer and service, then to full
        dates, full headings and wider gaps, words for overdue orders, the manual's full statuses,
        and longer names.
        """
        if width < _BRIEF_BELOW:
            return cls._brief(width, widest)
        number = max(widest.number, cell_len(_("Number")))
        price = max(widest.price, cell_len(_("Price")))
        tickets = cell_len(pgettext("narrow column", "Tkts"))
        paid = max(
            *(cell_len(pgettext("column", text)) for text in ("Paid", "owed")), len("06.12.22")
        )
        status = _status_width(long=False, words=False)
        spare = width - 1 - number - status - tickets - price - paid - 6 - 2 * _NAME_GOOD
        names = 2 * _NAME_GOOD + min(0, spare)
        customer = max(_NAME_LEAST, (names + 1) // 2 + (1 if spare < -2 else 0))
        service = max(_NAME_LEAST, names - customer)
        spare = max(0, spare)

        day = len("06.12.2022") - paid
        if long_day := spare >= day:
            paid, spare = paid + day, spare - day
        whole = cell_len(pgettext("column", "Tickets"))
        if spare >= whole - tickets:
            spare -= whole - tickets
            tickets = whole
        gap = 1
        if spare >= 6:
            gap, spare = 2, spare - 6
        wider = _status_width(long=False, words=True) - status
        if overdue_words := spare >= wider:
            status, spare = status + wider, spare - wider
        wider = _status_width(long=True, words=True) - status
        if long_status := overdue_words and spare >= wider:
            status, spare = status + max(0, wider), spare - max(0, wider)
        more = min(spare, _CUSTOMER_MOST - _NAME_GOOD)
        customer += more
        service += min(spare - more, _SERVICE_MOST - _NAME_GOOD)
        return cls(
            Line(
                width,
                gap,
                (Column(number, right=True), Column(customer), Column(service)),
                status,
                (Column(tickets, right=True), Column(price, right=True), Column(paid)),
            ),
            long_status,
            overdue_words,
            long_day,
            widest.mixed,
        )

    @classmethod
    def _brief(cls, width: int, widest: Widest) -> OrderColumns:
        """Return the columns beside an open drawer: number, customer and status."""
        status = _status_width(long=False, words=False)
        customer = max(_NAME_LEAST, width - widest.number - status - 7)
        before = (Column(widest.number, right=True), Column(customer), Column(0))
        line = Line(width, 1, before, status, (Column(0), Column(0), Column(0)))
        return cls(line, False, False, False, widest.mixed)

    def titles(self) -> Cells:
        tickets = pgettext("column", "Tickets")
        if cell_len(tickets) > self.line.after[0].width:
            tickets = pgettext("narrow column", "Tkts")
        return Cells(
            (_("Number"), _("Customer"), _("Service")),
            _("Status"),
            "",
            (tickets, _("Price"), pgettext("column", "Paid")),
        )

    def cells(self, row: OrderRow, zone: tzinfo) -> Cells:
        _number, customer, service = self.line.before
        mark = ""
        status = order_status_text(row.status, short=not self.long_status)
        if row.overdue:
            told = f"{OVERDUE_SYMBOL} {overdue()}"
            fits = cell_len(f"{status} {told}") <= self.line.status
            mark = told if self.overdue_words and fits else OVERDUE_SYMBOL
        paid = _owed(row, self.mixed, self.line.after[2].width) if row.owed else _NOTHING
        if row.paid_at is not None:
            day = row.paid_at.astimezone(zone).date()
            paid = day_text(day) if self.long_day else brief_day_text(day)
        return Cells(
            (
                str(row.number),
                cut(named(row.customer), customer.width),
                cut(shown(row.service), service.width),
            ),
            status,
            mark,
            (str(row.tickets), _price(row, self.mixed), paid),
        )

    def look(self, row: OrderRow) -> TicketStatus:
        return order_look(row.status)


def _status_width(*, long: bool, words: bool) -> int:
    """Return the cells for any status, with the mark of an order that can be overdue.

    With `words`, also for the overdue text beside Подтвержден.
    """
    marks = dict.fromkeys(OPEN_ORDERS, f" {OVERDUE_SYMBOL}")
    if words:
        marks[OrderStatus.CONFIRMED] += f" {overdue()}"
    return max(
        cell_len(order_status_text(status, short=not long) + marks.get(status, ""))
        for status in OrderStatus
    )


def _price(row: OrderRow, with_currency: bool) -> str:
    return money_text(row.price, row.currency) if with_currency else amount_text(row.price)


def _owed(row: OrderRow, with_currency: bool, width: int) -> str:
    """Return how much is owed in the longest way that fits, or only that something is."""
    owed = money_text(row.owed, row.currency) if with_currency else amount_text(row.owed)
    ways = (pgettext("column", "owes {money}").format(money=owed), f"\N{MINUS SIGN}{owed}")
    return next((way for way in ways if cell_len(way) <= width), pgettext("column", "owed"))
