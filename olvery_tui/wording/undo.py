"""Undo in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from decimal import Decimal

from olvery_tui.domain.events import EventKind
from olvery_tui.domain.undo import Change
from olvery_tui.i18n import NP_, _, pgettext
from olvery_tui.wording.closings import places_count, tickets_count
from olvery_tui.wording.listing import number_text
from olvery_tui.wording.many import Outcome, orders_text, refused_lines
from olvery_tui.wording.money import money_text

_TOLD = 5
"""Failed changes that are listed individually."""

_CHANGES: Mapping[EventKind, str] = {
    EventKind.TICKET_VALIDATED: NP_("undone", "identity check"),
    EventKind.VALIDATION_RESET: NP_("undone", "reset of the identity check"),
    EventKind.VISITOR_CHANGED: NP_("undone", "change of the visitor"),
    EventKind.WORKPLACE_CHANGED: NP_("undone", "change of the workplace"),
    EventKind.PERIOD_CHANGED: NP_("undone", "change of the period"),
    EventKind.TICKET_CANCELLED: NP_("undone", "cancellation of the ticket"),
    EventKind.ORDER_MOVED: NP_("undone", "change of the status"),
    EventKind.ORDER_CREATED: NP_("undone", "booking"),
    EventKind.ORDER_PAID: NP_("undone", "payment"),
    EventKind.ORDER_REFUNDED: NP_("undone", "refund"),
    EventKind.PLACE_CLOSED: NP_("undone", "closing of the place"),
    EventKind.PLACE_OPENED: NP_("undone", "opening of the place"),
    EventKind.CATALOGUE_CHANGED: NP_("undone", "change of the opening hours"),
}


def change_text(kind: EventKind) -> str:
    """Return `identity check`; a dash for what can't be undone."""
    return pgettext("undone", _CHANGES[kind]) if kind in _CHANGES else "—"


def changes_text(changes: Sequence[Change]) -> str:
    """Return what would be undone: «смена места, билет 26», «смена статуса, 3 заказа»."""
    kinds = dict.fromkeys(change.kind for change in changes)
    return "; ".join(
        _alike_text([change for change in changes if change.kind is kind]) for kind in kinds
    )


def _alike_text(changes: Sequence[Change]) -> str:
    first, count = changes[0], len(changes)
    if first.hours is not None:
        return change_text(first.kind)
    if first.is_of_place:
        of = places_count(count)
    elif count > 1:
        of = orders_text(count) if first.is_of_order else tickets_count(count)
    elif first.is_of_order:
        of = _("order {number}").format(number=first.number)
    else:
        of = _("ticket {number}").format(number=first.number)
    return f"{change_text(first.kind)}, {of}"


def money_question(changes: Sequence[Change]) -> str:
    """Return the question before undoing what took money: `Undo and give back 750 RUB?`."""
    sums: dict[str, Decimal] = {}
    for change in changes:
        if change.taken:
            sums[change.currency] = sums.get(change.currency, Decimal(0)) + change.taken
    money = ", ".join(money_text(amount, currency) for currency, amount in sums.items())
    return _("Undo and give back {money}?").format(money=money)


def given_back_text(changes: Sequence[Change]) -> str:
    """Return what the undoing of payments means: a refund, which itself is never undone."""
    what = changes_text(changes)
    return _("To be undone: {what}.\nThe refund is recorded for good.").format(what=what)


def undone_text(changes: Sequence[Change], outcomes: Sequence[Outcome], zone: tzinfo) -> str:
    """Return what was undone; for several changes also what was not, with the reasons."""
    refused = [outcome for outcome in outcomes if outcome.error is not None]
    done = [
        change for change, outcome in zip(changes, outcomes, strict=False) if outcome.error is None
    ]
    text = _("Nothing was undone.")
    if done:
        text = _("Undone: {what}.").format(what=changes_text(done))
    if not refused:
        return text
    counts = _("Not undone: {count} of {total}.").format(
        count=number_text(len(refused)), total=number_text(len(changes))
    )
    return f"{text} {counts}\n{refused_lines(refused[:_TOLD], zone)}"
