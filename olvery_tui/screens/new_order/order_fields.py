"""The fields of a new order, in two panes and a foot, read and validated together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from olvery_tui.domain.catalogue import ServiceDetails
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.periods import Period
from olvery_tui.i18n import _
from olvery_tui.screens.new_order.order_begun import OrderBegun
from olvery_tui.screens.new_order.order_filling import Filled
from olvery_tui.screens.new_order.order_foot import OrderFoot
from olvery_tui.screens.new_order.order_offer import OfferPane
from olvery_tui.widgets.fields.field import Unfinished
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.fields.period_fields import PeriodFields
from olvery_tui.widgets.fields.price_field import PriceField
from olvery_tui.widgets.messages import DataMessage
from olvery_tui.widgets.pickers.modifier_ticks import ModifierTicks
from olvery_tui.widgets.pickers.person_search import PersonSearch
from olvery_tui.widgets.pickers.seat_ticks import SeatTicks
from olvery_tui.wording.errors import field_name, sentence
from olvery_tui.wording.seats import lost_text

_QUIET_SECONDS = 0.18
"""Debounce: a typed period is read after this long without a key."""

_LABELLED = ("customer", "service", "variant", "tariff", "period", "comment", "price")


class OrderFields(Vertical):
    """All fields of the order, with the price and the missing fields below them."""

    class Changed(DataMessage):
        """A field was changed."""

        filled: Filled

    class PlacesWanted(DataMessage):
        """The workplaces of a service in a period are needed."""

        service_id: int
        period: Period

    class PersonWanted(Message):
        """The user asked to add a new customer."""

    seats = getters.query_one(SeatTicks)
    """The list of workplaces to tick."""
    _offer = getters.query_one(OfferPane)
    _foot = getters.query_one(OrderFoot)

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        begun: OrderBegun | None = None,
    ) -> None:
        super().__init__(id="fields")
        self._begun = begun
        self._now = now
        self._zone = zone
        self._filled = Filled()
        self._places_of: tuple[int, Period] | None = None
        """The service and the period whose workplaces are listed or requested."""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="panes"):
            yield OfferPane(now=self._now, zone=self._zone, begun=self._begun)
            with Vertical(id="where"):
                yield SeatTicks(field_name("workplaces"), zone=self._zone, id="workplaces")
                with Vertical(id="extras"):
                    yield Static(Content(field_name("modifiers")), classes="title-text")
                    with VerticalScroll(id="extras-box", can_focus=False):
                        yield ModifierTicks(id="modifiers")
        yield OrderFoot()

    def on_mount(self) -> None:
        self.query_one("#extras").display = False
        self.reconsider()

    # Interface to the form

    @property
    def filled(self) -> Filled:
        """The values of the fields, as far as they are valid."""
        return self._filled

    @property
    def search(self) -> PersonSearch:
        """The customer search."""
        return self._offer.search

    @property
    def is_touched(self) -> bool:
        """Whether the user has filled in anything."""
        return (
            self._offer.is_touched
            or self.seats.is_touched
            or bool(self._filled.modifiers)
            or self._foot.is_touched
        )

    def offer(
        self, services: tuple[ServiceDetails, ...], hours: OpeningHours, usual: int | None
    ) -> None:
        """Offer these services, from the opening of the location on; see `OfferPane.offer`."""
        self._offer.offer(services, hours, usual)

    def draft(self) -> OrderDraft | None:
        """Return the order as filled in; None while anything is missing or invalid."""
        self.reconsider(finished=True)
        filled, foot = self._filled, self._foot
        if filled.first_gap is not None:
            return None
        assert filled.customer is not None
        assert filled.service is not None
        assert filled.tariff is not None
        assert filled.period is not None
        return OrderDraft(
            customer=filled.customer,
            service_id=filled.service.id,
            variant_id=self._offer.variant_id,
            tariff_id=filled.tariff.id,
            period=filled.period,
            workplace_ids=filled.workplace_ids,
            modifier_ids=tuple(one.id for one in filled.modifiers),
            payment_kind=foot.payment,
            price=foot.price.read() if foot.price.is_touched else None,
            comment=foot.comment,
            proposed_price=None if foot.price.is_touched else foot.price.read(),
        )

    def complain(self, field: str, text: str) -> bool:
        """Show a problem at a field; return whether there is such a field."""
        if field == "workplaces":
            self.seats.complain(text)
        elif field in _LABELLED:
            self._row(field).complain(text)
        else:
            return False
        return True

    def refresh_places(self) -> None:
        """Request the workplaces again: some may have been taken or freed."""
        if self._places_of is not None:
            self.post_message(self.PlacesWanted(*self._places_of))

    # From field to field

    def go_to(self, field: str) -> None:
        """Focus a field immediately."""
        stops = [one for one in self._stops() if self.query_one(f"#{field}") in one.ancestors]
        if stops:
            self.screen.set_focus(stops[0])

    def go_on(self) -> bool:
        """Focus the field after the current one; return whether there is one.

        Textual finds the next widget by its position on the screen, and a widget that was just
        shown has none yet. So this follows the order of composition.
        """
        stops = self._stops()
        at = next((at for at, one in enumerate(stops) if one.has_focus), len(stops))
        if at + 1 < len(stops):
            self.screen.set_focus(stops[at + 1])
        return at + 1 < len(stops)

    def _stops(self) -> list[Widget]:
        return [one for one in self.query("*") if one.focusable and _is_shown(one)]

    # Changes

    @on(OfferPane.ServiceChosen)
    def _service_chosen(self, message: OfferPane.ServiceChosen) -> None:
        message.stop()
        service = message.service
        begun = self._begun
        is_begun = begun is not None and service is not None and service.id == begun.service_id
        self.seats.forget(begun.workplace_ids if begun is not None and is_begun else ())
        self._places_of = None
        tariffs = service.tariffs if service else ()
        modifiers = service.modifiers if service else ()
        currency = tariffs[0].currency if tariffs else ""
        self.query_one(ModifierTicks).offer(modifiers, currency)
        self.query_one("#extras").display = bool(modifiers)

    @on(PersonSearch.Picked)
    def _picked(self) -> None:
        """Read the fields; the message bubbles on to the form, which moves to the next field."""
        self.reconsider()

    @on(PersonSearch.Edited)
    def _customer_edited(self, message: PersonSearch.Edited) -> None:
        """Ask for a new customer when `+` is typed into the empty field."""
        message.stop()
        if self.search.text == "+":
            self.search.set_person(None)
            self.post_message(self.PersonWanted())
        self.reconsider()

    @on(OfferPane.Changed)
    @on(SeatTicks.Changed)
    @on(ModifierTicks.Changed)
    @on(PriceField.Edited)
    @on(Input.Changed, "#comment-line")
    def _changed(self, message: Message) -> None:
        message.stop()
        self.reconsider()

    @on(PeriodFields.Edited)
    def _period_edited(self, message: PeriodFields.Edited) -> None:
        """Debounce typing: workplaces are not queried for every digit."""
        message.stop()
        self._stop_waiting()
        self._timer = self.set_timer(_QUIET_SECONDS, self.reconsider)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    # Validation

    def reconsider(self, *, finished: bool = False) -> None:
        """Read all fields; show problems at each, and the missing fields and the price below.

        Args:
            finished: Whether to report problems in a field that is still being typed, too.
        """
        self._stop_waiting()
        wrong: dict[str, str] = {}
        period, is_typing = self._read_period(wrong, finished=finished)
        filled = Filled(
            customer=self.search.chosen,
            service=self._offer.service,
            tariff=self._offer.tariff,
            period=period,
            workplace_ids=self.seats.chosen,
            lost=tuple(map(lost_text, self.seats.lost)),
            modifiers=self.query_one(ModifierTicks).chosen,
        )
        self._foot.propose(filled, self._zone)
        try:
            self._foot.price.read()
        except InvalidInput as problem:
            wrong["price"] = sentence(problem)
        self._filled = replace(filled, wrong=tuple(wrong))
        for field in _LABELLED:
            self._row(field).complain(wrong.get(field, ""))
        self.seats.complain(self._filled.lost_text())
        self._offer.tell_period(period)
        self._foot.tell_gaps(self._filled)
        if not is_typing:
            self._follow_with_places(self._filled)
        self.post_message(self.Changed(self._filled))

    def _read_period(self, wrong: dict[str, str], *, finished: bool) -> tuple[Period | None, bool]:
        """Return the period if it is valid, and whether it is still being typed."""
        try:
            return self._offer.read_period(finished=finished), False
        except Unfinished:
            return None, True
        except InvalidInput as problem:
            wrong["period"] = sentence(problem)
            return None, False

    def _follow_with_places(self, filled: Filled) -> None:
        """Request the workplaces when the service or the period has changed."""
        if filled.service is None or filled.period is None:
            self._places_of = None
            text = _("Choose a service.") if filled.service is None else _("Enter the period.")
            self.seats.wait(text)
        elif self._places_of != (filled.service.id, filled.period):
            self._places_of = filled.service.id, filled.period
            self.post_message(self.PlacesWanted(*self._places_of))

    # Widgets

    def _row(self, field: str) -> Labelled:
        return self.query_one(f"#{field}", Labelled)


def _is_shown(widget: Widget) -> bool:
    return all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))
