"""`db …`: made, brought up to date, checked, copied and put back."""

import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from olvery_tui.domain.problems import Problem, ProblemCode
from olvery_tui.i18n import set_language
from olvery_tui.store.database import engine, guards, schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.wording.database import problem_text
from tests.cli.conftest import Run


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


GONE = {"paid_at": "(SELECT min(at) FROM full.payment WHERE order_number = number AND amount > 0)"}
"""What the newest schema has in place of columns of earlier ones."""


def make_older(path: Path, revision: str, *, filled_from: Path) -> None:
    """A database of an earlier schema, with as much of another one's content as it can hold."""
    with (
        closing(open_database(f"sqlite:///{path}")) as store,
        pytest.MonkeyPatch.context() as patched,  # today's guards know tables that came later
    ):
        patched.setattr(guards, "install", lambda _connection: None)
        with store.writing() as session:
            command.upgrade(schema.alembic_config(session.connection()), revision)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS full", (str(filled_from),))
        tables = connection.execute(
            "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"
        ).fetchall()
        for (table,) in tables:
            found = connection.execute(f"PRAGMA main.table_info({table})").fetchall()
            names = [name for _place, name, *_rest in found]
            columns = ", ".join(names)
            values = ", ".join(GONE.get(name, name) for name in names)
            connection.execute(
                f"INSERT INTO main.{table} ({columns}) SELECT {values} FROM full.{table}"
            )


class TestUpgrade:
    def test_it_makes_a_private_database_in_a_private_folder(
        self, run: Run, tmp_path: Path
    ) -> None:
        new = tmp_path / "data" / "new.db"
        done = run("--database", new, "db", "upgrade")
        assert (done.code, done.err) == (0, "")
        assert str(new) in done.out
        assert (mode(new), mode(new.parent)) == (0o600, 0o700)
        assert run("--database", new, "db", "check").code == 0

    def test_the_time_zone_of_a_new_one_may_be_chosen(self, run: Run, tmp_path: Path) -> None:
        new = tmp_path / "new.db"
        assert run("--database", new, "db", "upgrade", "--time-zone", "Asia/Omsk").code == 0
        with closing(sqlite3.connect(new)) as connection:
            assert connection.execute("SELECT time_zone FROM location").fetchone() == ("Asia/Omsk",)

    def test_that_of_an_existing_one_stays_and_that_is_told(self, run: Run) -> None:
        assert run("db", "upgrade", "--time-zone", "Europe/Moscow").code == 0
        done = run("db", "upgrade", "--time-zone", "Asia/Omsk")
        assert done.code == 1
        assert "Europe/Moscow" in done.err

    @pytest.mark.parametrize("name", ["Moscow", "../../etc/passwd", "", "Europe", "\x1b[2J"])
    def test_an_unknown_zone_is_told_before_anything_is_made(
        self, run: Run, tmp_path: Path, name: str
    ) -> None:
        new = tmp_path / "new.db"
        done = run("--database", new, "db", "upgrade", "--time-zone", name)
        assert (done.code, done.out) == (2, "")
        assert "Europe/Moscow" in done.err
        assert "\x1b" not in done.err
        assert not new.exists()

    def test_twice_changes_nothing(self, run: Run, database: Path) -> None:
        before = database.read_bytes()
        assert run("db", "upgrade").code == 0
        assert database.read_bytes() == before

    def test_an_older_schema_is_refused_by_others_with_this_command(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(schema, "HEAD", "9999")
        for words in (("tickets",), ("ticket", 26), ("admit", 26), ("worker", "--once")):
            done = run(*words)
            assert (done.code, done.out) == (2, "")
            assert "olvery-tui db upgrade" in done.err

    def test_an_older_one_is_brought_up_to_date_and_keeps_what_it_holds(
        self, run: Run, database: Path, tmp_path: Path
    ) -> None:
        older = tmp_path / "older.db"
        make_older(older, "0001", filled_from=database)
        older.replace(database)
        assert run("orders").code == 2
        done = run("db", "upgrade")
        assert (done.code, done.err) == (0, "")
        assert "создана" not in done.out
        assert run("db", "check").code == 0
        assert json.loads(run("orders", "--limit", 1, "--format", "json").out)[0]["number"] == 1223

    def test_a_newer_schema_is_refused(self, run: Run, database: Path) -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("UPDATE alembic_version SET version_num = 'x999'")
        for words in (("db", "upgrade"), ("db", "check"), ("tickets",)):
            done = run(*words)
            assert (done.code, done.out) == (2, "")
            assert "более новой версией" in done.err


class TestCheck:
    def test_the_demonstration_is_sound(self, run: Run) -> None:
        done = run("db", "check")
        sound, seal = done.out.splitlines()
        assert (done.code, sound, done.err) == (0, "База данных исправна.", "")
        assert seal.startswith("Печать журнала: ")

    def test_what_is_wrong_is_told_line_by_line(self, run: Run, database: Path) -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("UPDATE ticket SET status = 'done' WHERE number = 26")
            connection.execute("DROP TRIGGER event_append_only_delete")
        done = run("db", "check")
        assert (done.code, done.out) == (1, "")
        assert "Билет 26 в статусе «Выполнен», а должен быть «Подтвержден»." in done.err
        assert "event_append_only_delete" in done.err

    def test_a_damaged_file_is_told(self, run: Run, database: Path) -> None:
        content = bytearray(database.read_bytes())
        content[8192:24576] = b"\xff" * 16384
        database.write_bytes(content)
        done = run("db", "check")
        assert done.code in (1, 2)
        assert done.out == ""
        assert "поврежд" in done.err
        assert "Traceback" not in done.err

    def test_a_file_that_is_no_database_is_told(self, run: Run, database: Path) -> None:
        database.write_text("Это не база данных. " * 100)
        for words in (("db", "check"), ("tickets",), ("db", "upgrade"), ("admit", 26)):
            done = run(*words)
            assert (done.code, done.out) == (2, "")
            assert "не база данных Olvery" in done.err


class TestCopies:
    def test_a_copy_comes_back(self, run: Run, database: Path, tmp_path: Path) -> None:
        copy = tmp_path / "copy.db"
        assert run("db", "backup", copy).code == 0
        assert mode(copy) == 0o600
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("UPDATE person SET first_name = 'Марина'")
        done = run("db", "restore", copy)
        assert (done.code, done.err) == (0, "")
        assert run("tickets").out.count("Мария Семенова") > 1
        (kept,) = tmp_path.glob("olvery.db.before-restore-*Z")
        assert str(kept) in done.out
        assert mode(database) == 0o600

    def test_while_a_terminal_has_the_database_open_it_is_told_what_to_close(
        self, run: Run, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
        copy = tmp_path / "copy.db"
        run("db", "backup", copy)
        with closing(sqlite3.connect(database)) as reader:
            reader.execute("SELECT * FROM ticket").fetchall()
            done = run("db", "restore", copy)
        assert (done.code, done.out) == (2, "")
        assert "используется" in done.err
        assert "Закройте приложение на всех терминалах" in done.err
        assert "пишет" not in done.err
        assert list(tmp_path.glob("*before-restore*")) == []
        assert run("db", "restore", copy).code == 0

    def test_a_copy_never_overwrites(self, run: Run, tmp_path: Path) -> None:
        taken = tmp_path / "taken"
        taken.write_text("mine")
        done = run("db", "backup", taken)
        assert (done.code, done.out) == (2, "")
        assert str(taken) in done.err
        assert taken.read_text() == "mine"

    def test_what_is_no_copy_does_not_come_back(
        self, run: Run, database: Path, tmp_path: Path
    ) -> None:
        before = database.read_bytes()
        (tmp_path / "text").write_text("Это не база данных. " * 100)
        for name in ("text", "none"):
            done = run("db", "restore", tmp_path / name)
            assert (done.code, done.out) == (2, "")
            assert name in done.err
        assert database.read_bytes() == before

    def test_it_comes_back_also_where_there_is_no_database_yet(
        self, run: Run, database: Path, tmp_path: Path
    ) -> None:
        new = tmp_path / "other" / "olvery.db"
        assert run("--database", new, "db", "restore", database).code == 0
        assert "Мария Семенова" in run("--database", new, "tickets").out


class TestDemo:
    @pytest.mark.parametrize("words", [("upgrade",), ("restore", "copy.db")])
    def test_what_should_last_is_refused(
        self, run: Run, database: Path, words: tuple[str, ...]
    ) -> None:
        before = database.read_bytes()
        done = run("--demo", "db", *words)
        assert (done.code, done.out) == (2, "")
        assert "--demo" in done.err
        assert database.read_bytes() == before

    def test_it_may_be_checked_and_copied(self, run: Run, tmp_path: Path) -> None:
        assert run("--demo", "db", "check").code == 0
        assert run("--demo", "db", "backup", tmp_path / "demo.db").code == 0
        assert "34" in run("--database", tmp_path / "demo.db", "tickets").out


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_problem_has_its_own_sentence(lang: str) -> None:
    set_language(lang)  # type: ignore[arg-type]
    facts: dict[str, object] = {
        "detail": "row 1", "table": "ticket", "row": 1, "parent": "orders", "name": "label",
        "workplace": "PM №1", "ticket": 26, "other": 25, "order": 1215, "person": 3, "count": 3,
        "status": "new", "expected": "active", "code": "overlap", "column": "phone", "what": "room",
        "number": 3, "seal": 1, "seals": 2, "first": 1, "last": 2, "found": 1, "event": 9,
        "kind": "x", "payment": 4,
    }  # fmt: skip
    told = {problem_text(Problem(code, facts)) for code in ProblemCode}
    assert len(told) == len(ProblemCode)
    assert not any("{" in text or "\n" in text for text in told)
