"""Import of tables: each row becomes lines, and the lines take the way of every import.

The lines go into a temporary file, so memory stays bounded; four bytes a line say of which row it
is. What was refused is written again as rows of a table, to be corrected and imported.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import IO

from pydantic_core import to_json
from sqlalchemy import select
from sqlmodel import Session

from olvery_tui.clock import Clock
from olvery_tui.domain.access import Actor
from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.errors import FileCode, FileRefused, ImportCode
from olvery_tui.domain.import_lines import Kind, Problem
from olvery_tui.domain.people import fold
from olvery_tui.domain.row_kinds import RowKind, lacks
from olvery_tui.domain.spreadsheet import (
    ERROR_HEADING,
    Catalogue,
    Cell,
    InvalidRow,
    Rows,
    SoldTariff,
    folded,
    guess,
    heading_row,
    is_empty,
    is_total,
    likely_kind,
    text,
)
from olvery_tui.store.catalogue.locations import location
from olvery_tui.store.database import tables
from olvery_tui.store.database.engine import Store
from olvery_tui.store.importing import import_columns
from olvery_tui.store.importing.pipeline import run as run_lines
from olvery_tui.store.importing.pipeline import without_collection
from olvery_tui.store.importing.report import ImportReport, Outcome, Progress
from olvery_tui.store.importing.sheets import Sheet, opened

_PULSE = 1_000

_COLUMNS = {
    "label": ("workplace",),
    "name": ("tariff",),
    "starts_on": ("starts", "date"),
    "ends_on": ("ends", "starts", "date"),
    "starts_at": ("time", "time_from", "starts", "date"),
    "ends_at": ("time", "time_to", "ends", "date"),
    "customer": ("full_name", "last_name", "first_name"),
    "last_name": ("full_name", "first_name"),
    "visitor": ("full_name", "last_name", "first_name"),
    "paid_at": ("paid",),
    "payment_kind": ("payment",),
    "paid": ("paid_sum",),
    "number": ("order",),
    "tickets": ("ticket_numbers",),
    "ban_reason": ("ban",),
    "validated_at": ("checked",),
    "validated_by": ("checked_by",),
}
"""The columns that a line's field comes from, where it is called otherwise."""


_COUNTED = {
    RowKind.PEOPLE: Kind.PERSON,
    RowKind.PLACES: Kind.WORKPLACE,
    RowKind.TARIFFS: Kind.TARIFF,
    RowKind.ORDERS: Kind.BOOKING,
    RowKind.ORDERS_ONLY: Kind.ORDER,
}
"""The kind of the line that counts for a row."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row was not imported, or (`joined`) what became of it; `column` is a heading."""

    row: int
    column: str
    problem: Problem

    @property
    def refuses(self) -> bool:
        """Whether the row was left out for it."""
        return self.problem.code is not ImportCode.JOINED


@dataclass(slots=True)
class SheetReport:
    """The sum of a table's import; `lines` is that of its lines."""

    kind: RowKind
    lines: ImportReport
    rows: int = 0
    refused: set[int] = field(default_factory=set)

    def count(self, outcome: Outcome) -> int:
        """How many rows came to this."""
        if outcome is Outcome.REFUSED:
            return len(self.refused)
        return self.lines.tallies[_COUNTED[self.kind]][outcome]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to each outcome."""
        return {outcome.value: self.count(outcome) for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose columns are known. `head` are its first rows, and `at` the one with the
    headings. `recalled`: the columns are those of the last import with such headings.
    """

    sheet: Sheet
    kind: RowKind
    at: int
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    head: list[list[Cell]]
    recalled: bool = False

    def rows(self) -> Generator[tuple[int, list[Cell]], None, None]:
        """The rows below the headings by their numbers in the file, without empty and sum rows."""
        for number, row in enumerate(self.sheet.rows(), 1):
            if number > self.at + 1 and not is_empty(row) and not is_total(row):
                yield number, row

    def cells(self, row: Sequence[Cell]) -> dict[str, Cell]:
        """A row's cells by what they mean."""
        return {name: row[at] if at < len(row) else None for name, at in self.columns.items()}

    def sample(self, column: int) -> str:
        """The first value of a column."""
        below = (
            row[column]
            for row in self.head[self.at + 1 :]
            if column < len(row) and text(row[column])
        )
        return text(next(below, None))

    def heading(self, name: str | None) -> str:
        """The heading of the column that a problem's field comes from."""
        for one in (name or "", *_COLUMNS.get(name or "", ())):
            if one in self.columns:
                return self.headings[self.columns[one]]
        return name or ""


def table(path: Path, kind: RowKind, meanings: Mapping[str, str | None] | None = None) -> Table:
    """The table in a file, with the columns that its headings (or `meanings`) name.

    Raises:
        FileRefused: `format`, `headings`.
        OSError: it can't be read.
    """
    return with_columns(preview(path, kind, meanings))


def with_columns(found: Table) -> Table:
    """The same table, unless it lacks columns that every row needs (`FileRefused`, `headings`)."""
    if lacks(found.columns, found.kind):
        raise FileRefused(FileCode.HEADINGS, found.sheet.path.name)
    return found


def preview(
    path: Path, kind: RowKind | None, meanings: Mapping[str, str | None] | None = None
) -> Table:
    """As `table`, also without the columns that are needed; the first row that is as wide as most
    has the headings then. Without a `kind` of what the headings are likely to be.

    Raises:
        FileRefused: `format`.
        OSError: it can't be read.
    """
    sheet = opened(path)
    head = sheet.head()
    filled = [sum(bool(text(cell)) for cell in row) for row in head]
    if not any(filled):
        raise FileRefused(FileCode.FORMAT, path.name)
    kind = kind or likely_kind(head)
    first = next(at for at, count in enumerate(filled) if count > max(filled) / 2)
    at, columns = heading_row(head, kind, meanings) or (first, guess(head[first], kind))
    return _made(sheet, kind, head, at, columns)


def recall(session: Session, found: Table, *, guessed: bool = False) -> Table:
    """The same table with the columns of the last import with such headings, if there was one.

    Where its kind is only `guessed`, it is of the kind that such headings were imported as.
    """
    others = [kind for kind in RowKind if guessed and kind is not found.kind]
    known = import_columns.known(session, [found.kind, *others], found.head)
    if known is None:
        return found
    return _made(found.sheet, known.kind, found.head, known.at, known.columns, recalled=True)


def _made(
    sheet: Sheet,
    kind: RowKind,
    head: list[list[Cell]],
    at: int,
    columns: Mapping[str, int],
    *,
    recalled: bool = False,
) -> Table:
    filled = (column for row in head[at:] for column, cell in enumerate(row) if text(cell))
    width = max(filled, default=-1) + 1
    headings = [*map(text, head[at][:width]), *[""] * (width - len(head[at]))]
    return Table(sheet, kind, at, tuple(headings), columns, head, recalled)


def run(
    store: Store,
    source: Table,
    *,
    clock: Clock,
    actor: Actor,
    dry_run: bool = False,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    on_problem: Callable[[RowProblem], None] = lambda _problem: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SheetReport:
    """Import a table; arguments and errors as `pipeline.run` has them.

    Raises:
        FileRefused: `format`; it can't be read to its end, and nothing was imported.
    """
    with store.reading() as session:
        catalogue, zone = _catalogue(session), location(session).zone
    report = SheetReport(source.kind, ImportReport(dry_run=dry_run))
    rows = Rows(source.kind, catalogue, zone, clock.now())
    of_line = array("L")

    def tell(row: int, problem: Problem) -> None:
        if problem.code is ImportCode.DEPENDS and row in report.refused:
            return  # the row's own person, which is told already
        found = RowProblem(row, source.heading(problem.field), replace(problem, line=row))
        if found.refuses:
            report.refused.add(row)
        on_problem(found)

    with tempfile.TemporaryFile() as file, without_collection():
        for number, cells in source.rows():
            report.rows += 1
            if report.rows % _PULSE == 0:
                on_progress(Progress(0, 0, report.rows))
                if cancelled():
                    report.lines.interrupted = True
                    return report
            _write(file, rows, number, source.cells(cells), of_line, tell)
        file.seek(0)
        if not dry_run:
            with store.writing() as session:
                import_columns.remember(session, source.kind, source.headings, source.columns)
        report.lines = run_lines(
            store,
            file,
            clock=clock,
            actor=actor,
            dry_run=dry_run,
            joins=True,
            on_progress=on_progress,
            on_problem=lambda problem: tell(of_line[problem.line - 1], problem),
            cancelled=cancelled,
        )
    return report


def _write(
    file: IO[bytes],
    rows: Rows,
    number: int,
    cells: Mapping[str, Cell],
    of_line: array[int],
    tell: Callable[[int, Problem], None],
) -> None:
    try:
        lines = rows.lines(number, cells)
    except InvalidRow as invalid:
        for one in invalid.problems:
            tell(number, Problem(number, ImportCode(one.code), one.field, one.params))
        return
    for line in lines:
        file.write(to_json(line) + b"\n")
        of_line.append(number)


def write_rejects(source: Table, reasons: Mapping[int, str], file: IO[bytes]) -> None:
    """Write the refused rows in the file's own format, each with what is wrong with it."""
    old = {at for at, one in enumerate(source.headings) if folded(one) == folded(ERROR_HEADING)}
    width = len(source.headings)

    def with_reason(row: Sequence[Cell], reason: str) -> list[Cell]:
        kept = [*row[:width], *[None] * (width - len(row))]
        return [*(cell for at, cell in enumerate(kept) if at not in old), reason]

    with source.sheet.like_it(file) as write:
        write(with_reason(source.headings, ERROR_HEADING))
        with closing(source.rows()) as rows:
            for number, row in rows:
                if number in reasons:
                    write(with_reason(row, reasons[number]))


def _catalogue(session: Session) -> Catalogue:
    found, connection = Catalogue(), session.connection()
    services, rooms, tariffs = tables.SERVICES, tables.ROOMS, tables.TARIFFS
    names = {}
    for number, name in connection.execute(select(services.c.id, services.c.name)):
        names[number] = found.services[fold(name)] = name
    for of, room, label in connection.execute(
        select(rooms.c.service_id, rooms.c.name, tables.WORKPLACES.c.label).outerjoin_from(
            rooms, tables.WORKPLACES, tables.WORKPLACES.c.room_id == rooms.c.id
        )
    ):
        found.rooms[names[of], fold(room)] = room
        if label is not None:
            found.workplaces.setdefault((names[of], fold(label)), []).append((room, label))
    for of, name, unit, price in connection.execute(
        select(tariffs.c.service_id, tariffs.c.name, tariffs.c.unit, tariffs.c.price)
    ):
        found.tariffs[names[of], fold(name)] = SoldTariff(name, TariffUnit(unit), Decimal(price))
    variants, modifiers = tables.VARIANTS, tables.MODIFIERS
    for of, name in connection.execute(select(variants.c.service_id, variants.c.name)):
        found.variants[names[of], fold(name)] = name
    for of, name, price in connection.execute(
        select(modifiers.c.service_id, modifiers.c.name, modifiers.c.price)
    ):
        found.modifiers[names[of], fold(name)] = (name, price)
    return found
