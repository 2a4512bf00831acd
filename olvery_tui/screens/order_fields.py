"""The fields of a new order in two panes and a foot, each filled in as far as it can be.

What is chosen above decides what can be chosen below: the service its variants, tariffs, places and
modifiers, the variant the tariffs, the tariff how the period is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.clock_times import begins_in_past
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.order_cards import ServiceCard, TariffCard
from olvery_tui.domain.ordering import period_problems
from olvery_tui.domain.orders import COMMENT_MAX, OrderDraft
from olvery_tui.domain.period import Period
from olvery_tui.domain.pricing import units
from olvery_tui.i18n import _
from olvery_tui.screens.order_filling import (
    Filled,
    can_do_without_variant,
    first_variant,
    tariffs_for,
)
from olvery_tui.widgets.choice import Choice, Choosable
from olvery_tui.widgets.field import Field, Glyph, Unfinished
from olvery_tui.widgets.labelled import Labelled
from olvery_tui.widgets.modifier_ticks import ModifierTicks
from olvery_tui.widgets.period_fields import PeriodFields
from olvery_tui.widgets.person_search import PersonSearch
from olvery_tui.widgets.price_field import PriceField
from olvery_tui.widgets.seat_ticks import SeatTicks
from olvery_tui.wording.errors import field_name, sentence
from olvery_tui.wording.orders import payment_kind, tariff_price, units_text

_QUIET_SECONDS = 0.18
"""After so long without a key a period that is being typed is looked at."""

_LABELLED = ("customer", "service", "variant", "tariff", "period", "comment", "price")


class OrderFields(Vertical):
    """Everything that is filled in, and below it what that comes to and what is missing."""

    class Changed(Message):
        """Something else stands there."""

        def __init__(self, filled: Filled) -> None:
            super().__init__()
            self.filled = filled

    class PlacesWanted(Message):
        """The workplaces of a service in a period are to be listed."""

        def __init__(self, service_id: int, period: Period) -> None:
            super().__init__()
            self.service_id = service_id
            self.period = period

    def __init__(self, *, now: Callable[[], datetime], zone: tzinfo) -> None:
        super().__init__(id="fields")
        self._now = now
        self._zone = zone
        self._services: tuple[ServiceCard, ...] = ()
        self._filled = Filled()
        self._places_of: tuple[int, Period] | None = None
        """Whose places are listed or asked for."""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        with Horizontal(id="panes"):
            with VerticalScroll(id="what", can_focus=False):
                yield _row(
                    "customer",
                    PersonSearch(mode="search"),
                    Glyph("+", _("New customer"), classes="add", by_key=False),
                )
                yield _row("service", Choice(_("choose a service"), id="services"))
                yield _row("variant", Choice(id="variants"))
                yield _row("tariff", Choice("—", id="tariffs"))
                yield _row("period", PeriodFields("period", now=self._now, zone=self._zone))
                yield Static(id="comes-to", markup=False)
            with Vertical(id="where"):
                yield SeatTicks(field_name("workplaces"), zone=self._zone, id="workplaces")
                with Vertical(id="extras"):
                    yield Static(Content(field_name("modifiers")), classes="title-text")
                    with VerticalScroll(id="extras-box", can_focus=False):
                        yield ModifierTicks(id="modifiers")
        with Vertical(id="how"):
            with Horizontal(id="paid"):
                yield _row("payment", Choice(id="payments"))
                yield _row("comment", Field(limit=COMMENT_MAX, id="comment-line"))
            yield _row("price", PriceField("price"))
            yield Static(id="gaps", markup=False)

    def on_mount(self) -> None:
        self._choice("payments").offer(
            [Choosable(kind, payment_kind(kind)) for kind in PaymentKind], PaymentKind.ON_SITE
        )
        self._show_parts()
        self.reconsider()

    # What the form asks

    @property
    def filled(self) -> Filled:
        """What stands in the fields, as far as it can be read."""
        return self._filled

    @property
    def search(self) -> PersonSearch:
        """Where the customer is looked for."""
        return self.query_one(PersonSearch)

    @property
    def seats(self) -> SeatTicks:
        """Where the workplaces are ticked."""
        return self.query_one(SeatTicks)

    @property
    def is_touched(self) -> bool:
        """Whether the user has filled in anything."""
        return (
            bool(self.search.text.strip())
            or (self._filled.service is not None and len(self._services) > 1)
            or self.query_one(PeriodFields).is_touched
            or self.seats.is_touched
            or bool(self._filled.modifiers)
            or self._choice("payments").value is not PaymentKind.ON_SITE
            or bool(self._comment.value.strip())
            or self.query_one(PriceField).is_touched
        )

    def offer(self, services: tuple[ServiceCard, ...]) -> None:
        """Put what is sold there; the only service is chosen by itself."""
        kept = self._filled.service
        self._services = services
        choice = self._choice("services")
        chosen = services[0].id if len(services) == 1 else (kept.id if kept else None)
        choice.offer([Choosable(one.id, one.name) for one in services], chosen)
        self._service_chosen()

    def draft(self) -> OrderDraft | None:
        """The order as it stands there; None while something is missing or can't be used."""
        self.reconsider(finished=True)
        filled = self._filled
        if filled.first_gap is not None:
            return None
        assert filled.customer_id is not None
        assert filled.service is not None
        assert filled.tariff is not None
        assert filled.period is not None
        price = self.query_one(PriceField)
        payment = self._choice("payments").value
        variant = self._choice("variants").value if filled.service.variants else None
        return OrderDraft(
            customer_id=filled.customer_id,
            service_id=filled.service.id,
            variant_id=variant if isinstance(variant, int) else None,
            tariff_id=filled.tariff.id,
            period=filled.period,
            workplace_ids=filled.workplace_ids,
            modifier_ids=tuple(one.id for one in filled.modifiers),
            payment_kind=PaymentKind(str(payment)),
            price=price.read() if price.is_touched else None,
            comment=self._comment.value,
        )

    def complain(self, field: str, text: str) -> bool:
        """Say what is wrong with a field; whether there is such a field."""
        if field == "workplaces":
            self.seats.complain(text)
        elif field in _LABELLED:
            self._row(field).complain(text)
        else:
            return False
        return True

    def go_to(self, field: str) -> None:
        """Put the focus on a field, at once."""
        match field:
            case "customer":
                self.search.take_focus()
            case "service" | "variant" | "tariff" | "payment":
                self._choice(f"{field}s").take_focus()
            case "period":
                self.query_one(PeriodFields).take_focus()
            case "workplaces":
                self.seats.take_focus()
            case "comment":
                self.screen.set_focus(self._comment)
            case "price":
                self.screen.set_focus(self.query_one("#price-line"))
            case "modifiers":
                self.screen.set_focus(self.query_one(ModifierTicks))

    def go_on(self) -> bool:
        """Put the focus on the field after the present one; whether there is one.

        In the order of the form: Textual's own next one is found by where things stand, and what
        has just been shown has no place yet.
        """
        stops = [one for one in self.query("*") if one.focusable and _is_shown(one)]
        at = next((at for at, one in enumerate(stops) if one.has_focus), len(stops))
        for following in stops[at + 1 :]:
            self.screen.set_focus(following)
            return True
        return False

    def refresh_places(self) -> None:
        """Ask for the places again: they may have been taken or left."""
        if self._places_of is not None:
            self.post_message(self.PlacesWanted(*self._places_of))

    # What follows from what

    @on(Choice.Changed, "#services")
    def _service_changed(self, message: Choice.Changed) -> None:
        message.stop()
        self._service_chosen()

    def _service_chosen(self) -> None:
        service = self._service
        self.seats.forget()
        self._places_of = None
        variants, modifiers = self._choice("variants"), self.query_one(ModifierTicks)
        if service is None:
            variants.offer([])
            modifiers.offer((), "")
        else:
            none = [Choosable(None, _("none"))] if can_do_without_variant(service) else []
            named = [Choosable(one.id, one.name) for one in service.variants]
            variants.offer([*none, *named], first_variant(service))
            currency = service.tariffs[0].currency if service.tariffs else ""
            modifiers.offer(service.modifiers, currency)
        self._variant_chosen()

    @on(Choice.Changed, "#variants")
    def _variant_changed(self, message: Choice.Changed) -> None:
        message.stop()
        self._variant_chosen()

    def _variant_chosen(self) -> None:
        service, variant = self._service, self._choice("variants").value
        tariffs = self._choice("tariffs")
        variant_id = variant if isinstance(variant, int) else None
        fitting = tariffs_for(service, variant_id) if service else ()
        ids = [one.id for one in fitting]
        kept = tariffs.value if tariffs.value in ids else next(iter(ids), None)
        tariffs.offer([Choosable(one.id, one.name, tariff_price(one)) for one in fitting], kept)
        self._tariff_chosen()

    @on(Choice.Changed, "#tariffs")
    def _tariff_changed(self, message: Choice.Changed) -> None:
        message.stop()
        self._tariff_chosen()

    def _tariff_chosen(self) -> None:
        service = self._service
        self.query_one(PeriodFields).fit(self._tariff, service.slot_minutes if service else 30)
        self._show_parts()
        self.reconsider()

    def _show_parts(self) -> None:
        """Only what the service has is there."""
        service = self._service
        self._row("variant").display = bool(service and service.variants)
        self._row("tariff").display = service is not None
        self._row("period").display = self._tariff is not None
        self.query_one("#comes-to").display = self._tariff is not None
        self.query_one("#extras").display = bool(service and service.modifiers)

    @on(PersonSearch.Picked)
    def _picked(self) -> None:
        """The form hears of it too, and goes on to the next field."""
        self.reconsider()

    @on(PersonSearch.Edited)
    @on(SeatTicks.Changed)
    @on(ModifierTicks.Changed)
    @on(PriceField.Edited)
    def _changed(self, message: Message) -> None:
        message.stop()
        self.reconsider()

    @on(Input.Changed, "#comment-line")
    def _commented(self, message: Input.Changed) -> None:
        message.stop()
        self._row("comment").complain("")

    @on(PeriodFields.Edited)
    def _period_edited(self, message: PeriodFields.Edited) -> None:
        """Wait for a moment of quiet: places are not looked up for each digit."""
        message.stop()
        self._stop_waiting()
        self._timer = self.set_timer(_QUIET_SECONDS, self.reconsider)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    # What it comes to

    def reconsider(self, *, finished: bool = False) -> None:
        """Read all fields; say at each what is wrong, and below what is missing and the price.

        Args:
            finished: Whether a line that is being typed is judged, too.
        """
        self._stop_waiting()
        wrong: dict[str, str] = {}
        period = self._read_period(wrong, finished=finished)
        filled = Filled(
            customer_id=self.search.person.id if self.search.person else None,
            service=self._service,
            tariff=self._tariff,
            period=period,
            workplace_ids=self.seats.chosen,
            lost=tuple(place.label for place in self.seats.lost),
            modifiers=self.query_one(ModifierTicks).chosen,
        )
        self._propose_price(filled, wrong)
        self._filled = replace(filled, wrong=tuple(wrong))
        for field in ("customer", "service", "period", "price"):
            self._row(field).complain(wrong.get(field, ""))
        self.seats.complain("")
        self._tell(self._filled)
        self._follow_with_places(self._filled)
        self.post_message(self.Changed(self._filled))

    def _read_period(self, wrong: dict[str, str], *, finished: bool) -> Period | None:
        service, tariff = self._service, self._tariff
        if service is None or tariff is None:
            return None
        try:
            period = self.query_one(PeriodFields).read(finished=finished)
        except Unfinished:
            return None
        except InvalidInput as error:
            wrong["period"] = sentence(error)
            return None
        if period is not None:
            for problem in period_problems(period, tariff, service.slot_minutes, self._zone):
                wrong["period"] = sentence(problem)
        return period

    def _propose_price(self, filled: Filled, wrong: dict[str, str]) -> None:
        field = self.query_one(PriceField)
        currency = filled.tariff.currency if filled.tariff else ""
        field.propose(filled.price(self._zone), currency, filled.price_told(self._zone))
        try:
            field.read()
        except InvalidInput as problem:
            wrong["price"] = sentence(problem)

    def _tell(self, filled: Filled) -> None:
        gaps = filled.gaps_told()
        line = self.query_one("#gaps", Static)
        line.set_class(not gaps, "-complete")
        line.update(Content(f"! {gaps}" if gaps else f"✓ {_('Everything is filled in.')}"))
        note = self.query_one("#comes-to", Static)
        note.set_class(False, "-past")
        if filled.period is None or filled.tariff is None or filled.service is None:
            note.update(Content(""))
            return
        told = units_text(filled.tariff.unit, units(filled.tariff.unit, filled.period, self._zone))
        past = begins_in_past(filled.period, self._now(), filled.service.slot_minutes, self._zone)
        if past:
            told = f"{told} · ! {_('the beginning has passed already')}"
        note.set_class(past, "-past")
        note.update(Content(told))

    def _follow_with_places(self, filled: Filled) -> None:
        """List the places of another service or period; a wrong period lists none."""
        usable = filled.period if "period" not in filled.wrong else None
        if filled.service is None or usable is None:
            self._places_of = None
            text = _("Choose a service.") if filled.service is None else _("Enter the period.")
            self.seats.wait(text)
        elif self._places_of != (filled.service.id, usable):
            self._places_of = filled.service.id, usable
            self.post_message(self.PlacesWanted(*self._places_of))

    # Parts

    @property
    def _service(self) -> ServiceCard | None:
        value = self._choice("services").value
        return next((one for one in self._services if one.id == value), None)

    @property
    def _tariff(self) -> TariffCard | None:
        service, value = self._service, self._choice("tariffs").value
        tariffs = service.tariffs if service else ()
        return next((one for one in tariffs if one.id == value), None)

    @property
    def _comment(self) -> Field:
        return self.query_one("#comment-line", Field)

    def _choice(self, id: str) -> Choice:
        return self.query_one(f"#{id}", Choice)

    def _row(self, field: str) -> Labelled:
        return self.query_one(f"#{field}", Labelled)


def _is_shown(widget: Widget) -> bool:
    return all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))


def _row(field: str, *content: Widget) -> Labelled:
    label = _("Variant") if field == "variant" else field_name(field)
    return Labelled(field, label, *content)
