"""Create an order: its rows, its events, and the check that its workplaces are free.

Source: ours.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from olvery_tui.domain import ordering
from olvery_tui.domain.catalogue import ServiceDetails
from olvery_tui.domain.errors import ChoiceCode, NoSuchChoice
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.orders import OrderDraft, first_status
from olvery_tui.domain.statuses import moves_at, ticket_status
from olvery_tui.domain.text import clean
from olvery_tui.domain.tickets import held_from
from olvery_tui.store.audit import events
from olvery_tui.store.audit.events import NewEvent
from olvery_tui.store.orders import numbers
from olvery_tui.store.orders.order_writes import NewOrder
from olvery_tui.store.tickets import seats

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from olvery_tui.domain.access import Actor
    from olvery_tui.store.database.engine import Session


def new_order(
    session: Session,
    draft: OrderDraft,
    customer_id: int,
    service: ServiceDetails,
    zone: ZoneInfo,
    now: datetime,
) -> NewOrder:
    """Build the order and tickets of a draft that has no problems, as of `now`."""
    status = first_status(draft.payment_kind)
    of_tickets = ticket_status(status, draft.period, now)
    following = numbers.following(session)
    tariff = ordering.chosen_tariff(draft, service)
    return NewOrder(
        number=following.order,
        first_ticket=following.ticket,
        service_id=service.id,
        customer_id=customer_id,
        visitor_id=customer_id if draft.visitor is None else draft.visitor,
        status=status,
        payment_kind=draft.payment_kind,
        price=ordering.price(draft, service, zone),
        currency=tariff.currency,
        comment=clean(draft.comment),
        created_at=now,
        period=draft.period,
        tariff_id=tariff.id,
        unit_price=tariff.price,
        variant_id=draft.variant_id,
        modifier_ids=tuple(dict.fromkeys(draft.modifier_ids)),
        workplace_ids=draft.workplace_ids,
        held_from=held_from(draft.period, now),
        ticket_status=of_tickets,
        moves_at=moves_at(status, draft.period, of_tickets),
    )


def creation(new: NewOrder, actor: Actor) -> list[NewEvent]:
    """Return the events of a new order and of each of its tickets."""
    now = new.created_at
    made = events.created(
        now,
        now,
        new.period,
        status=new.status.value,
        customer=new.customer_id,
        service=new.service_id,
        price=f"{new.price:.2f}",
        currency=new.currency,
        payment=new.payment_kind,
        tickets=[ticket for ticket, _workplace in new.tickets],
    )
    variant = {} if new.variant_id is None else {"variant": new.variant_id}
    return [
        NewEvent(now, EventKind.ORDER_CREATED, actor, order=new.number, data=made),
        *(
            NewEvent(
                now,
                EventKind.TICKET_CREATED,
                actor,
                ticket,
                data=events.created(
                    now,
                    now,
                    new.period,
                    order=new.number,
                    visitor=new.visitor_id,
                    workplace=workplace,
                    status=new.ticket_status.value,
                    tariff=new.tariff_id,
                    modifiers=sorted(new.modifier_ids),
                    **variant,
                ),
            )
            for ticket, workplace in new.tickets
        ),
    ]


def refuse_if_taken(session: Session, draft: OrderDraft, now: datetime) -> None:
    """Check that a draft's workplaces are free from `now` on.

    Raises:
        NoSuchChoice: `workplace`; not one of the service, or archived.
        SeatTaken: with the ticket that has the seat.
    """
    wanted = draft.workplace_ids
    found = seats.standing(session, wanted, draft.period, now)
    for workplace in wanted:
        one = found.get(workplace)
        if one is None or one.seat.archived or one.seat.service_id != draft.service_id:
            raise NoSuchChoice(ChoiceCode.WORKPLACE)
    for workplace in wanted:
        seat, holder = found[workplace]
        if holder is not None:
            raise seats.refusal(seat, holder)
