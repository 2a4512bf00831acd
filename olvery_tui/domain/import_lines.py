"""One line of an import file: read, checked, made into a record or into what is wrong with it.

Nothing here knows the database: whether a named order exists is the importer's question. A line is
the whole truth of what it names. Only fields that may be empty may be left out, and mean empty
then; an unknown field is an error, for a mistyped name would lose its value in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from olvery_tui.domain import import_fields as check
from olvery_tui.domain.catalogue import PaymentKind, TariffUnit
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.import_records import (
    Kind,
    Line,
    ModifierLine,
    OrderLine,
    PersonLine,
    RoomLine,
    ServiceLine,
    TariffLine,
    TicketLine,
    VariantLine,
    WorkplaceLine,
)
from olvery_tui.domain.statuses import OrderStatus

LINE_MAX = 1 << 20
"""Bytes of the longest line: a ticket with a hundred long modifiers takes a tenth of it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind's line consists of. `whole` looks at fields that go together."""

    make: Callable[..., Line]
    key: tuple[str, ...]
    required: Mapping[str, check.Check]
    optional: Mapping[str, check.Check] = field(default_factory=dict)
    whole: Callable[[Mapping[str, Any]], None] | None = None


class Checked(NamedTuple):
    """A line that could be read: a record, or the problems that stand in its way.

    `key` is what names the record (None where the fields of the key can't be used).
    """

    key: str | None
    record: Line | None
    problems: tuple[InvalidInput, ...] = ()


def _check_tariff(values: Mapping[str, Any]) -> None:
    if values.get("max_units", 1) < values.get("min_units", 1):
        raise InvalidInput("max_units", "units_order")


def _check_ticket(values: Mapping[str, Any]) -> None:
    days = "starts_on" in values or "ends_on" in values
    moments = "starts_at" in values or "ends_at" in values
    if days and moments:
        raise InvalidInput("starts_at", "two_periods")
    if not days and not moments:
        raise InvalidInput("starts_on", "no_period")
    starts, ends = ("starts_on", "ends_on") if days else ("starts_at", "ends_at")
    for name in (starts, ends):
        if name not in values:
            raise InvalidInput(name, "missing")
    if days and values[ends] < values[starts]:
        raise InvalidInput(ends, "days_order")
    if moments and values[ends] <= values[starts]:
        raise InvalidInput(ends, "moments_order")
    if ("validated_at" in values) != ("validated_by" in values):
        alone = "validated_by" if "validated_at" in values else "validated_at"
        raise InvalidInput(alone, "validated_alone")


SHAPES: Mapping[Kind, Shape] = {
    Kind.SERVICE: Shape(
        ServiceLine,
        ("name",),
        {"name": check.label},
        {"slot_minutes": check.whole(1, check.SLOT_MAX)},
    ),
    Kind.ROOM: Shape(RoomLine, ("service", "name"), {"service": check.label, "name": check.label}),
    Kind.VARIANT: Shape(
        VariantLine, ("service", "name"), {"service": check.label, "name": check.label}
    ),
    Kind.MODIFIER: Shape(
        ModifierLine,
        ("service", "name"),
        {"service": check.label, "name": check.label, "price": check.amount},
    ),
    Kind.WORKPLACE: Shape(
        WorkplaceLine,
        ("service", "room", "label"),
        {"service": check.label, "room": check.label, "label": check.label},
    ),
    Kind.TARIFF: Shape(
        TariffLine,
        ("service", "name"),
        {
            "service": check.label,
            "name": check.label,
            "unit": check.one_of(TariffUnit),
            "price": check.amount,
        },
        {
            "currency": check.currency,
            "min_units": check.whole(1, check.UNITS_MAX),
            "max_units": check.whole(1, check.UNITS_MAX),
            "variant": check.label,
        },
        _check_tariff,
    ),
    Kind.PERSON: Shape(
        PersonLine,
        ("key",),
        {"key": check.key, "last_name": check.name},
        {"first_name": check.first_name, "phone": check.phone, "email": check.email},
    ),
    Kind.ORDER: Shape(
        OrderLine,
        ("number",),
        {
            "number": check.number,
            "service": check.label,
            "customer": check.key,
            "status": check.one_of(OrderStatus),
            "payment_kind": check.one_of(PaymentKind),
            "price": check.amount,
            "created_at": check.instant,
        },
        {"paid_at": check.instant, "comment": check.comment},
    ),
    Kind.TICKET: Shape(
        TicketLine,
        ("number",),
        {
            "number": check.number,
            "order": check.number,
            "visitor": check.key,
            "room": check.label,
            "workplace": check.label,
            "tariff": check.label,
            "created_at": check.instant,
        },
        {
            "variant": check.label,
            "modifiers": check.labels,
            "starts_on": check.day,
            "ends_on": check.day,
            "starts_at": check.instant,
            "ends_at": check.instant,
            "validated_at": check.instant,
            "validated_by": check.key,
        },
        _check_ticket,
    ),
}

_KINDS: Mapping[str, Kind] = {kind.value: kind for kind in Kind}
_KIND_FIRST = re.compile(rb'[ \t\r]*\{[ \t]*"kind"[ \t]*:[ \t]*"([a-z]+)"[ \t]*[,}]')


def key_text(parts: Sequence[str | int]) -> str:
    """A record's natural key in one line, as problems quote it: `Service / Room / PM №1`."""
    return str(parts[0]) if len(parts) == 1 else " / ".join(map(str, parts))


def kind_of(raw: bytes) -> Kind | None:
    """What a line describes, found without reading all of it where `kind` comes first.

    Raises:
        InvalidInput: the line can't be read, or its kind is missing or unknown.
    """
    if (found := _KIND_FIRST.match(raw)) and (kind := _KINDS.get(found[1].decode())):
        return kind
    if not raw.strip():
        return None
    kind = parse(raw).get("kind")
    if kind is None:
        raise InvalidInput("kind", "missing")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise InvalidInput(
            "kind", "choice", {"text": check.quoted(kind), "choices": ", ".join(_KINDS)}
        )
    return _KINDS[kind]


def parse(raw: bytes) -> dict[str, Any]:
    """The JSON object of one line.

    Raises:
        InvalidInput: field ``""``; `too_long_line`, `not_utf8`, `not_json`, `not_finite`,
            `too_deep`, `not_object`; or `duplicate` at the field that is there twice.
    """
    if len(raw) > LINE_MAX:
        raise InvalidInput("", "too_long_line", {"limit": LINE_MAX})
    try:
        found = _DECODER.decode(raw.decode())
    except UnicodeDecodeError as error:
        raise InvalidInput("", "not_utf8", {"byte": error.start + 1}) from None
    except json.JSONDecodeError as error:
        raise InvalidInput("", "not_json", {"column": error.colno}) from None
    except RecursionError:
        raise InvalidInput("", "too_deep") from None
    except ValueError:  # a number of more digits than Python reads
        raise InvalidInput("", "not_json", {"column": 1}) from None
    if not isinstance(found, dict):
        raise InvalidInput("", "not_object")
    return found


def checked(kind: Kind, found: Mapping[str, Any]) -> Checked:
    """The record of a parsed line, or everything that is wrong with it."""
    shape = SHAPES[kind]
    values: dict[str, Any] = {}
    problems: list[InvalidInput] = []
    for name, take in shape.required.items():
        value = found.get(name)
        try:
            if value is None:
                raise InvalidInput(name, "missing" if name not in found else "empty")
            values[name] = take(name, value)
        except InvalidInput as problem:
            problems.append(problem)
    optional = shape.optional
    for name, value in found.items():
        if name in optional:
            if value is None:
                continue
            try:
                taken = optional[name](name, value)
            except InvalidInput as problem:
                problems.append(problem)
                continue
            if taken is not None:
                values[name] = taken
        elif name not in shape.required and name != "kind":
            problems.append(InvalidInput(name[: check.QUOTED_MAX], "unknown_field"))
    if not problems and shape.whole is not None:
        try:
            shape.whole(values)
        except InvalidInput as problem:
            problems.append(problem)
    if problems:
        known = [values[part] for part in shape.key if part in values]
        key = key_text(known) if len(known) == len(shape.key) else None
        return Checked(key, None, tuple(problems))
    return Checked(key_text([values[part] for part in shape.key]), shape.make(**values))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInput(twice[: check.QUOTED_MAX], "duplicate")
    return found


def _not_finite(text: str) -> NoReturn:
    raise InvalidInput("", "not_finite", {"text": text})


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_not_finite)
