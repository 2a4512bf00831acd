"""A whole desk from one database into another: all of it, compared, or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from sqlalchemy import event, insert, select, text
from sqlmodel import SQLModel

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.domain.filters import EMPTY
from olvery_tui.domain.items import ItemKind
from olvery_tui.domain.pages import Top
from olvery_tui.domain.people import PersonFields
from olvery_tui.store import demo
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.postgres import driver
from olvery_tui.store.maintenance import transfer
from olvery_tui.store.maintenance.transfer import Progress, copy, summed, tables
from olvery_tui.store.people import merging, people
from tests.databases import ENGINES, Databases, empty
from tests.desk.making import AS_ANNA, NOW, add_ticket, as_typed, fill, hours

WAYS = [(one, other) for one in ENGINES for other in ENGINES]


def example(store: Store) -> None:
    """The manual's example, with a manager's work on it."""
    demo.fill(store)
    desk = Desk(store, FrozenClock(demo.DEMO_NOW), AS_ANNA)
    desk.people.add(**as_typed("Эм", "Ёлка", "", "elka@mail.example"))
    places = [one.id for one in desk.catalogue.details().items if one.kind is ItemKind.WORKPLACE]
    desk.closings.close(ClosingDraft((places[-1],), demo.DEMO_NOW, None, "ремонт"))
    shift = desk.shifts.close(desk.shifts.open(None).shift, "Ключ у охраны").shift
    desk.shifts.read_notes((shift.id,))
    desk.shifts.open(shift)


def _name(way: tuple[str, str]) -> str:
    return " to ".join(way)


across = pytest.mark.parametrize("ways", WAYS[1:3], indirect=True, ids=_name)
"""From each engine and to each engine once: for what one side does, whatever the other is."""


@pytest.fixture(params=WAYS, ids=_name)
def ways(request: pytest.FixtureRequest) -> Iterator[tuple[Databases, Databases]]:
    """Databases of the engine that is copied from, and of the one that is copied to."""
    one, other = (Databases(name) for name in request.param)
    yield one, other
    one.close()
    other.close()


@pytest.fixture
def source(ways: tuple[Databases, Databases]) -> Iterator[Store]:
    with closing(open_database(ways[0].new(example))) as store:
        yield store


@pytest.fixture
def target(ways: tuple[Databases, Databases]) -> Iterator[Store]:
    with closing(open_database(ways[1].blank())) as store:
        yield store


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "CHUNK", 4)


def content(store: Store) -> dict[str, list[dict[str, object]]]:
    with store.reading() as session:
        return {
            table.name: [
                dict(row)
                for row in session.connection()
                .execute(select(table).order_by(*table.primary_key.columns))
                .mappings()
            ]
            for table in tables()
        }


def rows(store: Store) -> int:
    return sum(map(len, content(store).values()))


def test_everything_is_there_and_nothing_else(
    source: Store, target: Store, small_chunks: None
) -> None:
    before = content(source)
    found = copy(source, target)
    assert content(target) == before == content(source)
    assert {name: each.rows for name, each in found.items()} == {
        name: len(each) for name, each in before.items()
    }
    assert sum(each.rows for each in found.values()) > 100
    assert check(target, demo.DEMO_NOW) == ()


def test_the_sums_are_the_same_on_both_sides(source: Store, target: Store) -> None:
    found = copy(source, target)
    for store in (source, target):
        with store.reading() as session:
            assert {table.name: summed(session, table) for table in tables()} == found


@across
def test_a_copy_that_takes_long_is_not_cut_off_where_it_reads(
    ways: tuple[Databases, Databases],
    target: Store,
    small_chunks: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All is compared before the commit; so long nothing more is asked of the source."""
    if ways[0].engine == "postgresql":
        monkeypatch.setattr(driver, "IDLE_SECONDS", 0.2)
    with closing(open_database(ways[0].new(example))) as source:
        copy(source, target, on_progress=lambda _: time.sleep(0.02))
    assert check(target, demo.DEMO_NOW) == ()


def test_work_goes_on_where_it_was(source: Store, target: Store) -> None:
    """New rows get numbers of their own; the guards and the list are those of a desk."""
    copy(source, target)
    clock = FrozenClock(demo.DEMO_NOW)
    was, now = (Desk(store, clock, AS_ANNA) for store in (source, target))
    assert now.tickets.page(EMPTY, Top(), 20) == was.tickets.page(EMPTY, Top(), 20)
    assert now.tickets.history(26) == was.tickets.history(26)
    assert now.shifts.latest() == was.shifts.latest()
    person = now.people.add(**as_typed("Новый", "Посетитель"))
    assert person.id not in {row["id"] for row in content(source)["person"]}
    # What Anna may do in the example's database: she is its manager there too.
    checked = now.tickets.validate(now.tickets.get(26))
    assert checked.validated
    assert now.tickets.history(26)[0].id > was.tickets.history(26)[0].id


def test_back_again_it_is_the_same(
    ways: tuple[Databases, Databases], source: Store, target: Store
) -> None:
    there = copy(source, target)
    with closing(open_database(ways[0].blank())) as home:
        assert copy(target, home) == there
        assert content(home) == content(source)


def test_what_persons_share_is_as_the_target_compares(
    ways: tuple[Databases, Databases], target: Store
) -> None:
    """PostgreSQL knows small letters of other alphabets too."""

    def twins(store: Store) -> None:
        empty(store)
        with store.writing() as session:
            for name, email in (("Ким", "ÉLAN@a.ru"), ("Ли", "élan@a.ru"), ("Пак", "Élan@a.ru")):
                people.add(session, PersonFields(name, "Анна", None, email))

    with closing(open_database(ways[0].new(twins))) as source:
        copy(source, target)
    assert check(target, NOW) == ()
    with target.reading() as session:
        groups = merging.duplicates(session, 9).groups
        assert [len(group) for group in groups] == ([3] if ways[1].engine == "postgresql" else [2])


@across
def test_progress_is_told_from_beginning_to_end(
    source: Store, target: Store, small_chunks: None
) -> None:
    steps: list[Progress] = []
    copy(source, target, on_progress=steps.append)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total == 2 * rows(source)
    assert {step.table for step in steps} <= {table.name for table in tables()}


@across
def test_a_database_with_something_in_it_is_left_alone(
    ways: tuple[Databases, Databases], source: Store
) -> None:
    with closing(open_database(ways[1].new(fill))) as used:
        before = content(used)
        with pytest.raises(StoreUnavailable) as caught:
            copy(source, used)
        assert caught.value.code == "occupied"
        assert content(used) == before


@across
def test_one_that_was_made_by_an_upgrade_is_as_good_as_none(
    ways: tuple[Databases, Databases], source: Store
) -> None:
    with closing(open_database(ways[1].new(empty))) as made:
        copy(source, made)
        assert content(made) == content(source)


@across
def test_a_copy_that_fails_half_way_leaves_nothing(
    source: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_values, calls = transfer.insert_values, []

    def fails(*arguments: object) -> None:
        calls.append(1)
        if len(calls) == 6:
            raise StoreUnavailable(StoreCode.LOST)
        insert_values(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(transfer, "insert_values", fails)
    with pytest.raises(StoreUnavailable):
        copy(source, target)
    assert rows(target) == 2  # the location and the chain that every new database has
    monkeypatch.undo()
    copy(source, target)
    assert content(target) == content(source)


@across
def test_a_value_that_was_written_wrong_is_noticed_and_nothing_kept(
    source: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = transfer.settle_sequences

    def spoil(session: object) -> None:
        settle(session)  # type: ignore[arg-type]
        session.connection().execute(  # type: ignore[attr-defined]
            text("UPDATE person SET phone = '+7' WHERE id = (SELECT max(id) FROM person)")
        )

    monkeypatch.setattr(transfer, "settle_sequences", spoil)
    with pytest.raises(StoreUnavailable) as caught:
        copy(source, target)
    assert (caught.value.code, caught.value.detail) == ("differs", "person")
    assert rows(target) == 2


@across
def test_a_row_that_got_lost_is_noticed(
    source: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_values = transfer.insert_values

    def loses(session: object, table: object, names: object, found: list[object]) -> None:
        kept = found[:-1] if str(table) == "event" else found
        insert_values(session, table, names, kept)  # type: ignore[arg-type]

    monkeypatch.setattr(transfer, "insert_values", loses)
    with pytest.raises(StoreUnavailable) as caught:
        copy(source, target)
    assert (caught.value.code, caught.value.detail) == ("differs", "event")


@across
def test_what_is_written_meanwhile_is_not_in_the_copy(
    source: Store, target: Store, small_chunks: None
) -> None:
    before = content(source)
    done: list[int] = []

    def write(_step: Progress) -> None:
        if not done:
            done.append(1)
            with source.writing() as session:
                session.connection().execute(
                    insert(SQLModel.metadata.tables["manager"]).values(
                        last_name="Титов", first_name="Борис"
                    )
                )

    copy(source, target, on_progress=write)
    assert content(target) == before != content(source)


@across
def test_the_memory_holds_a_chunk_at_a_time(
    source: Store, target: Store, small_chunks: None
) -> None:
    sizes: list[int] = []
    engine = target._writers  # whatever it is called, its statements pass here
    listen = event.listens_for(engine, "before_cursor_execute")

    @listen
    def keep(*arguments: object) -> None:
        parameters = arguments[3]
        if isinstance(parameters, list):
            sizes.append(len(parameters))

    copy(source, target)
    assert max(sizes, default=0) <= 4


@pytest.mark.parametrize("way", [("sqlite", "postgresql")])
def test_a_value_that_postgresql_cannot_hold_is_told(
    way: tuple[str, str], request: Callable[..., object]
) -> None:
    """A NUL in a text: SQLite takes it from other programs, PostgreSQL has no place for it."""
    one, other = (Databases(name) for name in way)
    try:
        with (
            closing(open_database(one.new(fill))) as source,
            closing(open_database(other.blank())) as target,
        ):
            add_ticket(source, 26, period=hours(0, 1), now=NOW)
            with source.raw() as plain:  # type: ignore[attr-defined]
                plain.execute("UPDATE room SET name = 'a' || char(0) || 'b' WHERE id = 1")
            with pytest.raises(StoreUnavailable) as caught:
                copy(source, target)
            assert caught.value.code == "unfit"
            assert rows(target) == 2
    finally:
        one.close()
        other.close()
