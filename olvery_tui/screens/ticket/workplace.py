"""Change a ticket's workplace to one that is free in its period.

Source: the manual, section «Изменение рабочего места в билете».
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from olvery_tui.domain.conflicts import ChangedMeanwhile
from olvery_tui.domain.errors import OlveryError, SeatTaken
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.tickets import PlaceDetails, TicketDetails
from olvery_tui.i18n import _
from olvery_tui.screens.base import DeskScreen
from olvery_tui.screens.conflict import Conflict
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.pickers.place_list import PlaceList, narrowed
from olvery_tui.wording.periods import period_text
from olvery_tui.wording.seats import seat_text


def open_workplace(
    screen: DeskScreen[Any], number: int, then: Callable[[TicketDetails | None], None]
) -> None:
    """Read a ticket and open its form over a screen; keys that are typed meanwhile wait for it."""

    async def read() -> None:
        ticket = await screen.call_desk(screen.app.desk.tickets.get, number)
        if screen.is_active:
            screen.app.push_screen(WorkplaceForm(ticket), then)

    screen.app.input.hold_for(screen.run_worker(read, group="ticket", exclusive=True))


class WorkplaceForm(FormScreen[TicketDetails]):
    """Changes the workplace of a ticket. Closes with the changed ticket.

    The focus stays in the input that narrows the list, while arrows move in the list; the
    highlighted workplace is the one saved.

    Args:
        seen: The ticket as shown when the form was opened.
    """

    CSS_PATH: ClassVar = [f"../../styles/{name}.tcss" for name in ("modal", "places", "workplace")]

    def __init__(self, seen: TicketDetails) -> None:
        super().__init__()
        self._seen = seen
        self._places: tuple[PlaceDetails, ...] = ()

    def compose(self) -> ComposeResult:
        with self.window(_("Workplace of ticket {number}").format(number=self._seen.number)):
            yield Static(id="for-period", markup=False)
            yield Static(
                _("The place changes from this moment on; the past stays with the former one."),
                id="running",
                markup=False,
            )
            yield Field(placeholder=_("Workplace or room"), id="narrow")
            yield PlaceList(id="places")
            yield Static(id="no-places", markup=False)
            yield Conflict()
            yield StatusLine()
            yield self.buttons()
        yield KeyBar()

    def on_mount(self) -> None:
        period = period_text(self._seen.period, self.app.location.zone)
        self.query_one("#for-period", Static).update(Content(period))
        self.query_one("#running").display = self._seen.status is TicketStatus.ACTIVE
        self.query_one("#narrow").focus()
        self.query_one("#no-places", Static).update(Content(_("Loading…")))
        self.load_places()

    @property
    def _chosen(self) -> PlaceDetails | None:
        return self.query_one(PlaceList).place_under_cursor if self._places else None

    def has_unsaved(self) -> bool:
        """Whether another workplace is highlighted."""
        chosen = self._chosen
        return chosen is not None and chosen.workplace_id != self._seen.workplace_id

    # The list

    @work(exclusive=True, group="places")
    async def load_places(self) -> None:
        """Load the workplaces and list them."""
        self._places = await self.read_desk(self.app.desk.tickets.places, self._seen)
        self._list_places()

    @on(Input.Changed, "#narrow")
    def _list_places(self) -> None:
        if not self._places:
            return
        found = narrowed(self._places, self.query_one("#narrow", Field).value)
        listed = self.query_one(PlaceList)
        if found:
            listed.show(found, {self._seen.workplace_id}, self.app.location.zone)
        listed.display = bool(found)
        nothing = "" if found else _("No workplace is called that.")
        self.query_one("#no-places", Static).update(Content(nothing))
        self.query_one("#no-places").display = not found

    def on_key(self, event: events.Key) -> None:
        """Pass arrows from the input to the list, and letters from the list to the input."""
        places, line = self.query_one(PlaceList), self.query_one("#narrow", Field)
        if line.has_focus and event.key in PlaceList.MOVES:
            event.stop()
            self.clear_status()
            places.move(event.key)
        elif places.has_focus and event.is_printable and event.character:
            event.stop()
            line.focus()
            line.insert_text_at_cursor(event.character)

    @on(Input.Submitted, "#narrow")
    @on(OptionList.OptionSelected, "#places")
    def _entered(self) -> None:
        """`Enter` or a click: focus «Сохранить»."""
        if self._chosen is not None:
            self.clear_status()
            self.query_one("#save").focus()

    # Saving

    def action_save(self) -> None:
        """Assign the ticket to the chosen workplace."""
        if self.is_working("save"):
            return
        chosen = self._chosen
        if chosen is None:
            self._say_instead(_("Choose a workplace first."))
        elif not self.has_unsaved():
            self._say_instead(_("Nothing is changed: the ticket has this workplace already."))
        else:
            self.clear_status()
            self.save_workplace(chosen)

    def _say_instead(self, text: str) -> None:
        self.query_one("#narrow").focus()
        self.tell(text, "told")

    @work(group="save")
    async def save_workplace(self, chosen: PlaceDetails) -> None:
        """Save the ticket's workplace and close."""
        change = self.app.desk.tickets.change_workplace
        try:
            self.dismiss(await self.call_desk(change, self._seen, chosen.workplace_id))
        except OlveryError as error:
            self._refused(error, chosen)

    def _refused(self, error: OlveryError, chosen: PlaceDetails) -> None:
        if isinstance(error, ChangedMeanwhile):
            self._seen = error.current
            self.query_one(Conflict).show(
                error,
                now_is=seat_text(error.current.workplace, error.current.room),
                chosen=seat_text(chosen.label, chosen.room),
                zone=self.app.location.zone,
                now=self.app.clock.now(),
            )
        else:
            self.query_one(Conflict).hide()
            self.not_done(error)
        if isinstance(error, SeatTaken | ChangedMeanwhile):
            self.load_places()
