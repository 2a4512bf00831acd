"""How SQLite answers what the list asks: by which index, with and without figures about tables.

A million tickets must not be walked through, so no plan may scan them; and every index that finds
tickets must hold all that the filter asks besides.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ClauseElement, Column, Integer, Select, column, select, table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from olvery_tui.store import cards, people, places, ticket_queries, ticket_search
from olvery_tui.store.engine import Store
from olvery_tui.store.hints import unindexed
from olvery_tui.store.ticket_filters import Shape

# What ANALYZE says of a million tickets.
FIGURES = [
    ("person", "ix_person_folded", "50000 3"),
    ("person_word", "person_word", "101004 114 1"),
    ("person_word", "ix_person_word_person", "101004 3"),
    ("seat_assignment", "ix_seat_assignment_ticket", "898441 1 1"),
    ("seat_assignment", "ix_seat_assignment_workplace", "898441 1797 1 1"),
    ("ticket", "ix_ticket_period", "1000000 49 15 1"),
    ("ticket", "ix_ticket_status_starts", "1000000 200000 20 8 1"),
    ("ticket", "ix_ticket_visitor", "1000000 21 1 1 1 1"),
    ("ticket", "ix_ticket_status_number", "1000000 200000 1"),
    ("ticket", "ix_ticket_length", "1000000 71429 6 6 2 2"),
    ("workplace", "uq_workplace_label", "500 10 1"),
]

SHAPES = [
    Shape(spans, since, until, words, visitor, statuses)
    for spans, since, until, words, visitor, statuses in itertools.product(
        (1, 3), (True, False), (True, False), (0, 2), (True, False), (0, 3)
    )
    if not (words and visitor)
]
BOTH_WAYS = [True, False]


@pytest.fixture(scope="module", params=["without figures", "with figures"])
def session(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Session]:
    """A database as it is, and one whose planner knows how large its tables are."""
    path = shutil.copy2(empty_database, tmp_path_factory.mktemp("plans") / "olvery.db")
    store = Store.open(f"sqlite:///{path}")
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


def assert_reads_tickets_by(steps: list[str], *ways: str) -> None:
    """Every step that reads tickets goes one of these ways, and each way is gone."""
    found = of(steps, "ticket")
    for step in found:
        assert any(step.startswith(f"SEARCH ticket USING {way}") for way in ways), steps
    for way in ways:
        assert any(step.startswith(f"SEARCH ticket USING {way}") for step in found), steps
    assert not of(steps, "person_word"), steps  # only under their own names


BY_NUMBER = "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
BY_NUMBER_IN_EACH_STATUS = (
    "COVERING INDEX ix_ticket_status_number (ANY(status) AND number>? AND number<?)"
)
BY_KEY = "INTEGER PRIMARY KEY (rowid=?)"
BY_STATUS = "COVERING INDEX ix_ticket_status_number (status=? AND number>? AND number<?)"
BY_VISITOR = "COVERING INDEX ix_ticket_visitor (visitor_id=?"
BY_LENGTH = "COVERING INDEX ix_ticket_length (<expr>>?)"


def by_start(shape: Shape) -> str:
    """The stretch of time, within a status where one is asked for."""
    bounds = [*["starts_at>?"] * shape.since, *["starts_at<?"] * shape.until]
    if shape.statuses:
        return f"COVERING INDEX ix_ticket_status_starts (status=? AND {' AND '.join(bounds)})"
    return f"COVERING INDEX ix_ticket_period ({' AND '.join(bounds)})"


def looks_up_names(steps: list[str]) -> bool:
    """Whether words are only looked up by the index of words."""
    reads = [step for step in steps if step.startswith(("SCAN word_", "SEARCH word_"))]
    return all(step.startswith("SEARCH") for step in reads)


@pytest.mark.parametrize("down", BOTH_WAYS)
def test_a_walk_by_number_keeps_to_the_spans(session: Session, down: bool) -> None:
    for shape in SHAPES:
        steps = plan(session, ticket_queries.by_number(shape, down))
        assert_reads_tickets_by(steps, BY_NUMBER)
        assert looks_up_names(steps)
        counted = of(plan(session, ticket_queries.count_by_number(shape)), "ticket")
        assert counted
        assert all(step.endswith((BY_NUMBER, BY_NUMBER_IN_EACH_STATUS)) for step in counted)


@pytest.mark.parametrize("down", BOTH_WAYS)
def test_a_walk_by_status_reads_its_index_alone(session: Session, down: bool) -> None:
    for shape in SHAPES:
        if shape.statuses:
            assert_reads_tickets_by(plan(session, ticket_queries.by_status(shape, down)), BY_STATUS)
            counted = ticket_queries.count_by_status(shape)
            assert_reads_tickets_by(plan(session, counted), BY_STATUS)


@pytest.mark.parametrize("down", BOTH_WAYS)
def test_a_walk_by_status_looks_at_each_ticket_by_its_key(session: Session, down: bool) -> None:
    for shape in SHAPES:
        # With nothing else to ask there is nothing to look at.
        if shape.statuses and (shape.by_visitor or shape.by_period):
            steps = plan(session, ticket_queries.by_status_and_key(shape, down))
            assert_reads_tickets_by(steps, BY_STATUS, BY_KEY)
            assert looks_up_names(steps)


@pytest.mark.parametrize("down", BOTH_WAYS)
def test_how_far_the_nearest_reach_is_read_from_one_index(session: Session, down: bool) -> None:
    for shape in SHAPES:
        steps = plan(session, ticket_queries.beyond_near(shape, down))
        assert_reads_tickets_by(steps, BY_STATUS if shape.statuses else BY_NUMBER)
        assert not any("TEMP B-TREE" in step for step in steps), steps


@pytest.mark.parametrize("down", BOTH_WAYS)
def test_visitors_tickets_are_read_from_their_index_alone(session: Session, down: bool) -> None:
    for shape in SHAPES:
        if shape.by_visitor:
            steps = plan(session, ticket_queries.by_visitor(shape, down))
            assert_reads_tickets_by(steps, BY_VISITOR)
            assert looks_up_names(steps)
            counted = ticket_queries.count_by_visitor(shape)
            assert_reads_tickets_by(plan(session, counted), BY_VISITOR)


@pytest.mark.parametrize("down", BOTH_WAYS)
def test_the_tickets_of_some_days_are_read_from_their_indexes(session: Session, down: bool) -> None:
    for shape in SHAPES:
        if not shape.by_period:
            continue
        ways = [by_start(shape), *[BY_LENGTH] * shape.since]
        for statement in (
            ticket_queries.by_period(shape, down),
            ticket_queries.some_of_period(shape, down),
            ticket_queries.count_by_period(shape),
        ):
            steps = plan(session, statement)
            assert_reads_tickets_by(steps, *ways)
            assert looks_up_names(steps)
        assert_reads_tickets_by(plan(session, ticket_queries.entries_of_period(shape)), ways[0])


def test_any_so_many_tickets_of_some_days_are_found_without_sorting(session: Session) -> None:
    for shape in SHAPES:
        if shape.by_period:
            steps = plan(session, ticket_queries.some_of_period(shape, True))
            assert not any("TEMP B-TREE" in step for step in steps), steps


def test_what_decides_between_the_ways_reads_the_ends_of_indexes(session: Session) -> None:
    assert not any("SCAN" in step for step in plan(session, ticket_queries.TOTALS)[1:])
    for shape in SHAPES:
        if shape.words:
            assert looks_up_names(plan(session, ticket_queries.count_people(shape)))
        if shape.by_period:
            steps = of(plan(session, ticket_queries.numbers_at_the_ends(shape)), "ticket")
            assert steps
            assert all("ix_ticket_period" in step and "SEARCH" in step for step in steps)
    longest = of(plan(session, ticket_queries.REACH), "ticket")
    for shape in SHAPES:
        if shape.by_period:
            steps = of(plan(session, ticket_queries.any_then(shape)), "ticket")
            assert steps[0].startswith("SEARCH ticket USING INDEX ix_ticket_period"), steps
            assert steps[1:] == ["SCAN ticket USING COVERING INDEX ix_ticket_length"] * shape.since
    # Some thousand entries of it.
    assert longest == ["SCAN ticket USING COVERING INDEX ix_ticket_length"] * 2


def test_lines_begin_with_their_tickets(session: Session) -> None:
    shape = Shape(1, since=False, until=False, words=0, visitor=False, statuses=0)
    keys = ticket_queries.by_number(shape, True)
    for statement in (ticket_search._with_columns(keys), ticket_search._LINES):
        steps = plan(session, statement.params(numbers=[1, 2]))
        reads = [step for step in steps if " ticket USING INTEGER PRIMARY KEY (rowid=?)" in step]
        assert len(reads) == 1, steps
        for name in ("person", "workplace", "orders"):
            assert of(steps, name) == [f"SEARCH {name} USING {BY_KEY} LEFT-JOIN"], steps


def test_a_ticket_is_read_by_its_number(session: Session) -> None:
    for statement in (cards._CARDS, cards._EXTRAS):
        steps = plan(session, statement.params(numbers=[26]))
        assert not any(step.startswith("SCAN") for step in steps), steps


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
        "SCAN person USING COVERING INDEX ix_person_email",
        f"SEARCH person USING {BY_KEY}",
    }


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
