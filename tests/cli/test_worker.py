"""The status worker as a service: moves what is due, ends at once, outlives a busy database."""

import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui.status_worker import LONGEST_SLEEP
from tests.cli.conftest import NOW, Run
from tests.cli.program import PATIENCE, begin, environment

LATER = "2022-12-22T09:00:00+03:00"
"""By then tickets 23, 26 and 31 have begun."""


def statuses(database: Path) -> dict[int, str]:
    with closing(sqlite3.connect(database)) as connection:
        return dict(connection.execute("SELECT number, status FROM ticket"))


def moves(database: Path) -> list[int]:
    """Every move that is recorded, by its ticket."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("SELECT ticket_number FROM event WHERE kind = 'ticket.moved'")
        return [number for (number,) in found]


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


class TestOnce:
    def test_it_moves_what_is_due_and_says_how_many(
        self, run: Run, database: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert run("worker", "--once").out == "Переведено 0 билетов\n"
        monkeypatch.setenv("OLVERY_NOW", LATER)
        assert run("worker", "--once").out == "Переведено 3 билета\n"
        assert statuses(database)[26] == "active"
        assert sorted(moves(database)) == [23, 26, 31]
        assert run("worker", "--once").out == "Переведено 0 билетов\n"

    def test_without_a_database_it_makes_none(self, run: Run, tmp_path: Path) -> None:
        done = run("--database", tmp_path / "none.db", "worker", "--once")
        assert (done.code, done.out) == (2, "")
        assert not (tmp_path / "none.db").exists()


@pytest.fixture
def workers() -> Iterator[list["subprocess.Popen[str]"]]:
    """Those that a test started are gone when it is over."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for worker in started:
        worker.kill()
        worker.communicate()


def ready(worker: "subprocess.Popen[str]") -> None:
    assert worker.stderr is not None
    assert "Ctrl+C" in worker.stderr.readline()


AT_ONCE = LONGEST_SLEEP.total_seconds() / 2
"""A busy machine may take seconds; a worker that is not woken takes its sleep's half a minute."""


class TestService:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_a_signal_ends_it_at_once(
        self, database: Path, workers: list["subprocess.Popen[str]"], number: int
    ) -> None:
        worker = begin("worker", env=environment(database, NOW))
        workers.append(worker)
        ready(worker)
        told = time.monotonic()
        worker.send_signal(number)
        out, err = worker.communicate(timeout=PATIENCE)
        assert (worker.returncode, out, err) == (0, "", "")
        assert time.monotonic() - told < AT_ONCE

    def test_a_signal_is_heard_at_whatever_moment_of_the_waiting_it_comes(self) -> None:
        """Also just before it falls asleep; unheard, one of these would never end."""
        script = """
            import random, signal
            from olvery_tui.cli.signals import ended_by_signals

            chance = random.Random(7)
            for _ in range(3000):
                with ended_by_signals() as end:
                    signal.signal(signal.SIGALRM, signal.getsignal(signal.SIGINT))
                    signal.setitimer(signal.ITIMER_REAL, chance.uniform(2e-6, 5e-5))
                    end.wait()
                    assert end.has_come()
            print("heard")
        """
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(script)],
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE,
            check=False,
        )
        assert (done.stdout, done.stderr) == ("heard\n", "")

    def test_two_at_once_move_each_ticket_once(
        self, database: Path, workers: list["subprocess.Popen[str]"]
    ) -> None:
        for _ in range(2):
            workers.append(begin("worker", env=environment(database, LATER)))
        wait_until(lambda: statuses(database)[26] == "active")
        for worker in workers:
            ready(worker)
            worker.terminate()
        for worker in workers:
            assert worker.wait(PATIENCE) == 0
        assert sorted(moves(database)) == [23, 26, 31]

    def test_a_database_that_others_write_is_waited_for(
        self, database: Path, workers: list["subprocess.Popen[str]"]
    ) -> None:
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        worker = begin("worker", env=environment(database, LATER))
        workers.append(worker)
        ready(worker)
        time.sleep(0.5)
        assert worker.poll() is None
        assert statuses(database)[26] == "confirmed"
        other.close()
        wait_until(lambda: statuses(database)[26] == "active")

    def test_a_signal_ends_it_while_it_waits_for_the_database(
        self, database: Path, workers: list["subprocess.Popen[str]"]
    ) -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            worker = begin("worker", env=environment(database, LATER))
            workers.append(worker)
            ready(worker)
            time.sleep(0.3)
            worker.terminate()
            assert worker.wait(PATIENCE) == 0  # and nobody has given the lock back
        assert statuses(database)[26] == "confirmed"

    def test_a_database_that_is_locked_at_the_start_is_waited_for_and_told_once(
        self, database: Path, workers: list["subprocess.Popen[str]"]
    ) -> None:
        other = sqlite3.connect(database, isolation_level=None)
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        worker = begin("worker", env=environment(database, LATER))
        workers.append(worker)
        assert worker.stderr is not None
        assert "занята" in worker.stderr.readline()
        other.close()
        ready(worker)
        wait_until(lambda: statuses(database)[26] == "active")

    def test_a_change_by_another_terminal_is_taken_up_at_once(
        self, database: Path, workers: list["subprocess.Popen[str]"]
    ) -> None:
        worker = begin("worker", env=environment(database, LATER))
        workers.append(worker)
        ready(worker)
        wait_until(lambda: statuses(database)[26] == "active")
        began = time.monotonic()
        # As if somebody had set the clock back and gone: the ticket waits for its start again.
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute(
                "UPDATE ticket SET status = 'confirmed', moves_at = starts_at, "
                "version = version + 1 WHERE number = 26"
            )
        wait_until(lambda: statuses(database)[26] == "active")
        assert time.monotonic() - began < AT_ONCE
