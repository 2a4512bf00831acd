"""What a person's page shows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from olvery_tui.domain.orders import OrderRow
from olvery_tui.domain.pages import Count, TicketRow
from olvery_tui.domain.people import PersonDetails


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person and what they have here: the newest tickets and orders, and how many in all.

    `owed` is what their orders leave to be paid, by currency. `alike` are others of the same phone,
    email or name; `namesakes` are called the same but for a patronymic that is not known of one.
    """

    person: PersonDetails
    tickets: tuple[TicketRow, ...]
    ticket_count: Count
    orders: tuple[OrderRow, ...]
    order_count: Count
    owed: tuple[tuple[str, Decimal], ...] = ()
    alike: tuple[PersonDetails, ...] = ()
    namesakes: tuple[PersonDetails, ...] = ()
