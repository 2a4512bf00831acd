"""Who may act here, found by name, login or id."""

from collections.abc import Iterator

import pytest

from olvery_tui.store.access import managers
from olvery_tui.store.database.engine import Store
from tests.databases import Databases
from tests.desk.making import ANNA, BORIS, make


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    store = make(databases)
    yield store
    store.close()


@pytest.mark.parametrize("display", ["Анна Орлова", "  анна   ОРЛОВА ", "Анна\u200b Орлова"])
def test_a_manager_is_known_by_the_name_on_the_screen(store, display):
    with store.writing() as session:
        assert managers.by_name(session, display) == ANNA
        assert managers.ensure(session, display) == ANNA


def test_a_manager_is_known_by_login(store):
    with store.reading() as session:
        assert managers.by_login(session, "boris") == BORIS
        assert managers.by_login(session, "BORIS' OR 1=1") is None
        assert managers.by_name(session, "Орлова") is None


@pytest.mark.parametrize(
    ("display", "first", "last"),
    [
        ("Ольга Ким", "Ольга", "Ким"),
        ("Ольга", "Ольга", ""),
        ("Ану Пратама Сари", "Ану", "Пратама Сари"),
    ],
)
def test_a_new_manager_is_added_once(store, display, first, last):
    with store.writing() as session:
        added = managers.ensure(session, display)
    with store.writing() as session:
        again = managers.ensure(session, display.upper())

    assert added == again
    assert (added.first_name, added.last_name, added.name) == (first, last, display)
    assert added.id not in {ANNA.id, BORIS.id}


def test_a_manager_without_a_letter_is_nobody(store):
    with pytest.raises(ValueError, match="name"), store.writing() as session:
        managers.ensure(session, " \u200b ")
