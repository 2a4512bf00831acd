"""The next numbers of orders and tickets: in sequence, without a gap for another terminal."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session

from olvery_tui.store import locks
from olvery_tui.store.models import Order, Ticket

_ORDERS = Order.metadata.tables["orders"]
_TICKETS = Ticket.metadata.tables["ticket"]

_HIGHEST = select(
    select(func.max(_ORDERS.c.number)).scalar_subquery().label("order"),
    select(func.max(_TICKETS.c.number)).scalar_subquery().label("ticket"),
)


class Following(NamedTuple):
    """The numbers that come next."""

    order: int
    ticket: int


def following(session: Session) -> Following:
    """The numbers behind the highest ones; nobody else takes them until the transaction ends.

    Raises:
        StoreUnavailable: `locked`; somebody else has been taking numbers for too long.
    """
    locks.take_turn(session, locks.Turn.NUMBERS)
    order, ticket = session.connection().execute(_HIGHEST).one()
    return Following((order or 0) + 1, (ticket or 0) + 1)
