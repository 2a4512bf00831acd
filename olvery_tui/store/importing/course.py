"""The course of an import: kind after kind, chunk after chunk."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from olvery_tui.clock import Clock
from olvery_tui.domain.access import Actor
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import checked, kind_of, parse
from olvery_tui.domain.import_records import Kind, Problem
from olvery_tui.store.audit.events import record
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.database.models import Location
from olvery_tui.store.importing.catalogue import Catalogue, CatalogueLoader
from olvery_tui.store.importing.committing import Committer
from olvery_tui.store.importing.context import Context, Entry, Loader, Verdict
from olvery_tui.store.importing.notebook import Notebook
from olvery_tui.store.importing.orders import OrderLoader
from olvery_tui.store.importing.people import PeopleLoader
from olvery_tui.store.importing.report import ImportReport, Outcome, Progress, Tallies
from olvery_tui.store.importing.scratch import scratch_copy
from olvery_tui.store.importing.source import RawLine, Source, Span, opened
from olvery_tui.store.importing.tickets import TicketLoader

CHUNK = 2_000
"""Lines of one transaction: other terminals write in between."""

LARGE = 10_000
"""From so many changed records on, the database's own statistics are brought up to date."""

_CODES: Mapping[Kind | None, int] = {None: 0, **{kind: at for at, kind in enumerate(Kind, 1)}}

_PULSE = 5_000
"""Lines that are only looked at between two signs of life."""


def run(
    store: Store,
    source: Path | IO[bytes],
    *,
    clock: Clock,
    actor: Actor,
    dry_run: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    on_problem: Callable[[Problem], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportReport:
    """Take over a file of JSON Lines.

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
        notebook = stack.enter_context(closing(Notebook()))
        with target.reading() as session:
            location = session.get_one(Location, 1)
            context = Context(
                actor, ZoneInfo(location.time_zone), location.currency, notebook, clock.now()
            )
        committer = stack.enter_context(closing(Committer(target)))
        one = _Import(target, committer, file, clock, context, on_progress, on_problem, cancelled)
        stack.enter_context(_settled())
        one.take_all()
        return one.tallies.report(interrupted=one.interrupted, dry_run=dry_run)


@contextmanager
def _settled() -> Iterator[None]:
    """Keep Python's collector from walking all that was loaded before, over and over (a 20th)."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


class _Cancelled(Exception):
    """Somebody does not want the rest."""


class _Import:
    """One import while it runs."""

    def __init__(
        self,
        store: Store,
        committer: Committer,
        source: Source,
        clock: Clock,
        context: Context,
        on_progress: Callable[[Progress], None] | None,
        on_problem: Callable[[Problem], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.tallies = Tallies()
        self.interrupted = False
        self._store = store
        self._committer = committer
        self._written: tuple[Kind, list[Verdict]] | None = None
        self._source = source
        self._clock = clock
        self._context = context
        self._notebook = context.notebook
        self._on_progress = on_progress
        self._on_problem = on_problem
        self._cancelled = cancelled
        self._bytes_done = 0
        self._lines_done = 0
        self._kinds = bytearray()
        """What each line describes, a byte a line: no later pass reads it for that again."""
        catalogue = Catalogue()
        sold = CatalogueLoader(context, catalogue)
        self._loaders: Mapping[Kind, Loader] = {
            Kind.SERVICE: sold,
            Kind.ROOM: sold,
            Kind.VARIANT: sold,
            Kind.MODIFIER: sold,
            Kind.WORKPLACE: sold,
            Kind.TARIFF: sold,
            Kind.PERSON: PeopleLoader(context),
            Kind.ORDER: OrderLoader(context, catalogue),
            Kind.TICKET: TicketLoader(context, catalogue),
        }

    def take_all(self) -> None:
        """The whole file."""
        try:
            spans = self._survey()
            for kind, loader in self._loaders.items():
                if kind in spans:
                    self._take_kind(kind, loader, spans[kind])
        except _Cancelled:
            self.interrupted = True
        self._settle_written()
        self._finish()

    # ── Reading ──────────────────────────────────────────────────────────────────────────────

    def _survey(self) -> dict[Kind, Span]:
        """Where the lines of each kind stand; lines of no kind are told here."""
        spans: dict[Kind, Span] = {}
        for raw in self._source.lines():
            if raw.number % _PULSE == 0:
                self._pulse()
            try:
                kind = kind_of(raw.content)
            except InvalidInput as problem:
                self.tallies.lines += 1
                self.tallies.unread += 1
                self._tell(raw.number, None, None, (problem,))
                kind = None
            self._kinds.append(_CODES[kind])
            if kind is None:
                self._bytes_done += raw.size
                self._lines_done += 1
                continue
            self.tallies.lines += 1
            span = spans.setdefault(kind, Span(raw, 0))
            span.stop = raw.offset + raw.size
        return spans

    def _take_kind(self, kind: Kind, loader: Loader, span: Span) -> None:
        freed = self._context.freed
        self._take_lines(kind, loader, self._lines_of(kind, span))
        self._try_again(kind, loader, freed)
        for problem in self._notebook.given_up():
            self._refuse(kind, problem)

    def _lines_of(self, kind: Kind, span: Span) -> Iterator[RawLine]:
        kinds, code = self._kinds, _CODES[kind]

        def described(number: int) -> bool:
            return kinds[number - 1] == code

        return self._source.lines(span.first.offset, span.first.number, span.stop, described)

    def _try_again(self, kind: Kind, loader: Loader, freed: int) -> None:
        """Lines whose seat was taken, as long as seats were given up since."""
        while self._context.freed > freed and (waiting := self._notebook.count_waiting()):
            freed = self._context.freed
            lines = self._source.picked(self._notebook.waiting())
            self._take_lines(kind, loader, lines, again=True)
            if self._notebook.count_waiting() == waiting:
                break

    def _take_lines(
        self, kind: Kind, loader: Loader, lines: Iterable[RawLine], *, again: bool = False
    ) -> None:
        chunk: dict[str, Entry] = {}
        seen = 0
        for raw in lines:
            seen += 1
            if seen % _PULSE == 0:
                self._pulse()
            if not again:
                self._bytes_done += raw.size
                self._lines_done += 1
            entry = self._entry(kind, raw)
            if entry is None:
                continue
            if entry.key in chunk:
                self._take_chunk(kind, loader, chunk)
            chunk[entry.key] = entry
            if len(chunk) >= CHUNK:
                self._take_chunk(kind, loader, chunk)
        self._take_chunk(kind, loader, chunk)
        self._settle_written()

    def _entry(self, kind: Kind, raw: RawLine) -> Entry | None:
        """The checked line; None where it was refused."""
        try:
            line = checked(kind, parse(raw.content))
        except InvalidInput as problem:
            self._settle_written()  # problems are told in the order of the lines
            self._refuse_all(kind, None, raw.number, (problem,))
            return None
        if line.record is None or line.key is None:
            self._settle_written()
            self._refuse_all(kind, line.key, raw.number, line.problems)
            return None
        return Entry(raw.number, raw.offset, line.key, line.record)

    # ── Writing ──────────────────────────────────────────────────────────────────────────────

    def _take_chunk(self, kind: Kind, loader: Loader, chunk: dict[str, Entry]) -> None:
        """Take over and empty the chunk. What became of it is told when it is committed."""
        if chunk:
            entries = list(chunk.values())
            chunk.clear()
            self._settle_written()
            self._pulse()
            self._context.now = self._clock.now()
            self._written = kind, self._load(loader, entries)
        self._pulse()

    def _load(self, loader: Loader, entries: list[Entry]) -> list[Verdict]:
        """All at once; where a seat is taken, each by itself, so that only the lines in conflict
        are left out.
        """
        context = self._context
        try:
            return self._committer.write(lambda session: loader.load(session, entries))
        except SeatConflict:
            context.one_by_one = True
            return self._committer.write(lambda session: loader.load(session, entries))
        finally:
            context.one_by_one = False

    def _settle_written(self) -> None:
        """Wait until the last chunk is committed, and tell what became of it."""
        written, self._written = self._written, None
        if written is not None:
            self._committer.wait()
            kind, verdicts = written
            for verdict in verdicts:
                self._settle(kind, verdict)

    def _settle(self, kind: Kind, verdict: Verdict) -> None:
        entry = verdict.entry
        if verdict.outcome is not Outcome.REFUSED:
            self.tallies.count(kind, verdict.outcome)
            self._notebook.accept(kind, entry.key, entry.line)
        elif verdict.waits:
            (problem,) = verdict.problems
            self._notebook.wait(entry.position, _problem(entry.line, kind, entry.key, problem))
        else:
            self._notebook.waits_no_more(entry.line)
            self._refuse_all(kind, entry.key, entry.line, verdict.problems)

    def _finish(self) -> None:
        """One event for the whole, and fresh statistics for the query planner after a large one."""
        report = self.tallies.report(interrupted=self.interrupted, dry_run=False)
        changed = report.created + report.updated
        if not changed:
            return
        with self._store.writing() as session:
            record(
                session,
                at=self._clock.now(),
                kind=EventKind.IMPORTED,
                actor=self._context.actor,
                data={
                    "lines": report.lines,
                    "created": report.created,
                    "updated": report.updated,
                    "refused": report.refused,
                },
            )
        if changed >= LARGE and not self.interrupted:
            self._store.refresh_statistics()

    # ── Telling ──────────────────────────────────────────────────────────────────────────────

    def _pulse(self) -> None:
        """Say how far it is, and ask whether to go on.

        Raises:
            _Cancelled: not.
        """
        if self._on_progress:
            self._on_progress(Progress(self._bytes_done, self._source.size, self._lines_done))
        if self._cancelled and self._cancelled():
            raise _Cancelled

    def _refuse_all(
        self, kind: Kind, key: str | None, line: int, problems: Iterable[InvalidInput]
    ) -> None:
        self.tallies.count(kind, Outcome.REFUSED)
        if key is not None:
            self._notebook.refuse(kind, key, line)
        self._tell(line, kind, key, problems)

    def _refuse(self, kind: Kind, problem: Problem) -> None:
        self.tallies.count(kind, Outcome.REFUSED)
        if problem.key is not None:
            self._notebook.refuse(kind, problem.key, problem.line)
        self._keep(problem)

    def _tell(
        self, line: int, kind: Kind | None, key: str | None, problems: Iterable[InvalidInput]
    ) -> None:
        for problem in problems:
            self._keep(_problem(line, kind, key, problem))

    def _keep(self, problem: Problem) -> None:
        self.tallies.keep(problem)
        if self._on_problem:
            self._on_problem(problem)


def _problem(line: int, kind: Kind | None, key: str | None, found: InvalidInput) -> Problem:
    return Problem(line, found.code, found.field or None, found.params, kind, key)
