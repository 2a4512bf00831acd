"""The left pane of a new order: customer, service and period.

Each choice limits those below it: the service determines variants and tariffs, the variant the
tariffs, and the tariff how the period is entered.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from olvery_tui.domain.catalogue import ServiceDetails, TariffDetails, TariffUnit
from olvery_tui.domain.clock_times import begins_in_past
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.ordering import period_problems
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.pricing import units
from olvery_tui.i18n import _
from olvery_tui.screens.new_order.order_begun import OrderBegun
from olvery_tui.screens.new_order.order_filling import (
    can_do_without_variant,
    first_variant,
    tariffs_for,
)
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.fields.choice import Choice, Choosable
from olvery_tui.widgets.fields.field import Glyph
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.fields.period_fields import PeriodFields
from olvery_tui.widgets.messages import DataMessage
from olvery_tui.widgets.pickers.person_search import PersonSearch
from olvery_tui.wording.catalogue import outside_text
from olvery_tui.wording.errors import field_name
from olvery_tui.wording.orders import tariff_price, units_text


class OfferPane(VerticalScroll, can_focus=False):
    """Customer, service, variant, tariff and period, with defaults where possible."""

    class Changed(Message):
        """A choice was changed."""

    class ServiceChosen(DataMessage):
        """The service was changed (None: cleared), and with it the workplaces and modifiers."""

        service: ServiceDetails | None

    search = getters.query_one(PersonSearch)
    """The customer search."""
    period = getters.query_one(PeriodFields)
    """The fields of the period."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
        begun: OrderBegun | None = None,
    ) -> None:
        super().__init__(id="what")
        self._begun = begun
        self._usual_service: int | None = None
        self._now = now
        self._zone = zone
        self._services: tuple[ServiceDetails, ...] = ()
        self._hours = OpeningHours()
        self._offered: tuple[tuple[ServiceDetails, ...], OpeningHours] | None = None

    def compose(self) -> ComposeResult:
        yield Labelled(
            "customer",
            field_name("customer"),
            PersonSearch(mode="search"),
            Glyph("+", _("New customer"), classes="add", by_key=False),
        )
        yield Labelled(
            "service",
            field_name("service"),
            Choice(_("choose a service"), enter_goes_on=True, id="services"),
            Vertical(
                Static(Content(_("There are no services yet.")), markup=False),
                KeyButton(_("Services and places"), None, id="open-catalogue"),
                id="no-services",
            ),
        )
        yield Labelled("variant", _("Service variant"), Choice(enter_goes_on=True, id="variants"))
        yield Labelled(
            "tariff", field_name("tariff"), Choice("—", enter_goes_on=True, id="tariffs")
        )
        yield Labelled(
            "period",
            field_name("period"),
            PeriodFields(
                now=self._now,
                zone=self._zone,
                begun=self._begun.period if self._begun else None,
                is_end_open=self._begun is None or self._begun.is_end_open,
            ),
        )
        yield Static(id="comes-to", markup=False)

    def on_mount(self) -> None:
        self._show_parts()

    # The choices

    @property
    def service(self) -> ServiceDetails | None:
        """The chosen service."""
        value = self.choice("service").value
        return next((one for one in self._services if one.id == value), None)

    @property
    def _first_service(self) -> int | None:
        """The service chosen by itself: where the order was begun, the usual one, or the first that
        can be sold.
        """
        ids = [one.id for one in self._services]
        if self._begun is not None and self._begun.service_id in ids:
            return self._begun.service_id
        if self._usual_service in ids:
            return self._usual_service
        sold = (one.id for one in self._services if one.tariffs)
        return next(sold, ids[0] if len(ids) == 1 else None)

    @property
    def variant_id(self) -> int | None:
        """The chosen variant; None if there are none or none is chosen."""
        value = self.choice("variant").value
        return value if isinstance(value, int) else None

    @property
    def tariff(self) -> TariffDetails | None:
        """The chosen tariff."""
        service, value = self.service, self.choice("tariff").value
        tariffs = service.tariffs if service else ()
        return next((one for one in tariffs if one.id == value), None)

    @property
    def is_touched(self) -> bool:
        """Whether the user has filled in anything here."""
        return (
            bool(self.search.text.strip())
            or (self.service is not None and self.service.id != self._first_service)
            or self.period.is_touched
        )

    def choice(self, field: str) -> Choice:
        """Return the widget that chooses a `service`, `variant` or `tariff`."""
        return self.query_one(f"#{field}s", Choice)

    def read_period(self, *, finished: bool) -> Period | None:
        """Return the period, checked against the tariff; None if it is not filled in.

        Raises:
            InvalidInput: The period is invalid or not available for this tariff.
            Unfinished: The period is still being typed; never raised with `finished`.
        """
        service, tariff = self.service, self.tariff
        if service is None or tariff is None:
            return None
        period = self.period.read(finished=finished)
        if period is not None:
            for problem in period_problems(period, tariff, service.slot_minutes, self._zone):
                raise problem
        return period

    def tell_period(self, period: Period | None) -> None:
        """Show the length of the period in units of the tariff.

        A beginning in the past, or times outside the opening hours, are only noted, not refused:
        the visitor may be at the desk already.
        """
        service, tariff = self.service, self.tariff
        note = self.query_one("#comes-to", Static)
        note.remove_class("-past")
        if period is None or service is None or tariff is None:
            note.update(Content(""))
            return
        told = units_text(tariff.unit, units(tariff.unit, period, self._zone))
        if begins_in_past(period, self._now(), service.slot_minutes, self._zone):
            note.add_class("-past")
            told = f"{told} · ! {_('the beginning has passed already')}"
        if (day := self._hours.day_outside(period, self._zone)) is not None:
            note.add_class("-past")
            told = f"{told} · ! {outside_text(self._hours, day)}"
        note.update(Content(told))

    # Dependent choices

    def offer(
        self, services: tuple[ServiceDetails, ...], hours: OpeningHours, usual: int | None
    ) -> None:
        """Offer these services; the `usual` one, or else the first, is chosen automatically.

        Proposed times begin with the opening hours.
        """
        if (services, hours) == self._offered:
            return
        self._offered, self._usual_service = (services, hours), usual
        kept = self.service
        self._hours = hours
        self.period.opening = hours.opening
        self._services = services
        chosen = kept.id if kept else self._first_service
        self.choice("service").offer([Choosable(one.id, one.name) for one in services], chosen)
        self.choice("service").display = bool(services)
        self.query_one("#no-services").display = not services
        self._service_chosen()

    @on(Choice.Changed, "#services")
    def _service_chosen(self) -> None:
        service, variants = self.service, self.choice("variant")
        self.post_message(self.ServiceChosen(service))
        if service is None:
            variants.offer([])
        else:
            none = [Choosable(None, _("none"))] if can_do_without_variant(service) else []
            named = [Choosable(one.id, one.name) for one in service.variants]
            ids = [one.value for one in (*none, *named)]
            kept = variants.value if variants.value in ids else first_variant(service)
            variants.offer([*none, *named], kept)
        self._variant_chosen()

    @on(Choice.Changed, "#variants")
    def _variant_chosen(self) -> None:
        """Offer the matching tariffs; keep the chosen one if it matches."""
        service, tariffs = self.service, self.choice("tariff")
        fitting = tariffs_for(service, self.variant_id) if service else ()
        ids = [one.id for one in fitting]
        kept = tariffs.value if tariffs.value in ids else self._first_tariff(fitting)
        tariffs.offer([Choosable(one.id, one.name, tariff_price(one)) for one in fitting], kept)
        self._tariff_chosen()

    def _first_tariff(self, fitting: tuple[TariffDetails, ...]) -> int | None:
        """Return the first tariff, of hours or of days as the order was begun."""
        if self._begun is not None:
            by_hours = self._begun.period.kind is PeriodKind.HOURLY
            units = (one for one in fitting if by_hours is (one.unit is TariffUnit.HOUR))
            return next((one.id for one in (*units, *fitting)), None)
        return fitting[0].id if fitting else None

    @on(Choice.Changed, "#tariffs")
    def _tariff_chosen(self) -> None:
        service = self.service
        self.period.fit(self.tariff, service.slot_minutes if service else 30)
        self._show_parts()
        self.post_message(self.Changed())

    def _show_parts(self) -> None:
        """Show only the rows that apply to the chosen service and tariff."""
        service, tariff = self.service, self.tariff
        self._row("variant").display = bool(service and service.variants)
        self._row("tariff").display = service is not None
        self._row("period").display = tariff is not None
        self.query_one("#comes-to").display = tariff is not None

    def _row(self, field: str) -> Labelled:
        return self.query_one(f"#{field}", Labelled)
