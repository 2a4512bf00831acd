"""An import from file to database: survey, then kind after kind, chunk after chunk.

The first pass finds out what each line describes, so that the kinds may stand in any order. Each
kind is then read by itself. The next chunk is read and checked in a thread of its own while the
one before is written: the database needs no Python for most of its work.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, NamedTuple
from zoneinfo import ZoneInfo

from olvery_tui.clock import Clock
from olvery_tui.domain.access import Actor
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import Checked, Kind, Problem, checked, kind_of, parse
from olvery_tui.store.audit.events import record
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.database.models import Location
from olvery_tui.store.importing.catalogue import CatalogueLoader
from olvery_tui.store.importing.context import Context, Entry, Loader, Verdict
from olvery_tui.store.importing.deferred import Deferred
from olvery_tui.store.importing.orders import OrderLoader
from olvery_tui.store.importing.people import PeopleLoader
from olvery_tui.store.importing.report import ImportReport, Outcome, Progress, Tallies
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
        pipeline = _Pipeline(target, file, clock, context, on_progress, on_problem, cancelled)
        stack.enter_context(_without_collection())
        interrupted = pipeline.take_all()
        return pipeline.tallies.report(interrupted=interrupted, dry_run=dry_run)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep Python's collector from walking all that was loaded before, over and over (a 20th)."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class _Cancelled(Exception):
    """Somebody does not want the rest."""


class _Read(NamedTuple):
    """A line that was read and checked."""

    raw: RawLine
    line: Checked


class _Pipeline:
    """One import while it runs."""

    def __init__(
        self,
        store: Store,
        source: Source,
        clock: Clock,
        context: Context,
        on_progress: Callable[[Progress], None],
        on_problem: Callable[[Problem], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self.tallies = Tallies()
        self._store = store
        self._source = source
        self._clock = clock
        self._context = context
        self._deferred = context.deferred
        self._on_progress = on_progress
        self._on_problem = on_problem
        self._cancelled = cancelled
        self._bytes_done = 0
        self._lines_done = 0
        self._rested = time.monotonic()
        self._kinds = bytearray()
        """What each line describes, a byte a line: no later pass reads it for that again."""
        resolver = Resolver(context)
        self._loaders: Mapping[Kind, Loader] = {
            **{kind: CatalogueLoader(kind, resolver) for kind in SOLD},
            Kind.PERSON: PeopleLoader(context),
            Kind.ORDER: OrderLoader(resolver),
            Kind.TICKET: TicketLoader(resolver),
        }

    def take_all(self) -> bool:
        """Import the whole file; whether it was cancelled before its end."""
        interrupted = False
        try:
            for kind, span in sorted(self._survey().items(), key=lambda each: _CODES[each[0]]):
                self._take_kind(kind, span)
        except _Cancelled:
            interrupted = True
        self._record_import(interrupted)
        return interrupted

    # ── Reading ──────────────────────────────────────────────────────────────────────────────

    def _survey(self) -> dict[Kind, Span]:
        """Where the lines of each kind stand; lines of no kind are reported here."""
        spans: dict[Kind, Span] = {}
        for raw in self._source.lines():
            if raw.number % _PULSE == 0:
                self._pulse()
            kind = None
            try:
                kind = kind_of(raw.content)
            except InvalidInput as problem:
                self.tallies.lines += 1
                self.tallies.unread += 1
                self._report(_problem(raw.number, None, None, problem))
            self._kinds.append(_CODES[kind])
            if kind is None:
                self._bytes_done += raw.size
                self._lines_done += 1
                continue
            self.tallies.lines += 1
            spans.setdefault(kind, Span(raw, 0)).stop = raw.offset + raw.size
        return spans

    def _take_kind(self, kind: Kind, span: Span) -> None:
        """Import the lines of a kind; those whose seat was taken again, while seats are freed."""
        code, freed = _CODES[kind], self._context.freed
        lines = self._source.lines(
            span.first.offset, span.first.number, span.stop, lambda at: self._kinds[at - 1] == code
        )
        self._take_lines(kind, lines)
        while self._context.freed > freed and (waiting := self._deferred.waiting()):
            freed = self._context.freed
            self._take_lines(kind, self._source.picked(waiting), again=True)
            if len(self._deferred.waiting()) == len(waiting):
                break
        for problem in self._deferred.give_up():
            self._refuse(kind, problem.key, problem.line, (problem,))

    def _take_lines(self, kind: Kind, lines: Iterable[RawLine], *, again: bool = False) -> None:
        for chunk in _ahead(_chunks(kind, lines)):
            self._pulse()
            self._take_chunk(kind, [_entry(one) for one in chunk if one.line.record is not None])
            for raw, line in chunk:
                if line.record is None:
                    found = [_problem(raw.number, kind, line.key, one) for one in line.problems]
                    self._refuse(kind, line.key, raw.number, found)
                if not again:
                    self._bytes_done += raw.size
                    self._lines_done += 1
            self._pulse()

    # ── Writing ──────────────────────────────────────────────────────────────────────────────

    def _take_chunk(self, kind: Kind, entries: list[Entry]) -> None:
        """Write a chunk and report what became of its lines.

        All at once; where a seat is taken, one by one, so that only the lines in conflict are left
        out.
        """
        if not entries:
            return
        context, loader = self._context, self._loaders[kind]
        context.now = self._clock.now()
        try:
            with self._store.writing() as session:
                verdicts = loader.load(session, entries)
        except SeatConflict:
            context.one_by_one = True
            with self._store.writing() as session:
                verdicts = loader.load(session, entries)
        finally:
            context.one_by_one = False
        for verdict in verdicts:
            self._settle(kind, verdict)
        if time.monotonic() - self._rested >= STRETCH:
            time.sleep(BREATH)
            self._rested = time.monotonic()

    def _settle(self, kind: Kind, verdict: Verdict) -> None:
        entry = verdict.entry
        if verdict.outcome is not Outcome.REFUSED:
            self.tallies.count(kind, verdict.outcome)
            self._deferred.accept(kind, entry.key, entry.line)
            return
        problems = [_problem(entry.line, kind, entry.key, one) for one in verdict.problems]
        if verdict.waits:
            self._deferred.wait(entry.position, problems[0])
        else:
            self._deferred.drop(entry.line)
            self._refuse(kind, entry.key, entry.line, problems)

    def _record_import(self, interrupted: bool) -> None:
        """One event for the whole, and fresh statistics for the query planner after a large one."""
        report = self.tallies.report(interrupted=interrupted, dry_run=False)
        changed = report.created + report.updated
        if not changed:
            return
        data = {name: getattr(report, name) for name in ("lines", "created", "updated", "refused")}
        with self._store.writing() as session:
            record(
                session,
                at=self._clock.now(),
                kind=EventKind.IMPORTED,
                actor=self._context.actor,
                data=data,
            )
        if changed >= LARGE and not interrupted:
            self._store.refresh_statistics()

    # ── Reporting ────────────────────────────────────────────────────────────────────────────

    def _pulse(self) -> None:
        """Report the progress, and ask whether to go on.

        Raises:
            _Cancelled: not.
        """
        self._on_progress(Progress(self._bytes_done, self._source.size, self._lines_done))
        if self._cancelled():
            raise _Cancelled

    def _refuse(self, kind: Kind, key: str | None, line: int, problems: Iterable[Problem]) -> None:
        self.tallies.count(kind, Outcome.REFUSED)
        if key is not None:
            self._deferred.refuse(kind, key, line)
        for problem in problems:
            self._report(problem)

    def _report(self, problem: Problem) -> None:
        self.tallies.keep(problem)
        self._on_problem(problem)


def _chunks(kind: Kind, lines: Iterable[RawLine]) -> Iterator[list[_Read]]:
    """Lines read and checked, so many at a time, each record at most once in a chunk."""
    chunk: list[_Read] = []
    keys: set[str | None] = set()
    for raw in lines:
        try:
            line = checked(kind, parse(raw.content))
        except InvalidInput as problem:
            line = Checked(None, None, (problem,))
        if len(chunk) >= CHUNK or (line.key is not None and line.key in keys):
            yield chunk
            chunk, keys = [], set()
        chunk.append(_Read(raw._replace(content=b""), line))
        keys.add(line.key)
    if chunk:
        yield chunk


def _ahead(chunks: Iterator[list[_Read]]) -> Iterator[list[_Read]]:
    """The same chunks, each read in another thread while the one before is in use."""
    with ThreadPoolExecutor(1, thread_name_prefix="import-read") as thread:
        following = thread.submit(next, chunks, None)
        while (chunk := following.result()) is not None:
            following = thread.submit(next, chunks, None)
            yield chunk


def _entry(one: _Read) -> Entry:
    key, record_, _problems = one.line
    assert key is not None
    assert record_ is not None
    return Entry(one.raw.number, one.raw.offset, key, record_)


def _problem(line: int, kind: Kind | None, key: str | None, found: InvalidInput) -> Problem:
    return Problem(line, found.code, found.field or None, found.params, kind, key)
