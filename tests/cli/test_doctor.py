"""The doctor names what is wrong and the cure, in any environment, and never falls over."""

import os
import pwd
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui import terminal
from olvery_tui.settings import config_file
from tests.cli.conftest import NOW, Run
from tests.cli.program import environment
from tests.cli.program import run as run_program
from tests.e2e.terminal import Terminal

BARE = ("LANG", "LC_ALL", "LC_CTYPE", "PYTHONIOENCODING", "PYTHONUTF8", "COLORTERM", "NO_COLOR")


def examined(database: Path, now: str | None = NOW, **more: str) -> tuple[int, str]:
    env = {
        name: text
        for name, text in environment(database, now).items()
        if name not in BARE or name in more
    }
    done = run_program("doctor", env={**env, "LANG": "C.UTF-8", **more})
    assert b"Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout.decode()


class TestStartUpFiles:
    @pytest.mark.parametrize(("shell", "told"), [("/bin/bash", ".bashrc"), ("/bin/sh", ".ssh/rc")])
    def test_over_ssh_those_that_the_account_could_write_are_named(
        self,
        run: Run,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
        shell: str,
        told: str,
    ) -> None:
        own = pwd.getpwuid(os.getuid())
        home = tmp_path / "account"
        home.mkdir()
        account = pwd.struct_passwd((*own[:5], str(home), shell))
        monkeypatch.setattr(pwd, "getpwuid", lambda _number: account)
        assert str(home) not in run("doctor").out
        monkeypatch.setenv("SSH_CONNECTION", "192.0.2.7 50000 192.0.2.1 22")
        done = run("doctor")
        assert f"! Учётная запись {own.pw_name} может записать" in done.out
        assert str(home / told) in done.out
        monkeypatch.setattr(os, "access", lambda *_words: False)
        assert "✓ Файлы запуска" in run("doctor").out


class TestTerminal:
    def test_without_one_the_commands_are_recommended(self, run: Run) -> None:
        done = run("doctor")
        assert done.code == 1
        assert "✕ Приложению нужен терминал" in done.out

    def test_in_a_good_one_all_is_well(self, database: Path) -> None:
        env = environment(database, NOW, LANG="ru_RU.UTF-8")
        with Terminal("doctor", columns=100, lines=40, env=env) as screen:
            code, text = screen.wait_end(), screen.text
        assert code == 0, text
        assert "✓ Терминал: xterm-256color" in text
        assert "✓ Окно: 100×40" in text
        assert "✓ База данных исправна." in text
        assert "✕" not in text

    @pytest.mark.parametrize(
        ("name", "code", "said"),
        [
            ("dumb", 1, "✕ Этот терминал (TERM не задан или «dumb») не умеет показывать экран."),
            ("linux", 0, "! 16 цветов (TERM=linux)."),
            ("screen", 0, "! 16 цветов (TERM=screen)."),
        ],
    )
    def test_a_poor_one_is_told(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, name: str, code: int, said: str
    ) -> None:
        monkeypatch.setattr(terminal, "_is_terminal", lambda stream: True)
        monkeypatch.setenv("TERM", name)
        monkeypatch.delenv("COLORTERM", raising=False)
        done = run("doctor")
        assert (done.code, done.err) == (code, "")
        assert said in done.out

    def test_a_small_window_is_told(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(terminal, "_is_terminal", lambda stream: True)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", "70")
        monkeypatch.setenv("LINES", "30")
        assert "! Окно 70×30." in run("doctor").out

    def test_no_color_is_fine(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(terminal, "_is_terminal", lambda stream: True)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("NO_COLOR", "1")
        out = run("doctor").out
        assert "✓ Задан NO_COLOR" in out
        assert "16 цветов" not in out


class TestLocale:
    @pytest.mark.parametrize("variables", [{"LANG": "C"}, {"LC_ALL": "C"}])
    def test_a_c_locale_is_told_and_written_in_utf8(
        self, database: Path, variables: dict[str, str]
    ) -> None:
        _code, out = examined(database, **variables)
        (name,) = variables.values()
        assert f"! Локаль {name} — не UTF-8." in out

    def test_a_utf8_locale_is_fine(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LC_ALL", "ru_RU.UTF-8")
        assert "✓ Локаль: ru_RU.UTF-8" in run("doctor").out

    def test_another_encoding_for_python_is_told(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PYTHONIOENCODING", "koi8-r")
        assert "! PYTHONIOENCODING=koi8-r — не UTF-8." in run("doctor").out


class TestSettings:
    def test_a_clock_that_was_set_is_told(self, run: Run) -> None:
        assert "! Часы переставлены через OLVERY_NOW" in run("doctor").out

    def test_a_database_that_nobody_can_enter_is_told(self, run: Run, database: Path) -> None:
        assert "Войти пока некому" not in run("doctor").out
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("UPDATE manager SET login = NULL")
        assert "! Войти пока некому" in run("doctor").out

    def test_a_bad_setting_does_not_hide_the_rest(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OLVERY_NOW", "soon")
        done = run("doctor")
        assert (done.code, done.err) == (1, "")
        assert "✕ OLVERY_NOW: «soon» — не время" in done.out
        assert "терминал" in done.out

    def test_a_log_that_cant_be_written_is_told(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        monkeypatch.setenv("OLVERY_LOG_FILE", str(tmp_path / "file" / "log"))
        assert "! В журнал программы" in run("doctor").out

    def test_an_unknown_theme_is_told(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, known in (("nord", True), ("olvery-light", True), ("nonsense", False)):
            monkeypatch.setenv("OLVERY_THEME", name)
            assert ("! Темы" in run("doctor").out) != known

    def test_the_file_that_is_read_is_named(self, run: Run) -> None:
        file = config_file()
        assert str(file) not in run("doctor").out
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
        try:
            assert str(file) in run("doctor").out
        finally:
            file.unlink()


class TestDatabase:
    def test_one_that_is_missing_is_told_and_not_made(self, run: Run, tmp_path: Path) -> None:
        done = run("--database", tmp_path / "none.db", "doctor")
        assert f"! Базы данных {tmp_path}/none.db ещё нет." in done.out
        assert not (tmp_path / "none.db").exists()

    def test_one_that_is_none_is_told(self, run: Run, database: Path) -> None:
        database.write_text("Это не база данных. " * 100)
        done = run("doctor")
        assert done.code == 1
        assert f"✕ {database} — не база данных Olvery" in done.out

    def test_a_damaged_one_is_told(self, run: Run, database: Path) -> None:
        content = bytearray(database.read_bytes())
        content[4096:] = b"\xff" * (len(content) - 4096)
        database.write_bytes(content)
        done = run("doctor")
        assert (done.code, done.err) == (1, "")
        assert "поврежд" in done.out

    def test_statuses_that_stand_still_are_told(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "Статусы не переводятся" not in run("doctor").out
        monkeypatch.setenv("OLVERY_NOW", "2022-12-22T09:00:00+03:00")
        done = run("doctor")
        assert done.code == 1
        assert "✕ Статусы не переводятся с 07.12.2022 09:00." in done.out

    def test_a_clock_behind_the_history_is_told(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OLVERY_NOW", "2020-01-01T00:00:00+03:00")
        assert "✕ Часы отстают" in run("doctor").out

    def test_a_broken_promise_is_told(self, run: Run, database: Path) -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("DROP TRIGGER event_append_only_delete")
        assert "✕ Защита event_append_only_delete" in run("doctor").out

    def test_the_clock_is_shown_at_the_location_and_in_utc(self, run: Run) -> None:
        out = run("doctor").out
        assert "✓ Часы: 06.12.2022 10:00 на площадке (Europe/Moscow), 2022-12-06 07:00 UTC" in out

    def test_the_age_of_the_last_backup_is_told(
        self, run: Run, database: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "! Резервных копий нет." in run("doctor").out
        folder = database.parent / "backups"
        folder.mkdir()
        (folder / f"{database.stem}-2022-12-06.db").write_bytes(b"")
        assert "✓ Последняя резервная копия: 06.12.2022, сегодня." in run("doctor").out
        monkeypatch.setenv("OLVERY_NOW", "2022-12-11T10:00:00+03:00")
        assert "! Последняя резервная копия: 06.12.2022, 5 дней назад." in run("doctor").out

    def test_the_demonstration_is_examined_too(self, run: Run) -> None:
        assert "✓ База данных исправна." in run("--demo", "doctor").out
