"""The list of people: the same order from wherever it is read, and who is found in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from olvery_tui.domain.pages import After, Around, Before, Bottom, Count, Top
from olvery_tui.domain.people import PersonFields, fold, folded_name, named
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.people import erasing, listing, merging, people
from tests.databases import Databases
from tests.each import each

PEOPLE = [
    PersonFields("Иванов", "Пётр", "+79161112233", "petr@mail.ru", "Сергеевич", "тихий"),
    PersonFields("Иванов", "Пётр", "+79031112233", "petr.i@example.com"),
    PersonFields("Иваненко", "Олексій"),
    PersonFields("Абрамов", "Иван", "+79650000000"),
    PersonFields("Яковлева", "Анна", patronymic="Ивановна"),
    PersonFields("Әлиева", "Айгүл"),
    PersonFields("Сукарно"),
]


@pytest.fixture(scope="module")
def filled(module_databases: Databases) -> Iterator[Store]:
    """The people above, one erased and one merged, in a database that nobody writes to."""
    store = open_database(module_databases.new())
    with store.writing() as session:
        ids = [people.add(session, fields) for fields in PEOPLE]
        erasing.erase(session, people.add(session, PersonFields("Забытый")))
        merging.merge(session, ids[0], people.add(session, PersonFields("Двойник")))
    yield store
    store.close()


@pytest.fixture
def session(filled: Store) -> Iterator[Session]:
    with filled.reading() as session:
        yield session


def names(session: Session, text: str) -> list[str]:
    return [row.name for row in listing.page(session, text, Top(), 50).rows]


@each(
    ("typed", "found"),
    [
        ("", [
            "Абрамов Иван", "Әлиева Айгүл", "Иваненко Олексій", "Иванов Пётр",
            "Иванов Пётр Сергеевич", "Сукарно", "Яковлева Анна Ивановна",
        ]),
        ("иван", [
            "Иваненко Олексій", "Иванов Пётр", "Иванов Пётр Сергеевич",
            "Абрамов Иван", "Яковлева Анна Ивановна",
        ]),
        ("сергеев", ["Иванов Пётр Сергеевич"]),
        ("Иванов Пётр Сергеевич", ["Иванов Пётр Сергеевич", "Иванов Пётр"]),
        ("Иванов П.С.", ["Иванов Пётр", "Иванов Пётр Сергеевич"]),
        ("алиева", ["Әлиева Айгүл"]),
        ("111-22", ["Иванов Пётр", "Иванов Пётр Сергеевич"]),
        ("8 965", ["Абрамов Иван"]),
        ("petr", ["Иванов Пётр", "Иванов Пётр Сергеевич"]),
        ("забытый", []),
        ("двойник", []),
        ("%", []),
    ],
)  # fmt: skip
def test_who_is_called_so_comes_first_then_who_is_found_by_a_part(
    session: Session, typed: str, found: list[str]
) -> None:
    assert names(session, typed) == found
    assert listing.count(session, typed) == Count(len(found))


def test_a_line_tells_who_has_a_note_and_who_is_banned(store: Store) -> None:
    with store.writing() as session:
        one = people.add(session, PEOPLE[0])
        other = people.add(session, PEOPLE[1])
        people.set_ban(session, other, 1, "курит")
        rows = {row.number: row for row in listing.page(session, "", Top(), 9).rows}
    assert (rows[one].noted, rows[one].banned) == (True, False)
    assert (rows[other].noted, rows[other].banned) == (False, True)


@given(typed=st.sampled_from(["", "и", "иван", "а", "петр"]), limit=st.integers(1, 4))
def test_every_walk_through_the_list_sees_the_same_people(
    filled: Store, typed: str, limit: int
) -> None:
    with filled.reading() as session:
        whole = listing.page(session, typed, Top(), 50).rows
        page = listing.page(session, typed, Top(), limit)
        down = list(page.rows)
        while page.more_below:
            page = listing.page(session, typed, After(down[-1].number), limit)
            assert page.more_above
            down += page.rows
        page = listing.page(session, typed, Bottom(), limit)
        up = list(page.rows)
        while page.more_above:
            page = listing.page(session, typed, Before(up[0].number), limit)
            assert page.more_below
            up = [*page.rows, *up]
        assert tuple(down) == tuple(up) == whole
        for row in whole:
            around = listing.page(session, typed, Around(row.number), limit)
            assert row in around.rows
            at = whole.index(around.rows[0])
            assert around.rows == whole[at : at + limit][: len(around.rows)]
    called = [fold(typed) == folded_name(row.last_name)[: len(fold(typed))] for row in whole]
    assert sorted(called, reverse=True) == called


def test_duplicates_are_shown_together(store: Store) -> None:
    with store.writing() as session:
        ids = [people.add(session, fields) for fields in PEOPLE]
        twin = people.add(session, PersonFields("Иванов", "Петр", "+79650000000", "PETR@mail.ru"))
        alike = merging.duplicates(session, 50)
        found = [{person.id for person in group} for group in alike.groups]
        assert not alike.more
        few = merging.duplicates(session, 1)
        assert few.more == (len(found) > 1 and len(few.groups) < len(found))
        assert found[0] == {ids[3], twin}
        assert sorted(map(min, found[1:])) == ids[:2]
        assert all(twin in group for group in found)
        person = people.get(session, twin)
        assert person is not None
        assert {one.id for one in merging.alike(session, person, 9)} == {ids[0], ids[1], ids[3]}


def test_a_namesake_without_a_patronymic_is_perhaps_a_duplicate_but_less_surely(
    store: Store,
) -> None:
    names = ("Орлов Пётр", "Орлов Пётр Ильич", "орлов петр львович", "Орлов Петрович Ильич",
             "Орлов", "Орлов-Пётр", "Зуев Лев Ильич", "Зуев Лев Ильин", "Зуев Лев")  # fmt: skip
    with store.writing() as session:
        ids = [people.add(session, PersonFields(**named(name))) for name in names]
        assert merging.duplicates(session, 50).groups == ()
        assert merging.namesakes_without_patronymic(session, 1).more
        alike = merging.namesakes_without_patronymic(session, 50)
        assert not alike.more
        assert [{person.id for person in group} for group in alike.groups] == [
            {ids[8], ids[6]}, {ids[0], ids[1], ids[2]},
        ]  # fmt: skip
        for at, others in ((0, {1, 2}), (1, {0}), (3, set()), (4, set()), (8, {6})):
            person = people.get(session, ids[at])
            assert person is not None
            found = merging.namesakes(session, person, 9)
            assert {one.id for one in found} == {ids[other] for other in others}, names[at]
