"""«Добавить заказ»: filled by keyboard alone, and what happens when others are quicker."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from textual.widgets import Button

from olvery_tui import services
from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk.catalogue import Catalogue
from olvery_tui.domain.catalogue import PaymentKind, ServiceDetails
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.export.json_lines import order_json
from olvery_tui.screens.catalogue.catalogue import CatalogueScreen
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.new_order.new_order import NewOrderForm
from olvery_tui.screens.order.order_status import OrderStatusForm
from olvery_tui.screens.people.new_person import NewPersonForm
from olvery_tui.store.database import engine
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.pickers.person_search import PersonSearch
from olvery_tui.widgets.pickers.seat_ticks import SeatList, SeatTicks
from olvery_tui.widgets.table.ticket_table import TicketTable
from olvery_tui.wording.periods import period_text
from tests.screens.conftest import settle, type_key
from tests.screens.order_desk import (
    SECOND,
    THIRD,
    choice,
    draft,
    fields,
    filled,
    go,
    line,
    money,
    new_order,
    newest,
    outside,
    over,
    places,
    service,
)
from tests.screens.ticket_desk import (
    another_terminal,
    click,
    find,
    is_there,
    locked,
    on_screen,
    press,
    said,
    text,
    tone,
)

TODAY = date(2022, 12, 6)


def complaint(app: DeskApp, field: str) -> str:
    return app.screen.query_one(f"#{field}", Labelled).complaint


def gaps(app: DeskApp) -> str:
    return text(app, "#gaps")


# A walk-in


async def test_a_walk_in_is_booked_with_five_keys_besides_the_name(app: DeskApp) -> None:
    keys = ["a", "enter", "enter", "enter", "ctrl+s"]
    assert len(keys) <= 15
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, keys[0])
        await find(pilot, "корсак")
        # The only person found; the list of services; its first one; «Создать».
        await press(pilot, *keys[1:])
        assert isinstance(app.screen, TicketsScreen)
        order = newest(app.desk)
        assert order.customer.last_name == "Римская-Корсакова"
        assert (order.status, order.payment_kind) == (OrderStatus.NEW, PaymentKind.ON_SITE)
        assert order.price == money("250")
        (ticket,) = order.tickets
        assert ticket.period.days(app.location.zone) == (TODAY, TODAY)
        assert ticket.status is TicketStatus.NEW
        assert ticket.visitor == order.customer.name
        assert app.screen.query_one(TicketTable).cursor_number == ticket.number
        assert f"Заказ {order.number} создан, билет {ticket.number}" in "\n".join(on_screen(app))


async def test_one_of_several_namesakes_for_the_day_and_paid_at_once_takes_fifteen_keys(
    app: DeskApp,
) -> None:
    keys = [
        "a",  # Добавить заказ
        "enter", "down", "enter",  # the second of those found
        "left", "enter",  # the last service
        "enter",  # no variant
        "right",  # the tariff by the day; a place is ticked already
        "ctrl+s",  # Создать
        "o", "1", "enter",  # Статус: Подтвержден, paid now
        "enter", "v",  # its ticket; the passport is checked
    ]  # fmt: skip
    assert len(keys) <= 15
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, keys[0])
        await find(pilot, "анна иванова")
        await press(pilot, *keys[1:])
        order = newest(app.desk)
        assert order.customer.phone == "+79035550202"
        assert order.service == THIRD
        assert (order.status, order.owed) == (OrderStatus.CONFIRMED, 0)
        assert app.desk.tickets.get(order.tickets[0].number).validated


# What is there before anything is typed


async def test_only_what_is_missing_is_named_and_nothing_can_be_created(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = Catalogue.services
    monkeypatch.setattr(
        Catalogue, "services", lambda self: tuple(replace(one, tariffs=()) for one in every(self))
    )
    monkeypatch.setattr(Catalogue, "usual_service", lambda _self: None)
    async with new_order(app) as pilot:
        assert gaps(app) == "! Не хватает: заказчик, услуга, рабочие места"
        assert app.screen.query_one("#save", Button).disabled
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, NewOrderForm)
        assert "Заполните" in complaint(app, "customer")
        assert app.focused in app.screen.query_one(PersonSearch).query("*")


async def test_a_service_brings_its_first_tariff_today_and_the_first_free_place(
    app: DeskApp,
) -> None:
    async with new_order(app, service=THIRD):
        # A service brings its first tariff today and the first free place.
        assert choice(app, "tariffs") == "Почасовой"
        assert choice(app, "payments") == "На месте"
        assert line(app, "#first") == "06.12.2022"
        assert (line(app, "#from-time"), line(app, "#to-time")) == ("10:00", "11:00")
        assert [one for one in places(app) if one.startswith("■")] == ["■ PM №4    свободно"]
        assert line(app, "#price-line") == "250"
        assert gaps(app) == "! Не хватает: заказчик"
        # With services nothing is said of where they come from.
        assert not is_there(app, "#no-services")
        assert is_there(app, "#services")


async def test_the_only_service_is_chosen_by_itself(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = Catalogue.services

    def only_one(catalogue: Catalogue) -> tuple[ServiceDetails, ...]:
        return tuple(one for one in every(catalogue) if one.name == THIRD)

    monkeypatch.setattr(Catalogue, "services", only_one)
    async with new_order(app) as pilot:
        assert choice(app, "services") == THIRD
        assert gaps(app) == "! Не хватает: заказчик"
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketsScreen)  # nothing of it was entered


async def test_a_managers_first_order_is_of_the_service_that_was_sold_last(
    app: DeskApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        for sold in (SECOND, THIRD):
            with outside(database) as connection:
                connection.execute(
                    "UPDATE orders SET service_id = (SELECT id FROM service WHERE name = ?)"
                    " WHERE number = 1223",
                    (sold,),
                )
            await press(pilot, "a")
            assert (choice(app, "services"), gaps(app)) == (sold, "! Не хватает: заказчик")
            await press(pilot, "escape")
            assert isinstance(app.screen, TicketsScreen)  # nothing of it was entered
        # Nothing was sold yet: the first one.
        monkeypatch.setattr(Catalogue, "usual_service", lambda _self: None)
        await press(pilot, "a")
        assert (choice(app, "services"), gaps(app)) == (SECOND, "! Не хватает: заказчик")


async def test_the_variant_is_there_only_where_the_service_has_any_and_brings_its_tariff(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = Catalogue.services

    def third_without(catalogue: Catalogue) -> tuple[ServiceDetails, ...]:
        return tuple(
            one
            if one.name == SECOND
            else replace(
                one,
                variants=(),
                tariffs=tuple(each for each in one.tariffs if each.variant_id is None),
            )
            for one in every(catalogue)
        )

    monkeypatch.setattr(Catalogue, "services", third_without)
    async with new_order(app, service=SECOND) as pilot:
        assert is_there(app, "#variant")
        await go(pilot, "variant")
        await press(pilot, "right", "right")
        assert choice(app, "variants") == "Резидент +"
        await press(pilot, "enter", "left")
        assert choice(app, "tariffs") == "1-3 мес (7000 руб в месяц)"
        await go(pilot, "service")
        await press(pilot, "right")
        assert not is_there(app, "#variant")
        assert choice(app, "tariffs") == "Почасовой"


# Keys


async def test_enter_goes_through_every_field_in_the_order_of_the_form(app: DeskApp) -> None:
    async with new_order(app, customer="корсак", service=SECOND) as pilot:
        been = []
        for _step in range(5):
            await press(pilot, "enter")
            assert app.focused is not None
            been.append(app.focused.id or app.focused.parent.id)  # type: ignore[union-attr]
        assert been == ["variants", "tariffs", "first", "from-time", "to-time"]
        await press(pilot, "enter")
        assert app.focused.id == "narrow"
        await press(pilot, "tab")
        assert app.focused.id == "modifiers"
        for expected in ("payments", "comment-line", "price-line", "save"):
            await press(pilot, "enter")
            found = app.focused
            assert expected in (found.id, found.parent.id)  # type: ignore[union-attr]


async def test_a_list_of_choices_opens_picks_and_goes_on(app: DeskApp) -> None:
    async with new_order(app, customer="корсак") as pilot:
        await press(pilot, "down")
        assert is_there(app, "ChoiceList")
        await press(pilot, "escape")
        assert not app.screen.query("ChoiceList")
        assert isinstance(app.screen, NewOrderForm)
        await press(pilot, "down", "3", "enter")  # a letter or digit chooses in the list, too
        assert choice(app, "services") == THIRD
        assert app.focused is app.screen.query_one("#variants ChoiceLine")


async def test_the_form_opens_and_saves_in_both_layouts(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        for number, (opens, saves) in enumerate((("a", "ctrl+s"), ("ф", "ctrl+ы")), 1224):
            await press(pilot, opens)
            await find(pilot, "корсак")
            await press(pilot, "enter", "right", saves)
            assert isinstance(app.screen, TicketsScreen)
            assert newest(app.desk).number == number


async def test_the_mouse_alone_fills_and_creates(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await click(pilot, "#list-add", offset=(4, 0))
        assert isinstance(app.screen, NewOrderForm)
        await find(pilot, "корсак")
        await click(pilot, "PeopleList", offset=(3, 1))
        await click(pilot, "#services ChoiceLine", offset=(8, 0))
        await click(pilot, "ChoiceList", offset=(3, 2))
        assert choice(app, "services") == THIRD
        await click(pilot, "#tariffs ChoiceLine", offset=(0, 0))  # the arrow back
        row = places(app).index("□ PM №5    свободно")
        await click(pilot, "#places", offset=(4, row))
        await click(pilot, "#modifiers", offset=(4, 2))
        await click(pilot, "#save")
        order = newest(app.desk)
        assert len(order.tickets) == 2
        assert app.desk.tickets.get(order.tickets[0].number).modifiers == ("Принтер",)


async def test_without_any_service_it_is_said_where_they_come_from(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Catalogue, "services", lambda self: ())
    async with new_order(app, customer="корсак") as pilot:
        assert is_there(app, "#no-services")
        assert not is_there(app, "#services")
        shown = "\n".join(on_screen(app))
        assert "Услуг пока нет." in shown
        await press(pilot, "enter")  # the customer is chosen already: on to the services
        assert isinstance(app.screen, CatalogueScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, NewOrderForm)


# The customer


async def test_a_new_person_is_added_without_leaving_the_form(app: DeskApp) -> None:
    async with new_order(app) as pilot:
        for key, name in {"ctrl+n": "Ёлкин", "ctrl+т": "Сосновский", "+": "Берёзкин"}.items():
            fields(app).go_to("customer")
            await press(pilot, *["ctrl+u"] * (key != "ctrl+n"), key)
            assert isinstance(app.screen, NewPersonForm)
            assert "Новый заказчик" in str(app.screen.query_one("#window").border_title)
            await find(pilot, name)
            await press(pilot, "tab", "П", "ctrl+s")
            assert isinstance(app.screen, NewOrderForm)
            person = app.screen.query_one(PersonSearch).person
            assert person is not None
            assert person.name == f"П {name}"
            assert app.focused is app.screen.query_one("#services ChoiceLine")


async def test_a_name_typed_and_entered_in_one_burst_is_looked_for(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        for key in ("a", *"корсак", "enter"):
            type_key(app, key)
        await settle(pilot)
        assert app.screen.query_one(PersonSearch).person is not None
        assert app.focused is app.screen.query_one("#services ChoiceLine")


# The period


async def test_a_tariff_by_the_day_asks_for_the_first_and_the_last_day(app: DeskApp) -> None:
    async with new_order(app, customer="корсак", service=THIRD) as pilot:
        await go(pilot, "tariff")
        await press(pilot, "right")
        assert choice(app, "tariffs") == "Суточный"
        assert is_there(app, "#last")
        assert not is_there(app, "#from-time")
        await over(pilot, "#first", "20.12")
        assert line(app, "#last") == "20.12.2022"
        await over(pilot, "#last", "22.12.2022")
        assert text(app, "#comes-to") == "3 дня"
        assert line(app, "#price-line").replace("\u00a0", "") == "2700"
        await press(pilot, "ctrl+s")
        (ticket,) = newest(app.desk).tickets
        assert ticket.period.days(app.location.zone) == (date(2022, 12, 20), date(2022, 12, 22))


async def test_months_and_last_day_follow_each_other(app: DeskApp) -> None:
    async with new_order(app, customer="корсак", service=SECOND) as pilot:
        await go(pilot, "variant")
        await press(pilot, "left")
        await go(pilot, "tariff")
        await press(pilot, "left")
        assert (line(app, "#months"), line(app, "#last")) == ("1", "05.01.2023")
        await over(pilot, "#months", "3")
        assert line(app, "#last") == "05.03.2023"
        await over(pilot, "#last", "25.01.2023")
        assert line(app, "#months") == "2"
        assert line(app, "#price-line").replace("\u00a0", "") == "14000"
        await over(pilot, "#months", "4")
        assert "наибольший — 3 месяца" in complaint(app, "period")
        assert "Исправьте: период" in gaps(app)
        await over(pilot, "#months", "2000000")  # of which "2" could be sold
        assert line(app, "#months") == "2000000"
        assert line(app, "#last") == ""


async def test_a_period_moves_by_the_steps_of_the_service_and_a_mistake_is_told_at_its_field(
    app: DeskApp,
) -> None:
    async with new_order(app, customer="корсак", service=THIRD) as pilot:
        # Arrows move the time by the steps of the service.
        app.screen.query_one("#from-time").focus()
        await press(pilot, "up")
        assert (line(app, "#from-time"), line(app, "#to-time")) == ("10:30", "11:30")
        await over(pilot, "#to-time", "12")
        await press(pilot, "enter")
        assert line(app, "#to-time") == "12:00"
        assert text(app, "#comes-to") == "1,5 часа"
        assert line(app, "#price-line") == "375"
        await over(pilot, "#from-time", "10:00")
        # A period that cant be is told at its field.
        for to, told in (
            ("9", "Окончание"), ("10:45", "30"), ("10", "Окончание"), ("25", "время"),
            ("00:00", "24:00"), ("10:30", "1 час"), ("00", "24:00"),
        ):  # fmt: skip
            await over(pilot, "#to-time", to)
            await go(pilot, "comment")
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, NewOrderForm), to
            assert told.lower() in complaint(app, "period").lower(), to
            assert "Исправьте: период" in gaps(app), to
            assert line(app, "#to-time")[:2] in (to.rjust(2, "0")[:2]), to
            assert newest(app.desk).number == 1223, to


# Where the clocks change


@pytest.fixture
def berlin(database: Path) -> None:
    """The coworking is where the clocks are put forward and back."""
    with outside(database) as connection:
        connection.execute("UPDATE location SET time_zone = 'Europe/Berlin'")


async def test_a_time_that_there_is_none_of_is_refused_and_arrows_go_through_hours_there_twice(
    app: DeskApp, berlin: None
) -> None:
    async with new_order(app, customer="корсак", service=THIRD) as pilot:
        # Arrows go through both hours that a day has twice.
        await over(pilot, "#first", "25.10.2026")
        await over(pilot, "#from-time", "1:30")
        for shown in ("02:00+2", "02:30+2", "02:00+1", "02:30+1", "03:00"):
            await press(pilot, "up")
            assert line(app, "#from-time") == shown
        for shown in ("02:30+1", "02:00+1", "02:30+2", "02:00+2", "01:30"):
            await press(pilot, "down")
            assert line(app, "#from-time") == shown
        # A time that does not exist is refused at its field and not moved.
        await over(pilot, "#first", "29.03.2026")
        await over(pilot, "#from-time", "2:30")
        await over(pilot, "#to-time", "5:00")
        await go(pilot, "comment")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, NewOrderForm)
        assert "02:30 не существует: часы переводят вперёд, на 03:00" in complaint(app, "period")
        assert line(app, "#from-time") == "02:30"
        await over(pilot, "#from-time", "1:30")
        assert text(app, "#comes-to") == "2,5 часа"
        await press(pilot, "ctrl+s")
        (ticket,) = newest(app.desk).tickets
        assert period_text(ticket.period, app.location.zone) == (
            "29 марта 2026 г., с 01:30 до 05:00"
        )


async def test_both_hours_that_a_day_has_twice_are_sold_and_told_apart(
    app: DeskApp, berlin: None
) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        for start, end in (("2", "2:00+1"), ("2:00+1", "3")):
            await press(pilot, "a")
            await find(pilot, "корсак")
            await press(pilot, "enter")
            fields(app).go_to("service")
            await press(pilot, "right", "right")
            await over(pilot, "#first", "25.10.2026")
            await over(pilot, "#from-time", start)
            await over(pilot, "#to-time", end)
            if start == "2":  # which of the two?
                told = complaint(app, "period")
                assert "02:00 бывает дважды" in told
                assert "Введите 02:00+2 или 02:00+1." in told
                await over(pilot, "#from-time", "2:00+2")
                picture = "\n".join(on_screen(app))
                assert "с  2:00+2" in picture
                assert "до  02:00+1" in picture
            assert text(app, "#comes-to") == "1 час"
            await press(pilot, "ctrl+s")
            assert not isinstance(app.screen, NewOrderForm)
        zone, second = app.location.zone, newest(app.desk)
        first = app.desk.orders.get(second.number - 1)
        picture = "\n".join(on_screen(app))
        assert "25.10.26 2:00+2–2:00+1" in picture
        assert "25.10.26 2:00+1–3:00" in picture
        found = [order_json(order, zone)["tickets"][0]["period"] for order in (first, second)]
        assert [(one["starts_at"], one["ends_at"]) for one in found] == [
            ("2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"),
            ("2026-10-25T02:00:00+01:00", "2026-10-25T03:00:00+01:00"),
        ]
        assert first.price == second.price == money("250")
        seats = [ticket.workplace for order in (first, second) for ticket in order.tickets]
        assert seats[0] == seats[1]  # one seat, one hour after the other


# The workplaces


async def test_places_stand_by_room_free_first_and_busy_ones_say_who_until_when(
    app: DeskApp,
) -> None:
    async with new_order(app, size=(120, 40), service=THIRD):
        lines = places(app)
        first_room = lines[1 : lines.index("Коворкинг №2")]
        assert [one[0] for one in first_room] == ["■"] + ["□"] * 6 + ["✕"] * 3
        assert any("билет 25, Мария Семенова, до 06.12.2022 12:00" in one for one in first_room)


async def test_a_busy_place_says_who_until_when_and_a_past_start_is_a_warning(app: DeskApp) -> None:
    async with new_order(app, customer="корсак", service=THIRD) as pilot:
        # That a busy place goes on below what is seen is told.
        assert "билет 25, Мария… " in "\n".join(on_screen(app))
        app.screen.query_one(SeatList).scroll_to(y=1, animate=False)
        await settle(pilot)
        assert "билет 25, Мария  " in "\n".join(on_screen(app))
        assert "Семенова, до 06.12.2022 12:00" in "\n".join(on_screen(app))
        # A past start is a warning and no error.
        await over(pilot, "#from-time", "9")
        assert "начало уже прошло" in text(app, "#comes-to")
        assert app.screen.query_one("#comes-to").has_class("-past")
        await press(pilot, "ctrl+s")
        assert newest(app.desk).number == 1224


async def test_typing_narrows_the_places_and_keeps_what_is_ticked(app: DeskApp) -> None:
    async with new_order(app, service=SECOND) as pilot:
        await go(pilot, "workplaces")
        before = filled(app).workplace_ids
        await press(pilot, *"перег4")
        await press(pilot, "ctrl+u", *"pm10")
        assert [one for one in places(app) if "PM" in one] == ["□ PM №10   свободно"]
        await press(pilot, "space")
        assert set(before) < set(filled(app).workplace_ids)
        await press(pilot, "ctrl+u", *"щщ")
        assert is_there(app, "#no-places")
        await press(pilot, "space", "enter", "ctrl+u")
        assert len(filled(app).workplace_ids) == 2


async def test_ticks_of_places_narrow_stay_and_make_one_ticket_each(app: DeskApp) -> None:
    async with new_order(app, customer="корсак", service=SECOND) as pilot:
        # Unticking every place names them as missing.
        await go(pilot, "workplaces")
        await press(pilot, "space")
        assert gaps(app) == "! Не хватает: рабочие места"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, NewOrderForm)
        await press(pilot, "space")
        # Several places make one ticket each and the price follows.
        await go(pilot, "workplaces")
        await press(pilot, "down", "space", "down", "enter")
        assert len(filled(app).workplace_ids) == 3
        assert line(app, "#price-line") == "750"
        assert "3 билета" in text(app, "#price-how")
        await press(pilot, "tab", "space", "ctrl+s")
        order = newest(app.desk)
        assert len(order.tickets) == 3
        assert order.price == money("1650")
        assert len({one.workplace for one in order.tickets}) == 3


async def test_another_terminals_booking_refreshes_the_places_and_nothing_else(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with new_order(app, customer="корсак", service=THIRD) as pilot:
        await go(pilot, "tariff")
        await press(pilot, "right")
        await go(pilot, "workplaces")
        await press(pilot, "down", "space")  # a second place, ticked by the user
        await over(pilot, "#comment-line", "у окна")
        kept = filled(app).workplace_ids
        with another_terminal(database, clock) as other:
            made = other.orders.create(draft(other, place=kept[1], days=(TODAY, TODAY)))
        app.screen.on_desk_changed(None)  # type: ignore[attr-defined]
        await settle(pilot)
        assert filled(app).workplace_ids == kept
        assert line(app, "#comment-line") == "у окна"
        assert app.focused is app.screen.query_one("#comment-line")
        (lost,) = [one for one in places(app) if one.startswith("!")]
        assert f"билет {made.tickets[0].number}" in lost
        assert "Исправьте: рабочие места" in gaps(app)
        await go(pilot, "workplaces")
        app.screen.query_one(SeatTicks).cursor_to_free()
        await press(pilot, "space")  # takes the place of the one that is lost
        assert len(filled(app).workplace_ids) == 2
        assert not filled(app).lost
        await press(pilot, "ctrl+s")
        assert len(newest(app.desk).tickets) == 2


async def test_a_proposed_place_that_is_taken_gives_way_to_the_next_free_one(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with new_order(app, service=THIRD) as pilot:
        await go(pilot, "tariff")
        await press(pilot, "right")
        (proposed,) = filled(app).workplace_ids
        with another_terminal(database, clock) as other:
            other.orders.create(draft(other, place=proposed, days=(TODAY, TODAY)))
        app.screen.on_desk_changed(None)  # type: ignore[attr-defined]
        await settle(pilot)
        (now,) = filled(app).workplace_ids
        assert now != proposed
        assert not filled(app).lost


async def test_of_two_terminals_that_book_the_last_place_one_keeps_its_form(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with new_order(app, customer="корсак", service=THIRD) as pilot:
        await go(pilot, "tariff")
        await press(pilot, "right")
        await over(pilot, "#comment-line", "у окна")
        sold = service(app.desk, THIRD)
        period = filled(app).period
        assert period is not None
        with another_terminal(database, clock) as other:
            free = [one for one in other.catalogue.free_places(sold.id, period) if one.free]
            for place in free[1:]:  # all but the one that the form proposes
                other.orders.create(draft(other, place=place.workplace_id, days=(TODAY, TODAY)))
            app.screen.on_desk_changed(None)  # type: ignore[attr-defined]
            await settle(pilot)
            assert filled(app).workplace_ids == (free[0].workplace_id,)
            winner = other.orders.create(
                draft(other, place=free[0].workplace_id, days=(TODAY, TODAY))
            )
            type_key(app, "ctrl+s")  # before the change is noticed
            await settle(pilot)
        assert isinstance(app.screen, NewOrderForm)
        assert newest(app.desk) == winner
        told = said(app)
        assert f"билет {winner.tickets[0].number}" in told
        assert "Иван Столповский" in told
        assert line(app, "#comment-line") == "у окна"
        assert app.screen.query_one(PersonSearch).person is not None
        assert not [one for one in places(app) if one.startswith(("□", "■"))]
        assert gaps(app) == "! Исправьте: рабочие места"


# The price, the payment and the comment


async def test_the_price_may_be_changed_is_checked_and_the_proposal_stays_in_sight(
    app: DeskApp,
) -> None:
    async with new_order(app, customer="корсак", service=SECOND) as pilot:
        # A price that is none is told at its field.
        await over(pilot, "#price-line", "дорого")
        assert "дорого" in complaint(app, "price")
        assert "Исправьте: стоимость" in gaps(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, NewOrderForm)
        await over(pilot, "#price-line", "")
        await press(pilot, "tab")
        assert line(app, "#price-line") == "250"
        assert complaint(app, "price") == ""
        # The price may be changed and the proposal stays in sight.
        await over(pilot, "#price-line", "199,90")
        assert "предложено 250" in text(app, "#price-how").replace("\u00a0", " ")
        await go(pilot, "workplaces")
        await press(pilot, "down", "space")
        assert line(app, "#price-line") == "199,90"
        await over(pilot, "#comment-line", "скидка")
        await go(pilot, "payment")
        await press(pilot, "left")
        await press(pilot, "ctrl+s")
        order = newest(app.desk)
        assert (order.price, order.comment) == (money("199.90"), "скидка")
        assert order.status is OrderStatus.AWAITING_INVOICE


async def test_what_the_desk_finds_wrong_is_told_at_its_field(app: DeskApp) -> None:
    async with new_order(app, customer="корсак", service=SECOND) as pilot:
        seats = app.screen.query_one(SeatTicks)
        seats._chosen = tuple(range(1, 150))
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, NewOrderForm)
        assert "100" in "\n".join(on_screen(app))


# Leaving


async def test_esc_leaves_an_untouched_form_at_once_and_asks_once_where_something_is_typed(
    app: DeskApp,
) -> None:
    async with new_order(app) as pilot:
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketsScreen)
        await press(pilot, "a")
        await find(pilot, "кор")
        await press(pilot, "escape", "escape")  # the list of people, then the form
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, NewOrderForm)
        assert app.screen.query_one(PersonSearch).text == "кор"
        await press(pilot, "escape", "tab", "enter")
        assert isinstance(app.screen, TicketsScreen)
        assert newest(app.desk).number == 1223


async def test_a_busy_database_leaves_the_form_filled(
    app: DeskApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    async with new_order(app, customer="корсак", service=SECOND) as pilot:
        with locked(database):
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, NewOrderForm)
            assert tone(app) == "trouble"
            app.post_message(DeskChanged())  # the places can be read all the while
            await settle(pilot)
            assert "занята" in said(app)
        await press(pilot, "ctrl+s")
        assert newest(app.desk).number == 1224


# After it


async def test_a_filter_that_hides_the_new_ticket_is_reset_and_one_that_shows_it_stays(
    app: DeskApp,
) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        for wanted, shown in (("рим", 1), ("сем", None)):
            await press(pilot, "slash", *wanted, "enter", "a")
            await find(pilot, "корсак")
            await press(pilot, "enter", "right", "ctrl+s")
            table = app.screen.query_one(TicketTable)
            assert table.cursor_number == newest(app.desk).tickets[0].number
            assert table.row_count == shown or (shown is None and table.row_count > 1)
            await press(pilot, "x")


async def test_the_form_opened_late_in_the_day_still_proposes_hours(
    app: DeskApp, clock: FrozenClock
) -> None:
    clock.move_to(clock.now() + timedelta(hours=13, minutes=40))  # 23:40
    async with new_order(app, customer="корсак", service=THIRD):
        assert (line(app, "#from-time"), line(app, "#to-time")) == ("23:30", "24:00")
        assert "Исправьте: период" in gaps(app)


@pytest.mark.parametrize(("key", "form"), [("a", NewOrderForm), ("o", OrderStatusForm)])
async def test_a_key_pressed_before_the_database_is_open_is_not_lost(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch, key: str, form: type
) -> None:
    may_open = threading.Event()
    opening = services.open_services

    def held_back(*words: object, **options: object) -> object:
        assert may_open.wait(10)
        return opening(*words, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(services, "open_services", held_back)
    async with app.run_test() as pilot:
        while not app.screen.query_one(TicketTable).row_count:
            await pilot.pause(0.02)
        await pilot.press(key)
        assert isinstance(app.screen, TicketsScreen)
        may_open.set()
        await settle(pilot)
        assert isinstance(app.screen, form)
