"""People: found by the first letters, by any part of a name, by phone and email."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from olvery_tui.domain.name_search import digits_of, name_parts, patronymic, terms
from olvery_tui.domain.people import PersonDetails, PersonFields, fold, folded_name, words
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.listing import name_index
from olvery_tui.store.people import people
from tests.databases import Databases
from tests.each import each
from tests.naming import is_found

MARIA = PersonFields("Семенова", "Мария", "+79655776500", "Koshatina77@mail.ru")
PEOPLE = [
    MARIA,
    PersonFields("Спиридонова", "Марина", "+79161234567", "marina@mail.ru"),
    PersonFields("Столповский", "Иван", None, "ivan@mail.ru"),
    PersonFields("Семёнова", "Мария", "+79031112233", None),  # a namesake, spelt with ё
    PersonFields("Иванов", "Семён"),
    PersonFields("Мариинский", "Олег"),
    PersonFields("Мамин-Сибиряк", "Дмитрий"),
    PersonFields("О'Нил", "Шон"),
    PersonFields("100%_Скидка", "[/]"),
    PersonFields("PM", "Анна"),
    PersonFields("Иванов", "Иван"),
]


@pytest.fixture
def session(filled: Store) -> Iterator[Session]:
    """A reading session over the people above."""
    with filled.reading() as session:
        yield session


def names(found: tuple[PersonDetails, ...]) -> list[str]:
    """Last name, first name."""
    return [f"{person.last_name} {person.first_name}" for person in found]


# ── Suggestions ──────────────────────────────────────────────────────────────────────────────────


@each(
    ("typed", "found"),
    [
        ("сто", ["Столповский Иван"]),
        ("СТО", ["Столповский Иван"]),
        ("ива", ["Иванов Иван", "Иванов Семён", "Столповский Иван"]),
        ("сем", ["Семенова Мария", "Семёнова Мария", "Иванов Семён"]),
        ("сём", ["Семенова Мария", "Семёнова Мария", "Иванов Семён"]),
        ("мар сем", ["Семенова Мария", "Семёнова Мария"]),
        ("семенова мар", ["Семенова Мария", "Семёнова Мария"]),
        ("сиб", ["Мамин-Сибиряк Дмитрий"]),
        ("мамин-сиб дм", ["Мамин-Сибиряк Дмитрий"]),
        ("нил", ["О'Нил Шон"]),
        ("онил", ["О'Нил Шон"]),
        ("о’нил", ["О'Нил Шон"]),
        ("рм", ["PM Анна"]),
        ("pm", ["PM Анна"]),
        ("100%", ["100%_Скидка [/]"]),
        ("енова", []),
        ("щ", []),
        ("%", []),
        ("_", []),
        ("' \"", []),
        ("", []),
        ("   ", []),
    ],
)
def test_a_person_is_suggested_by_the_first_letters(
    session: Session, typed: str, found: list[str]
) -> None:
    assert names(people.suggest(session, typed, 8)) == found


def test_who_is_called_as_it_was_typed_is_suggested_first(session: Session) -> None:
    assert names(people.suggest(session, "иван ив", 8)) == [
        "Иванов Иван",  # the first name was typed first
        "Иванов Семён",  # «Иванов» alone begins with both words
        "Столповский Иван",
    ]
    assert names(people.suggest(session, "мар", 8))[0] == "Мариинский Олег"


def test_only_so_many_are_suggested(session: Session) -> None:
    assert len(people.suggest(session, "м", 2)) == 2
    assert people.suggest(session, "м", 0) == ()


def test_suggestions_tell_namesakes_apart(session: Session) -> None:
    found = people.suggest(session, "семенова", 8)
    assert [person.phone for person in found] == ["+79655776500", "+79031112233"]


@given(typed=st.text(st.sampled_from("имсо ар-'%_ё1"), max_size=6), limit=st.integers(1, 12))
def test_a_suggestion_is_somebody_of_whom_every_word_begins_a_name(
    filled: Store, typed: str, limit: int
) -> None:
    with filled.reading() as session:
        found = people.suggest(session, typed, limit)
    asked = terms(typed)
    matching = [
        f"{fields.last_name} {fields.first_name}"
        for fields in PEOPLE
        if asked and is_found(fields.last_name, fields.first_name, fields.phone, asked)
    ]
    assert len(found) == min(limit, len(matching))
    assert set(names(found)) <= set(matching)


# ── Partial search ───────────────────────────────────────────────────────────────────────────────


@each(
    ("typed", "found"),
    [
        ("енов", ["Семенова Мария", "Семёнова Мария"]),
        ("мен ар", ["Семенова Мария", "Семёнова Мария"]),
        ("ИЯ СЕМ", ["Семенова Мария", "Семёнова Мария"]),
        ("семенова, мария", ["Семенова Мария", "Семёнова Мария"]),
        ("мин-сиб", ["Мамин-Сибиряк Дмитрий"]),
        ("%", ["100%_Скидка [/]"]),
        ("_", ["100%_Скидка [/]"]),
        ("0%_с", ["100%_Скидка [/]"]),
        ("[/]", ["100%_Скидка [/]"]),
        ("щщ", []),
        ("'", []),
        ("\\", []),
        ("", []),
    ],
)
def test_a_person_is_found_by_any_part_of_the_name(
    session: Session, typed: str, found: list[str]
) -> None:
    assert names(people.search(session, typed, 50)) == found


def test_the_best_match_comes_first(session: Session) -> None:
    assert names(people.search(session, "иван", 50)) == [
        "Иванов Иван",  # the last name begins so
        "Иванов Семён",
        "Столповский Иван",  # a name begins so
    ]
    assert names(people.search(session, "иван иванов", 50))[0] == "Иванов Иван"
    assert names(people.search(session, "ар", 50)) == [
        "Мариинский Олег",
        "Семенова Мария",
        "Семёнова Мария",
        "Спиридонова Марина",
    ]


@each(
    "typed",
    ["577-65", "5776500", "+7965", "+7 (965) 577", "8 965 577", "8(965)5776500", "965 577"],
)
def test_a_person_is_found_by_digits_of_the_phone(session: Session, typed: str) -> None:
    assert names(people.search(session, typed, 50)) == ["Семенова Мария"]


def test_two_digits_are_no_phone(session: Session) -> None:
    assert people.search(session, "77", 50) == ()


@each("typed", ["kosh", "KOSHATINA77", "koshatina77@mail.ru"])
def test_a_person_is_found_by_the_beginning_of_the_email(session: Session, typed: str) -> None:
    assert names(people.search(session, typed, 50)) == ["Семенова Мария"]


def test_the_middle_of_an_email_finds_nobody(session: Session) -> None:
    assert people.search(session, "mail.ru", 50) == ()
    assert people.search(session, "%@mail.ru", 50) == ()


def test_only_so_many_are_found(session: Session) -> None:
    assert len(people.search(session, "а", 3)) == 3
    assert people.search(session, "а", 0) == ()


@each(
    ("typed", "found"),
    [
        ("Алиева", ["Әлиева Айгүл"]),
        ("айгул ал", ["Әлиева Айгүл"]),
        ("Олексий", ["Ткаченко Олексій"]),
        ("Олексiй", ["Ткаченко Олексій"]),  # with a Latin i
        ("Иванов Пётр Сергеевич", ["Иванов Пётр"]),
        ("Пётр Сергеевич Иванов", ["Иванов Пётр"]),
        ("Иванов П.С.", ["Иванов Пётр"]),
        ("Иванов П. С", ["Иванов Пётр"]),
        ("П.С. Иванов", ["Иванов Пётр"]),
        ("Иванов Пётр Серг", ["Иванов Пётр"]),
        ("Иванов П.А.", ["Иванов Пётр", "Иванов Пётр Алексеевич"]),
        ("Иванов Пётр Алексеевич", ["Иванов Пётр Алексеевич", "Иванов Пётр"]),
        ("Сидоров Пётр Сергеевич", []),
        ("Иванов Павел Сергеевич", []),
        ("Сергеевич Пётр", []),
        ("Алиев Мамед Ахмед оглы", ["Алиев Мамед"]),
        ("Иванов 9161112233", ["Иванов Пётр"]),
        ("9161112233", ["Иванов Пётр"]),
        ("8 916 111", ["Иванов Пётр"]),
        ("+7 (916) 111", ["Иванов Пётр"]),
        ("11-22-33", ["Иванов Пётр"]),
        ("+916", []),
        ("Гость 7", ["Гость 7"]),
        ("Гость 916", []),
        ("Кротов Илья Львович", ["Кротов Илья", "Кротов Илья"]),
        ("Кротов И.Л.", ["Кротов Илья", "Кротов Илья"]),
        ("Кротов Илья Петрович", ["Кротов Илья"]),  # of whom no patronymic is known
        ("Кротов И.П.", ["Кротов Илья"]),
        ("Львович", ["Кротов Илья"]),
        ("льв кро", ["Кротов Илья"]),
    ],
)
@each("how", [people.suggest, people.search])
def test_a_name_is_found_as_it_is_known_elsewhere(
    known: Store,
    how: Callable[[Session, str, int], tuple[PersonDetails, ...]],
    typed: str,
    found: list[str],
) -> None:
    with known.reading() as session:
        assert names(how(session, typed, 8)) == found


KNOWN = [
    PersonFields("Әлиева", "Айгүл"),
    PersonFields("Ткаченко", "Олексій"),
    PersonFields("Иванов", "Пётр", "+79161112233"),
    PersonFields("Иванов", "Пётр Алексеевич"),
    PersonFields("Иванов", "Степан"),
    PersonFields("Кротов", "Илья", patronymic="Львович"),
    PersonFields("Кротов", "Илья"),
    PersonFields("Алиев", "Мамед"),
    PersonFields("Гость", "7", "+79650000000"),
    PersonFields("Гость", "12", "+79657777777"),
    PersonFields("Сергеевич", ""),
]


@pytest.fixture(scope="module")
def known(module_databases: Databases) -> Iterator[Store]:
    """People whose names are written in several ways, in a database that nobody writes to."""
    store = open_database(module_databases.new())
    with store.writing() as session:
        for fields in KNOWN:
            people.add(session, fields)
    yield store
    store.close()


@given(typed=st.text(st.sampled_from("имсон ар-%_\\ё10"), max_size=5))
def test_a_part_is_found_wherever_it_stands(filled: Store, typed: str) -> None:
    with filled.reading() as session:
        found = people.search(session, typed, 50)
    parts, runs = name_parts(typed)
    asked = terms(typed)
    index = patronymic(asked)
    spared = None if index is None else asked[index]

    def fits(fields: PersonFields) -> bool:
        name = folded_name(fields.last_name, fields.first_name)
        length = len(words(fields.last_name)) + len(words(fields.first_name))
        wanted = [part for part in parts if part != spared or length != len(asked) - 1]
        return all(_holds(name, part, len(parts)) for part in wanted) and all(
            run in name or digits_of(run) in (fields.phone or "") for run in runs
        )

    matching = {
        f"{fields.last_name} {fields.first_name}"
        for fields in PEOPLE
        if fold(typed) and fits(fields)
    }
    assert matching == set(names(found))


def _holds(name: str, part: str, parts: int) -> bool:
    if len(part) == 1 and parts > 1:
        return f" {part}" in f" {name}"
    return part in name


def test_the_most_telling_words_are_asked_first_and_none_twice() -> None:
    assert name_index.telling(("мар", "семенова", "сем", "ма", "мар")) == ("семенова", "мар")
    assert name_index.telling(("ова", "нова")) == ("нова", "ова")
    assert name_index.telling(()) == ()


# ── Contacts, and the rest ───────────────────────────────────────────────────────────────────────


def test_people_are_found_by_an_equal_phone_or_email(session: Session) -> None:
    def found(phone: str | None, email: str | None) -> list[str]:
        return names(people.with_contact(session, phone, email))

    assert found("+79655776500", None) == ["Семенова Мария"]
    assert found(None, "koshatina77@MAIL.ru") == ["Семенова Мария"]
    assert found("+79031112233", "ivan@mail.ru") == ["Семёнова Мария", "Столповский Иван"]
    assert found("+79655776500", "koshatina77@mail.ru") == ["Семенова Мария"]
    assert found("+7965577650", "koshatina7@mail.ru") == []
    assert found(None, None) == []


def test_an_added_person_comes_back_as_given(store: Store) -> None:
    with store.writing() as session:
        added = people.add(session, MARIA, key="u-17")
    with store.reading() as session:
        found = people.get(session, added)
        assert found == PersonDetails(added, "Семенова", "Мария", "+79655776500", MARIA.email)
        assert people.get(session, added + 1) is None


def test_the_same_name_twice_is_two_people(store: Store) -> None:
    with store.writing() as session:
        one, other = people.add(session, MARIA), people.add(session, MARIA)
        assert one != other
        assert [person.id for person in people.suggest(session, "сем", 8)] == [one, other]


def test_a_name_of_the_same_word_twice_is_added(store: Store) -> None:
    with store.writing() as session:
        added = people.add(session, PersonFields("Иван", "Иван"))
        assert [person.id for person in people.suggest(session, "иван", 8)] == [added]


@pytest.fixture(scope="module")
def filled(module_databases: Databases) -> Iterator[Store]:
    """The people above, in a database that nobody writes to."""
    store = open_database(module_databases.new())
    with store.writing() as session:
        for fields in PEOPLE:
            people.add(session, fields)
    yield store
    store.close()
