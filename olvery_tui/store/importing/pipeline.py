"""An import from file to database: survey, then kind after kind, chunk after chunk.

The first pass finds out what each line describes, so that the kinds may stand in any order. Each
kind is then read by itself, and nothing of it is kept. While a chunk is written, a second thread
reads and checks the next one.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import IO, Self
from zoneinfo import ZoneInfo

from olvery_tui.clock import Clock
from olvery_tui.domain.access import Actor
from olvery_tui.domain.errors import ImportCode, InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import Kind, Problem, checked, kind_of, parse
from olvery_tui.store.audit.events import record
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.database.models import Location
from olvery_tui.store.importing.bookings import BookingLoader
from olvery_tui.store.importing.catalogue import CatalogueLoader
from olvery_tui.store.importing.context import Context, Entry, Loader, Verdict
from olvery_tui.store.importing.deferred import Deferred
from olvery_tui.store.importing.orders import OrderLoader
from olvery_tui.store.importing.people import PeopleLoader
from olvery_tui.store.importing.report import ImportReport, Outcome, Progress
from olvery_tui.store.importing.resolver import SOLD, Resolver
from olvery_tui.store.importing.source import RawLine, Source, Span, opened, scratch_copy
from olvery_tui.store.importing.tickets import TicketLoader

CHUNK = 2_000
"""Lines of one transaction: other terminals write in between."""

LARGE = 10_000
"""From so many changed records on, the database's own statistics are brought up to date."""

STRETCH, BREATH = 4.0, 0.11
"""Seconds of work, and of rest after it. Whoever waits for SQLite's lock looks for it every 0.1
seconds at the rarest, so in such a rest everybody gets it once, however unlucky before, and before
they give up (`BUSY_SECONDS`).
"""

_PULSE = 5_000
"""Lines that are only looked at between two signs of life."""

_CODES: Mapping[Kind | None, int] = {None: 0, **{kind: at for at, kind in enumerate(Kind, 1)}}


def run(
    store: Store,
    source: Path | IO[bytes],
    *,
    clock: Clock,
    actor: Actor,
    dry_run: bool = False,
    joins: bool = False,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    on_problem: Callable[[Problem], None] = lambda _problem: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> ImportReport:
    """Import a file of JSON Lines.

    What is written is committed in chunks; when the import is cancelled (`cancelled` is asked
    between them) or killed, whole chunks stay, and the same file goes on from there. A `dry_run`
    does everything on a copy of the database and writes nothing to the database itself.

    Args:
        source: a file, or an open binary one; one that can't be read twice is copied first.
        joins: a person whose phone or email is known is that one, whatever the key.
        on_progress: called after each chunk.
        on_problem: called with each problem, in the order in which they are found.

    Raises:
        OSError: the file can't be read.
        StoreUnavailable: the database can't be used; the chunks before stay.
    """
    with ExitStack() as stack:
        file = stack.enter_context(opened(source))
        origin = stack.enter_context(scratch_copy(store)) if dry_run else store
        target = stack.enter_context(closing(origin.for_bulk()))
        with target.reading() as session:
            location = session.get_one(Location, 1)
            zone, currency = ZoneInfo(location.time_zone), location.currency
        context = Context(actor, zone, currency, Deferred(), clock.now())
        context.joined = {} if joins else None
        report = ImportReport(dry_run=dry_run)
        pipeline = _Pipeline(
            target,
            file,
            clock,
            context,
            on_progress,
            on_problem,
            cancelled,
            report,
            _loaders(context),
        )
        stack.enter_context(without_collection())
        pipeline.take_all()
        return report


def _loaders(context: Context) -> Mapping[Kind, Loader]:
    resolver = Resolver(context)
    return {
        **{kind: CatalogueLoader(kind, resolver) for kind in SOLD},
        Kind.PERSON: PeopleLoader(context),
        Kind.ORDER: OrderLoader(resolver),
        Kind.TICKET: TicketLoader(resolver),
        Kind.BOOKING: BookingLoader(resolver),
    }


@contextmanager
def without_collection() -> Iterator[None]:
    """Leave the collector out: it would walk each chunk's objects over and over (a tenth of the
    time), which are freed without it.
    """
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


class _Cancelled(Exception):
    """Somebody does not want the rest."""


@dataclass(slots=True)
class _Chunk:
    """Lines of one kind, read and checked; how many they are, and their bytes in the file.

    `rejected` are those that can't be used as they are, whatever the database says.
    """

    entries: list[Entry] = field(default_factory=list)
    rejected: list[Verdict] = field(default_factory=list)
    lines: int = 0
    size: int = 0


@dataclass(slots=True)
class _Pipeline:
    """One import while it runs. `kinds` says what each line describes, a byte a line."""

    store: Store
    source: Source
    clock: Clock
    context: Context
    on_progress: Callable[[Progress], None]
    on_problem: Callable[[Problem], None]
    cancelled: Callable[[], bool]
    report: ImportReport
    loaders: Mapping[Kind, Loader]
    kinds: bytearray = field(default_factory=bytearray)
    bytes_done: int = 0
    lines_done: int = 0
    rested: float = field(default_factory=time.monotonic)

    def take_all(self) -> None:
        """Import the whole file, unless it is cancelled before its end."""
        try:
            for kind, span in sorted(self._survey().items(), key=lambda each: _CODES[each[0]]):
                self._take_kind(kind, span)
        except _Cancelled:
            self.report.interrupted = True
        self._record_import()

    # ── Reading ──────────────────────────────────────────────────────────────────────────────

    def _survey(self) -> dict[Kind, Span]:
        """Where the lines of each kind stand; lines of no kind are reported here."""
        spans: dict[Kind, Span] = {}
        for raw in self.source.lines():
            if raw.number % _PULSE == 0:
                self._pulse()
            kind = None
            try:
                kind = kind_of(raw.content)
            except InvalidInput as problem:
                self.report.lines += 1
                self.report.unread += 1
                self._report(_problem(raw.number, None, None, problem))
            self.kinds.append(_CODES[kind])
            if kind is None:
                self.bytes_done += raw.size
                self.lines_done += 1
                continue
            self.report.lines += 1
            spans.setdefault(kind, Span(raw, 0)).stop = raw.offset + raw.size
        return spans

    def _take_kind(self, kind: Kind, span: Span) -> None:
        """Import the lines of a kind; those whose seat was taken again, while seats are freed."""
        code, freed = _CODES[kind], self.context.freed
        lines = self.source.lines(
            span.first.offset, span.first.number, span.stop, lambda at: self.kinds[at - 1] == code
        )
        self._take_lines(kind, lines)
        while self.context.freed > freed and (waiting := self.context.deferred.waiting()):
            freed = self.context.freed
            self._take_lines(kind, self.source.picked(waiting), again=True)
            if len(self.context.deferred.waiting()) == len(waiting):
                break
        for problem in self.context.deferred.give_up():
            self._refuse(kind, problem.key, problem.line, (problem,))

    def _take_lines(self, kind: Kind, lines: Iterable[RawLine], *, again: bool = False) -> None:
        with _Ahead(_chunks(kind, lines)) as chunks:
            self.context.meanwhile = chunks.read
            for chunk in chunks:
                self._pulse()
                verdicts = self._write(kind, chunk.entries) if chunk.entries else []
                if chunk.rejected:
                    verdicts = sorted(chunk.rejected + verdicts, key=attrgetter("entry.line"))
                for verdict in verdicts:
                    self._settle(kind, verdict)
                if not again:
                    self.bytes_done += chunk.size
                    self.lines_done += chunk.lines
                self._pulse()

    # ── Writing ──────────────────────────────────────────────────────────────────────────────

    def _write(self, kind: Kind, entries: list[Entry]) -> list[Verdict]:
        """Write what a chunk holds; what became of each line.

        All at once; where a seat is taken, one by one, so that only the lines in conflict are left
        out.
        """
        context, loader = self.context, self.loaders[kind]
        context.now = self.clock.now()
        try:
            with self.store.writing() as session:
                verdicts = loader.load(session, entries)
        except SeatConflict:
            context.one_by_one = True
            with self.store.writing() as session:
                verdicts = loader.load(session, entries)
        finally:
            context.one_by_one = False
        # A server lets those who wait go first by itself.
        if self.store.dialect == "sqlite" and time.monotonic() - self.rested >= STRETCH:
            time.sleep(BREATH)
            self.rested = time.monotonic()
        return verdicts

    def _settle(self, kind: Kind, verdict: Verdict) -> None:
        entry, deferred = verdict.entry, self.context.deferred
        if verdict.outcome is not Outcome.REFUSED:
            self.report.tallies[kind][verdict.outcome] += 1
            for one in verdict.problems:
                self.on_problem(_problem(entry.line, kind, entry.key, one))
            if deferred and entry.key is not None:
                deferred.accept(kind, entry.key, entry.line)
            return
        problems = [_problem(entry.line, kind, entry.key, one) for one in verdict.problems]
        if verdict.waits:
            deferred.wait(entry.position, problems[0])
        else:
            deferred.drop(entry.line)
            self._refuse(kind, entry.key, entry.line, problems)

    def _record_import(self) -> None:
        """One event for the whole, and fresh statistics for the query planner after a large one."""
        report = self.report
        changed = report.created + report.updated
        if not changed:
            return
        data = {name: getattr(report, name) for name in ("lines", "created", "updated", "refused")}
        with self.store.writing() as session:
            record(
                session,
                at=self.clock.now(),
                kind=EventKind.IMPORTED,
                actor=self.context.actor,
                data=data,
            )
        if changed >= LARGE and not report.interrupted:
            self.store.refresh_statistics()

    # ── Reporting ────────────────────────────────────────────────────────────────────────────

    def _pulse(self) -> None:
        """Report the progress, and ask whether to go on.

        Raises:
            _Cancelled: not.
        """
        self.on_progress(Progress(self.bytes_done, self.source.size, self.lines_done))
        if self.cancelled():
            raise _Cancelled

    def _refuse(self, kind: Kind, key: str | None, line: int, problems: Iterable[Problem]) -> None:
        self.report.tallies[kind][Outcome.REFUSED] += 1
        if key is not None:
            self.context.deferred.refuse(kind, key, line)
        for problem in problems:
            self._report(problem)

    def _report(self, problem: Problem) -> None:
        self.report.keep(problem)
        self.on_problem(problem)


class _Ahead:
    """Chunks that a thread reads, each while the one before it is written.

    Reading takes the interpreter from the planning of what is written, so it is begun after that,
    once the database is at work.
    """

    def __init__(self, chunks: Iterator[_Chunk]) -> None:
        self._chunks = chunks
        self._thread = ThreadPoolExecutor(1)
        self._following: Future[_Chunk | None] | None = None

    def read(self) -> None:
        """Begin with the next chunk, unless that was done."""
        if self._following is None:
            self._following = self._thread.submit(next, self._chunks, None)

    def __iter__(self) -> Iterator[_Chunk]:
        while True:
            self.read()
            assert self._following is not None
            following, self._following = self._following, None
            if (chunk := following.result()) is None:
                return
            yield chunk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()


def _chunks(kind: Kind, lines: Iterable[RawLine]) -> Iterator[_Chunk]:
    """Lines read and checked, so many at a time, each record at most once in a chunk."""
    chunk, keys = _Chunk(), set[str]()
    for number, offset, content, size in lines:
        try:
            key, record_, problems = checked(kind, parse(content))
        except InvalidInput as problem:
            key, record_, problems = None, None, (problem,)
        if chunk.lines >= CHUNK or key in keys:
            yield chunk
            chunk, keys = _Chunk(), set()
        if key is not None:
            keys.add(key)
        if key is None or record_ is None:
            entry = Entry(number, offset, key, None)
            chunk.rejected.append(Verdict(entry, Outcome.REFUSED, problems))
        else:
            chunk.entries.append(Entry(number, offset, key, record_))
        chunk.lines += 1
        chunk.size += size
    if chunk.lines:
        yield chunk


def _problem(line: int, kind: Kind | None, key: str | None, found: InvalidInput) -> Problem:
    return Problem(line, ImportCode(found.code), found.field or None, found.params, kind, key)
