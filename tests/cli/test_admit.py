"""The turnstile's answer: in words, as JSON and as an exit code."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def answer(run: Run, number: int) -> tuple[int, dict[str, object]]:
    done = run("admit", number, "--format", "json")
    assert done.err == ""
    return done.code, json.loads(done.out)


def check(database: Path, number: int) -> None:
    """The visitor has shown a passport."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(
            "INSERT OR IGNORE INTO manager (id, last_name, first_name) VALUES (77, 'О', 'А')"
        )
        connection.execute(
            "UPDATE ticket SET validated_at = created_at, validated_by = 77 WHERE number = ?",
            (number,),
        )


def test_the_answer_for_ticket_26_is_the_documentations(run: Run) -> None:
    code, said = answer(run, 26)
    assert code == 1
    assert list(said.items()) == [
        ("number", 26),
        ("admitted", False),
        ("reason", "not_validated"),
    ]


def test_a_visitor_who_was_checked_comes_in_while_the_period_lasts(
    run: Run, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(database, 26)
    expected = {
        "2022-12-21T23:59:59+03:00": (1, False, "not_started"),
        "2022-12-22T00:00:00+03:00": (0, True, None),
        "2022-12-24T23:59:59+03:00": (0, True, None),
        "2022-12-25T00:00:00+03:00": (1, False, "ended"),
    }
    for now, (code, admitted, reason) in expected.items():
        monkeypatch.setenv("OLVERY_NOW", now)
        assert answer(run, 26) == (
            code,
            {"number": 26, "admitted": admitted, "reason": reason},
        )


@pytest.mark.parametrize(
    ("status", "reason"), [("cancelled", "cancelled"), ("new", "not_confirmed")]
)
def test_the_order_stands_in_the_way(run: Run, database: Path, status: str, reason: str) -> None:
    check(database, 26)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("UPDATE orders SET status = ? WHERE number = 1215", (status,))
    assert answer(run, 26) == (1, {"number": 26, "admitted": False, "reason": reason})


def test_there_is_no_such_ticket(run: Run) -> None:
    assert answer(run, 33) == (2, {"number": 33, "admitted": False, "reason": "no_such_ticket"})


def test_a_database_that_cant_be_asked_is_no_answer(run: Run, tmp_path: Path) -> None:
    done = run("--database", tmp_path / "none.db", "admit", 26, "--format", "json")
    assert (done.code, done.out) == (2, "")


def test_people_are_told_in_words(run: Run) -> None:
    assert run("admit", 26).out == "Билет 26: личность не проверена, входа нет.\n"
    assert run("--lang", "en", "admit", 33).out == "There is no ticket 33.\n"
