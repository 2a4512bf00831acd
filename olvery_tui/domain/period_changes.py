"""«Изменить период»: what a ticket's new period may be, and what it costs. Source: ours.

The price of a unit is the one at booking, whatever the tariff costs by now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.periods import DAY, PERIOD_MAX, Period, PeriodKind
from olvery_tui.domain.pricing import PRICE_MAX, is_on_slot, last_day_of_months, units
from olvery_tui.domain.tickets import TicketDetails

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a ticket is sold by: a unit of its tariff, and what one cost when it was booked."""

    unit: TariffUnit
    unit_price: Decimal
    max_units: int
    slot_minutes: int


@dataclass(frozen=True, slots=True)
class PeriodDraft:
    """A ticket's new period.

    `surcharge` is what the order costs more by it, for each ticket; None is what the tariff comes
    to. The ticket moves to `workplace_id` for all that is left of the period, or stays where it is.
    `then` is where tickets, by number, go from when their own places are taken. `whole_order`
    changes all tickets of the order that have the same period.
    """

    period: Period
    surcharge: Decimal | None = None
    workplace_id: int | None = None
    then: Mapping[int, int] = field(default_factory=dict)
    whole_order: bool = False


@dataclass(frozen=True, slots=True)
class PeriodView:
    """What the form of «Изменить период» shows.

    `alike` are the numbers of the order's tickets that have the same period, this one included.
    """

    ticket: TicketDetails
    terms: Terms
    alike: tuple[int, ...]
    hours: OpeningHours

    def has_begun(self, now: datetime) -> bool:
        """Whether the period has begun, so that only its end may change."""
        return now >= self.ticket.period.starts_at

    def can_leave(self, now: datetime) -> bool:
        """Whether the period is running, so that its visitor may leave early."""
        return self.ticket.period.contains(now) and now > self.ticket.period.starts_at


def added_units(unit: TariffUnit, before: Period, after: Period, zone: tzinfo) -> Decimal:
    """How many units a change adds, a begun one whole; none where the period gets no longer."""
    more = units(unit, after, zone) - units(unit, before, zone)
    return max(more.to_integral_value(ROUND_CEILING), Decimal(0))


def surcharge(terms: Terms, before: Period, after: Period, zone: tzinfo) -> Decimal:
    """What a change of period costs; shortening takes nothing back by itself."""
    added = added_units(terms.unit, before, after, zone)
    return (added * terms.unit_price).quantize(_CENT, ROUND_HALF_UP)


def extended(period: Period, unit: TariffUnit, count: int, zone: tzinfo) -> Period:
    """The period with its end `count` units later, or earlier where that is negative.

    Whole months count from the first day, so that one from the 31st stays so.

    Raises:
        ValueError: nothing would be left, or it leaves the calendar.
    """
    if unit is TariffUnit.HOUR:
        return Period.hourly(period.starts_at, period.ends_at + timedelta(hours=count))
    first, last = period.days(zone)
    if unit is TariffUnit.DAY:
        return Period.daily(first, last + count * DAY, zone)
    months = int(units(unit, period, zone))
    if last == last_day_of_months(first, months):
        return Period.daily(first, last_day_of_months(first, months + count), zone)
    return Period.daily(first, last_day_of_months(last + DAY, count), zone)


def shifted(period: Period, steps: int, zone: tzinfo, length: timedelta | None = None) -> Period:
    """The period so many days later, at the same time of the day; hours by `length` if given."""
    if period.kind is not PeriodKind.HOURLY:
        first, last = (day + steps * DAY for day in period.days(zone))
        return Period.daily(first, last, zone)
    starts_at = period.starts_at + steps * (length or DAY)
    if length is None:  # a day may have 23 or 25 hours
        local = period.starts_at.astimezone(zone).replace(tzinfo=None) + steps * DAY
        starts_at = local.replace(tzinfo=zone).astimezone(UTC)
    return Period.hourly(starts_at, starts_at + (period.ends_at - period.starts_at))


def leaving(period: Period, now: datetime) -> Period:
    """The period of a visitor who leaves at `now`, before its end."""
    return replace(period, ends_at=now)


def problems(
    draft: PeriodDraft, before: Period, terms: Terms, now: datetime, zone: tzinfo
) -> tuple[InvalidInput, ...]:
    """Everything that is wrong with a draft: at most one reason for the period, one for the sum."""
    of_period = next(_of_period(draft.period, before, terms, now, zone), None)
    found = () if of_period is None else (of_period,)
    amount = draft.surcharge
    if amount is None:
        return found
    if not amount.is_finite() or amount != amount.quantize(_CENT):
        return (*found, InvalidInput("price", InputCode.MONEY, {"text": str(amount)}))
    if abs(amount) > PRICE_MAX:
        return (*found, InvalidInput("price", InputCode.MONEY_LARGE, {"text": str(amount)}))
    return found


def _of_period(
    after: Period, before: Period, terms: Terms, now: datetime, zone: tzinfo
) -> Iterator[InvalidInput]:
    """Yield why a period can't become another one; values that were booked may stay as they are.

    Codes: `begun` (the start of what has begun), `over` (an end that has passed), `hours_only`,
    `days_only`, `hours_of_one_day`, `slot`, `long`, `units`.
    """
    if after.kind is not before.kind:
        hourly = before.kind is PeriodKind.HOURLY
        yield InvalidInput("period", InputCode.HOURS_ONLY if hourly else InputCode.DAYS_ONLY)
    if after.starts_at != before.starts_at and now >= before.starts_at:
        yield InvalidInput("period", InputCode.BEGUN)
    if after.ends_at < now:
        yield InvalidInput("period", InputCode.OVER)
    if after.kind is PeriodKind.HOURLY:
        first, last = after.days(zone)
        if first != last:
            yield InvalidInput("period", InputCode.HOURS_OF_ONE_DAY)
        ends = {after.starts_at, after.ends_at} - {before.starts_at, before.ends_at, now}
        if not all(is_on_slot(end, terms.slot_minutes, zone) for end in ends):
            yield InvalidInput("period", InputCode.SLOT, {"minutes": terms.slot_minutes})
    if after.ends_at - after.starts_at > PERIOD_MAX:
        yield InvalidInput("period", InputCode.LONG, {"days": PERIOD_MAX.days})
    most = max(units(terms.unit, before, zone), Decimal(terms.max_units))
    if units(terms.unit, after, zone) > most:
        limits: dict[str, object] = {"least": 1, "most": terms.max_units, "unit": terms.unit.value}
        yield InvalidInput("period", InputCode.UNITS, limits)
