"""A list on the output or in a file, for people and for programs."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Generic, TextIO, TypeVar

from olvery_tui.cli.formats import Format
from olvery_tui.cli.opening import opened
from olvery_tui.cli.tables import Column, is_narrow, print_rows
from olvery_tui.cli.usage import bad_values
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.export import spreadsheet
from olvery_tui.export.lists import Listed
from olvery_tui.i18n import _
from olvery_tui.start import DONE, USAGE, StartOptions
from olvery_tui.wording.listing import number_text

if TYPE_CHECKING:
    from olvery_tui.desk import Desk

Card = TypeVar("Card")

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
    """How much is wanted, in which format, and where to. `file` None: the output."""

    limit: int | None
    format: Format
    file: Path | None


@dataclass(frozen=True)
class Table(Generic[Card]):
    """How people see the lines of a list; `row` is told whether the terminal is a narrow one."""

    columns: Callable[[], Sequence[Column]]
    row: Callable[[Card, tzinfo, bool], Sequence[str]]


def print_list(
    options: StartOptions,
    target: Target,
    listed: Listed[Card],
    table: Table[Card],
    find: Callable[[Desk], Iterator[Card]],
) -> int:
    """Write what `find` gives; exit 2 where it can't read a filter (InvalidInput)."""
    trouble = _trouble(target)
    if trouble is not None:
        print(trouble, file=sys.stderr)
        return USAGE
    with opened(options) as services:
        try:
            found = find(services.desk)
        except InvalidInput as problem:
            return bad_values((problem,), _OPTIONS)
        _write(islice(found, target.limit), services.location.zone, target, listed, table)
    return DONE


def _trouble(target: Target) -> str | None:
    if target.format is not Format.XLSX:
        return None
    if target.file is None and sys.stdout.isatty():
        return _("A spreadsheet can't be shown here. Name a file: --output tickets.xlsx")
    return spreadsheet.why_not()


def _write(
    cards: Iterator[Card],
    zone: tzinfo,
    target: Target,
    listed: Listed[Card],
    table: Table[Card],
) -> None:
    if target.format is Format.XLSX:
        with _binary(target.file) as file:
            whole = listed.write_xlsx(cards, zone, file)
        if not whole:
            text = _(
                "A spreadsheet holds {count} lines; the rest was left out. CSV holds them all."
            )
            count = number_text(spreadsheet.LINES_MAX)
            print(text.format(count=count), file=sys.stderr)
        return
    with _text(target.file) as file:
        match target.format:
            case Format.JSON:
                listed.write_json(cards, zone, file)
            case Format.CSV:
                listed.write_csv(cards, zone, file)
            case _table:
                narrow = is_narrow(file)
                rows = (table.row(card, zone, narrow) for card in cards)
                print_rows(table.columns(), rows, file)


@contextmanager
def _text(file: Path | None) -> Iterator[TextIO]:
    if file is None:
        yield sys.stdout
        return
    with open(_private(file), "w", encoding="utf-8", newline="") as opened_file:
        yield opened_file


@contextmanager
def _binary(file: Path | None) -> Iterator[IO[bytes]]:
    if file is not None:
        with open(_private(file), "wb") as opened_file:
            yield opened_file
        return
    # The output may be a pipe, in which nothing can be looked up again.
    with TemporaryFile() as copy:
        yield copy
        copy.seek(0)
        while block := copy.read(1 << 20):
            sys.stdout.buffer.write(block)


def _private(file: Path) -> int:
    """Open a file that only its owner may read: names and phones stand in it."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        os.fchmod(handle, 0o600)
    return handle
