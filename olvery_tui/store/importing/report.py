"""What an import has done, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from olvery_tui.domain.import_lines import Kind, Problem

PROBLEMS_KEPT = 1_000
"""Problems that a report holds; all of them go to `on_problem` as they are found."""


class Outcome(StrEnum):
    """What a line came to."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of the file is done, in bytes, and how many of its lines."""

    done: int
    total: int
    lines: int


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The sum of an import.

    `tallies` counts lines by kind and outcome. `unread` are lines of no known kind. `problems` are
    the first `PROBLEMS_KEPT` by line; one line may have several, and `problem_count` counts all.
    """

    lines: int
    tallies: Mapping[Kind, Mapping[Outcome, int]]
    unread: int = 0
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    interrupted: bool = False
    dry_run: bool = False

    @property
    def created(self) -> int:
        """Lines that made a new record."""
        return self._sum(Outcome.CREATED)

    @property
    def updated(self) -> int:
        """Lines that changed a record."""
        return self._sum(Outcome.UPDATED)

    @property
    def unchanged(self) -> int:
        """Lines that said what the database said already."""
        return self._sum(Outcome.UNCHANGED)

    @property
    def refused(self) -> int:
        """Lines that were not taken over."""
        return self._sum(Outcome.REFUSED) + self.unread

    def _sum(self, outcome: Outcome) -> int:
        return sum(tally.get(outcome, 0) for tally in self.tallies.values())


@dataclass(slots=True)
class Tallies:
    """The counts while they grow."""

    lines: int = 0
    unread: int = 0
    problem_count: int = 0
    counts: dict[Kind, dict[Outcome, int]] = field(default_factory=dict)
    kept: list[Problem] = field(default_factory=list)

    def count(self, kind: Kind, outcome: Outcome) -> None:
        """One more line of a kind."""
        tally = self.counts.setdefault(kind, {})
        tally[outcome] = tally.get(outcome, 0) + 1

    def keep(self, problem: Problem) -> None:
        """One more problem."""
        self.problem_count += 1
        if len(self.kept) < PROBLEMS_KEPT:
            self.kept.append(problem)

    def report(self, *, interrupted: bool, dry_run: bool) -> ImportReport:
        """The counts as they are now."""
        return ImportReport(
            lines=self.lines,
            tallies={kind: dict(tally) for kind, tally in self.counts.items()},
            unread=self.unread,
            problems=tuple(sorted(self.kept, key=lambda problem: problem.line)),
            problem_count=self.problem_count,
            interrupted=interrupted,
            dry_run=dry_run,
        )
