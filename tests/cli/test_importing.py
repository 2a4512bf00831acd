"""Loading a file: what is told where, what is kept, and with which exit code it ends."""

import io
import json
import os
import pwd
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui.cli import importing
from olvery_tui.store import demo
from tests.cli.conftest import NOW, Run
from tests.cli.program import PATIENCE, begin, environment
from tests.e2e.terminal import Terminal
from tests.each import each

DEMO = Path(demo.__file__).with_name("demo.jsonl")


def people(database: Path) -> int:
    with closing(sqlite3.connect(database, timeout=PATIENCE)) as connection:
        (count,) = connection.execute("SELECT count(*) FROM person").fetchone()
    return int(count)


def many(path: Path, count: int) -> Path:
    """A file of so many people."""
    with path.open("w") as file:
        for number in range(count):
            line = {"kind": "person", "key": f"many-{number}", "last_name": f"Иванов{number}"}
            file.write(json.dumps({**line, "first_name": "Иван"}, ensure_ascii=False) + "\n")
    return path


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Where no database is yet."""
    return tmp_path / "data" / "new.db"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.jsonl"


class TestLoading:
    def test_a_data_set_makes_its_database_and_stands_in_it(self, run: Run, new: Path) -> None:
        done = run("--database", new, "import", DEMO)
        assert (done.code, done.err) == (0, "")
        assert "отклонено: 0." in done.out
        assert stat.S_IMODE(new.stat().st_mode) == 0o600
        assert stat.S_IMODE(new.parent.stat().st_mode) == 0o700
        listed = run("--database", new, "tickets").out
        assert listed == run("tickets").out
        assert run("--database", new, "db", "check").code == 0

    def test_the_same_file_twice_changes_nothing(self, run: Run) -> None:
        done = run("import", DEMO)
        assert done.code == 0
        assert "Создано: 0, изменено: 0, без изменений: " in done.out

    def test_it_may_come_through_the_input(
        self, run: Run, new: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DEMO.read_bytes())))
        assert run("--database", new, "import", "-").code == 0
        assert "Мария Семенова" in run("--database", new, "tickets").out

    def test_an_empty_file_is_loaded_too(self, run: Run, file: Path) -> None:
        file.touch()
        done = run("import", file)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("Строк: 0.")

    def test_the_history_names_the_account_that_ran_it(
        self, run: Run, database: Path, file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LOGNAME", "somebody-else")
        run("import", many(file, 1))
        with closing(sqlite3.connect(database)) as connection:
            found = connection.execute("SELECT account FROM event ORDER BY id DESC LIMIT 1")
            assert found.fetchone() == (pwd.getpwuid(os.getuid()).pw_name,)


class TestMistakes:
    @pytest.fixture
    def bad(self, file: Path) -> Path:
        file.write_text(
            '{"kind": "person", "key": "a", "last_name": "Первая", "first_name": "Анна"}\n'
            '{"kind": "person", "key": "b", "first_name": "Вторая", "phone": "дома"}\n'
            "нет\n"
            '{"kind": "person", "key": "c", "last_name": "Третья", "first_name": "Вера"}\n'
        )
        return file

    def test_each_is_told_with_line_field_and_reason_and_the_rest_is_loaded(
        self, run: Run, database: Path, bad: Path
    ) -> None:
        before = people(database)
        done = run("import", bad)
        assert done.code == 1
        assert done.out == ("Строк: 4. Создано: 2, изменено: 0, без изменений: 0, отклонено: 2.\n")
        lines = done.err.splitlines()
        assert any(line.startswith("Строка 2, person b, last_name: ") for line in lines)
        assert any(line.startswith("Строка 2, person b, phone: ") for line in lines)
        assert any(line.startswith("Строка 3: ") for line in lines)
        assert len(lines) == 3
        assert people(database) == before + 2

    def test_a_dry_run_tells_the_same_and_writes_nothing(
        self, run: Run, database: Path, bad: Path
    ) -> None:
        before = database.read_bytes()
        dry = run("import", bad, "--dry-run")
        assert dry.out.endswith(" Ничего не записано (пробный прогон).\n")
        assert database.read_bytes() == before
        done = run("import", bad)
        assert (dry.code, dry.err) == (done.code, done.err)
        assert dry.out.startswith(done.out.rstrip("\n"))

    def test_a_dry_run_without_a_database_makes_none(self, run: Run, new: Path, bad: Path) -> None:
        done = run("--database", new, "import", bad, "--dry-run")
        assert (done.code, done.out[:9]) == (1, "Строк: 4.")
        assert not new.parent.exists()

    def test_beyond_a_thousand_they_are_counted(
        self, run: Run, bad: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importing, "_REPORTED_MAX", 2)
        lines = run("import", bad).err.splitlines()
        assert len(lines) == 3
        assert lines[-1] == "… и ещё ошибок: 1."

    @pytest.mark.parametrize("name", ["none.jsonl", "."])
    def test_a_file_that_cant_be_read_is_told_and_no_database_made(
        self, run: Run, new: Path, tmp_path: Path, name: str
    ) -> None:
        done = run("--database", new, "import", tmp_path / name)
        assert (done.code, done.out) == (2, "")
        assert str(tmp_path / name) in done.err
        assert len(done.err.splitlines()) == 1
        assert not new.parent.exists()


class TestProgress:
    def test_there_is_a_bar_on_a_terminal(self, database: Path, file: Path) -> None:
        env = environment(database, NOW)
        with Terminal("import", str(many(file, 3_000)), env=env) as screen:
            assert screen.wait_end() == 0
            assert "Загрузка" in screen.text
            assert "100%" in screen.text
            assert "Создано: 3\N{NO-BREAK SPACE}000" in screen.text

    def test_mistakes_stand_above_it_each_on_its_line(self, database: Path, file: Path) -> None:
        file.write_text("{нет}\n" * 3)
        env = environment(database, NOW)
        with Terminal("import", str(file), columns=120, env=env) as screen:
            assert screen.wait_end() == 1
            lines = screen.text.splitlines()
        assert [line[:8] for line in lines[:3]] == ["Строка 1", "Строка 2", "Строка 3"]


class TestInterrupted:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_whole_chunks_are_kept_and_the_same_file_goes_on(
        self, run: Run, database: Path, file: Path, number: int
    ) -> None:
        before = people(database)
        loading = begin("import", many(file, 10_000), env=environment(database, NOW))
        deadline = time.monotonic() + PATIENCE
        while people(database) == before:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        loading.send_signal(number)
        out, err = loading.communicate(timeout=PATIENCE)
        assert loading.returncode == 130
        assert err.startswith("Прервано.")
        loaded = people(database) - before
        assert 0 < loaded < 10_000
        assert loaded % 1_000 == 0
        created = f"Создано: {loaded:,}".replace(",", "\N{NO-BREAK SPACE}")
        assert f"{created}," in out
        assert run("db", "check").code == 0
        assert run("import", file).code == 0
        assert people(database) == before + 10_000

    def test_before_anything_was_read_there_is_nothing_to_keep(self, database: Path) -> None:
        before = database.read_bytes()
        loading = begin("import", "-", env=environment(database, NOW), stdin=subprocess.PIPE)
        assert loading.stdin is not None
        loading.stdin.write('{"kind": "service", "name": "x"}\n')
        loading.stdin.flush()
        deadline = time.monotonic() + PATIENCE
        while not Path(f"{database}-shm").exists():  # so far that it has opened the database
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.3)
        loading.send_signal(signal.SIGINT)
        assert loading.wait(PATIENCE) == 130
        assert loading.stderr is not None
        assert loading.stderr.read() == "Прервано.\n"
        loading.communicate()
        assert database.read_bytes() == before


class TestTables:
    TABLE = "№;Фамилия;Имя;Телефон\n1;Иванов;Пётр;8 (965) 577-65-00\n2;Орлова;Анна;12\n"

    @pytest.fixture
    def table(self, tmp_path: Path) -> Path:
        path = tmp_path / "люди.csv"
        path.write_bytes(self.TABLE.encode("cp1251"))
        return path

    def test_rows_are_loaded_and_refused_ones_written_to_be_corrected(
        self, run: Run, new: Path, table: Path, tmp_path: Path
    ) -> None:
        rejects = tmp_path / "отклонено.csv"
        command = ("--database", new, "import", table, "--as", "people", "--rejects", rejects)
        done = run(*command)
        assert (done.code, people(new)) == (1, 1)
        assert "Строка 3, Телефон: это не номер телефона" in done.err
        assert done.out.startswith("Строк: 2. Создано: 1,")
        content = rejects.read_bytes().decode("cp1251").splitlines()
        assert content[0] == "№;Фамилия;Имя;Телефон;Ошибка"
        assert content[1].startswith("2;Орлова;Анна;12;Телефон: это не номер телефона")
        again = run(*command)
        assert again.code == 2  # what was written before is not lost
        assert rejects.read_bytes().decode("cp1251").splitlines() == content

    def test_a_table_needs_a_word_what_its_rows_are(
        self, run: Run, new: Path, table: Path, tmp_path: Path
    ) -> None:
        asked = run("--database", new, "import", table)
        assert (asked.code, asked.out, new.exists()) == (2, "", False)
        assert "people, places, tariffs, orders" in asked.err
        table.write_text("нет\nда\n")  # no line of it could be one
        asked = run("--database", new, "import", table)
        assert (asked.code, asked.out, new.exists()) == (2, "", False)
        other = run("--database", new, "import", table, "--as", "orders")
        assert (other.code, new.exists()) == (2, False)
        assert "нет строки с нужными заголовками" in other.err

    def test_headings_are_named_in_a_file(
        self, run: Run, new: Path, table: Path, tmp_path: Path
    ) -> None:
        meanings = tmp_path / "map.json"
        meanings.write_text('{"Имя": "last_name", "Фамилия": null, "Телефон": null}')
        done = run("--database", new, "import", table, "--as", "people", "--map", meanings)
        assert (done.code, people(new)) == (0, 2)
        meanings.write_text('{"Имя": "surname"}')
        done = run("--database", new, "import", table, "--as", "people", "--map", meanings)
        assert (done.code, done.out) == (2, "")


@each("what", ["--format csv", "--format json", "--format jsonl", "--format csv --for excel",
               "--format xlsx --for excel"])  # fmt: skip
def test_tickets_that_were_exported_come_back_whole(
    run: Run, database: Path, tmp_path: Path, what: str
) -> None:
    other, exported = tmp_path / "other.db", tmp_path / "tickets"
    for path in (other, exported):
        path.unlink(missing_ok=True)
    kinds = ("service", "room", "variant", "modifier", "workplace", "tariff")
    lines = [line for line in DEMO.read_text().splitlines() if json.loads(line)["kind"] in kinds]
    (tmp_path / "catalogue.jsonl").write_text("\n".join(lines))
    assert run("--database", other, "import", tmp_path / "catalogue.jsonl").code == 0
    assert run("tickets", *what.split(), "--output", exported).code == 0
    done = run("--database", other, "import", exported, "--as", "orders")
    assert (done.code, done.err) == (0, "")
    query = "SELECT number, order_number, period_kind, starts_at, ends_at, status FROM ticket"
    found = []
    for path in (database, other):
        with closing(sqlite3.connect(path)) as connection:
            found.append(sorted(connection.execute(query)))
    assert found[0] == found[1] != []
