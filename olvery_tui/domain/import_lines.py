"""One line of an import file: a model for each kind, which makes a record of it or tells problems.

Nothing here knows the database: whether a named order exists is the importer's question. A line is
the whole truth of what it names. Only fields that may be empty may be left out, and mean empty
then; an unknown field is a problem, because a mistyped name would lose its value in silence.
Values are judged by what JSON made of them: a number where a text belongs is told, not converted.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, ClassVar, NamedTuple, NoReturn, Self, TypeVar, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    PlainValidator,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from olvery_tui.domain.catalogue import PaymentKind, TariffUnit
from olvery_tui.domain.errors import ImportCode, InputCode, InvalidInput
from olvery_tui.domain.orders import COMMENT_MAX, IMPORTED_MAX
from olvery_tui.domain.people import (
    NOTE_MAX,
    check_email,
    check_name,
    check_note,
    check_optional_name,
    check_phone,
)
from olvery_tui.domain.periods import PERIOD_MAX, Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.text import LABEL_MAX, NAME_MAX, clean

LINE_MAX = 1 << 20
"""Bytes of the longest line: a ticket with a hundred long modifiers takes a tenth of it."""

Moment = TypeVar("Moment", date, datetime)

QUOTED_MAX = 60
"""Letters of a bad value that a problem carries: enough to know it again."""

UNITS_MAX = 10_000
SLOT_MAX = 24 * 60
FIRST_YEAR, LAST_YEAR = 1970, 2199
MODIFIERS_MAX = 100


class Kind(StrEnum):
    """What a line may describe, in the order in which one needs the other."""

    SERVICE = "service"
    ROOM = "room"
    VARIANT = "variant"
    MODIFIER = "modifier"
    WORKPLACE = "workplace"
    TARIFF = "tariff"
    PERSON = "person"
    ORDER = "order"
    TICKET = "ticket"
    BOOKING = "booking"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line, or one field of it, was not imported.

    `code` has its sentence in `wording.import_errors`, `params` are the facts in it. `kind` and
    `key` say which record it was about, as far as the line could be read.
    """

    line: int
    code: ImportCode
    field: str | None = None
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    kind: Kind | None = None
    key: str | None = None


# ── Fields ───────────────────────────────────────────────────────────────────────────────────────


def quoted(value: object) -> str:
    """A bad value, short."""
    if isinstance(value, str):
        return value[:QUOTED_MAX]
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 64:
        return "…"  # Python refuses to write out an enormous number
    return repr(value)[:QUOTED_MAX]


def _refusal(code: ImportCode, **params: object) -> PydanticCustomError:
    """The error of a validator, which becomes a problem of this code."""
    return PydanticCustomError(cast(Any, code.value), cast(Any, code.value), params)


@lru_cache(maxsize=4096)  # few labels, each in very many lines
def _label(value: str) -> str:
    typed = clean(_bounded(value, LABEL_MAX))
    if not typed:
        raise _refusal(ImportCode.EMPTY)
    return _sized(typed, LABEL_MAX)


def _key(value: str) -> str:
    """A key or login, compared letter by letter, so nothing in it may be invisible."""
    if not _sized(value, LABEL_MAX).isprintable():
        raise _refusal(ImportCode.UNPRINTABLE)
    if not value or value.isspace():
        raise _refusal(ImportCode.EMPTY)
    return value


def _comment(value: str) -> str:
    """A clean remark; an empty one removes it."""
    return _sized(clean(_bounded(value, COMMENT_MAX)), COMMENT_MAX)


def _bounded(value: str, limit: int) -> str:
    """A text that may be worth cleaning: letters that are not shown make it longer than it is."""
    if len(value) > limit * 8:
        raise _refusal(ImportCode.TOO_LONG, limit=limit)
    return value


def _sized(value: str, limit: int) -> str:
    if len(value) > limit:
        raise _refusal(ImportCode.TOO_LONG, limit=limit)
    return value


def _text(check: Callable[[str], Any]) -> PlainValidator:
    """What `check` makes of a text."""

    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            raise _not_a(ImportCode.NOT_TEXT, value)
        return check(value)

    return PlainValidator(validate)


def _not_a(code: ImportCode, value: Any) -> PydanticCustomError:
    return _refusal(ImportCode.EMPTY) if value is None else _refusal(code, text=quoted(value))


def _by(
    check: Callable[[str, str], str | None], limit: int, *, repeated: int = 0
) -> PlainValidator:
    """The rule of the forms for this value; so many `repeated` values are remembered."""

    @lru_cache(repeated)
    def validate(value: str) -> str | None:
        try:
            return check("", _bounded(value, limit))
        except InvalidInput as problem:
            required = problem.code is InputCode.REQUIRED
            code = ImportCode.EMPTY if required else ImportCode(problem.code)
            raise _refusal(code, **problem.params) from None

    return _text(validate)


def _email(field: str, value: str) -> str | None:
    if len(value) > LABEL_MAX * 2:
        raise InvalidInput(field, ImportCode.EMAIL)
    return check_email(field, value)


def _whole(least: int, most: int) -> PlainValidator:
    def validate(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise _not_a(ImportCode.NOT_WHOLE, value)
        if not least <= value <= most:
            raise _refusal(ImportCode.OUT_OF_RANGE, least=least, most=most)
        return value

    return PlainValidator(validate)


def _unlike(code: ImportCode, pattern: str, make: Callable[[str], Any] = str) -> PlainValidator:
    """What `make` makes of a text of this form; the one `code` for anything else."""
    form = re.compile(pattern)

    def validate(value: Any) -> Any:
        try:
            if isinstance(value, str) and form.fullmatch(value):
                return make(value)
        except PydanticCustomError:
            raise
        except ValueError:
            pass
        raise _not_a(code, value)

    return PlainValidator(validate)


def _day(value: str) -> date:
    return _in_years(date.fromisoformat(value))


def _instant(value: Any) -> datetime:
    """A moment with its offset: `2022-12-06T09:00:00+03:00`."""
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise _not_a(ImportCode.INSTANT, value) from None
    if moment.tzinfo is None:
        raise _refusal(ImportCode.NAIVE, text=quoted(value))
    return _in_years(moment)


def _in_years(moment: Moment) -> Moment:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _refusal(ImportCode.YEAR, first=FIRST_YEAR, last=LAST_YEAR)
    return moment


def _distinct(labels: tuple[str, ...]) -> tuple[str, ...]:
    if len(labels) > MODIFIERS_MAX:
        raise _refusal(ImportCode.TOO_MANY, limit=MODIFIERS_MAX)
    if len(set(labels)) < len(labels):
        raise _refusal(
            ImportCode.REPEATED, text=next(one for one in labels if labels.count(one) > 1)
        )
    return labels


Label = Annotated[str, _text(_label)]
Labels = Annotated[tuple[Label, ...], AfterValidator(_distinct)]
Key = Annotated[str, _text(_key)]
Number = Annotated[int, _whole(1, IMPORTED_MAX)]
Numbers = tuple[Number, ...]
Units = Annotated[int, _whole(1, UNITS_MAX)]
Amount = Annotated[Decimal, _unlike(ImportCode.AMOUNT, r"[0-9]{1,10}(?:\.[0-9]{1,2})?", Decimal)]
Currency = Annotated[str, _unlike(ImportCode.CURRENCY, r"[A-Z]{3}")]
Day = Annotated[date, _unlike(ImportCode.DAY, r"[0-9]{4}-[0-9]{2}-[0-9]{2}", _day)]
Instant = Annotated[datetime, PlainValidator(_instant)]


# ── Lines ────────────────────────────────────────────────────────────────────────────────────────


class Line(BaseModel):
    """A record as its line has it. `KEY` are the fields that name it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    KEY: ClassVar[tuple[str, ...]]


class ServiceLine(Line):
    """What is sold."""

    KEY = ("name",)
    name: Label
    slot_minutes: Annotated[int, _whole(1, SLOT_MAX)] = 30


class OfService(Line):
    """What has a name within a service."""

    KEY = ("service", "name")
    service: Label
    name: Label


class RoomLine(OfService):
    """A room."""


class VariantLine(OfService):
    """A variant of a service."""


class ModifierLine(OfService):
    """An extra."""

    price: Amount


class WorkplaceLine(Line):
    """A seat in a room."""

    KEY = ("service", "room", "label")
    service: Label
    room: Label
    label: Label


class TariffLine(OfService):
    """A price per unit. `currency` None: the location's."""

    unit: TariffUnit
    price: Amount
    currency: Currency | None = None
    min_units: Units = 1
    max_units: Units = 1
    variant: Label | None = None

    @model_validator(mode="after")
    def _check_units(self) -> Self:
        if self.max_units < self.min_units:
            raise _refusal(ImportCode.UNITS_ORDER, field="max_units")
        return self


class PersonLine(Line):
    """A customer or visitor. Phone in E.164.

    `patronymic` and `note` None: as they are, for leaving out takes nothing back. `ban_reason`
    counts for somebody new only: whom the desk lets in again stays so.
    """

    KEY = ("key",)
    key: Key
    last_name: Annotated[str, _by(check_name, NAME_MAX, repeated=4_096)]
    first_name: Annotated[str, _by(check_optional_name, NAME_MAX, repeated=4_096)] = ""
    phone: Annotated[str, _by(check_phone, LINE_MAX)] | None = None
    email: Annotated[str, _by(_email, LINE_MAX)] | None = None
    patronymic: Annotated[str, _by(check_optional_name, NAME_MAX)] | None = None
    note: Annotated[str, _by(check_note, NOTE_MAX)] | None = None
    ban_reason: Annotated[str, _by(check_note, NOTE_MAX)] | None = None


class OrderLine(Line):
    """An order. `paid_at` and `comment` None: as they are, for leaving out takes nothing back.

    `paid` is what was paid of it so far, where that is not all; for an order without payments only.
    `tickets` are the numbers of the tickets whose price is in its own, if they are known.
    """

    KEY = ("number",)
    number: Number
    service: Label
    customer: Key
    status: OrderStatus
    payment_kind: PaymentKind
    price: Amount
    created_at: Instant
    paid_at: Instant | None = None
    comment: Annotated[str, _text(_comment)] | None = None
    paid: Amount | None = None
    tickets: Numbers = ()


class Rental(Line):
    """What is rented, and when: either both days (`ends_on` included) or both moments."""

    room: Label
    workplace: Label
    tariff: Label
    created_at: Instant
    variant: Label | None = None
    modifiers: Labels = ()
    starts_on: Day | None = None
    ends_on: Day | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None

    @model_validator(mode="after")
    def _check_period(self) -> Self:
        days, moments = (self.starts_on, self.ends_on), (self.starts_at, self.ends_at)
        if any(days) and any(moments):
            raise _refusal(ImportCode.TWO_PERIODS, field="starts_at")
        if not any(days) and not any(moments):
            raise _refusal(ImportCode.NO_PERIOD, field="starts_on")
        names = ("starts_on", "ends_on") if any(days) else ("starts_at", "ends_at")
        for name in names:
            if getattr(self, name) is None:
                raise _refusal(ImportCode.MISSING, field=name)
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise _refusal(ImportCode.DAYS_ORDER, field="ends_on")
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise _refusal(ImportCode.MOMENTS_ORDER, field="ends_at")
        return self

    def period(self, zone: tzinfo) -> Period:
        """The rental period by the location's calendar.

        Raises:
            InvalidInput: `one_day` (hours that reach into another day of the calendar), `long`.
        """
        if self.starts_on is not None and self.ends_on is not None:
            period = Period.daily(self.starts_on, self.ends_on, zone)
        else:
            assert self.starts_at is not None
            assert self.ends_at is not None
            period = Period.hourly(self.starts_at, self.ends_at)
            first, last = period.days(zone)
            if first != last:
                raise InvalidInput("ends_at", ImportCode.ONE_DAY)
        if period.ends_at - period.starts_at > PERIOD_MAX:
            ends = "ends_on" if period.kind is PeriodKind.DAILY else "ends_at"
            raise InvalidInput(ends, ImportCode.LONG, {"days": PERIOD_MAX.days})
        return period


class TicketLine(Rental):
    """A ticket. `validated_at` None: the identity check stays as it is.

    `cancelled_at` (it was cancelled by itself) and `unit_price` (None: that of its tariff) count
    for a new one only: what the desk did with it since stays.
    """

    KEY = ("number",)
    number: Number
    order: Number
    visitor: Key
    validated_at: Instant | None = None
    validated_by: Key | None = None
    cancelled_at: Instant | None = None
    unit_price: Amount | None = None

    @model_validator(mode="after")
    def _check_validation(self) -> Self:
        if (self.validated_at is None) != (self.validated_by is None):
            alone = "validated_at" if self.validated_at is None else "validated_by"
            raise _refusal(ImportCode.VALIDATED_ALONE, field=alone)
        return self


class BookingLine(Rental):
    """A new order of one ticket, with numbers of its own if they are free; `key` only names the
    line. One that is there already (the same visitor, workplace and period) stays as it is.
    """

    KEY = ("key",)
    key: Key
    customer: Key
    service: Label
    status: OrderStatus
    payment_kind: PaymentKind
    price: Amount
    paid_at: Instant | None = None
    comment: Annotated[str, _text(_comment)] | None = None
    order: Number | None = None
    ticket: Number | None = None
    validated_at: Instant | None = None
    validated_by: Key | None = None
    cancelled_at: Instant | None = None
    unit_price: Amount | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether its ticket is cancelled, with its order or by itself."""
        return self.status.is_cancelled or self.cancelled_at is not None


MODELS: Mapping[Kind, type[Line]] = {
    Kind.SERVICE: ServiceLine,
    Kind.ROOM: RoomLine,
    Kind.VARIANT: VariantLine,
    Kind.MODIFIER: ModifierLine,
    Kind.WORKPLACE: WorkplaceLine,
    Kind.TARIFF: TariffLine,
    Kind.PERSON: PersonLine,
    Kind.ORDER: OrderLine,
    Kind.TICKET: TicketLine,
    Kind.BOOKING: BookingLine,
}


# ── Reading a line ───────────────────────────────────────────────────────────────────────────────


class Checked(NamedTuple):
    """A line that could be read: a record, or the problems that stand in its way.

    `key` is what names the record (None where the fields of the key can't be used).
    """

    key: str | None
    record: Line | None
    problems: tuple[InvalidInput, ...] = ()


_KINDS: Mapping[str, Kind] = {kind.value: kind for kind in Kind}
_KIND_FIRST = re.compile(rb'[ \t\r]*\{[ \t]*"kind"[ \t]*:[ \t]*"([a-z]+)"[ \t]*[,}]')
_OPTIONAL = {
    kind: {name for name, field in model.model_fields.items() if not field.is_required()}
    for kind, model in MODELS.items()
}


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
        raise InvalidInput("kind", ImportCode.MISSING)
    if not isinstance(kind, str) or kind not in _KINDS:
        raise InvalidInput(
            "kind", ImportCode.CHOICE, {"text": quoted(kind), "choices": ", ".join(_KINDS)}
        )
    return _KINDS[kind]


def parse(raw: bytes) -> dict[str, Any]:
    """The JSON object of one line.

    Raises:
        InvalidInput: field ``""``; `too_long_line`, `not_utf8`, `not_json`, `not_finite`,
            `too_deep`, `not_object`; or `duplicate` at the field that is there twice.
    """
    if len(raw) > LINE_MAX:
        raise InvalidInput("", ImportCode.TOO_LONG_LINE, {"limit": LINE_MAX})
    try:
        found = _DECODER.decode(raw.decode())
    except UnicodeDecodeError as error:
        raise InvalidInput("", ImportCode.NOT_UTF8, {"byte": error.start + 1}) from None
    except json.JSONDecodeError as error:
        raise InvalidInput("", ImportCode.NOT_JSON, {"column": error.colno}) from None
    except RecursionError:
        raise InvalidInput("", ImportCode.TOO_DEEP) from None
    except ValueError:  # a number of more digits than Python reads
        raise InvalidInput("", ImportCode.NOT_JSON, {"column": 1}) from None
    if not isinstance(found, dict):
        raise InvalidInput("", ImportCode.NOT_OBJECT)
    return found


def checked(kind: Kind, found: Mapping[str, Any]) -> Checked:
    """The record of a parsed line, or everything that is wrong with it."""
    model, optional = MODELS[kind], _OPTIONAL[kind]
    values = dict(found)
    values.pop("kind", None)
    if None in values.values():  # which optional fields mean by being left out
        values = {
            name: value
            for name, value in values.items()
            if value is not None or name not in optional
        }
    try:
        record = model.model_validate(values)
    except ValidationError as error:
        problems: dict[str, InvalidInput] = {}
        for one in error.errors(include_url=False):
            problem = _problem(model, one)
            problems.setdefault(problem.field, problem)
        return Checked(_key_of(model, values, problems), None, tuple(problems.values()))
    return Checked(key_text([getattr(record, part) for part in model.KEY]), record)


def _problem(model: type[Line], error: ErrorDetails) -> InvalidInput:
    code, params, value = error["type"], dict(error.get("ctx", {})), error["input"]
    field = str(error["loc"][0] if error["loc"] else params.pop("field"))
    match code:
        case "extra_forbidden" | "invalid_key":
            return InvalidInput(field[:QUOTED_MAX], ImportCode.UNKNOWN_FIELD)
        case "tuple_type" | "enum" if value is None:
            return InvalidInput(field, ImportCode.EMPTY)
        case "tuple_type":
            return InvalidInput(field, ImportCode.NOT_LIST, {"text": quoted(value)})
        case "enum":
            codes = cast(type[StrEnum], model.model_fields[field].annotation)
            params = {"text": quoted(value), "choices": ", ".join(codes)}
            return InvalidInput(field, ImportCode.CHOICE, params)
    return InvalidInput(field, ImportCode(code), params)


def _key_of(
    model: type[Line], values: Mapping[str, Any], problems: Mapping[str, InvalidInput]
) -> str | None:
    """The key of a line that has problems, if they are elsewhere."""
    if not problems.keys().isdisjoint(model.KEY):
        return None
    parts = [values[name] for name in model.KEY]
    if model not in (PersonLine, BookingLine):  # whose keys are compared letter by letter
        parts = [clean(part) if isinstance(part, str) else part for part in parts]
    return key_text(parts)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInput(twice[:QUOTED_MAX], ImportCode.DUPLICATE)
    return found


def _not_finite(text: str) -> NoReturn:
    raise InvalidInput("", ImportCode.NOT_FINITE, {"text": text})


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_not_finite)
