"""Orders on the command line: the list, one of them, and its next status."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from olvery_tui.export.columns import ORDER_COLUMNS
from tests import paying
from tests.cli.conftest import Run

EXAMPLE = """
{"number": 1215, "status": "confirmed",
 "customer": {"last_name": "Семенова", "first_name": "Мария", "phone": "+79655776500", "email": "koshatina77@mail.ru",
  "patronymic": "", "note": "", "ban_reason": null},
 "service": "Коворкинг на 3 этаже", "payment_kind": "on_site", "price": "2850.00", "currency": "RUB",
 "paid_at": "2022-12-05T19:05:00+03:00", "owed": "0.00", "created_at": "2022-12-05T19:02:00+03:00", "comment": "", "overdue": false,
 "tickets": [{"number": 26, "status": "confirmed", "period": {"kind": "daily", "starts_at": "2022-12-22T00:00:00+03:00", "ends_at": "2022-12-25T00:00:00+03:00", "text": "22.12.2022 - 24.12.2022"}, "visitor": "Мария Семенова", "workplace": "PM №1", "overdue": false}],
 "paid": "2850.00", "payments": [{"at": "2022-12-05T19:05:00+03:00", "amount": "2850.00", "kind": "on_site", "by": null, "receipt": ""}]}
"""  # noqa: E501 - to the letter
"""What the documentation promises."""

LATER = "2022-12-20T10:00:00+03:00"


def numbers(run: Run, *words: object) -> list[int]:
    done = run("orders", *words, "--format", "json")
    assert (done.code, done.err) == (0, "")
    return [order["number"] for order in json.loads(done.out)]


def status(run: Run, number: int) -> str:
    return json.loads(run("order", number, "--format", "json").out)["status"]


class TestTheList:
    def test_the_newest_number_comes_first(self, run: Run) -> None:
        found = numbers(run)
        assert found == sorted(found, reverse=True)
        assert (found[0], len(found)) == (1223, 11)

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            (("--number", "1215-1217"), [1217, 1216, 1215]),
            (("--customer", "сем"), [1223, 1215, 1214]),
            (("--customer", "МАР спи", "--status", "cancelled"), [1211]),
            (("--status", "awaiting_invoice", "--status", "invoice_issued"), [1219, 1217]),
            (("--from", "22.12.2022", "--to", "2022-12-22"), [1223, 1215, 1213]),
            (("--overdue",), []),
            (("--limit", 1), [1223]),
        ],
    )
    def test_by_each_condition(self, run: Run, words: tuple[str, ...], found: list[int]) -> None:
        assert numbers(run, *words) == found

    def test_those_whose_time_is_up(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OLVERY_NOW", LATER)
        assert numbers(run, "--overdue") == [1220, 1218, 1217, 1216, 1214, 1212]
        assert numbers(run, "--overdue", "--status", "new") == [1218]
        assert numbers(run, "--overdue", "--status", "cancelled") == []
        assert "Время истекло" in run("orders", "--number", 1220).out
        for number, over in ((29, True), (27, True), (22, False), (34, False)):  # new, active, …
            told = json.loads(run("ticket", number, "--format", "json").out)
            assert told["overdue"] is over
        assert "Время истекло" in run("tickets", "--number", 29).out

    @pytest.mark.parametrize(
        ("words", "option"),
        [
            (("--number", "3x"), "--number"),
            (("--to", "someday"), "--to"),
            (("--from", "07.12.2022", "--to", "06.12.2022"), "--from, --to"),
            (("--customer", "!!"), "--customer"),
        ],
    )
    def test_a_bad_value_is_told_with_its_option(
        self, run: Run, words: tuple[str, ...], option: str
    ) -> None:
        done = run("orders", *words)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"{option}: ")

    def test_for_people_in_the_columns_of_the_screen(self, run: Run) -> None:
        first, row = run("orders", "--number", 1223).out.splitlines()
        assert first.split("\t") == [
            "Номер", "Заказчик", "Услуга", "Статус", "Билеты", "Цена", "Оплачен",
        ]  # fmt: skip
        assert row.replace("\xa0", " ").split("\t") == [
            "1223", "Мария Семенова", "Коворкинг на 2 этаже", "Новый", "1", "15 800 руб.", "—",
        ]  # fmt: skip

    def test_as_csv_every_column_and_no_formula(self, run: Run, database: Path) -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("UPDATE orders SET comment = '=1+1' WHERE number = 1215")
        rows = csv.DictReader(io.StringIO(run("orders", "--format", "csv").out))
        found = {row["number"]: row for row in rows}
        assert tuple(found["1215"]) == ORDER_COLUMNS
        assert found["1215"]["comment"] == "'=1+1"
        assert found["1215"]["price"] == "2850.00"
        assert found["1215"]["ticket_numbers"] == "26"

    def test_as_a_spreadsheet_a_price_is_a_number(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "orders.xlsx"
        assert run("orders", "--format", "xlsx", "--output", file).code == 0
        head, *rows = openpyxl.load_workbook(file).active.values
        assert head == ORDER_COLUMNS
        assert rows[0][ORDER_COLUMNS.index("price")] == 15800


class TestOneOrder:
    def test_its_json_is_the_documentations_to_the_letter(self, run: Run) -> None:
        done = run("order", 1215, "--format", "json")
        assert (done.code, done.err) == (0, "")
        assert json.dumps(json.loads(done.out)) == json.dumps(json.loads(EXAMPLE))
        listed = run("orders", "--number", 1215, "--format", "json").out
        assert json.dumps(json.loads(listed)) == json.dumps([json.loads(EXAMPLE)])

    def test_for_people_its_facts_and_tickets_stand_under_each_other(self, run: Run) -> None:
        facts = dict(line.split("\t") for line in run("order", 1215).out.splitlines())
        assert facts["Заказ"] == "1215"
        assert facts["Заказчик"] == "Мария Семенова"
        assert facts["Оплата"] == "На месте"
        assert facts["Билет 26"].endswith("Мария Семенова · Подтвержден · PM №1")

    def test_what_is_owed_of_it_is_told(self, run: Run, database: Path) -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute(f"{paying.GIVE_BACK} AND number = 1215")
        facts = dict(line.split("\t") for line in run("order", 1215).out.splitlines())
        assert facts["К оплате"].replace("\xa0", " ") == "2 850 руб."
        assert "Оплачен" not in facts
        assert json.loads(run("order", 1215, "--format", "json").out)["owed"] == "2850.00"
        assert json.loads(run("order", 1218, "--format", "json").out)["owed"] == "0.00"
        listed = run("orders", "--number", "1215").out.replace("\xa0", " ")
        assert "к оплате 2 850 руб." in listed
        rows = csv.DictReader(io.StringIO(run("orders", "--format", "csv").out))
        assert {row["number"]: row["owed"] for row in rows}["1215"] == "2850.00"

    def test_one_that_is_not_there_is_a_no(self, run: Run) -> None:
        done = run("order", 99)
        assert (done.code, done.out) == (1, "")
        assert "99" in done.err


class TestTheNextStatus:
    def test_it_is_set_and_the_order_printed(self, run: Run) -> None:
        done = run("order", 1219, "set-status", "cancelled", "--reason", "передумала")
        assert (done.code, done.err) == (0, "")
        assert "Отменен" in done.out
        assert status(run, 1219) == "cancelled"
        assert json.loads(run("ticket", 30, "--format", "json").out)["status"] == "cancelled"

    @pytest.mark.parametrize(
        ("words", "paid_at", "kind"),
        [
            (("--paid-at", "now"), "2022-12-06T10:00:00+03:00", "on_site"),
            (("--payment", "online"), "2022-12-06T10:00:00+03:00", "online"),
            (("--paid-at", "06.12.2022 9:30"), "2022-12-06T09:30:00+03:00", "on_site"),
            (("--paid-at", "2022-12-05T12:00"), "2022-12-05T12:00:00+03:00", "on_site"),
            (("--paid-at", "2022-12-05T12:00Z"), "2022-12-05T15:00:00+03:00", "on_site"),
            (("--paid-at", "5.12"), "2022-12-05T00:00:00+03:00", "on_site"),
        ],
    )
    def test_a_payment_is_recorded_with_it(
        self, run: Run, words: tuple[str, ...], paid_at: str, kind: str
    ) -> None:
        done = run("order", 1218, "set-status", "confirmed", *words, "--format", "json")
        order = json.loads(done.out)
        assert (done.code, order["status"]) == (0, "confirmed")
        assert (order["paid_at"], order["payment_kind"]) == (paid_at, kind)
        earlier = "--paid-at: Войдёт в выручку того времени, и уже закрытой смены.\n"
        assert done.err == ("" if paid_at == "2022-12-06T10:00:00+03:00" else earlier)

    @pytest.mark.parametrize(
        ("words", "code", "told"),
        [
            (("completed",), 1, "«Новый»: перевести его в «Выполнен» нельзя. Возможно: confirmed"),
            (("new",), 1, "Заказ 1218 уже в статусе «Новый»."),
            (("confirmed",), 1, "не оплачен"),
            (("paid",), 2, "Возможно: new"),
            ((), 2, "Не указано: СТАТУС"),
            (("confirmed", "--paid-at", "завтра"), 2, "--paid-at: «завтра» — не дата"),
            (("confirmed", "--paid-at", "06.12 25:00"), 2, "--paid-at: "),
            (("confirmed", "--paid-at", "2023-01-01"), 2, "--paid-at: Этот момент"),
            (("cancelled", "--payment", "online"), 2, "--paid-at, --payment: "),
            (("cancelled", "--reason", "я" * 501), 2, "--reason: "),
        ],
    )
    def test_what_can_not_be_is_told_and_nothing_changes(
        self, run: Run, words: tuple[str, ...], code: int, told: str
    ) -> None:
        done = run("order", 1218, "set-status", *words)
        assert (done.code, done.out) == (code, "")
        assert told in done.err
        assert status(run, 1218) == "new"

    def test_money_is_taken_in_parts_and_given_back(self, run: Run, database: Path) -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute(f"{paying.GIVE_BACK} AND number = 1215")
        run("order", 1215, "pay", "850.50", "--kind", "online", "--receipt", "17")
        done = run("order", 1215, "refund", "50,5", "--format", "json")
        order = json.loads(done.out)
        assert (done.code, order["paid"], order["owed"]) == (0, "800.00", "2050.00")
        assert [
            (line["amount"], line["kind"], line["receipt"]) for line in order["payments"][-2:]
        ] == [("850.50", "online", "17"), ("-50.50", "on_site", "")]
        facts = run("order", 1215).out.replace("\xa0", " ")
        assert "Принято\t850,50 руб. · 06.12.2022 10:00 · онлайн · чек 17" in facts
        assert "Возвращено\t50,50 руб. · 06.12.2022 10:00 · на месте" in facts

    @pytest.mark.parametrize(
        ("words", "code", "told"),
        [
            (("pay", "1"), 1, "платить нечего"),
            (("refund", "2850.01"), 1, "Больше 2 850 руб. по заказу 1215 вернуть нельзя"),
            (("refund", "0"), 2, "СУММА: Введите сумму больше нуля."),
            (("refund", "0.001"), 2, "СУММА: «0.001»"),
            (("refund",), 2, "Не указано: СУММА"),
            (("refund", "1", "--receipt", "9" * 51), 2, "--receipt: "),
            (("refund", "1", "--reason", "так"), 2, "--reason"),
            (("set-status", "completed", "--kind", "online"), 2, "--kind"),
            (("refund", "1", "--kind", "barter"), 2, "--kind"),
        ],
    )
    def test_no_other_amount_is_taken(
        self, run: Run, words: tuple[str, ...], code: int, told: str
    ) -> None:
        before = run("order", 1215, "--format", "json").out
        done = run("order", 1215, *words)
        assert (done.code, done.out) == (code, "")
        assert told in done.err.replace("\xa0", " ")
        assert run("order", 1215, "--format", "json").out == before

    def test_completing_before_the_end_needs_to_be_said(self, run: Run) -> None:
        done = run("order", 1220, "set-status", "completed")
        assert (done.code, done.out) == (1, "")
        assert "еще не закончился (15.12.2022 00:00)" in done.err
        assert "--early" in done.err
        assert status(run, 1220) == "confirmed"
        done = run("order", 1220, "set-status", "completed", "--early")
        assert (done.code, done.err) == (0, "")
        assert status(run, 1220) == "completed"

    def test_after_the_end_it_needs_no_word(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OLVERY_NOW", LATER)
        assert run("order", 1220, "set-status", "completed").code == 0

    @pytest.mark.parametrize("words", [("--early",), ("set-status", "cancelled", "--early")])
    def test_early_belongs_to_completing(self, run: Run, words: tuple[str, ...]) -> None:
        done = run("order", 1220, *words)
        assert (done.code, done.out) == (2, "")
        assert "--early" in done.err
        assert status(run, 1220) == "confirmed"

    def test_a_paid_order_is_told_what_it_can_become_instead_of_cancelled(self, run: Run) -> None:
        run("order", 1218, "set-status", "confirmed", "--paid-at", "now")
        done = run("order", 1218, "set-status", "cancelled")
        assert (done.code, done.out) == (1, "")
        assert "оплачен" in done.err
        assert "«Отменен. Выполняется возврат»" in done.err
        assert done.err.endswith(" Возможно: completed, refund_in_progress.\n")
        assert run("order", 1218, "set-status", "refund_in_progress").code == 0

    def test_of_a_final_status_it_is_told_that_it_is_one(self, run: Run) -> None:
        for status in ("refund_in_progress", "refunded"):
            assert run("order", 1220, "set-status", status).code == 0
        done = run("order", 1220, "set-status", "confirmed", "--paid-at", "now")
        assert (done.code, done.out) == (1, "")
        assert done.err.endswith(" Этот статус окончательный.\n")

    def test_words_that_belong_to_it_are_not_ignored_without_it(self, run: Run) -> None:
        done = run("order", 1218, "--reason", "x")
        assert (done.code, done.out) == (2, "")
        assert "set-status" in done.err

    def test_the_history_names_the_account(self, run: Run, database: Path) -> None:
        run("order", 1220, "set-status", "completed", "--early")
        run("order", 1220, "set-status", "new")
        with closing(sqlite3.connect(database)) as connection:
            events = connection.execute(
                "SELECT kind, actor, account IS NOT NULL FROM event WHERE order_number = 1220"
                " ORDER BY id DESC LIMIT 2"
            ).fetchall()
        assert events == [("order.move_refused", "cli", 1), ("order.moved", "cli", 1)]
