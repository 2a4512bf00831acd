"""What is sold and how it is paid: the codes, without their labels."""

from __future__ import annotations

from enum import StrEnum


class PaymentKind(StrEnum):
    """How an order is paid."""

    ON_SITE = "on_site"
    ONLINE = "online"
    INVOICE = "invoice"


class TariffUnit(StrEnum):
    """What a tariff counts. Hours are sold within one day, days and months as whole days."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
