"""Managers' own presets: kept for one manager, meant tomorrow as today, gone with the person."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.erasure import Ground
from olvery_tui.domain.errors import (
    InputCode,
    InvalidInput,
    NoSuchChoice,
    PresetOutdated,
)
from olvery_tui.domain.filters import NumberRange, OrderFilter, TicketFilter
from olvery_tui.domain.own_presets import MOST, Listing, conditions, listing_of, person_of
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.domain.text import clean
from olvery_tui.store.database.engine import Store
from tests.desk.making import ANNA, IVAN, MARIA, NOW, ROOF_SEAT, SEATS, TABLES, add_ticket
from tests.each import each
from tests.hostile import CORPUS

TODAY = NOW.date()
PRESETS = TABLES["own_preset"]
DAY = timedelta(1)


def only(desk: Desk) -> Any:
    (preset,) = desk.presets.own()
    return desk.presets.ready(preset.id)


def change(store: Store, *statements: Any) -> None:
    with store.writing() as session:
        for statement in statements:
            session.connection().execute(statement)


def test_presets_are_a_managers_own_have_one_name_each_and_leave_no_event(
    store: Store, desk: Desk, other: Desk
) -> None:
    def events() -> int:
        with store.reading() as session:
            query = select(func.count()).select_from(TABLES["event"])
            return session.connection().execute(query).scalar_one()

    before = events()
    active = TicketFilter(statuses=frozenset({TicketStatus.ACTIVE}))
    unpaid = OrderFilter(paid=False, statuses=frozenset({OrderStatus.CONFIRMED}))
    desk.presets.save("  Утро 10 ", active)
    desk.presets.save("Утро 2", unpaid)
    other.presets.save("Утро 2", active)
    assert [(each.name, each.listing) for each in desk.presets.own()] == [
        ("Утро 2", Listing.ORDERS), ("Утро 10", Listing.TICKETS),
    ]  # fmt: skip
    with pytest.raises(InvalidInput) as taken:
        desk.presets.save("Утро 2", active)
    assert taken.value.code is InputCode.TAKEN
    desk.presets.save("Утро 2", active, instead=True)
    assert {each.listing for each in desk.presets.own()} == {Listing.TICKETS}

    second, tenth = desk.presets.own()
    with pytest.raises(InvalidInput):
        desk.presets.rename(tenth.id, "Утро 2")
    desk.presets.rename(tenth.id, "Вечер")
    other.presets.remove(second.id)  # not theirs: nothing happens
    assert [each.name for each in desk.presets.own()] == ["Вечер", "Утро 2"]
    desk.presets.remove(second.id)
    desk.presets.remove(second.id)
    for gone in (desk.presets.ready, lambda id_: desk.presets.rename(id_, "Ночь")):
        with pytest.raises(NoSuchChoice):
            gone(second.id)
    assert len(other.presets.own()) == 1
    assert events() == before


def test_what_is_saved_is_what_is_applied_however_it_is_named(desk: Desk) -> None:
    filters = TicketFilter(
        numbers=(NumberRange(3, 3), NumberRange(10, 20)),
        from_day=TODAY,
        visitor_words=("сем",),
        statuses=frozenset({TicketStatus.NEW, TicketStatus.DONE}),
        checked=False,
        ended=True,
        place=("pm",),
        room=("коворкинг", "1"),
    )
    for hostile in CORPUS:
        with suppress(InvalidInput):  # no letter in it, or too many
            desk.presets.save(hostile.typed, filters)
            assert clean(only(desk).name) == only(desk).name
            assert only(desk).filters(TODAY) == filters
            desk.presets.remove(only(desk).id)
    assert desk.presets.own() == ()
    orders = OrderFilter(
        customer_id=IVAN, overdue=True, paid=True, statuses=frozenset({OrderStatus.CONFIRMED})
    )
    desk.presets.save("Заказы", orders)
    assert only(desk).filters(TODAY) == orders
    assert only(desk).person.last_name == "Столповский"


_days = st.none() | st.integers(-20, 20).map(lambda days: TODAY + days * DAY)


@given(first=_days, last=_days, weekday=st.integers(0, 6), later=st.integers(0, 400))
def test_days_near_today_move_with_it_and_never_pass_each_other(
    first: date | None, last: date | None, weekday: int, later: int
) -> None:
    if first and last and first > last:
        first, last = last, first
    today = TODAY + weekday * DAY
    filters = TicketFilter(from_day=first, to_day=last)
    kept = conditions(filters, today)
    assert kept.filters(Listing.TICKETS, None, today) == filters
    moved = kept.filters(Listing.TICKETS, None, today + later * DAY)  # none passes the other
    if first == last == today:
        assert (moved.from_day, moved.to_day) == (today + later * DAY,) * 2
    assert (listing_of(filters), person_of(filters)) == (Listing.TICKETS, None)


def test_today_is_today_tomorrow_and_a_date_stays_a_date(desk: Desk, clock: FrozenClock) -> None:
    for name, day in (("Праздник", date(2022, 12, 31)), ("Завтра", TODAY + DAY)):
        desk.presets.save(name, TicketFilter(from_day=day, to_day=day))
    clock.move_to(NOW + 3 * DAY)
    tomorrow, holiday = (
        desk.presets.ready(one.id).filters(desk.today()) for one in desk.presets.own()
    )
    assert holiday.from_day == holiday.to_day == date(2022, 12, 31)
    assert tomorrow.from_day == tomorrow.to_day == TODAY + 4 * DAY


def test_a_place_or_room_is_found_under_its_new_name_and_missed_when_gone(
    store: Store, desk: Desk
) -> None:
    places, rooms = TABLES["workplace"], TABLES["room"]
    last = places.c.id == SEATS[3]
    desk.presets.save("Место", TicketFilter(place=("pm", "4"), room=("коворкинг", "1")))
    assert only(desk).filters(TODAY).place == ("pm", "4")
    change(
        store,
        update(places).where(last).values(label="Стол у окна"),
        update(places).where(places.c.id == SEATS[0]).values(label="PM №4"),
        update(rooms).where(rooms.c.id == 1).values(name="Большой зал"),
    )
    assert only(desk).filters(TODAY).place == ("стол", "у", "окна")
    assert only(desk).filters(TODAY).room == ("большой", "зал")
    change(store, delete(places).where(last))
    with pytest.raises(PresetOutdated) as gone:
        only(desk)
    assert (gone.value.field, gone.value.text) == ("place", "pm 4")

    desk.presets.remove(desk.presets.own()[0].id)
    desk.presets.save("Все PM", TicketFilter(place=("pm",)))
    assert only(desk).filters(TODAY).place == ("pm",)
    change(
        store,
        *(
            update(places).where(places.c.id == seat).values(label=f"Стол {seat}")
            for seat in (*SEATS[:3], ROOF_SEAT)
        ),
    )
    with pytest.raises(PresetOutdated):
        only(desk)


def test_a_merged_visitor_is_the_one_that_stays_and_an_erased_one_takes_the_presets_along(
    store: Store, desk: Desk, other: Desk
) -> None:
    add_ticket(store, 26)
    desk.presets.save("Мария", TicketFilter(visitor_id=MARIA))
    desk.people.merge(desk.people.get(IVAN), desk.people.get(MARIA))
    assert only(desk).filters(TODAY).visitor_id == IVAN
    assert only(desk).person.last_name == "Столповский"

    other.presets.save("Столповский", OrderFilter(customer_words=("столп",)))
    other.presets.save("Марина", TicketFilter(visitor_words=("марина",)))
    other.presets.save("Все", TicketFilter(checked=False))
    act = desk.people.erase(IVAN, Ground.REQUEST)
    assert act.records["presets"] == 2
    assert desk.presets.own() == ()
    assert [one.name for one in other.presets.own()] == ["Все", "Марина"]

    change(store, insert(PRESETS).values(
        manager_id=ANNA.id, name="x", listing="tickets", person_id=IVAN, conditions={}
    ))  # fmt: skip
    with pytest.raises(PresetOutdated) as gone:
        only(desk)
    assert gone.value.field == "visitor"


@each(
    "stored",
    [
        {"first": "32.13.2022"},
        {"numbers": "x"},
        {"statuses": ["happy"]},
        {"checked": "perhaps"},
        {"first": "2022-12-07", "last": "2022-12-06"},
        {"else": 1},
        {"words": [1, {}]},
    ],
)
def test_what_another_program_wrote_is_listed_and_says_that_it_cant_be_read(
    store: Store, desk: Desk, stored: dict[str, Any]
) -> None:
    values = {"manager_id": ANNA.id, "name": "x", "listing": "tickets", "conditions": stored}
    change(store, delete(PRESETS), insert(PRESETS).values(values))
    assert desk.presets.own()[0].conditions is None
    with pytest.raises(PresetOutdated):
        only(desk)


def test_the_database_refuses_what_is_no_preset_and_the_desk_more_than_fit(
    store: Store, desk: Desk
) -> None:
    good = {"manager_id": ANNA.id, "name": "x", "listing": "tickets", "conditions": {}}
    for wrong in ({"name": ""}, {"name": "x" * 41}, {"listing": "people"}, {"manager_id": 99}):
        with pytest.raises(DBAPIError):
            change(store, insert(PRESETS).values(good | wrong))
    with pytest.raises(DBAPIError):
        change(store, *[insert(PRESETS).values(good)] * 2)
    for number in range(MOST):
        desk.presets.save(f"Набор {number}", TicketFilter(checked=True))
    with pytest.raises(InvalidInput) as refused:
        desk.presets.save("Ещё один", TicketFilter(checked=True))
    assert refused.value.code is InputCode.PRESETS_MANY
    desk.presets.save("Набор 0", TicketFilter(checked=False), instead=True)
