"""Writes what was measured as a page of the documentation."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

Row = Sequence[object]

_NOT_MET = "**no**"


@dataclass
class Report:
    """A page of sections, by their titles. `missed` holds the goals that this run did not meet.

    `command` is what measures all of it.
    """

    command: str = "make bench"
    sections: dict[str, str] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def section(self, name: str, title: str, explained: str) -> None:
        """Begin a section: what its figures mean, and the command that measures it alone."""
        day = datetime.now(tz=UTC).date()
        source = f"Measured on {day}; alone: `{self.command} ARGS='--only {name}'`"
        self.sections[title] = f"\n## {title}\n\n{explained}\n\n{source}\n"

    def table(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Figures in columns; the first one names them."""
        lines = [
            "| " + " | ".join(columns) + " |",
            "|" + "|".join("---" if not index else "---:" for index in range(len(columns))) + "|",
        ]
        lines += ["| " + " | ".join(_shown(cell) for cell in row) + " |" for row in rows]
        self.sections[[*self.sections][-1]] += "\n" + "\n".join(lines) + "\n"

    def goals(self, *goals: Row) -> None:
        """What was promised: rows that `goal` has made."""
        self.table(["goal", "measured", "allowed", "met"], goals)

    def goal(self, name: str, measured: float, most: float, unit: str = "×") -> Row:
        """What was measured, what it may be at most, and whether that is so."""
        met = measured <= most
        if not met:
            self.missed.append(
                f"{name}: {_figure(measured)} {unit}, at most {_figure(most)} {unit}"
            )
        return [
            name,
            f"{_figure(measured)} {unit}",
            f"≤ {_figure(most)} {unit}",
            "yes" if met else _NOT_MET,
        ]

    def failed(self, name: str, error: Exception) -> None:
        """A section that could not be measured to its end counts as missed."""
        self.missed.append(f"{name}: not measured, {error}")

    def write(self, file: Path, head: str) -> None:
        """Write the page; what this run did not measure stays in it as it was."""
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        sections = {**_sections(before), **self.sections}
        missed = [f"{title}: {goal}" for title in sections for goal in _missed(sections[title])]
        file.write_text("".join([head, _told(missed), *sections.values()]), encoding="utf-8")


def head(tickets: int) -> str:
    import textual

    return (
        "# Performance\n\n"
        "Measured and written by `make bench`, whole or a section at a time: each names the day."
        " What is\ncompared is measured in turns in one run, so that the ratios hold on"
        " another machine too; the times are those\nof this one:"
        f" {os.cpu_count()} cores, Python {platform.python_version()},"
        f" Textual {textual.__version__}, SQLite {sqlite3.sqlite_version}."
        f"\n{tickets:,} tickets with Russian names, made by `bench/generate.py` and loaded by"
        " `olvery-tui import`.\n"
    )


def _sections(page: str) -> dict[str, str]:
    """The sections of a page, by their titles."""
    _head, *sections = page.split("\n## ")
    return {text.partition("\n")[0]: f"\n## {text}" for text in sections}


def _missed(section: str) -> list[str]:
    """The goals that a section's tables call missed."""
    rows = [line.strip("| ").split(" | ") for line in section.splitlines()]
    return [f"{row[0]}, {row[1]} {row[2]}" for row in rows if row[-1] == _NOT_MET]


def _told(missed: Sequence[str]) -> str:
    if not missed:
        return "\nEvery goal was met.\n"
    return "\nGoals that were missed:\n\n" + "".join(f"- {one}\n" for one in missed)


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.1f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _figure(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
