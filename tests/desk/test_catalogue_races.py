"""Two managers at the catalogue at once, each race with its guards taken away as a control."""

from __future__ import annotations

from sqlalchemy import select

from olvery_tui.desk import Desk
from olvery_tui.domain.items import ItemKind
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database.engine import Store
from tests.desk.making import FLOOR, NOW, TABLES
from tests.desk.racing import Outcome, Terminals

ROUNDS = 4


def edited(
    terminals: Terminals, store: Store, without: tuple[str, ...] = ()
) -> list[tuple[Outcome, Outcome]]:
    one, other = terminals.race("tariff", store.url, ROUNDS, without=without)
    return list(zip(one, other, strict=True))


def test_of_two_who_edit_one_tariff_one_wins_and_the_other_is_told_by_whom(
    terminals: Terminals, store: Store, desk: Desk
) -> None:
    for one, other in edited(terminals, store):
        assert [one.done, other.done].count(True) == 1
        loser, winner = (other, "Анна Орлова") if one.done else (one, "Борис Титов")
        assert (loser.refusal, loser.by) == ("ItemChangedMeanwhile", winner)
    tariff = desk.catalogue.details().find(ItemKind.TARIFF, FLOOR)
    assert tariff is not None
    assert tariff.version == 1 + ROUNDS
    assert check(store, NOW) == ()


def test_without_lock_and_version_a_price_is_overwritten_unseen(
    terminals: Terminals, store: Store
) -> None:
    outcomes = edited(terminals, store, ("lock", "item version"))
    assert any(one.done and other.done for one, other in outcomes)


def raced(
    terminals: Terminals, store: Store, desk: Desk, without: tuple[str, ...] = ()
) -> list[tuple[Outcome, Outcome]]:
    places = [one.id for one in desk.catalogue.add_places(FLOOR, f"R{{1..{ROUNDS}}}")]
    one, other = terminals.race("archived place", store.url, places, without=without)
    return list(zip(one, other, strict=True))


def archived_and_held(store: Store) -> int:
    """How many archived places a ticket holds."""
    places, seats = TABLES["workplace"], TABLES["seat_assignment"]
    query = select(seats.c.id).join(places, places.c.id == seats.c.workplace_id)
    with store.reading() as session:
        return len(session.connection().execute(query.where(places.c.archived)).all())


def test_a_place_is_archived_or_booked_never_both(
    terminals: Terminals, store: Store, desk: Desk
) -> None:
    for archived, booked in raced(terminals, store, desk):
        assert [archived.done, booked.done].count(True) == 1
        assert archived.refusal in (None, "PlacesHeld")
        assert booked.refusal in (None, "NoSuchChoice")
    assert archived_and_held(store) == 0
    assert check(store, NOW) == ()


def test_without_the_lock_an_archived_place_is_booked(
    terminals: Terminals, store: Store, desk: Desk
) -> None:
    outcomes = raced(terminals, store, desk, ("lock",))
    assert any(archived.done and booked.done for archived, booked in outcomes)
    assert archived_and_held(store) > 0
