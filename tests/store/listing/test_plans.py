"""How SQLite answers what the list asks: by which index, with and without figures about tables.

A million tickets must not be walked through, so no plan may scan them; and every index that finds
tickets must hold all that the filter asks besides.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ClauseElement, Column, Integer, Select, column, select, table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from olvery_tui.domain.import_lines import PersonLine
from olvery_tui.store.audit import history
from olvery_tui.store.calendar import timetable
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.hints import unindexed
from olvery_tui.store.importing import people as importing_people
from olvery_tui.store.listing import presets
from olvery_tui.store.listing import queries as list_queries
from olvery_tui.store.listing.filters import ORDER_LIST, TICKET_LIST, Kind, Shape
from olvery_tui.store.listing.queries import Way
from olvery_tui.store.orders import completing, order_periods, orders
from olvery_tui.store.orders import details as order_details
from olvery_tui.store.people import merging, people
from olvery_tui.store.tickets import details as ticket_details
from olvery_tui.store.tickets import moves, places, seats, tickets
from tests.each import each

# What ANALYZE says of a million tickets.
FIGURES = [
    ("person", "ix_person_folded", "50000 3"),
    ("person_word", "person_word", "660000 2 1"),
    ("person_word", "ix_person_word_person", "660000 14"),
    ("person", "ix_person_phone", "50000 2"),
    ("person", "ix_person_email", "50000 2"),
    ("shared_value", "shared_value", "10000 2500 1"),
    ("seat_assignment", "ix_seat_assignment_ticket", "898441 1 1"),
    ("seat_assignment", "ix_seat_assignment_workplace", "898441 1797 1 1"),
    ("ticket", "ix_ticket_period", "1000000 49 15 1 1 1"),
    ("ticket", "ix_ticket_status_starts", "1000000 200000 20 8 1 1 1"),
    ("ticket", "ix_ticket_status_ends", "1000000 200000 15"),
    ("ticket", "ix_ticket_visitor", "1000000 21 1 1 1 1 1 1"),
    ("ticket", "ix_ticket_workplace", "1000000 2000 1 1 1 1 1 1"),
    ("ticket", "ix_ticket_status_number", "1000000 200000 1"),
    ("ticket", "ix_ticket_status_checked", "1000000 200000 142858 1 1"),
    ("ticket", "ix_ticket_length", "1000000 71429 6 6 2 2 1 1"),
    ("ticket", "ix_ticket_block", "1000000 4082 15 7"),
    ("orders", "ix_orders_block", "700000 4070 15 7"),
    ("orders", "ix_orders_period", "700000 49 15 1"),
    ("orders", "ix_orders_status_starts", "700000 70000 20 8 1"),
    ("orders", "ix_orders_customer", "700000 15 1 1 1 1"),
    ("orders", "ix_orders_status_number", "700000 70000 1"),
    ("orders", "ix_orders_owed", "7000 1"),
    ("orders", "ix_orders_length", "700000 50000 6 6 2 2"),
    ("orders", "ix_orders_status_ends", "700000 70000 2"),
    ("ticket", "ix_ticket_order", "1000000 2"),
    ("event", "ix_event_order", "2700000 4 1"),
    ("event", "ix_event_ticket", "2700000 3 1"),
    ("workplace", "uq_workplace_label", "500 10 1"),
]

SHAPES = [
    Shape(of, spans, since, until, words, person, statuses)
    for of, spans, since, until, words, person, statuses in itertools.product(
        (TICKET_LIST, ORDER_LIST),
        (1, 3),
        (True, False),
        (True, False),
        (0, 2),
        (True, False),
        (0, 3),
    )
    if not (words and person)
]
SHAPES += [replace(shape, words=3, spared=True) for shape in SHAPES if shape.words]
SHAPES += [
    replace(shape, statuses=1, until=True, ended=True, checked=None if shape.of.gaps else checked)
    for shape, checked in zip(SHAPES, itertools.cycle((None, None, None, True, False)))
]
SHAPES += [
    replace(shape, checked=None, places=True) for shape in SHAPES[::3] if shape.of is TICKET_LIST
]
BOTH_WAYS = [True, False]


@pytest.fixture(scope="module", params=["without figures", "with figures"])
def session(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Session]:
    """A database as it is, and one whose planner knows how large its tables are."""
    path = shutil.copy2(empty_database, tmp_path_factory.mktemp("plans") / "olvery.db")
    store = open_database(f"sqlite:///{path}")
    if request.param == "with figures":
        with store.raw() as connection:
            connection.execute("ANALYZE")
            connection.execute("DELETE FROM sqlite_stat1")
            connection.executemany("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", FIGURES)
    with store.reading() as session:
        yield session
    store.close()


def plan(session: Session, statement: ClauseElement) -> list[str]:
    """The steps in which SQLite would answer."""
    compiled = statement.compile(
        dialect=session.get_bind().dialect, compile_kwargs={"render_postcompile": True}
    )
    values = (None,) * str(compiled).count("?")
    found = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)
    return [row[3] for row in found]


def of(steps: list[str], name: str) -> list[str]:
    """The steps that read a table."""
    return [step for step in steps if step.split()[:2] in (["SCAN", name], ["SEARCH", name])]


def assert_reads_by(shape: Shape, steps: list[str], *ways: str) -> None:
    """Every step that reads the list goes one of these ways, and each way is gone.

    An order's tickets are only looked up.
    """
    name = shape.of.table.name
    found, ways = of(steps, name), tuple(way.replace("{}", name) for way in ways)
    for step in found:
        assert any(step.startswith(f"SEARCH {name} USING {way}") for way in ways), steps
    for way in ways:
        assert any(step.startswith(f"SEARCH {name} USING {way}") for step in found), steps
    assert not of(steps, "person_word"), steps  # only under their own names
    if shape.of is ORDER_LIST:
        assert set(of(steps, "ticket")) <= {BY_ORDER}, steps


BY_NUMBER = "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
BY_NUMBER_IN_EACH_STATUS = (
    "COVERING INDEX ix_{}_status_number (ANY(status) AND number>? AND number<?)"
)
BY_KEY = "INTEGER PRIMARY KEY (rowid=?)"
BY_LENGTH = "COVERING INDEX ix_{}_length (<expr>>?)"
BY_ORDER = "SEARCH ticket USING INDEX ix_ticket_order (order_number=?)"


def by_owner(shape: Shape) -> str:
    """Whose they are, or where."""
    if not shape.by_person:
        return "COVERING INDEX ix_ticket_workplace (workplace_id=?"
    index = "ix_ticket_visitor" if shape.of is TICKET_LIST else "ix_orders_customer"
    return f"COVERING INDEX {index} ({shape.of.person}=?"


def by_status(shape: Shape) -> str:
    """Their status; of what is checked, or is not, in an index of its own."""
    if shape.checked is None:
        return "COVERING INDEX ix_{}_status_number (status=? AND number>? AND number<?)"
    return "COVERING INDEX ix_{}_status_checked (status=? AND <expr>=? AND number>? AND number<?)"


def by_start(shape: Shape) -> str:
    """The stretch of time, within a status where one is asked for."""
    bounds = [*["starts_at>?"] * shape.since, *["starts_at<?"] * shape.until]
    if shape.statuses:
        return f"COVERING INDEX ix_{{}}_status_starts (status=? AND {' AND '.join(bounds)})"
    return f"COVERING INDEX ix_{{}}_period ({' AND '.join(bounds)})"


def looks_up_names(steps: list[str]) -> bool:
    """Whether words are only looked up by the index of words."""
    reads = [step for step in steps if step.startswith(("SCAN word_", "SEARCH word_"))]
    return all(step.startswith("SEARCH") for step in reads)


@each("down", BOTH_WAYS)
def test_a_walk_by_number_keeps_to_the_spans(session: Session, down: bool) -> None:
    for shape in SHAPES:
        steps = plan(session, list_queries.nearest(shape, Way.NUMBER, down))
        assert_reads_by(shape, steps, BY_NUMBER)
        assert looks_up_names(steps)
        if not down:
            continue  # a count has no direction
        name = shape.of.table.name
        counted = of(plan(session, list_queries.count(shape, Way.NUMBER)), name)
        assert counted
        ways = (BY_NUMBER, BY_NUMBER_IN_EACH_STATUS.replace("{}", name))
        assert all(step.endswith(ways) for step in counted), counted


@each("down", BOTH_WAYS)
def test_a_walk_by_status_reads_its_index_alone(session: Session, down: bool) -> None:
    for shape in SHAPES:
        if shape.statuses:
            way = by_status(shape)
            assert_reads_by(
                shape, plan(session, list_queries.nearest(shape, Way.STATUS, down)), way
            )
            if down:
                assert_reads_by(shape, plan(session, list_queries.count(shape, Way.STATUS)), way)


@each("down", BOTH_WAYS)
def test_the_nearest_rows_of_statuses_are_looked_through_by_key(
    session: Session, down: bool
) -> None:
    for shape in SHAPES:
        if shape.statuses and shape.by_owner and not shape.by_period:
            steps = plan(session, list_queries.among_statuses(shape, down))
            assert_reads_by(shape, steps, by_status(shape), BY_KEY)
            assert looks_up_names(steps)


@each("down", BOTH_WAYS)
def test_what_owes_money_is_read_from_its_short_index_in_its_order(
    session: Session, down: bool
) -> None:
    for shape in SHAPES:
        if shape.of is ORDER_LIST:
            owed = replace(shape, paid=False)
            steps = plan(session, list_queries.nearest(owed, Way.DEBT, down))
            assert of(steps, "orders") == ["SCAN orders USING INDEX ix_orders_owed"]
            assert not any("TEMP B-TREE" in step for step in steps), steps
            if down:
                (read,) = of(plan(session, list_queries.count(owed, Way.DEBT)), "orders")
                assert "ix_orders_owed" in read


_LATER_MONTHS = "SEARCH later USING INDEX ix_ticket_visitor (visitor_id=?)"


@each("down", BOTH_WAYS)
def test_what_is_to_be_renewed_is_read_in_the_order_of_its_end(
    session: Session, down: bool
) -> None:
    way = "INDEX ix_{}_status_ends (status=? AND ends_at>? AND ends_at<?)"
    for shape in SHAPES:
        if shape.of is TICKET_LIST and shape.since and shape.statuses:
            renewal = replace(shape, ended=True, monthly=True)
            for statement in (
                list_queries.nearest(renewal, Way.END, down),
                *([list_queries.count(renewal, Way.END)] if down else []),
            ):
                steps = plan(session, statement)
                reads = of(steps, "ticket")
                assert all(way.replace("{}", "ticket") in read for read in reads), reads
                assert set(of(steps, "later")) == {_LATER_MONTHS}, steps


@each("down", BOTH_WAYS)
def test_what_is_somebodys_or_somewhere_is_read_from_its_index_alone(
    session: Session, down: bool
) -> None:
    for shape in SHAPES:
        if shape.by_owner:
            way = by_owner(shape)
            steps = plan(session, list_queries.nearest(shape, Way.OWNER, down))
            assert_reads_by(shape, steps, way)
            assert looks_up_names(steps)
            if down:
                assert_reads_by(shape, plan(session, list_queries.count(shape, Way.OWNER)), way)


@each("down", BOTH_WAYS)
def test_what_is_of_some_days_is_read_from_its_indexes(session: Session, down: bool) -> None:
    for shape in SHAPES:
        if not shape.by_period:
            continue
        ways = [by_start(shape), *[BY_LENGTH] * shape.since]
        statements = [
            statement
            for way in (Way.PERIOD, *[Way.PERIOD_AND_NAMES] * (shape.words > 0))
            for statement in (
                list_queries.nearest(shape, way, down),
                list_queries.some_of_period(shape, way, down),
                *([list_queries.count(shape, way)] if down else []),
            )
        ]
        for statement in statements:
            steps = plan(session, statement)
            assert_reads_by(shape, steps, *ways)
            assert looks_up_names(steps)
        if down:
            entries = plan(session, list_queries.entries_of_period(shape))
            assert_reads_by(shape, entries, ways[0])


@each("down", BOTH_WAYS)
def test_blocks_are_read_from_their_index(session: Session, down: bool) -> None:
    for shape in SHAPES:
        if not shape.by_period:
            continue
        name = shape.of.table.name
        begin = shape.since or shape.of.gaps  # an order without tickets is not in the index
        bounds = [*["starts_at>?"] * begin, *["starts_at<?"] * shape.until]
        in_blocks = f"INDEX ix_{name}_block (<expr>=? AND {' AND '.join(bounds)})"
        statements = (
            list_queries.nearest(shape, Way.BLOCK, down),
            *([list_queries.count(shape, Way.BLOCK)] if down else []),
        )
        for steps in (plan(session, statement) for statement in statements):
            assert all(step.endswith(in_blocks) for step in of(steps, name)), steps
            assert len(of(steps, name)) == 1
            assert looks_up_names(steps)
        ends = f"SEARCH {name} USING COVERING INDEX ix_{name}_block"
        steps = of(plan(session, list_queries.blocks(shape, down)), name)
        beyond, *edges = sorted(steps, key=lambda step: "<expr>=?" in step)
        assert beyond == f"{ends} (<expr>{'<' if down else '>'}?)", steps
        assert len(edges) == shape.since + shape.until
        assert all(edge.startswith(f"{ends} (<expr>=?") for edge in edges), steps
        if shape.since:
            longest = plan(session, list_queries.nearest(shape, Way.LENGTH, down))
            assert_reads_by(shape, longest, BY_LENGTH)


def test_some_of_many_people_are_counted_by_whose_it_is(session: Session) -> None:
    for shape in SHAPES:
        if shape.words and not shape.by_period:
            steps = plan(session, list_queries.count_of_some(shape))
            assert_reads_by(shape, steps, by_owner(shape))
            assert looks_up_names(steps)


def test_presets_are_counted_from_indexes(session: Session) -> None:
    asked = presets._questions(datetime.now(UTC), UTC, 7)
    shapes = tuple((preset.value, one.shape) for preset, one in asked.items())
    steps = plan(session, presets.statement(shapes))
    reads = of(steps, "ticket")
    ways = (
        "COVERING INDEX ix_ticket_status_starts ",
        "COVERING INDEX ix_ticket_length ",
        "INDEX ix_ticket_status_ends ",  # of what is to be renewed the visitor is looked up
    )
    assert all(any(way in read for way in ways) for read in reads), reads
    assert all(read.startswith("SEARCH") for read in reads), reads
    (debts,) = of(steps, "orders")
    assert "ix_orders_owed" in debts


def test_any_so_many_of_some_days_are_found_without_sorting(session: Session) -> None:
    for shape in SHAPES:
        if shape.by_period:
            steps = plan(session, list_queries.some_of_period(shape, Way.PERIOD, True))
            assert not any("TEMP B-TREE" in step for step in steps), steps


def test_what_decides_between_the_ways_reads_the_ends_of_indexes(session: Session) -> None:
    for of_ in (TICKET_LIST, ORDER_LIST):
        assert not any("SCAN" in step for step in plan(session, list_queries.totals(of_))[1:])
        longest = of(plan(session, list_queries.reach(of_)), of_.table.name)
        # Some thousand entries of it.
        assert longest == [f"SCAN {of_.table.name} USING COVERING INDEX {length_of(of_)}"] * 2
    for shape in SHAPES:
        if shape.words:
            assert looks_up_names(plan(session, list_queries.count_people(shape)))
        if shape.by_period:
            name = shape.of.table.name
            steps = of(plan(session, list_queries.numbers_at_the_ends(shape)), name)
            assert steps
            assert all(f"ix_{name}_period" in step and "SEARCH" in step for step in steps)
            steps = of(plan(session, list_queries.any_then(shape)), name)
            assert steps[0].startswith(f"SEARCH {name} USING COVERING INDEX ix_{name}_period"), (
                steps
            )
            length = f"SCAN {name} USING COVERING INDEX {length_of(shape.of)}"
            assert steps[1:] == [length] * shape.since


def length_of(of_: Kind) -> str:
    """The index of how long they last."""
    return f"ix_{of_.table.name}_length"


def test_lines_begin_with_their_tickets(session: Session) -> None:
    shape = Shape(TICKET_LIST, 1, since=False, until=False, words=0, person=False, statuses=0)
    keys = list_queries.nearest(shape, Way.NUMBER, True)
    for statement in (tickets.LINES.of(keys), tickets.LINES.of_numbers):
        steps = plan(session, statement.params(numbers=[1, 2]))
        reads = [step for step in steps if " ticket USING INTEGER PRIMARY KEY (rowid=?)" in step]
        assert len(reads) == 1, steps
        for name in ("person", "workplace", "room", "orders"):
            assert of(steps, name) == [f"SEARCH {name} USING {BY_KEY} LEFT-JOIN"], steps


def test_lines_of_orders_begin_with_their_orders(session: Session) -> None:
    shape = Shape(ORDER_LIST, 1, since=False, until=False, words=0, person=False, statuses=0)
    keys = list_queries.nearest(shape, Way.NUMBER, True)
    for statement in (orders.LINES.of(keys), orders.LINES.of_numbers):
        steps = plan(session, statement.params(numbers=[1, 2]))
        reads = [step for step in steps if " orders USING INTEGER PRIMARY KEY (rowid=?)" in step]
        assert len(reads) == 1, steps
        for name in ("person", "service"):
            assert of(steps, name) == [f"SEARCH {name} USING {BY_KEY} LEFT-JOIN"], steps
        assert of(steps, "ticket") == [BY_ORDER.replace("INDEX", "COVERING INDEX")], steps


def test_an_order_and_its_tickets_are_read_by_its_number(session: Session) -> None:
    for statement in (order_details._DETAILS, order_details._OF_ORDERS):
        steps = plan(session, statement.params(numbers=[1215]))
        assert not any(step.startswith("SCAN") for step in steps), steps


def test_what_is_overdue_is_read_in_the_order_of_its_end(session: Session) -> None:
    (steps,) = _plans(session, lambda: orders.overdue(session, datetime.now(UTC), 10))
    by_end = "SEARCH orders USING COVERING INDEX ix_orders_status_ends (status=? AND ends_at<?)"
    assert steps == [by_end]


def test_what_completes_itself_is_read_from_the_same_index(session: Session) -> None:
    # In the order of their ends: the first that was never completed ends the search.
    assert orders_read(session, lambda: completing.next_due(session)) == [
        "SEARCH orders USING INDEX ix_orders_status_ends (status=?)"
    ]
    assert orders_read(session, lambda: completing.due(session, datetime.now(UTC), 9)) == []


def orders_read(session: Session, call: Callable[[], Any]) -> list[str]:
    """How a call reads the orders."""
    return [step for steps in _plans(session, call) for step in of(steps, "orders")]


def test_the_history_of_an_order_is_read_from_the_indexes_of_events(session: Session) -> None:
    steps, *_names = _plans(session, lambda: history.of_order(session, 1215))
    assert not any(step.startswith("SCAN event") for step in steps), steps


def test_a_ticket_is_read_by_its_number(session: Session) -> None:
    for statement in (ticket_details._DETAILS, ticket_details._EXTRAS):
        steps = plan(session, statement.params(numbers=[26]))
        assert not any(step.startswith("SCAN") for step in steps), steps


@each(
    "statement",
    [
        order_periods._KEEP,
        moves._OF_ORDERS,
        moves._FACTS.where(moves._AMONG),
        seats._STANDING,
        completing._COMPLETE,
        completing._RECORD,
        orders._OF_TICKETS,
    ],
    ids=["periods", "moves of orders", "moves", "seats", "completing", "completed", "of tickets"],
)
def test_what_is_listed_is_looked_up_and_not_looked_for(
    session: Session, statement: ClauseElement
) -> None:
    steps = plan(session, statement)
    tables = ("ticket", "orders", "person", "workplace", "room", "seat_assignment")
    scans = [f"SCAN {name}" for name in tables]
    assert not any(step.startswith(scan) for step in steps for scan in scans), steps


def test_suggestions_are_read_from_the_indexes_of_names(session: Session) -> None:
    asked: list[list[str]] = []
    _listening(session, lambda: people.suggest(session, "мар сем", 8), asked)
    first, others = asked
    assert of(first, "person") == [
        "SEARCH person USING INDEX ix_person_folded (folded>? AND folded<?)"
    ]
    assert not any("TEMP B-TREE" in step for step in first)
    assert of(others, "person") == [f"SEARCH person USING {BY_KEY}"]
    assert looks_up_names(others)


def test_a_contact_is_looked_for_in_the_indexes_of_contacts(session: Session) -> None:
    asked: list[list[str]] = []
    _listening(session, lambda: people.with_contact(session, "+7", "a@b"), asked)
    assert set(of(asked[0], "person")) == {
        "SEARCH person USING COVERING INDEX ix_person_phone (phone=?)",
        "SEARCH person USING INDEX ix_person_email (<expr>=?)",
        f"SEARCH person USING {BY_KEY}",
    }


def test_contacts_of_an_import_are_looked_for_in_the_indexes_of_contacts(session: Session) -> None:
    line = PersonLine(key="u-1", last_name="Орлова", phone="+79031112233", email="A@b.ru")
    emails, phones = _plans(session, lambda: importing_people._owners(session, [line]))
    assert of(emails, "person") == ["SEARCH person USING INDEX ix_person_email (<expr>=?)"]
    assert of(phones, "person") == ["SEARCH person USING INDEX ix_person_phone (phone=?)"]


def test_possible_duplicates_are_looked_up_by_what_is_kept_of_them(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = merging._shared
    monkeypatch.setattr(merging, "_shared", lambda *asked: [*look(*asked), "x"])
    kept = ["SEARCH shared_value USING PRIMARY KEY (kind=?)"]
    *equal, names, called = _plans(
        session,
        lambda: (
            merging.duplicates(session, 25),
            merging.namesakes_without_patronymic(session, 25),
        ),
    )
    assert [of(steps, "shared_value") for steps in (*equal[::2], names)] == [kept] * 4
    assert not any("TEMP B-TREE" in step for steps in (*equal[::2], names) for step in steps)
    by_index = ("ix_person_phone (phone=?)", "ix_person_email (<expr>=?)", "ix_person_folded (fol")
    for steps, index in zip((*equal[1::2], called), (*by_index, by_index[-1]), strict=True):
        assert f" INDEX {index}" in of(steps, "person")[0], steps
        assert of(steps, "person")[1:] == [f"SEARCH person USING {BY_KEY}"], steps
    assert of(called, "shared_value") == [
        "SEARCH shared_value USING PRIMARY KEY (kind=? AND value=?)"
    ]


def test_the_calendar_is_read_place_by_place_from_the_beginning_of_its_window(
    session: Session,
) -> None:
    steps = plan(session, timetable._BOOKINGS)
    by_place = "ix_seat_assignment_workplace (workplace_id=? AND starts_at>? AND starts_at<?)"
    assert of(steps, "seat_assignment") == [f"SEARCH seat_assignment USING INDEX {by_place}"]
    assert of(steps, "ticket") == [f"SEARCH ticket USING {BY_KEY}"]
    assert not any(step.startswith("SCAN") and "json_each" not in step for step in steps), steps
    spans = of(plan(session, timetable._SPANS), "seat_assignment")
    assert spans == [f"SEARCH seat_assignment USING COVERING INDEX {by_place}"]


@each(
    "statement",
    [timetable._NAMES, timetable._OPEN.params(orders=[1]), timetable._FREE, timetable._NEXT],
)
def test_what_the_calendar_tells_of_a_few_is_looked_up(
    session: Session, statement: ClauseElement
) -> None:
    steps = plan(session, statement)
    assert not any(step.startswith("SCAN") and "json_each" not in step for step in steps), steps


def test_a_place_is_looked_up_from_the_beginning_of_the_period(session: Session) -> None:
    steps = plan(session, places._PLACES)
    searched = "SEARCH {} USING COVERING INDEX ix_seat_assignment_workplace (workplace_id=? AND "
    assert any(step.startswith(searched.format("earlier") + "starts_at<?") for step in steps), steps
    other = [step for step in steps if step.startswith("SEARCH other")]
    assert len(other) == 1
    assert (
        "ix_seat_assignment_workplace (workplace_id=? AND starts_at>? AND starts_at<?)" in other[0]
    )
    assert of(steps, "seat_assignment") == [f"SEARCH seat_assignment USING {BY_KEY} LEFT-JOIN"]


def _plans(session: Session, call: Callable[[], Any]) -> list[list[str]]:
    asked: list[list[str]] = []
    _listening(session, call, asked)
    return asked


def _listening(session: Session, call: Callable[[], Any], asked: list[list[str]]) -> None:
    """Run a call and keep the plans of its queries."""
    from sqlalchemy import event

    connection = session.connection()
    texts: list[tuple[str, Any]] = []

    def keep(_connection, _cursor, text, values, _context, _many) -> None:
        texts.append((text, values))

    event.listen(connection, "before_cursor_execute", keep)
    call()
    event.remove(connection, "before_cursor_execute", keep)
    for text, values in texts:
        found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
        asked.append([row[3] for row in found])


def test_a_hint_is_for_sqlite_alone() -> None:
    number: Column[int] = column("number", Integer)  # type: ignore[assignment]
    query: Select[Any] = select(table("ticket", number)).where(unindexed(number) > 3)
    assert "WHERE +ticket.number > " in str(query.compile(dialect=sqlite.dialect()))
    assert "WHERE ticket.number > " in str(query.compile(dialect=postgresql.dialect()))


def test_without_the_hints_the_planner_would_walk(session: Session) -> None:
    """What the hints are for: the same question put plainly."""
    steps = session.connection().exec_driver_sql(
        "EXPLAIN QUERY PLAN SELECT number FROM ticket WHERE starts_at < ? AND ends_at > ? "
        "AND number BETWEEN ? AND ? ORDER BY number DESC LIMIT 100",
        (datetime.now(UTC).timestamp(), 0, 1, 2),
    )
    assert [row[3] for row in steps] == [f"SEARCH ticket USING {BY_NUMBER}"]
