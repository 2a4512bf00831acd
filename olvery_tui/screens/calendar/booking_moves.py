"""A booking that is taken to another place or time in the calendar, and the form of its period."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from olvery_tui.domain.calendar import Booking, CalendarPlace
from olvery_tui.domain.conflicts import ChangedMeanwhile
from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.period_changes import PeriodDraft, PeriodView, surcharge
from olvery_tui.domain.statuses import TicketChange
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.screens.base import DeskScreen
from olvery_tui.widgets.calendar.calendar_table import CalendarTable
from olvery_tui.wording.calendar import moved_text
from olvery_tui.wording.seats import seat_text

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel
    from textual.worker import Worker

    from olvery_tui.screens.ticket.ticket_actions import TicketActions
    from olvery_tui.widgets.chrome.status_line import Tone


class BookingMoves:
    """Grabs a booking, saves where it is put, and opens «Изменить период».

    Args:
        screen: Runs the workers, and is below the windows.
        table: Shows the booking on its way.
        reload: Reads the calendar again.
        show: Brings a booking that was let go back in sight.
    """

    def __init__(
        self,
        screen: DeskScreen[Any],
        table: CalendarTable,
        reload: Callable[[], None],
        show: Callable[[Booking], None],
    ) -> None:
        self._screen = screen
        self._table = table
        self._reload = reload
        self._show_again = show
        self._seen: TicketDetails | None = None
        """The ticket of the grabbed booking, as it was when it was grabbed."""

    # Grabbing

    def grab(self, booking: Booking) -> None:
        """Read the ticket of a booking, and let it follow the cursor."""
        self._run(partial(self._load_grabbed, booking), "grab")

    async def _load_grabbed(self, booking: Booking) -> None:
        ticket = await self._get(booking)
        if self._screen.is_active:
            self._follow(booking, ticket)

    def _follow(self, booking: Booking, ticket: TicketDetails) -> None:
        """Let all of a ticket's period follow the cursor, from the place that it has now."""
        self._seen, period = ticket, ticket.period
        self._table.grab(
            booking._replace(
                workplace_id=ticket.workplace_id, starts_at=period.starts_at, ends_at=period.ends_at
            )
        )

    def put_back(self, booking: Booking) -> None:
        """Let go of a booking, where it is."""
        self._seen = None
        self._table.put_back()
        self._show_again(booking)

    # Saving

    def put(self) -> None:
        """Save the place under the cursor and the time of the grabbed booking."""
        model = self._table.model
        spot, booking, target = model.spot, model.grabbed, model.target
        if spot is None or booking is None or target is None or self._seen is None:
            return
        if self._screen.is_working("save"):
            return
        if spot.place.id == booking.workplace_id and target == booking:
            self.put_back(booking)
        else:
            self._run(partial(self._save, self._seen, target, spot.place), "save")

    async def _save(self, seen: TicketDetails, booking: Booking, place: CalendarPlace) -> None:
        """Save the ticket's new place and time; where they are refused, it stays grabbed."""
        from olvery_tui.wording.errors import undone

        draft, app = PeriodDraft(booking.period, workplace_id=place.id), self._screen.app
        try:
            found = await self._screen.call_desk(self._move, seen, draft)
        except OlveryError as error:
            if isinstance(error, ChangedMeanwhile):
                self._follow(booking, error.current)
            app.notify(undone(error, app.location.zone), severity="warning", markup=False)
            self._reload()
            return
        if isinstance(found, PeriodView):
            self._ask_about(found, draft, place)
        else:
            self._moved(seen, found)

    def _move(self, seen: TicketDetails, draft: PeriodDraft) -> TicketDetails | PeriodView:
        """Change what is another of a ticket, its place alone or its period too.

        Return what the form of the period shows where that has to be asked: the price would be
        another one, or other tickets of the order may move with this one.
        """
        desk, zone = self._screen.app.desk, self._screen.app.location.zone
        if draft.period == seen.period:
            assert draft.workplace_id is not None
            return desk.tickets.change_workplace(seen, draft.workplace_id)
        view = desk.periods.view(seen.number)
        if len(view.alike) > 1 or surcharge(view.terms, seen.period, draft.period, zone):
            return view
        return desk.periods.change_period(seen, draft)

    def _ask_about(self, view: PeriodView, draft: PeriodDraft, place: CalendarPlace) -> None:
        """Open the form of the period with what the move comes to; `Esc` leaves it grabbed."""
        from olvery_tui.screens.ticket.period import PeriodForm

        seen = view.ticket
        to = "" if place.id == seen.workplace_id else seat_text(place.label, place.room)

        def answered(now: TicketDetails | None) -> None:
            if now is not None:
                self._moved(seen, now)
                if now.owed > seen.owed:
                    self._actions.move_money(now.order)

        self._screen.app.push_screen(PeriodForm(view, draft, to), answered)

    def _moved(self, seen: TicketDetails, now: TicketDetails) -> None:
        """Let go of what has moved, with the cursor on it."""
        app, self._seen = self._screen.app, None
        self._table.put_back()
        starts_at = max(now.period.starts_at, app.clock.now())
        self._table.go_to(now.workplace_id, starts_at, now.number)
        text = moved_text(now, seen, app.location.zone)
        app.notify(app.undo.offer(text), markup=False)
        self._reload()

    # The period

    def expect_period(self, booking: Booking) -> None:
        """Prepare «Изменить период» of a booking."""
        self._actions.expect(TicketChange.PERIOD, booking.ticket)

    def change_period(self, booking: Booking) -> None:
        """Open «Изменить период» of a booking, or say why it may not change."""
        self._run(partial(self._load_period, booking), "grab")

    async def _load_period(self, booking: Booking) -> None:
        ticket = await self._get(booking)
        if self._screen.is_active:
            self._actions.run(TicketChange.PERIOD, ticket)

    # Workers

    async def _get(self, booking: Booking) -> TicketDetails:
        return await self._screen.call_desk(self._screen.app.desk.tickets.get, booking.ticket)

    def _run(self, work: Callable[[], Coroutine[Any, Any, None]], group: str) -> None:
        """Do it in a worker of the screen; keys that are typed meanwhile are for what comes."""
        worker: Worker[Any] = self._screen.run_worker(work, group=group, exclusive=group == "grab")
        self._screen.app.input.hold_for(worker)

    @property
    def _actions(self) -> TicketActions:
        from olvery_tui.screens.ticket.ticket_actions import TicketActions

        return TicketActions(self._screen, Notifier(self._screen, self._table, self._reload))


class Notifier:
    """Tells what comes of a ticket's action by notifications, over the calendar."""

    def __init__(
        self, screen: DeskScreen[Any], table: CalendarTable, reload: Callable[[], None]
    ) -> None:
        self._screen = screen
        self._table = table
        self._reload = reload

    def show(self, details: TicketDetails, /) -> None:
        """Do nothing: the calendar is read again."""

    def tell(self, text: str, tone: Tone = "refused") -> None:
        """Show a sentence about the ticket."""
        severity: SeverityLevel = "warning" if tone == "refused" else "information"
        self._screen.app.notify(text, severity=severity, markup=False)

    def clear_status(self) -> None:
        """Leave notifications to their time."""

    def not_done(self, error: OlveryError) -> None:
        """Show why a change failed."""
        self._screen.app.errors.show(error)

    def command_done(self, *, refused: bool) -> None:
        """Read the calendar again, with the cursor in it."""
        self._screen.set_focus(self._table)
        self._reload()
