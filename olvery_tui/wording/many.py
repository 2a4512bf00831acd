"""Texts about changing many orders at once, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import Protocol

from olvery_tui.domain.errors import Refusal, StoreUnavailable
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.i18n import _, ngettext
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.labels import order_status
from olvery_tui.wording.listing import number_text
from olvery_tui.wording.orders import number_runs

_RUNS_TOLD = 12
_LINES_TOLD = 500


class Outcome(Protocol):
    """The outcome for one order."""

    @property
    def number(self) -> int: ...

    @property
    def error(self) -> Refusal | StoreUnavailable | None: ...


def orders_text(count: int) -> str:
    """Return `3 заказа`."""
    return ngettext("{count} order", "{count} orders", count).format(count=number_text(count))


def numbers_text(numbers: Sequence[int]) -> str:
    """Return `1223, 1215-1217`: highest first, neighbours as a range, limited in number."""
    told = number_runs(numbers)[::-1]
    return ", ".join(told[:_RUNS_TOLD]) + ("…" if len(told) > _RUNS_TOLD else "")


def which_text(orders: Sequence[int], tickets: int | None) -> str:
    """Return how many orders are meant and which; for marked tickets, that it is their orders."""
    numbers = numbers_text(orders)
    if tickets is None:
        return f"{orders_text(len(orders))}: {numbers}"
    text = ngettext(
        "{orders} of {count} marked ticket: {numbers}",
        "{orders} of {count} marked tickets: {numbers}",
        tickets,
    )
    return text.format(orders=orders_text(len(orders)), count=number_text(tickets), numbers=numbers)


def effect_text(to: OrderStatus) -> str:
    """Return the effect of a status on the orders that may have it."""
    match to:
        case OrderStatus.COMPLETED:
            return _("tickets whose period has ended are done")
        case OrderStatus.CONFIRMED:
            return _("as paid; what is free of charge without a payment")
        case _cancelled:
            return _("the tickets are cancelled, the places become free from now on")


def question_text(
    to: OrderStatus, orders: Sequence[int], tickets: int | None, going: Sequence[str]
) -> tuple[str, str]:
    """Return the confirmation: how many orders, which, and in `going` what goes with them."""
    count = orders_text(len(orders))
    match to:
        case OrderStatus.COMPLETED:
            title = _("Complete {orders}?").format(orders=count)
        case OrderStatus.CONFIRMED:
            title = _("Confirm {orders} as paid?").format(orders=count)
        case _cancelled:
            title = _("Cancel {orders} with all their tickets?").format(orders=count)
    rest = _("Orders whose status does not allow it stay as they are.")
    return title, "\n".join((which_text(orders, tickets), *going, rest))


def yes_text(to: OrderStatus) -> str:
    """Return the label of the confirming button."""
    match to:
        case OrderStatus.COMPLETED:
            return _("Complete them")
        case OrderStatus.CONFIRMED:
            return _("Confirm them")
        case _cancelled:
            return _("Cancel them")


def outcome_text(to: OrderStatus, done: int, tried: int, total: int) -> str:
    """Return `«Выполнен»: 2 из 3`, and whether it was stopped before the end."""
    text = _("“{status}”: {done} of {total}").format(
        status=order_status(to), done=number_text(done), total=number_text(total)
    )
    if tried < total:
        left = number_text(total - tried)
        text = _("{text}. Stopped, {left} not tried").format(text=text, left=left)
    return text


def refused_lines(outcomes: Sequence[Outcome], zone: tzinfo) -> str:
    """Return the orders that did not change, each with the reason."""
    refused = [(each.number, each.error) for each in outcomes if each.error is not None]
    lines = [f"{number}  {sentence(error, zone)}" for number, error in refused[:_LINES_TOLD]]
    if len(refused) > _LINES_TOLD:
        more = number_text(len(refused) - _LINES_TOLD)
        lines.append(_("and {count} more").format(count=more))
    return "\n".join(lines)
