"""`--follow`: what changes is printed as it happens, until a signal or nobody reads any more."""

import json
import signal
import subprocess
import time
from pathlib import Path

from tests.cli.conftest import NOW, Run
from tests.cli.program import PATIENCE, begin, environment
from tests.cli.program import run as run_program
from tests.each import each


def first_line_of(command: subprocess.Popen[str]) -> str:
    assert command.stdout is not None
    return command.stdout.readline()


def test_each_list_tells_a_change_and_ends_with_a_signal(database: Path) -> None:
    env = environment(database, NOW)
    tickets = begin("tickets", "--follow", "--format", "jsonl", "--visitor", "сем", env=env)
    others = begin("tickets", "--follow", "--number", "27", "--format", "jsonl", env=env)
    orders = begin("orders", "--follow", env=env)
    events = begin("events", "--follow", "--format", "csv", "--kind", "order.moved", env=env)
    try:
        assert first_line_of(orders).startswith("Номер\t")
        assert first_line_of(events).startswith("id,at,")
        wait_until_begun(database, 4)
        assert (
            run_program("order", 1215, "set-status", "completed", "--early", env=env).returncode
            == 0
        )
        assert json.loads(first_line_of(tickets))["order_status"] == "completed"
        assert "Выполнен" in first_line_of(orders)
        assert "order.moved" in first_line_of(events)
    finally:
        running = (tickets, others, orders, events)
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTERM)
        for command, number in zip(running, signals, strict=True):
            command.send_signal(number)
        left = [command.communicate(timeout=PATIENCE) for command in running]
    assert left == [("", "")] * 4
    assert [command.returncode for command in running] == [0] * 4


def wait_until_begun(database: Path, followers: int) -> None:
    """Each records its export before it waits."""
    env = environment(database, NOW)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        told = run_program(
            "events", "--kind", "export.started", "--format", "jsonl", env=env
        ).stdout
        lines = [json.loads(line) for line in told.splitlines()]
        if sum(line["data"]["what"] != "events" for line in lines) >= followers - 1:
            return
    raise AssertionError("they don't begin")


def test_who_reads_no_more_ends_it(database: Path) -> None:
    """As `| head -1` does, also where nothing changes any more."""
    command = begin("events", "--follow", "--format", "csv", env=environment(database, NOW))
    first_line_of(command)
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.close()
    assert command.wait(timeout=PATIENCE) == 0
    with command.stderr:
        assert command.stderr.read() == ""


@each(
    "words, said",
    [
        (("--format", "json"), "jsonl"),
        (("--format", "xlsx"), "jsonl"),
        (("--format", "csv", "--output", "x.csv"), "--output"),
    ],
)
def test_what_has_no_end_has_no_file_and_no_array(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    done = run("tickets", "--follow", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
