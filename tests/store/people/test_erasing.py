"""Whoever is erased is gone from everywhere, and stays gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from sqlalchemy import select, update

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.access import Actor, ActorKind
from olvery_tui.domain.erasure import Ground
from olvery_tui.domain.errors import NoSuchChoice
from olvery_tui.domain.events import EventFilter, EventKind
from olvery_tui.domain.filters import EMPTY
from olvery_tui.domain.name_search import index_words
from olvery_tui.domain.pages import Top
from olvery_tui.domain.people import PersonFields
from olvery_tui.store import demo
from olvery_tui.store import importing as importer
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import Person
from olvery_tui.store.maintenance.maintenance import backup, check
from olvery_tui.store.people import erasing, people
from olvery_tui.wording.acts import act_text
from tests.databases import Databases, everything_in

PEOPLE = Person.metadata.tables["person"]
CONSOLE = Actor(ActorKind.CLI, account="tests")
MARIA = "u-17"
TRACES = ("Семенова", "семенова", "+79655776500", "koshatina77@mail.ru")


@pytest.fixture
def desk(databases: Databases) -> Iterator[Desk]:
    """Administration over the manual's example."""
    with closing(open_database(databases.new(demo.fill))) as store:
        yield Desk(store, FrozenClock(demo.DEMO_NOW), CONSOLE)


def store_of(desk: Desk) -> Store:
    return desk._open_store


def erase(desk: Desk, key: str = MARIA) -> int:
    """Erase the person of a key or a number; who they are."""
    person = desk.people.with_key(key).id
    desk.people.erase(person, Ground.WITHDRAWN)
    return person


def import_again(desk: Desk, *lines: dict[str, object]) -> importer.ImportReport:
    clock = FrozenClock(demo.DEMO_NOW)
    with NamedTemporaryFile("w", encoding="utf-8", suffix=".jsonl") as file:
        file.write("".join(json.dumps(line) + "\n" for line in lines))
        file.flush()
        return importer.run(store_of(desk), Path(file.name), clock=clock, actor=CONSOLE)


MARIAS_LINE: dict[str, object] = {
    "kind": "person",
    "key": MARIA,
    "last_name": "Семенова",
    "first_name": "Мария",
    "phone": "+79655776500",
    "email": "koshatina77@mail.ru",
}


MARIAS_FIELDS = PersonFields("Семенова", "Мария", "+79655776500", "koshatina77@mail.ru")


def test_nothing_of_them_is_left_in_the_database(desk: Desk) -> None:
    store = store_of(desk)
    assert any(TRACES[0].encode() in said for said in everything_in(store))
    erase(desk)
    for said in everything_in(store):
        for trace in TRACES:
            assert trace.encode() not in said, trace
    assert check(store, demo.DEMO_NOW) == ()


def test_no_event_holds_what_a_shift_s_note_says_of_them(desk: Desk) -> None:
    shift = desk.shifts.close(desk.shifts.open(None).shift, "Семенова зайдёт в 18:00").shift
    desk.shifts.read_notes((shift.id,))
    erase(desk)
    assert "Семенова" not in str(desk.audit.events(EventFilter(), None, 99))
    assert desk.shifts.latest().shift.note == shift.note  # a manager's words stay as they are
    assert check(store_of(desk), demo.DEMO_NOW) == ()


@pytest.mark.only("sqlite")
def test_nothing_of_them_is_left_in_a_copy(desk: Desk, tmp_path: Path) -> None:
    erase(desk)
    backup(store_of(desk), tmp_path / "copy.db")
    content = (tmp_path / "copy.db").read_bytes()
    for trace in TRACES:
        assert trace.encode() not in content, trace


def test_no_personal_column_keeps_anything(desk: Desk) -> None:
    store, person = store_of(desk), desk.tickets.get(26).visitor.id
    columns = erasing.personal_columns(PEOPLE)
    assert {*people.FIELDS} <= {column.name for column in columns}

    with store.writing() as session:
        said = {"patronymic": "Ивановна", "note": "просит тишины", "ban_reason": "курит"}
        session.connection().execute(update(PEOPLE).where(PEOPLE.c.id == person).values(said))
    with store.reading() as session:
        query = select(*columns).where(PEOPLE.c.id == person)
        before = session.connection().execute(query).one()
        assert all(before)
    erase(desk)

    with store.reading() as session:
        assert not any(session.connection().execute(query).one())
    for said in everything_in(store):
        for value in before:
            assert str(value).encode() not in said or value == "Мария", value


def test_the_tickets_stay_with_nobody_s_name_on_them(desk: Desk) -> None:
    before = desk.tickets.count(EMPTY)
    person = erase(desk)
    card = desk.tickets.get(26)
    assert (card.visitor.id, card.visitor.name, card.visitor.phone) == (person, "", None)
    assert desk.tickets.count(EMPTY) == before
    assert [
        row.visitor for row in desk.tickets.page(EMPTY, Top(), 50).rows if row.number == 26
    ] == [""]
    assert desk.people.suggest("семенова") == desk.people.search("9655776500") == ()


def test_it_is_an_event_that_names_a_number_only(desk: Desk) -> None:
    person = erase(desk)
    erase(desk)  # once more changes nothing
    found = desk.audit.events(EventFilter(kinds=frozenset({EventKind.PERSON_ERASED})), None, 9)
    (line,) = found
    assert (line.data["person"], line.data["ground"]) == (person, "withdrawn")
    assert line.data["fields"] == ["last_name", "first_name", "phone", "email"]
    assert line.data["records"] == {
        "person": 1,
        "words": len(index_words(MARIAS_FIELDS)),
        "keys": 1,
        "tickets": 3,
        "orders": 3,
    }


def test_the_act_says_who_did_it_when_what_and_why_and_no_name(desk: Desk) -> None:
    person = erase(desk)
    act = desk.people.act(person)
    text = act_text(act, desk.location().zone)
    for said in (
        "Уничтожил: tests",
        "06.12.2022 10:00",
        "отзыв согласия",
        "фамилия, имя, телефон, эл. почта",
        f"посетитель № {person}",
        "person.erased",
        "06.12.2025",
    ):
        assert said in text, said
    assert not any(trace in text for trace in TRACES)
    with pytest.raises(NoSuchChoice):
        desk.people.act(person + 1)


@pytest.mark.parametrize("by_number", [False, True])
def test_they_are_found_by_key_or_number(desk: Desk, by_number: bool) -> None:
    number = desk.tickets.get(26).visitor.id
    assert erase(desk, str(number) if by_number else MARIA) == number
    assert desk.tickets.get(26).visitor.name == ""


@pytest.mark.parametrize("key", ["", "nobody", "99999", "-1", "²", "'; --", "9" * 40])
def test_who_is_not_there_cant_be_erased(desk: Desk, key: str) -> None:
    with pytest.raises(NoSuchChoice):
        erase(desk, key)


def test_the_next_import_does_not_bring_them_back(desk: Desk) -> None:
    number = erase(desk)
    report = import_again(desk, MARIAS_LINE)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 1)
    assert desk.people.get(number).name == ""


def test_the_next_import_still_knows_whose_tickets_they_are(desk: Desk) -> None:
    number = erase(desk)
    lines = (Path(demo.__file__).with_name("demo.jsonl")).read_text(encoding="utf-8").splitlines()
    report = import_again(desk, *map(json.loads, lines))
    assert report.refused == 0
    assert desk.tickets.get(26).visitor.id == number
    assert desk.tickets.get(26).visitor.name == ""
