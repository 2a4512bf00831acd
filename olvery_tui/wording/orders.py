"""Orders in words: payments, tariffs, units, tickets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from decimal import Decimal

from olvery_tui.domain.catalogue import PaymentKind, TariffDetails, TariffUnit
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.payments import PaymentLine
from olvery_tui.domain.text import shown
from olvery_tui.i18n import NP_, _, ngettext, pgettext
from olvery_tui.wording.labels import order_status
from olvery_tui.wording.money import amount_text, money_text
from olvery_tui.wording.periods import instant_text

_PAYMENTS = {
    PaymentKind.ON_SITE: NP_("payment kind", "On site"),
    PaymentKind.ONLINE: NP_("payment kind", "Online"),
    PaymentKind.INVOICE: NP_("payment kind", "Bank transfer"),
}


def payment_kind(kind: PaymentKind) -> str:
    """Return a payment kind's label: «На месте», «Онлайн», «Безналичный расчет»."""
    return pgettext("payment kind", _PAYMENTS[kind])


def tariff_price(tariff: TariffDetails) -> str:
    """Return `900 руб. в день`."""
    money = money_text(tariff.price, tariff.currency)
    match tariff.unit:
        case TariffUnit.HOUR:
            return _("{money} an hour").format(money=money)
        case TariffUnit.DAY:
            return _("{money} a day").format(money=money)
        case TariffUnit.MONTH:
            return _("{money} a month").format(money=money)


def units_text(unit: TariffUnit, count: Decimal) -> str:
    """Return `2 часа`, `1,5 часа`, `35 дней`, `1 месяц`."""
    whole = count == count.to_integral_value()
    n = int(count) if whole else 2  # a fraction takes the plural form of two: «1,5 часа»
    match unit:
        case TariffUnit.HOUR:
            template = ngettext("{count} hour", "{count} hours", n)
        case TariffUnit.DAY:
            template = ngettext("{count} day", "{count} days", n)
        case TariffUnit.MONTH:
            template = ngettext("{count} month", "{count} months", n)
    return template.format(count=_count(count))


def owed_text(owed: Decimal, currency: str) -> str:
    """Return `к оплате 2 850 руб.`."""
    return _("to be paid: {money}").format(money=money_text(owed, currency))


def paid_text(order: OrderDetails, zone: tzinfo) -> str:
    """Return when it was paid, what is still to be paid, or a dash."""
    if order.paid_at is not None:
        return instant_text(order.paid_at, zone)
    return owed_text(order.owed, order.currency) if order.owed else "—"


def sums_text(order: OrderDetails) -> str:
    """Return `Цена 900 руб. · оплачено 500 руб. · к оплате 400 руб.`."""
    currency = order.currency
    parts = [
        _("price {money}").format(money=money_text(order.price, currency)),
        _("paid {money}").format(money=money_text(order.paid, currency)),
    ]
    if order.owed:
        parts.append(owed_text(order.owed, currency))
    if order.to_give_back:
        money = money_text(order.to_give_back, currency)
        parts.append(_("to give back {money}").format(money=money))
    return " · ".join(parts)


def line_done(order: OrderDetails) -> str:
    """Return what became of an order by its last payment: «Принято 500 руб., к оплате 400 руб.»."""
    line = order.payments[-1]
    money = money_text(abs(line.amount), order.currency)
    done = f"{line_name(line)} {money}"
    return f"{done}, {owed_text(order.owed, order.currency)}" if order.owed else done


def line_name(line: PaymentLine) -> str:
    """Return whether money came or went: «Принято», «Возвращено»."""
    return _("Taken") if line.amount > 0 else _("Given back")


def line_text(line: PaymentLine, currency: str, zone: tzinfo) -> str:
    """Return `900 руб. · 05.12.2022 19:05 · на месте · Анна Орлова · чек 17`."""
    parts = [
        money_text(abs(line.amount), currency),
        instant_text(line.at, zone),
        payment_kind(line.kind).lower(),
        shown(line.by),
    ]
    if line.receipt:
        parts.append(_("receipt {number}").format(number=shown(line.receipt)))
    return " · ".join(part for part in parts if part)


def tickets_text(count: int) -> str:
    """Return `1 билет`."""
    return ngettext("{count} ticket", "{count} tickets", count).format(count=count)


def created_text(order: OrderDetails) -> str:
    """Return «Заказ 1224 создан: билеты 35-37»."""
    numbers = ", ".join(number_runs([ticket.number for ticket in order.tickets]))
    return ngettext(
        "Order {order} is made: ticket {numbers}",
        "Order {order} is made: tickets {numbers}",
        len(order.tickets),
    ).format(order=order.number, numbers=numbers)


def moved_text(order: OrderDetails) -> str:
    """Return «Заказ 1224: Подтвержден»."""
    return _("Order {number}: {status}").format(
        number=order.number, status=order_status(order.status)
    )


def tickets_named(numbers: Sequence[int]) -> str:
    """Return `билеты 35-37, 40`."""
    return ngettext("ticket {numbers}", "tickets {numbers}", len(numbers)).format(
        numbers=", ".join(number_runs(numbers))
    )


def number_runs(numbers: Sequence[int]) -> list[str]:
    """Return `35-37`, `40`: consecutive numbers as a range."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]


def _count(count: Decimal) -> str:
    if count == count.to_integral_value():
        return str(int(count))
    return amount_text(count).rstrip("0")
