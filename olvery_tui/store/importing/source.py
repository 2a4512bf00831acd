"""The file that is imported, read again for each kind; and the copy that a dry run writes to."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from olvery_tui.domain.import_lines import LINE_MAX
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.sqlite.store import SqliteStore
from olvery_tui.store.maintenance.transfer import copy

_BOM = b"\xef\xbb\xbf"
_COPY_BYTES = 1 << 20


class RawLine(NamedTuple):
    """A line as it stands in the file; `number` counts from one, `offset` in bytes.

    `size` is what the line takes in the file: of a line too long to be read, `content` is only
    the beginning.
    """

    number: int
    offset: int
    content: bytes
    size: int


@dataclass(slots=True)
class Span:
    """The part of the file in which the lines of one kind stand."""

    first: RawLine
    stop: int


class Source:
    """A seekable file of a size that is fixed when the import begins."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._base = file.tell()
        file.seek(0, 2)
        self.size = file.tell() - self._base

    def lines(
        self,
        offset: int = 0,
        number: int = 1,
        stop: int | None = None,
        only: Callable[[int], bool] | None = None,
    ) -> Iterator[RawLine]:
        """The lines from `offset` on, the first of which is line `number`; with `only`, those whose
        numbers it likes.
        """
        file, end = self._file, self.size if stop is None else stop
        file.seek(self._base + offset)
        while offset < end:
            content = file.readline(LINE_MAX + 1)
            if not content:
                return  # somebody cut the file short meanwhile
            size = len(content)
            if size > LINE_MAX:
                size += self._skip_rest(content)
            if offset == 0:
                content = content.removeprefix(_BOM)
            if only is None or only(number):
                yield RawLine(number, offset, content, size)
            offset += size
            number += 1

    def picked(self, places: Iterable[tuple[int, int]]) -> Iterator[RawLine]:
        """Single lines, each by its number and offset."""
        for number, offset in places:
            yield from self.lines(offset, number, offset + 1)

    def _skip_rest(self, part: bytes) -> int:
        skipped = 0
        while part and not part.endswith(b"\n"):
            part = self._file.readline(LINE_MAX)
            skipped += len(part)
        return skipped


@contextmanager
def opened(source: Path | IO[bytes]) -> Iterator[Source]:
    """A file to read more than once; what can't be (a pipe) is copied into a temporary file first.

    Raises:
        OSError: the file can't be read, or there is no room for the copy.
    """
    if isinstance(source, Path):
        with source.open("rb") as file, opened(file) as found:
            yield found
    elif source.seekable():
        yield Source(source)
    else:
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(source, copy, _COPY_BYTES)
            copy.seek(0)
            yield Source(copy)


@contextmanager
def scratch_copy(store: Store) -> Iterator[Store]:
    """The same content in a private temporary file, gone afterwards; also of a server's database.

    A transaction that is rolled back would tell the same, but keep every other terminal from
    writing for as long as the file takes.

    Raises:
        StoreUnavailable: the database can't be read, or there is no room for the copy.
    """
    with tempfile.TemporaryDirectory(prefix="olvery-dry-run-") as folder:
        path = Path(folder) / "copy.db"
        path.touch(mode=0o600)
        if isinstance(store, SqliteStore):
            with store.raw() as source, closing(sqlite3.connect(path)) as target:
                source.backup(target)
        with closing(open_database(f"sqlite:///{path}", create=False)) as found:
            if not isinstance(store, SqliteStore):
                copy(store, found, verify=False)
            yield found
