"""Import: everything arrives, once, in any order, and other terminals go on working meanwhile."""

import io
import os
import random
import threading
import time
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from olvery_tui.desk import Authentication
from olvery_tui.domain.access import SignIn
from olvery_tui.domain.errors import NoSuchManager
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.domain.tickets import Admission
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Manager
from olvery_tui.store.importing import Progress
from olvery_tui.store.importing.source import Source
from tests.store import outside
from tests.store.import_files import (
    FLOOR,
    NOW,
    PLACES,
    QUIET,
    Importing,
    Line,
    order,
    person,
    ticket,
    world,
    written,
)


@pytest.fixture
def importing(store: Store, tmp_path: Path) -> Importing:
    """A database to import into."""
    return Importing(store, tmp_path)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines a transaction."""
    monkeypatch.setattr("olvery_tui.store.importing.pipeline.CHUNK", 3)


def tickets() -> list[Line]:
    """One ticket of each status, and one that is over but not completed."""
    return [
        order(1, "new"),
        ticket(1, 1, "9-12", workplace=PLACES[0]),
        order(2, "confirmed"),
        ticket(2, 2, "9-12", workplace=PLACES[1]),
        ticket(3, 2, "13-15", workplace=PLACES[1], modifiers=["Полка", "Принтер"]),
        order(3, "cancelled"),
        ticket(4, 3, "9-12", workplace=PLACES[0]),
        order(4, "completed"),
        ticket(5, 4, "7-9", workplace=PLACES[0]),
        order(5, "confirmed"),
        ticket(6, 5, "7-9", workplace=PLACES[1]),
    ]


def test_a_person_arrives_without_a_first_name(importing: Importing) -> None:
    line = person("u-7", "Сукарно", "")
    del line["first_name"]
    report = importing(line, person("u-8", "Пеле", ""))
    assert report.problems == []
    assert [one.name for one in importing.desk.people.suggest("сукарно")] == ["Сукарно"]
    assert [one.name for one in importing.desk.people.suggest("пеле")] == ["Пеле"]
    assert importing(line).unchanged == 1


def test_a_ticket_arrives_with_everything_that_its_lines_say(importing: Importing) -> None:
    importing(
        *world(),
        order(1215, "confirmed", price="2700.00"),
        ticket(
            26,
            1215,
            "2022-12-22..2022-12-24",
            tariff="Месячный",
            variant="Резидент",
            modifiers=["Принтер", "Полка"],
            room=QUIET,
            workplace="PM №2",
        ),
    )
    card = importing.desk.tickets.get(26)
    assert (card.order, card.order_status, card.status) == (
        1215,
        OrderStatus.CONFIRMED,
        TicketStatus.CONFIRMED,
    )
    assert (card.service, card.room, card.workplace) == (FLOOR, QUIET, "PM №2")
    assert (card.tariff, card.variant) == ("Месячный", "Резидент")
    assert set(card.modifiers) == {"Полка", "Принтер"}
    assert card.visitor.name == "Мария Семенова"
    assert card.created_at == datetime(2022, 12, 5, 16, 2, tzinfo=UTC)
    assert card.period.starts_at == datetime(2022, 12, 21, 21, tzinfo=UTC)
    assert card.period.ends_at == datetime(2022, 12, 24, 21, tzinfo=UTC)
    assert not card.validated
    importing.assert_sound()


def test_statuses_follow_from_order_and_clock(importing: Importing) -> None:
    report = importing(*world(), *tickets())
    desk = importing.desk
    assert [desk.tickets.get(number).status for number in range(1, 7)] == [
        TicketStatus.NEW,
        TicketStatus.ACTIVE,
        TicketStatus.CONFIRMED,
        TicketStatus.CANCELLED,
        TicketStatus.DONE,
        TicketStatus.ACTIVE,
    ]
    assert desk.tickets.get(6).overdue
    assert (report.created, report.refused) == (len(world()) + len(tickets()), 0)
    importing.assert_sound()


def test_every_ticket_but_a_cancelled_one_holds_its_seat(importing: Importing) -> None:
    importing(*world(), *tickets())
    assert importing.seats(1) == [(PLACES[0], "06:00", "09:00")]
    assert importing.seats(4) == []
    assert importing.seats(5) == [(PLACES[0], "04:00", "06:00")]


def test_each_order_ticket_and_person_has_an_event_of_the_one_who_imported(
    importing: Importing,
) -> None:
    importing(*world(), *tickets())
    counts = {kind: len(importing.events(kind)) for kind in EventKind}
    assert counts[EventKind.TICKET_CREATED] == 6
    assert counts[EventKind.ORDER_CREATED] == 5
    assert counts[EventKind.PERSON_CREATED] == 2
    assert counts[EventKind.IMPORTED] == 1
    assert counts[EventKind.CATALOGUE_CHANGED] == 15
    assert sum(counts.values()) == 29
    (line,) = importing.desk.tickets.history(5)[:1]
    assert (line.kind, line.who, line.at) == (EventKind.TICKET_CREATED, "exporter", NOW)
    assert line.data["status"] == "done"
    assert importing.rows("SELECT DISTINCT actor, account FROM event") == [("cli", "exporter")]


def test_the_same_file_twice_changes_nothing(importing: Importing) -> None:
    lines = [*world(), *tickets()]
    importing(*lines)
    before = importing.content()
    report = importing(*lines)
    assert (report.created, report.updated, report.unchanged) == (0, 0, len(lines))
    assert importing.content() == before


def test_the_same_file_later_changes_nothing_that_time_has_not_changed(
    importing: Importing,
) -> None:
    lines = [*world(), *tickets()]
    importing(*lines)
    before = importing.content()
    importing.clock.move_to(datetime(2023, 1, 1, tzinfo=UTC))
    report = importing(*lines)
    assert report.unchanged == len(lines)
    assert importing.content() == before  # the moves that are due are the worker's


@pytest.mark.parametrize("seed", range(6))
def test_the_kinds_may_stand_in_any_order(
    importing: Importing, small_chunks: None, seed: int
) -> None:
    lines = [*world(), *tickets()]
    random.Random(seed).shuffle(lines)
    if seed == 0:
        lines = [*reversed([*world(), *tickets()])]
    report = importing(*lines)
    assert report.created == len(lines)
    assert [importing.desk.tickets.get(number).status.value for number in range(1, 7)] == [
        "new",
        "active",
        "confirmed",
        "cancelled",
        "done",
        "active",
    ]
    importing.assert_sound()


def test_fields_may_stand_in_any_order_too(importing: Importing) -> None:
    lines = [dict(reversed(line.items())) for line in (*world(), *tickets())]
    assert importing(*lines).created == len(lines)


def test_people_are_found_by_the_first_letters_of_their_names(importing: Importing) -> None:
    importing(*world(), person("u-3", "Римская-Корсакова", "Алёна", phone="89655776500"))
    (found,) = importing.desk.people.suggest("корс але")
    assert (found.name, found.phone) == ("Алёна Римская-Корсакова", "+79655776500")
    importing.assert_sound()


def test_a_check_of_identity_is_taken_over_with_its_manager(importing: Importing) -> None:
    check = {"validated_at": "2022-12-06T09:05:00+03:00", "validated_by": "boris"}
    importing(*world(), order(1), ticket(1, 1, **check), ticket(2, 1, "13-14", **check))
    card = importing.desk.tickets.get(1)
    assert card.validated_at == datetime(2022, 12, 6, 6, 5, tzinfo=UTC)
    assert card.validated_by is not None
    assert (card.validated_by.login, card.validated_by.name) == (None, "boris")
    assert importing.desk.tickets.admission(1) is Admission.ADMITTED
    assert importing.rows("SELECT count(*) FROM manager") == [(1,)]
    importing(ticket(1, 1, **check), ticket(3, 1, "14-15", **check))
    assert importing.rows("SELECT count(*) FROM manager") == [(1,)]
    importing.assert_sound()


def test_nobody_is_let_in_by_an_import(importing: Importing) -> None:
    check = {"validated_at": "2022-12-06T09:05:00+03:00", "validated_by": "boris"}
    importing(*world(), order(1), ticket(1, 1, **check))
    door = Authentication(importing.store, importing.clock, place="desk1", account="boris")
    assert door.policy().first
    administration = importing.desk
    settings = administration.settings.get()
    administration.settings.change(settings, replace(settings, sign_in=SignIn.OS_USER))
    with pytest.raises(NoSuchManager):
        door.enter_as_account()
    card = administration.access.add_manager("boris", "Титов", "Борис", None)
    assert administration.tickets.get(1).validated_by == card
    assert door.enter_as_account().manager == card
    importing(ticket(1, 1, **check), ticket(2, 1, "13-14", **check))
    assert administration.tickets.get(2).validated_by == card
    importing.assert_sound()


def test_of_two_lines_about_one_record_the_later_one_counts(importing: Importing) -> None:
    report = importing(
        *world(),
        order(1, "new"),
        ticket(1, 1, workplace=PLACES[0]),
        person("u-1", "Семенова", "Марина"),
        ticket(1, 1, workplace=PLACES[1]),
        order(1, "confirmed"),
    )
    card = importing.desk.tickets.get(1)
    assert card.workplace == PLACES[1]
    assert card.order_status is OrderStatus.CONFIRMED
    assert card.visitor.name == "Марина Семенова"
    assert report.updated == 3
    importing.assert_sound()


def test_a_file_may_come_through_a_pipe(importing: Importing, small_chunks: None) -> None:
    path = written(importing.folder / "lines.jsonl", [*world(), *tickets()])
    reading, writing = os.pipe()

    def feed() -> None:
        with os.fdopen(writing, "wb") as out:
            out.write(path.read_bytes())

    feeder = threading.Thread(target=feed)
    feeder.start()
    with os.fdopen(reading, "rb") as pipe:
        report = importing.file(pipe)
    feeder.join()
    assert report.created == len(world()) + len(tickets())


def test_a_byte_order_mark_blank_lines_and_foreign_line_ends_do_no_harm(
    importing: Importing,
) -> None:
    path = written(importing.folder / "lines.jsonl", [*world(), *tickets()])
    content = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n\r\n \t\r\n").rstrip()
    report = importing.file(io.BytesIO(content))
    assert (report.lines, report.refused) == (len(world()) + len(tickets()), 0)


def test_an_empty_file_is_no_mistake(importing: Importing) -> None:
    before = importing.content()
    report = importing()
    assert (report.lines, report.created, report.problems) == (0, 0, [])
    assert importing.content() == before


def test_a_dry_run_tells_the_same_and_writes_nothing(
    importing: Importing, small_chunks: None
) -> None:
    importing(*world(), order(1), ticket(1, 1, "13-15"))
    before = importing.content()
    lines = [
        order(1, "cancelled"),
        order(2),
        ticket(2, 2, "13-15"),  # free once the order before is cancelled
        ticket(3, 2, "14-16"),  # taken by the line before
        ticket(4, 9, "9-12"),
        "nonsense",
    ]
    tried = importing(*lines, dry_run=True)
    told = importing.told()
    assert tried.dry_run
    assert importing.content() == before

    done = importing(*lines)
    assert importing.told() == told
    assert [line for line, _field, _code in told] == [4, 5, 6]
    assert (tried.tallies, tried.lines, tried.unread) == (done.tallies, done.lines, done.unread)
    assert not done.dry_run


def test_progress_grows_to_the_whole_file(importing: Importing, small_chunks: None) -> None:
    seen: list[Progress] = []
    report = importing(*world(), "", *tickets(), on_progress=seen.append)
    done = [one.done for one in seen]
    assert done == sorted(done)
    assert len(set(done)) > 5
    assert seen[-1] == Progress(seen[-1].total, seen[-1].total, report.lines + 1)
    assert seen[-1].total == (importing.folder / "import.jsonl").stat().st_size


def test_others_write_between_the_chunks(importing: Importing, small_chunks: None) -> None:
    other = open_database(importing.store.url)
    done = 0

    def write(_progress: Progress) -> None:
        nonlocal done
        done += 1
        with other.writing() as session:
            session.add(Manager(login=f"other-{done}"))

    try:
        report = importing(*world(), *tickets(), on_progress=write)
    finally:
        other.close()
    assert report.refused == 0
    assert importing.rows("SELECT count(*) FROM manager") == [(done,)]
    assert done > 5


def test_another_terminal_is_not_kept_waiting_until_the_end(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("olvery_tui.store.importing.pipeline.CHUNK", 500)
    monkeypatch.setattr("olvery_tui.store.importing.pipeline.STRETCH", 0)
    many = [person(f"p-{number}", "Иванов", "Иван") for number in range(4_000)]
    path = written(importing.folder / "many.jsonl", [*world(), *many])
    importer = threading.Thread(target=lambda: importing.file(path))
    other = open_database(importing.store.url)
    between = []
    try:
        importer.start()
        while importer.is_alive():
            with other.writing() as session:
                found = session.connection().exec_driver_sql("SELECT count(*) FROM person")
                between.append(found.scalar_one())
            time.sleep(0.005)
    finally:
        importer.join()
        other.close()
    assert len({count for count in between if 0 < count < len(many)}) >= 2
    assert importing.rows("SELECT count(*) FROM person") == [(len(many) + 2,)]


def test_a_kill_leaves_a_sound_database_and_the_same_file_goes_on(
    importing: Importing, database: Path
) -> None:
    lines = [*world(), *(line for n in range(1, 400) for line in (order(n), day(n)))]
    path = written(importing.folder / "lines.jsonl", lines)
    process = outside.ready(outside.start(_KILLED, database, path))
    outside.kill(process)
    importing.assert_sound()
    assert 0 < importing.rows("SELECT count(*) FROM ticket")[0][0] < 399

    report = importing.file(path)
    assert (report.created + report.unchanged, report.refused) == (len(lines), 0)
    assert importing.rows("SELECT count(*) FROM ticket") == [(399,)]
    importing.assert_sound()


_KILLED = """
    import sys, time
    from datetime import UTC, date, datetime, timedelta
    from pathlib import Path
    from olvery_tui.clock import FrozenClock
    from olvery_tui.domain.access import Actor
    from olvery_tui.domain.access import ActorKind
    from olvery_tui.domain.import_lines import Kind
    from olvery_tui.store import importing as importer
    from olvery_tui.store.database.connect import open_database
    from olvery_tui.store.importing import pipeline, writes

    pipeline.CHUNK = 50
    record_many, calls = writes.record_many, 0

    def slow(session, events):
        global calls
        record_many(session, events)
        calls += any(event.ticket for event in events)
        if calls == 3:  # in the middle of a transaction, with two before it
            print("ready", flush=True)
            time.sleep(60)

    writes.record_many = slow
    importer.run(
        open_database(f"sqlite:///{sys.argv[1]}"),
        Path(sys.argv[2]),
        clock=FrozenClock(datetime(2022, 12, 6, 7, tzinfo=UTC)),
        actor=Actor(ActorKind.CLI),
    )
"""


def day(number: int) -> Line:
    """A ticket for a day of its own."""
    first = date(2023, 1, 1) + timedelta(days=number)
    return ticket(number, number, first.isoformat())


def test_what_was_done_before_the_interruption_stays_and_the_same_file_goes_on(
    importing: Importing, small_chunks: None
) -> None:
    lines = [*world(), *tickets()]
    asked = 0

    def enough() -> bool:
        nonlocal asked
        asked += 1
        return asked > 16

    report = importing(*lines, cancelled=enough)
    assert report.interrupted
    assert 0 < report.created < len(lines)
    importing.assert_sound()

    rest = importing(*lines)
    assert rest.created == len(lines) - report.created
    assert rest.unchanged == report.created
    importing.assert_sound()


def test_ctrl_c_leaves_whole_chunks(importing: Importing, small_chunks: None) -> None:
    lines = [*world(), *tickets()]

    def stop(progress: Progress) -> None:
        if progress.lines > len(world()) + 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing(*lines, on_progress=stop)
    importing.assert_sound()
    report = importing(*lines)
    assert 0 < report.unchanged < len(lines)
    assert report.created + report.unchanged == len(lines)


def test_a_large_import_brings_the_planners_statistics_up_to_date(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("olvery_tui.store.importing.pipeline.LARGE", 10)
    importing(*world(), *tickets())
    figures = {
        "sqlite": "SELECT tbl FROM sqlite_stat1",
        "postgresql": "SELECT tablename FROM pg_stats",
    }
    tables = {table for (table,) in importing.rows(figures[importing.store.dialect])}
    assert {"ticket", "orders", "seat_assignment"} <= tables


def test_a_file_that_is_not_there_is_the_callers_to_tell(importing: Importing) -> None:
    with pytest.raises(FileNotFoundError):
        importing.file(importing.folder / "absent.jsonl")


def test_of_a_long_file_one_line_is_in_memory_at_a_time() -> None:
    source = Source(io.BufferedReader(Endless()))
    tracemalloc.start()
    try:
        for raw in source.lines():
            if raw.number > 200_000:
                break
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert raw.number == 200_001
    assert peak < 1_000_000


class Endless(io.RawIOBase):
    """A large file of empty lines that exists nowhere."""

    size, at = 40_000_000, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = self.size if whence == 2 else offset
        return self.at

    def tell(self) -> int:
        return self.at

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self.size - self.at)
        buffer[:count] = b"\n" * count
        self.at += count
        return count
