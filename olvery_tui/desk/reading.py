"""What a manager looks at: the list, a ticket, its history, the people.

Source: the manual, «Просмотр списка билетов», «Фильтрация билетов», «Просмотр и обработка билетов».
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal

from olvery_tui.desk.base import DeskBase
from olvery_tui.desk.paging import every
from olvery_tui.domain.admission import Admission, admission
from olvery_tui.domain.cards import EventLine, PersonCard, TicketCard
from olvery_tui.domain.errors import NoSuchChoice
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.pages import Count, Page, PageStart
from olvery_tui.store.audit import events
from olvery_tui.store.catalogue import locations
from olvery_tui.store.database import schema
from olvery_tui.store.people import people
from olvery_tui.store.tickets import cards, moves, tickets

STUCK = timedelta(minutes=2)
"""A status that was due so long ago and has not moved: no worker runs anywhere."""


class Reading(DeskBase):
    """Nothing here changes anything. Every method may raise `StoreUnavailable`."""

    def today(self) -> date:
        """Which day it is at the location."""
        return self._clock.now().astimezone(self.location().zone).date()

    def ping(self) -> None:
        """Ask the database the least that there is to ask, to see whether it can be used.

        Anybody may: a sign-in waits for it too.
        """
        schema.require(self._open_store)
        with self._open_store.reading() as session:
            locations.location(session)

    def page(self, wanted: TicketFilter, start: PageStart, limit: int) -> Page:
        """Up to `limit` neighbouring lines of the list, newest number first."""
        zone = self.location().zone
        with self._store.reading() as session:
            return tickets.page(session, wanted, start, limit, now=self._clock.now(), zone=zone)

    def tickets(self, wanted: TicketFilter, start: PageStart, limit: int) -> tuple[TicketCard, ...]:
        """The same tickets as `page`, whole."""
        zone = self.location().zone
        with self._store.reading() as session:
            numbers = tickets.numbers(session, wanted, start, limit, zone=zone)
            return cards.cards(session, numbers, now=self._clock.now())

    def tickets_for_export(self, wanted: TicketFilter) -> Iterator[TicketCard]:
        """Every ticket that matches, newest number first, page by page; an export is an event."""
        self._record_export("tickets", wanted)
        return every(partial(self.tickets, wanted))

    def count(self, wanted: TicketFilter) -> Count:
        """How many tickets match, or at least how many."""
        zone = self.location().zone
        with self._store.reading() as session:
            return tickets.count(session, wanted, zone=zone)

    def ticket(self, number: int) -> TicketCard:
        """A ticket, whole.

        Raises:
            NoSuchTicket: no ticket has this number.
        """
        with self._store.reading() as session:
            return self._card(session, number)

    def neighbour(self, wanted: TicketFilter, number: int, step: Literal[-1, 1]) -> int | None:
        """The number of the next matching ticket, down the list (1) or up (-1); None at its end."""
        zone = self.location().zone
        with self._store.reading() as session:
            return tickets.neighbour(session, wanted, number, step, zone=zone)

    def history(self, number: int) -> tuple[EventLine, ...]:
        """Who did what with a ticket and its order when, newest first.

        Raises:
            NoSuchTicket: no ticket has this number.
        """
        with self._store.reading() as session:
            self._card(session, number)
            return events.ticket_history(session, number)

    def admission(self, number: int) -> Admission:
        """Whether the visitor may come in now, judged by the facts and not by the stored status."""
        with self._store.reading() as session:
            now = self._clock.now()
            card = cards.card(session, number, now=now)
        if card is None:
            return Admission.NO_SUCH_TICKET
        return admission(card.order_status, card.period, card.validated, now)

    def suggest_people(self, text: str, limit: int = 8) -> tuple[PersonCard, ...]:
        """People of whom every word of `text` begins a name."""
        with self._store.reading() as session:
            return people.suggest(session, text, limit)

    def search_people(self, text: str, limit: int = 50) -> tuple[PersonCard, ...]:
        """People in whose names every word of `text` stands somewhere, or by phone or email."""
        with self._store.reading() as session:
            return people.search(session, text, limit)

    def person(self, person_id: int) -> PersonCard:
        """A person.

        Raises:
            NoSuchChoice: `person`; nobody has this id.
        """
        with self._store.reading() as session:
            found = people.get(session, person_id)
        if found is None:
            raise NoSuchChoice("person")
        return found

    def stuck_since(self) -> datetime | None:
        """When the oldest move was due that nobody has made for two minutes; None if all is well.

        Admission and seats never depend on it: they are judged by the period itself.
        """
        with self._store.reading() as session:
            due = moves.next_due(session)
        return due if due is not None and due <= self._clock.now() - STUCK else None

    def newest_event_at(self) -> datetime | None:
        """When the newest entry of the history was written; a clock before it is behind."""
        with self._store.reading() as session:
            return events.newest_at(session)
