"""Writes what was measured as a page of the documentation."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Report:
    """A page that grows while measurements come in. `missed` holds the goals that were not met."""

    parts: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def heading(self, text: str, explained: str = "") -> None:
        """A section and what its figures mean."""
        self.parts.append(f"\n## {text}\n")
        if explained:
            self.parts.append(f"{explained}\n")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Figures in columns; the first one names them."""
        lines = [
            "| " + " | ".join(columns) + " |",
            "|" + "|".join("---" if not index else "---:" for index in range(len(columns))) + "|",
        ]
        lines += ["| " + " | ".join(_shown(cell) for cell in row) + " |" for row in rows]
        self.parts.append("\n".join(lines) + "\n")

    def goal(self, name: str, measured: float, most: float, unit: str = "×") -> list[object]:
        """A row of a table of goals: what was measured, what it may be, and whether it is met."""
        met = measured <= most
        if not met:
            self.missed.append(f"{name}: {measured:.2f} {unit}, at most {most} {unit}")
        return [name, f"{measured:.2f} {unit}", f"≤ {most} {unit}", "yes" if met else "**no**"]

    def text(self, command: str, tickets: int) -> str:
        """The whole page."""
        import textual

        head = (
            "# Performance\n\n"
            f"Measured by `{command}`: ratios in one run. This page was written by it with\n"
            f"{tickets:,} tickets on Python {platform.python_version()}, "
            f"Textual {textual.__version__}, SQLite {sqlite3.sqlite_version},\n"
            f"{os.cpu_count()} cores. Tickets are made by "
            "`bench.generate` with Russian names and loaded through the importer.\n"
        )
        missed = ""
        if self.missed:
            missed = "\nGoals that this run missed:\n\n" + "".join(f"- {m}\n" for m in self.missed)
        return head + missed + "".join(self.parts)


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)
