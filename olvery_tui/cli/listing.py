"""A list on the output or in a file, for people and for programs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, tzinfo
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Generic, TypeVar

import typer

from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import Answer, Format
from olvery_tui.cli.tables import Column, is_narrow, print_lines, print_rows
from olvery_tui.cli.usage import bad_values_named, wrong
from olvery_tui.domain.filters import (
    OrderFilter,
    TicketFilter,
    check_period,
    parse_day,
    parse_period,
)
from olvery_tui.export import spreadsheet
from olvery_tui.export.formats import Audience, FileFormat, text_into, why_not, write_list
from olvery_tui.export.lists import Listed
from olvery_tui.files import Place
from olvery_tui.i18n import _
from olvery_tui.start import DONE, USAGE
from olvery_tui.wording.listing import number_text
from olvery_tui.wording.periods import day_words

if TYPE_CHECKING:
    from olvery_tui.services import Services

Item = TypeVar("Item")
Limited = TypeVar("Limited", TicketFilter, OrderFilter)

_OPTIONS = {
    "number": "--number",
    "from": "--from",
    "to": "--to",
    "period": "--from, --to",
    "visitor": "--visitor",
    "customer": "--customer",
    "place": "--place",
    "room": "--room",
}


@dataclass(frozen=True)
class Target:
    """How much of a list to print, in which format, for whom and where.

    `file` None is the output; with `replace` an existing file may be replaced. `follow` prints what
    changes from now on.
    """

    limit: int | None
    format: Format
    audience: Audience | None
    file: Path | None
    replace: bool = False
    follow: bool = False


@dataclass(frozen=True)
class Table(Generic[Item]):
    """How people see the lines of a list; `row` is told whether the terminal is a narrow one."""

    columns: Callable[[], Sequence[Column]]
    row: Callable[[Item, tzinfo, bool], Sequence[str]]


def print_list(
    context: typer.Context,
    target: Target,
    listed: Listed[Item],
    table: Table[Item],
    find: Callable[[Services], Iterator[Item]],
) -> int:
    """Write what is found; exit 2 where `find` can't read a filter (InvalidInput)."""
    if mistake := _mistake(target):
        raise wrong(context, mistake)
    if trouble := _trouble(target):
        print(trouble, file=sys.stderr)
        return USAGE
    with opened(context.obj) as services:
        zone = services.location.zone
        # The file first: what can't be written is no export, of which the audit trail tells.
        with bad_values_named(_OPTIONS), _binary(target, services.outputs) as file:
            items = islice(find(services), target.limit)
            _write(items, zone, target, listed, table, file)
    return DONE


def _mistake(target: Target) -> str:
    """Return why the options can't be combined; empty if they can."""
    if target.replace and target.file is None:
        return _("--replace belongs to --output.")
    if target.audience is not None and target.format not in (Format.CSV, Format.XLSX):
        return _("--for belongs to --format csv and xlsx.")
    if target.follow and target.format in (Format.JSON, Format.XLSX):
        return _("--follow has no end, as json and xlsx need one. Take jsonl or csv.")
    if target.follow and target.file is not None:
        return _("--follow prints; it has no --output.")
    return ""


def period(
    from_day: str, to_day: str, today: date, days: str = ""
) -> tuple[date | None, date | None]:
    """The days of `--from` and `--to`, or else of `--period`.

    Raises:
        InvalidInput: one of them can't be read, or they run backwards.
    """
    words = day_words()
    first, last = parse_period(days, today, words)
    first = parse_day("from", from_day, today, words) or first
    last = parse_day("to", to_day, today, words) or last
    check_period(first, last)
    return first, last


def days(from_day: str, to_day: str, today: date) -> tuple[date, date]:
    """The days of `--from` and `--to`: today unless told, and one day unless both are told.

    Raises:
        InvalidInput: one of them can't be read, or they run backwards.
    """
    first, last = period(from_day, to_day, today)
    first = first or min(last or today, today)
    return first, last or first


def with_given(filters: Limited, **given: Any) -> Limited:
    """Return the filter with the given conditions, except those that are empty."""
    asked = {name: value for name, value in given.items() if value not in (None, (), frozenset())}
    return filters._replace(**asked)


def yes(answer: Answer | None) -> bool | None:
    """Whether the answer is yes; None where none is given."""
    return None if answer is None else answer is Answer.YES


def _trouble(target: Target) -> str:
    if target.format is Format.XLSX and target.file is None and sys.stdout.isatty():
        return _("A spreadsheet can't be shown here. Name a file: --output tickets.xlsx")
    return "" if target.format is Format.TABLE else why_not(FileFormat(target.format))


def _write(
    items: Iterator[Item],
    zone: tzinfo,
    target: Target,
    listed: Listed[Item],
    table: Table[Item],
    file: IO[bytes] | None,
) -> None:
    if target.format is Format.TABLE:
        with nullcontext(sys.stdout) if file is None else text_into(file) as text:
            narrow = not target.follow and is_narrow(text)
            show = print_lines if target.follow else print_rows
            show(table.columns(), (table.row(item, zone, narrow) for item in items), text)
        return
    form, audience = FileFormat(target.format), target.audience or Audience.PROGRAMS
    with (
        _seekable(file)
        if form is FileFormat.XLSX
        else nullcontext(file or sys.stdout.buffer) as out
    ):
        written = write_list(listed, items, zone, form, audience, out)
    if not written.is_whole:
        text = _("A spreadsheet holds {count} lines; the rest was left out. CSV holds them all.")
        print(text.format(count=number_text(spreadsheet.LINES_MAX)), file=sys.stderr)


@contextmanager
def _binary(target: Target, place: Place) -> Iterator[IO[bytes] | None]:
    """Open the file that is asked for, written as a whole or not at all; None for the output."""
    if target.file is None:
        yield None
        return
    file = place.target(str(target.file))
    with place.new_file(file, replace=target.replace) as part:
        yield part.file


@contextmanager
def _seekable(file: IO[bytes] | None) -> Iterator[IO[bytes]]:
    if file is not None:
        yield file
        return
    # The output may be a pipe, in which nothing can be looked up again.
    with TemporaryFile() as copy:
        yield copy
        copy.seek(0)
        shutil.copyfileobj(copy, sys.stdout.buffer)
