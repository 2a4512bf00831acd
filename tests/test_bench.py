"""The benchmark runs, and its plain statements are one question; how quickly is not asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bench import opening, plain_sql
from bench.__main__ import main
from bench.filters import filters
from bench.sections import SECTIONS
from olvery_tui import i18n

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


def test_a_run_writes_its_sections_and_says_what_it_left_out(folder: Path) -> None:
    page = (folder / "page.md").read_text(encoding="utf-8")
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## Queries",
        "## Status worker",
        "## Import",
    ]
    left_out = [name for name in SECTIONS if name not in _QUICK.split(",")]
    assert f"Not measured in this run: {', '.join(left_out)}." in page


def test_kept_databases_are_used_again(folder: Path) -> None:
    file = folder / f"{_TICKETS}.db"
    before = file.stat().st_ino
    main([*_arguments(folder), "--only", "import"])
    assert file.stat().st_ino == before


def test_an_unknown_section_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "orders,opening"])
    assert "not one of" in capsys.readouterr().err


@pytest.mark.parametrize("name", filters(_TICKETS))
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
