"""«Услуги и места»: set up, changed, archived and deleted; what the trail says of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event as listening

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.conflicts import (
    HoursChangedMeanwhile,
    ItemChangedMeanwhile,
    PlacesHeld,
    SettingsChangedMeanwhile,
)
from olvery_tui.domain.errors import (
    InvalidForm,
    NoSuchChoice,
    SeatsTaken,
    StillUsed,
)
from olvery_tui.domain.hours import ClosedDay, OpenHours, OpeningHours
from olvery_tui.domain.items import Item, ItemKind
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.audit.checks import check
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.tickets import seats
from tests.desk.making import FLOOR, HOUR, MARIA, NOW, SEATS, hours

TARIFF = {
    "name": "Месячный", "unit": TariffUnit.MONTH, "price": "7000", "min_units": "1",
    "max_units": "12", "variant_id": None,
}  # fmt: skip


def sound(store: Store) -> bool:
    """Whether the trail says of the catalogue what is stored."""
    return not [one for one in check(store, NOW) if one.code in ("fact", "untold", "gone")]


def item(desk: Desk, kind: ItemKind, name: str) -> Item:
    return next(
        one for one in desk.catalogue.details().items if (one.kind, one.name) == (kind, name)
    )


def code(refused: pytest.ExceptionInfo[InvalidForm]) -> tuple[str, str]:
    (problem,) = refused.value.problems
    return problem.field, problem.code


def test_a_coworking_is_set_up_from_nothing(store: Store, desk: Desk) -> None:
    service = desk.catalogue.add(ItemKind.SERVICE, None, {"name": "Лофт", "slot_minutes": "60"})
    room = desk.catalogue.add(ItemKind.ROOM, service.id, {"name": "Зал"})
    places = desk.catalogue.add_places(room.id, "PM №{1..40}")
    variant = desk.catalogue.add(ItemKind.VARIANT, service.id, {"name": "Резидент +"})
    tariff = desk.catalogue.add(ItemKind.TARIFF, service.id, TARIFF | {"variant_id": variant.id})
    desk.catalogue.add(ItemKind.MODIFIER, service.id, {"name": "Шкафчик", "price": "300"})
    assert [one.name for one in places] == [f"PM №{n}" for n in range(1, 41)]
    offered = next(one for one in desk.catalogue.services() if one.id == service.id)
    assert (offered.slot_minutes, offered.tariffs[0].price) == (60, Decimal(7000))
    assert offered.tariffs[0].currency == "RUB"
    assert offered.modifiers[0].price == Decimal(300)
    listed = [one.label for one in desk.catalogue.free_places(service.id, hours(1, 2))]
    assert listed == [one.name for one in places]  # №2 before №10
    details = desk.catalogue.details()
    assert details.children(ItemKind.WORKPLACE, room.id) == places
    assert details.service_of(places[0]) == service
    assert details.service_of(tariff) == service
    assert sound(store)


def test_the_window_asks_nothing_of_tickets(store: Store, desk: Desk) -> None:
    """So it opens as quickly with a million of them."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    listening.listen(store._readers, "before_cursor_execute", note)
    desk.catalogue.details()
    desk.catalogue.hours()
    listening.remove(store._readers, "before_cursor_execute", note)
    queries = [one for one in asked if one.lstrip().upper().startswith("SELECT")]
    assert len(queries) <= 12
    assert not [one for one in queries if "ticket" in one or "event" in one or "seat" in one]


def test_a_name_is_there_once(desk: Desk) -> None:
    room = item(desk, ItemKind.ROOM, "Коворкинг №1")
    for pattern in ("PM №{1..9}", "РМ №1"):  # the second is in Cyrillic letters
        with pytest.raises(InvalidForm) as refused:
            desk.catalogue.add_places(room.id, pattern)
        assert code(refused) == ("name", "taken")
    assert len(desk.catalogue.details().children(ItemKind.WORKPLACE, room.id)) == len(SEATS)
    with pytest.raises(NoSuchChoice):
        desk.catalogue.add_places(999, "A1")
    place = item(desk, ItemKind.WORKPLACE, "PM №2")
    with pytest.raises(InvalidForm):
        desk.catalogue.change(place, {"name": "PM №1"})
    assert desk.catalogue.change(place, {"name": "pm №2"}).name == "pm №2"


def test_a_name_in_the_archive_is_told_from_one_in_sight(desk: Desk) -> None:
    desk.catalogue.archive(item(desk, ItemKind.WORKPLACE, "PM №1"))
    with pytest.raises(InvalidForm) as refused:
        desk.catalogue.add_places(item(desk, ItemKind.ROOM, "Коворкинг №1").id, "PM №1")
    assert code(refused) == ("name", "taken_archived")


def test_many_places_take_as_many_statements_as_one(store: Store, desk: Desk) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    room = desk.catalogue.add(ItemKind.ROOM, FLOOR, {"name": "Холл"})
    counts = []
    listening.listen(store._writers, "before_cursor_execute", note)
    for pattern in ("A1", "B{1..40}"):
        asked.clear()
        desk.catalogue.add_places(room.id, pattern)
        counts.append(len(asked))
    listening.remove(store._writers, "before_cursor_execute", note)
    assert counts[1] <= counts[0] + 1
    assert sound(store)


def test_another_price_holds_for_new_orders(store: Store, desk: Desk) -> None:
    draft = OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (1,))
    before = desk.orders.create(draft)
    tariff = item(desk, ItemKind.TARIFF, "Почасовой")
    typed = {name: tariff.value(name) for name in ("name", "unit", "min_units", "max_units")}
    changed = desk.catalogue.change(tariff, typed | {"price": "250", "variant_id": None})
    assert changed.version == tariff.version + 1
    assert desk.catalogue.change(changed, typed | {"price": "250"}) == changed  # nothing to save
    after = desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (2,)))
    assert (desk.orders.get(before.number).price, after.price) == (Decimal(400), Decimal(500))
    assert sound(store)


def test_a_change_that_was_not_seen_is_not_overwritten(desk: Desk, other: Desk) -> None:
    room = item(desk, ItemKind.ROOM, "Коворкинг №1")
    other.catalogue.change(room, {"name": "Зал"})
    for change in (
        lambda: desk.catalogue.change(room, {"name": "Холл"}),
        lambda: desk.catalogue.archive(room),
        lambda: desk.catalogue.delete(room),
    ):
        with pytest.raises(ItemChangedMeanwhile) as refused:
            change()
        assert (refused.value.item.name, refused.value.by) == ("Зал", "Борис Титов")
        assert refused.value.at == NOW


def test_a_place_with_tickets_to_come_is_not_archived(
    store: Store, desk: Desk, clock: FrozenClock
) -> None:
    order = desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (1,)))
    place, room = item(desk, ItemKind.WORKPLACE, "PM №1"), item(desk, ItemKind.ROOM, "Коворкинг №1")
    service = desk.catalogue.details().service_of(place)
    for held in (place, room, service):
        with pytest.raises(PlacesHeld) as refused:
            desk.catalogue.archive(held)
        (one,) = refused.value.held
        assert (one.ticket, one.visitor, one.workplace) == (
            order.tickets[0].number, "Мария Семенова", "PM №1",
        )  # fmt: skip
    desk.tickets.change_workplace(desk.tickets.get(one.ticket), 2)
    archived = desk.catalogue.archive(place)
    assert archived.archived
    assert desk.catalogue.archive(archived) == archived
    with pytest.raises(NoSuchChoice):
        desk.tickets.change_workplace(desk.tickets.get(one.ticket), 1)
    clock.move_to(NOW + 3 * HOUR)  # what is over is in nobody's way
    assert desk.catalogue.archive(item(desk, ItemKind.ROOM, "Коворкинг №1")).archived
    assert sound(store)


def test_what_is_archived_leaves_the_choosers_and_stays_in_tickets(
    store: Store, desk: Desk, clock: FrozenClock
) -> None:
    order = desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (1,)))
    late = desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(5, 6), (1,)))
    late = desk.orders.set_status(late, OrderStatus.CANCELLED)
    clock.move_to(NOW + 4 * HOUR)
    ticket = desk.tickets.get(order.tickets[0].number)
    for kind, name in ((ItemKind.WORKPLACE, "PM №1"), (ItemKind.TARIFF, "Почасовой")):
        desk.catalogue.archive(item(desk, kind, name))
    assert desk.tickets.get(ticket.number) == ticket
    free = [one.workplace_id for one in desk.catalogue.free_places(FLOOR, hours(9, 10))]
    assert free == [2, 3, 4]
    assert desk.catalogue.services()[0].tariffs == ()
    with pytest.raises(NoSuchChoice) as refused:
        desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(9, 10), (2,)))
    assert refused.value.what == "tariff"
    desk.catalogue.restore(item(desk, ItemKind.TARIFF, "Почасовой"))
    with pytest.raises(NoSuchChoice) as refused:
        desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(9, 10), (1,)))
    assert refused.value.what == "workplace"
    with pytest.raises(SeatsTaken):
        desk.orders.set_status(late, OrderStatus.NEW)
    desk.catalogue.restore(item(desk, ItemKind.WORKPLACE, "PM №1"))
    desk.orders.set_status(late, OrderStatus.NEW)
    assert sound(store)


@pytest.mark.parametrize("kind", [ItemKind.WORKPLACE, ItemKind.ROOM, ItemKind.SERVICE])
def test_the_database_gives_no_seat_of_what_is_archived(
    store: Store, desk: Desk, kind: ItemKind
) -> None:
    order = desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (1,)))
    number = order.tickets[0].number
    top = item(desk, ItemKind.WORKPLACE, "PM №2")
    details = desk.catalogue.details()
    what = {
        ItemKind.WORKPLACE: top,
        ItemKind.ROOM: details.find(ItemKind.ROOM, top.parent_id),
        ItemKind.SERVICE: details.service_of(top),
    }[kind]
    assert what is not None
    with store.writing() as session:  # past the desk, which would name the ticket
        from olvery_tui.store.catalogue import items

        assert items.write(session, what, archived=True)
    with pytest.raises(SeatConflict), store.writing() as session:
        seats.hold(session, number, 2, NOW + 5 * HOUR, NOW + 6 * HOUR)
    if kind is not ItemKind.WORKPLACE:  # the place that it has may be given up, not held longer
        with pytest.raises(SeatConflict), store.writing() as session:
            seats.hold(session, number, 1, NOW + 3 * HOUR, NOW + 4 * HOUR)
    with store.writing() as session:
        seats.release(session, number, NOW + 2 * HOUR)


def test_what_was_never_used_is_deleted_and_what_was_is_not(store: Store, desk: Desk) -> None:
    desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (1,)))
    for kind, name in (
        (ItemKind.WORKPLACE, "PM №1"),
        (ItemKind.ROOM, "Коворкинг №1"),
        (ItemKind.SERVICE, "Коворкинг на 3 этаже"),
        (ItemKind.TARIFF, "Почасовой"),
    ):
        with pytest.raises(StillUsed):
            desk.catalogue.delete(item(desk, kind, name))
    desk.catalogue.delete(item(desk, ItemKind.WORKPLACE, "PM №4"))
    roof = item(desk, ItemKind.SERVICE, "Коворкинг на крыше")
    variant = desk.catalogue.add(ItemKind.VARIANT, roof.id, {"name": "Резидент"})
    desk.catalogue.add(ItemKind.TARIFF, roof.id, TARIFF | {"variant_id": variant.id})
    with pytest.raises(StillUsed):
        desk.catalogue.delete(variant)
    desk.catalogue.delete(roof)
    assert [one.name for one in desk.catalogue.details().children(ItemKind.SERVICE)] == [
        "Коворкинг на 3 этаже"
    ]
    assert sound(store)
    desk.catalogue.add_places(1, "PM №4")  # its number may be the former one's
    assert sound(store)


def test_a_place_that_only_history_names_is_not_deleted(desk: Desk) -> None:
    order = desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (1,)))
    desk.tickets.change_workplace(desk.tickets.get(order.tickets[0].number), 2)
    with pytest.raises(StillUsed):
        desk.catalogue.delete(item(desk, ItemKind.WORKPLACE, "PM №1"))


def test_a_place_moves_to_another_room_of_its_service(store: Store, desk: Desk) -> None:
    order = desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (1,)))
    place = item(desk, ItemKind.WORKPLACE, "PM №1")
    hall = desk.catalogue.add(ItemKind.ROOM, FLOOR, {"name": "Холл"})
    other_service = item(desk, ItemKind.ROOM, "Коворкинг №2")
    with pytest.raises(NoSuchChoice):
        desk.catalogue.change(place, {"name": "PM №1", "room_id": other_service.id})
    assert desk.catalogue.change(place, {"name": "PM №1", "room_id": place.parent_id}) == place
    moved = desk.catalogue.change(place, {"name": "PM №1", "room_id": hall.id})
    assert desk.tickets.get(order.tickets[0].number).room == "Холл"
    desk.catalogue.add_places(1, "PM №1")
    with pytest.raises(InvalidForm) as refused:
        desk.catalogue.change(moved, {"name": "PM №1", "room_id": 1})
    assert code(refused) == ("name", "taken")
    assert sound(store)


def test_nothing_is_put_into_what_is_archived(desk: Desk) -> None:
    """A place with its tickets would be archived unasked, and a tariff could not be had."""
    hall = desk.catalogue.add(ItemKind.ROOM, FLOOR, {"name": "Холл"})
    desk.catalogue.archive(hall)
    place = item(desk, ItemKind.WORKPLACE, "PM №1")
    with pytest.raises(NoSuchChoice):
        desk.catalogue.change(place, {"name": "PM №1", "room_id": hall.id})
    variant = desk.catalogue.add(ItemKind.VARIANT, FLOOR, {"name": "Резидент +"})
    typed = TARIFF | {"variant_id": variant.id}
    tariff = desk.catalogue.add(ItemKind.TARIFF, FLOOR, typed)
    desk.catalogue.archive(variant)
    with pytest.raises(NoSuchChoice):
        desk.catalogue.add(ItemKind.TARIFF, FLOOR, typed | {"name": "Годовой"})
    # A tariff that has the variant already keeps it.
    renamed = desk.catalogue.change(tariff, typed | {"name": "Годовой"})
    assert renamed.value("variant_id") == variant.id


def test_opening_hours_are_changed_only_over_what_was_seen(
    store: Store, desk: Desk, other: Desk
) -> None:
    seen = desk.catalogue.hours()
    assert seen == OpeningHours()
    day = NOW.date() + timedelta(days=30)
    week = OpeningHours((OpenHours(540, 1260),) * 5 + (None, None), (ClosedDay(day, "Ремонт"),))
    assert desk.catalogue.change_hours(seen, week) == week
    with pytest.raises(HoursChangedMeanwhile) as refused:
        other.catalogue.change_hours(seen, OpeningHours())
    assert refused.value.hours == week
    later = OpeningHours((OpenHours(600, 1260), *week.week[1:4], None, None, None))
    assert other.catalogue.change_hours(week, later) == later
    assert sound(store)


def test_the_location_gets_another_name_zone_and_currency(
    store: Store, desk: Desk, other: Desk
) -> None:
    from dataclasses import replace

    desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(11, 13), (1,)))  # 21:00–23:00
    seen = desk.settings.get()
    assert (seen.name, seen.time_zone, seen.currency) == ("Коворкинг", "Europe/Moscow", "RUB")
    assert desk.settings.moved_by_zone("Europe/Moscow") == 0
    assert desk.settings.moved_by_zone("Asia/Vladivostok") == 1
    for wrong in ({"time_zone": "Mars/Olympus"}, {"currency": "руб"}, {"name": " "}):
        with pytest.raises(InvalidForm) as refused:
            desk.settings.change(seen, replace(seen, **wrong))
        assert code(refused)[0] in wrong
    wanted = replace(seen, name="Лофт", time_zone="Asia/Almaty", currency="KZT")
    desk.settings.change(seen, wanted)
    with pytest.raises(SettingsChangedMeanwhile):
        other.settings.change(seen, replace(seen, lock_minutes=3))
    place = desk.location()
    assert (place.name, place.zone.key, place.currency) == ("Лофт", "Asia/Almaty", "KZT")
    assert {one.currency for service in desk.catalogue.services() for one in service.tariffs} == {
        "KZT"
    }
    assert sound(store)
