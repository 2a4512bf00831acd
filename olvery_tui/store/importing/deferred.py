"""What an import remembers of bad lines: refused records, and lines that wait for a seat.

A refused record is one number, so a file of which every line is refused takes about 100 bytes a
line. A line that waits is read again from the file; what stands in its way is kept.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from olvery_tui.domain.import_lines import Kind, Problem


class _Waiting(NamedTuple):
    """A line whose seat another ticket has; at its byte `position`."""

    position: int
    problem: Problem


class Deferred:
    """Refused records, so that what depends on them can name the line; and lines that wait.

    A line waits when another ticket has its seat: a later line may move that ticket away.
    """

    def __init__(self) -> None:
        self._refused: dict[int, int] = {}
        self._waiting: dict[int, _Waiting] = {}
        self._superseded: dict[int, _Waiting] = {}
        self._lines: dict[str | None, set[int]] = defaultdict(set)

    @property
    def any_refused(self) -> bool:
        """Whether any record is refused as it stands."""
        return bool(self._refused)

    def __bool__(self) -> bool:
        """Whether there is anything to remember."""
        return bool(self._refused or self._waiting)

    def refuse(self, kind: Kind, key: str, line: int) -> None:
        """Remember that the record was refused at `line`."""
        name = hash((kind, key))
        self._refused[name] = max(line, self._refused.get(name, 0))

    def accept(self, kind: Kind, key: str, line: int) -> None:
        """The record stands as `line` has it: what earlier lines said of it counts no more."""
        if self._refused and self._refused.get(hash((kind, key)), line) < line:
            del self._refused[hash((kind, key))]
        if self._waiting:
            self.drop(line)
            for earlier in [one for one in self._lines.get(key, ()) if one < line]:
                self._superseded[earlier] = self._waiting[earlier]
                self.drop(earlier)

    def cause(self, kind: Kind, key: str) -> int | None:
        """The line at which the record was refused, if it was."""
        return self._refused.get(hash((kind, key)))

    def wait(self, position: int, problem: Problem) -> None:
        """Let the line at byte `position` wait, with what stands in its way now."""
        self._waiting[problem.line] = _Waiting(position, problem)
        self._lines[problem.key].add(problem.line)

    def drop(self, line: int) -> None:
        """The line waits no more."""
        if (found := self._waiting.pop(line, None)) is not None:
            self._lines[found.problem.key].discard(line)

    def waiting(self) -> list[tuple[int, int]]:
        """Number and position of the lines that may be tried again, in their order."""
        return [(line, self._waiting[line].position) for line in sorted(self._waiting)]

    def give_up(self) -> list[Problem]:
        """What stood in the way of the lines that waited in vain; they are forgotten with it."""
        found = {**self._waiting, **self._superseded}
        for lines in (self._waiting, self._superseded, self._lines):
            lines.clear()
        return [found[line].problem for line in sorted(found)]
