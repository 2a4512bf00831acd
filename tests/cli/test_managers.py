"""Managers, people and the audit trail from the command line; no secret is ever among the words."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui import passwords, terminal
from tests.cli.conftest import NOW, Run
from tests.cli.program import PATIENCE, environment
from tests.cli.program import run as run_program
from tests.e2e.terminal import Terminal
from tests.forked import COMMAND

SECRET = "correct horse 7"
BORIS = ("managers", "add", "boris", "--last-name", "Титов", "--first-name", "Борис")


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def pipe(database: Path, *words: object, password: str = SECRET) -> subprocess.CompletedProcess:
    """Run a command whose input is a pipe with a password in it."""
    env = environment(database, NOW)
    return run_program(*words, env=env, stdin=f"{password}\nmore\n".encode())


class TestManagers:
    def test_the_password_is_asked_for_twice_and_never_shown(self, database: Path) -> None:
        env = environment(database, NOW)
        with Terminal(*BORIS, env=env, from_the_start=True) as screen:
            screen.wait_for("Новый пароль:")
            screen.press(SECRET, "Enter")
            screen.wait_for("Ещё раз:")
            words = Path(f"/proc/{screen.process.pid}/cmdline").read_bytes()
            assert SECRET.encode() not in words
            screen.press(SECRET, "Enter")
            assert screen.wait_end() == 0
            assert "Борис Титов может войти с логином boris." in screen.text
            assert SECRET.encode() not in screen.sent
        ((known,),) = rows(database, "SELECT password_hash FROM manager WHERE login = 'boris'")
        assert str(known).startswith("$argon2id$")
        assert passwords.derived(passwords.openly(str(known)), SECRET) == known

    def test_another_one_the_second_time_is_refused(self, database: Path) -> None:
        with Terminal(*BORIS, env=environment(database, NOW)) as screen:
            screen.wait_for("Новый пароль:")
            screen.press(SECRET, "Enter")
            screen.wait_for("Ещё раз:")
            screen.press(SECRET + "!", "Enter")
            assert screen.wait_end() == 2
            assert "Пароль другой" in screen.text
        assert rows(database, "SELECT 1 FROM manager WHERE login = 'boris'") == []

    def test_from_a_pipe_one_line_is_read(self, database: Path) -> None:
        done = pipe(database, *BORIS)
        assert (done.returncode, done.stderr) == (0, b"")
        done = pipe(database, "managers", "password", "boris", password="another horse")
        assert done.returncode == 0
        ((known,),) = rows(database, "SELECT password_hash FROM manager WHERE login = 'boris'")
        assert passwords.derived(passwords.openly(str(known)), "another horse") == known

    @pytest.mark.parametrize("password", ["", "short", "boris", "х" * 201])
    def test_a_bad_password_is_told_and_adds_nobody(self, database: Path, password: str) -> None:
        done = pipe(database, *BORIS, password=password)
        assert (done.returncode, done.stdout) == (2, b"")
        if password:
            assert password not in done.stderr.decode()
        assert rows(database, "SELECT 1 FROM manager WHERE login = 'boris'") == []

    def test_a_bad_password_changes_none(self, database: Path) -> None:
        before = rows(database, "SELECT password_hash FROM manager WHERE login = 'anna'")
        done = pipe(database, "managers", "password", "anna", password="short")
        assert (done.returncode, done.stdout) == (2, b"")
        assert rows(database, "SELECT password_hash FROM manager WHERE login = 'anna'") == before

    @pytest.mark.parametrize(
        ("login", "last_name", "first_name", "told"),
        [
            ("a b", "Титов", "Борис", ["ЛОГИН: Только буквы"]),
            ("", "Титов", "Борис", ["ЛОГИН: Заполните"]),
            ("x" * 65, "Титов", "Борис", ["ЛОГИН: Слишком длинно"]),
            ("boris", "", " ", ["--last-name: Заполните", "--first-name: Заполните"]),
            ("boris", "Т" * 101, "Борис", ["--last-name: Слишком длинно"]),
        ],
    )
    def test_what_can_not_be_used_is_told_with_its_word_and_adds_nobody(
        self, run: Run, database: Path, login: str, last_name: str, first_name: str, told: list[str]
    ) -> None:
        words = ("--last-name", last_name, "--first-name", first_name, "--no-password")
        done = run("managers", "add", login, *words)
        assert (done.code, done.out) == (2, "")
        said = done.err.splitlines()
        assert len(said) == len(told)
        for line, begin in zip(said, told, strict=True):
            assert line.startswith(begin)
        assert rows(database, "SELECT count(*) FROM manager WHERE login <> 'anna'") == [(0,)]

    def test_a_password_can_not_be_an_option(self, run: Run) -> None:
        assert run(*BORIS, "--password", SECRET).code == 2

    def test_a_login_that_is_taken_is_told_before_the_password_is_asked_for(self, run: Run) -> None:
        done = run("managers", "add", "ANNA", "--last-name", "О", "--first-name", "А")
        assert (done.code, done.err) == (1, "Менеджер anna уже есть.\n")

    def test_who_comes_in_by_key_needs_none(self, run: Run, database: Path) -> None:
        assert run(*BORIS, "--no-password").code == 0
        assert rows(database, "SELECT password_hash FROM manager WHERE login = 'boris'") == [
            (None,)
        ]

    def test_who_checked_passports_before_they_had_a_login_stays_the_same_person(
        self, run: Run, database: Path
    ) -> None:
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("INSERT INTO manager (first_name, last_name) VALUES ('Ия', 'Ли')")
        run("managers", "add", "iya", "--last-name", "ли", "--first-name", "ИЯ", "--no-password")
        assert rows(database, "SELECT count(*), max(login) FROM manager WHERE login <> 'anna'") == [
            (1, "iya")
        ]

    def test_they_are_listed_with_role_and_standing(self, run: Run) -> None:
        run(*BORIS, "--no-password", "--role", "employee")
        run("managers", "disable", "anna")
        listed = json.loads(run("managers", "list", "--format", "json").out)
        assert listed == [
            {
                "login": "anna", "last_name": "Орлова", "first_name": "Анна",
                "role": "rental_manager", "active": False, "has_password": True,
            },
            {
                "login": "boris", "last_name": "Титов", "first_name": "Борис",
                "role": "employee", "active": True, "has_password": False,
            },
        ]  # fmt: skip
        table = list(csv.reader(io.StringIO(run("managers", "list", "--format", "csv").out)))
        assert table[1] == ["anna", "Орлова", "Анна", "rental_manager", "0", "1"]
        assert (
            "anna\tАнна Орлова\tМенеджер по аренде\tотключён\tзадан" in run("managers", "list").out
        )
        run("managers", "enable", "anna")
        assert "может войти" in run("managers", "list").out

    @pytest.mark.parametrize("command", ["disable", "enable", "password"])
    def test_who_is_not_there_is_told(self, run: Run, command: str) -> None:
        done = run("managers", command, "nobody")
        assert done.code == 1
        assert done.err.startswith("Нет менеджера nobody.")


class TestSettings:
    def test_they_are_shown_and_changed(self, run: Run, database: Path) -> None:
        assert "Логин и пароль" in run("settings").out
        done = run("settings", "--sign-in", "ssh-key", "--lock-minutes", "5")
        assert "Ключ SSH" in done.out
        assert "Через 5 минут без нажатий" in done.out
        assert rows(database, "SELECT data FROM event WHERE kind = 'settings.changed'") == [
            ('{"sign_in":["password","ssh-key"],"lock_minutes":[10,5]}',)
        ]

    @pytest.mark.parametrize("words", [("--sign-in", "magic"), ("--lock-minutes", "-1")])
    def test_what_can_not_be_is_refused(self, run: Run, words: tuple[str, ...]) -> None:
        assert run("settings", *words).code == 2


class TestEvents:
    def test_each_names_the_account_and_the_terminal(self, run: Run) -> None:
        run("managers", "disable", "anna")
        (line, *_) = json.loads(run("events", "--kind", "manager.disabled", "--format", "json").out)
        assert line["actor"] == "cli"
        assert line["account"] == terminal.account()
        assert line["terminal"] == terminal.place()
        assert (line["kind"], line["about"], line["login"]) == ("manager.disabled", "anna", None)
        assert line["at"] == "2022-12-06T10:00:00+03:00"

    def test_an_export_is_one_without_what_was_asked_for(self, run: Run) -> None:
        run("tickets", "--visitor", "семенова", "--format", "csv")
        (_own, line, *_) = json.loads(
            run("events", "--kind", "export.started", "--format", "json").out
        )
        assert line["data"] == {"what": "tickets", "filters": ["visitor_words"]}

    def test_they_are_found_by_ticket_order_manager_kind_and_day(self, run: Run) -> None:
        def ids(*words: object) -> list[int]:
            return [
                line["id"] for line in json.loads(run("events", *words, "--format", "json").out)
            ]

        everything = ids()
        assert everything == sorted(everything, reverse=True)
        of_ticket = ids("--ticket", 26)
        assert of_ticket
        assert set(of_ticket) < set(everything)
        assert ids("--order", 1215)
        run("managers", "disable", "anna")
        assert len(ids("--manager", "anna")) == 2  # added, and disabled
        assert ids("--from", "2022-12-07") == []
        assert ids("--to", "2022-12-05") == []
        assert len(ids("--from", "06.12.2022", "--to", "06.12.2022", "--limit", 3)) == 3

    def test_a_table_tells_it_in_words(self, run: Run) -> None:
        run("managers", "disable", "anna")
        assert "Отключён менеджер: Анна Орлова" in run("events").out
        assert run("events", "--format", "csv").out.startswith("id,at,due_at,kind,")

    def test_a_bad_day_and_an_unknown_manager_are_told(self, run: Run) -> None:
        assert run("events", "--from", "31.02").code == 2
        assert run("events", "--manager", "nobody").code == 1
        assert run("events", "--kind", "nothing").code == 2


class TestPeople:
    def test_erasing_shows_on_the_ticket(self, run: Run) -> None:
        assert run("people", "erase", "u-17", "--yes").code == 0
        assert "Данные удалены" in run("ticket", "26").out
        assert "Данные удалены" in run("tickets", "--number", "26").out
        card = json.loads(run("ticket", "26", "--format", "json").out)
        assert set(card["visitor"].values()) <= {"", None}
        assert "Семенова" not in run("events").out

    @pytest.mark.parametrize(("answer", "code"), [("", 1), ("нет", 1), ("y", 1), ("Да", 0)])
    def test_who_is_erased_is_named_and_asked_about(
        self, database: Path, answer: str, code: int
    ) -> None:
        command = ("people", "erase", "u-17")
        with Terminal(*command, columns=120, env=environment(database, NOW)) as screen:
            screen.wait_for("Мария Семенова · +7 (965) 577-65-00", "Введите «да»")
            screen.press(answer, "Enter")
            assert screen.wait_end() == code
        (kept,) = rows(database, "SELECT count(*) FROM person WHERE last_name = 'Семенова'")
        assert kept == (int(code == 1),)

    def test_where_nobody_can_answer_it_has_to_be_said(self, database: Path) -> None:
        done = pipe(database, "people", "erase", "u-17", password="да")
        assert done.returncode == 2
        assert "--yes" in done.stderr.decode()
        (kept,) = rows(database, "SELECT count(*) FROM person WHERE last_name = 'Семенова'")
        assert kept == (1,)

    def test_who_is_not_there_is_told(self, run: Run) -> None:
        done = run("people", "erase", "nobody", "--yes")
        assert (done.code, done.err) == (1, "Нет человека nobody.\n")


class TestSeal:
    def test_the_check_tells_it_and_finds_it_again(self, run: Run, database: Path) -> None:
        seal = run("db", "check").out.split()[-1]
        assert run("db", "check", "--seal", seal).code == 0
        number, _, digest = seal.partition(":")
        other = f"{number}:{'0' * len(digest)}"
        assert run("db", "check", "--seal", other).code == 1
        assert run("db", "check", "--seal", "nonsense").code == 2
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("DROP TRIGGER event_append_only_update")
            connection.execute("UPDATE event SET account = 'x' WHERE id = 3")
        done = run("db", "check")
        assert done.code == 1
        assert "Журнал: строки" in done.err


class TestNoWayIn:
    def test_a_login_opens_no_command(self, run: Run) -> None:
        for command in (("tickets",), ("db", "check"), ("managers", "list")):
            done = run("--login", "anna", *command)
            assert done.code == 2
            assert done.out == ""

    def test_a_login_is_no_variable(self, database: Path) -> None:
        run_program("settings", "--sign-in", "ssh-key", env=environment(database, NOW))
        env = environment(database, NOW, OLVERY_LOGIN="anna")
        with Terminal(env=env) as screen:
            assert screen.wait_end() == 1
            assert "другим способом" in " ".join(screen.text.split())


class TestPrivacy:
    def test_files_are_their_owners_alone(self, run: Run, database: Path, tmp_path: Path) -> None:
        os.umask(0o022)
        for name, words in (
            ("copy.db", ("db", "backup")),
            ("list.csv", ("tickets", "--format", "csv", "--output")),
            ("list.xlsx", ("tickets", "--format", "xlsx", "--output")),
        ):
            assert run(*words, tmp_path / name).code == 0
            assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600

    def test_the_log_holds_no_name_phone_email_or_password(
        self, database: Path, tmp_path: Path
    ) -> None:
        log = tmp_path / "the.log"
        env = environment(database, NOW, OLVERY_LOG_FILE=str(log))
        run_program(*BORIS, env=env, stdin=f"{SECRET}\n".encode())
        run_program("tickets", "--visitor", "семенова", env=env)
        run_program("people", "erase", "u-18", "--yes", env=env)
        run_program("db", "check", env=env)
        with Terminal(env=env, from_the_start=True) as screen:
            screen.wait_for("Логин")
            screen.press("boris", "Enter", "a wrong horse", "Enter")
            screen.wait_for("неверны")
            screen.press(SECRET, "Enter")
            screen.wait_for("из 11")
            screen.press("26", "Enter")
            screen.wait_for("Проверьте личность")
            screen.press("v")
            screen.wait_for("Ответственный", "Борис Титов")
            words = Path(f"/proc/{screen.process.pid}/cmdline").read_bytes()
            variables = Path(f"/proc/{screen.process.pid}/environ").read_bytes()
            assert SECRET.encode() not in words + variables
            screen.press("Ctrl+Q")
            assert screen.wait_end() == 0
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        said = log.read_bytes()
        everybody = rows(database, "SELECT last_name, first_name, phone, email FROM person")
        personal = {str(each) for row in everybody for each in row if each}
        for trace in {*personal, "семенова", "Титов", SECRET, "a wrong horse"}:
            assert trace.encode() not in said, trace
        for path in (database, database.with_name(database.name + "-wal")):
            if path.exists():
                assert SECRET.encode() not in path.read_bytes()

    def test_a_fault_shows_no_password(self, database: Path, tmp_path: Path) -> None:
        code = (
            "import sys; from olvery_tui.domain import access\n"
            "from olvery_tui import passwords\n"
            "def broken(password): raise ZeroDivisionError('as arranged')\n"
            "passwords.hashed = broken\n"
            "from olvery_tui import cli; sys.exit(cli.run(sys.argv[1:]))"
        )
        log = tmp_path / "the.log"
        done = subprocess.run(
            [COMMAND[0], "-c", code, "--debug", *BORIS],
            env=environment(database, NOW, OLVERY_LOG_FILE=str(log)),
            input=f"{SECRET}\n".encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 2
        assert b"ZeroDivisionError" in done.stderr
        assert b"ZeroDivisionError" in log.read_bytes()
        assert SECRET.encode() not in done.stdout + done.stderr + log.read_bytes()
