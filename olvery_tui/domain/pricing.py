"""How many units of a tariff a period has, what they cost, and whether so many may be bought.

Source: ours; the manual names tariffs but not how they are counted. Money is a decimal.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.periods import Period

PRICE_MAX = Decimal("9999999.99")
"""No order costs more; a price typed twice into one field does."""

_AMOUNT = re.compile(r"[0-9]+(?:[.,][0-9]{1,2})?")


def units(unit: TariffUnit, period: Period, zone: tzinfo) -> Decimal:
    """How many hours, days or months a period has: hours exactly, a begun month as a whole one."""
    if unit is TariffUnit.HOUR:
        return Decimal((period.ends_at - period.starts_at) // timedelta(minutes=1)) / 60
    first, last = period.days(zone)
    if unit is TariffUnit.DAY:
        return Decimal((last - first).days + 1)
    return Decimal(_begun_months(first, last))


def is_on_slot(moment: datetime, slot_minutes: int, zone: tzinfo) -> bool:
    """Whether a slot begins at a moment, counted from midnight by the clock on the wall."""
    local = moment.astimezone(zone)
    whole = not local.second and not local.microsecond
    return whole and (local.hour * 60 + local.minute) % slot_minutes == 0


def price_of(
    count: Decimal, tariff_price: Decimal, modifier_prices: tuple[Decimal, ...], tickets: int
) -> Decimal:
    """What tickets of `count` units cost: units × price, and each modifier once a ticket.

    The whole is rounded once, half a hundredth up.
    """
    one = count * tariff_price + sum(modifier_prices, Decimal(0))
    return (one * tickets).quantize(Decimal("0.01"), ROUND_HALF_UP)


def parse_money(field: str, text: str) -> Decimal:
    """`900`, `1 800,50` or `1800.50` as an amount of money.

    Raises:
        InvalidInput: `money`, not an amount; `money_large`, more than an order can cost.
    """
    squeezed = re.sub(r"[\s'’]", "", text)
    if not _AMOUNT.fullmatch(squeezed):
        raise InvalidInput(field, InputCode.MONEY, {"text": text.strip()})
    amount = Decimal(squeezed.replace(",", ".")).quantize(Decimal("0.01"))
    if amount > PRICE_MAX:
        raise InvalidInput(field, InputCode.MONEY_LARGE, {"text": text.strip()})
    return amount


def last_day_of_months(first: date, months: int) -> date:
    """The last day of so many months from `first`: a month from the 15th lasts to the 14th.

    Raises:
        ValueError: beyond the end of the calendar.
    """
    return _months_later(first, months) - timedelta(days=1)


def _begun_months(first: date, last: date) -> int:
    months = (last.year - first.year) * 12 + last.month - first.month
    return months + 1 if _months_later(first, months) <= last else months


def _months_later(day: date, months: int) -> date:
    """The same day so many months later; from a day that this month lacks, the next month's first.

    A month from 31 January ends with February's last day, so the next one begins on 1 March.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        year, month = divmod(day.year * 12 + day.month + months, 12)
        return date(year, month + 1, 1)
