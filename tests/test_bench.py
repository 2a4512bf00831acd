"""The benchmark runs, and its plain statements are one question; how quickly is not asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bench import opening, plain_sql
from bench.__main__ import main
from bench.filters import filters
from bench.report import Report
from olvery_tui import i18n
from tests.each import each

_TICKETS = 300
_QUICK = "queries,worker,import"
"""The sections that need no terminal and no waiting."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With the databases and the page of one small run."""
    folder = tmp_path_factory.mktemp("bench")
    main([*_arguments(folder), "--only", _QUICK, "--times", "1"])
    return folder


def _arguments(folder: Path) -> list[str]:
    sizes = ["--tickets", str(_TICKETS), "--few", "20"]
    return [*sizes, "--folder", str(folder), "--keep", "--out", str(folder / "page.md")]


def test_a_run_writes_its_sections_and_leaves_the_others(folder: Path) -> None:
    page = folder / "page.md"
    before = page.read_text(encoding="utf-8")
    assert [line for line in before.splitlines() if line.startswith("## ")] == [
        "## Queries",
        "## Status worker",
        "## Import",
    ]
    page.write_text(before.replace("\n## Status worker\n", "\n## Status worker\n\nBefore.\n"))
    main([*_arguments(folder), "--only", "import"])
    assert page.read_text(encoding="utf-8").count("\n## ") == 3
    assert "\n## Status worker\n\nBefore.\n" in page.read_text(encoding="utf-8")


def test_a_page_begins_with_the_goals_that_its_sections_missed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    for name, measured in (("one", 3.0), ("other", 1.0)):
        report = Report()
        report.section(name, name.title(), "Explained.")
        report.goals(report.goal("speed", measured, 2.0, "ms"))
        report.write(page, "# Head\n")
    head, _one, _other = page.read_text(encoding="utf-8").split("\n## ")
    assert head == "# Head\n\nGoals that were missed:\n\n- One: speed, 3.00 ms ≤ 2.00 ms\n"


def test_kept_databases_are_used_again(folder: Path) -> None:
    file = folder / f"{_TICKETS}.db"
    before = file.stat().st_ino
    main([*_arguments(folder), "--only", "import"])
    assert file.stat().st_ino == before


def test_an_unknown_section_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "orders,opening"])
    assert "not one of" in capsys.readouterr().err


@each("name", filters(_TICKETS))
def test_every_plain_statement_finds_the_same(folder: Path, name: str) -> None:
    found = set()
    with closing(sqlite3.connect(folder / f"{_TICKETS}.db")) as connection:
        for statement in plain_sql.statements(connection, filters(_TICKETS)[name], 100):
            with suppress(sqlite3.OperationalError):  # an index that is of no use here
                found.add(tuple(row[0] for row in statement.rows(connection)))
    assert len(found) == 1


def test_what_an_opening_waits_for_is_what_the_application_says() -> None:
    catalogue = Path(i18n.__file__).parent / "locale/ru/LC_MESSAGES/olvery_tui.po"
    said = catalogue.read_text(encoding="utf-8")
    for text in (opening._FIRST_FRAME, opening._WHOLE[0]):
        assert f'"{text}"' in said
