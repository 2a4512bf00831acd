"""The form of a new order: customer, service, period, workplaces and payment.

Source: the manual, section «Создание нового заказа»; the order of the fields, the defaults and the
proposed price are ours.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Button, Input

from olvery_tui.domain.catalogue import ServiceDetails
from olvery_tui.domain.errors import (
    InputCode,
    InvalidForm,
    InvalidInput,
    NoSuchChoice,
    OlveryError,
    PriceChanged,
    SeatTaken,
)
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.orders import OrderDetails, OrderDraft
from olvery_tui.domain.people import NewPerson, PersonDetails, begun
from olvery_tui.domain.periods import Period
from olvery_tui.domain.preferences import Preference
from olvery_tui.i18n import _
from olvery_tui.keys import BY_ID, bindings, twins
from olvery_tui.screens.form import FormScreen
from olvery_tui.screens.new_order.order_begun import OrderBegun
from olvery_tui.screens.new_order.order_fields import OrderFields
from olvery_tui.screens.people.new_person import NewPersonForm
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.choice import Choice
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.pickers.modifier_ticks import ModifierTicks
from olvery_tui.widgets.pickers.person_search import PersonSearch
from olvery_tui.wording.errors import sentence

_PATIENCE_SECONDS = 0.15
"""How long the workplaces may take before the form shows that they are loading."""


class NewOrderForm(FormScreen[OrderDetails], inherit_bindings=False):
    """Creates an order. Closes with the new order.

    `Enter` moves from field to field. Defaults are filled in, so «Создать» is enabled as soon as no
    field is reported as missing.

    Args:
        begun: What is filled in at first: places and time from the calendar.
    """

    CSS_PATH: ClassVar = [
        f"../../styles/{name}.tcss"
        for name in ("modal", "places", "choice", "order_fields", "new_order")
    ]
    # The bindings of a form, with «Создать» in place of «Сохранить».
    BINDINGS: ClassVar = [*ModalScreen.BINDINGS, *bindings("new_order"), *bindings("modal")]

    _fields = getters.query_one(OrderFields)

    def __init__(self, begun: OrderBegun | None = None) -> None:
        super().__init__()
        self._begun = begun
        self._listed: tuple[int, Period] | None = None
        """The service and the period whose workplaces are listed."""
        self._save_when_listed = False
        self.add_class("-begun")
        self._seat_lost = False
        """Whether a ticked workplace was taken meanwhile: the cursor then goes to a free one."""

    def compose(self) -> ComposeResult:
        with self.window(_("Add order")):
            yield OrderFields(
                now=self.app.clock.now,
                zone=self.app.location.zone,
                begun=self._begun,
            )
            yield StatusLine()
            yield self.buttons("new_order.create")
        yield KeyBar()

    def on_mount(self) -> None:
        self._fields.search.take_focus()
        self.load_services()

    def has_unsaved(self) -> bool:
        """Whether the user has filled in anything."""
        return self._fields.is_touched

    @work(exclusive=True, group="services")
    async def load_services(self) -> None:
        """Offer the services, the manager's usual one first, in the opening hours."""
        catalogue, usual = self.app.desk.catalogue, self.app.preferences.service

        def read() -> tuple[tuple[ServiceDetails, ...], OpeningHours, int | None]:
            services = catalogue.services()
            is_sold = any(one.id == usual for one in services)
            return services, catalogue.hours(), usual if is_sold else catalogue.usual_service()

        self._fields.offer(*await self.read_desk(read))

    @on(Button.Pressed, "#open-catalogue")
    def _open_catalogue(self) -> None:
        """Set up what is sold, and come back."""
        from olvery_tui.screens.catalogue.catalogue import CatalogueScreen

        def closed(_nothing: None) -> None:
            self.load_services()

        self.app.push_screen(CatalogueScreen(), closed)

    # The customer

    @on(OrderFields.PersonWanted)
    @on(Button.Pressed, ".add")
    def action_add_person(self) -> None:
        """«Добавить»: open the form of a new person, filled with what was typed here."""
        search = self._fields.search
        typed = "" if search.person else search.text
        form = NewPersonForm(begun(typed), title=_("New customer"))
        self.app.push_screen(form, self._added)

    def _added(self, person: PersonDetails | NewPerson | None) -> None:
        if person is not None:
            self._fields.search.set_person(person)
            self._fields.reconsider()
            self._fields.search.take_focus()
            self._go_on()

    # From field to field

    @on(Input.Submitted)
    @on(Choice.Submitted)
    @on(ModifierTicks.Submitted)
    def _entered(self) -> None:
        """Move to the next field, or search for the customer if none is chosen yet."""
        search = self._fields.search
        if search.has_focus_within and search.person is None:
            search.action_next_person()
        else:
            self._go_on()

    @on(PersonSearch.Picked)
    def _go_on(self) -> None:
        if not self._fields.go_on() and self._fields.filled.first_gap is None:
            self.set_focus(self.query_one("#save"))

    @on(OrderFields.Changed)
    def _changed(self, message: OrderFields.Changed) -> None:
        # Without a service there is nothing to fill in: the window grows with what is known.
        self.set_class(message.filled.service is None, "-begun")
        self.query_one("#save", Button).disabled = message.filled.first_gap is not None
        self.refresh_bindings()

    # The workplaces

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Refresh what is sold and which workplaces are free; what was chosen stays as it is."""
        if not self.is_going:
            self.when_idle("services", self.load_services)
            self._fields.refresh_places()

    @on(OrderFields.PlacesWanted)
    def _places_wanted(self, message: OrderFields.PlacesWanted) -> None:
        if self._listed is None or self._listed[0] != message.service_id:
            self._fields.seats.wait("")
            self.set_timer(_PATIENCE_SECONDS, self._say_loading)
        self.load_places(message.service_id, message.period)

    def _say_loading(self) -> None:
        if self.is_working("places") and not self._fields.seats.has_places:
            self._fields.seats.wait(_("Loading…"))

    @work(exclusive=True, group="places")
    async def load_places(self, service_id: int, period: Period) -> None:
        """List the workplaces of a service, and which of them are free."""
        find = self.app.desk.catalogue.free_places
        try:
            places = await self.call_desk(find, service_id, period)
        except OlveryError as error:
            self._places_refused(error)
            return
        self._listed = service_id, period
        self.is_read()
        self._fields.seats.show(places)
        if self._seat_lost:
            self._seat_lost = False
            self._fields.seats.cursor_to_free()
        if self._save_when_listed:
            self._save_when_listed = False
            self.call_after_refresh(self.action_save)

    def _places_refused(self, error: OlveryError) -> None:
        held, self._save_when_listed = self._save_when_listed, False
        self._fields.seats.wait(sentence(error))
        (self.not_done if held else self.not_read)(error)

    # Saving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable «Создать» only when nothing is missing; `on_key` shows what is."""
        if action == "save":
            return self.is_mounted and self._fields.filled.first_gap is None
        return True

    def on_key(self, event: events.Key) -> None:
        """Focus the first missing field on Ctrl+S."""
        if event.key in twins(BY_ID["new_order.create"].key):
            event.stop()
            self._point_out()

    def _point_out(self) -> None:
        self._fields.search.take_marked()
        self._fields.reconsider(finished=True)
        gap = self._fields.filled.first_gap
        if gap is None:
            self.action_save()
            return
        if gap in self._fields.filled.missing:
            self._fields.complain(gap, sentence(InvalidInput(gap, InputCode.REQUIRED)))
        self._fields.go_to(gap)

    def action_save(self) -> None:
        """«Создать»: create the order and its tickets."""
        if self.is_working("save"):
            return
        draft = self._fields.draft()
        if self.is_working("places"):
            # The proposed workplace may not be free in a period that was just typed.
            self._save_when_listed = True
            return
        if draft is None:
            self._point_out()
            return
        self.clear_status()
        self._fields.seats.hold_choice()  # it must not change while the order is saved
        self.save_order(draft)

    @work(group="save")
    async def save_order(self, draft: OrderDraft) -> None:
        """Save the order and close."""
        try:
            order = await self.call_desk(self.app.desk.orders.create, draft)
        except InvalidForm as error:
            self._complain(error)
        except OlveryError as error:
            self._refused(error)
        else:
            if draft.service_id != self.app.preferences.service:
                await self.app.preferences.choose(Preference.SERVICE, str(draft.service_id))
            self.dismiss(order)

    def _refused(self, error: OlveryError) -> None:
        self.not_done(error)
        if isinstance(error, SeatTaken):
            self._seat_lost = True
            self._fields.go_to("workplaces")
            self._fields.refresh_places()
        elif isinstance(error, NoSuchChoice | PriceChanged):
            self.load_services()

    def _complain(self, error: InvalidForm) -> None:
        """Show each problem at its field, and problems without a field in the status line."""
        rest = [
            problem
            for problem in error.problems
            if not self._fields.complain(problem.field, sentence(problem))
        ]
        if rest:
            self.tell(" ".join(sentence(problem) for problem in rest))
        if error.problems:
            self._fields.go_to(error.problems[0].field)
