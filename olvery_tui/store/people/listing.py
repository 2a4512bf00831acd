"""The list of people by last name: a page of it at any depth, and how many it has.

Those who are called as it was typed come first, then all others of whom each word is a part.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, case, func, literal, not_, select, tuple_
from sqlmodel import Session

from olvery_tui.domain.pages import After, Around, Before, Bottom, Count, Page, PageStart, Top
from olvery_tui.domain.people import PersonRow, fold
from olvery_tui.store.database.tables import PEOPLE
from olvery_tui.store.listing.pages import COUNT_CAP
from olvery_tui.store.people import people

_LINES = select(
    PEOPLE.c.id,
    PEOPLE.c.last_name,
    PEOPLE.c.first_name,
    PEOPLE.c.patronymic,
    PEOPLE.c.phone,
    PEOPLE.c.email,
    PEOPLE.c.ban_reason.is_not(None).label("banned"),
    (PEOPLE.c.note != "").label("noted"),
)
_IS_SOMEBODY = PEOPLE.c.folded > ""
"""Neither erased nor merged into another: a range of ix_person_folded."""


class _Place(NamedTuple):
    """Where a person stands: in which part of the list, and in its order."""

    part: int
    folded: str
    id: int


def page(session: Session, text: str, start: PageStart, limit: int) -> Page[PersonRow]:
    """Up to `limit` neighbouring people of whom `text` is found, by last name.

    Costs the same at any depth: a page begins at a person, and is never counted from the top.
    """
    search = _Search(session, text)
    match start:
        case Top():
            return search.below(None, limit)
        case Bottom():
            return search.above(None, limit)
        case After(number) if place := search.place(number):
            return search.below(place, limit)
        case Before(number) if place := search.place(number):
            return search.above(place, limit)
        case Around(number):
            return search.around(search.place(number), limit)
    return Page((), more_above=False, more_below=False)


def count(session: Session, text: str, cap: int = COUNT_CAP) -> Count:
    """How many people match; counting stops after `cap`."""
    matching = people.matching(session, text)
    some = select(PEOPLE.c.id).where(_IS_SOMEBODY, *matching.conditions).limit(cap + 1).subquery()
    query = select(func.count()).select_from(some)
    found = session.connection().execute(query, matching.values).scalar_one()
    return Count(min(found, cap), capped=found > cap)


class _Search:
    """One text that is looked for, in one transaction."""

    def __init__(self, session: Session, text: str) -> None:
        self._connection = session.connection()
        self._typed = fold(text)
        self._matching = people.matching(session, text)
        matching = and_(_IS_SOMEBODY, *self._matching.conditions)
        called = people.begins(self._typed)
        self._rank: ColumnElement[int] = literal(0)
        self._parts: list[ColumnElement[bool]] = [matching]
        if self._typed and self._matching.few:  # read and sorted at once
            self._rank = case((called, 0), else_=1)
        elif self._typed:  # two walks along ix_person_folded
            self._parts = [and_(called, matching), and_(not_(called), matching)]

    def place(self, person_id: int) -> _Place | None:
        """Where a person stands or would stand; None who was erased or merged."""
        query = select(PEOPLE.c.folded).where(PEOPLE.c.id == person_id)
        folded = self._connection.execute(query).scalar()
        if not folded:
            return None
        part = int(bool(self._typed) and not folded.startswith(self._typed))
        return _Place(part, folded, person_id)

    def below(self, place: _Place | None, limit: int) -> Page[PersonRow]:
        """The people behind a place."""
        found = self._walk(place, limit + 1)
        return _page(found[:limit], above=place is not None, below=len(found) > limit)

    def above(self, place: _Place | None, limit: int) -> Page[PersonRow]:
        """The people before a place."""
        found = self._walk(place, limit + 1, back=True)
        return _page(found[:limit][::-1], above=len(found) > limit, below=place is not None)

    def around(self, place: _Place | None, limit: int) -> Page[PersonRow]:
        """About half of the people before a place, and the rest from it on; else the first."""
        if place is None:
            return self.below(None, limit)
        above = self._walk(place, limit + 1, back=True)
        below = self._walk(place, limit + 1, inclusive=True)
        taken_above = min(len(above), max(limit // 2, limit - len(below)))
        taken_below = min(len(below), limit - taken_above)
        lines = [*above[:taken_above][::-1], *below[:taken_below]]
        return _page(lines, above=taken_above < len(above), below=taken_below < len(below))

    def _walk(
        self, place: _Place | None, limit: int, *, back: bool = False, inclusive: bool = False
    ) -> list[Row[Any]]:
        """Up to `limit` lines from a place on, the nearest first."""
        is_sorted = self._matching.few
        key = ([self._rank] if is_sorted else []) + [PEOPLE.c.folded, PEOPLE.c.id]
        found: list[Row[Any]] = []
        parts = list(enumerate(self._parts))
        for index, part in reversed(parts) if back else parts:
            query = _LINES.where(part).order_by(*(one.desc() if back else one for one in key))
            if place is not None and (is_sorted or index == place.part):
                values = place if is_sorted else place[1:]
                here, there = tuple_(*key), tuple_(*values, types=[one.type for one in key])
                beyond = here < there if back else here >= there if inclusive else here > there
                query = query.where(beyond)
            elif place is not None and (index > place.part if back else index < place.part):
                continue
            wanted = query.limit(limit - len(found))
            found += self._connection.execute(wanted, self._matching.values)
            if len(found) == limit:
                break
        return found


def _page(lines: list[Row[Any]], *, above: bool, below: bool) -> Page[PersonRow]:
    rows = tuple(PersonRow(*tuple(line)) for line in lines)
    return Page(rows, above, below, None if above else 0)
