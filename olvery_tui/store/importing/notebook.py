"""What an import remembers of bad lines, however many there are: in a private file, not memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict

from olvery_tui.domain.import_records import Kind, Problem

_TABLES = """
CREATE TABLE refused (kind TEXT, key TEXT, line INTEGER, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE waiting (
    line INTEGER PRIMARY KEY, position INTEGER, key TEXT, problem TEXT, final INTEGER DEFAULT 0
);
CREATE INDEX waiting_key ON waiting (key);
"""


class Notebook:
    """Refused records, so that what depends on them can name the line; and lines that wait.

    A line waits when another ticket had its seat: a later line may move that ticket away.
    """

    def __init__(self) -> None:
        # An empty name is SQLite's own temporary file, spilled from memory only as it grows.
        self._notes = sqlite3.connect("", isolation_level=None)
        self._notes.execute("PRAGMA journal_mode = OFF")
        self._notes.executescript(_TABLES)
        self.any_refused = False
        self._any_waiting = False

    def close(self) -> None:
        """Forget everything."""
        self._notes.close()

    def refuse(self, kind: Kind, key: str, line: int) -> None:
        """Remember that the record was refused at `line`."""
        self.any_refused = True
        self._notes.execute(
            "INSERT INTO refused VALUES (?, ?, ?) ON CONFLICT (kind, key) "
            "DO UPDATE SET line = max(line, excluded.line)",
            (kind, key, line),
        )

    def accept(self, kind: Kind, key: str, line: int) -> None:
        """The record stands as `line` has it: what earlier lines said of it counts no more."""
        if self.any_refused:
            self._notes.execute(
                "DELETE FROM refused WHERE kind = ? AND key = ? AND line < ?", (kind, key, line)
            )
        if self._any_waiting:
            self._notes.execute(
                "UPDATE waiting SET final = 1 WHERE key = ? AND line < ?", (key, line)
            )
            self._notes.execute("DELETE FROM waiting WHERE line = ?", (line,))

    def cause(self, kind: Kind, key: str) -> int | None:
        """The line at which the record was refused, if it was."""
        if not self.any_refused:
            return None
        found = self._notes.execute(
            "SELECT line FROM refused WHERE kind = ? AND key = ?", (kind, key)
        ).fetchone()
        return None if found is None else int(found[0])

    def wait(self, position: int, problem: Problem) -> None:
        """Let the line at byte `position` wait, with what stands in its way now."""
        self._any_waiting = True
        self._notes.execute(
            "INSERT INTO waiting (line, position, key, problem) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (line) DO UPDATE SET problem = excluded.problem",
            (problem.line, position, problem.key, json.dumps(asdict(problem))),
        )

    def waits_no_more(self, line: int) -> None:
        """The line has met its end otherwise."""
        self._notes.execute("DELETE FROM waiting WHERE line = ?", (line,))

    def waiting(self) -> Iterator[tuple[int, int]]:
        """Line number and position of the lines that may be tried again, in their order."""
        last = 0
        query = "SELECT line, position FROM waiting WHERE line > ? AND NOT final ORDER BY line"
        while found := self._notes.execute(f"{query} LIMIT 1", (last,)).fetchone():
            last = found[0]
            yield found

    def count_waiting(self) -> int:
        """How many lines may be tried again."""
        if not self._any_waiting:
            return 0
        found = self._notes.execute("SELECT count(*) FROM waiting WHERE NOT final").fetchone()
        return int(found[0])

    def given_up(self) -> Iterator[Problem]:
        """What stood in the way of the lines that waited in vain; they are forgotten with it."""
        if not self._any_waiting:
            return
        while found := self._notes.execute(
            "SELECT line, problem FROM waiting ORDER BY line LIMIT 1"
        ).fetchone():
            self.waits_no_more(found[0])
            facts = json.loads(found[1])
            yield Problem(**{**facts, "kind": Kind(facts["kind"])})
        self._any_waiting = False
