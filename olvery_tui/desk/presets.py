"""Presets: the filters that are one key away, how many tickets or orders each has, and a manager's
own. Source: ours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from olvery_tui.desk.transaction import Part
from olvery_tui.domain.errors import ChoiceCode, NoSuchChoice, PresetOutdated
from olvery_tui.domain.filters import OrderFilter, TicketFilter, is_place, place_words
from olvery_tui.domain.own_presets import OwnPreset, check_preset_name, with_words
from olvery_tui.domain.presets import PresetCounts
from olvery_tui.store.listing import own_presets, presets
from olvery_tui.store.people import people

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session


class Presets(Part):
    """The tabs above the lists, and what managers save besides.

    Every method may raise `NoManager`, `NotAllowed` and `StoreUnavailable`. What a manager saves
    for themself is no event, as their preferences are none.
    """

    def counts(self) -> PresetCounts:
        """How many tickets or orders each preset has now, and until when time changes nothing."""
        zone = self._context.location().zone
        with self._context.reading() as session:
            return presets.counts(session, self._context.now(), zone)

    def own(self) -> tuple[OwnPreset, ...]:
        """The signed-in manager's own presets, by name."""
        with self._context.reading() as session:
            manager = self._context.actor.require_manager()
            found = own_presets.of_manager(session, manager.id, self._today())
            return tuple(_with_person(session, each) for each in found)

    def ready(self, preset_id: int) -> OwnPreset:
        """An own preset to be applied: its place and room by the names that they have now.

        Raises:
            NoSuchChoice: `preset`; it was removed.
            PresetOutdated: what it asks for is no more.
        """
        with self._context.reading() as session:
            manager = self._context.actor.require_manager()
            mine = own_presets.of_manager(session, manager.id, self._today())
            found = next((each for each in mine if each.id == preset_id), None)
            if found is None:
                raise NoSuchChoice(ChoiceCode.PRESET)
            if found.conditions is None:
                raise PresetOutdated()
            found = _with_person(session, found)
            if found.person is not None and not found.person.full_name:
                raise PresetOutdated("visitor")
            return _with_present_names(session, found)

    def save(
        self, name: str, filters: TicketFilter | OrderFilter, *, instead: bool = False
    ) -> None:
        """Save a filter under a name; `instead` of another one of that name, if there is one.

        Raises:
            InvalidInput: field `name`; not a name, `taken`, or `presets_many`.
        """
        cleaned = check_preset_name(name)
        today = self._today()
        with self._context.writing() as transaction:
            manager = transaction.actor.require_manager()
            own_presets.put(
                transaction.session, manager.id, cleaned, filters, today, instead=instead
            )

    def rename(self, preset_id: int, name: str) -> None:
        """Give an own preset another name.

        Raises:
            InvalidInput: field `name`; not a name, or `taken`.
            NoSuchChoice: `preset`; it was removed.
        """
        cleaned = check_preset_name(name)
        with self._context.writing() as transaction:
            manager = transaction.actor.require_manager()
            own_presets.rename(transaction.session, manager.id, preset_id, cleaned)

    def remove(self, preset_id: int) -> None:
        """Remove an own preset; one that is gone already is no error."""
        with self._context.writing() as transaction:
            manager = transaction.actor.require_manager()
            own_presets.remove(transaction.session, manager.id, preset_id)

    def _today(self) -> date:
        return self._context.now().astimezone(self._context.location().zone).date()


def _with_person(session: Session, preset: OwnPreset) -> OwnPreset:
    if preset.person_id is None:
        return preset
    return replace(preset, person=people.get(session, preset.person_id))


def _with_present_names(session: Session, preset: OwnPreset) -> OwnPreset:
    asked = preset.conditions
    assert asked is not None
    if not asked.place and not asked.room:
        return preset
    labels, rooms = own_presets.place_names(session)
    for field, words, meant, names in (
        ("place", asked.place, asked.place_id, labels),
        ("room", asked.room, asked.room_id, rooms),
    ):
        if words and meant is not None and meant in names:
            name = names[meant]
            now = words if is_place(words, name) else place_words(name)
        else:
            is_named = meant is None and any(is_place(words, name) for name in names.values())
            now = words if is_named else ()
        if words and not now:
            raise PresetOutdated(field, " ".join(words))
        preset = with_words(preset, **{field: now})
    return preset
