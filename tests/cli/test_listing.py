"""The list on the command line: the application's filters, and formats for programs."""

import csv
import errno
import io
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from olvery_tui.desk import paging
from olvery_tui.export import spreadsheet
from olvery_tui.export.columns import TICKET_COLUMNS
from olvery_tui.settings import config_file
from tests.cli.conftest import Run


def numbers(run: Run, *words: object) -> list[int]:
    done = run("tickets", *words, "--format", "json")
    assert (done.code, done.err) == (0, "")
    return [ticket["number"] for ticket in json.loads(done.out)]


class TestFilters:
    def test_without_any_the_newest_number_comes_first(self, run: Run) -> None:
        found = numbers(run)
        assert found == sorted(found, reverse=True)
        assert len(found) == 11
        assert found[:3] == [34, 31, 30]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [("31", [31]), ("30-40", [34, 31, 30]), ("26,31", [31, 26]), ("32-33", [])],
    )
    def test_by_number(self, run: Run, asked: str, found: list[int]) -> None:
        assert numbers(run, "--number", asked) == found

    def test_by_visitor_in_any_case_and_order(self, run: Run) -> None:
        assert 26 in numbers(run, "--visitor", "сем мар")
        assert numbers(run, "--visitor", "МАР СЕМ") == numbers(run, "--visitor", "сем мар")

    def test_by_status_given_once_or_more(self, run: Run) -> None:
        confirmed = numbers(run, "--status", "confirmed")
        active = numbers(run, "--status", "active")
        assert confirmed
        assert active
        both = numbers(run, "--status", "confirmed", "--status", "active")
        assert both == sorted({*confirmed, *active}, reverse=True)

    def test_by_days_in_both_spellings(self, run: Run) -> None:
        found = numbers(run, "--from", "2022-12-22", "--to", "2022-12-24")
        assert 26 in found
        assert numbers(run, "--from", "22.12.2022", "--to", "24.12") == found

    def test_all_together(self, run: Run) -> None:
        words = ("--number", "20-30", "--visitor", "сем", "--status", "confirmed", "--from", "1.12")
        assert 26 in numbers(run, *words)

    def test_at_most_so_many(self, run: Run) -> None:
        assert numbers(run, "--limit", 2) == [34, 31]

    def test_a_long_list_is_read_in_pages(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = numbers(run)
        for page in (1, 3, 11):
            monkeypatch.setattr(paging, "PAGE", page)
            assert numbers(run) == whole
            assert numbers(run, "--limit", 4) == whole[:4]

    @pytest.mark.parametrize(
        ("words", "option"),
        [
            (("--number", "3x"), "--number"),
            (("--number", "40-30"), "--number"),
            (("--from", "31.02.2022"), "--from"),
            (("--to", "someday"), "--to"),
            (("--from", "07.12.2022", "--to", "06.12.2022"), "--from, --to"),
            (("--visitor", "!!"), "--visitor"),
        ],
    )
    def test_a_bad_value_is_told_with_its_option(
        self, run: Run, words: tuple[str, ...], option: str
    ) -> None:
        done = run("tickets", *words, "--format", "json")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"{option}: ")
        assert len(done.err.splitlines()) == 1


class TestForPeople:
    def test_in_a_pipe_a_line_is_a_ticket_with_tabs_between(self, run: Run) -> None:
        first, *rows = run("tickets").out.splitlines()
        assert first.split("\t") == [
            "Номер",
            "Период аренды",
            "Посетитель",
            "Статус",
            "Номер места",
        ]
        cells = next(row.split("\t") for row in rows if row.startswith("26\t"))
        assert cells == ["26", "22.12.2022 - 24.12.2022", "Мария Семенова", "Подтвержден", "PM №1"]

    def test_nothing_found_is_an_empty_list(self, run: Run) -> None:
        assert run("tickets", "--number", 33).out.count("\n") == 1
        assert json.loads(run("tickets", "--number", 33, "--format", "json").out) == []


class TestCsv:
    def rows(self, text: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(text)))

    def test_every_column_is_there_and_every_ticket_a_line(self, run: Run) -> None:
        rows = self.rows(run("tickets", "--format", "csv").out)
        assert tuple(rows[0]) == TICKET_COLUMNS
        assert len(rows) == 11
        ticket = next(row for row in rows if row["number"] == "26")
        assert ticket["last_name"] == "Семенова"
        assert ticket["starts_at"] == "2022-12-22T00:00:00+03:00"
        assert ticket["modifiers"] == "Принтер; Полка"
        assert ticket["variant"] == ticket["validated_at"] == ""
        assert ticket["overdue"] == "0"

    @pytest.mark.parametrize("begin", ["=", "+", "-", "@"])
    def test_no_cell_can_become_a_formula(self, run: Run, database: Path, begin: str) -> None:
        name = f'{begin}HYPERLINK("http://evil/")'
        rename(database, name)
        ticket = self.rows(run("tickets", "--number", 26, "--format", "csv").out)[0]
        assert ticket["last_name"] == "'" + name
        assert ticket["phone"] == "'+79655776500"

    def test_a_name_with_everything_stays_one_cell_of_one_line(
        self, run: Run, database: Path
    ) -> None:
        rename(database, 'a,"b"\n;c\t\x1b[2J\u202e')
        done = run("tickets", "--number", 26, "--format", "csv")
        assert self.rows(done.out)[0]["last_name"] == 'a,"b" ;c [2J'
        assert len(done.out.splitlines()) == 2


class TestXlsx:
    def test_it_is_written_into_a_file(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "tickets.xlsx"
        done = run("tickets", "--format", "xlsx", "--output", file)
        assert (done.code, done.out, done.err) == (0, "", "")
        rows = list(openpyxl.load_workbook(file).active.values)
        assert rows[0] == TICKET_COLUMNS
        assert [row[0] for row in rows[1:4]] == [34, 31, 30]

    def test_no_cell_is_a_formula(self, run: Run, database: Path, tmp_path: Path) -> None:
        rename(database, "=1+1")
        file = tmp_path / "tickets.xlsx"
        run("tickets", "--format", "xlsx", "--output", file)
        sheet = openpyxl.load_workbook(file).active
        cells = [cell for row in sheet.rows for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} == {"s", "n"}
        assert "=1+1" in {cell.value for cell in cells}

    def test_what_does_not_fit_is_told(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spreadsheet, "LINES_MAX", 3)
        file = tmp_path / "tickets.xlsx"
        done = run("tickets", "--format", "xlsx", "--output", file)
        assert len(list(openpyxl.load_workbook(file).active.values)) == 4
        assert "CSV" in done.err

    def test_without_the_extra_there_is_a_sentence(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(spreadsheet, "find_spec", lambda name: None)
        done = run("tickets", "--format", "xlsx")
        assert (done.code, done.out) == (2, "")
        assert "olvery-tui[xlsx]" in done.err


class TestOutput:
    def test_a_file_holds_what_would_have_been_printed(self, run: Run, tmp_path: Path) -> None:
        for output_format in ("table", "json", "csv"):
            file = tmp_path / output_format
            done = run("tickets", "--format", output_format, "--output", file)
            assert (done.code, done.out) == (0, "")
            assert file.read_text() == run("tickets", "--format", output_format).out

    @pytest.mark.parametrize("output_format", ["table", "json", "csv", "xlsx"])
    def test_a_file_is_for_its_owner_alone(
        self, run: Run, tmp_path: Path, output_format: str
    ) -> None:
        """Names and phones stand in it; it may take the place of a file that all could read."""
        on_top = {"new": (), "old": ("--replace",)}
        file, old = tmp_path / "new", tmp_path / "old"
        old.write_text("old")
        old.chmod(0o644)
        for one in (file, old):
            done = run("tickets", "--format", output_format, "--output", one, *on_top[one.name])
            assert (done.code, done.err) == (0, "")
            assert one.stat().st_mode & 0o777 == 0o600

    def test_a_place_where_nothing_can_be_written_is_told(self, run: Run, tmp_path: Path) -> None:
        for place in (tmp_path, tmp_path / "none" / "tickets.json"):
            done = run("tickets", "--format", "json", "--output", place)
            assert (done.code, done.out) == (2, "")
            assert str(place) in done.err

    @pytest.mark.parametrize("of", ["tickets", "orders"])
    def test_another_file_is_replaced_only_where_that_is_asked(
        self, run: Run, tmp_path: Path, of: str
    ) -> None:
        file = tmp_path / "list.csv"
        file.write_text("mine")
        done = run(of, "--format", "csv", "--output", file)
        assert (done.code, done.out) == (2, "")
        assert "--replace" in done.err
        assert file.read_text() == "mine"
        assert run(of, "--format", "csv", "--output", file, "--replace").code == 0
        assert file.read_text() == run(of, "--format", "csv").out

    def test_to_replace_there_has_to_be_a_file(self, run: Run) -> None:
        done = run("tickets", "--replace")
        assert (done.code, done.out) == (2, "")
        assert "--output" in done.err

    @pytest.mark.parametrize(
        "name", ["olvery.db", "olvery.db-wal", "olvery.db-shm", "olvery.db-journal", "copy", "link"]
    )
    @pytest.mark.parametrize("command", [("tickets", "--output"), ("db", "backup")])
    def test_no_database_is_ever_written_over(
        self, run: Run, database: Path, name: str, command: tuple[str, ...]
    ) -> None:
        os.link(database, database.with_name("copy"))
        database.with_name("link").symlink_to(database)
        before = database.read_bytes()
        more = ("--replace",) if command[0] == "tickets" else ()
        done = run(*command, database.with_name(name), *more)
        assert (done.code, done.out) == (2, "")
        assert "Выберите другое имя" in done.err or "символическая ссылка" in done.err
        assert database.read_bytes() == before
        assert not database.with_name("olvery.db-journal").exists()

    def test_the_settings_and_the_log_are_never_written_over(
        self, run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("OLVERY_LOG_FILE", str(tmp_path / "the.log"))
        for file in (config_file(), tmp_path / "the.log"):
            file.parent.mkdir(parents=True, exist_ok=True)
            for words in (("tickets", "--replace", "--output"), ("db", "backup")):
                done = run(*words, file)
                assert (done.code, done.out) == (2, "")
                assert "файл самого приложения" in done.err
        assert not config_file().exists()

    def test_a_full_disk_leaves_nothing_and_is_told(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_handle: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "fsync", full)
        folder = tmp_path / "lists"
        folder.mkdir()
        (folder / "good.csv").write_text("good")
        for name in ("new.csv", "good.csv"):
            words = ("tickets", "--format", "csv", "--output", folder / name, "--replace")
            done = run(*words)
            assert (done.code, done.out) == (2, "")
            assert "диск заполнен" in done.err
            assert name in done.err
        assert [file.read_text() for file in folder.iterdir()] == ["good"]

    def test_a_pipe_is_no_file_and_nobody_waits_at_it(self, run: Run, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        done = run("tickets", "--output", tmp_path / "pipe", "--replace")
        assert (done.code, done.out) == (2, "")
        assert "не обычный файл" in done.err


def rename(database: Path, last_name: str) -> None:
    """As another program would, past every check."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(
            "UPDATE person SET last_name = ? WHERE id = (SELECT visitor_id FROM ticket "
            "WHERE number = 26)",
            (last_name,),
        )
