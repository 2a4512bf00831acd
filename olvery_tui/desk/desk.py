"""Everything that a manager does here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from olvery_tui.clock import Clock
from olvery_tui.desk.access import Access
from olvery_tui.desk.audit import Audit
from olvery_tui.desk.backups import Backups
from olvery_tui.desk.calendar import Calendar
from olvery_tui.desk.cancelling import Cancelling
from olvery_tui.desk.catalogue import Catalogue
from olvery_tui.desk.closings import Closings
from olvery_tui.desk.importing import Importing
from olvery_tui.desk.order_moves import ManyOutcome
from olvery_tui.desk.orders import Orders
from olvery_tui.desk.people import People
from olvery_tui.desk.periods import Periods
from olvery_tui.desk.preferences import Preferences
from olvery_tui.desk.presets import Presets
from olvery_tui.desk.renewals import Renewals
from olvery_tui.desk.reports import Reports
from olvery_tui.desk.settings import Settings
from olvery_tui.desk.shifts import Shifts
from olvery_tui.desk.tickets import Tickets
from olvery_tui.desk.transaction import DeskContext
from olvery_tui.desk.undo import undo
from olvery_tui.domain.access import Actor
from olvery_tui.domain.catalogue import LocationDetails
from olvery_tui.domain.undo import Change
from olvery_tui.store.catalogue import locations
from olvery_tui.store.database import schema
from olvery_tui.store.database.engine import Store


class Desk:
    """What the manual lets a manager see and do, part by part: `desk.tickets.validate(ticket)`.

    Any thread may call it; each call has its own session, and each command is one transaction.
    """

    def __init__(self, store: Store, clock: Clock, actor: Actor) -> None:
        self._open_store = store
        self._context = context = DeskContext(store, clock, actor)
        self.tickets = Tickets(context)
        self.orders = Orders(context)
        self.periods = Periods(context)
        self.cancelling = Cancelling(context)
        self.renewals = Renewals(context, self.orders)
        self.people = People(context)
        self.catalogue = Catalogue(context)
        self.closings = Closings(context)
        self.calendar = Calendar(context)
        self.access = Access(context)
        self.audit = Audit(context)
        self.settings = Settings(context)
        self.presets = Presets(context)
        self.preferences = Preferences(context)
        self.shifts = Shifts(context)
        self.reports = Reports(context)
        self.backups = Backups(context)
        self.importing = Importing(context)

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self._context.actor

    def now(self) -> datetime:
        """What time it is at the desk, in UTC."""
        return self._context.now()

    def today(self) -> date:
        """Which day it is at the location. May raise `StoreUnavailable`."""
        return self.now().astimezone(self.location().zone).date()

    def location(self) -> LocationDetails:
        """The place that the database serves, as it was last read; told to anybody.

        Raises:
            StoreUnavailable: the database can't be read.
        """
        return self._context.location()

    def ping(self) -> None:
        """Run the cheapest query, to see whether the database can be used.

        Anybody may: a sign-in waits for it too.

        Raises:
            StoreUnavailable: it can't.
        """
        schema.require(self._open_store)
        with self._open_store.reading() as session:
            locations.location(session)

    @property
    def last_changes(self) -> tuple[Change, ...]:
        """The changes of this desk that can be undone: the last one, or all that were made at once.

        A desk is one manager's at one terminal, so nobody else is ever told of it.
        """
        return self._context.last_changes

    def undo(self, changes: Sequence[Change]) -> tuple[ManyOutcome, ...]:
        """Undo changes of this desk, each in a transaction of its own.

        The outcomes name tickets or orders, as the changes do. The refusal of a single change is
        raised; of many, those that can't be taken back are told in their outcomes. What was taken
        back, and what never can be, is not among `last_changes` any more.

        Raises:
            NoManager, NotAllowed: whoever asks may not, or may not any more.
            NothingToUndo: it is no change of whoever asks.
            UndoExpired: it was made more than ten minutes ago.
            ChangedSince: something else has happened to the ticket or the order.
            HoursChangedSince: the opening hours are others by now.
            WrongStatus, PeriodEnded, SeatTaken, SeatsTaken, NoSuchChoice, UndoImpossible: what was
                before is not possible now.
            StoreUnavailable: nothing was taken back; with many, already at the first one.
        """
        return undo(self._context, changes)
