"""Managers' own presets: kept, found, and taken away with the person that they are about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from olvery_tui.domain.errors import ChoiceCode, InputCode, InvalidInput, NoSuchChoice
from olvery_tui.domain.filters import OrderFilter, TicketFilter, is_place
from olvery_tui.domain.items import natural_key
from olvery_tui.domain.own_presets import (
    MOST,
    Conditions,
    Listing,
    OwnPreset,
    conditions,
    listing_of,
    person_of,
    read,
)
from olvery_tui.store.database.tables import OWN_PRESETS, PEOPLE, ROOMS, WORKPLACES
from olvery_tui.store.listing import name_index

_PRESETS = select(
    OWN_PRESETS, func.coalesce(PEOPLE.c.merged_into, PEOPLE.c.id).label("current")
).outerjoin(PEOPLE, PEOPLE.c.id == OWN_PRESETS.c.person_id)


def of_manager(session: Session, manager: int, today: date) -> tuple[OwnPreset, ...]:
    """A manager's presets, by name; who was merged into another is that one."""
    rows = session.connection().execute(_PRESETS.where(OWN_PRESETS.c.manager_id == manager))
    found = (_preset(row, today) for row in rows)
    return tuple(sorted(found, key=lambda one: (natural_key(one.name), one.id)))


def _preset(row: Row[Any], today: date) -> OwnPreset:
    listing = Listing(row.listing)
    return OwnPreset(row.id, row.name, listing, read(row.conditions, listing, today), row.current)


def put(
    session: Session,
    manager: int,
    name: str,
    filters: TicketFilter | OrderFilter,
    today: date,
    *,
    instead: bool,
) -> None:
    """Save a filter under a name, in place of another of that name if so wished.

    Raises:
        InvalidInput: field `name`; `taken`, or `presets_many`.
    """
    kept = conditions(filters, today)
    if isinstance(filters, TicketFilter):
        kept = _with_places(session, kept)
    values = {
        "listing": listing_of(filters).value,
        "person_id": person_of(filters),
        "conditions": kept.model_dump(exclude_defaults=True, mode="json"),
    }
    mine = OWN_PRESETS.c.manager_id == manager
    run = session.connection().execute
    same = (mine, OWN_PRESETS.c.name == name)
    if instead and run(update(OWN_PRESETS).where(*same).values(values)).rowcount:
        return
    if run(select(func.count()).select_from(OWN_PRESETS).where(mine)).scalar_one() >= MOST:
        raise InvalidInput("name", InputCode.PRESETS_MANY, {"limit": MOST})
    try:
        run(insert(OWN_PRESETS).values(manager_id=manager, name=name, **values))
    except IntegrityError:
        raise InvalidInput("name", InputCode.TAKEN, {"text": name}) from None


def rename(session: Session, manager: int, preset_id: int, name: str) -> None:
    """Give a preset another name.

    Raises:
        InvalidInput: field `name`, `taken`.
        NoSuchChoice: it was removed.
    """
    statement = update(OWN_PRESETS).where(*_one(manager, preset_id)).values(name=name)
    try:
        renamed = session.connection().execute(statement).rowcount
    except IntegrityError:
        raise InvalidInput("name", InputCode.TAKEN, {"text": name}) from None
    if not renamed:
        raise NoSuchChoice(ChoiceCode.PRESET)


def remove(session: Session, manager: int, preset_id: int) -> None:
    """Remove a preset, if it is still there."""
    session.connection().execute(delete(OWN_PRESETS).where(*_one(manager, preset_id)))


def _one(manager: int, preset_id: int) -> tuple[Any, Any]:
    return OWN_PRESETS.c.manager_id == manager, OWN_PRESETS.c.id == preset_id


# Places


def place_names(session: Session) -> tuple[dict[int, str], dict[int, str]]:
    """The labels of all workplaces and the names of all rooms, by id."""
    run = session.connection().execute
    labels = {row.id: row.label for row in run(select(WORKPLACES.c.id, WORKPLACES.c.label))}
    rooms = {row.id: row.name for row in run(select(ROOMS.c.id, ROOMS.c.name))}
    return labels, rooms


def _with_places(session: Session, kept: Conditions) -> Conditions:
    """Keep which workplace and which room is meant, where it is a single one."""
    if not kept.place and not kept.room:
        return kept
    query = select(WORKPLACES.c.id, WORKPLACES.c.label, ROOMS.c.id.label("room"), ROOMS.c.name)
    rows = session.connection().execute(query.join(ROOMS, ROOMS.c.id == WORKPLACES.c.room_id))
    found = [row for row in rows if is_place(kept.place, row.label)]
    found = [row for row in found if is_place(kept.room, row.name)]
    single = {
        "place_id": _single(row.id for row in found) if kept.place else None,
        "room_id": _single(row.room for row in found) if kept.room else None,
    }
    return kept.model_copy(update=single)


def _single(ids: Iterable[int]) -> int | None:
    found = set(ids)
    return found.pop() if len(found) == 1 else None


# People


def forget_person(session: Session, person_id: int) -> int:
    """Remove the presets that find this person and nobody else; how many there were.

    Call while their names are still there. Someone's name in the name of a preset goes with it.
    """
    theirs = (PEOPLE.c.id == person_id) | (PEOPLE.c.merged_into == person_id)
    run = session.connection().execute
    presets = run(select(OWN_PRESETS.c.id, OWN_PRESETS.c.person_id, OWN_PRESETS.c.conditions))
    ids = set(run(select(PEOPLE.c.id).where(theirs)).scalars())
    found = [
        row.id
        for row in presets
        if row.person_id in ids
        or (row.person_id is None and _only_finds(session, person_id, row.conditions))
    ]
    if found:
        run(delete(OWN_PRESETS).where(OWN_PRESETS.c.id.in_(found)))
    return len(found)


def _only_finds(session: Session, person_id: int, stored: dict[str, Any]) -> bool:
    words = stored.get("words")
    if not isinstance(words, list) or not words:
        return False
    named = name_index.named([str(word) for word in words])
    query = name_index.people(len(named.words), spared=named.spared is not None).distinct().limit(2)
    return list(session.connection().execute(query, named.values).scalars()) == [person_id]
