"""The real command among other programs: pipes, full disks, closed streams, strange locales."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import NOW, Run
from tests.cli.program import PATIENCE, environment
from tests.cli.program import run as run_program
from tests.e2e.terminal import Terminal
from tests.forked import COMMAND


def shell(line: str, env: dict[str, str]) -> "subprocess.CompletedProcess[bytes]":
    command = " ".join(COMMAND)
    return subprocess.run(
        ["bash", "-c", line.replace("olvery-tui", command)],
        env=env,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


def test_a_reader_that_leaves_early_is_no_error(database: Path) -> None:
    env = environment(database, NOW)
    for line in (
        "olvery-tui tickets --format json | head -1",
        "olvery-tui --help | true",
    ):
        done = shell(f'set -o pipefail; {line}; test "${{PIPESTATUS[0]}}" = 0', env)
        assert (done.returncode, done.stderr) == (0, b"")


def test_an_output_without_room_is_told(database: Path) -> None:
    for words in ("tickets --format csv", "--help"):
        done = shell(f"olvery-tui {words} > /dev/full", environment(database, NOW))
        assert done.returncode == 2
        assert done.stderr.decode().startswith("вывод: диск заполнен")
        assert len(done.stderr.decode().splitlines()) == 1


def test_closed_streams_are_no_error(database: Path) -> None:
    env = environment(database, NOW)
    assert shell("olvery-tui admit 26 >&-", env).returncode == 1
    done = shell("olvery-tui admit 33 2>&- <&-", env)
    assert (done.returncode, done.stdout.decode()) == (2, "Билета 33 нет.\n")


def test_it_writes_utf8_whatever_it_is_told(database: Path) -> None:
    done = run_program("tickets", env=environment(database, NOW, PYTHONIOENCODING="koi8-r"))
    assert "Мария Семенова" in done.stdout.decode()
    done = run_program("tikets", env=environment(database, NOW, LC_ALL="C", PYTHONUTF8="0"))
    assert "Команды «tikets» нет" in done.stderr.decode()


def test_a_spreadsheet_goes_through_a_pipe(database: Path) -> None:
    done = run_program("tickets", "--format", "xlsx", env=environment(database, NOW))
    assert done.stdout[:2] == b"PK"
    assert done.stderr == b""


def test_the_application_without_a_terminal_is_a_sentence(database: Path) -> None:
    done = run_program(env=environment(database))
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.decode().splitlines()) == 1


def test_it_runs_from_any_folder_also_one_that_is_gone(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    environ = environment(database, NOW)
    done = shell(
        f"cd {folder} && rmdir {folder} && {sys.executable} -P -m olvery_tui admit 26", environ
    )
    assert done.returncode == 1
    assert "Билет 26" in done.stdout.decode()


def test_the_log_is_private(database: Path, tmp_path: Path) -> None:
    log = tmp_path / "log" / "olvery.log"
    run_program("admit", "26", env=environment(database, NOW, OLVERY_LOG_FILE=str(log)))
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


class TestOnATerminal:
    def test_the_list_is_a_table(self, database: Path) -> None:
        env = environment(database, NOW)
        with Terminal("tickets", columns=120, lines=40, env=env) as screen:
            assert screen.wait_end() == 0
            text = screen.text
        assert "Период аренды" in text
        assert "22.12.2022 - 24.12.2022" in text
        assert "─" in text

    def test_nothing_found_is_said(self, database: Path) -> None:
        env = environment(database, NOW)
        with Terminal("tickets", "--number", "33", env=env) as screen:
            assert screen.wait_end() == 0
            assert "Ничего не найдено." in screen.text

    def test_a_spreadsheet_is_not_thrown_at_it(self, database: Path) -> None:
        env = environment(database, NOW)
        with Terminal("tickets", "--format", "xlsx", env=env) as screen:
            assert screen.wait_end() == 2
            assert "--output" in screen.text

    def test_a_hostile_name_is_only_letters(self, run: Run, database: Path) -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute(
                "UPDATE person SET last_name = ?", ("\x1b]0;x\x07[/]\x1b]52;c;eA==\x07\u202eИ",)
            )
        env = environment(database, NOW)
        for words in (("tickets",), ("ticket", "26", "--format", "json")):
            with Terminal(*words, columns=200, lines=60, env=env) as screen:
                assert screen.wait_end() == 0
                assert screen.hostile_sequences == []
                assert "[/]" in screen.text


class TestFaults:
    @pytest.fixture(autouse=True)
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise ZeroDivisionError("as arranged")

        monkeypatch.setattr("olvery_tui.cli.tickets.admission_text", fail)

    def test_there_is_a_code_and_no_traceback(self, run: Run, tmp_path: Path) -> None:
        done = run("admit", 26)
        assert (done.code, done.out) == (2, "")
        assert "E-" in done.err
        assert "Traceback" not in done.err
        assert "as arranged" not in done.err

    def test_with_debug_there_is_one(self, run: Run) -> None:
        done = run("--debug", "admit", 26)
        assert done.code == 2
        assert "ZeroDivisionError: as arranged" in done.err


def test_a_refusal_has_a_traceback_for_debug_only(run: Run, tmp_path: Path) -> None:
    words = ("--database", tmp_path / "none.db", "tickets")
    assert "Traceback" not in run(*words).err
    assert "StoreUnavailable" in run("--debug", *words).err


def test_demo_leaves_the_real_database_alone(run: Run, database: Path) -> None:
    before = database.read_bytes()
    done = run("--demo", "tickets", "--format", "csv")
    assert done.out.splitlines()[1].startswith("34,")
    assert database.read_bytes() == before
