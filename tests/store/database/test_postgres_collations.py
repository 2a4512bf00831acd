"""Names are found by their first letters under every collation, and by an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import text

from olvery_tui.domain.name_search import index_words
from olvery_tui.domain.people import PersonFields, folded_name
from olvery_tui.store.database import schema
from olvery_tui.store.database.bulk import insert_many
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Person, PersonWord
from olvery_tui.store.people import people
from tests.databases import the_cluster

LOCALES = {
    "C": "LOCALE 'C'",
    "C.UTF-8": "LOCALE 'C.UTF-8'",
    "Russian": "LOCALE_PROVIDER icu ICU_LOCALE 'ru-RU' LOCALE 'C.UTF-8'",
    "capitals first": "LOCALE_PROVIDER icu ICU_LOCALE 'ru-u-kf-upper' LOCALE 'C.UTF-8'",
    "English": "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8'",
}
NAMES = [
    ("Ёлкина", "Яна"),
    ("Елкин", "Артём"),
    ("Иванова", "Ирина"),
    ("ИВАНОВ", "Пётр"),
    ("Ивлев", "Олег"),
    ("Яковлев", "Иван"),
    ("Ivanov", "John"),
    *((f"Прочий{number:04}", "Некто") for number in range(3_000)),
]
FOUND = {
    "ив": {"Иванова", "ИВАНОВ", "Ивлев", "Яковлев"},
    "иван": {"Иванова", "ИВАНОВ", "Яковлев"},
    "ел": {"Ёлкина", "Елкин"},
    "Ё": {"Ёлкина", "Елкин"},
    "я": {"Ёлкина", "Яковлев"},
    "iv": {"Ivanov"},
}


@pytest.fixture(scope="module", params=LOCALES.values(), ids=LOCALES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A desk with some thousand people, in a database of this locale."""
    server = the_cluster()
    name = server.create(locale=request.param)
    with closing(open_database(server.url(name))) as store:
        schema.create(store, name="Olvery", time_zone="Europe/Moscow", currency="RUB")
        rows = [
            {
                "id": number,
                "last_name": last,
                "first_name": first,
                "folded": folded_name(last, first),
            }
            for number, (last, first) in enumerate(NAMES, 1)
        ]
        words = [
            {"word": word, "person_id": row["id"]}
            for row in rows
            for word in index_words(PersonFields(row["last_name"], row["first_name"], None))
        ]
        with store.writing() as session:
            insert_many(session, Person.metadata.tables["person"], rows)
            insert_many(session, PersonWord.metadata.tables["person_word"], words)
        store.refresh_statistics()
        yield store
    server.drop(name)


def test_first_letters_find_the_same_people(store: Store) -> None:
    with store.reading() as session:
        for typed, names in FOUND.items():
            found = people.suggest(session, typed, 20)
            assert {person.last_name for person in found} == names, typed


@pytest.mark.parametrize("column", ["person.folded", "person_word.word"])
def test_a_stretch_of_letters_is_read_from_an_index(store: Store, column: str) -> None:
    table, _dot, name = column.partition(".")
    query = f"EXPLAIN SELECT 1 FROM {table} WHERE {name} >= 'ив' AND {name} < 'иг'"
    with store.reading() as session:
        steps = "\n".join(session.connection().execute(text(query)).scalars())
    assert f"Index Cond: (({name}" in steps, steps
    assert ">= 'ив'::text" in steps, steps
