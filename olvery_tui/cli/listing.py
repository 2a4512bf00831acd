"""A list on the output or in a file, for people and for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, tzinfo
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Generic, TypeVar

import typer

from olvery_tui.cli.opening import opened
from olvery_tui.cli.options import Format
from olvery_tui.cli.tables import Column, is_narrow, print_rows
from olvery_tui.cli.usage import bad_values, wrong
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.filters import check_period, parse_day
from olvery_tui.export import spreadsheet
from olvery_tui.export.formats import text_into
from olvery_tui.export.lists import Listed
from olvery_tui.files import Place
from olvery_tui.i18n import _
from olvery_tui.start import DONE, USAGE
from olvery_tui.wording.listing import number_text

if TYPE_CHECKING:
    from olvery_tui.desk import Desk

Item = TypeVar("Item")

_OPTIONS = {
    "number": "--number",
    "from": "--from",
    "to": "--to",
    "period": "--from, --to",
    "visitor": "--visitor",
    "customer": "--customer",
}


@dataclass(frozen=True)
class Target:
    """How much is wanted, in which format, and where to. `file` None: the output; `replace`: it
    may take the place of another one.
    """

    limit: int | None
    format: Format
    file: Path | None
    replace: bool = False


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
    find: Callable[[Desk], Iterator[Item]],
) -> int:
    """Write what `find` gives; exit 2 where it can't read a filter (InvalidInput)."""
    if target.replace and target.file is None:
        raise wrong(context, _("--replace belongs to --output."))
    trouble = _trouble(target)
    if trouble is not None:
        print(trouble, file=sys.stderr)
        return USAGE
    with opened(context.obj) as services:
        zone = services.location.zone
        try:
            # The file first: what can't be written is no export, of which the audit trail tells.
            with _binary(target, services.outputs) as file:
                cards = islice(find(services.desk), target.limit)
                _write(cards, zone, target, listed, table, file)
        except InvalidInput as problem:
            return bad_values((problem,), _OPTIONS)
    return DONE


def period(from_day: str, to_day: str, today: date) -> tuple[date | None, date | None]:
    """The days of `--from` and `--to`.

    Raises:
        InvalidInput: one of them can't be read, or they run backwards.
    """
    first, last = parse_day("from", from_day, today), parse_day("to", to_day, today)
    check_period(first, last)
    return first, last


def _trouble(target: Target) -> str | None:
    if target.format is not Format.XLSX:
        return None
    if target.file is None and sys.stdout.isatty():
        return _("A spreadsheet can't be shown here. Name a file: --output tickets.xlsx")
    return spreadsheet.why_not()


def _write(
    cards: Iterator[Item],
    zone: tzinfo,
    target: Target,
    listed: Listed[Item],
    table: Table[Item],
    file: IO[bytes] | None,
) -> None:
    if target.format is Format.XLSX:
        with _seekable(file) as sheet:
            whole = listed.write_xlsx(cards, zone, sheet)
        if not whole:
            text = _(
                "A spreadsheet holds {count} lines; the rest was left out. CSV holds them all."
            )
            count = number_text(spreadsheet.LINES_MAX)
            print(text.format(count=count), file=sys.stderr)
        return
    with nullcontext(sys.stdout) if file is None else text_into(file) as text_file:
        match target.format:
            case Format.JSON:
                listed.write_json(cards, zone, text_file)
            case Format.CSV:
                listed.write_csv(cards, zone, text_file)
            case _table:
                narrow = is_narrow(text_file)
                rows = (table.row(card, zone, narrow) for card in cards)
                print_rows(table.columns(), rows, text_file)


@contextmanager
def _binary(target: Target, place: Place) -> Iterator[IO[bytes] | None]:
    """The file that is asked for, whole or not there; None for the output."""
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
        while block := copy.read(1 << 20):
            sys.stdout.buffer.write(block)
