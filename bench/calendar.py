"""The calendar: its query, how soon it is painted, and what it sends."""

from __future__ import annotations

import gc
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from random import Random

from bench.databases import LOGIN, MANAGER, NOW, environment, run_command
from bench.generate import ZONE
from bench.opening import APP
from bench.running import Bench
from bench.timing import in_turns, median, p95
from bench.wire import Wire
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind
from olvery_tui.domain.calendar import CalendarFilter, InView, Scale, Timetable, TimeWindow
from olvery_tui.store.access import managers
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store

PLACES = 200
BOOKINGS = 5_000
"""In a month of the places; as the generator books them, there are more."""

_SPAN = TimeWindow.around(Scale.MONTH, date(2022, 12, 6)).span(ZONE)
_MONTH = 31 * 86_400_000_000
_TIMES = 30
_SLOWEST = 1.0
"""Seconds within which a busy machine paints, too."""
_ALLOWED = {
    "opening": 16_000,
    "cursor step": 1_000,
    "one booking changed elsewhere": 1_000,
}


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    path = _database(bench)
    with closing(open_database(f"sqlite:///{path}")) as store:
        found, taken = query(_desk(store), max(bench.times, _TIMES))
    painted, again, sizes = _measure(path)
    count = sum(map(len, found.bookings.values()))
    bench.report.section(
        "calendar",
        "Calendar",
        f"A month of {len(found.places):,} places with {count:,} bookings out of"
        f" {bench.large.tickets:,} tickets: a copy of the database\nin which other rooms are"
        " archived, and bookings around the month taken away. As the screen asks: when each\n"
        "place is taken, and the bookings of the rows around the cursor whole"
        f" ({median(taken['in view']):.0f} ms; with every row whole, as\n`olvery-tui calendar`"
        f" asks, {median(taken['whole']):.0f} ms). Then on a 120×40 terminal, first two weeks,"
        " again the month.",
    )
    report = bench.report
    report.goals(
        report.goal("query of the month, p95", p95(taken["in view"]), 30, "ms"),
        report.goal("two weeks painted after the key, first", painted, 100, "ms"),
        report.goal("month painted after the key, again", again, 100, "ms"),
        *(report.goal(name, round(sizes[name]), most, "bytes") for name, most in _ALLOWED.items()),
    )


def _desk(store: Store) -> Desk:
    """The manager's desk."""
    with store.reading() as session:
        manager = Actor(ActorKind.MANAGER, managers.by_login(session, LOGIN))
    return Desk(store, FrozenClock(datetime.fromisoformat(NOW)), manager)


def _database(bench: Bench) -> Path:
    """A copy of the large database with so many places, and so many bookings of them in the month;
    what an earlier run has left is kept.
    """
    path = bench.large.path.with_name(f"calendar-{bench.large.tickets}.db")
    if not path.exists():
        shutil.copyfile(bench.large.path, path)
    run_command(path, "db", "upgrade")
    with closing(open_database(f"sqlite:///{path}")) as store:
        rooms = _rooms(_desk(store), *_SPAN).room_ids
    with closing(sqlite3.connect(path)) as connection, connection:
        _thin(connection, ", ".join(map(str, rooms)))
    return path


def _thin(connection: sqlite3.Connection, rooms: str) -> None:
    """Archive the other rooms without their bookings of these months, and take away what there is
    too much in the month.
    """
    first, last = (int(moment.timestamp() * 1_000_000) for moment in _SPAN)
    near = (last + _MONTH, first - _MONTH)
    seats = (
        "SELECT a.id FROM seat_assignment a JOIN workplace w ON w.id = a.workplace_id WHERE"
        " a.starts_at < ? AND a.ends_at > ? AND w.room_id"
    )
    connection.execute(f"UPDATE room SET archived = 1 WHERE id NOT IN ({rooms})")
    connection.execute(f"DELETE FROM seat_assignment WHERE id IN ({seats} NOT IN ({rooms}))", near)
    found = connection.execute(f"{seats} IN ({rooms})", (last, first)).fetchall()
    surplus = Random(1).sample(found, max(0, len(found) - BOOKINGS))
    connection.executemany("DELETE FROM seat_assignment WHERE id = ?", surplus)


def query(desk: Desk, times: int) -> tuple[Timetable, dict[str, list[float]]]:
    """Load a month of rooms with `PLACES` places, and time it."""
    filters, in_view = _rooms(desk, *_SPAN), InView(None, 36)
    gc.collect()
    gc.freeze()  # as the application does once it is open
    calls = {
        "in view": lambda: desk.calendar.load(*_SPAN, filters, in_view),
        "whole": lambda: desk.calendar.load(*_SPAN, filters),
    }
    return desk.calendar.load(*_SPAN, filters), in_turns(calls, times)


def _rooms(desk: Desk, starts_at: datetime, ends_at: datetime) -> CalendarFilter:
    """The first rooms that have `PLACES` places together, or all of them."""
    places = desk.calendar.load(starts_at, ends_at, CalendarFilter()).places
    counts = Counter(place.room_id for place in places)
    rooms: set[int] = set()
    for room, count in counts.items():
        if sum(counts[one] for one in rooms) + count <= PLACES:
            rooms.add(room)
    return CalendarFilter(room_ids=frozenset(rooms))


def _measure(path: Path) -> tuple[float, float, dict[str, float]]:
    """How soon the calendar is painted the first time and again, and what is sent."""
    with Wire(APP, environment=environment(path)) as wire:
        wire.reach(MANAGER)
        wire.listen(3.0)  # windows are imported behind the list
        opened = wire.send(b"c", _SLOWEST)
        wire.send(b"-", _SLOWEST)  # a month
        again = []
        for _turn in range(5):
            wire.send(b"z", _SLOWEST)
            again.append(wire.send(b"c", _SLOWEST).last)
        sizes: dict[str, float] = {"opening": opened.size}
        steps = [wire.press(key).size for key in ("down", "right") * 10]
        sizes["cursor step"] = median(steps)
        sizes["one booking changed elsewhere"] = _change(wire, path)
        return opened.last, median(again), sizes


def _change(wire: Wire, path: Path) -> int:
    """Give the booking under the cursor's first row another status, as another program would."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        (number, status) = connection.execute(
            "SELECT t.number, t.status FROM seat_assignment a JOIN ticket t ON t.number ="
            " a.ticket_number JOIN workplace w ON w.id = a.workplace_id JOIN room r ON"
            " r.id = w.room_id WHERE r.name = 'Библиотека' AND w.label = 'PM №1'"
            " AND a.starts_at > ? ORDER BY a.starts_at LIMIT 1",
            (int(datetime.fromisoformat(NOW).timestamp() * 1_000_000),),
        ).fetchone()
        other = "new" if status != "new" else "confirmed"
        change = "UPDATE ticket SET status = ? WHERE number = ?"
        connection.execute(change, (other, number))
        size = wire.listen(1.5).size
        connection.execute(change, (status, number))
        wire.listen(1.5)
    return size
