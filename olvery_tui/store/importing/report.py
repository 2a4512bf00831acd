"""What an import has done, and how far it is."""

from __future__ import annotations

from bisect import insort
from collections import Counter, defaultdict
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
    JOINED = "joined"


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of the file is done, in bytes, and how many of its lines."""

    done: int
    total: int
    lines: int


@dataclass(slots=True)
class ImportReport:
    """The sum of an import, which grows while it runs.

    `tallies` counts lines by kind and outcome. `unread` are lines of no known kind. `problems` are
    the first `PROBLEMS_KEPT` by line; one line may have several.
    """

    lines: int = 0
    tallies: dict[Kind, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    unread: int = 0
    problems: list[Problem] = field(default_factory=list)
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
        """Lines that were not imported."""
        return self._sum(Outcome.REFUSED) + self.unread

    def keep(self, problem: Problem) -> None:
        """One more problem."""
        if len(self.problems) < PROBLEMS_KEPT:
            insort(self.problems, problem, key=lambda each: each.line)

    def _sum(self, outcome: Outcome) -> int:
        return sum(tally[outcome] for tally in self.tallies.values())
