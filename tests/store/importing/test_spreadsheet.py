"""Tables of a coworking, made by hand and by a generator: imported once, corrected, bounded."""

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from bench.names import name
from olvery_tui.domain.errors import FileRefused
from olvery_tui.domain.row_kinds import RowKind
from olvery_tui.export.columns import TICKET_COLUMNS, ticket_cells
from olvery_tui.export.json_lines import json_array, ticket_json
from olvery_tui.store.database.engine import Store
from olvery_tui.store.importing import Outcome, spreadsheet
from olvery_tui.store.importing.spreadsheet import RowProblem, SheetReport
from olvery_tui.store.importing.workbook import Book
from olvery_tui.wording.files import export_trouble
from olvery_tui.wording.import_tables import row_problem_text
from tests.store.import_files import CONSOLE, FLOOR, PLACES, QUIET, ROOM, Importing, world

Row = Sequence[Any]

PEOPLE = """№;Фамилия;Имя;Отчество;Телефон;Email
1;Иванов;Пётр;Сергеевич;8 (965) 577-65-00;ivanov@mail.ru
2; Орлова ;Анна;;+7 903 111-22-33;
;;;;;
3;Петров, Сидоров;Олег;;;
4;Кузнецов;Иван;;12;
Итого;4;;;;
"""
BOOKED = ["ФИО", "Телефон", "Дата", "Время", "Помещение", "Место", "Статус", "Оплачен"]
BOOKINGS: list[Row] = [
    ["Иванов Пётр", 89655776500, datetime(2022, 12, 22), "09-11", ROOM, "PM №1", "", "да"],
    ["Орлова Анна", "8 903 1112233", "22.12.2022", "9.00–11.00", ROOM, "РМ №2", "новая", ""],
    ["Орлова Анна", "8 903 1112233", "23.12.2022", "", QUIET, "PM №1", "", ""],
    ["Лисин", "", "31.02.2023", "9-10", ROOM, "PM №1", "", ""],
    ["Лисин", "", "22.12.2022", "10-12", ROOM, "PM №1", "", ""],
    ["Лисин", "", "22.12.2022", "10-12", ROOM, "PM №77", "", ""],
]


class Tables:
    """Imports files as tables."""

    def __init__(self, importing: Importing, folder: Path) -> None:
        self.importing = importing
        self.folder = folder
        self.problems: list[RowProblem] = []

    def __call__(self, path: Path, kind: RowKind, **options: Any) -> SheetReport:
        self.problems = []
        self.table = spreadsheet.table(path, kind, options.pop("meanings", None))
        return spreadsheet.run(
            self.importing.store,
            self.table,
            clock=self.importing.clock,
            actor=CONSOLE,
            on_problem=self.problems.append,
            **options,
        )

    def told(self) -> set[tuple[int, str, str]]:
        return {(one.row, one.column, one.problem.code.value) for one in self.problems}

    def rejects(self, name: str) -> Path:
        path = self.folder / name
        reasons = {one.row: one.problem.code.value for one in self.problems if one.refuses}
        with path.open("wb") as file:
            spreadsheet.write_rejects(self.table, reasons, file)
        return path

    def text(self, content: str, encoding: str = "utf-8", name: str = "table.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode(encoding))
        return path

    def xlsx(self, rows: Iterable[Row], title: str = "Брони на декабрь") -> Path:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append([title])
        sheet.merge_cells("A1:F1")
        for row in rows:
            sheet.append(list(row))
        path = self.folder / "table.xlsx"
        book.save(path)
        return path


@pytest.fixture
def tables(store: Store, tmp_path: Path) -> Tables:
    importing = Importing(store, tmp_path)
    importing(*world())
    return Tables(importing, tmp_path)


def names(tables: Tables) -> set[str]:
    query = "SELECT last_name, first_name, patronymic, phone FROM person WHERE key LIKE 'table:%%'"
    if tables.importing.store.dialect == "sqlite":
        query = query.replace("%%", "%")
    return {" ".join(filter(None, row)) for row in tables.importing.rows(query)}


class TestPeople:
    def test_any_encoding_and_delimiter_says_the_same_and_only_once(self, tables: Tables) -> None:
        written: list[tuple[str, str]] = [
            ("cp1251", ";"), ("utf-8-sig", ","), ("utf-16", "\t"), ("utf-16-le", ";"),
            ("utf-8", "|"),
        ]  # fmt: skip
        for at, (encoding, delimiter) in enumerate(written):
            rows = list(csv.reader(io.StringIO(PEOPLE), delimiter=";"))
            text = io.StringIO()
            csv.writer(text, delimiter=delimiter).writerows(rows)
            report = tables(tables.text(text.getvalue(), encoding), RowKind.PEOPLE)
            first = Outcome.CREATED if at == 0 else Outcome.UNCHANGED
            assert (report.rows, report.count(first)) == (4, 2), encoding
            assert tables.told() == {(5, "Фамилия", "several"), (6, "Телефон", "phone")}
        assert names(tables) == {
            "Иванов Пётр Сергеевич +79655776500", "Орлова Анна +79031112233"
        }  # fmt: skip
        tables.importing.assert_sound()

    def test_what_was_refused_comes_back_in_the_same_format_and_is_imported(
        self, tables: Tables
    ) -> None:
        tables(tables.text(PEOPLE, "cp1251"), RowKind.PEOPLE)
        rejects = tables.rejects("rejects.csv").read_bytes().decode("cp1251")
        assert rejects.splitlines() == [
            "№;Фамилия;Имя;Отчество;Телефон;Email;Ошибка",
            "3;Петров, Сидоров;Олег;;;;several",
            "4;Кузнецов;Иван;;12;;phone",
        ]
        mended = rejects.replace("Петров, Сидоров", "Петров").replace(";12;", ";89031112244;")
        report = tables(tables.text(mended, "cp1251"), RowKind.PEOPLE)
        assert (report.count(Outcome.CREATED), report.refused) == (2, set())
        assert "Ошибка;Ошибка" not in tables.rejects("again.csv").read_bytes().decode("cp1251")

    def test_a_known_phone_or_email_is_that_person_and_told(self, tables: Tables) -> None:
        tables(tables.text(PEOPLE), RowKind.PEOPLE)
        before = names(tables)
        report = tables(
            tables.text(
                "Фамилия,Имя,Телефон,Почта\n"
                "Иванова,Пелагея,+7 965 577-65-00,\n"  # somebody else's phone
                "Орлова,Анна,89031112233,orlova@mail.ru\n"  # one more email
                "Новый,Иван,89031119999,\n"
                "Новая,Инна,8 (903) 111-99-99,\n"  # as the row above
                "Чужой,Пётр,89031112233,ivanov@mail.ru\n"
            ),
            RowKind.PEOPLE,
        )
        assert tables.told() == {
            (2, "Телефон", "joined"), (5, "Телефон", "joined"), (6, "Телефон", "two_people")
        }  # fmt: skip
        assert (report.count(Outcome.JOINED), report.count(Outcome.UPDATED)) == (2, 1)
        assert names(tables) == {*before, "Новый Иван +79031119999"}

    def test_what_is_not_known_yet_of_somebody_known_is_added_and_nothing_overwritten(
        self, tables: Tables
    ) -> None:
        def known() -> list[tuple[Any, ...]]:
            query = "SELECT last_name, first_name, patronymic, phone, email, note FROM person p" \
                " WHERE phone IN ('+79031112233', '+79031112244') ORDER BY phone"  # fmt: skip
            return [tuple(row) for row in tables.importing.rows(query)]

        tables(tables.text("Фамилия,Телефон\nОрлова,89031112233\n"), RowKind.PEOPLE)
        head = "Фамилия,Имя,Отчество,Телефон,Почта,Заметка\n"
        path = tables.text(
            head + "Орлова,Анна,Ильинична,89031112233,orlova@mail.ru,в наушниках\n"
            "Орлова,Анна,Петровна,89031112233,other@mail.ru,у окна\n"  # nothing overwritten
            "Лисин,Пётр,,89031112233,,брат\n"  # not called so
            "Иванов,,,89031112244,,\nИванов,Олег,Львович,89031112244,ivanov@mail.ru,\n"
            "Иванов,,,,Ivanov@mail.ru,поздно\n"
        )
        after = [
            ("Орлова", "Анна", "Ильинична", "+79031112233", "orlova@mail.ru", "в наушниках"),
            ("Иванов", "Олег", "Львович", "+79031112244", "ivanov@mail.ru", "поздно"),
        ]
        before = known()
        for dry_run, expected in ((True, before), (False, after)):
            report = tables(path, RowKind.PEOPLE, dry_run=dry_run)
            counted = [report.count(one) for one in (Outcome.CREATED, Outcome.UPDATED)]
            assert (counted, report.count(Outcome.JOINED)) == ([1, 3], 2)
            assert known() == expected
        assert tables(path, RowKind.PEOPLE).count(Outcome.UPDATED) == 0
        data = "SELECT data FROM event WHERE kind = 'person.updated'"
        assert [
            sorted(json.loads(str(row[0]).replace("'", '"'))["fields"])
            for row in tables.importing.rows(data)
        ] == [["email", "first_name", "note", "patronymic"]]
        tables.importing.assert_sound()

    def test_an_email_is_the_same_in_any_case_of_its_letters(self, tables: Tables) -> None:
        tables(tables.text("Фамилия,Почта\nОрлова,Orlova@mail.ru\n"), RowKind.PEOPLE)
        report = tables(
            tables.text(
                "Фамилия,Почта\n"
                "Орлова Анна,orlovA@MAIL.ru\n"
                "Новый,new@mail.ru\n"
                "Новый Иван,NEW@mail.ru\n"  # as the row above
            ),
            RowKind.PEOPLE,
        )
        assert (report.count(Outcome.JOINED), report.count(Outcome.CREATED)) == (2, 1)
        assert names(tables) == {"Орлова", "Новый"}

    def test_a_dry_run_tells_the_same_and_writes_nothing(self, tables: Tables) -> None:
        before = tables.importing.content()
        report = tables(tables.text(PEOPLE), RowKind.PEOPLE, dry_run=True)
        assert report.count(Outcome.CREATED) == 2
        assert tables.told() == {(5, "Фамилия", "several"), (6, "Телефон", "phone")}
        assert tables.importing.content() == before


class TestOrders:
    def test_each_row_is_an_order_with_its_ticket_and_only_once(self, tables: Tables) -> None:
        path = tables.xlsx([BOOKED, *BOOKINGS, [], ["Итого", 6]])
        report = tables(path, RowKind.ORDERS)
        expected = {
            (6, "Дата", "day"), (7, "Место", "seat_taken"), (8, "Место", "no_such")
        }  # fmt: skip
        assert tables.told() == expected
        assert (report.rows, report.count(Outcome.CREATED)) == (6, 3)
        booked = tables.importing.rows(
            "SELECT t.number, o.number, t.status, o.price, o.paid < o.price, label"
            " FROM ticket t JOIN orders o ON o.number = order_number"
            " JOIN workplace w ON w.id = workplace_id ORDER BY 1"
        )
        assert [tuple(row[:4]) for row in booked] == [
            (1, 1, "confirmed", 180000), (2, 2, "new", 180000), (3, 3, "confirmed", 90000)
        ]  # fmt: skip
        assert [(bool(row[4]), row[5]) for row in booked] == [
            (False, PLACES[0]), (True, PLACES[1]), (True, PLACES[0])
        ]  # fmt: skip
        again = tables(path, RowKind.ORDERS)
        assert again.count(Outcome.UNCHANGED) == 3
        assert tables.told() == expected
        assert len(tables.importing.rows("SELECT number FROM orders")) == 3
        tables.importing.assert_sound()

    def test_refused_rows_come_back_as_a_workbook(self, tables: Tables) -> None:
        tables(tables.xlsx([BOOKED, *BOOKINGS]), RowKind.ORDERS)
        book = load_workbook(tables.rejects("rejects.xlsx"))
        assert book.active is not None
        rows = [list(row) for row in book.active.iter_rows(values_only=True)]
        assert rows[0] == [*BOOKED, "Ошибка"]
        assert [row[-1] for row in rows[1:]] == ["day", "seat_taken", "no_such"]
        rows[1][2], rows[2][5] = "24.12.2022", "PM №3"
        rows.pop()
        report = tables(tables.xlsx(rows), RowKind.ORDERS)
        assert (report.count(Outcome.CREATED), report.refused) == (2, set())

    def test_merged_cells_count_for_each_of_their_rows(self, tables: Tables) -> None:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in (
            ["ФИО", "Аренда"], [None, "Дата", "Помещение", "Место"],
            ["Иванов Пётр", datetime(2022, 12, 22), ROOM, "PM №1"],
            [None, None, None, "РМ №2"],
            ["Орлова Анна", None, QUIET, "PM №1"],
        ):  # fmt: skip
            sheet.append(row)
        for cells in ("A1:A2", "B1:D1", "A3:A4", "B3:B5", "C3:C4"):
            sheet.merge_cells(cells)
        path = tables.folder / "merged.xlsx"
        book.save(path)
        report = tables(path, RowKind.ORDERS)
        assert (tables.told(), report.count(Outcome.CREATED)) == (set(), 3)
        query = "SELECT last_name, r.name, label FROM ticket t JOIN person p ON p.id = visitor_id" \
            " JOIN workplace w ON w.id = workplace_id JOIN room r ON r.id = room_id" \
            " ORDER BY number"  # fmt: skip
        assert [tuple(row) for row in tables.importing.rows(query)] == [
            ("Иванов", ROOM, "PM №1"), ("Иванов", ROOM, "PM №2"), ("Орлова", QUIET, "PM №1"),
        ]  # fmt: skip

    def test_numbers_of_the_file_are_kept_unless_they_are_taken(self, tables: Tables) -> None:
        head, row = "Заказ,Билет,ФИО,Дата,Помещение,Место\n", f",{ROOM},PM №1\n"
        tables(tables.text(f"{head}77,90,Иванов,22.12.2022{row}"), RowKind.ORDERS)
        report = tables(
            tables.text(f"{head}77,91,Петров,23.12.2022{row},,Иванов,24.12.2022{row}"),
            RowKind.ORDERS,
        )
        assert tables.told() == {(2, "Заказ", "number_taken")}
        assert report.count(Outcome.CREATED) == 1
        query = "SELECT number, order_number FROM ticket ORDER BY number"
        assert tables.importing.rows(query) == [(90, 77), (91, 78)]

    def test_rows_of_one_number_are_one_order_also_where_they_were_cut_off(
        self, tables: Tables, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        head = "Заказ,ФИО,Дата,Помещение,Место,Статус\n"
        tables(tables.text(f"{head}70,Чужой,20.12.2022,{ROOM},PM №1,\n"), RowKind.ORDERS)
        rows = (
            f"77,Иванов,22.12.2022,{ROOM},PM №1,\n77,Орлова,22.12.2022,{ROOM},РМ №2,\n"
            f"78,Лисин,22.12.2022,{ROOM},PM №1,\n78,Лисин,23.12.2022,{ROOM},PM №1,\n"
            f"77,Иванов,23.12.2022,{ROOM},PM №2,\n77,Орлова,24.12.2022,{ROOM},PM №2,новая\n"
            f"70,Петров,21.12.2022,{ROOM},PM №1,\n"
        )
        told = {(4, "Место", "seat_taken"), (7, "Заказ", "number_taken"),
                (8, "Заказ", "number_taken")}  # fmt: skip
        for chunk in (1, 2_000):  # the first file ends in the middle of an order
            monkeypatch.setattr("olvery_tui.store.importing.pipeline.CHUNK", chunk)
            cut = rows if chunk > 1 else "\n".join(rows.splitlines()[:2]) + "\n"
            tables(tables.text(head + cut), RowKind.ORDERS)
        assert tables.told() == told
        query = "SELECT order_number, count(*), sum(price) / count(*) FROM ticket JOIN orders o" \
            " ON o.number = order_number GROUP BY 1 ORDER BY 1"  # fmt: skip
        expected = [(70, 1, 90000), (77, 3, 270000), (78, 1, 90000)]
        assert [tuple(map(int, row)) for row in tables.importing.rows(query)] == expected
        tables(tables.text(head + rows), RowKind.ORDERS)
        assert tables.told() == told
        assert [tuple(map(int, row)) for row in tables.importing.rows(query)] == expected
        tables.importing.assert_sound()

    def test_an_order_that_came_by_itself_has_its_price_and_a_new_row_s_beside_it(
        self, tables: Tables
    ) -> None:
        def price() -> list[tuple[int, int]]:
            query = "SELECT count(*), max(price) FROM ticket JOIN orders o ON o.number = 77" \
                " WHERE order_number = 77"  # fmt: skip
            return [tuple(map(int, row)) for row in tables.importing.rows(query)]

        head = "Заказ,ФИО,Дата,Помещение,Место,Статус\n"
        rows = [f"77,Иванов,{day}.12.2022,{ROOM},PM №1,\n" for day in (22, 23, 24)]
        order = "Номер,ФИО,Цена,Способ оплаты\n77,Иванов,1500,по счету\n"
        tables(tables.text(order), RowKind.ORDERS_ONLY)
        for part in (rows[:1], rows[:2]):  # the first one was stopped
            tables(tables.text(head + "".join(part)), RowKind.ORDERS)
            assert (tables.told(), price()) == (set(), [(len(part), 150000)])
        added = head.replace("\n", ",Способ оплаты\n") + rows[2].replace("\n", ",по счету\n")
        tables(tables.text(added), RowKind.ORDERS)
        assert (tables.told(), price()) == (set(), [(3, 240000)])
        tables.importing.assert_sound()

    def test_what_was_cancelled_is_booked_anew_but_not_cancelled_twice(
        self, tables: Tables
    ) -> None:
        row = f"Иванов,22.12.2022,{ROOM},PM №1"
        path = tables.text(f"ФИО,Дата,Помещение,Место,Статус\n{row},отменён\n{row},\n")
        assert tables(path, RowKind.ORDERS).count(Outcome.CREATED) == 2
        assert tables(path, RowKind.ORDERS).count(Outcome.UNCHANGED) == 2

    def test_a_whole_winter_is_imported_with_its_errors(
        self, tables: Tables, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("olvery_tui.store.importing.pipeline.CHUNK", 50)
        chance, rows, bad = Random(1), [], 0
        for number in range(300):
            last, first = name(chance)
            day, hour = number // 6 % 28 + 1, 8 + number // 6 // 28 * 4
            place = PLACES[number % 3] if chance.random() < 0.95 else "PM №99"
            bad += place == "PM №99"
            when = f"{hour}-{hour + 2}" if chance.random() < 0.5 else f"{hour}.00–{hour + 2}.00"
            room = (ROOM, QUIET)[number // 3 % 2]
            phone = f"8 (9{chance.randrange(100):02d}) {number:03d}-00-00"
            rows.append([f"{last} {first}", phone, f"{day}.01.2023", when, room, place, "", ""])
        path = tables.xlsx([BOOKED, *rows])
        report = tables(path, RowKind.ORDERS)
        assert len(report.refused) == bad > 0
        assert report.count(Outcome.CREATED) == 300 - bad
        assert tables(path, RowKind.ORDERS).count(Outcome.UNCHANGED) == 300 - bad
        tables.importing.assert_sound()


class TestCatalogue:
    def test_places_and_tariffs_of_an_empty_database(self, store: Store, tmp_path: Path) -> None:
        tables = Tables(Importing(store, tmp_path), tmp_path)
        places = "".join(f"{FLOOR},Зал,PM №{number}\n" for number in range(1, 4))
        report = tables(tables.text(f"Услуга,Помещение,Место\n{places}"), RowKind.PLACES)
        assert report.count(Outcome.CREATED) == 3
        report = tables(
            tables.text(
                "Название;Единица;Цена;Минимум;Максимум\n"
                "Почасовой;час;250,00;1;14\nСуточный;сутки;1 800,50 ₽;;\nНочной;ночь;5;;\n"
            ),
            RowKind.TARIFFS,
        )
        assert report.count(Outcome.CREATED) == 2
        assert tables.told() == {(4, "Единица", "choice")}
        tables.importing.assert_sound()

    def test_days_are_told_and_shown_as_people_write_them(self, tables: Tables) -> None:
        rows: list[Row] = [
            ["Название", "Единица", "Цена", "С"],
            ["Суточный", "сутки", datetime(2022, 12, 6), date(2022, 12, 6)],
            ["Месячный", "месяц", datetime(2022, 12, 6, 9, 30), ""],
        ]
        tables(tables.xlsx(rows, "Тарифы"), RowKind.TARIFFS)
        assert [row_problem_text(one) for one in tables.problems] == [
            "Строка 3, Цена: 06.12.2022 — не сумма. Напишите так: 1800,50.",
            "Строка 4, Цена: 06.12.2022 09:30:00 — не сумма. Напишите так: 1800,50.",
        ]
        assert tables.table.sample(3) == "06.12.2022"


class TestColumns:
    def test_they_mean_what_they_meant_in_the_last_import_with_these_headings(
        self, tables: Tables
    ) -> None:
        def recalled(content: str, kind: RowKind = RowKind.PEOPLE) -> spreadsheet.Table:
            found = spreadsheet.preview(tables.text(content), kind)
            with tables.importing.store.reading() as session:
                return spreadsheet.recall(session, found)

        said = {"Кто": "full_name", "Заметки": None, "Куда звонить": "phone"}
        head, row = "Кто,Заметки,Куда звонить", "Иванов Пётр,x,89655776500"
        dry = tables(tables.text(f"{head}\n{row}\n"), RowKind.PEOPLE, meanings=said, dry_run=True)
        assert (dry.count(Outcome.CREATED), recalled(f"{head}\n").recalled) == (1, False)
        tables(tables.text(f"{head}\n{row}\n"), RowKind.PEOPLE, meanings=said)
        found = recalled(f"Список\n\n КТО ,Заметки:,Куда звонить,Ошибка,\n{row},нет\n")
        assert (found.recalled, found.at) == (True, 2)
        assert found.columns == {"full_name": 0, "phone": 2}
        assert not recalled(f"{head}\n", RowKind.ORDERS).recalled
        assert not recalled(f"{head},Ещё\n").recalled
        tables(
            tables.text(f"{head}\n{row}\n"), RowKind.PEOPLE, meanings={**said, "Заметки": "note"}
        )
        assert recalled(f"{head}\n").columns == {"full_name": 0, "note": 1, "phone": 2}
        rows = tables.importing.rows("SELECT * FROM import_columns")
        assert len(rows) == 1
        assert not any(word in str(rows) for word in ("Кто", "кто", "звонить"))

    def test_what_rows_were_the_last_time_counts_more_than_what_they_look_like(
        self, tables: Tables
    ) -> None:
        head = "Гость,Телефон,Email,Куда,Когда"
        said = {"Куда": "workplace", "Когда": "date"}
        path = tables.text(f"{head}\nИванов,,,PM №1,22.12.2023\n")
        assert spreadsheet.preview(path, None).kind is RowKind.PEOPLE
        tables(path, RowKind.ORDERS, meanings=said)
        for rows, kind in ((None, RowKind.ORDERS), (RowKind.PEOPLE, RowKind.PEOPLE)):
            with tables.importing.store.reading() as session:
                found = spreadsheet.preview(path, rows)
                found = spreadsheet.recall(session, found, guessed=rows is None)
            assert (found.kind, found.recalled) == (kind, kind is RowKind.ORDERS)


class TestOtherFiles:
    def test_what_is_no_table_is_refused_whole(self, tables: Tables) -> None:
        files: list[tuple[str, bytes, str]] = [
            ("a.pdf", b"%PDF-1.7\n\x00\x01\xff", "format"), ("a.zip", b"PK\x03\x04junk", "format"),
            ("empty.csv", b"", "format"), ("a.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "format"),
            ("a.csv", "Столица;Река\nПариж;Сена\n".encode(), "headings"),
        ]  # fmt: skip
        before = tables.importing.content()
        for file, content, code in files:
            path = tables.folder / file
            path.write_bytes(content)
            with pytest.raises(FileRefused) as caught:
                tables(path, RowKind.PEOPLE)
            assert (caught.value.code.value, caught.value.file) == (code, file)
        assert tables.importing.content() == before

    def test_a_workbook_that_is_broken_or_made_to_fill_the_memory_is_refused_whole(
        self, tables: Tables, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("olvery_tui.store.importing.sheets._SMALL_PART", 1 << 16)
        path = tables.xlsx([["ФИО", "Телефон"], ["Иванов", "89655776500"]])
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        sheet, types = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
        content = parts[sheet].decode()
        many = "".join(
            f'<!ENTITY {name} "{f"&{of};" * 10}">' for of, name in pairwise("abcdefghij")
        )
        entities = f'<!DOCTYPE x [<!ENTITY a "A">{many}]>{content.replace("ФИО", "&j;")}'
        no_text = '<c r="A1" t="s"><v>999</v></c>'
        hostile: list[tuple[str, str, str]] = [
            ("cut short", sheet, content[:-40]), ("no types", types, ""),
            ("entities", sheet, entities),
            ("no such text", sheet, re.sub(r"<c .*?</c>", no_text, content, count=1)),
            ("bomb", sheet, content.replace("Иванов", "А" * 1_000_000)),
        ]  # fmt: skip
        before = tables.importing.content()
        for case, part, changed in hostile:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, kept in parts.items():
                    archive.writestr(name, changed if name == part else kept)
            with pytest.raises(FileRefused) as caught:
                tables(path, RowKind.PEOPLE)
            assert caught.value.code.value == "format", case
        assert tables.importing.content() == before

    def test_a_workbooks_rows_are_those_that_openpyxl_reads(self, tables: Tables) -> None:
        rows: list[Row] = [
            ["ФИО", None, "Да", 1.5, 7, True, datetime(2022, 12, 6, 9), date(2022, 12, 6)],
            [None, "", time(9, 30), timedelta(hours=24), "=A1", "x" * 200],
        ]
        path = tables.xlsx(rows)
        odd = (
            '<row><c><v>1</v></c><c t="str"><v>two</v></c></row>'
            '<row r="9"><c r="C9" t="inlineStr"><is><r><rPr><b/><sz val="11"/></rPr><t>три</t></r>'
            '<r><t> часа</t></r></is></c><c r="D9" t="e"><v>#REF!</v></c>'
            '<c r="AB9" t="b"><v>0</v></c></row><row r="5"><c r="A5"><v>5</v></c></row>'
            '<row r="11"/></sheetData>'
        )
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        sheet = "xl/worksheets/sheet1.xml"
        parts[sheet] = parts[sheet].replace(b"</sheetData>", odd.encode())
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        theirs = load_workbook(path, read_only=True, data_only=True).worksheets[0]
        theirs.reset_dimensions()
        with path.open("rb") as file:
            found = list(Book(file).rows())
        assert found == [list(row) for row in theirs.iter_rows(values_only=True)]

    def test_a_workbook_without_the_extra_says_what_to_install(
        self, tables: Tables, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tables.xlsx([["ФИО"], ["Иванов"]])
        monkeypatch.setattr("olvery_tui.store.importing.sheets.find_spec", lambda _name: None)
        with pytest.raises(FileRefused) as caught:
            tables(path, RowKind.PEOPLE)
        assert "olvery-tui[xlsx]" in export_trouble(caught.value, path)

    def test_a_text_without_end_and_a_pipe_are_refused_whole(self, tables: Tables) -> None:
        rows = "".join(f"Иванов{number};\n" for number in range(20_000))
        for content in ("x" * 1_100_000, f'"{"x" * 300_000}', f"{rows}{'x;' * 600_000}"):
            with pytest.raises(FileRefused) as caught:
                tables(tables.text(f"ФИО;Телефон\n{content}\n"), RowKind.PEOPLE)
            assert caught.value.code.value == "format"
        pipe = tables.folder / "pipe.csv"
        os.mkfifo(pipe)
        with pytest.raises(FileRefused) as caught:
            tables(pipe, RowKind.PEOPLE)
        assert caught.value.code.value == "special"
        assert names(tables) == set()

    def test_the_first_sheet_that_is_shown_counts_however_wide_it_claims_to_be(
        self, tables: Tables
    ) -> None:
        book = Workbook()
        hidden = book.active
        assert hidden is not None
        hidden.append(["Списки"])
        hidden.sheet_state = "hidden"
        sheet = book.create_sheet("Люди")
        sheet.append(["ФИО", "Телефон", None, "Комментарий"])
        sheet.append(["Иванов", "89655776500"])
        sheet["XFD1048576"] = "край"
        path = tables.folder / "people.xlsx"
        book.active = 1
        book.save(path)
        report = tables(path, RowKind.PEOPLE)
        assert tables.table.headings == ("ФИО", "Телефон", "", "Комментарий")
        assert (report.rows, report.count(Outcome.CREATED)) == (2, 1)
        assert names(tables) == {"Иванов +79655776500"}

    def test_the_applications_own_exports_bring_the_tickets_back(
        self, tables: Tables, empty: Importing
    ) -> None:
        tables(tables.xlsx([BOOKED, *BOOKINGS]), RowKind.ORDERS)
        empty(*world())
        desk, zone = tables.importing.desk, tables.importing.desk.location().zone
        cards = [desk.tickets.get(number) for number in (1, 2, 3)]
        text = io.StringIO()
        csv.writer(text).writerows([TICKET_COLUMNS, *(ticket_cells(one, zone) for one in cards)])
        other = Tables(empty, tables.folder)
        report = other(tables.text(text.getvalue()), RowKind.ORDERS)
        assert (report.count(Outcome.CREATED), other.told()) == (3, set())
        query = "SELECT number, order_number, starts_at, ends_at, status FROM ticket ORDER BY 1"
        assert empty.rows(query) == tables.importing.rows(query)
        array = "".join(json_array(ticket_json(one, zone) for one in cards))
        report = other(tables.text(array, name="tickets.json"), RowKind.ORDERS)
        assert report.count(Outcome.UNCHANGED) == 3

    def test_the_users_own_word_names_columns(self, tables: Tables) -> None:
        path = tables.text("Кто,Куда звонить\nИванов Пётр,89655776500\n")
        tables(path, RowKind.PEOPLE, meanings={"Кто": "full_name", "Куда звонить": "phone"})
        assert names(tables) == {"Иванов Пётр +79655776500"}


def stopping(after: int) -> Callable[[], bool]:
    asked = iter(range(1_000_000))
    return lambda: next(asked) >= after


def test_a_stop_keeps_whole_chunks_and_the_same_file_goes_on(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("olvery_tui.store.importing.pipeline.CHUNK", 10)
    rows = "".join(f"Иванов{number},+7903000{number:04d}\n" for number in range(100))
    path = tables.text(f"Фамилия,Телефон\n{rows}")
    first = tables(path, RowKind.PEOPLE, cancelled=stopping(6))
    assert first.lines.interrupted
    created = first.count(Outcome.CREATED)
    assert 0 < created < 100
    second = tables(path, RowKind.PEOPLE)
    assert second.count(Outcome.UNCHANGED) == created
    assert second.count(Outcome.CREATED) == 100 - created
