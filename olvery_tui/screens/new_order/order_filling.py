"""The state of a partly filled new order: missing fields, invalid fields, price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal

from olvery_tui.domain import pricing
from olvery_tui.domain.catalogue import ModifierDetails, ServiceDetails, TariffDetails
from olvery_tui.domain.people import NewPerson
from olvery_tui.domain.periods import Period
from olvery_tui.i18n import _, ngettext
from olvery_tui.wording.errors import field_name
from olvery_tui.wording.money import money_text
from olvery_tui.wording.orders import tickets_text, units_text


@dataclass(frozen=True, slots=True)
class Filled:
    """The values in the form, as far as they are valid."""

    customer: int | NewPerson | None = None
    service: ServiceDetails | None = None
    tariff: TariffDetails | None = None
    period: Period | None = None
    workplace_ids: tuple[int, ...] = ()
    lost: tuple[str, ...] = ()
    """Ticked workplaces that were taken meanwhile, each with the ticket that took it."""
    modifiers: tuple[ModifierDetails, ...] = ()
    wrong: tuple[str, ...] = ()
    """Fields with invalid input."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields not filled in yet, in the order of the form."""
        there = {
            "customer": self.customer is not None,
            "service": self.service is not None,
            "tariff": self.tariff is not None or self.service is None,
            "period": self.period is not None or self.tariff is None or "period" in self.wrong,
            "workplaces": bool(self.workplace_ids),
        }
        return tuple(field for field, is_there in there.items() if not is_there)

    @property
    def to_mend(self) -> tuple[str, ...]:
        """Fields that are filled in but must be corrected."""
        return (*self.wrong, "workplaces") if self.lost else self.wrong

    @property
    def first_gap(self) -> str | None:
        """The first field, in the order of the form, that prevents saving."""
        gaps = {*self.missing, *self.to_mend}
        order = ("customer", "service", "tariff", "period", "workplaces", "price", "comment")
        return next((field for field in order if field in gaps), None)

    def price(self, zone: tzinfo) -> Decimal | None:
        """Return the price by the tariff; None while it is not known."""
        if self.tariff is None or self.period is None or not self.workplace_ids:
            return None
        return pricing.price_of(
            pricing.units(self.tariff.unit, self.period, zone),
            self.tariff.price,
            tuple(modifier.price for modifier in self.modifiers),
            len(self.workplace_ids),
        )

    def price_text(self, zone: tzinfo) -> str:
        """Return how the price is made up: `2 часа × 250 руб. + 300 руб., 3 билета`."""
        if self.tariff is None or self.period is None or not self.workplace_ids:
            return ""
        currency = self.tariff.currency
        count = pricing.units(self.tariff.unit, self.period, zone)
        units = units_text(self.tariff.unit, count)
        told = f"{units} × {money_text(self.tariff.price, currency)}"
        extras = sum((modifier.price for modifier in self.modifiers), Decimal(0))
        if extras:
            told += f" + {money_text(extras, currency)}"
        return f"{told}, {tickets_text(len(self.workplace_ids))}"

    def lost_text(self) -> str:
        """Return which ticked workplaces were taken meanwhile, and what to do about it."""
        if not self.lost:
            return ""
        names = ", ".join(self.lost)
        return ngettext(
            "{names} was taken meanwhile. Tick another place, or untick this one.",
            "{names} were taken meanwhile. Tick other places, or untick these.",
            len(self.lost),
        ).format(names=names)

    def gaps_text(self) -> str:
        """Return the fields to fill in and to correct; empty if there are none."""
        told: list[str] = []
        if self.missing:
            told.append(_("Missing: {fields}").format(fields=_names(self.missing)))
        if self.to_mend:
            told.append(_("To correct: {fields}").format(fields=_names(self.to_mend)))
        return " · ".join(told)


def tariffs_for(service: ServiceDetails, variant_id: int | None) -> tuple[TariffDetails, ...]:
    """Return the tariffs of a variant: its own and those of every variant.

    Without a variant, only the latter.
    """
    return tuple(one for one in service.tariffs if one.variant_id in (None, variant_id))


def first_variant(service: ServiceDetails) -> int | None:
    """Return None if an order without a variant is possible, else the first one with a tariff."""
    if not service.variants or any(one.variant_id is None for one in service.tariffs):
        return None
    sold = {one.variant_id for one in service.tariffs}
    return next((one.id for one in service.variants if one.id in sold), None)


def can_do_without_variant(service: ServiceDetails) -> bool:
    """Whether there is a tariff without a variant."""
    return any(one.variant_id is None for one in service.tariffs)


def _names(fields: Sequence[str]) -> str:
    return ", ".join(field_name(field).lower() for field in fields)
