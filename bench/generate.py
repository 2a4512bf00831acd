"""Tickets in bulk, as an import file: `python -m bench.generate --tickets 1000000 --out FILE`.

Four services with 500 workplaces, a person for every twenty tickets, four years around 6 December
2022. Hours, days and months are sold; no two tickets hold one workplace at a time. The same seed
makes the same file. Lines are written as they come, so the file may be of any size.
"""

from __future__ import annotations

import argparse
import heapq
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from bench.names import name

ZONE = timezone(timedelta(hours=3))
"""Moscow, whose clocks stood still in all these years."""

NOW = datetime(2022, 12, 6, 10, 0, tzinfo=ZONE)
FIRST = datetime(2020, 12, 6, tzinfo=ZONE)
SPAN = timedelta(days=1461)

HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)
OPENS, CLOSES = 8, 22

SERVICES = (
    # name, rooms, workplaces in each
    ("Коворкинг на 2 этаже", ("Зал «Север»", "Зал «Юг»", "Библиотека", "Терраса", "Лофт"), 30),
    ("Коворкинг на 3 этаже", ("Коворкинг №1", "Коворкинг №2", "Коворкинг №3"), 50),
    ("Открытая зона", ("Атриум", "Балкон"), 60),
    ("Тихая зона", ("Кабинет 401", "Кабинет 402", "Кабинет 403", "Кабинет 404"), 20),
)
VARIANTS = ("Резидент", "Резидент +", "Гость")
TARIFFS = (
    # name, unit, price, least, most
    ("Почасовой", "hour", "250.00", 1, 14),
    ("Суточный", "day", "900.00", 1, 31),
    ("1-3 мес (7000 руб в месяц)", "month", "7000.00", 1, 3),
)
MODIFIERS = (
    ("Шкафчик", "300.00"),
    ("Принтер", "100.00"),
    ("Полка", "50.00"),
    ("Монитор", "200.00"),
    ("Юридическое сопровождение", "1500.00"),
)
LOGINS = ("anna", "boris", "vera", "gleb", "daria", "egor", "zhanna", "ivan")

MONTHLY, DAILY = 0.002, 0.09
"""Shares of the tariffs; the rest is sold by the hour. A million tickets just fit in."""

_TYPICAL = timedelta(hours=15)
"""What a ticket takes of its workplace's time on the average, nights included."""

_SIZES = ((1, 0.60), (2, 0.24), (3, 0.10), (4, 0.04), (6, 0.02))
"""Tickets of an order, and how many orders have so many."""

_PAST = (
    ("completed", 0.88),
    ("confirmed", 0.01),
    ("cancelled", 0.05),
    ("payment_failed", 0.02),
    ("refund_in_progress", 0.005),
    ("refunded", 0.035),
)
_PRESENT = (("confirmed", 0.88), ("completed", 0.03), ("new", 0.03), ("cancelled", 0.06))
_FUTURE = (
    ("confirmed", 0.56),
    ("new", 0.14),
    ("payment_in_progress", 0.06),
    ("awaiting_invoice", 0.06),
    ("invoice_issued", 0.08),
    ("cancelled", 0.06),
    ("payment_failed", 0.02),
    ("refunded", 0.02),
)
_CANCELLED = frozenset({"cancelled", "payment_failed", "refund_in_progress", "refunded"})
_PAID = frozenset({"confirmed", "completed", "refund_in_progress", "refunded"})

Line = dict[str, Any]


class Seat(NamedTuple):
    """A workplace, and from when on it is free; the earliest is taken first."""

    free: datetime
    id: int
    room: str
    label: str


class Rental(NamedTuple):
    """What is sold: a tariff for a period, as the file has it and as moments."""

    tariff: str
    fields: Line
    starts: datetime
    ends: datetime
    price: int


def lines(tickets: int, seed: int = 1) -> Iterator[Line]:
    """The whole file, object by object."""
    chance = Random(seed)
    people = max(20, tickets // 20)
    yield from catalogue()
    yield from persons(people, chance)
    yield from orders(tickets, people, chance)


def catalogue() -> Iterator[Line]:
    """What is sold, and where."""
    for service, rooms, places in SERVICES:
        yield {"kind": "service", "name": service, "slot_minutes": 30}
        for room in rooms:
            yield {"kind": "room", "service": service, "name": room}
            for place in range(1, places + 1):
                label = f"PM №{place}"
                yield {"kind": "workplace", "service": service, "room": room, "label": label}
        for variant in VARIANTS:
            yield {"kind": "variant", "service": service, "name": variant}
        for tariff, unit, price, least, most in TARIFFS:
            yield {
                "kind": "tariff",
                "service": service,
                "name": tariff,
                "unit": unit,
                "price": price,
                "currency": "RUB",
                "min_units": least,
                "max_units": most,
                "variant": None,
            }
        for modifier, price in MODIFIERS:
            yield {"kind": "modifier", "service": service, "name": modifier, "price": price}


def persons(count: int, chance: Random) -> Iterator[Line]:
    """Customers and visitors; some have no phone, more have no email."""
    for index in range(1, count + 1):
        last, first = name(chance)
        phone = f"+79{chance.randrange(10**9):09d}" if chance.random() < 0.95 else None
        email = f"user{index}@example.com" if chance.random() < 0.8 else None
        yield {
            "kind": "person",
            "key": f"u-{index}",
            "last_name": last,
            "first_name": first,
            "phone": phone,
            "email": email,
        }


def orders(tickets: int, people: int, chance: Random) -> Iterator[Line]:
    """Orders, each followed by its tickets, about in the order in which they begin."""
    step = SPAN * sum(len(rooms) * places for _, rooms, places in SERVICES) / tickets
    idle = max(timedelta(), step - _TYPICAL)
    seats = _seats(step, chance)
    number, order = 0, 0
    while number < tickets:
        service = min(seats, key=lambda one: seats[one][0].free)
        size = min(_weighted(_SIZES, chance), tickets - number)
        taken = [heapq.heappop(seats[service]) for _ in range(size)]
        rental = _rental(max(seat.free for seat in taken), chance)
        order += 1
        booked = _order(order, service, rental, size, people, chance)
        yield booked
        for seat in taken:
            number += 1
            yield _ticket(number, booked, rental, seat, people, chance)
            free = rental.ends + idle * chance.expovariate(1.0)
            heapq.heappush(seats[service], seat._replace(free=free))


def _seats(step: timedelta, chance: Random) -> dict[str, list[Seat]]:
    """Workplaces by service; each is sold once in `step`, and they don't all begin together."""
    seats: dict[str, list[Seat]] = {}
    count = 0
    for service, rooms, places in SERVICES:
        seats[service] = []
        for room in rooms:
            for place in range(1, places + 1):
                count += 1
                free = FIRST + step * chance.random()
                seats[service].append(Seat(free, count, room, f"PM №{place}"))
        heapq.heapify(seats[service])
    return seats


def _rental(free: datetime, chance: Random) -> Rental:
    """The next thing that can be sold of a workplace that is free from `free` on."""
    luck = chance.random()
    if luck < MONTHLY:
        months = chance.randint(1, 3)
        return _days("1-3 мес (7000 руб в месяц)", free, months * 30, 7_000 * months)
    if luck < MONTHLY + DAILY:
        days = chance.choice((1, 1, 1, 2, 2, 3, 5))
        return _days("Суточный", free, days, 900 * days)
    slots = chance.randint(2, 8)
    starts = _rounded(free)
    opens, closes = starts.replace(hour=OPENS, minute=0), starts.replace(hour=CLOSES, minute=0)
    if starts + slots * HALF_HOUR > closes:
        starts = opens + DAY
    starts = max(starts, starts.replace(hour=OPENS, minute=0))
    ends = starts + slots * HALF_HOUR
    fields = {"starts_at": starts.isoformat(), "ends_at": ends.isoformat()}
    return Rental("Почасовой", fields, starts, ends, 125 * slots)


def _days(tariff: str, free: datetime, days: int, price: int) -> Rental:
    first: date = free.date() if free.time() == datetime.min.time() else free.date() + DAY
    starts = datetime(first.year, first.month, first.day, tzinfo=ZONE)
    last = first + timedelta(days=days - 1)
    fields = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
    return Rental(tariff, fields, starts, starts + timedelta(days=days), price)


def _rounded(moment: datetime) -> datetime:
    """The next half hour."""
    whole = moment.replace(minute=0, second=0, microsecond=0)
    while whole < moment:
        whole += HALF_HOUR
    return whole


def _order(
    number: int, service: str, rental: Rental, size: int, people: int, chance: Random
) -> Line:
    if rental.ends <= NOW:
        status = _weighted(_PAST, chance)
    elif rental.starts <= NOW:
        status = _weighted(_PRESENT, chance)
    else:
        status = _weighted(_FUTURE, chance)
    payment = chance.choice(("on_site", "online", "online", "invoice"))
    if status == "payment_in_progress":
        payment = "online"
    elif status in {"awaiting_invoice", "invoice_issued"}:
        payment = "invoice"
    created = min(rental.starts, NOW) - timedelta(minutes=chance.randint(5, 20_000))
    line = {
        "kind": "order",
        "number": number,
        "service": service,
        "customer": f"u-{chance.randint(1, people)}",
        "status": status,
        "payment_kind": payment,
        "price": f"{rental.price * size}.00",
        "created_at": created.isoformat(),
    }
    if status in _PAID:
        line["paid_at"] = (created + timedelta(minutes=4)).isoformat()
    return line


def _ticket(
    number: int, order: Line, rental: Rental, seat: Seat, people: int, chance: Random
) -> Line:
    own = chance.random() < 0.9
    visitor = order["customer"] if own else f"u-{chance.randint(1, people)}"
    extras = chance.choices((0, 1, 2), (70, 22, 8))[0]
    line = {
        "kind": "ticket",
        "number": number,
        "order": order["number"],
        "visitor": visitor,
        "room": seat.room,
        "workplace": seat.label,
        "tariff": rental.tariff,
        "variant": chance.choice(VARIANTS) if chance.random() < 0.2 else None,
        "modifiers": [modifier for modifier, _ in chance.sample(MODIFIERS, extras)],
        **rental.fields,
        "created_at": order["created_at"],
    }
    came = rental.starts <= NOW and order["status"] not in _CANCELLED | {"new"}
    if came and chance.random() < 0.85:
        at = min(rental.starts + timedelta(minutes=chance.randint(0, 25)), NOW)
        line["validated_at"] = at.isoformat()
        line["validated_by"] = chance.choice(LOGINS)
    return line


def _weighted(choices: tuple[tuple[Any, float], ...], chance: Random) -> Any:
    luck = chance.random()
    for value, share in choices:
        luck -= share
        if luck < 0:
            return value
    return choices[0][0]


def write(path: Path, tickets: int, seed: int = 1) -> int:
    """Write the file; the number of its lines."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for line in lines(tickets, seed):
            file.write(json.dumps(line, ensure_ascii=False))
            file.write("\n")
            count += 1
    return count


def main() -> int:
    """Read the command line and write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--tickets", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.tickets < 1:
        parser.error("--tickets needs a positive number")
    print(f"{write(arguments.out, arguments.tickets, arguments.seed):,} lines in {arguments.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
