"""Import files for tests: a small coworking, and what the database holds after an import."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind
from olvery_tui.domain.import_lines import Problem
from olvery_tui.store import importing as importer
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.moments import from_micros
from olvery_tui.store.importing import ImportReport
from tests.databases import empty

NOW = datetime(2022, 12, 6, 7, tzinfo=UTC)
"""6 December 2022, 10:00 in Moscow."""

CONSOLE = Actor(ActorKind.CLI, account="exporter")
FLOOR = "Коворкинг на 3 этаже"
ROOM, QUIET = "Коворкинг №1", "Тихая комната"
PLACES = ("PM №1", "PM №2", "PM №3")

Line = dict[str, Any]


def world() -> list[Line]:
    """A service with two rooms and three tariffs, and two people."""
    rooms: list[Line] = []
    for room in (ROOM, QUIET):
        rooms.append({"kind": "room", "service": FLOOR, "name": room})
        rooms += [
            {"kind": "workplace", "service": FLOOR, "room": room, "label": label}
            for label in PLACES
        ]
    tariffs = [
        tariff("Почасовой", "hour"),
        tariff("Суточный", "day"),
        tariff("Месячный", "month", variant="Резидент"),
    ]
    return [
        {"kind": "service", "name": FLOOR, "slot_minutes": 30},
        *rooms,
        {"kind": "variant", "service": FLOOR, "name": "Резидент"},
        {"kind": "modifier", "service": FLOOR, "name": "Принтер", "price": "100.00"},
        {"kind": "modifier", "service": FLOOR, "name": "Полка", "price": "50.00"},
        *tariffs,
        person("u-1", "Семенова", "Мария"),
        person("u-2", "Столповский", "Иван"),
    ]


def fill(store: Store) -> None:
    """A database with that."""
    empty(store)
    with TemporaryDirectory() as folder:
        importing = Importing(store, Path(folder))
        importing(*world())
    assert importing.problems == []


def tariff(name: str, unit: str, **changes: Any) -> Line:
    """A tariff of the service."""
    return {
        "kind": "tariff",
        "service": FLOOR,
        "name": name,
        "unit": unit,
        "price": "900.00",
        "min_units": 1,
        "max_units": 31,
        **changes,
    }


def person(key: str, last_name: str, first_name: str, **changes: Any) -> Line:
    """Somebody."""
    return {
        "kind": "person",
        "key": key,
        "last_name": last_name,
        "first_name": first_name,
        **changes,
    }


def order(number: int, status: str = "confirmed", **changes: Any) -> Line:
    """An order of the first person."""
    return {
        "kind": "order",
        "number": number,
        "service": FLOOR,
        "customer": "u-1",
        "status": status,
        "payment_kind": "on_site",
        "price": "900.00",
        "created_at": "2022-12-05T19:02:00+03:00",
        **changes,
    }


def ticket(number: int, order_number: int, hours: str = "9-12", **changes: Any) -> Line:
    """A ticket for some hours of 6 December, or for a day (`2022-12-22`) or several."""
    line = {
        "kind": "ticket",
        "number": number,
        "order": order_number,
        "visitor": "u-1",
        "room": ROOM,
        "workplace": PLACES[0],
        "created_at": "2022-12-05T19:02:00+03:00",
        **period(hours),
    }
    return {**line, **changes}


def period(hours: str) -> Line:
    """`9-12`: hours of 6 December; `2022-12-22` or `2022-12-22..2022-12-24`: whole days."""
    if hours.count("-") == 1:
        starts, ends = hours.split("-")
        return {
            "tariff": "Почасовой",
            "starts_at": f"2022-12-06T{int(starts):02d}:00:00+03:00",
            "ends_at": f"2022-12-06T{int(ends):02d}:00:00+03:00",
        }
    first, _, last = hours.partition("..")
    return {"tariff": "Суточный", "starts_on": first, "ends_on": last or first}


def written(path: Path, lines: Iterable[Line | str | bytes]) -> Path:
    """A file of lines; texts and bytes stand in it as they are."""
    with path.open("wb") as file:
        for line in lines:
            text = json.dumps(line, ensure_ascii=False) if isinstance(line, dict) else line
            file.write(text if isinstance(text, bytes) else text.encode())
            file.write(b"\n")
    return path


class Importing:
    """A database to import into."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.clock = FrozenClock(NOW)
        self.problems: list[Problem] = []

    def __call__(self, *lines: Line | str | bytes, **options: Any) -> ImportReport:
        """Import lines; what is wrong with them is in `problems` afterwards."""
        return self.file(written(self.folder / "import.jsonl", lines), **options)

    def file(self, source: Any, **options: Any) -> ImportReport:
        """Import a file."""
        self.problems = []
        return importer.run(
            self.store,
            source,
            clock=self.clock,
            actor=CONSOLE,
            on_problem=self.problems.append,
            **options,
        )

    @property
    def desk(self) -> Desk:
        """The desk over the database."""
        return Desk(self.store, self.clock, CONSOLE)

    def told(self) -> list[tuple[int, str | None, str]]:
        """Line, field and code of each problem, by line."""
        return sorted(
            ((one.line, one.field, one.code) for one in self.problems), key=lambda one: one[0]
        )

    def events(self, kind: str = "%") -> list[tuple[str, int | None, Line]]:
        """Kind, ticket and data of the events of a kind, oldest first."""
        rows = self.rows(
            "SELECT kind, ticket_number, data FROM event WHERE kind LIKE ? ORDER BY id", kind
        )
        return [
            (kind, number, json.loads(data) if isinstance(data, str) else data)
            for kind, number, data in rows
        ]

    def seats(self, number: int) -> list[tuple[str, str, str]]:
        """Workplace, begin and end (UTC hours of 6 December) of what a ticket holds."""
        return [
            (label, _hour(starts), _hour(ends))
            for label, starts, ends in self.rows(
                "SELECT label, starts_at, ends_at FROM seat_assignment"
                " JOIN workplace ON workplace.id = workplace_id"
                " WHERE ticket_number = ? ORDER BY starts_at",
                number,
            )
        ]

    def rows(self, query: str, *params: Any) -> list[Any]:
        """What another program reads."""
        if self.store.dialect == "postgresql":
            query = query.replace("?", "%s")
        with self.store.reading() as session:
            found = session.connection().exec_driver_sql(query, params)
            return [tuple(row) for row in found]

    def content(self) -> list[str]:
        """Everything that the database holds."""
        with self.store.reading() as session:
            return [
                f"{table.name}: {row}"
                for table in SQLModel.metadata.sorted_tables
                for row in session.connection().execute(
                    select(table).order_by(*table.primary_key.columns)
                )
            ]

    def assert_sound(self) -> None:
        """`db check` finds nothing."""
        assert check(self.store, self.clock.now()) == ()


def _hour(stored: int | datetime) -> str:
    moment = stored if isinstance(stored, datetime) else from_micros(stored)
    return f"{moment:%H:%M}" if moment.date() == NOW.date() else f"{moment:%d %H:%M}"
