"""What is sold, where there is room for it, and when the location is open. Source: ours."""

from __future__ import annotations

from collections.abc import Mapping

from olvery_tui.desk.transaction import Part, Transaction
from olvery_tui.domain.catalogue import ServiceDetails
from olvery_tui.domain.closings import MOVES_MAX, ProposedMove
from olvery_tui.domain.conflicts import HoursChangedMeanwhile, ItemChangedMeanwhile, PlacesHeld
from olvery_tui.domain.errors import (
    ChoiceCode,
    InputCode,
    InvalidForm,
    InvalidInput,
    NoSuchChoice,
    StillUsed,
)
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.hours import CLOSED_DAYS_MAX, OpeningHours
from olvery_tui.domain.items import (
    PARENTS,
    CatalogueDetails,
    Item,
    ItemKind,
    check_free_names,
    check_item,
    expand,
)
from olvery_tui.domain.periods import Period
from olvery_tui.domain.tickets import PlaceDetails, held_from
from olvery_tui.store.audit import events
from olvery_tui.store.catalogue import items, locations, offers
from olvery_tui.store.database import locks
from olvery_tui.store.tickets import held, places


class Catalogue(Part):
    """Services, rooms, workplaces, variants, tariffs, modifiers and opening hours.

    Every method may raise `StoreUnavailable`, and every change `NoManager` and `NotAllowed`; then
    nothing was changed. A change is one transaction with an event for each row that it touches.
    """

    def services(self) -> tuple[ServiceDetails, ...]:
        """Everything that can be sold, by name."""
        with self._context.reading() as session:
            return offers.services(session)

    def usual_service(self) -> int | None:
        """The service that was sold last, to whomever; None where nothing was sold yet."""
        with self._context.reading() as session:
            return offers.usual(session)

    def free_places(self, service_id: int, period: Period) -> tuple[PlaceDetails, ...]:
        """The workplaces of a service by room, first those that are free in what is left of the
        period (`held_from`).
        """
        since = held_from(period, self._context.now())
        with self._context.reading() as session:
            return places.places(session, service_id, since, period.ends_at)

    def details(self) -> CatalogueDetails:
        """Everything that is set up, archived or not."""
        with self._context.reading() as session:
            return items.load(session)

    def hours(self) -> OpeningHours:
        """The opening hours of the location."""
        with self._context.reading() as session:
            return locations.hours(session)

    # Adding

    def add(self, kind: ItemKind, parent_id: int | None, typed: Mapping[str, object]) -> Item:
        """Add an entry below a service or a room, as typed into its form (`items.FIELDS`).

        Raises:
            InvalidForm: see `check_item`; `taken`, a neighbour is called the same.
            NoSuchChoice: the parent or a tariff's variant is not there, or the variant is archived.
        """
        values = check_item(kind, typed)
        with self._context.writing() as transaction:
            self._lock(transaction, kind, parent_id)
            _check_variant(transaction, values.get("variant_id"), parent_id)
            _check_names(transaction, kind, parent_id, (values["name"],))
            if kind is ItemKind.TARIFF:
                values["currency"] = locations.location(transaction.session).currency
            item = items.add(transaction.session, kind, parent_id, values)
            return _recorded(transaction, item)

    def add_places(self, room_id: int, pattern: str) -> tuple[Item, ...]:
        """Add the workplaces that a pattern names to a room: «PM №{1..40}».

        Raises:
            InvalidForm: see `expand`; `taken`, the room has one of them already.
            NoSuchChoice: `room`; it is not there.
        """
        try:
            names = expand(pattern)
        except InvalidInput as problem:
            raise InvalidForm((problem,)) from None
        with self._context.writing() as transaction:
            self._lock(transaction, ItemKind.WORKPLACE, room_id)
            _check_names(transaction, ItemKind.WORKPLACE, room_id, names)
            added = items.add_places(transaction.session, room_id, names)
            transaction.record_many(EventKind.CATALOGUE_CHANGED, [data for _place, data in added])
            return tuple(place for place, _data in added)

    # Changing

    def change(self, seen: Item, typed: Mapping[str, object]) -> Item:
        """Save an entry's form; saving it unchanged leaves no trace.

        Another price holds for new orders: tickets and orders keep what they were sold for. A
        workplace's `room_id` puts it into another room of its service, its tickets with it.

        Raises:
            InvalidForm, NoSuchChoice: as `add`; `room`, not one of the service, or archived.
            ItemChangedMeanwhile: it is not as it was on the screen.
        """
        values = check_item(seen.kind, typed)
        with self._context.writing() as transaction:
            item = self._locked(transaction, seen)
            parent = _room(transaction, item, typed.get("room_id")) or item.parent_id
            is_same = all(item.value(name) == value for name, value in values.items())
            if is_same and parent == item.parent_id:
                return item
            if values["name"] != item.name or parent != item.parent_id:
                _check_names(transaction, item.kind, parent, (values["name"],), item)
            if item.kind is ItemKind.TARIFF and values["variant_id"] != item.value("variant_id"):
                _check_variant(transaction, values["variant_id"], item.parent_id)
            if item.kind is ItemKind.WORKPLACE:
                values["room_id"] = parent
            return _written(transaction, item, **values)

    # Archiving and deleting

    def archive(self, seen: Item) -> Item:
        """Offer an entry no more; tickets that name it keep it.

        Raises:
            ItemChangedMeanwhile: it is not as it was on the screen.
            PlacesHeld: tickets hold it, or workplaces in it, now or later.
        """
        with self._context.writing() as transaction:
            locks.acquire(transaction.session, locks.AdvisoryLock.SEATS)
            item = self._locked(transaction, seen)
            if item.archived:
                return item
            below = items.places_below(transaction.session, item)
            found, count = held.held(transaction.session, below, transaction.now())
            if found:
                raise PlacesHeld(found, count)
            return _written(transaction, item, archived=True)

    def restore(self, seen: Item) -> Item:
        """Offer an archived entry again.

        Raises:
            ItemChangedMeanwhile: it is not as it was on the screen.
        """
        with self._context.writing() as transaction:
            item = self._locked(transaction, seen)
            return _written(transaction, item, archived=False) if item.archived else item

    def delete(self, seen: Item) -> None:
        """Delete an entry that nothing was ever sold with; a service or room with all it has.

        Raises:
            ItemChangedMeanwhile: it is not as it was on the screen.
            StillUsed: tickets, orders or a ticket's history name it.
        """
        with self._context.writing() as transaction:
            locks.acquire(transaction.session, locks.AdvisoryLock.SEATS)
            item = self._locked(transaction, seen)
            places_below = items.places_below(transaction.session, item)
            if places_below and events.names_workplace(transaction.session, places_below):
                raise StillUsed
            going = _with_all_below(items.load(transaction.session), item)
            changes = [items.remove(transaction.session, one) for one in going]
            transaction.record_many(EventKind.CATALOGUE_CHANGED, changes)

    def proposed(self, item: Item) -> tuple[ProposedMove, ...]:
        """The tickets that hold an entry's workplaces now or later, the first `MOVES_MAX` of them
        by time, each with where it can go.
        """
        with self._context.reading() as session:
            now, below = self._context.now(), items.places_below(session, item)
            found, _count = held.held(session, below, now, limit=MOVES_MAX)
            return held.proposed(session, found, below, now)

    # Opening hours

    def change_hours(self, seen: OpeningHours, hours: OpeningHours) -> OpeningHours:
        """Save other opening hours; saving them unchanged leaves no trace.

        Raises:
            HoursChangedMeanwhile: they are not as they were on the screen.
            InvalidForm: `days_many`.
        """
        with self._context.writing() as transaction:
            if len(hours.closed) > CLOSED_DAYS_MAX:
                problem = InvalidInput("closed", InputCode.DAYS_MANY, {"limit": CLOSED_DAYS_MAX})
                raise InvalidForm((problem,))
            return replace_hours(transaction, seen, hours)

    def _lock(self, transaction: Transaction, kind: ItemKind, parent_id: int | None) -> None:
        """Lock the catalogue, and look whether the parent of a new entry is there."""
        locks.acquire(transaction.session, locks.AdvisoryLock.CATALOGUE)
        above = PARENTS.get(kind)
        if above is None:
            return
        if parent_id is None or items.get(transaction.session, above, parent_id) is None:
            raise NoSuchChoice(ChoiceCode(above.value))

    def _locked(self, transaction: Transaction, seen: Item) -> Item:
        """Lock the catalogue, and return an entry that has to be as it was seen."""
        session = transaction.session
        locks.acquire(session, locks.AdvisoryLock.CATALOGUE)
        item = items.get(session, seen.kind, seen.id)
        if item is None:
            raise NoSuchChoice(ChoiceCode(seen.kind.value))
        if item.version != seen.version:
            raise _changed(transaction, item)
        return item


def replace_hours(
    transaction: Transaction, seen: OpeningHours, hours: OpeningHours
) -> OpeningHours:
    """Write other opening hours than those that were seen, and record it; return them as they are.

    Raises:
        HoursChangedMeanwhile: they are not as they were seen.
    """
    session = transaction.session
    locks.acquire(session, locks.AdvisoryLock.CATALOGUE)
    present = locations.hours(session)
    if present != seen:
        raise HoursChangedMeanwhile(present)
    changes = locations.change_hours(session, hours)
    written = locations.hours(session)
    transaction.record_hours(seen, written, transaction.now(), changes)
    return written


def _with_all_below(details: CatalogueDetails, item: Item) -> tuple[Item, ...]:
    """An entry and everything below it, children first."""
    below = tuple(
        one
        for kind, above in PARENTS.items()
        if above is item.kind
        for child in details.children(kind, item.id)
        for one in _with_all_below(details, child)
    )
    tariffs_first = sorted(below, key=lambda one: one.kind is ItemKind.VARIANT)
    return (*tariffs_first, item)


def _changed(transaction: Transaction, item: Item) -> ItemChangedMeanwhile:
    last = events.last_item_change(transaction.session, item.kind.value, item.id)
    return ItemChangedMeanwhile(item, *(last or (None, None)))


def _check_names(
    transaction: Transaction,
    kind: ItemKind,
    parent_id: int | None,
    names: tuple[str, ...],
    itself: Item | None = None,
) -> None:
    exclude = None if itself is None else itself.id
    others = items.neighbours(transaction.session, kind, parent_id, exclude)
    try:
        check_free_names(names, others)
    except InvalidInput as problem:
        raise InvalidForm((problem,)) from None


def _room(transaction: Transaction, item: Item, room_id: object) -> int | None:
    """Return the room of its service that a workplace is put into; None for anything else."""
    if item.kind is not ItemKind.WORKPLACE or not isinstance(room_id, int):
        return None
    present = items.get(transaction.session, ItemKind.ROOM, item.parent_id or 0)
    room = items.get(transaction.session, ItemKind.ROOM, room_id)
    if present is None or room is None or room.parent_id != present.parent_id:
        raise NoSuchChoice(ChoiceCode.ROOM)
    if room.archived and room.id != present.id:  # its tickets would lose their place
        raise NoSuchChoice(ChoiceCode.ROOM)
    return room.id


def _check_variant(
    transaction: Transaction, variant_id: int | None, service_id: int | None
) -> None:
    """Check that a tariff's variant is one of its service, and not archived."""
    if variant_id is None:
        return
    variant = items.get(transaction.session, ItemKind.VARIANT, variant_id)
    if variant is None or variant.archived or variant.parent_id != service_id:
        raise NoSuchChoice(ChoiceCode.VARIANT)


def _written(transaction: Transaction, item: Item, **values: object) -> Item:
    written = items.write(transaction.session, item, **values)
    present = items.get(transaction.session, item.kind, item.id)
    if present is None:
        raise NoSuchChoice(ChoiceCode(item.kind.value))
    if not written:
        raise _changed(transaction, present)
    return _recorded(transaction, present)


def _recorded(transaction: Transaction, item: Item) -> Item:
    transaction.record(EventKind.CATALOGUE_CHANGED, items.facts(transaction.session, item))
    return item
