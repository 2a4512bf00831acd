"""The calendar: who has which place when, and what is free.

`c` opens it from the lists. Arrows and `Tab` move, `Enter` opens a booking or sells a free cell,
`m` takes a booking to another place, `n` and `e` show what is free. Source: the manual, «Календарь
услуг > Коворкинг»; the layout is ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.calendar import (
    Booking,
    CalendarFilter,
    ClosedTime,
    Column,
    FreePlace,
    InView,
    Scale,
    Timetable,
    TimeWindow,
)
from olvery_tui.domain.closings import end_of
from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.filters import EMPTY
from olvery_tui.domain.periods import Period
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.calendar.booking_moves import BookingMoves
from olvery_tui.screens.calendar.cursor_text import cursor_text
from olvery_tui.screens.main_screen import Covered, MainScreen
from olvery_tui.widgets.calendar.calendar_model import Spot
from olvery_tui.widgets.calendar.calendar_table import CalendarTable
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.list_tabs import ListTabs
from olvery_tui.widgets.chrome.top_line import TopLine
from olvery_tui.widgets.messages import DeskChanged, MinutePassed
from olvery_tui.wording import calendar as words
from olvery_tui.wording.closings import closed_text
from olvery_tui.wording.people import person_name

if TYPE_CHECKING:
    from olvery_tui.domain.closings import Closing
    from olvery_tui.domain.orders import OrderDetails
    from olvery_tui.domain.people import PersonDetails
    from olvery_tui.domain.tickets import TicketDetails

_PADDING = 2
"""Columns beside the lines below the calendar."""

_PATIENCE = 0.15
"""Seconds without an answer after which the screen is painted without one."""

_FRESH = 1.0
"""Seconds for which a timetable that was read ahead is good."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """Where the cursor is to go once the window with it is there."""

    place_id: int
    moment: datetime
    ticket: int | None = None


class _Ahead(NamedTuple):
    """A timetable that is read ahead: what it depends on, and when that began."""

    key: tuple[object, ...]
    began: float
    task: asyncio.Future[Timetable]


class CalendarScreen(MainScreen):
    """Places by days or hours, over the tickets. Keeps scale, cursor and filter while hidden."""

    NAME = "calendar"
    CSS_PATH: ClassVar = ["../../styles/calendar.tcss"]
    BINDINGS: ClassVar = bindings("occupancy")

    def __init__(self) -> None:
        super().__init__()
        self.table = CalendarTable()
        self._model = self.table.model
        self._moves = BookingMoves(self, self.table, self.reload, self._go_back_to)
        self._window: TimeWindow | None = None
        self._scale = Scale.TWO_WEEKS
        self._filters = CalendarFilter()
        self._wish: _Wish | None = None
        self._free_until: datetime | None = None
        self._only_free = False
        self._ahead: _Ahead | None = None
        self._answered = False
        self._enabled: tuple[bool, ...] = ()
        self._is_narrow = False

    def compose(self) -> ComposeResult:
        yield TopLine()
        yield Static(id="banner", markup=False)
        with Covered(id="desk"):
            with Horizontal(id="list-title"):
                yield ListTabs(self.NAME)
                yield Static(id="calendar-window", markup=False)
                yield Static(id="list-filter", markup=False)
                yield Static(id="calendar-taken", markup=False)
            yield self.table
            yield Static(id="told", markup=False)
        yield KeyBar()

    # Opening

    def on_mount(self) -> None:
        self.set_focus(self.table)

    @on(events.ScreenResume)
    def _begin(self) -> None:
        """Show the present days when the screen comes up first: it may have been mounted before."""
        if self._window is None and not self._answered:
            if self.app.is_ready:
                self.desk_opened()
            self.show_outage(self.app.errors.outage)
            self.set_timer(_PATIENCE, self._say_loading)

    def holds_painting(self) -> bool:
        """Wait a moment for the bookings, to paint once."""
        return True

    def _say_loading(self) -> None:
        if not self._answered:
            self._show_no_answer(_("Loading…"))

    def _show_no_answer(self, text: str) -> None:
        self._answered = True
        self.table.show_empty(text)
        self._paint_if_laid_out()

    def _paint_if_laid_out(self) -> None:
        """Paint for the first time, when the table has bookings and a size to show them in."""
        if self._answered and self.table.size and not self.is_painted:
            self.begin_painting()

    def desk_opened(self) -> None:
        super().desk_opened()
        self._go_to_window(TimeWindow.around(self._scale, self.app.today()))
        self.load_stuck()

    def location_changed(self) -> None:
        super().location_changed()
        self.reload()

    def came_up(self) -> None:
        """Read again what may have changed meanwhile."""
        super().came_up()
        self.set_focus(self.table)
        if self.app.is_ready:
            self.reload()

    # Loading

    def read_ahead(self) -> None:
        """Begin to read what `load_timetable` will ask for in a moment."""
        window = self._window or TimeWindow.around(self._scale, self.app.today())
        key = self._key_of(window)
        task = asyncio.ensure_future(asyncio.to_thread(self._load, *key[1:]))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._ahead = _Ahead(key, monotonic(), task)

    def _key_of(self, window: TimeWindow) -> tuple[int, TimeWindow, CalendarFilter, InView]:
        """Return what a timetable depends on; the first is how often the database has changed."""
        return self.app.changes, window, self._filters, self._in_view()

    def _load(self, window: TimeWindow, filters: CalendarFilter, in_view: InView) -> Timetable:
        span = window.span(self.app.location.zone)
        return self.app.desk.calendar.load(*span, filters, in_view)

    def _asked(self, window: TimeWindow) -> Awaitable[Timetable]:
        """Return a window's timetable: what was read ahead, unless anything has changed since."""
        key, ahead = self._key_of(window), self._ahead
        self._ahead = None
        if ahead is not None and ahead.key == key and monotonic() < ahead.began + _FRESH:
            return ahead.task
        return asyncio.to_thread(self._load, *key[1:])

    def _go_to_window(self, window: TimeWindow) -> None:
        """Show other days; keys that are typed meanwhile are for them."""
        self._window, self._scale = window, window.scale
        self.app.input.hold_for(self.load_timetable())

    def reload(self) -> None:
        """Read the window again; cursor, selection and a grabbed booking stay."""
        self.when_idle("timetable", self.load_timetable)

    @work(exclusive=True, group="timetable")
    async def load_timetable(self) -> None:
        """Show who has which place in the window."""
        from olvery_tui.wording.errors import sentence

        if self._window is None:
            return
        window, filters = self._window, self._filters
        try:
            timetable = await self.answer_of(self._asked(window))
            free = await self._load_free(filters) if self._only_free else None
        except OlveryError as error:
            self._show_no_answer(sentence(error))
            return
        if not timetable.places:
            self.table.show_empty(_("There are no places."))
        self._answered = True
        self._show(timetable, window, free)

    @on(CalendarTable.RowsWanted)
    def _rows_wanted(self) -> None:
        if self._model.lacks_rows and not self.is_working("timetable"):
            self.load_timetable()

    def _in_view(self) -> InView:
        """The rows around the cursor, or around where it is to go."""
        if not self.is_mounted:
            return InView(None, self.app.size.height)
        in_view = self.table.in_view
        return in_view if self._wish is None else in_view._replace(place_id=self._wish.place_id)

    async def _load_free(self, filters: CalendarFilter) -> tuple[FreePlace, ...]:
        now = self.app.clock.now()
        return await self.call_desk(self.app.desk.calendar.free, now, self._free_until, filters)

    def _show(
        self, timetable: Timetable, window: TimeWindow, free: tuple[FreePlace, ...] | None
    ) -> None:
        table, zone, now = self.table, self.app.location.zone, self.app.clock.now()
        today = now.astimezone(zone).date()
        notes = None
        if free is not None:
            notes = {one.place.id: words.free_until_text(one.until, zone, today) for one in free}
            if not free:
                table.show_empty(_("No place is free."))
        table.show(timetable, window, self._filters, zone=zone, now=now, free=notes)
        wish, self._wish = self._wish, None
        if wish is not None:
            table.go_to(wish.place_id, wish.moment, wish.ticket)
        self._show_title()

    def _show_title(self) -> None:
        """Show the days, the filter, and how many places are taken, as they fit."""
        timetable, window = self._model.timetable, self._model.window
        if window is None:
            return
        is_narrow = self._is_narrow = self.has_class("-narrow")
        title = Content.from_markup(
            "[@click=screen.earlier]‹[/] $days [@click=screen.later]›[/]$scale",
            days=words.window_text(window, short=is_narrow),
            scale="" if is_narrow else "  " + words.scale_text(window.scale),
        )
        self._write("#calendar-window", title)
        names = self._filter_names(timetable)
        text = words.calendar_filter_text(self._filters, names)
        if self._only_free:
            until_evening = self._free_until is not None
            free = _("What is free until the evening") if until_evening else _("What is free now")
            text = f"{free} · {text}" if text else free
        self._write("#list-filter", Content(text), layout=False)
        self.query_one("#list-title").set_class(bool(text), "-filtered")
        taken = words.taken_text(timetable, short=is_narrow)
        self._write("#calendar-taken", Content(taken))

    def _write(self, name: str, text: Content, *, layout: bool = True) -> None:
        """Write a text where it is another one: to lay out and paint anew takes time."""
        line = self.query_one(name, Static)
        if line.content != text:
            line.update(text, layout=layout)

    def _filter_names(self, timetable: Timetable) -> list[str]:
        filters = self._filters
        services = {one.service_id: one.service for one in timetable.places}
        rooms = {one.room_id: one.room for one in timetable.places}
        return [
            *(name for key, name in services.items() if key in filters.service_ids),
            *(name for key, name in rooms.items() if key in filters.room_ids),
        ]

    def on_desk_changed(self, message: DeskChanged) -> None:
        if self.app.is_ready and self.is_seen:
            self.reload()

    def on_minute_passed(self, message: MinutePassed) -> None:
        if self.is_seen:
            self.query_one(TopLine).now = self.app.clock.now()
            self.reload()
            self.load_stuck()

    # What is under the cursor

    @on(CalendarTable.Moved)
    def _tell(self) -> None:
        zone, now = self.app.location.zone, self.app.clock.now()
        told = cursor_text(self._model, zone, now, self.size.width - _PADDING)
        self._write("#told", Content(told), layout=False)
        if self.has_class("-narrow") is not self._is_narrow:
            self._show_title()
        spot = self._model.spot
        has_booking = spot is not None and spot.booking is not None
        enabled = (
            has_booking,
            spot is not None,
            self._model.grabbed is not None,
            self._model.is_selecting,
        )
        if enabled != self._enabled:
            self._enabled = enabled
            self.refresh_bindings()
        self._paint_if_laid_out()

    # Moving in time

    def action_earlier(self) -> None:
        """Show the window before this one."""
        self._turn_by(-1)

    def action_later(self) -> None:
        """Show the window after this one."""
        self._turn_by(1)

    def _turn_by(self, step: int) -> None:
        if self._window is not None and self._model.grabbed is None:
            self._turn(self._window.moved(step))

    @on(CalendarTable.Edge)
    def _beyond_the_edge(self, message: CalendarTable.Edge) -> None:
        if self._window is not None:
            window = self._window.moved(message.step)
            starts, ends = window.span(self.app.location.zone)
            last = ends - timedelta(microseconds=1)
            edge = starts if message.step > 0 else last
            self._turn(window, self._model.target.starts_at if self._model.target else edge)

    def _turn(self, window: TimeWindow, moment: datetime | None = None) -> None:
        spot = self._model.spot
        if window == self._window or spot is None:
            return
        zone = self.app.location.zone
        if moment is None:
            days = (spot.column.day - self._window.first) if self._window else timedelta()
            moment = min(window.span(zone)[0] + days, window.span(zone)[1] - timedelta(hours=1))
            if window.scale is Scale.DAY:
                moment = spot.column.starts_at + (window.first - spot.column.day)
        self._wish = _Wish(spot.place.id, moment)
        self._go_to_window(window)

    def action_scale(self, step: int) -> None:
        """Show less time, or more, around the cursor."""
        spot = self._model.spot
        scale = self._scale.next(step)
        if spot is None or scale is self._scale or self._model.grabbed is not None:
            return
        moment = spot.booking.starts_at if spot.booking else spot.column.opens_at
        now = self.app.clock.now()
        if spot.column.contains(now):
            moment = now
        moment = max(moment, spot.column.starts_at)
        ticket = spot.booking.ticket if spot.booking else None
        self._wish = _Wish(spot.place.id, moment, ticket)
        self._go_to_window(TimeWindow.around(scale, spot.column.day))

    def action_now(self) -> None:
        """Go to the present moment."""
        spot = self._model.spot
        if spot is None or self._model.grabbed is not None:
            return
        self._wish = _Wish(spot.place.id, self.app.clock.now())
        self._go_to_window(TimeWindow.around(self._scale, self.app.today()))

    # What is free

    def action_free(self, until: str) -> None:
        """Show only the places that are free now, or until closing time; the same key shows all."""
        wanted = self._closes_at() if until == "closing" else None
        same = self._only_free and (wanted is None) is (self._free_until is None)
        self._only_free, self._free_until = not same, wanted
        spot = self._model.spot
        if not same and spot is not None:
            self._wish = _Wish(spot.place.id, self.app.clock.now())
            self._window = TimeWindow.around(self._scale, self.app.today())
        self.load_timetable()

    def _closes_at(self) -> datetime:
        """When the location closes today; the end of the day where that is not set."""
        zone = self.app.location.zone
        return self._model.timetable.hours.closing(self.app.today(), zone)

    # The filter, and the search for a person

    def action_show_filter(self) -> None:
        """Choose services, rooms and statuses."""
        from olvery_tui.screens.calendar.calendar_filter import CalendarFilterForm

        self.app.push_screen(CalendarFilterForm(self._filters), self._filter_by)

    def action_reset_filter(self) -> None:
        """Show all places and all statuses."""
        self._filter_by(CalendarFilter())

    def _filter_by(self, filters: CalendarFilter | None) -> None:
        self.set_focus(self.table)
        if filters is not None and filters != self._filters:
            self._filters = filters
            self.refresh_bindings()
            self.load_timetable()

    def action_find_person(self) -> None:
        """Find somebody, and go to their next booking."""
        from olvery_tui.screens.calendar.find_person import FindPersonForm

        self.app.push_screen(FindPersonForm(), self._person_found)

    def _person_found(self, person: PersonDetails | None) -> None:
        self.set_focus(self.table)
        if person is not None:
            self.app.input.hold_for(self.load_next_of(person))

    @work(exclusive=True, group="person")
    async def load_next_of(self, person: PersonDetails) -> None:
        """Go to somebody's present or next booking, or to their last one."""
        booking = await self.call_desk(self.app.desk.calendar.next_of, person.id)
        if booking is None:
            text = _("{name} has no booking.").format(name=person_name(person))
            self.app.notify(text, severity="warning", markup=False)
            return
        zone, now = self.app.location.zone, self.app.clock.now()
        is_running = booking.starts_at <= now < booking.ends_at
        moment = now if is_running else booking.starts_at
        if all(place.id != booking.workplace_id for place in self._model.timetable.places):
            self._filters = self._filters._replace(service_ids=frozenset(), room_ids=frozenset())
        self._only_free = False
        self._wish = _Wish(booking.workplace_id, moment, booking.ticket)
        day = moment.astimezone(zone).date()
        if self._window is None or not self._window.contains(day):
            self._window = TimeWindow.around(self._scale, day)
        await self.load_timetable().wait()

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable what makes sense under the cursor."""
        if not self.is_mounted or self.is_going:
            return True
        spot = self._model.spot
        if self._model.grabbed is not None:
            return action in ("drop", "refresh_list")
        if action == "reset_filter":
            return self._filters != CalendarFilter()
        if action in ("grab", "change_period"):
            return spot is not None and spot.booking is not None
        return action not in ("add_order", "close_places") or spot is not None

    @on(CalendarTable.Opened)
    def _open(self) -> None:
        spot = self._model.spot
        if spot is not None and spot.booking is not None and not self._model.is_selecting:
            self.app.windows.open_ticket(spot.booking.ticket, EMPTY, self._ticket_closed)
        else:
            self.action_add_order()

    def open_details(self, details: TicketDetails) -> None:
        self.app.windows.open_ticket(details.number, EMPTY, self._ticket_closed)

    def _ticket_closed(self, _number: int | None) -> None:
        self.set_focus(self.table)
        self.reload()

    def action_add_order(self) -> None:
        """«Добавить заказ» with the selected places and time filled in."""
        from olvery_tui.screens.new_order.new_order import NewOrderForm
        from olvery_tui.screens.new_order.order_begun import OrderBegun

        places, columns = self._model.selection
        if not places or self._model.grabbed is not None:
            return
        period = self._period_of(columns)
        service = places[0].service_id
        if any(place.service_id != service for place in places):
            text = _("An order is for one service. Select places of one of them.")
            self.app.notify(text, severity="warning", markup=False)
            return
        ids = tuple(place.id for place in places)
        begun = OrderBegun(service, ids, period, is_end_open=len(columns) == 1)
        self.app.push_screen(NewOrderForm(begun), self._order_made)

    def _period_of(self, columns: list[Column]) -> Period:
        """Return the days of columns, or the hours where columns are parts of a day."""
        first, last = columns[0], columns[-1]
        if self._window is not None and self._window.scale is Scale.DAY:
            return Period.hourly(first.opens_at, last.closes_at)
        return Period.daily(first.day, last.day, self.app.location.zone)

    def _order_made(self, order: OrderDetails | None) -> None:
        self.set_focus(self.table)
        if order is None:
            return
        from olvery_tui.wording.orders import created_text

        self.table.unselect()
        self.app.notify(self.app.undo.offer(created_text(order)), markup=False)
        self.reload()

    def action_drop(self) -> None:
        """Put back what is grabbed, end the selection, show all places; else back to the list."""
        if self._model.grabbed is not None:
            self._moves.put_back(self._model.grabbed)
        elif self._model.is_selecting:
            self.table.unselect()
        elif self._only_free:
            self._only_free = False
            self.load_timetable()
        else:
            self.go_to_tickets()

    # Closed places

    def action_close_places(self) -> None:
        """Close the selected places for the selected time; on a closing, offer to open it."""
        from olvery_tui.screens.closings.close_places import ClosePlacesForm

        spot = self._model.spot
        places, columns = self._model.selection
        if spot is None:
            return
        if spot.closed is not None and not self._model.is_selecting:
            self._offer_to_open(spot, spot.closed)
        else:
            ids = [place.id for place in places]
            form = ClosePlacesForm(ids, self._period_of(columns))
            self.app.push_screen(form, self._places_closed)

    def _places_closed(self, closings: tuple[Closing, ...] | None) -> None:
        self.set_focus(self.table)
        if closings is not None:
            self.table.unselect()
        self.reload()

    def _offer_to_open(self, spot: Spot, closed: ClosedTime) -> None:
        from olvery_tui.screens.confirm import ConfirmScreen

        question = ConfirmScreen(
            _("Open {place} again?").format(place=words.place_text(spot.place)),
            closed_text(closed.reason, end_of(closed.ends_at), self.app.location.zone),
            yes=_("Open again"),
            no=_("Leave it closed"),
        )
        self.app.push_screen(question, lambda agreed: self._open_if(agreed, closed))

    def _open_if(self, agreed: bool | None, closed: ClosedTime) -> None:
        self.set_focus(self.table)
        if agreed:
            self.save_opened(closed)

    @work(group="save")
    async def save_opened(self, closed: ClosedTime) -> None:
        """Open a place."""
        await self.call_desk(self.app.desk.closings.open, (closed.closing,))
        self.app.notify(self.app.undo.offer(_("The place is open again.")), markup=False)
        self.reload()

    # A booking on its way, and its period

    def action_grab(self) -> None:
        """Take the booking under the cursor, to put it on another place."""
        spot = self._model.spot
        if spot is not None and spot.booking is not None and self._model.grabbed is None:
            self._moves.grab(spot.booking)

    @on(CalendarTable.Put)
    def _put(self) -> None:
        self._moves.put()

    def _go_back_to(self, booking: Booking) -> None:
        """Show the days of a booking that was put back."""
        day = booking.starts_at.astimezone(self.app.location.zone).date()
        if self._window is not None and not self._window.contains(day):
            self._wish = _Wish(booking.workplace_id, booking.starts_at, booking.ticket)
            self._go_to_window(TimeWindow.around(self._scale, day))

    def expect(self, action: str, *_parameters: Any) -> None:
        """Prepare «Изменить период» of the booking under the cursor."""
        spot = self._model.spot
        if action == "change_period" and spot is not None and spot.booking is not None:
            self._moves.expect_period(spot.booking)

    def action_change_period(self) -> None:
        """Open «Изменить период» of the booking under the cursor."""
        spot = self._model.spot
        if spot is not None and spot.booking is not None:
            self._moves.change_period(spot.booking)

    # Other modes

    def action_orders(self) -> None:
        """To the orders."""
        self.app.windows.show_orders()

    def action_refresh_list(self) -> None:
        """Read the window again and repaint the whole screen."""
        self.app.rendering.redraw()
        self.reload()
