"""Shifts in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from olvery_tui.domain.shifts import OpenedShift, Owed, Shift, ShiftSummary, Taking
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _, ngettext
from olvery_tui.wording.money import amount_text, money_text
from olvery_tui.wording.orders import payment_kind
from olvery_tui.wording.periods import instant_text


def shift_text(shift: Shift, zone: tzinfo) -> str:
    """Return `Анна Орлова, с 06.12.2022 09:00 до 06.12.2022 21:00`, and how it ended."""
    opened = instant_text(shift.opened_at, zone)
    if shift.closed_at is None:
        text = _("open since {moment}").format(moment=opened)
    else:
        closed = instant_text(shift.closed_at, zone)
        text = _("from {start} to {end}").format(start=opened, end=closed)
    if shift.manager is not None:
        text = f"{shown(shift.manager.name)}, {text}"
    return _("{text}, nobody closed it").format(text=text) if shift.forgotten else text


def opened_text(opened: OpenedShift, zone: tzinfo) -> str:
    """Return that a shift was opened, and which one that has closed."""
    moment = instant_text(opened.shift.opened_at, zone)
    text = _("The shift is open since {moment}.").format(moment=moment)
    if opened.forgotten is None:
        return text
    began = instant_text(opened.forgotten.opened_at, zone)
    closed = _("Nobody had closed the shift of {moment}: it is closed now.")
    return f"{closed.format(moment=began)} {text}"


def note_text(shift: Shift, zone: tzinfo) -> str:
    """Return who left a note when: `Анна Орлова, 06.12.2022 21:00`."""
    moment = instant_text(shift.closed_at or shift.opened_at, zone)
    return f"{shown(shift.manager.name)}, {moment}" if shift.manager else moment


def taking_text(taking: Taking) -> str:
    """Return `2 500 руб.`, and of how much that is left."""
    text = money_text(taking.sum, taking.currency)
    if not taking.refunded:
        return text
    return _("{sum} (taken {paid}, given back {refunded})").format(
        sum=text, paid=amount_text(taking.paid), refunded=amount_text(taking.refunded)
    )


def owed_sums(owed: Sequence[Owed]) -> str:
    """Return `3 заказа, 4 500 руб.` for each currency; a dash for nothing."""
    told = []
    for one in owed:
        orders = ngettext("{count} order", "{count} orders", one.orders).format(count=one.orders)
        told.append(f"{orders}, {money_text(one.amount, one.currency)}")
    return "; ".join(told) or "—"


def backdated_text() -> str:
    """Return what a payment means that is recorded later than it was made."""
    return _("It counts at that time, even in a shift that is closed.")


def summary_facts(summary: ShiftSummary, zone: tzinfo) -> list[tuple[str, str]]:
    """Return what happened in a shift, label by label."""
    facts = [(_("Shift"), shift_text(summary.shift, zone))]
    facts += [(payment_kind(one.kind), taking_text(one)) for one in summary.takings]
    if not summary.takings:
        facts.append((_("Takings"), "—"))
    facts += [
        (_("Counted"), _("payments by their own time, whenever recorded")),
        (_("Identity checks"), str(summary.checks)),
        (_("Orders created"), str(summary.created)),
        (_("Orders cancelled"), str(summary.cancelled)),
        (_("Still owed"), owed_sums(summary.owed)),
    ]
    if summary.shift.note:
        facts.append((_("Note"), shown(summary.shift.note, len(summary.shift.note))))
    return facts
