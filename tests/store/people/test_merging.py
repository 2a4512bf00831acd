"""Possible duplicates: who is shown together, compared with a look at everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, text
from sqlmodel import Session

from olvery_tui.domain.people import PersonDetails, PersonFields, folded_name
from olvery_tui.store.database import shared_values
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.tables import PEOPLE
from olvery_tui.store.people import erasing, merging, people
from tests.databases import Databases

Groups = list[tuple[PersonDetails, ...]]


# ── What they are, found by looking at everybody ─────────────────────────────────────────────────


def everybody(session: Session) -> list[tuple[str, PersonDetails]]:
    """The folded name and the details of who is in the list, in its order."""
    query = select(PEOPLE.c.folded, *people.DETAILS).where(PEOPLE.c.folded > "")
    rows = [(row[0], PersonDetails(*row[1:])) for row in session.connection().execute(query)]
    return sorted(rows, key=lambda row: (row[0], row[1].id))


def sharing(known: list[tuple[str, PersonDetails]], of: Callable[[Any], str | None]) -> list[Any]:
    """The groups of those of whom `of` is the same, by what it is."""
    shares = sorted(((of(one), one[1]) for one in known if of(one)), key=lambda share: share[0])
    groups = [tuple(one for _, one in group) for _, group in groupby(shares, lambda one: one[0])]
    return [group for group in groups if len(group) > 1]


def duplicates(session: Session, limit: int) -> tuple[Groups, bool]:
    known = everybody(session)
    found = [
        sharing(known, lambda one: one[1].phone),
        sharing(known, lambda one: (one[1].email or "").lower()),
        sharing(known, lambda one: one[0]),
    ]
    groups: Groups = []
    for group in (group for kind in found for group in kind[:limit]):
        if not any(set(group) == set(other) for other in groups):
            groups.append(group)
    kept = [one for one in groups if not any(set(one) < set(other) for other in groups)]
    more = any(len(kind) > limit for kind in found)
    return sorted(kept, key=lambda group: group[0].last_name), more


def namesakes(session: Session, limit: int) -> tuple[Groups, bool]:
    known = everybody(session)
    bare = [one for one in known if not one[1].patronymic and one[1].first_name]
    others = [one for one in known if one[1].patronymic]
    names = sorted({
        folded for folded, _ in bare if any(one[0].startswith(f"{folded} ") for one in others)
    })  # fmt: skip
    groups = []
    for name in names[:limit]:
        named_so = [
            (folded, one)
            for folded, one in others + bare
            if folded_name(one.last_name, one.first_name) == name  # others may write `folded`
        ]
        longer = [one for folded, one in named_so if one.patronymic and folded != name]
        shorter = [one for folded, one in named_so if not one.patronymic and folded == name]
        if longer and shorter:
            groups.append((*longer, *shorter))
    return groups, len(names) > limit


# ── Whatever is done with people ─────────────────────────────────────────────────────────────────

LAST = ("Ёлкин", "ЕЛКИН", "Ёлкин Пётр", "О'Нил")
FIRST = ("Пётр", "петр", "Пётр Ильич", "")
PATRONYMICS = ("", "", "Ильич", "ильич оглы", "'")
PHONES = (None, "+79650000001", "+79650000002")
EMAILS = (None, "a@b.ru", "A@B.ru", "elka@mail.ru", "ELKA@mail.ru")

fields = st.builds(
    PersonFields,
    *map(st.sampled_from, (LAST, FIRST, PHONES, EMAILS, PATRONYMICS)),
    st.just(""),
)
turn = st.one_of(
    st.tuples(st.just("add"), fields),
    st.tuples(st.just("change"), st.integers(0, 9), fields),
    st.tuples(st.sampled_from(["erase", "delete"]), st.integers(0, 9)),
    st.tuples(st.just("merge"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.sampled_from(["phones", "emails", "twins", "names"]), st.integers(0, 9)),
    st.tuples(st.sampled_from(["patronymics", "first names"]), st.integers(0, 9)),
)

OUTSIDE = {
    "delete": "DELETE FROM person WHERE id = :one AND merged_into IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM person AS gone WHERE gone.merged_into = :one)",
    "phones": "UPDATE person SET phone = (SELECT phone FROM person WHERE id = :one)"
    " WHERE folded <> ''",
    "emails": "UPDATE person SET email = upper(email), phone = NULL WHERE id >= :one",
    "twins": "INSERT INTO person (last_name, first_name, patronymic, phone, email, folded)"
    " SELECT last_name, first_name, patronymic, phone, upper(email), folded FROM person"
    " WHERE id <= :one",
    "names": "UPDATE person SET folded = folded || ' пётр' WHERE id >= :one AND folded <> ''",
    "patronymics": "UPDATE person SET patronymic = '' WHERE id >= :one",
    "first names": "UPDATE person SET first_name = '' WHERE id >= :one",
}
"""What other programs do, many rows at a time."""


class Undone(Exception):
    """Ends an example, of which nothing is to stay."""


@pytest.fixture(scope="module")
def shared(module_databases: Databases) -> Iterator[Store]:
    """A database without people, to which nothing is committed."""
    with closing(open_database(module_databases.new())) as store:
        yield store


def do(session: Session, what: str, *how: Any) -> None:
    ids = session.connection().execute(select(PEOPLE.c.id).order_by(PEOPLE.c.id)).scalars().all()
    if what == "add":
        people.add(session, *how)
        return
    if not ids:
        return
    one = ids[how[0] % len(ids)]
    person = people.get(session, one)
    assert person is not None
    if what in OUTSIDE:
        session.connection().execute(text(OUTSIDE[what]), {"one": one})
    elif not person.full_name:
        return  # nothing is done with whom nobody finds
    elif what == "change":
        assert people.change(session, one, person.version, how[1])
    elif what == "erase":
        erasing.erase(session, one)
    elif (gone := ids[how[1] % len(ids)]) != one:
        merging.merge(session, one, gone)


@given(
    known=st.lists(fields, min_size=4, max_size=10), turns=st.lists(turn, min_size=2, max_size=8)
)
def test_whatever_is_done_the_same_are_shown_together_as_in_a_look_at_everybody(
    shared: Store, known: list[PersonFields], turns: list[Any]
) -> None:
    with suppress(Undone), shared.writing() as session:
        for each in (*(("add", one) for one in known), *turns):
            do(session, *each)
            assert shared_values.wrong(session.connection()) == 0, each
        for limit in (1, 2, 25):
            found = merging.duplicates(session, limit)
            assert (list(found.groups), found.more) == duplicates(session, limit)
            less = merging.namesakes_without_patronymic(session, limit)
            assert (list(less.groups), less.more) == namesakes(session, limit)
        raise Undone


def test_they_are_listed_so_many_of_a_kind_at_a_time(store: Store) -> None:
    """As the window asks for them: all that were shown before, and as many more."""
    with store.writing() as session:
        for number in range(60):
            for name in (f"Ли{number:02}", f"Ким{number:02}"):
                phone, email = f"+7965{number:07}", f"{number}@mail.ru"
                people.add(session, PersonFields(name, "Анна", phone, email))
                people.add(session, PersonFields(name, "Анна"))
                people.add(session, PersonFields(name, "Анна", patronymic="Ильинична"))
        shown: Groups = []
        for limit in (25, 50, 75):
            found, less = (
                ask(session, limit)
                for ask in (merging.duplicates, merging.namesakes_without_patronymic)
            )
            assert (list(found.groups), found.more) == duplicates(session, limit)
            assert (list(less.groups), less.more) == namesakes(session, limit)
            assert (found.more, less.more) == (True, True) or limit == 75
            assert len(less.groups) == limit
            assert set(shown) <= {*found.groups, *less.groups}
            shown = [*found.groups, *less.groups]


def test_of_very_many_who_share_something_the_first_hundred_are_shown(store: Store) -> None:
    with store.writing() as session:
        for number in range(140):
            people.add(session, PersonFields("Ли", "Анна", "+79650000000"))
            people.add(session, PersonFields("Ли", "Анна", patronymic=f"П{number:03}"))
        (same,) = merging.duplicates(session, 25).groups
        ((*longer, last),) = [
            (group[:100], group[100:])
            for group in merging.namesakes_without_patronymic(session, 9).groups
        ]
        assert len(same) == 100
        assert [one.patronymic for one in longer[0]] == [f"П{number:03}" for number in range(100)]
        assert len(last) == 100
        assert not any(one.patronymic for one in last)


@pytest.mark.only("postgresql")
def test_a_server_looks_them_up_too(store: Store) -> None:
    """SQLite's plans are tested with those of the lists."""
    asked: list[tuple[str, Any]] = []
    with store.writing() as session:
        connection = session.connection()
        connection.exec_driver_sql(
            "INSERT INTO person (last_name, first_name, phone, email, patronymic, folded)"
            " SELECT 'Ли', 'Ли' || mod(n, 900), '+7' || mod(n, 4800), mod(n, 4900) || '@b.ru',"
            " patronymic, 'ли ли' || mod(n, 900) || patronymic FROM generate_series(1, 5000) AS n,"
            " LATERAL (SELECT CASE mod(n, 950) WHEN 1 THEN ' и' ELSE '' END AS patronymic) AS of_n"
        )
        connection.exec_driver_sql("ANALYZE person")
        connection.exec_driver_sql("ANALYZE shared_value")

        def keep(_connection: Any, _cursor: Any, said: str, values: Any, *_rest: Any) -> None:
            asked.append((said, values))

        event.listen(connection, "before_cursor_execute", keep)
        assert merging.duplicates(session, 25).more
        assert merging.namesakes_without_patronymic(session, 3).more
        event.remove(connection, "before_cursor_execute", keep)
        assert len(asked) == 8
        for said, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN {said}", values).scalars().all()
            assert not any("Seq Scan" in step for step in plan), "\n".join(plan)
