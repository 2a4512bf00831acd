"""What is set up in «Услуги и места»: services, rooms, workplaces, variants, tariffs, modifiers.

Their names, the pattern that names many workplaces at once, and the checks of their forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from typing import Any

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.errors import InputCode, InvalidForm, InvalidInput
from olvery_tui.domain.people import check_name, fold
from olvery_tui.domain.pricing import parse_money
from olvery_tui.domain.text import clean

PLACES_MAX = 500
"""The most workplaces that one pattern may name."""

UNITS_MAX = 9_999
SLOT_MAX = 24 * 60

_RANGE = re.compile(r"\{\s*([0-9]{1,9})\s*(?:\.\.|…|[-–—])\s*([0-9]{1,9})\s*\}")
_WHOLE = re.compile(r"[0-9]{1,6}")


class ItemKind(StrEnum):
    """A kind of catalogue entry; the value is its name in the audit trail."""

    SERVICE = "service"
    ROOM = "room"
    WORKPLACE = "workplace"
    VARIANT = "variant"
    TARIFF = "tariff"
    MODIFIER = "modifier"


PARENTS = {
    ItemKind.ROOM: ItemKind.SERVICE,
    ItemKind.WORKPLACE: ItemKind.ROOM,
    ItemKind.VARIANT: ItemKind.SERVICE,
    ItemKind.TARIFF: ItemKind.SERVICE,
    ItemKind.MODIFIER: ItemKind.SERVICE,
}
"""What each kind is below."""


@dataclass(frozen=True, slots=True)
class Item:
    """A catalogue entry as it is stored.

    `parent_id` is the service of a room, variant, tariff or modifier, and the room of a workplace.
    `values` are what `FIELDS` names besides the name; a tariff's `currency` too.
    """

    kind: ItemKind
    id: int
    parent_id: int | None
    name: str
    archived: bool = False
    version: int = 1
    values: Mapping[str, Any] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """Return the value of a form field."""
        return self.name if name == "name" else self.values[name]


@dataclass(frozen=True, slots=True)
class CatalogueDetails:
    """All catalogue entries, in natural order of their names."""

    items: tuple[Item, ...] = ()

    def children(self, kind: ItemKind, parent_id: int | None = None) -> tuple[Item, ...]:
        """Return the entries of a kind below a parent."""
        return tuple(one for one in self.items if (one.kind, one.parent_id) == (kind, parent_id))

    def find(self, kind: ItemKind, item_id: int | None) -> Item | None:
        """Return an entry; None if there is none."""
        return next((one for one in self.items if (one.kind, one.id) == (kind, item_id)), None)

    def service_of(self, item: Item) -> Item:
        """Return the service that an entry is, or belongs to."""
        if item.kind is ItemKind.SERVICE:
            return item
        parent = self.find(PARENTS[item.kind], item.parent_id)
        assert parent is not None  # a foreign key
        return self.service_of(parent)


# Names


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key by which digits compare as numbers: «PM №2» before «PM №10».

    A number is its length and its digits: a label of other programs may have thousands of them.
    """
    parts = re.split(r"([0-9]+)", text.casefold())
    return tuple(
        (0, len(part.lstrip("0")), part.lstrip("0")) if index % 2 else (1, 0, part)
        for index, part in enumerate(parts)
    )


def expand(pattern: str) -> tuple[str, ...]:
    """Return the names of a pattern: «PM №{1..40}» names forty, a text without braces itself.

    A range that begins with a zero pads its numbers: `{01..12}`. Several ranges are combined.

    Raises:
        InvalidInput: field `name`; `required`, `too_long`, `pattern` (something else in braces, a
            range that runs backwards, or a name twice), `pattern_many` (more than `PLACES_MAX`).
    """
    text = clean(pattern)
    pieces = _RANGE.split(text)
    if any("{" in piece or "}" in piece for piece in pieces[::3]):
        raise InvalidInput("name", InputCode.PATTERN)
    ranges = list(zip(pieces[1::3], pieces[2::3], strict=True))
    if any(int(first) > int(last) for first, last in ranges):
        raise InvalidInput("name", InputCode.PATTERN)
    count = 1
    for first, last in ranges:
        count *= int(last) - int(first) + 1
    if count > PLACES_MAX:
        raise InvalidInput("name", InputCode.PATTERN_MANY, {"limit": PLACES_MAX})
    names = tuple(
        check_name("name", "".join(_woven(pieces[::3], numbers)))
        for numbers in product(*(_numbers(*one) for one in ranges))
    )
    if len(set(names)) < len(names):
        raise InvalidInput("name", InputCode.PATTERN)
    return names


def _numbers(first: str, last: str) -> list[str]:
    width = len(first) if first.startswith("0") else 0
    return [f"{number:0{width}}" for number in range(int(first), int(last) + 1)]


def _woven(texts: Sequence[str], numbers: Sequence[str]) -> Iterator[str]:
    for index, text in enumerate(texts):
        yield text
        if index < len(numbers):
            yield numbers[index]


def check_free_names(names: Sequence[str], others: Mapping[str, bool]) -> None:
    """Check that no neighbour is called the same, or looks the same in the other alphabet.

    `others` are the neighbours' names, each with whether it is archived.

    Raises:
        InvalidInput: field `name`; `taken` or `taken_archived`, with the neighbour's name.
    """
    taken = {fold(other): other for other in others}
    for folded in map(fold, names):
        if folded in taken:
            other = taken[folded]
            code = InputCode.TAKEN_ARCHIVED if others[other] else InputCode.TAKEN
            raise InvalidInput("name", code, {"text": other})


# Forms


def _check_name(name: str, typed: object) -> str:
    return check_name(name, str(typed))


def _check_unit(name: str, typed: object) -> TariffUnit:
    if typed not in set(TariffUnit):
        raise InvalidInput(name, InputCode.REQUIRED)
    return TariffUnit(str(typed))


def _check_price(name: str, typed: object) -> Any:
    if not str(typed).strip():
        raise InvalidInput(name, InputCode.REQUIRED)
    return parse_money(name, str(typed))


def _whole(most: int) -> Callable[[str, object], int]:
    def check(name: str, typed: object) -> int:
        text = str(typed).strip()
        if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= most:
            raise InvalidInput(name, InputCode.WHOLE, {"most": most})
        return int(text)

    return check


def _check_variant(_name: str, typed: object) -> int | None:
    return typed if isinstance(typed, int) else None


_CHECKS: Mapping[str, Callable[[str, object], Any]] = {
    "name": _check_name,
    "slot_minutes": _whole(SLOT_MAX),
    "unit": _check_unit,
    "price": _check_price,
    "min_units": _whole(UNITS_MAX),
    "max_units": _whole(UNITS_MAX),
    "variant_id": _check_variant,
}

FIELDS: Mapping[ItemKind, tuple[str, ...]] = {
    ItemKind.SERVICE: ("name", "slot_minutes"),
    ItemKind.ROOM: ("name",),
    ItemKind.WORKPLACE: ("name",),
    ItemKind.VARIANT: ("name",),
    ItemKind.TARIFF: ("name", "unit", "price", "min_units", "max_units", "variant_id"),
    ItemKind.MODIFIER: ("name", "price"),
}
"""The form fields of each kind, in their order."""

MOST_UNITS: Mapping[TariffUnit, int] = {
    TariffUnit.HOUR: 24,
    TariffUnit.DAY: 31,
    TariffUnit.MONTH: 12,
}
"""The proposed most units of a new tariff."""


def check_item(kind: ItemKind, typed: Mapping[str, object]) -> dict[str, Any]:
    """Check what was typed into the form of a catalogue entry; return the values by field.

    Raises:
        InvalidForm: with one problem a field: `required`, `too_long`, `whole` (most), `money`,
            `money_large`, `units_order` (the most is less than the least).
    """
    problems: list[InvalidInput] = []
    values: dict[str, Any] = {}
    for name in FIELDS[kind]:
        try:
            values[name] = _CHECKS[name](name, typed.get(name, ""))
        except InvalidInput as problem:
            problems.append(problem)
    if {"min_units", "max_units"} <= values.keys() and values["max_units"] < values["min_units"]:
        problems.append(InvalidInput("max_units", InputCode.UNITS_ORDER))
    if problems:
        raise InvalidForm(tuple(problems))
    return values
