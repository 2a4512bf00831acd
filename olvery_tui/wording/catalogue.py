"""Catalogue entries and opening hours in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.conflicts import ItemChangedMeanwhile
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.items import CatalogueDetails, Item, ItemKind
from olvery_tui.domain.text import shown
from olvery_tui.i18n import NP_, _, ngettext, pgettext
from olvery_tui.wording.money import amount_text, money_text
from olvery_tui.wording.months import weekday_names

_UNITS = {
    TariffUnit.HOUR: NP_("tariff unit", "hour"),
    TariffUnit.DAY: NP_("tariff unit", "day"),
    TariffUnit.MONTH: NP_("tariff unit", "month"),
}

_KINDS = {
    ItemKind.SERVICE: NP_("catalogue", "Service"),
    ItemKind.ROOM: NP_("catalogue", "Room"),
    ItemKind.WORKPLACE: NP_("catalogue", "Workplace"),
    ItemKind.VARIANT: NP_("catalogue", "Variant"),
    ItemKind.TARIFF: NP_("catalogue", "Tariff"),
    ItemKind.MODIFIER: NP_("catalogue", "Extra"),
}

_NEW = {
    ItemKind.SERVICE: NP_("catalogue", "New service"),
    ItemKind.ROOM: NP_("catalogue", "New room"),
    ItemKind.WORKPLACE: NP_("catalogue", "New workplaces"),
    ItemKind.VARIANT: NP_("catalogue", "New variant"),
    ItemKind.TARIFF: NP_("catalogue", "New tariff"),
    ItemKind.MODIFIER: NP_("catalogue", "New extra"),
}


def kind_text(kind: ItemKind, *, new: bool = False) -> str:
    """Return the title of an entry's form: «Тариф», «Новый тариф»."""
    return pgettext("catalogue", (_NEW if new else _KINDS)[kind])


def unit_text(unit: TariffUnit) -> str:
    """Return what a tariff counts: «час»."""
    return pgettext("tariff unit", _UNITS[unit])


def item_note(item: Item, details: CatalogueDetails, currency: str) -> str:
    """Return what the tree shows beside a name: a tariff's price, a room's number of places."""
    if item.kind is ItemKind.TARIFF:
        price = money_text(item.values["price"], item.values["currency"])
        return f"{price} / {unit_text(item.values['unit'])}"
    if item.kind is ItemKind.MODIFIER:
        return money_text(item.values["price"], currency)
    if item.kind is ItemKind.ROOM:
        places = details.children(ItemKind.WORKPLACE, item.id)
        count = sum(not one.archived for one in places)
        return places_text(count) if count else ""
    return ""


def places_text(count: int) -> str:
    """Return a number of workplaces."""
    return ngettext("{count} place", "{count} places", count).format(count=count)


def names_text(names: Sequence[str]) -> str:
    """Return names in one line, many by the first and the last: «PM №1, PM №2 … PM №40»."""
    told = [shown(name) for name in names]
    return ", ".join(told) if len(told) <= 3 else f"{told[0]}, {told[1]} … {told[-1]}"


def pattern_text(names: Sequence[str]) -> str:
    """Return what a pattern names: «40 мест: PM №1, PM №2 … PM №40»."""
    return f"{places_text(len(names))}: {names_text(names)}"


def hours_text(hours: OpeningHours) -> str:
    """Return the hours of the week in one line, alike days together: «пн–пт 09:00–21:00»."""
    if not hours.is_set:
        return _("no hours set")
    days, parts = weekday_names(), []
    start = 0
    for weekday in range(1, 8):
        if weekday < 7 and hours.week[weekday] == hours.week[start]:
            continue
        named = days[start] if weekday - start == 1 else f"{days[start]}–{days[weekday - 1]}"
        parts.append(f"{named} {hours.week[start] or _('closed')}")
        start = weekday
    return ", ".join(parts)


def outside_text(hours: OpeningHours, day: date) -> str:
    """Return the warning about a period outside the opening hours of a day."""
    closed = hours.closed_day(day)
    if closed is not None and closed.reason:
        return _("closed on this day: {reason}").format(reason=shown(closed.reason))
    found = hours.of(day)
    if found is None:
        return _("closed on this day")
    return _("outside the opening hours {hours}").format(hours=found)


def value_text(name: str, value: object, details: CatalogueDetails) -> str:
    """Return a form field's stored value as the form shows it."""
    if name == "unit":
        return unit_text(TariffUnit(str(value)))
    if name == "price":
        return amount_text(value)  # type: ignore[arg-type]
    if name == "room_id":
        room = details.find(ItemKind.ROOM, value if isinstance(value, int) else None)
        return shown(room.name) if room is not None else ""
    if name == "variant_id":
        variant = details.find(ItemKind.VARIANT, value if isinstance(value, int) else None)
        return shown(variant.name) if variant is not None else _("none")
    return shown(str(value))


def conflict_text(error: ItemChangedMeanwhile, value: str) -> str:
    """Return what somebody else has made of a field meanwhile."""
    text = _("It is now “{value}”. Save once more to make it yours.")
    if error.by:
        text = _("{who} has made it “{value}”. Save once more to make it yours.")
    return text.format(value=value, who=shown(error.by or ""))
