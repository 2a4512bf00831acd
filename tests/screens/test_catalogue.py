"""«Услуги и места»: what is sold is set up, changed and archived in one window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.hours import OpenHours, OpeningHours
from olvery_tui.domain.items import Item, ItemKind
from olvery_tui.screens.catalogue.catalogue import CatalogueScreen
from olvery_tui.screens.catalogue.held import HeldPlacesScreen
from olvery_tui.screens.catalogue.item_form import ItemForm
from olvery_tui.screens.catalogue.tree import CatalogueTree
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.ticket.workplace import WorkplaceForm
from olvery_tui.widgets.fields.labelled import Labelled
from tests.screens.conftest import both_sizes, settle
from tests.screens.order_desk import line, over
from tests.screens.ticket_desk import another_terminal, on_screen, press, said


async def opened(pilot: Pilot[Any], *keys: str) -> None:
    """Open the window, and press keys in it."""
    await settle(pilot)
    await press(pilot, "s")
    assert isinstance(pilot.app.screen, CatalogueScreen)
    await press(pilot, *keys)


def item(app: DeskApp, kind: ItemKind, name: str) -> Item:
    found = app.desk.catalogue.details().items
    return next(one for one in found if (one.kind, one.name) == (kind, name))


def complaint(app: DeskApp, name: str) -> str:
    """What stands below a field."""
    return app.screen.query_one(f"#{name}", Labelled).complaint


async def go(pilot: Pilot[Any], what: Item) -> None:
    """Put the cursor on an entry."""
    pilot.app.screen.query_one(CatalogueTree).select(what)
    await settle(pilot)


async def test_a_service_gets_a_room_places_and_a_tariff(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "a", *"Лофт", "enter", "enter")
        service = item(app, ItemKind.SERVICE, "Лофт")
        await press(pilot, "ф", *"Зал", "enter")
        room = item(app, ItemKind.ROOM, "Зал")
        await press(pilot, "a", *"PM №{1..12}")
        assert "12 мест: PM №1, PM №2 … PM №12" in "\n".join(on_screen(app))
        await press(pilot, "enter")
        assert "Сохранено: PM №1, PM №2 … PM №12" in "\n".join(on_screen(app))
        places = app.desk.catalogue.details().children(ItemKind.WORKPLACE, room.id)
        assert [one.name for one in places] == [f"PM №{n}" for n in range(1, 13)]
        await press(pilot, "2", "a", *"Суточный", "enter", "right", "enter", *"900", "ctrl+ы")
        (tariff,) = app.desk.catalogue.details().children(ItemKind.TARIFF, service.id)
        assert (tariff.values["unit"], tariff.values["max_units"]) == ("day", 31)
        shown = "\n".join(on_screen(app))
        assert "Сохранено: Суточный" in shown
        assert "900 руб. / сутки" in shown.replace("\N{NO-BREAK SPACE}", " ")
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketsScreen)


async def test_what_is_wrong_stands_at_its_field(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "2")
        await go(pilot, item(app, ItemKind.SERVICE, "Коворкинг на 2 этаже"))
        await press(pilot, "a", "ctrl+s")
        assert complaint(app, "name")
        assert complaint(app, "price")
        await over(pilot, "#name-field", "Почасовой")
        await over(pilot, "#price-field", "даром")
        await press(pilot, "ctrl+s")
        assert "«даром»" in complaint(app, "price")
        await over(pilot, "#price-field", "10")
        await press(pilot, "ctrl+s")
        assert "«Почасовой» уже есть" in complaint(app, "name")
        assert app.focused is app.screen.query_one("#name-field")
        await app.screen.run_action("tab(4)")  # a click on another tab
        await settle(pilot)
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, ConfirmScreen)  # what was typed is asked after
        await press(pilot, "right", "enter")
        assert app.focused is app.screen.query_one(CatalogueTree)


async def test_a_colleague_s_price_is_shown_and_not_overwritten_unseen(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "2")
        tariff = app.desk.catalogue.details().children(ItemKind.TARIFF, 1)[0]
        await go(pilot, tariff)
        await over(pilot, "#price-field", "1000")
        with another_terminal(database, clock) as other:
            typed = {
                name: tariff.value(name) for name in ("name", "unit", "min_units", "max_units")
            }
            other.catalogue.change(
                tariff, typed | {"price": "950", "variant_id": tariff.values["variant_id"]}
            )
        await settle(pilot)
        assert line(app, "#price-field") == "1000"  # what is typed stays
        await press(pilot, "ctrl+s")
        assert "Сейчас здесь «950»" in complaint(app, "price")
        await press(pilot, "ctrl+s")
        assert item(app, ItemKind.TARIFF, tariff.name).values["price"] == 1000


async def test_what_a_colleague_adds_appears_by_itself(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "end")
        with another_terminal(database, clock) as other:
            other.catalogue.add(ItemKind.SERVICE, None, {"name": "А-лофт", "slot_minutes": "30"})
        while "А-лофт" not in "\n".join(on_screen(app)):
            await pilot.pause(0.05)
        form = app.screen.query_one(ItemForm)
        assert form.item is not None
        assert form.item.name == "Тихая комната"


async def test_a_tariff_keeps_a_variant_that_is_archived(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        catalogue = app.desk.catalogue
        variant = catalogue.add(ItemKind.VARIANT, 1, {"name": "Для студентов"})
        tariff = catalogue.details().children(ItemKind.TARIFF, 1)[0]
        typed = {name: tariff.value(name) for name in ("name", "unit", "min_units", "max_units")}
        catalogue.change(tariff, typed | {"price": "950", "variant_id": variant.id})
        catalogue.archive(variant)
        await opened(pilot, "2")
        await go(pilot, item(app, ItemKind.TARIFF, tariff.name))
        assert not app.screen.query_one(ItemForm).has_unsaved
        await over(pilot, "#name-field", "Студенческий")
        await press(pilot, "ctrl+s")
        saved = item(app, ItemKind.TARIFF, "Студенческий")
        assert saved.value("variant_id") == variant.id


async def test_days_that_a_colleague_closed_stay_closed_in_the_hours(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "down", "enter")
        await press(pilot, *["enter"] * 7, *"31.12", "enter")
        workdays = (OpenHours(9 * 60, 18 * 60),) * 5 + (None, None)
        with another_terminal(database, clock) as other:
            other.catalogue.change_hours(other.catalogue.hours(), OpeningHours(workdays))
        await press(pilot, "ctrl+s")
        assert line(app, "#hours-0") == "09:00–18:00"  # what the colleague has set is shown
        await press(pilot, "ctrl+s")
        hours = app.desk.catalogue.hours()
        assert (hours.week, len(hours.closed)) == (workdays, 1)


async def test_the_opening_hours_are_saved_and_taken_back_as_one_change(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot, "down", "enter")
        before = app.desk.catalogue.hours()
        await press(pilot, *"7-23", *["enter"] * 8, *"31.12", "enter", "ctrl+s")
        assert isinstance(app.screen, CatalogueScreen)
        assert app.desk.catalogue.hours() != before
        await press(pilot, "ctrl+z")
        assert app.desk.catalogue.hours() == before
        assert [each.message for each in app._notifications] == [
            "Часы работы сохранены · Ctrl+Z — отменить", "Отменено: изменение часов работы."
        ]  # fmt: skip


async def test_a_place_with_tickets_is_archived_once_they_are_moved(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        ticket = app.desk.tickets.get(31)
        place = app.desk.catalogue.details().find(ItemKind.WORKPLACE, ticket.workplace_id)
        assert place is not None
        await go(pilot, place)
        await press(pilot, "x", "right", "enter")
        assert isinstance(app.screen, HeldPlacesScreen)
        for _ticket in range(len(app.desk.catalogue.proposed(place))):
            await press(pilot, "enter")
            assert isinstance(app.screen, WorkplaceForm)
            await press(pilot, "down", "ctrl+s")
        assert isinstance(app.screen, CatalogueScreen)
        assert "В архиве: " in said(app)
        assert item(app, ItemKind.WORKPLACE, place.name) is not None
        now = app.desk.catalogue.details().find(ItemKind.WORKPLACE, place.id)
        assert now is not None
        assert now.archived
        await press(pilot, "м")  # the archive, in the other layout
        assert "в архиве" in "\n".join(on_screen(app))
        await go(pilot, now)
        await press(pilot, "b")
        assert isinstance(app.screen, CatalogueScreen)
        assert "закрывать нечего" in said(app)


async def test_the_tickets_in_the_way_of_archiving_are_moved_all_at_once(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        place = item(app, ItemKind.ROOM, "Коворкинг №1")
        await go(pilot, place)
        await press(pilot, "x", "right", "enter")
        assert isinstance(app.screen, HeldPlacesScreen)
        before = {one.ticket.ticket: one.to for one in app.desk.catalogue.proposed(place)}
        assert len(before) > 1
        await press(pilot, "ctrl+ы")
        assert isinstance(app.screen, CatalogueScreen)
        assert "В архиве: Коворкинг №1" in said(app)
        assert {one: app.desk.tickets.get(one).workplace_id for one in before} == before


async def test_only_what_was_never_used_is_deleted(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await go(pilot, item(app, ItemKind.SERVICE, "Коворкинг на 2 этаже"))
        await press(pilot, "delete")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "right", "enter")
        assert "удалить нельзя" in said(app)
        await go(pilot, item(app, ItemKind.ROOM, "Переговорная зона"))
        await press(pilot, "a", *"X1", "enter", "delete", "right", "enter")
        assert "Удалено: X1" in said(app)


# ── Snapshots ────────────────────────────────────────────────────────────────────────────────────


@both_sizes
def test_the_tree_and_the_fields_of_a_place(looks: Callable[..., bool]) -> None:
    assert looks("s", "end", "up", "right", "down")


def test_new_places_by_a_pattern(looks: Callable[..., bool]) -> None:
    assert looks("s", "end", "a", *"A{1..40}")


def test_the_opening_hours(looks: Callable[..., bool]) -> None:
    assert looks("s", "down", "enter", *"9-21")


async def test_beside_a_long_name_the_price_is_whole(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "s", "end", "2")
        lines = "\n".join(on_screen(app)).replace("\N{NO-BREAK SPACE}", " ")
        assert "1-3 мес (700…  7 000 руб. / месяц" in lines
