"""The checks of single values of an import file: each gives the clean value or says what is wrong.

Values are judged by what JSON made of them. Nothing is guessed: a number where a text belongs is
told, not converted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.orders import COMMENT_MAX, IMPORTED_MAX
from olvery_tui.domain.people import check_email, check_first_name, check_name, check_phone
from olvery_tui.domain.text import LABEL_MAX, NAME_MAX, clean

Check = Callable[[str, Any], Any]
"""Takes the field's name and JSON's value; raises InvalidInput."""

Code = TypeVar("Code", bound=StrEnum)

UNITS_MAX = 10_000
SLOT_MAX = 24 * 60
FIRST_YEAR = 1970
LAST_YEAR = 2199
MODIFIERS_MAX = 100
QUOTED_MAX = 60
"""Letters of a bad value that a problem carries: enough to know it again."""

_clean_label = lru_cache(maxsize=4096)(clean)  # few labels, each in very many lines

_AMOUNT = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,2})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def quoted(value: object) -> str:
    """A bad value, short."""
    if isinstance(value, str):
        return value[:QUOTED_MAX]
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 64:
        return "…"  # Python refuses to write out an enormous number
    return repr(value)[:QUOTED_MAX]


def text(field: str, value: Any) -> str:
    """Any text as it came.

    Raises:
        InvalidInput: `not_text`.
    """
    if not isinstance(value, str):
        raise InvalidInput(field, "not_text", {"text": quoted(value)})
    return value


def label(field: str, value: Any) -> str:
    """A clean name of a service, room, workplace, ….

    Raises:
        InvalidInput: `not_text`, `empty`, `too_long`.
    """
    return _sized(field, _clean_label(_bounded(field, value, LABEL_MAX)), LABEL_MAX)


def comment(field: str, value: Any) -> str:
    """A clean remark; an empty one takes it away.

    Raises:
        InvalidInput: `not_text`, `too_long`.
    """
    typed = clean(_bounded(field, value, COMMENT_MAX))
    if len(typed) > COMMENT_MAX:
        raise InvalidInput(field, "too_long", {"limit": COMMENT_MAX})
    return typed


def key(field: str, value: Any) -> str:
    """A key or login, compared letter by letter, so nothing in it may be invisible.

    Raises:
        InvalidInput: `not_text`, `empty`, `too_long`, `unprintable`.
    """
    typed = _sized(field, text(field, value), LABEL_MAX)
    if not typed.isprintable():
        raise InvalidInput(field, "unprintable")
    if typed.isspace():
        raise InvalidInput(field, "empty")
    return typed


def name(field: str, value: Any) -> str:
    """A person's clean last name.

    Raises:
        InvalidInput: `not_text`, `empty`, `too_long`.
    """
    try:
        return check_name(field, _bounded(field, value, NAME_MAX))
    except InvalidInput as problem:
        if problem.code == "required":
            raise InvalidInput(field, "empty") from None
        raise


def first_name(field: str, value: Any) -> str:
    """A person's clean first name; not everybody has one.

    Raises:
        InvalidInput: `not_text`, `too_long`.
    """
    return check_first_name(field, _bounded(field, value, NAME_MAX))


def phone(field: str, value: Any) -> str | None:
    """A phone in E.164.

    Raises:
        InvalidInput: `not_text`, `phone`.
    """
    return check_phone(field, text(field, value))


def email(field: str, value: Any) -> str | None:
    """A syntactically right email.

    Raises:
        InvalidInput: `not_text`, `email`.
    """
    typed = text(field, value)
    if len(typed) > LABEL_MAX * 2:
        raise InvalidInput(field, "email")
    return check_email(field, typed)


def whole(least: int, most: int) -> Check:
    """A whole number from `least` to `most`: `not_whole`, `out_of_range`."""

    def check(field: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidInput(field, "not_whole", {"text": quoted(value)})
        if not least <= value <= most:
            raise InvalidInput(field, "out_of_range", {"least": least, "most": most})
        return value

    return check


number = whole(1, IMPORTED_MAX)
"""The number of an order or a ticket."""


def amount(field: str, value: Any) -> Decimal:
    """Money as a text, `"900.00"`: never a float.

    Raises:
        InvalidInput: `amount`.
    """
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise InvalidInput(field, "amount", {"text": quoted(value)})
    return Decimal(value)


def currency(field: str, value: Any) -> str:
    """Three letters of ISO 4217.

    Raises:
        InvalidInput: `currency`.
    """
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise InvalidInput(field, "currency", {"text": quoted(value)})
    return value


def one_of(codes: type[Code]) -> Check:
    """One of an enumeration's codes: `choice`."""
    known: Mapping[str, Code] = {code.value: code for code in codes}
    listed = ", ".join(known)

    def check(field: str, value: Any) -> Code:
        code = known.get(value) if isinstance(value, str) else None
        if code is None:
            raise InvalidInput(field, "choice", {"text": quoted(value), "choices": listed})
        return code

    return check


def labels(field: str, value: Any) -> tuple[str, ...]:
    """A list of names, each once.

    Raises:
        InvalidInput: `not_list`, `too_many`, `repeated`, and what `label` raises.
    """
    if not isinstance(value, list):
        raise InvalidInput(field, "not_list", {"text": quoted(value)})
    if len(value) > MODIFIERS_MAX:
        raise InvalidInput(field, "too_many", {"limit": MODIFIERS_MAX})
    found: dict[str, None] = {}
    for item in value:
        clean_item = label(field, item)
        if clean_item in found:
            raise InvalidInput(field, "repeated", {"text": clean_item})
        found[clean_item] = None
    return tuple(found)


def instant(field: str, value: Any) -> datetime:
    """A moment with its offset: `2022-12-06T09:00:00+03:00`.

    Raises:
        InvalidInput: `instant`, `naive`, `year`.
    """
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise InvalidInput(field, "instant", {"text": quoted(value)}) from None
    if moment.tzinfo is None:
        raise InvalidInput(field, "naive", {"text": quoted(value)})
    _check_year(field, moment.year)
    return moment


def day(field: str, value: Any) -> date:
    """A day of the location's calendar: `2022-12-06`.

    Raises:
        InvalidInput: `day`, `year`.
    """
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise InvalidInput(field, "day", {"text": quoted(value)})
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise InvalidInput(field, "day", {"text": quoted(value)}) from None
    _check_year(field, found.year)
    return found


def _check_year(field: str, year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(field, "year", {"first": FIRST_YEAR, "last": LAST_YEAR})


def _bounded(field: str, value: Any, limit: int) -> str:
    """A text that may be worth cleaning: letters that are not shown make it longer than it is."""
    typed = text(field, value)
    if len(typed) > limit * 8:
        raise InvalidInput(field, "too_long", {"limit": limit})
    return typed


def _sized(field: str, value: str, limit: int) -> str:
    if not value:
        raise InvalidInput(field, "empty")
    if len(value) > limit:
        raise InvalidInput(field, "too_long", {"limit": limit})
    return value
