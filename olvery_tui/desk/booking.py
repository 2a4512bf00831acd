"""«Добавить заказ»: an order with a ticket for each workplace. Source: ours."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from olvery_tui.desk.commands import Commands
from olvery_tui.domain import ordering
from olvery_tui.domain.errors import InvalidForm, NoSuchChoice, SeatTaken
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.order_cards import OrderCard, ServiceCard
from olvery_tui.domain.orders import OrderDraft, first_status
from olvery_tui.domain.seating import held_from
from olvery_tui.domain.statuses import moves_at, ticket_status
from olvery_tui.domain.text import clean
from olvery_tui.domain.undo import Change
from olvery_tui.store.audit import events
from olvery_tui.store.audit.events import NewEvent
from olvery_tui.store.catalogue import offers
from olvery_tui.store.database import locks
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.orders import numbers, order_writes
from olvery_tui.store.orders.order_writes import NewOrder
from olvery_tui.store.people import people
from olvery_tui.store.tickets import seats

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session


class Booking(Commands):
    """Nothing of an order is saved unless all of it is."""

    def create_order(self, draft: OrderDraft) -> OrderCard:
        """Make an order with a ticket for each workplace; the customer is the tickets' visitor.

        Raises:
            NoManager: nobody is signed in.
            InvalidForm: with everything that is wrong, see `ordering.problems`.
            NoSuchChoice: `service`, `person`, `tariff`, `variant`, `modifier` or `workplace`.
            SeatTaken: naming the first workplace that another ticket has.
            StoreUnavailable: nothing was made.
        """
        self._require_actor()
        try:
            return self._create(draft)
        except SeatConflict:  # the database has the last word; nothing is kept
            with self._store.reading() as session:
                _refuse_if_taken(session, draft, self._clock.now())
            raise

    def _create(self, draft: OrderDraft) -> OrderCard:
        zone = self.location().zone
        with self._store.writing() as session:
            locks.take_turn(session, locks.Turn.SEATS)
            service = offers.service(session, draft.service_id)
            if service is None:
                raise NoSuchChoice("service")
            problems = ordering.problems(draft, service, zone)
            if problems:
                raise InvalidForm(problems)
            if people.get(session, draft.customer_id) is None:
                raise NoSuchChoice("person")
            now = self._clock.now()
            _refuse_if_taken(session, draft, now)
            new = self._new_order(session, draft, service, now)
            order_writes.add(session, new)
            events.record_many(session, self._creation(new))
            kind = EventKind.ORDER_CREATED
            event = events.latest(session, kind, order=new.number)
            order = self._order(session, new.number)
        self._last_changes = (Change(event, kind, new.number, new.created_at),)
        return order

    def _new_order(
        self, session: Session, draft: OrderDraft, service: ServiceCard, now: datetime
    ) -> NewOrder:
        status = first_status(draft.payment_kind)
        of_tickets = ticket_status(status, draft.period, now)
        location, following = self.location(), numbers.following(session)
        return NewOrder(
            number=following.order,
            first_ticket=following.ticket,
            service_id=service.id,
            customer_id=draft.customer_id,
            status=status,
            payment_kind=draft.payment_kind,
            price=ordering.price(draft, service, location.zone),
            currency=ordering.chosen_tariff(draft, service).currency,
            comment=clean(draft.comment),
            created_at=now,
            period=draft.period,
            tariff_id=draft.tariff_id,
            variant_id=draft.variant_id,
            modifier_ids=tuple(dict.fromkeys(draft.modifier_ids)),
            workplace_ids=draft.workplace_ids,
            held_from=held_from(draft.period, now),
            ticket_status=of_tickets,
            moves_at=moves_at(status, draft.period, of_tickets),
        )

    def _creation(self, new: NewOrder) -> list[NewEvent]:
        now, actor = new.created_at, self._actor
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
                        visitor=new.customer_id,
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


def _refuse_if_taken(session: Session, draft: OrderDraft, now: datetime) -> None:
    """Look at the workplaces, in their order, as they are from `now` on.

    Raises:
        NoSuchChoice: `workplace`; not one of the service.
        SeatTaken: with the ticket that has the seat.
    """
    wanted = draft.workplace_ids
    found = seats.standing(session, wanted, draft.period, now)
    for workplace in wanted:
        one = found.get(workplace)
        if one is None or one.seat.service_id != draft.service_id:
            raise NoSuchChoice("workplace")
    for workplace in wanted:
        seat, holder = found[workplace]
        if holder is not None:
            raise SeatTaken(seat.label, seat.room, holder.ticket, holder.visitor)
