"""What is wrong with an order that is about to be made. Source: ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from decimal import Decimal

from olvery_tui.domain.catalogue import ServiceDetails, TariffDetails, TariffUnit
from olvery_tui.domain.errors import ChoiceCode, InputCode, InvalidInput, NoSuchChoice
from olvery_tui.domain.orders import COMMENT_MAX, WORKPLACES_MAX, OrderDraft
from olvery_tui.domain.periods import PERIOD_MAX, Period, PeriodKind
from olvery_tui.domain.pricing import PRICE_MAX, is_on_slot, price_of, units
from olvery_tui.domain.text import clean

_CENT = Decimal("0.01")


def chosen_tariff(draft: OrderDraft, service: ServiceDetails) -> TariffDetails:
    """The tariff of the draft.

    Raises:
        NoSuchChoice: `tariff`, `variant` or `modifier`; not one of the service.
    """
    tariff = next((one for one in service.tariffs if one.id == draft.tariff_id), None)
    if tariff is None:
        raise NoSuchChoice(ChoiceCode.TARIFF)
    variants = {one.id for one in service.variants}
    if draft.variant_id is not None and draft.variant_id not in variants:
        raise NoSuchChoice(ChoiceCode.VARIANT)
    if not {one.id for one in service.modifiers}.issuperset(draft.modifier_ids):
        raise NoSuchChoice(ChoiceCode.MODIFIER)
    return tariff


def price(draft: OrderDraft, service: ServiceDetails, zone: tzinfo) -> Decimal:
    """What the order costs: what the manager says, or what tariff and modifiers come to.

    Raises:
        NoSuchChoice: as `chosen_tariff`.
    """
    if draft.price is not None:
        return draft.price
    tariff = chosen_tariff(draft, service)
    extras = tuple(one.price for one in service.modifiers if one.id in draft.modifier_ids)
    count = units(tariff.unit, draft.period, zone)
    return price_of(count, tariff.price, extras, len(draft.workplace_ids))


def problems(draft: OrderDraft, service: ServiceDetails, zone: tzinfo) -> tuple[InvalidInput, ...]:
    """Everything that is wrong with a draft, field by field in the order of the form.

    Codes: variant `of_variant`; period `hours_only`, `days_only`, `hours_of_one_day`, `slot`,
    `units`, `long`; workplaces `required`, `too_many`, `repeated`; price `money`, `money_large`;
    comment `too_long`. A period in the past is none: the visitor is standing there.

    Raises:
        NoSuchChoice: as `chosen_tariff`.
    """
    tariff = chosen_tariff(draft, service)
    return (
        *_of_variant(draft, tariff, service),
        *period_problems(draft.period, tariff, service.slot_minutes, zone),
        *_of_workplaces(draft),
        *_of_price(price(draft, service, zone)),
        *_of_comment(draft),
    )


def period_problems(
    period: Period, tariff: TariffDetails, slot_minutes: int, zone: tzinfo
) -> tuple[InvalidInput, ...]:
    """Why a tariff can't be used for a period: at most one reason, the first that applies."""
    hourly = tariff.unit is TariffUnit.HOUR
    if hourly and period.kind is not PeriodKind.HOURLY:
        return (InvalidInput("period", InputCode.HOURS_ONLY),)
    if not hourly and period.kind is not PeriodKind.DAILY:
        return (InvalidInput("period", InputCode.DAYS_ONLY),)
    if hourly:
        first, last = period.days(zone)
        if first != last:
            return (InvalidInput("period", InputCode.HOURS_OF_ONE_DAY),)
        ends = (period.starts_at, period.ends_at)
        if not all(is_on_slot(end, slot_minutes, zone) for end in ends):
            return (InvalidInput("period", InputCode.SLOT, {"minutes": slot_minutes}),)
    if period.ends_at - period.starts_at > PERIOD_MAX:
        return (InvalidInput("period", InputCode.LONG, {"days": PERIOD_MAX.days}),)
    if not tariff.min_units <= units(tariff.unit, period, zone) <= tariff.max_units:
        limits: dict[str, object] = {
            "least": tariff.min_units,
            "most": tariff.max_units,
            "unit": tariff.unit.value,
        }
        return (InvalidInput("period", InputCode.UNITS, limits),)
    return ()


def _of_variant(
    draft: OrderDraft, tariff: TariffDetails, service: ServiceDetails
) -> Iterator[InvalidInput]:
    if tariff.variant_id is not None and tariff.variant_id != draft.variant_id:
        name = next((one.name for one in service.variants if one.id == tariff.variant_id), "")
        yield InvalidInput("variant", InputCode.OF_VARIANT, {"variant": name})


def _of_workplaces(draft: OrderDraft) -> Iterator[InvalidInput]:
    chosen = draft.workplace_ids
    if not chosen:
        yield InvalidInput("workplaces", InputCode.REQUIRED)
    elif len(chosen) > WORKPLACES_MAX:
        yield InvalidInput("workplaces", InputCode.TOO_MANY, {"limit": WORKPLACES_MAX})
    elif len(set(chosen)) < len(chosen):
        yield InvalidInput("workplaces", InputCode.REPEATED)


def _of_price(amount: Decimal) -> Iterator[InvalidInput]:
    if not amount.is_finite() or amount < 0 or amount != amount.quantize(_CENT):
        yield InvalidInput("price", InputCode.MONEY, {"text": str(amount)})
    elif amount > PRICE_MAX:
        yield InvalidInput("price", InputCode.MONEY_LARGE, {"text": str(amount)})


def _of_comment(draft: OrderDraft) -> Iterator[InvalidInput]:
    if len(clean(draft.comment)) > COMMENT_MAX:
        yield InvalidInput("comment", InputCode.TOO_LONG, {"limit": COMMENT_MAX})
