"""Tables that a coworking brings in: how quick their import is, and whether its memory is bounded.

People as CSV in Windows-1251, and bookings as a workbook, with as many people as rows.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile

from bench.databases import run_command
from bench.generate import SERVICES, catalogue
from bench.names import name
from bench.running import Bench

_FEW, _MANY = 20_000, 60_000
_ROWS_A_SECOND, _MEMORY_RATIO = 2_000, 1.15
_SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_TIMES = ("{}-{}", "{}.00–{}.00", "с {} до {}")


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    bench.report.section(
        "tables",
        "Tables",
        "`olvery-tui import FILE --as people|orders` into a database with services and places only:"
        " people from a\nCSV file in Windows-1251, bookings from an XLSX file, each with a person"
        " of their own. Everything is checked.",
    )
    rows, goals = [], []
    for kind in ("people", "orders"):
        taken = {count: _imported(kind, count) for count in (_FEW, _MANY)}
        rows += [[kind, count, *taken[count]] for count in taken]
        slowest = max(seconds / count for count, (seconds, _mb) in taken.items())
        goals.append(
            bench.report.goal(
                f"{kind}: time at {_ROWS_A_SECOND:,} rows a second", slowest * _ROWS_A_SECOND, 1.0
            )
        )
        ratio = taken[_MANY][1] / taken[_FEW][1]
        title = f"{kind}: peak memory with {_MANY:,} rows to {_FEW:,}"
        goals.append(bench.report.goal(title, ratio, _MEMORY_RATIO))
    bench.report.table(["rows are", "rows", "seconds", "peak memory, MB"], rows)
    bench.report.goals(*goals)


Row = list[str | date]


def _imported(kind: str, count: int) -> tuple[float, float]:
    """Seconds and megabytes of one import."""
    with tempfile.TemporaryDirectory(prefix="olvery-tables-") as folder:
        database, sold = Path(folder, "olvery.db"), Path(folder, "sold.jsonl")
        sold.write_text("".join(f"{json.dumps(line)}\n" for line in catalogue()), "utf-8")
        run_command(database, "import", str(sold))
        file = Path(folder, "people.csv" if kind == "people" else "orders.xlsx")
        # Apart: a new process counts the memory of the one that began it as its own.
        subprocess.run([sys.executable, "-m", "bench.tables", kind, str(count), file], check=True)
        began = time.perf_counter()
        usage = run_command(database, "import", str(file), "--as", kind)
        return time.perf_counter() - began, usage.ru_maxrss / 1024


def _csv(path: Path, rows: Iterator[Row]) -> None:
    with path.open("w", encoding="cp1251") as file:
        file.writelines(";".join(map(str, row)) + "\n" for row in rows)


def _xlsx(path: Path, rows: Iterator[Row]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    made = BytesIO()
    book.save(made)
    with ZipFile(made) as inline, ZipFile(path, "w", ZIP_DEFLATED) as shared:
        _share_texts(inline, shared)


def _share_texts(inline: ZipFile, shared: ZipFile) -> None:
    """Keep each text once, apart from the sheet, as Excel does."""
    texts: dict[str, int] = {}

    def share(found: re.Match[str]) -> str:
        return f't="s"><v>{texts.setdefault(found[1], len(texts))}</v>'

    parts = {name: inline.read(name) for name in inline.namelist()}
    cells = r't="inlineStr"><is><t>(.*?)</t></is>'
    sheet = re.sub(cells, share, parts["xl/worksheets/sheet1.xml"].decode())
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{space}">{items}</sst>'.encode()
    declared = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_SHARED}"/></Types>'
    types = "[Content_Types].xml"
    parts[types] = parts[types].replace(b"</Types>", declared.encode())
    for part, content in parts.items():
        shared.writestr(part, content)


def _people(count: int) -> Iterator[Row]:
    yield ["№", "Фамилия", "Имя", "Телефон", "Email"]
    chance = Random(1)
    for number in range(1, count + 1):
        yield [str(number), *name(chance), _phone(number), f"user{number}@example.com"]


def _orders(count: int) -> Iterator[Row]:
    yield ["ФИО", "Телефон", "Дата", "Время", "Услуга", "Помещение", "Место", "Тариф", "Оплачен"]
    chance = Random(1)
    places = [
        (service, room, f"PM №{place}")
        for service, rooms, many in SERVICES
        for room in rooms
        for place in range(1, many + 1)
    ]
    for number in range(count):
        turn, place = divmod(number, len(places))
        day, hour = date(2023, 1, 1) + timedelta(days=turn // 6), 9 + turn % 6 * 2
        when = _TIMES[number % len(_TIMES)].format(hour, hour + 2)
        whom = [" ".join(name(chance)), _phone(number)]
        yield [*whom, day, when, *places[place], "Почасовой", "да" if number % 3 else ""]


def _phone(number: int) -> str:
    return f"8 (9{number // 10_000_000:02d}) {number // 10_000 % 1_000:03d}-{number % 10_000:04d}"


def main(kind: str, count: str, path: str) -> None:
    """Write a table of so many rows."""
    if kind == "people":
        _csv(Path(path), _people(int(count)))
    else:
        _xlsx(Path(path), _orders(int(count)))


if __name__ == "__main__":
    main(*sys.argv[1:])
