"""A report on the command line: lines for people and programs, bars on a terminal."""

import csv
import io
import json
from pathlib import Path

from openpyxl import load_workbook

from tests.cli.conftest import Run

DAYS = ("--from", "2022-12-05", "--to", "2022-12-06")


def test_a_report_is_a_table_json_csv_and_a_spreadsheet(run: Run, tmp_path: Path) -> None:
    lines = json.loads(run("report", *DAYS, "--format", "json").out)
    assert {line["day"] for line in lines} == {"2022-12-05", "2022-12-06"}
    assert sum(line["arrivals"] for line in lines) > 0
    rows = list(csv.DictReader(io.StringIO(run("report", *DAYS, "--format", "csv").out)))
    assert [(row["day"], row["service"], row["refunds"]) for row in rows] == [
        (line["day"], line["service"], line["refunds"]) for line in lines
    ]
    hours = [(float(row["occupied_hours"]), float(row["occupied"])) for row in rows]
    assert hours == [(line["occupied_hours"], line["occupied"]) for line in lines]
    assert (0, 0) in hours
    assert "06.12.2022" in run("report").out
    file = tmp_path / "report.xlsx"
    done = run("report", *DAYS, "--format", "xlsx", "--for", "excel", "--output", file)
    assert done.code == 0, done
    assert load_workbook(file).active.max_row == 1 + len(lines)
    assert run("report", "--from", "2022-12-07", "--to", "2022-12-06").code == 2
    assert run("report", "--from", "1990-01-01", "--to", "2022-12-06").code == 2
