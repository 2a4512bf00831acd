"""Tables as people keep them: headings are recognised, cells read, and what can't be is told."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.errors import ImportCode, InvalidInput
from olvery_tui.domain.import_lines import Kind, checked
from olvery_tui.domain.people import fold
from olvery_tui.domain.row_kinds import FIELDS, RowKind
from olvery_tui.domain.spreadsheet import (
    Catalogue,
    Cell,
    InvalidRow,
    Rows,
    SoldTariff,
    amount,
    clock_of,
    guess,
    heading_row,
    is_total,
    likely_kind,
    moment,
    one_of,
    span,
)

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2022, 12, 6, 7, tzinfo=UTC)
SERVICE, ROOM, QUIET = "Коворкинг", "Зал", "Тихая"


def catalogue() -> Catalogue:
    return Catalogue(
        services={"коворкинг": SERVICE},
        rooms={(SERVICE, "зал"): ROOM, (SERVICE, "тихая"): QUIET},
        workplaces={
            (SERVICE, "рм №1"): [(ROOM, "PM №1")],
            (SERVICE, "рм №2"): [(ROOM, "PM №2"), (QUIET, "PM №2")],
        },
        tariffs={
            (SERVICE, "почасовой"): SoldTariff("Почасовой", TariffUnit.HOUR, Decimal("250")),
            (SERVICE, "суточныи"): SoldTariff("Суточный", TariffUnit.DAY, Decimal("900")),
        },
    )


def lines(kind: RowKind, **cells: Cell) -> list[dict[str, Any]]:
    return Rows(kind, catalogue(), MOSCOW, NOW).lines(2, cells)


def booking(**cells: Cell) -> dict[str, Any]:
    given = {"full_name": "Иванов Пётр", "workplace": "РМ №1", "date": "22.12.2022"}
    return lines(RowKind.ORDERS, **given | cells)[-1]


def refused(kind: RowKind, **cells: Cell) -> set[tuple[str, str]]:
    with pytest.raises(InvalidRow) as caught:
        lines(kind, **cells)
    return {(one.field, one.code.value) for one in caught.value.problems}


class TestHeadings:
    def test_what_a_russian_coworking_writes_is_recognised(self) -> None:
        headings = ["№", "Фамилия", "Имя", "Отчество", "Телефон", "Email"]
        assert guess(headings, RowKind.PEOPLE) == {
            "last_name": 1, "first_name": 2, "patronymic": 3, "phone": 4, "email": 5
        }  # fmt: skip
        headings = [
            "Клиент", "Тел.", "Дата с", "Дата по", "Время", "Рабочее место", "Помещение", "УСЛУГА",
            "Тариф", "Статус", "Цена, руб.", "Оплачен", "Примечание",
        ]  # fmt: skip
        assert set(guess(headings, RowKind.ORDERS)) == {
            "full_name", "phone", "starts", "ends", "time", "workplace", "room", "service",
            "tariff", "status", "price", "paid", "comment",
        }  # fmt: skip

    def test_the_row_of_headings_may_stand_below_titles(self) -> None:
        rows: list[list[Cell]] = [
            ["Клиенты за декабрь", None],
            [],
            ["ФИО", "Почта"],
            ["Иванов", ""],
        ]
        assert heading_row(rows, RowKind.PEOPLE) == (2, {"full_name": 0, "email": 1})
        assert heading_row(rows, RowKind.ORDERS) is None

    def test_the_users_own_word_counts_more_than_a_guess(self) -> None:
        rows: list[list[Cell]] = [["Кто", "Телефон", "Моб."]]
        meanings = {"Кто": "full_name", "Телефон": None, "Моб.": "phone"}
        assert heading_row(rows, RowKind.PEOPLE, meanings) == (0, {"full_name": 0, "phone": 2})

    def test_a_number_is_a_ticket_s_only_where_it_says_nothing_more(self) -> None:
        headings = ["Номер", "Номер договора", "Номер места", "Время истекло"]
        assert guess(headings, RowKind.ORDERS) == {"ticket": 0, "workplace": 2}

    def test_every_field_has_headings(self) -> None:
        for kind in RowKind:
            assert [guess([name], kind) for name in FIELDS[kind]] == [
                {name: 0} for name in FIELDS[kind]
            ]


class TestCells:
    def test_days_as_people_write_them(self) -> None:
        same: list[Cell] = [
            "06.12.2022", "6.12.22", "6/12/2022", "2022-12-06", "06.12.2022 г.", date(2022, 12, 6),
            datetime(2022, 12, 6),
        ]  # fmt: skip
        for cell in same:
            assert moment("date", cell)[:2] == (date(2022, 12, 6), None)
        assert moment("starts", "06.12.2022 9:30")[1] == time(9, 30)

    def test_what_is_no_day_is_told(self) -> None:
        for cell in ["31.02.2023", "31.02", "12.2022", "завтра", "2022", 44901]:
            with pytest.raises(InvalidInput) as caught:
                moment("date", cell)
            assert caught.value.code is ImportCode.DAY

    def test_hours_as_people_write_them(self) -> None:
        for cell in ["09-11", "9.00–11.00", "9:00 - 11:00", "с 9 до 11", "9—11 ч", "9 по 11"]:
            assert span("time", cell) == (time(9), time(11))
        assert span("time", "9") == (time(9), None)
        assert clock_of("time_to", "24:00") == time.max
        assert clock_of("time_to", timedelta(hours=9, minutes=30)) == time(9, 30)
        assert clock_of("time_to", timedelta(days=1)) == time.max
        for cell in ["25-26", "9-11-13", "утром", "9.75"]:
            with pytest.raises(InvalidInput):
                span("time", cell)

    def test_amounts_as_people_write_them(self) -> None:
        for cell in ["1 800,50 ₽", "1800.5", 1800.5, "1 800,50 руб.", "1800,50 р"]:
            assert amount("price", cell) == "1800.50"
        with pytest.raises(InvalidInput):
            amount("price", "договорная")

    def test_statuses_in_words_or_as_codes(self) -> None:
        for cell, code in [("Подтверждён", "confirmed"), ("ОТМЕНЕН", "cancelled"), ("new", "new")]:
            assert one_of("status", cell) == code
        with pytest.raises(InvalidInput):
            one_of("status", "думает")

    def test_a_row_of_sums_is_known_by_its_first_word(self) -> None:
        assert is_total([None, "ИТОГО:", 12])
        assert not is_total(["Итогов", "Иван"])


class TestPeople:
    def test_a_name_in_one_cell_is_taken_apart(self) -> None:
        (line,) = lines(RowKind.PEOPLE, full_name="Иванов  Пётр Сергеевич", phone=89655776500)
        assert line.items() >= {"last_name": "Иванов", "patronymic": "Сергеевич"}.items()
        record = checked(Kind.PERSON, line).record
        assert record is not None
        assert record.phone == "+79655776500"  # type: ignore[attr-defined]

    def test_the_same_person_has_the_same_key_however_it_is_written(self) -> None:
        (one,) = lines(RowKind.PEOPLE, last_name="Ёлкина", phone="8 (965) 577-65-00")
        (other,) = lines(RowKind.PEOPLE, last_name=" ЕЛКИНА", phone="+79655776500", note="x")
        assert one["key"] == other["key"]

    @given(st.text(min_size=1, max_size=40), st.text(max_size=40))
    def test_the_key_stays_what_earlier_versions_wrote(self, last_name: str, note: str) -> None:
        cells = {"last_name": last_name, "first_name": 'Ж"\\\t', "phone": "+79655776500"}
        try:
            (line,) = lines(RowKind.PEOPLE, **cells, note=note)
        except InvalidRow:
            assume(False)
        said = {name: fold(line[name]) for name in ("last_name", "first_name") if name in line}
        written = json.dumps(said | {"phone": "9655776500"}, sort_keys=True, ensure_ascii=False)
        assert line["key"] == f"table:{sha256(written.encode()).hexdigest()[:32]}"

    def test_two_in_a_cell_are_refused(self) -> None:
        assert refused(
            RowKind.PEOPLE, last_name="Петров, Сидоров", phone="89655776500, 89655776501",
            email="a@b.ru c@d.ru",
        ) == {("last_name", "several"), ("phone", "several"), ("email", "several")}  # fmt: skip

    def test_a_formula_that_failed_is_no_name(self) -> None:
        for cell in ("#REF!", "#Н/Д", "#ИМЯ?"):
            assert refused(RowKind.PEOPLE, last_name=cell) == {("last_name", "failed")}

    def test_a_row_without_a_name_is_refused(self) -> None:
        assert refused(RowKind.PEOPLE, last_name=" ", phone="1") == {("last_name", "empty")}


class TestPlacesAndTariffs:
    def test_what_is_named_first_gets_a_line_once(self) -> None:
        rows = Rows(RowKind.PLACES, Catalogue(), MOSCOW, NOW)
        kinds = [
            [
                line["kind"]
                for line in rows.lines(at, {"service": "А", "room": "Б", "workplace": at})
            ]
            for at in (1, 2)
        ]
        assert kinds == [["service", "room", "workplace"], ["workplace"]]

    def test_a_tariff_in_words(self) -> None:
        (line,) = lines(RowKind.TARIFFS, tariff="Ночной", unit="час", price="150", min_units=2.0)
        assert line == {
            "kind": "tariff", "service": SERVICE, "name": "Ночной", "unit": "hour",
            "price": "150.00", "min_units": 2, "max_units": 2,
        }  # fmt: skip


class TestOrders:
    def test_hours_find_their_tariff_and_their_price(self) -> None:
        line = booking(time="9-11", paid="да", status="")
        assert line["starts_at"] == "2022-12-22T09:00:00+03:00"
        assert (line["tariff"], line["price"]) == ("Почасовой", "500.00")
        assert line["paid_at"] == line["created_at"]
        assert checked(Kind.BOOKING, line).record is not None

    def test_days_with_and_without_a_last_one(self) -> None:
        assert booking()["ends_on"] == "2022-12-22"
        line = booking(starts="22.12.2022", ends="24.12.2022")
        assert (line["ends_on"], line["price"]) == ("2022-12-24", "2700.00")

    def test_the_applications_own_days_are_half_open(self) -> None:
        line = booking(starts="2022-12-22T00:00:00+03:00", ends="2022-12-24T00:00:00+03:00")
        assert (line["starts_on"], line["ends_on"]) == ("2022-12-22", "2022-12-23")

    def test_what_does_not_exist_is_told_at_its_cell(self) -> None:
        given: dict[str, Cell] = {"full_name": "Иванов", "date": "31.02.2023"}
        assert refused(RowKind.ORDERS, **given, workplace="PM №9", tariff="Ночной") == {
            ("date", "day"), ("workplace", "no_such"), ("tariff", "no_such")
        }  # fmt: skip
        given["date"] = "22.12.2022"
        assert refused(RowKind.ORDERS, **given, workplace="PM №2") == {("room", "which_room")}
        assert booking(workplace="PM №2", room="тихая")["room"] == QUIET

    def test_a_ticket_that_was_cancelled_by_itself_does_not_come_back_to_life(self) -> None:
        given: dict[str, Cell] = {"full_name": "Иванов", "date": "22.12.2022", "workplace": "PM №1"}
        given["ticket_status"] = "Отменен"
        told = {("ticket_status", "cancelled_alone")}
        assert refused(RowKind.ORDERS, **given, status="Подтвержден") == told
        del given["workplace"]
        assert booking(**given, status="Отменен")["status"] == "cancelled"


def test_what_rows_are_is_guessed_by_most_of_their_headings() -> None:
    tables = {
        RowKind.PEOPLE: "№;Фамилия;Имя;Отчество;Телефон;Email",
        RowKind.PLACES: "Услуга;Помещение;Место",
        RowKind.TARIFFS: "Услуга;Название;Единица;Цена",
        RowKind.ORDERS: "ФИО;Телефон;Дата;Время;Помещение;Место",
        RowKind.ORDERS_ONLY: "Номер;Статус;ФИО;Телефон;Цена;Билеты",
    }
    for kind, headings in tables.items():
        assert likely_kind([["Список"], [], headings.split(";")]) is kind
    assert likely_kind([["Кто", "Куда звонить"]]) is RowKind.PEOPLE
