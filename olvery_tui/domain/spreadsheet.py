"""Rows of a spreadsheet as lines of an import: headings found, cells read as people write them.

Pure: what the database has to say (services, places, tariffs) comes in a `Catalogue`, and whether
a line fits it is the importer's question.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from json.encoder import encode_basestring
from typing import Any, NamedTuple, TypeVar

from olvery_tui.domain import pricing
from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.errors import ImportCode, InvalidInput
from olvery_tui.domain.import_lines import Kind, quoted
from olvery_tui.domain.people import fold, named, words
from olvery_tui.domain.periods import Period
from olvery_tui.domain.row_kinds import FIELDS, RowKind, lacks
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.text import clean

Cell = str | int | float | bool | datetime | date | time | timedelta | None
"""A value of a spreadsheet; a time of day may be the time since midnight, so that 24:00 is one."""

Line = dict[str, Any]

Made = TypeVar("Made")

_SHORT, _REPEATED = 64, 4_096
"""Letters of a text that is likely to come again in a column, and how many of those are kept."""


def _cached(make: Callable[[str], Made]) -> Callable[[str], Made]:
    """Call `make` once for a short text: most cells say what others have said."""
    cached = lru_cache(_REPEATED)(make)
    return lambda text: cached(text) if len(text) <= _SHORT else make(text)


_clean = lru_cache(_REPEATED)(clean)
_fold = _cached(fold)


# ── Headings ─────────────────────────────────────────────────────────────────────────────────────

ERROR_HEADING = "Ошибка"
"""The column of a rejects file that says why; left out when that file is imported again."""


@cache
def _words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The folded words of `spreadsheet.toml`, by section and code."""
    read = tomllib.loads(files(__package__).joinpath("spreadsheet.toml").read_text("utf-8"))
    return {
        section: {code: tuple(map(folded, words_)) for code, words_ in codes.items()}
        for section, codes in read.items()
    }


@cache
def _codes(section: str) -> Mapping[str, str]:
    """The codes of a section by everything that means them."""
    found = _words()[section]
    return {word: code for code, aliases in found.items() for word in (folded(code), *aliases)}


_HEADING_ROWS = 30
_WHOLE_ONLY = frozenset(
    {"note", "ban", "ticket_status", "checked", "checked_by", "paid_sum"}
    | {"cancelled_at", "unit_price", "ticket_numbers"}
)
"""Fields of this application's exports, which no longer heading names by accident."""
_TOTAL = re.compile(r"(?:итог|итого|всего|total)\b", re.IGNORECASE)


def folded(heading: Cell) -> str:
    """A heading as two of them are compared."""
    return _folded(text(heading))


@_cached
def _folded(written: str) -> str:
    return " ".join(words(written.replace("_", " ")))


@cache
def _beginnings(kind: RowKind) -> tuple[str, ...]:
    """Everything with which a heading of a field begins."""
    more, known = _words().get(kind.value, {}), _words()["headings"]
    return tuple(
        alias
        for field_name in FIELDS[kind]
        for alias in (*more.get(field_name, ()), *known[field_name], folded(field_name))
    )


def guess(headings: Sequence[Cell], kind: RowKind) -> dict[str, int]:
    """The column of each field that a row of headings names; the whole heading counts first."""
    nothing = _words()["nothing"]["nothing"]
    names = {
        at: name
        for at, one in enumerate(headings)
        if (name := folded(one)) not in nothing and name.startswith(_beginnings(kind))
    }
    found: dict[str, int] = {}
    if not names:  # a row of values, as nearly all are
        return found
    for same in (str.__eq__, lambda name, alias: name.startswith(f"{alias} ")):
        for field_name in FIELDS[kind]:
            whole = same is str.__eq__
            if field_name in _WHOLE_ONLY and not whole:
                continue
            more = _words().get(kind.value, {}).get(field_name, ()) if whole else ()
            for alias in (*more, *_words()["headings"][field_name], folded(field_name)):
                free = [
                    at for at, name in names.items()
                    if at not in found.values() and same(name, alias)
                ]  # fmt: skip
                if free and field_name not in found:
                    found[field_name] = free[0]
    return found


def heading_row(
    rows: Sequence[Sequence[Cell]], kind: RowKind, meanings: Mapping[str, str | None] | None = None
) -> tuple[int, dict[str, int]] | None:
    """Which of the first rows has the headings, and the column of each field.

    `meanings` are headings and what they mean, by the user's own word; None for nothing.
    """
    best: tuple[int, dict[str, int]] | None = None
    said = {folded(heading): field_name for heading, field_name in (meanings or {}).items()}
    for at, row in enumerate(rows[:_HEADING_ROWS]):
        columns = guess([None if folded(one) in said else one for one in row], kind)
        for column, one in enumerate(row):
            if (field_name := said.get(folded(one))) is not None and field_name in FIELDS[kind]:
                columns[field_name] = column
        if not lacks(columns, kind) and (best is None or len(columns) > len(best[1])):
            best = at, columns
    return best


def likely_kind(rows: Sequence[Sequence[Cell]]) -> RowKind:
    """What each row of a table probably is: what most of its headings are columns of."""

    def fitting(kind: RowKind) -> int:
        found = heading_row(rows, kind)
        return 0 if found is None else len(found[1])

    return max(RowKind, key=fitting)


def is_empty(row: Sequence[Cell]) -> bool:
    """Whether nothing is written in a row."""
    return not any(text(cell) for cell in row)


def is_total(row: Sequence[Cell]) -> bool:
    """Whether a row sums up those above it."""
    first = next((text(cell) for cell in row if text(cell)), "")
    return bool(_TOTAL.match(first))


# ── Cells ────────────────────────────────────────────────────────────────────────────────────────
# What can't be read is refused with `InvalidInput`: `day`, `hours`, `amount` or `choice`.


def text(cell: Cell) -> str:
    """A cell as people read it: whole numbers without a fraction, days without a midnight."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _clean(cell) if len(cell) <= _SHORT else clean(cell)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, date):
        hours = cell.time() if isinstance(cell, datetime) else time()
        return f"{cell:%d.%m.%Y}" if hours == time() else f"{cell:%d.%m.%Y} {hours}"
    return clean(str(cell))


_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:\s*г\.?)?(?:\s+(\S.*))?")
_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.\-ч]\s*(\d{2}))?(?::\d{2})?(?:\s*(?:ч|час|часов)\.?)?")
_SPAN = re.compile(
    r"(?:с\s+)?(\d{1,2}(?:[:.]\d{2}){0,2})\s*(?:-|–|—|до|по)"
    r"\s*(\d{1,2}(?:[:.]\d{2}){0,2})(?:\s*(?:ч|час|часов)\.?)?"
)
_SEVERAL = re.compile(r"\s*[,;/|&\n]\s*|\s+и\s+")
_SEPARATOR = re.compile(r"[,;/|&\n]|\sи\s")
"""What `_SEVERAL` finds, without the spaces around it: a tenth of the time where there is none."""
_FAILED = re.compile(
    r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|ССЫЛКА!|Н/Д|ЗНАЧ!|ИМЯ\?|ДЕЛ/0!|ЧИСЛО!|ПУСТО!)"
)
_EXTRAS = re.compile(r"[;,]")
_CURRENCY = re.compile(r"(?:руб(?:лей|ля|ль)?|р|rub)\.?\s*$|₽", re.IGNORECASE)


class Moment(NamedTuple):
    """A day, and the time of day if one was written."""

    day: date
    clock: time | None = None
    zoned: datetime | None = None


def moment(name: str, cell: Cell) -> Moment:
    """A day as people write it: `06.12.2022`, `6/12/22`, `2022-12-06`, or as a date."""
    if isinstance(cell, datetime):
        return Moment(cell.date(), cell.time() if cell.time() != time() else None)
    if isinstance(cell, date):
        return Moment(cell)
    written = text(cell)
    try:
        if found := _DAY.fullmatch(written):
            day, month, year, rest = found.groups()
            whole = int(year) + (2000 if len(year) == 2 else 0)
            clock = None if rest is None else clock_of(name, rest)
            return Moment(date(whole, int(month), int(day)), clock)
        at = datetime.fromisoformat(written)
        is_day = len(written) == len("2022-12-06")
        return Moment(at.date(), None if is_day else at.time(), at if at.tzinfo else None)
    except ValueError:
        raise InvalidInput(name, ImportCode.DAY, {"text": quoted(written)}) from None


def clock_of(name: str, cell: Cell) -> time:
    """A time of day: `9`, `9.00`, `09:00`; 24:00 is the next midnight, as `time.max`."""
    if isinstance(cell, time | datetime):
        return cell if isinstance(cell, time) else cell.time()
    if isinstance(cell, timedelta):
        minutes = round(cell / timedelta(minutes=1))
        cell = f"{minutes // 60}:{minutes % 60:02d}"
    written = text(cell)
    if (clock := _clock(written)) is not None:
        return clock
    raise InvalidInput(name, ImportCode.HOURS, {"text": quoted(written)})


@_cached
def _clock(written: str) -> time | None:
    if found := _CLOCK.fullmatch(written):
        hours, minutes = int(found[1]), int(found[2] or 0)
        if (hours, minutes) == (24, 0):
            return time.max
        with suppress(ValueError):
            return time(hours, minutes)
    return None


def span(name: str, cell: Cell) -> tuple[time, time | None]:
    """From when to when: `09-11`, `9.00–11.00`, `с 9 до 11`, or only from when."""
    written = text(cell)
    if isinstance(cell, time | datetime) or (found := _span(written)) is None:
        return clock_of(name, cell), None
    begins, ends = found
    if begins is None or ends is None:
        raise InvalidInput(name, ImportCode.HOURS, {"text": quoted(written)})
    return begins, ends


@_cached
def _span(written: str) -> tuple[time | None, time | None] | None:
    found = _SPAN.fullmatch(written)
    return found and (_clock(found[1]), _clock(found[2]))


def amount(name: str, cell: Cell) -> str:
    """An amount as the import writes it: `1 800,50 ₽` is `1800.50`."""
    try:
        if isinstance(cell, int | float):
            return f"{pricing.parse_money(name, f'{Decimal(str(cell)):.2f}'):.2f}"
        return f"{pricing.parse_money(name, _CURRENCY.sub('', text(cell))):.2f}"
    except InvalidInput:
        raise InvalidInput(name, ImportCode.AMOUNT, {"text": quoted(text(cell))}) from None


def one_of(name: str, cell: Cell) -> str:
    """The code that a cell says in words, or as it is; `name` is also the section of the words."""
    if (code := _codes(name).get(folded(cell))) is not None:
        return code
    told = ", ".join(aliases[0] for aliases in _words()[name].values())
    raise InvalidInput(name, ImportCode.CHOICE, {"text": quoted(text(cell)), "choices": told})


# ── Rows ─────────────────────────────────────────────────────────────────────────────────────────


class SoldTariff(NamedTuple):
    """A tariff of the catalogue."""

    name: str
    unit: TariffUnit
    price: Decimal


@dataclass(slots=True)
class Catalogue:
    """What there is to name, by folded names: services, rooms and workplaces and tariffs of each,
    and the prices of modifiers.
    """

    services: dict[str, str] = field(default_factory=dict)
    rooms: dict[tuple[str, str], str] = field(default_factory=dict)
    workplaces: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    tariffs: dict[tuple[str, str], SoldTariff] = field(default_factory=dict)
    variants: dict[tuple[str, str], str] = field(default_factory=dict)
    modifiers: dict[tuple[str, str], tuple[str, Decimal]] = field(default_factory=dict)


@dataclass(slots=True)
class Rows:
    """Makes lines of one table's rows. What rows of places and tariffs name for the first time
    (services, rooms, variants) becomes a line of its own and is known from then on.
    """

    kind: RowKind
    catalogue: Catalogue
    zone: tzinfo
    now: datetime

    def lines(self, number: int, cells: Mapping[str, Cell]) -> list[Line]:
        """The lines of row `number`, the one that counts for it last.

        Raises:
            InvalidRow: with everything that is wrong.
        """
        row = _Row(self, number, cells, {name: text(cell) for name, cell in cells.items()})
        for name, written in row.texts.items():
            if written.startswith("#") and _FAILED.fullmatch(written):
                row.refuse(name, ImportCode.FAILED, text=written)
        lines = [] if row.problems else list(getattr(row, self.kind.name.lower())())
        if row.problems:
            raise InvalidRow(row.problems)
        return lines


class InvalidRow(Exception):
    """A row that can't be read; `problems` say where, in the table's fields."""

    def __init__(self, problems: Sequence[InvalidInput]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


@dataclass(slots=True)
class _Row:
    """One row while it is read, with the `texts` of its cells; `problems` gathers what is wrong."""

    table: Rows
    number: int
    cells: Mapping[str, Cell]
    texts: Mapping[str, str]
    problems: list[InvalidInput] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    def refuse(self, name: str, code: ImportCode, **params: object) -> None:
        self.problems.append(InvalidInput(name, code, params))

    def read(self, make: Any, name: str, *arguments: Any, default: Any = None) -> Any:
        """What `make` makes of a cell, `default` of an empty one, None of one that is refused."""
        if not self.text(name):
            return default
        try:
            return make(name, self.cells[name], *arguments)
        except InvalidInput as problem:
            self.problems.append(problem)
            return None

    def _require(self, *names: str) -> None:
        for name in names:
            if not self.text(name):
                self.refuse(name, ImportCode.EMPTY)

    # People

    def people(self) -> Iterator[Line]:
        person = self._person()
        yield {"kind": Kind.PERSON.value, "key": _digest(person), **person}

    def _person(self) -> Line:
        whole = self.text("full_name")
        if not whole and "last_name" not in self.cells:
            whole = self.text("first_name")
        names = {name: self.text(name) for name in ("last_name", "first_name", "patronymic")}
        where = "full_name" if self.text("full_name") else "last_name"
        if whole:
            names = named(whole)
        if _SEPARATOR.search(names["last_name"] + " " + names["first_name"]):
            self.refuse(where, ImportCode.SEVERAL)
        if not any(names.values()):
            self.refuse(where, ImportCode.EMPTY)
        phone, email = self.text("phone"), self.text("email")
        if _SEPARATOR.search(phone):
            many = [part for part in _SEVERAL.split(phone) if sum(map(str.isdigit, part)) > 4]
            if len(many) > 1:
                self.refuse("phone", ImportCode.SEVERAL)
        if email.count("@") > 1:
            self.refuse("email", ImportCode.SEVERAL)
        found = {**names, "phone": phone, "email": email, "note": self.text("note")}
        found["ban_reason"] = self.text("ban")
        if not found["last_name"]:
            found["last_name"], found["first_name"] = found["first_name"], ""
        return {name: value for name, value in found.items() if value}

    # What is sold

    def _service(self, *, known: bool) -> str | None:
        """The service of the row; the only one there is, where no cell names it."""
        services, written = self.table.catalogue.services, self.text("service")
        if not written and len(services) == 1:
            return next(iter(services.values()))
        if not written:
            self.refuse("service", ImportCode.EMPTY)
            return None
        found = services.get(_fold(written))
        if found is None and known:
            self.refuse("service", ImportCode.NO_SUCH, text=quoted(written))
        return found or (None if known else written)

    def places(self) -> Iterator[Line]:
        service = self._service(known=False)
        room, label = self.text("room"), self.text("workplace")
        self._require("room", "workplace")
        if self.problems or service is None:
            return
        catalogue = self.table.catalogue
        yield from self._new_service(service)
        if (key := (service, _fold(room))) not in catalogue.rooms:
            catalogue.rooms[key] = room
            yield {"kind": Kind.ROOM.value, "service": service, "name": room}
        room = catalogue.rooms[key]
        yield {"kind": Kind.WORKPLACE.value, "service": service, "room": room, "label": label}

    def tariffs(self) -> Iterator[Line]:
        service = self._service(known=False)
        line: Line = {"kind": Kind.TARIFF.value, "service": service, "name": self.text("tariff")}
        line["unit"] = self.read(one_of, "unit")
        line["price"] = self.read(amount, "price")
        self._require("tariff", "unit", "price")
        for name in ("min_units", "max_units"):
            self._number(line, name, name)
        line.setdefault("max_units", line.get("min_units", 1))
        if currency := self.text("currency"):
            line["currency"] = currency.upper()
        if self.problems or service is None:
            return
        yield from self._new_service(service)
        if variant := self.text("variant"):
            variants = self.table.catalogue.variants
            if (key := (service, _fold(variant))) not in variants:
                variants[key] = variant
                yield {"kind": Kind.VARIANT.value, "service": service, "name": variant}
            line["variant"] = variants[key]
        yield line

    def _new_service(self, service: str) -> Iterator[Line]:
        services = self.table.catalogue.services
        if _fold(service) not in services:
            services[fold(service)] = service
            yield {"kind": Kind.SERVICE.value, "name": service}

    # Orders

    def orders(self) -> Iterator[Line]:
        line: Line = {"kind": Kind.BOOKING.value, "key": f"row {self.number}"}
        yield from self._ordered(line)
        for name in ("order", "ticket"):
            self._number(line, name, name)
        if (checked := self.read(self._instant, "checked")) and (by := self.text("checked_by")):
            line |= {"validated_at": checked.isoformat(), "validated_by": by}
        order = OrderStatus(line["status"] or OrderStatus.CANCELLED)
        cancelled = folded(self.text("ticket_status")) in _words()["status"]["cancelled"]
        cancelled_at = self.read(self._instant, "cancelled_at")
        if cancelled_at is not None:
            line["cancelled_at"] = cancelled_at.isoformat()
            line["price"] = line["price"] or "0.00"  # what its order was sold for is without it
        elif cancelled and not order.is_cancelled and not self.text("cancelled_at"):
            self.refuse("ticket_status", ImportCode.CANCELLED_ALONE)
        line["unit_price"] = self.read(amount, "unit_price")
        line.update(self._period())
        if (service := self._service(known=True)) is not None:
            line["service"] = service
            line.update(self._workplace(service))
            line.update(self._sale(service, line))
        yield {name: value for name, value in line.items() if value is not None}

    def orders_only(self) -> Iterator[Line]:
        """An order as this application exports it, without its tickets."""
        line: Line = {"kind": Kind.ORDER.value}
        yield from self._ordered(line)
        self._number(line, "order", "number")
        paid = self.read(amount, "paid_sum")
        if "paid_at" not in line and paid is not None and Decimal(paid):
            line["paid"] = paid
        if tickets := self.text("ticket_numbers"):
            line["tickets"] = self._numbers("ticket_numbers", tickets)
        self._require("order", "price")
        if (service := self._service(known=True)) is not None:
            line["service"] = service
        yield {name: value for name, value in line.items() if value is not None}

    def _ordered(self, line: Line) -> Iterator[Line]:
        """The customer's line; what is said of their order is put into `line`."""
        person = self._person()
        line["customer"] = key = _digest(person)
        yield {"kind": Kind.PERSON.value, "key": key, **person}
        line["status"] = self.read(one_of, "status", default="confirmed")
        line["payment_kind"] = self.read(one_of, "payment", default="on_site")
        line["created_at"] = (self.read(self._instant, "created_at") or self.table.now).isoformat()
        if comment := self.text("comment"):
            line["comment"] = comment
        if (paid := self.read(self._paid, "paid", line["created_at"])) is not None:
            line["paid_at"] = paid
        line["price"] = self.read(amount, "price")

    def _number(self, line: Line, name: str, to: str) -> None:
        """A whole number of a cell, if there is one, put into `line`."""
        if (written := self.text(name)) and not written.isdecimal():
            self.refuse(name, ImportCode.NOT_WHOLE, text=quoted(written))
        elif written:
            line[to] = int(written)

    def _numbers(self, name: str, written: str) -> list[int]:
        """The whole numbers of a cell."""
        numbers = [one for one in map(str.strip, _EXTRAS.split(written)) if one]
        if not all(map(str.isdecimal, numbers)):
            self.refuse(name, ImportCode.NOT_WHOLE, text=quoted(written))
            return []
        return [*map(int, numbers)]

    def _workplace(self, service: str) -> Line:
        written, room = self.text("workplace"), self.text("room")
        found = self.table.catalogue.workplaces.get((service, _fold(written)), [])
        if room:
            found = [one for one in found if _fold(one[0]) == _fold(room)]
        if len(found) == 1:
            return {"room": found[0][0], "workplace": found[0][1]}
        if not written:
            self.refuse("workplace", ImportCode.EMPTY)
        elif found:
            self.refuse("room", ImportCode.WHICH_ROOM, text=quoted(written))
        else:
            self.refuse("workplace", ImportCode.NO_SUCH, text=quoted(written))
        return {}

    def _sale(self, service: str, line: Line) -> Line:
        """The tariff by its name, or the only one for such a period; the price, if none is said."""
        catalogue, written = self.table.catalogue, self.text("tariff")
        hours = "starts_at" in line
        if written:
            tariff = catalogue.tariffs.get((service, _fold(written)))
            if tariff is None:
                self.refuse("tariff", ImportCode.NO_SUCH, text=quoted(written))
        else:
            fitting = [
                one
                for (of, _name), one in catalogue.tariffs.items()
                if of == service and (one.unit is (TariffUnit.HOUR if hours else TariffUnit.DAY))
            ]
            tariff = fitting[0] if len(fitting) == 1 else None
            if tariff is None:
                self.refuse("tariff", ImportCode.EMPTY)
        found: Line = {}
        if variant := self.text("variant"):
            found["variant"] = catalogue.variants.get((service, _fold(variant)), variant)
        extras = [one for one in map(str.strip, _EXTRAS.split(self.text("modifiers"))) if one]
        sold = [catalogue.modifiers.get((service, _fold(one)), (one, Decimal(0))) for one in extras]
        found["modifiers"] = [name for name, _price in sold]
        if tariff is None:
            return found
        found["tariff"] = tariff.name
        if line["price"] is None and not self.problems:
            zone = self.table.zone
            try:
                period = period_of(line, zone)
            except ValueError:
                return found  # the line says what is wrong with it
            units = pricing.units(tariff.unit, period, zone)
            prices = tuple(price for _name, price in sold)
            price = Decimal(line["unit_price"] or tariff.price)
            found["price"] = f"{pricing.price_of(units, price, prices, 1):.2f}"
        return found

    def _period(self) -> Line:
        """Days, or moments where a time of day is written."""
        first = self.read(moment, "starts") or self.read(moment, "date")
        last = self.read(moment, "ends")
        if first is None:
            if not self.text("starts") and not self.text("date"):
                self.refuse("starts" if "starts" in self.cells else "date", ImportCode.EMPTY)
            return {}
        begins, ends = self.read(span, "time", default=(None, None)) or (None, None)
        begins = self.read(clock_of, "time_from", default=begins or first.clock)
        ends = self.read(clock_of, "time_to", default=ends or (last and last.clock))
        last_day = last.day if last is not None else first.day
        midnight = time()
        if first.zoned and last and last.zoned and begins == midnight == ends:
            return {  # this application's own export: half open
                "starts_on": first.day.isoformat(),
                "ends_on": (last_day - timedelta(days=1)).isoformat(),
            }
        if begins is None and ends is None:
            return {"starts_on": first.day.isoformat(), "ends_on": last_day.isoformat()}
        if begins is None or ends is None:
            self.refuse("time", ImportCode.HOURS, text=quoted(self.text("time")))
            return {}
        return {
            "starts_at": self._at(first.day, begins).isoformat(),
            "ends_at": self._at(last_day, ends).isoformat(),
        }

    def _at(self, day: date, clock: time) -> datetime:
        if clock == time.max:
            return datetime.combine(day + timedelta(days=1), time(), self.table.zone)
        return datetime.combine(day, clock, self.table.zone)

    def _instant(self, name: str, cell: Cell) -> datetime:
        found = moment(name, cell)
        return found.zoned or self._at(found.day, found.clock or time())

    def _paid(self, name: str, cell: Cell, created_at: str) -> str | None:
        """When it was paid: a day, or just yes, which is when it was ordered."""
        if (is_paid := _is_paid(text(cell))) is None:
            return self._instant(name, cell).isoformat()
        return created_at if is_paid else None


@_cached
def _is_paid(written: str) -> bool | None:
    """Whether a cell says yes or no; None for anything else."""
    answers, said = _words()["paid"], folded(written.casefold())
    if written in ("-", "–", "—") or said in answers["no"]:
        return False
    return True if written in ("+", "✓") or said in answers["yes"] else None


def period_of(line: Line, zone: tzinfo) -> Period:
    """The period of a booking's line.

    Raises:
        ValueError: it has none, or it ends before it begins.
    """
    if "starts_on" in line:
        first, last = (date.fromisoformat(line[name]) for name in ("starts_on", "ends_on"))
        return Period.daily(first, last, zone)
    if "starts_at" not in line:
        raise ValueError("no period")
    return Period.hourly(
        datetime.fromisoformat(line["starts_at"]), datetime.fromisoformat(line["ends_at"])
    )


_NOT_THE_NAME = frozenset({"note", "phone", "ban_reason"})


def _digest(person: Line) -> str:
    """A key for a person of a table, the same whenever the same is written."""
    said = {name: _fold(value) for name, value in person.items() if name not in _NOT_THE_NAME}
    said["phone"] = "".join(filter(str.isdigit, person.get("phone", "")))[-10:]  # +7… is 8…
    # What `json.dumps(said, sort_keys=True, ensure_ascii=False)` writes, in a third of the time.
    members = ", ".join([f'"{name}": {encode_basestring(said[name])}' for name in sorted(said)])
    return f"table:{hashlib.sha256(f'{{{members}}}'.encode()).hexdigest()[:32]}"
