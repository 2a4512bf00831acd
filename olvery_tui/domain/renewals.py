"""«Продление»: the next order of a ticket that ends, on the same seat from the day after.

Source: ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.periods import DAY, Period, day_start
from olvery_tui.domain.pricing import last_day_of_months, units
from olvery_tui.domain.tickets import TicketDetails


@dataclass(frozen=True, slots=True)
class Renewal:
    """What follows a ticket: the order as it would be made, at today's price.

    `obstacle` is what stands in the way: who has the place from when, or what is not sold any more.
    """

    ticket: TicketDetails
    draft: OrderDraft
    price: Decimal
    obstacle: OlveryError | None = None


def renewed_until(now: datetime, days: int, zone: tzinfo) -> datetime:
    """The end of the day until which what ends is offered again."""
    return day_start(now.astimezone(zone).date() + (days + 1) * DAY, zone)


def following_period(period: Period, unit: TariffUnit, zone: tzinfo) -> Period:
    """As many days or begun months from the day after a period's last one.

    Raises:
        ValueError: it leaves the calendar.
    """
    first, last = period.days(zone)
    following = last + DAY
    if unit is TariffUnit.MONTH:
        months = int(units(unit, period, zone))
        return Period.daily(following, last_day_of_months(following, months), zone)
    return Period.daily(following, following + (last - first), zone)
